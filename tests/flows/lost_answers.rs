//! The portal does what it is asked and its answer is lost: asked again, it says so and does nothing twice.

use crate::answers::{account, answer, edit_of_holder, phone, read_code, sign_in, view};
use crate::between::Between;
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::{AccountName, Document, DocumentKind, Password, PersonName, PhoneNumber};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{BoundCard, NewOperator, Operator, OperatorSet, PersonEdit, Right, Role};
use tongguan_tests::Desk;

const LOST: Fault = Fault::PortalFailing { status: 502 };

/// Signed in as the company's administrator, through somebody who loses the first answer under `path`.
fn losing(path: &'static str) -> (Desk, Between) {
    let desk = Desk::open();
    let mut lost = false;
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        if passed.path.starts_with(path) && !std::mem::replace(&mut lost, true) {
            (passed.status, passed.body) = (502, b"{}".to_vec());
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    (desk, between)
}

fn password(text: &str) -> Password {
    Password::from(text.to_owned())
}

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn newcomer() -> NewOperator {
    NewOperator {
        account: name("haihe-new"),
        name: PersonName::parse("New Hand").unwrap(),
        document: Document::parse(DocumentKind::TaiwanPermit, "99654321").unwrap(),
        phone: PhoneNumber::parse("19900008888").unwrap(),
        rights: vec![Right::Certify],
        password: password("first-password"),
    }
}

fn after(outcome: Result<Answer, Fault>) -> Option<Vec<Operator>> {
    answer!(outcome, OperatorsAfter)
}

fn operators(desk: &Desk) -> Vec<Operator> {
    answer!(desk.call(Command::Operators {}), Operators)
}

fn cards(desk: &Desk) -> Vec<BoundCard> {
    answer!(desk.call(Command::Cards {}), Cards)
}

/// Loses the first answer, and has the second.
fn twice(desk: &Desk, command: impl Fn() -> Command) -> Result<Answer, Fault> {
    assert_eq!(desk.call(command()).unwrap_err(), LOST);
    desk.call(command())
}

#[test]
fn an_operator_is_added_once() {
    let (desk, between) = losing("/v1/operators");
    let add = || Command::AddOperator { operator: newcomer() };
    let listed = after(twice(&desk, add)).unwrap();
    assert_eq!(listed.iter().filter(|operator| operator.account == name("haihe-new")).count(), 1);
    assert_eq!(between.count("POST /v1/operators"), 2);
    let other = NewOperator { password: password("other-password"), ..newcomer() };
    let outcome = desk.call(Command::AddOperator { operator: other });
    assert_eq!(outcome.unwrap_err(), Fault::DataRefused { reason: Refusal::NameTaken });
    desk.other_machine().sign_in_as("haihe-new", "first-password").unwrap();
}

#[test]
fn a_password_is_changed_once_and_the_new_one_counts() {
    let (desk, _between) = losing("/v1/account/password");
    let old = desk.stage.password().to_owned();
    let change = |old: &str, new: &str| Command::ChangePassword { old: password(old), new: password(new) };
    view(twice(&desk, || change(&old, "second-password")));
    assert!(desk.view().session.is_some());
    // The same words once more, as a change of its own.
    view(desk.call(change("second-password", &old)));
    view(desk.call(change(&old, "second-password")));
    let other = desk.other_machine();
    assert_eq!(other.sign_in_as(desk.stage.account(), &old).unwrap_err(), Fault::SignInRefused);
    other.sign_in_as(desk.stage.account(), "second-password").unwrap();
    // Another session has sent nothing yet.
    let outcome = other.call(change(&old, "second-password"));
    assert_eq!(outcome.unwrap_err(), Fault::SignInRefused);
}

#[test]
fn a_request_is_decided_once_either_way() {
    for accept in [true, false] {
        let (desk, _between) = losing("/v1/upgrade-requests");
        let guest = desk.other_machine();
        sign_in(&guest, "haihe-guest");
        view(guest.call(Command::AskUpgrade {}));
        let decide = || Command::DecideUpgrade { account: name("haihe-guest"), accept };
        let listed = after(twice(&desk, decide)).unwrap();
        assert!(listed.iter().all(|operator| !operator.asks_upgrade));
        sign_in(&guest, "haihe-guest");
        let wanted = if accept { Role::Operator } else { Role::Personal };
        assert_eq!(account(&guest).role, wanted);
        let other = desk.call(Command::DecideUpgrade { account: name("haihe-guest"), accept: !accept });
        assert_eq!(other.unwrap_err(), Fault::RecordChanged);
    }
}

#[test]
fn an_operator_is_set_once_more_to_the_same() {
    let (desk, _between) = losing("/v1/operators/");
    let set = || {
        let set = OperatorSet { enabled: Some(false), rights: Some(vec![]) };
        Command::SetOperator { account: name("haihe-clerk"), set }
    };
    let listed = after(twice(&desk, set)).unwrap();
    let clerk = listed.iter().find(|operator| operator.account == name("haihe-clerk")).unwrap();
    assert!(!clerk.enabled && clerk.rights.is_empty());
}

#[test]
fn a_card_is_taken_off_once() {
    let (desk, _between) = losing("/v1/cards/");
    let before = cards(&desk);
    let id = before[0].id.clone();
    let left = answer!(twice(&desk, || Command::UnbindCard { id: id.clone() }), CardsAfter).unwrap();
    assert_eq!(left.len() + 1, before.len());
    assert!(left.iter().all(|card| card.id != id));
}

#[test]
fn the_holder_is_saved_once() {
    let (desk, _between) = losing("/v1/account/holder");
    let record = account(&desk);
    let wanted = PersonEdit { name: PersonName::parse("New Name").unwrap(), ..edit_of_holder(&record) };
    let saved = answer!(twice(&desk, || Command::EditHolder { edit: wanted.clone() }), Account);
    assert_eq!((saved.holder.name, saved.version), (wanted.name.clone(), record.version + 1));
}

#[test]
fn a_phone_is_taken_over_once_by_its_code() {
    let (desk, _between) = losing("/v1/account/codes/");
    let to = phone("19900009999");
    let sent = answer!(desk.call(Command::SendCode { to: to.clone() }), CodeSent);
    let code = read_code(&desk, &to, &sent);
    let saved = answer!(twice(&desk, || Command::ConfirmCode { code: code.clone() }), Account);
    assert_eq!(saved.phone, Some(sent.to));
}

#[test]
fn a_change_is_told_as_made_though_the_list_cannot_be_read_after_it() {
    let desk = Desk::open();
    let mut changed = false;
    let between = Between::new(&desk.stage.portal_origin(), move |passed| {
        let list = matches!(passed.path.as_str(), "/v1/operators" | "/v1/cards");
        if changed && list {
            (passed.status, passed.body) = (502, b"{}".to_vec());
        }
        changed |= !list && passed.path.starts_with("/v1/operators/");
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    let bound = cards(&desk);
    let set = OperatorSet { enabled: Some(false), rights: None };
    assert_eq!(after(desk.call(Command::SetOperator { account: name("haihe-clerk"), set })), None);
    assert_eq!(answer!(desk.call(Command::UnbindCard { id: bound[0].id.clone() }), CardsAfter), None);
    desk.sign_in();
    let clerk = operators(&desk).into_iter().find(|operator| operator.account == name("haihe-clerk"));
    assert!(!clerk.unwrap().enabled);
    assert_eq!(cards(&desk).len() + 1, bound.len());
}
