//! One opened token. It keeps no session: each call opens one and closes it, so none outlives its token.

use crate::identities::{self, Key, Record};
use crate::module::Calls;
use crate::raw::TokenInfoBytes;
use crate::signing::{self, Way};
use crate::source::{Shared, is_present};
use crate::table::Recognised;
use crate::visit::{Entry, Login, Visit};
use cryptoki::error::RvError;
use cryptoki_sys::{CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED};
use std::sync::Arc;
use tongguan_core::domain::{Certificate, KeyRef, Pin, PinState, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Token;

/// The token that the core gets.
pub(crate) struct Ukey {
    shared: Arc<Shared>,
    recognised: Arc<Recognised>,
    /// The PIN's state as it was last told: what the user knows when he enters the PIN.
    told: Option<PinState>,
}

/// What one call works with: the module to itself, and what the token says of itself now.
struct Now<'m> {
    calls: Calls<'m>,
    info: Option<TokenInfoBytes>,
}

impl Now<'_> {
    /// By the flags of the token (PKCS#11 2.40 section 3.2); without one of these two they say nothing that
    /// can be counted, and many modules never set any.
    fn pin_state(&self) -> PinState {
        match self.info.map(|info| info.flags) {
            Some(flags) if flags & CKF_USER_PIN_LOCKED != 0 => PinState::Locked,
            Some(flags) if flags & CKF_USER_PIN_FINAL_TRY != 0 => PinState::LastTry,
            _ => PinState::Unknown,
        }
    }

    /// Fewest and most characters of a PIN; the module's word counts where it makes sense.
    fn pin_range(&self) -> (u8, u8) {
        let said = self.info.and_then(|info| {
            let (min, max) = (u8::try_from(info.min_pin).ok()?, u8::try_from(info.max_pin).ok()?);
            let (min, max) = (min.max(Pin::MIN), max.min(Pin::MAX));
            (min <= max).then_some((min, max))
        });
        said.unwrap_or((Pin::MIN, Pin::MAX))
    }

    /// Refuses a PIN that the token would refuse, before it costs a try.
    fn check(&self, pin: &Pin) -> Result<(), Fault> {
        let (min, max) = self.pin_range();
        let fits = (usize::from(min)..=usize::from(max)).contains(&pin.expose().len());
        if fits { Ok(()) } else { Err(Fault::PinFormat { min, max }) }
    }

    fn entry(&self, pad: bool, pin: Option<&Pin>) -> Result<Entry, Fault> {
        let (min, max) = self.pin_range();
        match pin {
            _ if pad => Ok(Entry::Pad),
            None => Err(Fault::PinFormat { min, max }),
            Some(pin) => self.check(pin).map(|()| Entry::of(pin)),
        }
    }
}

impl Ukey {
    pub(crate) fn new(shared: Arc<Shared>, recognised: Arc<Recognised>) -> Self {
        Self { shared, recognised, told: None }
    }

    fn record(&self, key: &KeyRef) -> Result<&Record, Fault> {
        let mut records = self.recognised.records.iter();
        records.find(|record| record.identity.key == *key).ok_or(Fault::KeyMissing)
    }

    /// Runs `work` with the module to itself. A token that is not there any more is [`Fault::CardRemoved`],
    /// whatever the module called it.
    fn now<T>(&self, work: impl FnOnce(&mut Now<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let calls = self.shared.module.calls();
        if !self.shared.table().has(self.recognised.count) {
            return Err(Fault::CardRemoved);
        }
        let mut now = Now { info: None, calls };
        let outcome = self.info_now(&now.calls).and_then(|info| {
            now.info = info;
            work(&mut now)
        });
        let unclear = matches!(
            outcome,
            Err(Fault::LibraryFailed { .. }
                | Fault::LibrarySilent { .. }
                | Fault::KeyMissing
                | Fault::CardChanged)
        );
        let removed = matches!(outcome, Err(Fault::CardRemoved));
        if removed || (unclear && !is_present(&now.calls, &self.recognised)) {
            self.shared.gone(self.recognised.count);
            return Err(Fault::CardRemoved);
        }
        outcome
    }

    /// None where C_GetTokenInfo fails as a whole.
    fn info_now(&self, calls: &Calls<'_>) -> Result<Option<TokenInfoBytes>, Fault> {
        match calls.token_info(self.recognised.slot) {
            Ok(info) if self.recognised.serial.is_some_and(|serial| serial != info.serial) => {
                Err(Fault::CardRemoved)
            }
            Ok(info) => Ok(Some(info)),
            Err(trouble) if calls.fault(trouble) == Fault::CardRemoved => Err(Fault::CardRemoved),
            Err(_) => Ok(None),
        }
    }

    /// What the flags say after a PIN was refused: the tries that are left, where they tell.
    fn refused(&self, now: &mut Now<'_>, fault: Fault) -> Fault {
        match fault {
            Fault::PinWrong { tries_left: None } => {
                now.info = self.info_now(&now.calls).ok().flatten();
                let tries_left = match now.pin_state() {
                    PinState::Locked => Some(0),
                    PinState::LastTry => Some(1),
                    PinState::Ready { .. } | PinState::Unknown => None,
                };
                Fault::PinWrong { tries_left }
            }
            Fault::PinFormat { .. } => {
                let (min, max) = now.pin_range();
                Fault::PinFormat { min, max }
            }
            fault => fault,
        }
    }

    fn signature(
        &self,
        now: &Now<'_>,
        record: &Record,
        ways: &[Way],
        entry: &Entry,
    ) -> Result<Vec<u8>, Fault> {
        let visit = now.calls.visit(self.recognised.slot, false)?;
        if !identities::still_there(&visit, record)? {
            return Err(Fault::CardChanged);
        }
        now.pin_state().refuse_to_spend(self.told)?;
        visit.leave_foreign_login()?;
        // From here on nothing is tried again. What comes back logs out when it is dropped, also when
        // signing failed: nobody else may sign with this PIN.
        let login = visit.login(entry)?;
        let key = private_key(&visit, record, self.recognised.records.len())?;
        sign(&login, &key, ways, entry)?
            .ok_or_else(|| signing::unsupported(record.identity.certificate.algorithm()))
    }
}

/// The key of a certificate, now that all are to be seen.
fn private_key(visit: &Visit<'_>, record: &Record, certificates: usize) -> Result<Key, Fault> {
    if !record.id.is_empty()
        && let Some(key) = identities::only_key(visit, &record.id)?
    {
        return Ok(key);
    }
    let keys = identities::keys(visit)?;
    identities::key_of(record.names(), &keys, certificates).cloned().ok_or(Fault::KeyMissing)
}

/// Signs in the first way that the module takes; none if it takes none.
fn sign(login: &Login<'_>, key: &Key, ways: &[Way], entry: &Entry) -> Result<Option<Vec<u8>>, Fault> {
    let again = key.always_authenticate.then_some(entry);
    for way in ways {
        let Some(mechanism) = way.mechanism() else { continue };
        match login.sign(&mechanism, key.handle, &way.data, again) {
            Ok(answer) => return way.signature(answer).ok_or(Fault::SignatureInvalid).map(Some),
            Err(trouble) => match trouble.value() {
                // Says C_SignInit, before the PIN would be entered a second time, or a C_Sign without that.
                Some(RvError::MechanismInvalid | RvError::MechanismParamInvalid) => {}
                _ => return Err(login.fault(trouble)),
            },
        }
    }
    Ok(None)
}

impl Token for Ukey {
    fn info(&self) -> &TokenInfo {
        &self.recognised.info
    }

    fn pin_state(&mut self, key: &KeyRef) -> Result<PinState, Fault> {
        self.record(key)?;
        let state = self.now(|now| Ok(now.pin_state()))?;
        self.told = Some(state);
        Ok(state)
    }

    /// One C_Login(CKU_USER). A key with CKA_ALWAYS_AUTHENTICATE takes the same entry a second time, as the
    /// standard has it (CKU_CONTEXT_SPECIFIC, PKCS#11 2.40 section 5.6.8): only after the first was found
    /// right, so a wrong entry still costs one try.
    fn sign(
        &mut self,
        key: &KeyRef,
        expected: &Certificate,
        message: &[u8],
        pin: Option<&Pin>,
    ) -> Result<Vec<u8>, Fault> {
        let record = self.record(key)?;
        if record.identity.certificate.der() != expected.der() {
            return Err(Fault::CardChanged);
        }
        let offered = self.recognised.mechanisms.as_deref();
        let ways = signing::ways(expected, message, self.shared.module.sm2(), offered)?;
        let outcome = self.now(|now| {
            let entry = now.entry(self.recognised.info.pin_pad, pin)?;
            let signature = self.signature(now, record, &ways, &entry);
            signature.map_err(|fault| self.refused(now, fault))
        });
        self.told = PinState::told_by(&outcome).or(self.told);
        outcome
    }

    /// One C_SetPIN. On a pad both PINs are entered there and these are not used.
    fn change_pin(&mut self, key: &KeyRef, old: &Pin, new: &Pin) -> Result<(), Fault> {
        self.record(key)?;
        let pad = self.recognised.info.pin_pad;
        let outcome = self.now(|now| {
            if !pad {
                now.check(old)?;
                now.check(new)?;
            }
            now.pin_state().refuse_to_spend(self.told)?;
            let changed = now.calls.visit(self.recognised.slot, true).and_then(|visit| {
                visit.leave_foreign_login()?;
                visit.set_pin((!pad).then_some((old, new)))
            });
            changed.map_err(|fault| self.refused(now, fault))
        });
        self.told = PinState::told_by(&outcome).or(self.told);
        outcome
    }
}
