//! How a person is checked: an identity card against the trusted identities, or a bank card with a code.

use crate::Portal;
use crate::codes::{CodePurpose, Order};
use crate::legal_store::{Legal, Step};
use crate::problem::Problem;
use crate::session::Session;
use crate::wire::Address;
use tongguan_core::domain::{
    CalendarDate, Document, DocumentKind, PersonName, RequestId, Timestamp, ValidUntil, Validity,
};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{BankCard, CheckKind, CodeEntered, CodeSent, CodeTarget, PersonCheck};
use tongguan_sandbox_outside::CtidAnswer;

/// A person who passed.
pub(crate) struct Checked {
    pub(crate) by: CheckKind,
    /// Of the identity card.
    pub(crate) validity: Option<Validity>,
    /// To be spent with the step.
    pub(crate) code: Option<RequestId>,
}

impl Checked {
    /// When this stops being so: the identity card's last second. A bank card has no end.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        match self.validity?.until {
            ValidUntil::Day(day) => last_second(day),
            ValidUntil::LongTerm => None,
        }
    }
}

impl Portal {
    pub(crate) fn check_person(
        &self,
        session: &Session,
        legal: &Legal,
        name: &PersonName,
        document: &Document,
        check: &PersonCheck,
    ) -> Result<Checked, Problem> {
        match check {
            PersonCheck::IdCard { validity } => self.check_id_card(name, document, *validity),
            PersonCheck::BankCard { card, code } => {
                self.check_bank_card(session, legal, name, document, card, code)
            }
        }
    }

    fn check_id_card(
        &self,
        name: &PersonName,
        document: &Document,
        validity: Validity,
    ) -> Result<Checked, Problem> {
        if document.kind != DocumentKind::IdCard {
            return Err(Problem::input("document_kind", "id_card_only"));
        }
        if validity.is_over(CalendarDate::of(self.now())) {
            return Err(Problem::input("valid_until", "over"));
        }
        match self.outside().ctid(name, document, &validity)? {
            CtidAnswer::Match => Ok(Checked { by: CheckKind::IdCard, validity: Some(validity), code: None }),
            CtidAnswer::Mismatch => Err(Problem::DataRefused(Refusal::ValidityMismatch)),
            CtidAnswer::NotFound => Err(Problem::DataRefused(Refusal::NotInCtid)),
        }
    }

    /// A right code stays good while the bank does not answer; once it has said no, the code is spent.
    fn check_bank_card(
        &self,
        session: &Session,
        legal: &Legal,
        name: &PersonName,
        document: &Document,
        card: &BankCard,
        code: &CodeEntered,
    ) -> Result<Checked, Problem> {
        let good = self.try_code(Some(session.account.as_str()), &purpose(legal)?, code)?;
        if good.used || good.subject != self.of_card(legal, card) {
            return Err(Problem::DataRefused(Refusal::SmsExpired));
        }
        if self.outside().four_factors(name, document, &card.number, &card.phone)? {
            return Ok(Checked { by: CheckKind::BankCard, validity: None, code: Some(code.id.clone()) });
        }
        self.change(|t| crate::codes_store::use_code(t, &code.id))?;
        Err(Problem::DataRefused(Refusal::BankCardMismatch))
    }

    /// For the person whose turn it is, and for this card and phone alone.
    pub(crate) fn send_card_code(
        &self,
        session: &Session,
        address: &Address,
        legal: &Legal,
        card: &BankCard,
    ) -> Result<CodeSent, Problem> {
        let to = CodeTarget::Phone { phone: card.phone.clone() };
        let order = Order {
            purpose: purpose(legal)?,
            to: &to,
            subject: self.of_card(legal, card),
            keep_address: false,
        };
        self.send_code(Some(session.account.as_str()), address, &order)
    }

    fn of_card(&self, legal: &Legal, card: &BankCard) -> Vec<u8> {
        self.subject_key().subject(&[legal.id.as_str(), card.number.as_str(), card.phone.as_str()])
    }
}

fn purpose(legal: &Legal) -> Result<CodePurpose, Problem> {
    match legal.step {
        Step::LegalRepresentative => Ok(CodePurpose::LegalRepresentative),
        Step::Holder => Ok(CodePurpose::Holder),
        Step::Company | Step::Done => Err(Problem::RecordChanged),
    }
}

/// In China.
fn last_second(day: CalendarDate) -> Option<Timestamp> {
    Timestamp::parse(&format!("{}T23:59:59+08:00", day.hyphenated())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_good_to_the_end_of_its_last_day() {
        let checked = |until| Checked {
            by: CheckKind::IdCard,
            validity: Some(Validity::parse("20200229", until).unwrap()),
            code: None,
        };
        let end = checked("20400229").ends_at().unwrap();
        assert_eq!(end.to_string(), "2040-02-29T23:59:59+08:00");
        assert_eq!(checked("00000000").ends_at(), None);
    }
}
