//! Banks: whom they know, and which certificates they issue.

use crate::WorldError;
use crate::authority::Authority;
use crate::key::KeyAlgorithm;
use crate::population::Company;
use crate::stream::Stream;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{
    BankId, BankName, CompanyIdentity, CompanyName, Password, Timestamp, UnifiedSocialCreditCode,
};

const BANKS: &str = include_str!("../data/banks.txt");
/// `BANK SLUG [NAME]`: the name by which the bank knows the company, if it is not the registered one.
const CUSTOMERS: &str = include_str!("../data/customers.txt");
/// 256 bits and a little more.
const SECRET_LENGTH: usize = 52;
const SECRET_ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A bank with its authorities and customers. `Debug` shows no secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BankBlueprint {
    pub id: BankId,
    pub name: BankName,
    /// The bank's own word for its UKey.
    pub token: String,
    /// By which the bank's server is known to the backend.
    pub secret: Password,
    /// SM2, then RSA. A portal trusts both for this bank, and for no other.
    pub authorities: Vec<Authority>,
    pub customers: Vec<Customer>,
}

/// A company as the bank has it in its books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub uscc: UnifiedSocialCreditCode,
    /// May be a former name.
    pub name: CompanyName,
}

impl Customer {
    pub fn identity(&self) -> CompanyIdentity {
        CompanyIdentity {
            name: self.name.clone(),
            organization_code: self.uscc.organization_code(),
            uscc: self.uscc.clone(),
        }
    }
}

impl BankBlueprint {
    pub fn customer(&self, uscc: &UnifiedSocialCreditCode) -> Option<&Customer> {
        self.customers.iter().find(|customer| &customer.uscc == uscc)
    }

    /// P-256 certificates come from the RSA authority.
    pub(crate) fn issuer(&self, algorithm: KeyAlgorithm) -> Option<&Authority> {
        let own = if algorithm == KeyAlgorithm::Sm2 { KeyAlgorithm::Sm2 } else { KeyAlgorithm::Rsa2048 };
        self.authorities.iter().find(|authority| authority.key.algorithm == own)
    }
}

/// What an authority of the bank `mark` is called.
pub(crate) fn authority_name(mark: &str, algorithm: &str) -> String {
    format!("Tongguan sandbox {mark} {algorithm} CA")
}

/// Makes all banks, each on a thread of its own: their RSA keys take the time.
pub(crate) fn banks(
    seed: u64,
    now: Timestamp,
    companies: &[Company],
) -> Result<Vec<BankBlueprint>, WorldError> {
    std::thread::scope(|scope| {
        let makers: Vec<_> =
            BANKS.lines().map(|line| scope.spawn(move || bank(seed, now, companies, line))).collect();
        makers.into_iter().map(|maker| maker.join().unwrap_or(Err(WorldError::Data("banks.txt")))).collect()
    })
}

fn bank(seed: u64, now: Timestamp, companies: &[Company], line: &str) -> Result<BankBlueprint, WorldError> {
    let mut words = line.split(' ');
    let mut word = || words.next().ok_or(WorldError::Data("banks.txt"));
    let (id, mark, name, token) = (word()?, word()?, word()?, word()?);
    let authority =
        |kind: &str, algorithm| Authority::generate(seed, now, &authority_name(mark, kind), algorithm, true);
    Ok(BankBlueprint {
        id: BankId::parse(id)?,
        name: BankName::parse(name)?,
        token: token.into(),
        secret: secret(seed, id),
        authorities: vec![authority("SM2", KeyAlgorithm::Sm2)?, authority("RSA", KeyAlgorithm::Rsa2048)?],
        customers: customers(id, companies)?,
    })
}

fn customers(bank: &str, companies: &[Company]) -> Result<Vec<Customer>, WorldError> {
    let of_bank = CUSTOMERS.lines().filter_map(|line| line.strip_prefix(bank)?.strip_prefix(' '));
    of_bank
        .map(|line| {
            let (slug, own) = line.split_once(' ').map_or((line, None), |(slug, name)| (slug, Some(name)));
            let company = companies.iter().find(|company| company.slug == slug);
            let identity = &company.ok_or(WorldError::Data("customers.txt"))?.identity;
            let name = own.map_or_else(|| Ok(identity.name.clone()), CompanyName::parse)?;
            Ok(Customer { uscc: identity.uscc.clone(), name })
        })
        .collect()
}

fn secret(seed: u64, bank: &str) -> Password {
    Password::from(
        Stream::new(seed, &format!("bank secret {bank}")).characters(SECRET_ALPHABET, SECRET_LENGTH),
    )
}
