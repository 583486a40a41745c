use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN in memory: wiped on drop, never printed, never serialised. It exists from the user's entry to
/// the token and nowhere else.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin(Vec<u8>);

impl Pin {
    /// Fewest and most characters that any supported token takes; each token checks its own range too.
    pub const MIN: u8 = 4;
    pub const MAX: u8 = 16;

    /// Printable ASCII of 4 to 16 characters: an empty or short PIN never reaches a card, where an
    /// empty VERIFY may mean something else.
    pub fn parse(mut value: Vec<u8>) -> Result<Self, Fault> {
        let fits = (usize::from(Self::MIN)..=usize::from(Self::MAX)).contains(&value.len());
        if fits && value.iter().all(|b| (0x20..0x7f).contains(b)) {
            return Ok(Self(value));
        }
        value.zeroize();
        Err(Fault::PinFormat { min: Self::MIN, max: Self::MAX })
    }

    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// What a token says of its PIN before it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PinState {
    /// The token does not tell.
    Unknown,
    Ready {
        tries_left: u8,
    },
    /// One more wrong entry locks it: needs a second yes.
    LastTry,
    Locked,
}

impl PinState {
    pub fn from_tries(tries_left: u8) -> Self {
        match tries_left {
            0 => Self::Locked,
            1 => Self::LastTry,
            tries_left => Self::Ready { tries_left },
        }
    }

    /// Asked of a token just before a PIN goes out: a locked one gets none, and neither does one that another
    /// program has brought to its last try since the user was `told`.
    pub fn refuse_to_spend(self, told: Option<Self>) -> Result<(), Fault> {
        match self {
            Self::Locked => Err(Fault::PinLocked),
            Self::LastTry if told != Some(Self::LastTry) => Err(Fault::PinLastTry),
            _ => Ok(()),
        }
    }

    /// What the outcome of a PIN command told the user of its state, if anything.
    pub fn told_by<T>(outcome: &Result<T, Fault>) -> Option<Self> {
        match outcome {
            Err(Fault::PinLastTry) => Some(Self::LastTry),
            Err(Fault::PinWrong { tries_left: Some(tries) }) => Some(Self::from_tries(*tries)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_pin_tells_the_user_what_is_left() {
        let wrong = |tries_left| Err::<(), _>(Fault::PinWrong { tries_left });
        assert_eq!(PinState::told_by(&wrong(Some(1))), Some(PinState::LastTry));
        assert_eq!(PinState::told_by(&wrong(Some(3))), Some(PinState::Ready { tries_left: 3 }));
        assert_eq!(PinState::told_by(&wrong(None)), None);
        assert_eq!(PinState::told_by(&Ok(())), None);
    }

    #[test]
    fn a_last_try_is_spent_only_by_who_knows_of_it() {
        let ready = PinState::Ready { tries_left: 2 };
        assert_eq!(PinState::LastTry.refuse_to_spend(Some(ready)), Err(Fault::PinLastTry));
        assert_eq!(PinState::LastTry.refuse_to_spend(None), Err(Fault::PinLastTry));
        assert_eq!(PinState::LastTry.refuse_to_spend(Some(PinState::LastTry)), Ok(()));
        assert_eq!(PinState::Locked.refuse_to_spend(Some(PinState::LastTry)), Err(Fault::PinLocked));
        for spendable in [ready, PinState::Unknown] {
            assert_eq!(spendable.refuse_to_spend(None), Ok(()));
        }
    }
}
