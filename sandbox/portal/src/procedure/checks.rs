//! What the registers are asked about what was given.

use super::walk::Walk;
use crate::Portal;
use crate::problem::Problem;
use tongguan_core::domain::platform::{AccountNumber, BranchNumber, Check, Field, Subject, Values};
use tongguan_core::domain::{
    BankCardNumber, CalendarDate, CompanyName, Document, DocumentKind, DocumentNumber, PersonName,
    PhoneNumber, Validity,
};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_sandbox_outside::{CtidAnswer, RegisteredCompany};

impl Portal {
    /// Each in its order, with all that was given so far.
    pub(super) fn check(&self, walk: &Walk, values: &Values, checks: &[Check]) -> Result<(), Problem> {
        checks.iter().try_for_each(|check| match check {
            Check::PersonIdentity => self.check_identity(&name(values)?, &document(values)?),
            Check::PersonPhone => self.check_phone(
                &name(values)?,
                &document(values)?,
                &given(values, Field::Phone, PhoneNumber::parse)?,
            ),
            Check::PersonBankCard => self.check_bank_card_of(values),
            Check::PersonValidity => self.check_validity(values),
            Check::Company => self.check_company(walk, values).map(drop),
            Check::LegalIdentity => self.check_legal(walk, values),
            Check::LegalPhone => self.check_phone(
                &given(values, Field::LegalName, PersonName::parse)?,
                &legal_document(values)?,
                &given(values, Field::LegalPhone, PhoneNumber::parse)?,
            ),
            Check::CompanyAccount => self.check_account(values),
        })
    }

    /// Name and number are together in the population register.
    pub(crate) fn check_identity(&self, name: &PersonName, document: &Document) -> Result<(), Problem> {
        refuse_unless(self.outside().population(name, document)?, Refusal::IdentityMismatch)
    }

    fn check_phone(
        &self,
        name: &PersonName,
        document: &Document,
        phone: &PhoneNumber,
    ) -> Result<(), Problem> {
        refuse_unless(self.outside().three_factors(name, document, phone)?, Refusal::PhoneMismatch)
    }

    fn check_bank_card_of(&self, values: &Values) -> Result<(), Problem> {
        let card = given(values, Field::BankCard, BankCardNumber::parse)?;
        let phone = given(values, Field::Phone, PhoneNumber::parse)?;
        let together = self.outside().four_factors(&name(values)?, &document(values)?, &card, &phone)?;
        refuse_unless(together, Refusal::BankCardMismatch)
    }

    fn check_validity(&self, values: &Values) -> Result<(), Problem> {
        let validity = validity(values)?.ok_or(Problem::input("valid_from", "empty"))?;
        match self.outside().ctid(&name(values)?, &document(values)?, &validity)? {
            CtidAnswer::Match => Ok(()),
            CtidAnswer::Mismatch => Err(Problem::DataRefused(Refusal::ValidityMismatch)),
            CtidAnswer::NotFound => Err(Problem::DataRefused(Refusal::NotInCtid)),
        }
    }

    /// It is the account's own, and the register has it with this name, number and legal representative.
    fn check_company(&self, walk: &Walk, values: &Values) -> Result<RegisteredCompany, Problem> {
        let own = walk.company.as_ref().ok_or(Problem::NotAllowed)?;
        let number = values.get(Field::CompanyNumber).ok_or(Problem::input("company_number", "empty"))?;
        let mismatch = || Problem::DataRefused(Refusal::EnterpriseMismatch);
        let by_code = number.len() == own.as_str().len();
        if by_code && number != own.as_str() {
            return Err(mismatch());
        }
        let found = self.outside().company(own)?.ok_or(Problem::DataRefused(Refusal::EnterpriseNotFound))?;
        let registered = || found.registration.as_ref().is_some_and(|own| own.as_str() == number);
        if found.identity.name != given(values, Field::CompanyName, CompanyName::parse)?
            || !(by_code || registered())
        {
            return Err(mismatch());
        }
        let legal = given(values, Field::LegalName, PersonName::parse)?;
        refuse_unless(found.legal_representative == legal, Refusal::LegalPersonMismatch)?;
        Ok(found)
    }

    /// If the number was given.
    fn check_legal(&self, walk: &Walk, values: &Values) -> Result<(), Problem> {
        if values.get(Field::LegalIdNumber).is_none() {
            return Ok(());
        }
        let (name, document) = (given(values, Field::LegalName, PersonName::parse)?, legal_document(values)?);
        let own = walk.company.as_ref().ok_or(Problem::NotAllowed)?;
        let found = self.outside().company(own)?.ok_or(Problem::DataRefused(Refusal::EnterpriseNotFound))?;
        let same = found.legal_representative == name && found.document == document;
        refuse_unless(same, Refusal::LegalPersonMismatch)?;
        self.check_identity(&name, &document)
    }

    /// Whose face the phone must show: of a company's path its legal representative's, whom the register names
    /// where no number was given.
    pub(super) fn face_of(&self, walk: &Walk) -> Result<Document, Problem> {
        match (walk.certifies, walk.values.get(Field::LegalIdNumber)) {
            (Subject::Company, Some(_)) => legal_document(&walk.values),
            (Subject::Company, None) => {
                let own = walk.company.as_ref().ok_or(Problem::NotAllowed)?;
                let found = self.outside().company(own)?;
                Ok(found.ok_or(Problem::DataRefused(Refusal::EnterpriseNotFound))?.document)
            }
            _ => document(&walk.values),
        }
    }

    fn check_account(&self, values: &Values) -> Result<(), Problem> {
        let holder = given(values, Field::CompanyName, CompanyName::parse)?;
        let account = given(values, Field::AccountNumber, AccountNumber::parse)?;
        let branch = given(values, Field::Branch, BranchNumber::parse)?;
        let together = self.outside().account_is_of(&account, &branch, &holder)?;
        refuse_unless(together, Refusal::AccountMismatch)
    }
}

fn refuse_unless(holds: bool, refusal: Refusal) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(Problem::DataRefused(refusal)) }
}

pub(super) fn given<T>(
    values: &Values,
    field: Field,
    parse: impl FnOnce(&str) -> Result<T, Fault>,
) -> Result<T, Problem> {
    let value = values.get(field).ok_or_else(|| Problem::input(field.name(), "empty"))?;
    Ok(parse(value)?)
}

fn name(values: &Values) -> Result<PersonName, Problem> {
    given(values, Field::Name, PersonName::parse)
}

fn legal_document(values: &Values) -> Result<Document, Problem> {
    let number = given(values, Field::LegalIdNumber, DocumentNumber::parse)?;
    Ok(Document { kind: DocumentKind::IdCard, number })
}

/// Of a person: an ID card's number, or kind and number of a document.
pub(super) fn document(values: &Values) -> Result<Document, Problem> {
    if let Some(number) = values.get(Field::IdNumber) {
        return Ok(Document::parse(DocumentKind::IdCard, number)?);
    }
    let number = values.get(Field::DocumentNumber).ok_or(Problem::input("document_number", "empty"))?;
    let kind = values.get(Field::DocumentKind).and_then(crate::column::from_word);
    Ok(Document::parse(kind.unwrap_or(DocumentKind::IdCard), number)?)
}

/// If both days were given.
pub(super) fn validity(values: &Values) -> Result<Option<Validity>, Problem> {
    match (values.get(Field::ValidFrom), values.get(Field::ValidUntil)) {
        (Some(from), Some(until)) => Ok(Some(Validity::parse(from, until)?)),
        _ => Ok(None),
    }
}

/// What does not fit together, whoever is asked.
pub(super) fn coherent(values: &Values, today: CalendarDate) -> Result<(), Problem> {
    if validity(values)?.is_some_and(|validity| validity.is_over(today)) {
        return Err(Problem::input("valid_until", "over"));
    }
    if values.get(Field::IdNumber).or(values.get(Field::DocumentNumber)).is_some() {
        document(values)?.born_by(today)?;
    }
    if values.get(Field::LegalIdNumber).is_some() {
        legal_document(values)?.born_by(today)?;
    }
    Ok(())
}
