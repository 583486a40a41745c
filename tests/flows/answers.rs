//! What a command answered, taken apart.

use tongguan_core::api::{Answer, Command, View};
use tongguan_core::domain::{Document, DocumentKind, PhoneNumber, Validity, VerificationCode};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{
    AccountRecord, CodeEntered, CodeSent, CodeTarget, CompanyEdit, CompanyRecord, LegalCertification,
    PersonEdit,
};
use tongguan_tests::Desk;

/// `answer!(outcome, Company)`: the answer of this kind, or the test ends.
macro_rules! answer {
    ($outcome:expr, $kind:ident) => {
        match $outcome {
            Ok(tongguan_core::api::Answer::$kind(answer)) => answer,
            other => panic!("{other:?}"),
        }
    };
}
pub(crate) use answer;

pub(crate) fn view(outcome: Result<Answer, Fault>) -> View {
    answer!(outcome, View)
}

pub(crate) fn company(desk: &Desk) -> CompanyRecord {
    answer!(desk.call(Command::Company {}), Company)
}

pub(crate) fn account(desk: &Desk) -> AccountRecord {
    answer!(desk.call(Command::Account {}), Account)
}

pub(crate) fn legal(outcome: Result<Answer, Fault>) -> LegalCertification {
    answer!(outcome, Legal)
}

/// Signs in the account of this name from the stage's world.
pub(crate) fn sign_in(desk: &Desk, name: &str) {
    let account = desk.stage.world().account(name).unwrap();
    desk.sign_in_as(name, account.password.expose()).unwrap();
}

/// The record as it is, to be changed.
pub(crate) fn edit_of(record: &CompanyRecord) -> CompanyEdit {
    CompanyEdit {
        version: record.version,
        name: record.identity.name.clone(),
        uscc: record.identity.uscc.clone(),
        organization_code: record.identity.organization_code.clone(),
        legal_representative: record.legal_representative.name.clone(),
        address: record.address.clone(),
    }
}

pub(crate) fn edit_of_holder(record: &AccountRecord) -> PersonEdit {
    PersonEdit {
        version: record.version,
        name: record.holder.name.clone(),
        document: None,
        validity: record.holder.validity,
        country: None,
    }
}

pub(crate) fn document(kind: DocumentKind, number: &str) -> Option<Document> {
    Some(Document::parse(kind, number).unwrap())
}

pub(crate) fn validity(from: &str, until: &str) -> Option<Validity> {
    Some(Validity::parse(from, until).unwrap())
}

pub(crate) fn phone(number: &str) -> CodeTarget {
    CodeTarget::Phone { phone: PhoneNumber::parse(number).unwrap() }
}

/// The newest code in a message to this address, for what was sent.
pub(crate) fn read_code(desk: &Desk, to: &CodeTarget, sent: &CodeSent) -> CodeEntered {
    let messages = desk.stage.outside().messages_to(to, 9).unwrap();
    let code = messages.into_iter().find_map(|message| message.code).unwrap();
    CodeEntered { id: sent.id.clone(), code }
}

/// Six digits that are not these.
pub(crate) fn wrong(code: &CodeEntered) -> CodeEntered {
    let other = if code.code.as_str() == "000000" { "000001" } else { "000000" };
    CodeEntered { code: VerificationCode::parse(other).unwrap(), ..code.clone() }
}
