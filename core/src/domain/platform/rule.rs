//! What a step of a platform is: a closed list of kinds. A new platform puts them together differently; a new kind
//! is a change of this list, and the compiler asks for it everywhere.

use super::{Field, NoticeId, PathId, PersonRole, StepId, WayId};
use crate::domain::DocumentKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepRule {
    pub id: StepId,
    #[serde(flatten)]
    pub rule: Rule,
    /// Passed over where this does not hold.
    #[serde(default)]
    pub when: Option<When>,
    /// `None`: the path ends here. A [`Rule::Choose`] has its ways instead.
    #[serde(default)]
    pub next: Option<StepId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rule {
    /// Fields to fill in; the registers are asked with all that was given so far.
    Form {
        fields: Vec<FieldRule>,
        #[serde(default)]
        notices: Vec<NoticeId>,
        #[serde(default)]
        check: Vec<Check>,
    },
    /// One of several ways; the first is advised.
    Choose {
        ways: Vec<Way>,
        /// Taken unless another is: the platform's own word, which weighs more than advice.
        #[serde(default)]
        default: Option<WayId>,
    },
    /// A code by SMS.
    Code {
        to: CodeTo,
        #[serde(default)]
        notices: Vec<NoticeId>,
        /// Whoever is certified already, with the same data, is told so and goes no further.
        #[serde(default)]
        status: bool,
    },
    /// A ticket for a phone, as a QR code; passed once the phone has walked the path `run`.
    Scan {
        by: Scanner,
        run: PathId,
        /// How long a ticket lives.
        seconds: u32,
        /// The link may be sent by SMS as well.
        #[serde(default)]
        sms: bool,
        /// What the app is made for; where it is had is told by the portal, for it differs from one deployment to the
        /// next.
        #[serde(default)]
        systems: Vec<PhoneSystem>,
    },
    /// Pictures of an ID card.
    Pictures { slots: Vec<Slot> },
    /// A corporate payment and the stamped authorisation letter: passed when both are.
    Transfer { direction: Direction },
    /// The people of a matter, each with a signature and a certification.
    People {
        sign: PathId,
        certify: PathId,
        /// How long a ticket lives.
        seconds: u32,
        roles: Vec<PersonRole>,
        /// What the certification takes.
        documents: Vec<DocumentKind>,
    },
    /// On a phone: the face, with so many actions that the platform draws by lot.
    Face { actions: u8 },
    /// What was given is shown, and agreed to or taken back to the step `again`.
    Confirm {
        shows: Vec<Field>,
        #[serde(default)]
        notices: Vec<NoticeId>,
        /// With the picture of the face.
        #[serde(default)]
        photo: bool,
        #[serde(default)]
        again: Option<StepId>,
    },
    /// On a phone: the matters of the last days that wait for this person.
    Pending { days: u8 },
    /// On a phone: drawn by hand.
    Signature,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Way {
    pub way: WayId,
    pub next: StepId,
}

/// A field, by its name alone or with how it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(from = "FieldRow")]
pub struct FieldRule {
    pub field: Field,
    pub from: Option<FieldSource>,
    /// It cannot be changed.
    pub fixed: bool,
    /// It may be left empty.
    pub optional: bool,
}

/// Where the value that a field begins with comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// The account's holder.
    Account,
    Company,
    /// An earlier step, or the procedure that the phone belongs to.
    Earlier,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FieldRow {
    Name(Field),
    #[serde(rename_all = "snake_case")]
    Full {
        field: Field,
        #[serde(default)]
        from: Option<FieldSource>,
        #[serde(default)]
        fixed: bool,
        #[serde(default)]
        optional: bool,
    },
}

impl From<FieldRow> for FieldRule {
    fn from(row: FieldRow) -> Self {
        match row {
            FieldRow::Name(field) => Self { field, from: None, fixed: false, optional: false },
            FieldRow::Full { field, from, fixed, optional } => Self { field, from, fixed, optional },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged, deny_unknown_fields)]
pub enum When {
    /// The field has one of these values.
    Is { field: Field, is: Vec<String> },
    /// The field was not given.
    Missing { missing: Field },
}

/// What a register is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Population: name and number.
    PersonIdentity,
    /// Carrier: name, number, phone.
    PersonPhone,
    /// Bank: name, number, card, phone.
    PersonBankCard,
    /// Trusted identity: name, number, validity.
    PersonValidity,
    /// Companies: name, number, legal representative; and it is the account's own.
    Company,
    /// Population and companies: the legal representative's name and number, if the number was given.
    LegalIdentity,
    LegalPhone,
    /// Bank: the account is the company's.
    CompanyAccount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CodeTo {
    /// The phone that is on record for the account.
    AccountPhone,
    /// The phone given in an earlier step.
    GivenPhone,
}

/// What reads a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Scanner {
    Alipay,
    /// The phone's browser, or any app that reads QR codes.
    AnyScanner,
    /// The platform's.
    OwnApp,
    /// The legal representative's phone.
    LegalRepresentative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhoneSystem {
    Android,
    Ios,
}

/// What a picture or file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The side with the face.
    IdFront,
    /// The side with the national emblem.
    IdBack,
    /// The stamped authorisation letter: a picture, or PDF.
    Letter,
    Face,
}

/// Of a corporate payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The platform pays a random amount below one yuan; the amount is filled in.
    Forward,
    /// The company pays 0.01 yuan.
    Reverse,
}

impl StepRule {
    /// Every step that may follow.
    pub fn nexts(&self) -> impl Iterator<Item = &StepId> {
        let ways: &[Way] = match &self.rule {
            Rule::Choose { ways, .. } => ways,
            _ => &[],
        };
        ways.iter().map(|way| &way.next).chain(&self.next)
    }
}

impl Slot {
    pub const ALL: [Self; 4] = [Self::IdFront, Self::IdBack, Self::Letter, Self::Face];
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::IdFront => "id_front",
            Self::IdBack => "id_back",
            Self::Letter => "letter",
            Self::Face => "face",
        })
    }
}
