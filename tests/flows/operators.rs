//! A company's people: operators, their rights, and personal accounts that become one.

use crate::answers::{account, company, edit_of, sign_in, view};
use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{
    AccountName, Document, DocumentKind, Password, PersonName, PhoneNumber, RequestId,
};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{CompanyEdit, NewOperator, Operator, OperatorSet, Right, Role};
use tongguan_tests::Desk;

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn operators(outcome: Result<Answer, Fault>) -> Vec<Operator> {
    match outcome {
        Ok(Answer::Operators(list) | Answer::OperatorsAfter(Some(list))) => list,
        other => panic!("{other:?}"),
    }
}

fn list(desk: &Desk) -> Vec<Operator> {
    operators(desk.call(Command::Operators {}))
}

fn one<'a>(list: &'a [Operator], account: &str) -> &'a Operator {
    list.iter().find(|operator| operator.account.as_str() == account).unwrap()
}

fn set(desk: &Desk, account: &str, enabled: bool, rights: &[Right]) -> Result<Answer, Fault> {
    let set = OperatorSet { enabled: Some(enabled), rights: Some(rights.to_vec()) };
    desk.call(Command::SetOperator { account: name(account), set })
}

fn newcomer() -> NewOperator {
    NewOperator {
        account: name("haihe-new"),
        name: PersonName::parse("New Hand").unwrap(),
        document: Document::parse(DocumentKind::TaiwanPermit, "99654321").unwrap(),
        phone: PhoneNumber::parse("19900008888").unwrap(),
        rights: vec![Right::Certify],
        password: Password::from("first-password".to_owned()),
    }
}

#[test]
fn an_operator_is_added_and_is_asked_for_another_password() {
    let desk = Desk::open();
    desk.sign_in();
    let operator = newcomer();
    let listed = operators(desk.call(Command::AddOperator { operator: operator.clone() }));
    let added = one(&listed, "haihe-new");
    assert_eq!((added.role, added.enabled, added.last_sign_in), (Role::Operator, true, None));
    assert_eq!(added.document, Some(operator.document.masked()));
    let other = desk.other_machine();
    other.sign_in_as("haihe-new", "first-password").unwrap();
    assert!(account(&other).change_password);
    let new = Password::from("second-password".to_owned());
    view(other.call(Command::ChangePassword { old: operator.password.clone(), new }));
    assert!(!account(&other).change_password);
    assert!(one(&list(&desk), "haihe-new").last_sign_in.is_some());
}

#[test]
fn a_name_and_a_number_are_given_once() {
    let desk = Desk::open();
    desk.sign_in();
    let add = |operator: NewOperator| desk.call(Command::AddOperator { operator }).unwrap_err();
    let taken = NewOperator { account: name("haihe-clerk"), ..newcomer() };
    assert_eq!(add(taken), Fault::DataRefused { reason: Refusal::NameTaken });
    let clerk = desk.stage.world().account("haihe-clerk").unwrap();
    let duplicate = NewOperator { document: clerk.holder.document.clone(), ..newcomer() };
    assert_eq!(add(duplicate), Fault::DataRefused { reason: Refusal::IdDuplicate });
    let weak = NewOperator { password: Password::from("short".to_owned()), ..newcomer() };
    assert!(matches!(add(weak), Fault::InputInvalid { .. }));
    assert_eq!(list(&desk).len(), 1);
}

#[test]
fn a_disabled_operator_is_out_at_once_and_cannot_come_back() {
    let desk = Desk::open();
    desk.sign_in();
    let clerk = desk.other_machine();
    sign_in(&clerk, "haihe-clerk");
    let listed = operators(set(&desk, "haihe-clerk", false, &[Right::Certify]));
    assert!(!one(&listed, "haihe-clerk").enabled);
    assert_eq!(clerk.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    let password = clerk.stage.world().account("haihe-clerk").unwrap().password.clone();
    // As if the password were wrong.
    assert_eq!(clerk.sign_in_as("haihe-clerk", password.expose()).unwrap_err(), Fault::SignInRefused);
    operators(set(&desk, "haihe-clerk", true, &[Right::Certify]));
    sign_in(&clerk, "haihe-clerk");
}

#[test]
fn a_right_that_is_given_can_be_used() {
    let desk = Desk::open();
    desk.sign_in();
    let clerk = desk.other_machine();
    operators(set(&desk, "haihe-clerk", true, &[Right::Certify, Right::EditCompany]));
    sign_in(&clerk, "haihe-clerk");
    assert_eq!(clerk.view().session.unwrap().profile.rights, [Right::Certify, Right::EditCompany]);
    let record = company(&clerk);
    let edit = CompanyEdit { address: None, ..edit_of(&record) };
    clerk.call(Command::EditCompany { edit }).unwrap();
    operators(set(&desk, "haihe-clerk", true, &[]));
    let edit = CompanyEdit { address: record.address.clone(), ..edit_of(&company(&clerk)) };
    assert_eq!(clerk.call(Command::EditCompany { edit }).unwrap_err(), Fault::NotAllowed);
    assert_eq!(clerk.call(Command::BeginLegal {}).unwrap_err(), Fault::NotAllowed);
}

#[test]
fn a_right_that_is_withdrawn_ends_what_is_open_and_gives_nothing_else() {
    let desk = Desk::open();
    desk.sign_in();
    let clerk = desk.other_machine();
    sign_in(&clerk, "haihe-clerk");
    let token = clerk.insert(0, "haihe-operator-sm2");
    assert!(matches!(clerk.begin(&token, 0), FlowView::Consent { .. }));
    let change = |set: OperatorSet| {
        operators(desk.call(Command::SetOperator { account: name("haihe-clerk"), set }));
    };
    change(OperatorSet { rights: Some(Vec::new()), ..OperatorSet::default() });
    let end = clerk.sign(clerk.stage.pin("haihe-operator-sm2"), false);
    let FlowView::Failed { fault: Fault::NotAllowed, can_resubmit: false, .. } = end else {
        panic!("{end:?}")
    };
    // Whoever takes away the rest does not let in again whom another has shut out.
    change(OperatorSet { enabled: Some(false), ..OperatorSet::default() });
    change(OperatorSet { rights: Some(vec![Right::EditCompany]), ..OperatorSet::default() });
    let row = one(&list(&desk), "haihe-clerk").clone();
    assert_eq!((row.enabled, row.rights), (false, vec![Right::EditCompany]));
}

#[test]
fn a_personal_account_becomes_an_operator_by_the_administrator_s_word() {
    let desk = Desk::open();
    desk.sign_in();
    let guest = desk.other_machine();
    sign_in(&guest, "haihe-guest");
    assert_eq!(guest.call(Command::BeginLegal {}).unwrap_err(), Fault::NotAllowed);
    let decide = |accept| desk.call(Command::DecideUpgrade { account: name("haihe-guest"), accept });
    assert_eq!(decide(true).unwrap_err(), Fault::RecordChanged, "nobody has asked");
    for accept in [false, true] {
        view(guest.call(Command::AskUpgrade {}));
        view(guest.call(Command::AskUpgrade {}));
        assert!(one(&list(&desk), "haihe-guest").asks_upgrade);
        decide(accept).unwrap();
        assert!(list(&desk).iter().all(|operator| !operator.asks_upgrade));
    }
    sign_in(&guest, "haihe-guest");
    assert_eq!(guest.view().session.unwrap().profile.role, Role::Operator);
    assert_eq!(one(&list(&desk), "haihe-guest").role, Role::Operator);
}

#[test]
fn only_an_administrator_looks_after_people_and_only_after_their_own() {
    let desk = Desk::open();
    for account in ["haihe-clerk", "haihe-guest"] {
        sign_in(&desk, account);
        assert_eq!(desk.call(Command::Operators {}).unwrap_err(), Fault::NotAllowed);
        assert_eq!(desk.call(Command::AddOperator { operator: newcomer() }).unwrap_err(), Fault::NotAllowed);
        assert_eq!(set(&desk, "haihe-demo", false, &[]).unwrap_err(), Fault::NotAllowed);
    }
    let other = desk.stage.world().companies[1].slug.clone();
    sign_in(&desk, &format!("{other}-demo"));
    assert!(list(&desk).iter().all(|operator| operator.account.as_str() != "haihe-clerk"));
    assert_eq!(set(&desk, "haihe-clerk", false, &[]).unwrap_err(), Fault::RecordChanged, "there is none");
    let id = RequestId::random();
    assert_eq!(desk.call(Command::UnbindCard { id }).unwrap_err(), Fault::RecordChanged);
}
