//! A generated data set for the sandbox: companies, people, accounts, certificate authorities,
//! cards, banks, UKeys. No real person and no real company; the same seed and moment give the same world.

mod authority;
mod bank;
mod card;
mod certificate;
mod era;
mod error;
mod file;
mod kept;
mod key;
mod people;
pub mod picture;
mod population;
mod port_ukey;
mod secret;
mod stream;
mod ukey;

pub use authority::Authority;
pub use bank::{BankBlueprint, Customer};
pub use card::{CardBlueprint, CardKey};
pub use era::RsaEra;
pub use error::WorldError;
pub use key::{KeyAlgorithm, KeyPair};
pub use people::Person;
pub use population::{Account, Company};
pub use secret::{SecretBytes, encoded};
pub use ukey::UkeyBlueprint;

use people::People;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{Timestamp, UnifiedSocialCreditCode};
use tongguan_core::ports::Role;

/// What a world holds. Raised when something is added: a file of an earlier version is made anew.
pub const VERSION: u32 = 5;

/// Everything there is. Passwords, PINs and private keys are in it: sandbox data, kept in a 0600 file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct World {
    /// [`VERSION`] of the program that made it; a file without it is of version 1.
    pub version: u32,
    pub seed: u64,
    /// All validity periods count from here.
    pub made_at: Timestamp,
    /// The first one is the company of the account `haihe-demo`.
    pub companies: Vec<Company>,
    pub accounts: Vec<Account>,
    pub authorities: Authorities,
    pub cards: Vec<CardBlueprint>,
    pub banks: Vec<BankBlueprint>,
    pub ukeys: Vec<UkeyBlueprint>,
}

/// The roots: two that portals trust, and one that nobody does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Authorities {
    pub sm2: Authority,
    pub rsa: Authority,
    pub rogue: Authority,
}

impl Authorities {
    fn generate(seed: u64, now: Timestamp) -> Result<Self, WorldError> {
        let authority = |name, algorithm, trusted| Authority::generate(seed, now, name, algorithm, trusted);
        Ok(Self {
            sm2: authority("Tongguan sandbox SM2 root", KeyAlgorithm::Sm2, true)?,
            rsa: authority("Tongguan sandbox RSA root", KeyAlgorithm::Rsa2048, true)?,
            rogue: authority("Tongguan sandbox rogue root", KeyAlgorithm::Sm2, false)?,
        })
    }

    pub fn all(&self) -> [&Authority; 3] {
        [&self.sm2, &self.rsa, &self.rogue]
    }
}

impl World {
    /// Makes the world of `seed` as of `now`. Takes a few seconds: thirteen RSA keys.
    pub fn generate(seed: u64, now: Timestamp) -> Result<Self, WorldError> {
        let mut people = People::new(seed, now);
        let companies = population::companies(seed, &mut people)?;
        let accounts = population::accounts(seed, &mut people, &companies)?;
        let mut authorities = Authorities::generate(seed, now)?;
        let cards = card::cards(seed, now, &companies, &mut authorities)?;
        let mut banks = bank::banks(seed, now, &companies)?;
        let mut ukeys = ukey::ukeys(seed, now, &companies, &mut banks)?;
        let second = companies.get(1).ok_or(WorldError::Data("companies.txt"))?;
        ukeys.push(port_ukey::port_ukey(seed, now, second, &authorities)?);
        Ok(Self {
            version: VERSION,
            seed,
            made_at: now,
            companies,
            accounts,
            authorities,
            cards,
            banks,
            ukeys,
        })
    }

    /// The card called `name`, for example `haihe-operator-sm2`.
    pub fn card(&self, name: &str) -> Option<&CardBlueprint> {
        self.cards.iter().find(|card| card.name == name)
    }

    /// The bank with the id `id`, for example `ccb`.
    pub fn bank(&self, id: &str) -> Option<&BankBlueprint> {
        self.banks.iter().find(|bank| bank.id.as_str() == id)
    }

    /// The UKey called `name`: `haihe-ccb-sm2` of a bank, `second-port-sm2` of the electronic port.
    pub fn ukey(&self, name: &str) -> Option<&UkeyBlueprint> {
        self.ukeys.iter().find(|ukey| ukey.name == name)
    }

    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name.as_str() == name)
    }

    /// Everybody once, with a name as of a file: `haihe-legal`, `haihe-operator`, `haihe-clerk`.
    pub fn people(&self) -> Vec<(String, &Person)> {
        let staff = self.companies.iter().flat_map(|company| {
            let named = |role: &str| format!("{}-{role}", company.slug);
            [(named("legal"), &company.legal_representative), (named("operator"), &company.operator)]
        });
        // The administrators are the operators once more.
        let others = self.accounts.iter().filter(|account| account.role != Role::Administrator);
        staff.chain(others.map(|account| (account.name.to_string(), &account.holder))).collect()
    }

    pub fn company(&self, uscc: &UnifiedSocialCreditCode) -> Option<&Company> {
        self.companies.iter().find(|company| &company.identity.uscc == uscc)
    }

    /// The roots that a portal trusts for cards, DER.
    pub fn trust_anchors(&self) -> Vec<Vec<u8>> {
        self.authorities.all().into_iter().filter(|a| a.trusted).map(|a| a.certificate.clone()).collect()
    }

    /// Their revocation lists, DER, in the same order.
    pub fn revocation_lists(&self) -> Vec<Vec<u8>> {
        self.authorities.all().into_iter().filter(|a| a.trusted).map(|a| a.revocation_list.clone()).collect()
    }

    /// The authorities that a portal trusts for this bank's UKeys, DER; empty for a bank that is not there.
    pub fn bank_anchors(&self, bank: &str) -> Vec<Vec<u8>> {
        self.bank(bank).into_iter().flat_map(|b| &b.authorities).map(|a| a.certificate.clone()).collect()
    }

    /// Their revocation lists, DER, in the same order.
    pub fn bank_revocation_lists(&self, bank: &str) -> Vec<Vec<u8>> {
        self.bank(bank).into_iter().flat_map(|b| &b.authorities).map(|a| a.revocation_list.clone()).collect()
    }
}
