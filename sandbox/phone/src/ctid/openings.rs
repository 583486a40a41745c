//! What phones have begun, in memory: so many at most, for so many minutes, and nothing of it anywhere else.

use crate::trouble::Trouble;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::platform::Slot;
use tongguan_core::domain::{MaskedText, Timestamp, Validity};
use tongguan_core::ports::FaceAction;
use tongguan_sandbox_outside::Applicant;

/// Seconds from the first form to the last.
const LIFE: i64 = 600;
/// At a time; whoever comes then waits for one to end.
const MOST: usize = 500;
/// Questions to the registers in a minute, of all phones together: an answer tells whether a card is right.
const QUESTIONS: u32 = 240;
const MINUTE: i64 = 60;
const ACTIONS: [FaceAction; 5] =
    [FaceAction::Blink, FaceAction::OpenMouth, FaceAction::TurnLeft, FaceAction::TurnRight, FaceAction::Nod];

/// One person on the way to a trusted identity.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) version: u32,
    pub(super) step: Step,
    until: i64,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Form,
    /// The card is known: both sides of it, then the face, then the action before the camera.
    Shown {
        applicant: Applicant,
        action: FaceAction,
    },
    Opened(Facts),
}

/// What is left to be shown when it is open.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) number: MaskedText,
    pub(super) validity: Validity,
}

impl Step {
    /// Pictures that may be sent now.
    pub(super) fn asked(&self) -> &'static [Slot] {
        const CARD: [Slot; 2] = [Slot::IdFront, Slot::IdBack];
        match self {
            Self::Shown { applicant, .. } if !CARD.iter().all(|slot| applicant.has_shown(*slot)) => &CARD,
            Self::Shown { applicant, .. } if !applicant.has_shown(Slot::Face) => &[Slot::Face],
            _ => &[],
        }
    }
}

/// Of an applicant whose identity is open.
pub(super) fn facts(applicant: &Applicant) -> Facts {
    let identity = applicant.identity();
    Facts {
        name: identity.name.to_string(),
        number: identity.document.number.masked(),
        validity: identity.validity,
    }
}

/// Which action the face has to do: nobody knows it before.
pub(super) fn drawn() -> Result<FaceAction, Trouble> {
    let [byte] = random()?;
    ACTIONS.get(usize::from(byte) % ACTIONS.len()).copied().ok_or(Trouble::Portal)
}

fn random<const N: usize>() -> Result<[u8; N], Trouble> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Trouble::Portal)?;
    Ok(bytes)
}

#[derive(Debug, Default)]
pub(super) struct Openings(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    /// By the hash of the token.
    all: HashMap<[u8; 32], Opening>,
    questions: u32,
    minute_ends: i64,
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Openings {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without those whose time is over.
    fn inside_at(&self, now: Timestamp) -> MutexGuard<'_, Inside> {
        let mut inside = self.inside();
        inside.all.retain(|_, opening| opening.until > now.unix());
        inside
    }

    /// The token of a new one: [`Trouble::TooOften`] while there are too many.
    pub(super) fn begin(&self, now: Timestamp) -> Result<String, Trouble> {
        let token = hex::encode(random::<32>()?);
        let mut inside = self.inside_at(now);
        if inside.all.len() >= MOST {
            return Err(Trouble::TooOften);
        }
        let opening = Opening { version: 1, step: Step::Form, until: now.unix() + LIFE };
        inside.all.insert(key(&token), opening);
        Ok(token)
    }

    pub(super) fn get(&self, token: &str, now: Timestamp) -> Option<Opening> {
        self.inside_at(now).all.get(&key(token)).cloned()
    }

    /// Unless another answer was faster.
    pub(super) fn put(&self, token: &str, before: &Opening, step: Step) {
        if let Some(opening) = self.inside().all.get_mut(&key(token))
            && opening.version == before.version
        {
            (opening.version, opening.step) = (before.version + 1, step);
        }
    }

    pub(super) fn forget(&self, token: &str) {
        self.inside().all.remove(&key(token));
    }

    /// One question more: [`Trouble::TooOften`] if that is one too many.
    pub(super) fn count(&self, now: Timestamp) -> Result<(), Trouble> {
        let mut inside = self.inside();
        if inside.minute_ends <= now.unix() {
            (inside.minute_ends, inside.questions) = (now.unix() + MINUTE, 0);
        }
        if inside.questions >= QUESTIONS {
            return Err(Trouble::TooOften);
        }
        inside.questions += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn an_opening_has_its_minutes_and_its_token() {
        let openings = Openings::default();
        let (one, other) = (openings.begin(at(0)).unwrap(), openings.begin(at(5)).unwrap());
        assert_ne!(one, other);
        assert!(openings.get(&one, at(LIFE - 1)).is_some());
        assert!(openings.get(&one, at(LIFE)).is_none() && openings.get(&other, at(LIFE)).is_some());
        assert!(openings.get(&one, at(0)).is_none(), "what is over does not come back");
        openings.forget(&other);
        assert!(openings.get(&other, at(6)).is_none() && openings.get("", at(6)).is_none());
        assert!(openings.inside().all.is_empty());
    }

    #[test]
    fn there_are_so_many_at_a_time() {
        let openings = Openings::default();
        for _ in 0..MOST {
            openings.begin(at(0)).unwrap();
        }
        assert_eq!(openings.begin(at(1)), Err(Trouble::TooOften));
        assert!(openings.begin(at(LIFE)).is_ok());
    }

    #[test]
    fn there_are_so_many_questions_in_a_minute() {
        let openings = Openings::default();
        for _ in 0..QUESTIONS {
            openings.count(at(0)).unwrap();
        }
        assert_eq!(openings.count(at(MINUTE - 1)), Err(Trouble::TooOften));
        assert_eq!(openings.count(at(MINUTE)), Ok(()));
    }

    #[test]
    fn of_two_answers_to_one_page_the_first_counts() {
        let openings = Openings::default();
        let token = openings.begin(at(0)).unwrap();
        let before = openings.get(&token, at(0)).unwrap();
        openings.put(&token, &before, Step::Form);
        openings.put(&token, &before, Step::Form);
        assert_eq!(openings.get(&token, at(0)).unwrap().version, before.version + 1);
    }
}
