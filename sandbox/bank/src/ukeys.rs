//! The bank's own control for its UKeys, played here: which are in, whose they are, and their PINs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tongguan_core::domain::{BankId, Certificate, OrganizationCode, Password};
use tongguan_sandbox_world::{CardKey, UkeyBlueprint};

/// A certificate for signatures that the company may use.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// `NAME:REFERENCE`, what the form sends.
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) certificate: Certificate,
    name: String,
    reference: u8,
}

/// How a PIN entry ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Right,
    Wrong { left: u8 },
    Locked,
}

/// All UKeys of all banks with their tries.
#[derive(Debug)]
pub(crate) struct Ukeys {
    known: Vec<UkeyBlueprint>,
    /// Tries left, where they are not all.
    left: Mutex<HashMap<String, u8>>,
}

impl Ukeys {
    pub(crate) fn new(known: Vec<UkeyBlueprint>) -> Self {
        Self { known, left: Mutex::default() }
    }

    /// Those of `bank` whose certificate is for signatures and names this company.
    pub(crate) fn choices(&self, bank: &BankId, company: &OrganizationCode) -> Vec<Choice> {
        let of_bank = self.known.iter().filter(|ukey| ukey.bank.as_ref() == Some(bank));
        of_bank
            .flat_map(|ukey| ukey.keys.iter().map(move |key| (ukey, key)))
            .filter_map(|(ukey, key)| choice(ukey, key))
            .filter(|choice| {
                choice.certificate.may_sign() && choice.certificate.organization_code() == Some(company)
            })
            .collect()
    }

    /// Counts before it compares, so that guesses side by side count as well.
    pub(crate) fn enter(&self, choice: &Choice, pin: &Password) -> Entry {
        let Some(ukey) = self.known.iter().find(|ukey| ukey.name == choice.name) else {
            return Entry::Locked;
        };
        let mut tries = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let left = tries.entry(ukey.name.clone()).or_insert(ukey.tries);
        if *left == 0 {
            return Entry::Locked;
        }
        *left -= 1;
        if pin.expose() == ukey.pin.expose() {
            *left = ukey.tries;
            return Entry::Right;
        }
        if *left == 0 { Entry::Locked } else { Entry::Wrong { left: *left } }
    }

    /// The bare signature, as [`tongguan_sandbox_world::KeyPair::sign`] gives it.
    pub(crate) fn sign(&self, choice: &Choice, message: &[u8]) -> Option<Vec<u8>> {
        let ukey = self.known.iter().find(|ukey| ukey.name == choice.name)?;
        let key = ukey.keys.iter().find(|key| key.reference == choice.reference)?;
        key.pair.sign(message).ok()
    }

    /// All tries are there again.
    pub(crate) fn reset(&self) {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn choice(ukey: &UkeyBlueprint, key: &CardKey) -> Option<Choice> {
    Some(Choice {
        value: format!("{}:{}", ukey.name, key.reference),
        label: ukey.label.clone(),
        certificate: Certificate::parse(&key.certificate).ok()?,
        name: ukey.name.clone(),
        reference: key.reference,
    })
}
