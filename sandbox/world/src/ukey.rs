//! Blueprints of UKeys: banks', and what an electronic-port UKey has in common with them.

use crate::WorldError;
use crate::authority::{Authority, serial};
use crate::bank::{BankBlueprint, authority_name};
use crate::card::CardKey;
use crate::certificate::{BankHolder, BankTerms, BankUsage, bank};
use crate::key::{KeyAlgorithm, KeyPair};
use crate::population::Company;
use crate::stream::Stream;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{AccountName, BankId, Password, Timestamp};

const DAY: i64 = 86_400;
const TRIES: u8 = 6;

/// A UKey before it is made. `Debug` shows neither PIN nor keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UkeyBlueprint {
    /// How tests and `./dev` call it, for example `haihe-ccb-sm2`.
    pub name: String,
    /// `None`: the electronic port's own.
    pub bank: Option<BankId>,
    /// Whom it signs in from the start.
    pub account: Option<AccountName>,
    /// What the token calls itself, UTF-8, at most 32 bytes (PKCS#11 2.40, CK_TOKEN_INFO).
    pub label: String,
    /// 12 digits.
    pub serial: String,
    /// 6 digits, never six times the same.
    pub pin: Password,
    pub tries: u8,
    pub keys: Vec<CardKey>,
}

/// What is wrong with a UKey, if anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    Expired,
    Revoked,
    /// Its issuer bears the name of the bank's authority and is another.
    Impostor,
}

struct Order {
    name: &'static str,
    bank: &'static str,
    company: &'static str,
    keys: &'static [(KeyAlgorithm, BankUsage)],
    flaw: Flaw,
}

const fn order(
    name: &'static str,
    bank: &'static str,
    company: &'static str,
    keys: &'static [(KeyAlgorithm, BankUsage)],
    flaw: Flaw,
) -> Order {
    Order { name, bank, company, keys, flaw }
}

const SM2: &[(KeyAlgorithm, BankUsage)] = &[(KeyAlgorithm::Sm2, BankUsage::Signature)];
const RSA: &[(KeyAlgorithm, BankUsage)] = &[(KeyAlgorithm::Rsa2048, BankUsage::Signature)];
const P256: &[(KeyAlgorithm, BankUsage)] = &[(KeyAlgorithm::P256, BankUsage::Signature)];
const TWO: &[(KeyAlgorithm, BankUsage)] =
    &[(KeyAlgorithm::Rsa2048, BankUsage::Signature), (KeyAlgorithm::Rsa2048, BankUsage::Signature)];
const MIXED: &[(KeyAlgorithm, BankUsage)] =
    &[(KeyAlgorithm::Rsa2048, BankUsage::Encryption), (KeyAlgorithm::Rsa2048, BankUsage::Signature)];

const ORDERS: [Order; 13] = [
    order("haihe-ccb-sm2", "ccb", "haihe", SM2, Flaw::None),
    order("haihe-ccb-rsa", "ccb", "haihe", RSA, Flaw::None),
    order("haihe-ccb-p256", "ccb", "haihe", P256, Flaw::None),
    order("haihe-abc-sm2", "abc", "haihe", SM2, Flaw::None),
    order("haihe-abc-rsa", "abc", "haihe", RSA, Flaw::None),
    order("haihe-cmbc-p256", "cmbc", "haihe", P256, Flaw::None),
    order("second-ccb-sm2", "ccb", "bohai", SM2, Flaw::None),
    order("second-ccb-rsa", "ccb", "bohai", RSA, Flaw::None),
    order("haihe-ccb-expired", "ccb", "haihe", SM2, Flaw::Expired),
    order("haihe-ccb-revoked", "ccb", "haihe", SM2, Flaw::Revoked),
    order("haihe-ccb-untrusted", "ccb", "haihe", SM2, Flaw::Impostor),
    order("haihe-ccb-two", "ccb", "haihe", TWO, Flaw::None),
    order("haihe-ccb-mixed", "ccb", "haihe", MIXED, Flaw::None),
];

/// Makes all UKeys, each on a thread of its own, and puts the revoked ones on their authority's list.
pub(crate) fn ukeys(
    seed: u64,
    now: Timestamp,
    companies: &[Company],
    banks: &mut [BankBlueprint],
) -> Result<Vec<UkeyBlueprint>, WorldError> {
    let known: &[BankBlueprint] = banks;
    let ukeys = std::thread::scope(|scope| {
        let makers: Vec<_> = ORDERS
            .iter()
            .map(|order| scope.spawn(move || blueprint(seed, now, order, companies, known)))
            .collect();
        makers.into_iter().map(|maker| maker.join().unwrap_or(Err(WorldError::Key("thread")))).collect()
    });
    for order in ORDERS.iter().filter(|order| order.flaw == Flaw::Revoked) {
        let bank = banks.iter_mut().find(|bank| bank.id.as_str() == order.bank);
        let sm2 = bank.and_then(|bank| bank.authorities.first_mut()).ok_or(WorldError::Data("banks.txt"))?;
        sm2.revoke(&[serial(seed, &format!("{} 1", order.name), KeyAlgorithm::Sm2)], now)?;
    }
    ukeys
}

fn blueprint(
    seed: u64,
    now: Timestamp,
    order: &Order,
    companies: &[Company],
    banks: &[BankBlueprint],
) -> Result<UkeyBlueprint, WorldError> {
    let bank = banks.iter().find(|bank| bank.id.as_str() == order.bank);
    let bank = bank.ok_or(WorldError::Data("banks.txt"))?;
    let company = companies.iter().find(|company| company.slug == order.company);
    let uscc = &company.ok_or(WorldError::Data("companies.txt"))?.identity.uscc;
    let customer = bank.customer(uscc).ok_or(WorldError::Data("customers.txt"))?;
    let holder = BankHolder { company: customer.name.as_str(), uscc: customer.uscc.as_str() };
    let mut keys = Vec::new();
    for ((algorithm, usage), reference) in order.keys.iter().zip(1u8..) {
        let stream = Stream::new(seed, &format!("ukey key {} {reference}", order.name));
        let pair = KeyPair::generate(*algorithm, stream)?;
        let certificate = certificate(seed, now, order, bank, &holder, &pair, *usage, reference)?;
        keys.push(CardKey { reference, pair, certificate });
    }
    let owner = (Some(bank.id.clone()), None);
    Ok(made(seed, order.name, &bank.token, owner, keys))
}

/// A UKey with serial number and PIN of its own; `token` is its maker's word for it.
pub(crate) fn made(
    seed: u64,
    name: &str,
    token: &str,
    (bank, account): (Option<BankId>, Option<AccountName>),
    keys: Vec<CardKey>,
) -> UkeyBlueprint {
    let mut number = Stream::new(seed, &format!("ukey number {name}"));
    let serial = format!("99{}", number.digits(10));
    let tail = serial.get(8..).unwrap_or_default();
    UkeyBlueprint {
        name: name.into(),
        bank,
        account,
        label: format!("{token} {tail}"),
        serial,
        pin: pin(seed, name),
        tries: TRIES,
        keys,
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one certificate, used in one place")]
fn certificate(
    seed: u64,
    now: Timestamp,
    order: &Order,
    of: &BankBlueprint,
    holder: &BankHolder<'_>,
    pair: &KeyPair,
    usage: BankUsage,
    reference: u8,
) -> Result<Vec<u8>, WorldError> {
    let (from, until) = if order.flaw == Flaw::Expired { (-1100, -5) } else { (-30, 1065) };
    let impostor = impostor(seed, now, order)?;
    let issuer =
        impostor.as_ref().or_else(|| of.issuer(pair.algorithm)).ok_or(WorldError::Data("banks.txt"))?;
    let terms = BankTerms {
        serial: &serial(seed, &format!("{} {reference}", order.name), issuer.key.algorithm),
        from: now.plus_seconds(from * DAY),
        until: now.plus_seconds(until * DAY),
        usage,
    };
    bank(&issuer.key, &issuer.name_der()?, pair, holder, &terms)
}

/// An authority that calls itself like the bank's own and has a key that nobody knows.
fn impostor(seed: u64, now: Timestamp, order: &Order) -> Result<Option<Authority>, WorldError> {
    if order.flaw != Flaw::Impostor {
        return Ok(None);
    }
    let name = authority_name(&order.bank.to_uppercase(), "SM2");
    Authority::generate(!seed, now, &name, KeyAlgorithm::Sm2, false).map(Some)
}

fn pin(seed: u64, name: &str) -> Password {
    let mut stream = Stream::new(seed, &format!("ukey pin {name}"));
    loop {
        let pin = stream.digits(6);
        if pin.bytes().any(|digit| !pin.starts_with(char::from(digit))) {
            return Password::from(pin);
        }
    }
}
