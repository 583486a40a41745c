//! People. None of them exists: region 99 is given out nowhere, and so are the blocks of phones and bank cards.

use crate::WorldError;
use crate::stream::Stream;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tongguan_core::domain::{
    BankCardNumber, CalendarDate, CitizenIdNumber, Document, DocumentKind, PersonName, PhoneNumber,
    Timestamp, ValidUntil, Validity,
};

const SURNAMES: &str = include_str!("../data/surnames.txt");
const GIVEN_NAMES: &str = include_str!("../data/given_names.txt");
/// `COMPANY ROLE KIND NAME` of those who have no identity card; a hyphen for a name like any other.
const DOCUMENTS: &str = include_str!("../data/documents.txt");
const PHONES: &str = "1990000";
const PHONES_GIVEN: usize = 5_000;
/// UnionPay's 62, and an issuer that is none.
const BANK_CARDS: &str = "6200000";
const FIRST_BIRTH: u32 = 1960;

/// `Debug` shows the ends of the numbers only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    pub name: PersonName,
    pub document: Document,
    /// Of the document; it is over for nobody when the world is made.
    pub validity: Validity,
    /// The bank knows it together with name, document and phone.
    pub bank_card: BankCardNumber,
    pub phone: PhoneNumber,
}

/// Makes people, each with a phone of their own.
pub(crate) struct People {
    seed: u64,
    year: u32,
    phones: BTreeSet<String>,
}

impl People {
    pub(crate) fn new(seed: u64, now: Timestamp) -> Self {
        let year = now.date().get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
        Self { seed, year, phones: BTreeSet::new() }
    }

    /// `label` is company and role. The same label has the same name and number in every version.
    pub(crate) fn person(&mut self, label: &str) -> Result<Person, WorldError> {
        let mut stream = Stream::new(self.seed, &format!("person {label}"));
        let drawn = name(&mut stream);
        let (citizen_id, born) = citizen_id(&mut stream)?;
        let mut stream = Stream::new(self.seed, &format!("papers {label}"));
        let (kind, name) = exception(label).unwrap_or((DocumentKind::IdCard, &drawn));
        let issued = self.year.saturating_sub(1 + stream.below(8));
        Ok(Person {
            name: PersonName::parse(if name == "-" { &drawn } else { name })?,
            document: document(kind, citizen_id.as_str(), &mut stream)?,
            validity: validity(kind, issued, issued.saturating_sub(born), &mut stream)?,
            bank_card: bank_card(&mut stream)?,
            phone: self.phone(&mut stream)?,
        })
    }

    /// Drawn again while somebody else has it.
    fn phone(&mut self, stream: &mut Stream) -> Result<PhoneNumber, WorldError> {
        if self.phones.len() >= PHONES_GIVEN {
            return Err(WorldError::Data("phone numbers"));
        }
        loop {
            let number = format!("{PHONES}{}", stream.digits(4));
            if self.phones.insert(number.clone()) {
                return Ok(PhoneNumber::parse(&number)?);
            }
        }
    }
}

fn name(stream: &mut Stream) -> String {
    let surnames: Vec<char> = SURNAMES.trim().chars().collect();
    let given_names: Vec<&str> = GIVEN_NAMES.lines().collect();
    let mut name: String = stream.pick(&surnames).into_iter().collect();
    name.push_str(stream.pick(&given_names).copied().unwrap_or_default());
    name
}

/// With the year of birth in it.
fn citizen_id(stream: &mut Stream) -> Result<(CitizenIdNumber, u32), WorldError> {
    let region = stream.digits(4);
    let born = FIRST_BIRTH + stream.below(40);
    let (month, day) = (1 + stream.below(12), 1 + stream.below(28));
    let body = format!("99{region}{born}{month:02}{day:02}{}", stream.digits(3));
    Ok((CitizenIdNumber::complete(&body)?, born))
}

fn exception(label: &str) -> Option<(DocumentKind, &'static str)> {
    let line = DOCUMENTS.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(' '))?;
    let (kind, name) = line.split_once(' ')?;
    let kind = match kind {
        "passport" => DocumentKind::Passport,
        "home_return_permit" => DocumentKind::HomeReturnPermit,
        "taiwan_permit" => DocumentKind::TaiwanPermit,
        "foreign_permanent_residence" => DocumentKind::ForeignPermanentResidence,
        _ => return None,
    };
    Some((kind, name))
}

fn document(kind: DocumentKind, citizen_id: &str, stream: &mut Stream) -> Result<Document, WorldError> {
    let number = match kind {
        // Region 99 begins with the 9 that a foreigner's card must have.
        DocumentKind::IdCard | DocumentKind::ForeignPermanentResidence => citizen_id.to_owned(),
        DocumentKind::Passport => format!("E99{}", stream.digits(6)),
        DocumentKind::HomeReturnPermit => format!("H99{}", stream.digits(6)),
        DocumentKind::TaiwanPermit => format!("99{}", stream.digits(6)),
    };
    Ok(Document::parse(kind, &number)?)
}

/// Identity cards run 10 years, from 26 on 20, from 46 on without an end; the others 10.
fn validity(kind: DocumentKind, issued: u32, age: u32, stream: &mut Stream) -> Result<Validity, WorldError> {
    let years = match (kind, age) {
        (DocumentKind::IdCard, 46..) => None,
        (DocumentKind::IdCard, 26..46) => Some(20),
        _ => Some(10),
    };
    let day = format!("{:02}{:02}", 1 + stream.below(12), 1 + stream.below(28));
    let from = CalendarDate::parse(&format!("{issued}{day}"))?;
    let until = match years {
        Some(years) => ValidUntil::Day(CalendarDate::parse(&format!("{}{day}", issued + years))?),
        None => ValidUntil::LongTerm,
    };
    Ok(Validity::new(from, until)?)
}

/// Of the ten last digits one fits.
fn bank_card(stream: &mut Stream) -> Result<BankCardNumber, WorldError> {
    let body = format!("{BANK_CARDS}{}", stream.digits(11));
    (0..10)
        .find_map(|digit| BankCardNumber::parse(&format!("{body}{digit}")).ok())
        .ok_or(WorldError::Data("bank cards"))
}
