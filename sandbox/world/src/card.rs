//! Blueprints of cards: everything that a card needs to be personalised.

use crate::authority::{Authority, serial};
use crate::certificate::{Generation, Holder, Terms, card};
use crate::key::{KeyAlgorithm, KeyPair};
use crate::population::Company;
use crate::secret::encoded;
use crate::stream::Stream;
use crate::{Authorities, WorldError};
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{AccountName, CardKind, Password, Timestamp};

const LABELS: &str = include_str!("../data/labels.txt");
const DAY: i64 = 86_400;
const TRIES: u8 = 5;

/// A card before it is made. `Debug` shows neither PIN nor keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CardBlueprint {
    /// How tests and `./dev` call it, for example `haihe-operator-sm2`.
    pub name: String,
    /// The card number, as it also stands in the certificates (private extension 5.9).
    pub serial: String,
    /// What the card calls itself, UTF-8.
    pub label: String,
    pub kind: CardKind,
    /// 8 digits, never eight times the digit 8.
    pub pin: Password,
    pub tries: u8,
    /// Whom it signs in from the start; other cards are bound by certifying with them.
    pub account: Option<AccountName>,
    pub keys: Vec<CardKey>,
}

/// A key on a card with its certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CardKey {
    /// 1 to 3, in the card's order.
    pub reference: u8,
    pub pair: KeyPair,
    /// DER.
    #[serde(with = "encoded")]
    pub certificate: Vec<u8>,
}

/// What is wrong with a card, if anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    Expired,
    NotYet,
    Soon,
    Revoked,
    Rogue,
    NoSignature,
    /// Carries the card number of the first card.
    NumberOfFirst,
}

struct Order {
    name: &'static str,
    company: usize,
    kind: CardKind,
    algorithms: &'static [KeyAlgorithm],
    flaw: Flaw,
}

const fn order(
    name: &'static str,
    company: usize,
    kind: CardKind,
    algorithms: &'static [KeyAlgorithm],
    flaw: Flaw,
) -> Order {
    Order { name, company, kind, algorithms, flaw }
}

const SM2: &[KeyAlgorithm] = &[KeyAlgorithm::Sm2];
const RSA: &[KeyAlgorithm] = &[KeyAlgorithm::Rsa2048];
const P256: &[KeyAlgorithm] = &[KeyAlgorithm::P256];
const ALL: &[KeyAlgorithm] = &[KeyAlgorithm::Sm2, KeyAlgorithm::Rsa2048, KeyAlgorithm::P256];

const ORDERS: [Order; 13] = [
    order("haihe-operator-sm2", 0, CardKind::Operator, SM2, Flaw::None),
    order("haihe-legal-sm2", 0, CardKind::LegalPerson, SM2, Flaw::None),
    order("haihe-operator-rsa", 0, CardKind::Operator, RSA, Flaw::None),
    order("haihe-operator-p256", 0, CardKind::Operator, P256, Flaw::None),
    order("haihe-all", 0, CardKind::Operator, ALL, Flaw::None),
    order("second-operator-sm2", 1, CardKind::Operator, SM2, Flaw::None),
    order("haihe-expired", 0, CardKind::Operator, SM2, Flaw::Expired),
    order("haihe-not-yet", 0, CardKind::Operator, SM2, Flaw::NotYet),
    order("haihe-revoked", 0, CardKind::Operator, SM2, Flaw::Revoked),
    order("haihe-untrusted", 0, CardKind::Operator, SM2, Flaw::Rogue),
    order("haihe-soon", 0, CardKind::Operator, SM2, Flaw::Soon),
    order("haihe-no-signature", 0, CardKind::Operator, SM2, Flaw::NoSignature),
    order("second-same-number", 1, CardKind::Operator, SM2, Flaw::NumberOfFirst),
];

/// Makes all cards and puts the revoked ones on their authority's list.
pub(crate) fn cards(
    seed: u64,
    now: Timestamp,
    companies: &[Company],
    authorities: &mut Authorities,
) -> Result<Vec<CardBlueprint>, WorldError> {
    let mut cards = Vec::with_capacity(ORDERS.len());
    let mut revoked = Vec::new();
    for order in &ORDERS {
        let company = companies.get(order.company).ok_or(WorldError::Data("companies.txt"))?;
        cards.push(blueprint(seed, now, order, company, authorities)?);
        if order.flaw == Flaw::Revoked {
            revoked.push(serial(seed, &format!("{} 1", order.name), KeyAlgorithm::Sm2));
        }
    }
    authorities.sm2.revoke(&revoked, now)?;
    Ok(cards)
}

fn blueprint(
    seed: u64,
    now: Timestamp,
    order: &Order,
    company: &Company,
    authorities: &Authorities,
) -> Result<CardBlueprint, WorldError> {
    let number =
        card_number(seed, if order.flaw == Flaw::NumberOfFirst { "haihe-operator-sm2" } else { order.name });
    let mut keys = Vec::new();
    for (algorithm, reference) in order.algorithms.iter().zip(1u8..) {
        let pair = KeyPair::generate(
            *algorithm,
            Stream::new(seed, &format!("card key {} {reference}", order.name)),
        )?;
        let authority = issuer(order.flaw, *algorithm, authorities);
        let certificate = certificate(seed, now, order, company, authority, &pair, reference, &number)?;
        keys.push(CardKey { reference, pair, certificate });
    }
    let title = LABELS.lines().nth(usize::from(order.kind != CardKind::LegalPerson)).unwrap_or_default();
    let tail = number.get(number.len().saturating_sub(4)..).unwrap_or_default();
    Ok(CardBlueprint {
        name: order.name.into(),
        label: format!("{title} {tail}"),
        serial: number,
        kind: order.kind,
        pin: pin(seed, order.name),
        tries: TRIES,
        account: account(order, company)?,
        keys,
    })
}

/// The first company's legal representative has signed in by card before.
fn account(order: &Order, company: &Company) -> Result<Option<AccountName>, WorldError> {
    match order.kind {
        CardKind::LegalPerson => Ok(Some(AccountName::parse(&format!("{}-demo", company.slug))?)),
        _ => Ok(None),
    }
}

/// P-256 certificates come from the RSA root: the electronic port has none for them.
fn issuer(flaw: Flaw, algorithm: KeyAlgorithm, authorities: &Authorities) -> &Authority {
    match (flaw, algorithm) {
        (Flaw::Rogue, _) => &authorities.rogue,
        (_, KeyAlgorithm::Sm2) => &authorities.sm2,
        _ => &authorities.rsa,
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one certificate, used in one place")]
fn certificate(
    seed: u64,
    now: Timestamp,
    order: &Order,
    company: &Company,
    issuer: &Authority,
    pair: &KeyPair,
    reference: u8,
    number: &str,
) -> Result<Vec<u8>, WorldError> {
    let person =
        if order.kind == CardKind::LegalPerson { &company.legal_representative } else { &company.operator };
    let holder = Holder {
        name: person.name.as_str(),
        document: person.document.number.as_str(),
        company: company.identity.name.as_str(),
        organization_code: company.identity.organization_code.as_str(),
        card_number: number,
    };
    let (from, until) = match order.flaw {
        Flaw::Expired => (-1100, -5),
        Flaw::NotYet => (365, 1460),
        Flaw::Soon => (-1065, 30),
        _ => (-30, 1065),
    };
    let terms = Terms {
        serial: &serial(seed, &format!("{} {reference}", order.name), issuer.key.algorithm),
        from: now.plus_seconds(from * DAY),
        until: now.plus_seconds(until * DAY),
        generation: Generation::Sm2,
        may_sign: order.flaw != Flaw::NoSignature,
    };
    card(&issuer.key, &issuer.name_der()?, pair, &holder, &terms)
}

/// `03-` and two letters, digit, letter, nine digits.
pub(crate) fn card_number(seed: u64, name: &str) -> String {
    let mut stream = Stream::new(seed, &format!("card number {name}"));
    let letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    let begin = stream.characters(letters, 2);
    let digit = stream.digits(1);
    let letter = stream.characters(letters, 1);
    format!("03-{begin}{digit}{letter}{}", stream.digits(9))
}

fn pin(seed: u64, name: &str) -> Password {
    let mut stream = Stream::new(seed, &format!("pin {name}"));
    loop {
        let pin = stream.digits(8);
        // The electronic port's factory PIN, and its like.
        if pin.bytes().any(|digit| !pin.starts_with(char::from(digit))) {
            return Password::from(pin);
        }
    }
}
