//! The company register, the trusted identities and the bank's four factors.

use crate::{Failure, Outside, OutsideError, Unavailable};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tongguan_core::domain::{
    BankCardNumber, CompanyIdentity, CompanyName, Document, DocumentKind, OrganizationCode, PersonName,
    PhoneNumber, RegistrationNumber, UnifiedSocialCreditCode, Validity,
};
use tongguan_core::fault::{Fault, Register};

/// A company as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredCompany {
    pub identity: CompanyIdentity,
    pub legal_representative: PersonName,
    pub document: Document,
    /// Of the time before the unified code.
    pub registration: Option<RegistrationNumber>,
}

/// A trusted identity: somebody's identity card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub name: PersonName,
    pub document: Document,
    pub validity: Validity,
}

/// What the bank knows of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardHolder {
    pub card: BankCardNumber,
    pub name: PersonName,
    pub document: Document,
    pub phone: PhoneNumber,
}

/// What the register of trusted identities says to name, number and validity. It does not say which differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CtidAnswer {
    Match,
    Mismatch,
    /// Nobody with this number has been entered.
    NotFound,
}

impl Outside {
    pub fn company(&self, uscc: &UnifiedSocialCreditCode) -> Result<Option<RegisteredCompany>, Unavailable> {
        self.ask(Register::Company, uscc.as_str(), |c, failure| {
            let found = match failure {
                Some(Failure::Absent) => None,
                _ => company(c, uscc.as_str())?,
            };
            Ok(found.map(|company| if failure.is_some() { renamed(company) } else { company }))
        })
    }

    /// `document` must be an identity card: the register has no other.
    pub fn ctid(
        &self,
        name: &PersonName,
        document: &Document,
        validity: &Validity,
    ) -> Result<CtidAnswer, Unavailable> {
        if document.kind != DocumentKind::IdCard {
            return Ok(CtidAnswer::NotFound);
        }
        self.ask(Register::Ctid, document.number.as_str(), |c, failure| {
            let known = c
                .query_row(
                    "SELECT name, valid_from, valid_until FROM identity WHERE number = ?1",
                    [document.number.as_str()],
                    |row| Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?]),
                )
                .optional()?;
            let asked = [name.to_string(), validity.from.to_string(), validity.until.to_string()];
            Ok(match (known, failure) {
                (None, _) | (_, Some(Failure::Absent)) => CtidAnswer::NotFound,
                (Some(known), None) if known == asked => CtidAnswer::Match,
                _ => CtidAnswer::Mismatch,
            })
        })
    }

    /// Whether name, document, card and phone are together at the bank. It does not say which differs.
    pub fn four_factors(
        &self,
        name: &PersonName,
        document: &Document,
        card: &BankCardNumber,
        phone: &PhoneNumber,
    ) -> Result<bool, Unavailable> {
        self.ask(Register::Bank, card.as_str(), |c, failure| {
            let known: bool = c.query_row(
                "SELECT EXISTS (SELECT 1 FROM bank_card WHERE number = ?1 AND name = ?2
                 AND document_kind = ?3 AND document_number = ?4 AND phone = ?5)",
                params![
                    card.as_str(),
                    name.as_str(),
                    kind_code(document.kind),
                    document.number.as_str(),
                    phone.as_str()
                ],
                |row| row.get(0),
            )?;
            Ok(known && failure.is_none())
        })
    }

    /// The record itself, whatever goes wrong with asking for it.
    pub fn registered(
        &self,
        uscc: &UnifiedSocialCreditCode,
    ) -> Result<Option<RegisteredCompany>, OutsideError> {
        self.store(|c| company(c, uscc.as_str()))
    }

    /// Registers a company, or changes its record.
    pub fn enter_company(&self, company: &RegisteredCompany) -> Result<(), OutsideError> {
        self.store(|c| enter_company(c, company))
    }
}

pub(crate) fn enter_company(c: &Connection, company: &RegisteredCompany) -> rusqlite::Result<()> {
    c.execute(
        "INSERT OR REPLACE INTO company VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            company.identity.uscc.as_str(),
            company.identity.name.as_str(),
            company.identity.organization_code.as_str(),
            company.legal_representative.as_str(),
            kind_code(company.document.kind),
            company.document.number.as_str(),
            company.registration.as_ref().map(RegistrationNumber::as_str)
        ],
    )?;
    Ok(())
}

pub(crate) fn enter_identity(c: &Connection, identity: &Identity) -> rusqlite::Result<()> {
    let validity = [identity.validity.from.to_string(), identity.validity.until.to_string()];
    c.execute(
        "INSERT OR REPLACE INTO identity VALUES (?1, ?2, ?3, ?4)",
        params![identity.document.number.as_str(), identity.name.as_str(), validity[0], validity[1]],
    )?;
    Ok(())
}

pub(crate) fn enter_card(c: &Connection, holder: &CardHolder) -> rusqlite::Result<()> {
    c.execute(
        "INSERT OR REPLACE INTO bank_card VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            holder.card.as_str(),
            holder.name.as_str(),
            kind_code(holder.document.kind),
            holder.document.number.as_str(),
            holder.phone.as_str()
        ],
    )?;
    Ok(())
}

fn company(c: &Connection, uscc: &str) -> rusqlite::Result<Option<RegisteredCompany>> {
    let query = format!("SELECT {COMPANY} FROM company WHERE uscc = ?1");
    c.query_row(&query, [uscc], company_from).optional()
}

/// The columns that [`company_from`] reads.
pub(crate) const COMPANY: &str =
    "uscc, name, organization_code, legal_representative, document_kind, document_number, registration";

pub(crate) fn company_from(row: &Row<'_>) -> rusqlite::Result<RegisteredCompany> {
    let text: [String; 6] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
    let [uscc, name, organization_code, legal_representative, kind, number] = text;
    let registration: Option<String> = row.get(6)?;
    let read = || -> Result<RegisteredCompany, Fault> {
        Ok(RegisteredCompany {
            identity: CompanyIdentity {
                name: CompanyName::parse(&name)?,
                organization_code: OrganizationCode::parse(&organization_code)?,
                uscc: UnifiedSocialCreditCode::parse(&uscc)?,
            },
            legal_representative: PersonName::parse(&legal_representative)?,
            document: Document::parse(kind_from(&kind), &number)?,
            registration: registration.as_deref().map(RegistrationNumber::parse).transpose()?,
        })
    };
    read().map_err(|_| rusqlite::Error::InvalidQuery)
}

/// The register has the company under another name.
fn renamed(mut company: RegisteredCompany) -> RegisteredCompany {
    if let Ok(name) = CompanyName::parse(&format!("{} (1999)", company.identity.name)) {
        company.identity.name = name;
    }
    company
}

pub(crate) fn kind_code(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::IdCard => "id_card",
        DocumentKind::Passport => "passport",
        DocumentKind::HomeReturnPermit => "home_return_permit",
        DocumentKind::TaiwanPermit => "taiwan_permit",
        DocumentKind::ForeignPermanentResidence => "foreign_permanent_residence",
    }
}

/// Only [`kind_code`] writes the column.
pub(crate) fn kind_from(code: &str) -> DocumentKind {
    match code {
        "passport" => DocumentKind::Passport,
        "home_return_permit" => DocumentKind::HomeReturnPermit,
        "taiwan_permit" => DocumentKind::TaiwanPermit,
        "foreign_permanent_residence" => DocumentKind::ForeignPermanentResidence,
        _ => DocumentKind::IdCard,
    }
}
