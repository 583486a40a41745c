//! The account: who it belongs to, its password, phone, e-mail, and what its owner wants to be told.

use crate::answers::{
    account, answer, company, document, edit_of_holder, phone, read_code, sign_in, validity, view, wrong,
};
use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{DocumentKind, EmailAddress, Method, Password, Region};
use tongguan_core::fault::{Fault, Refusal, Register};
use tongguan_core::ports::{
    CodeEntered, CodeSent, CodeTarget, Notifications, NotificationsSet, PersonEdit, Preferences,
    PreferencesSet,
};
use tongguan_sandbox_outside::Failure;
use tongguan_tests::Desk;

const NEW_PHONE: &str = "19900009999";

fn refused(reason: Refusal) -> Fault {
    Fault::DataRefused { reason }
}

fn edit(desk: &Desk, edit: PersonEdit) -> Result<Answer, Fault> {
    desk.call(Command::EditHolder { edit })
}

fn send(desk: &Desk, to: &CodeTarget) -> Result<CodeSent, Fault> {
    desk.call(Command::SendCode { to: to.clone() })
        .map(|sent| answer!(Ok(sent) as Result<_, Fault>, CodeSent))
}

fn confirm(desk: &Desk, code: &CodeEntered) -> Result<Answer, Fault> {
    desk.call(Command::ConfirmCode { code: code.clone() })
}

fn password(text: &str) -> Password {
    Password::from(text.to_owned())
}

#[test]
fn the_account_is_shown_with_its_numbers_masked() {
    let desk = Desk::open();
    desk.sign_in();
    let record = account(&desk);
    let world = desk.stage.world().account(desk.stage.account()).unwrap();
    assert_eq!(record.holder.name, world.holder.name);
    assert_eq!(record.holder.document, Some(world.holder.document.masked()));
    assert_eq!(record.phone, Some(world.phone.masked()));
    assert!(!record.change_password);
}

#[test]
fn the_holder_changes_to_each_kind_of_document() {
    let desk = Desk::open();
    desk.sign_in();
    let record = account(&desk);
    let wanted =
        PersonEdit { document: document(DocumentKind::Passport, "E99123456"), ..edit_of_holder(&record) };
    let after = answer!(edit(&desk, PersonEdit { validity: None, ..wanted }), Account);
    let shown = after.holder.document.unwrap();
    assert_eq!((shown.kind, shown.number.as_str().contains("99123456")), (DocumentKind::Passport, false));
    assert!(after.sign_in_again);
    desk.sign_in();
    let record = account(&desk);
    assert!(!record.sign_in_again);
    let wanted = PersonEdit {
        document: document(DocumentKind::IdCard, "11010519491231002X"),
        validity: validity("20200101", "00000000"),
        ..edit_of_holder(&record)
    };
    let after = answer!(edit(&desk, wanted), Account);
    assert_eq!(after.holder.validity, validity("20200101", "00000000"));
}

#[test]
fn a_number_belongs_to_one_account_of_a_company() {
    let desk = Desk::open();
    desk.sign_in();
    let record = account(&desk);
    let clerk = desk.stage.world().account("haihe-clerk").unwrap().holder.clone();
    let wanted = PersonEdit {
        document: Some(clerk.document),
        validity: Some(clerk.validity),
        ..edit_of_holder(&record)
    };
    assert_eq!(edit(&desk, wanted).unwrap_err(), refused(Refusal::IdDuplicate));
    assert_eq!(account(&desk), record);
}

#[test]
fn somebody_who_changed_it_meanwhile_is_told() {
    let desk = Desk::open();
    desk.sign_in();
    let other = desk.other_machine();
    other.sign_in();
    let wanted = edit_of_holder(&account(&other));
    let mine = PersonEdit {
        document: document(DocumentKind::HomeReturnPermit, "H99123456"),
        validity: None,
        ..edit_of_holder(&account(&desk))
    };
    edit(&desk, mine).unwrap();
    let theirs =
        PersonEdit { document: document(DocumentKind::TaiwanPermit, "99123456"), validity: None, ..wanted };
    assert_eq!(edit(&other, theirs).unwrap_err(), Fault::RecordChanged);
}

#[test]
fn a_phone_becomes_the_account_s_with_the_code_that_was_sent_to_it() {
    let desk = Desk::open();
    desk.sign_in();
    let to = phone(NEW_PHONE);
    let sent = send(&desk, &to).unwrap();
    assert!(!sent.to.as_str().contains("19900009999"));
    let code = read_code(&desk, &to, &sent);
    assert_eq!(confirm(&desk, &wrong(&code)).unwrap_err(), refused(Refusal::SmsWrong));
    let after = answer!(confirm(&desk, &code), Account);
    assert_eq!(after.phone.as_ref(), Some(&sent.to));
    // The answer may have been lost: the same code is confirmed again.
    assert_eq!(answer!(confirm(&desk, &code), Account).phone, after.phone);
}

#[test]
fn an_address_for_mail_likewise() {
    let desk = Desk::open();
    desk.sign_in();
    let to = CodeTarget::Email { email: EmailAddress::parse("desk@tongguan.example").unwrap() };
    let sent = send(&desk, &to).unwrap();
    let after = answer!(confirm(&desk, &read_code(&desk, &to, &sent)), Account);
    assert_eq!(after.email, Some(sent.to));
}

#[test]
fn a_code_has_five_tries() {
    let desk = Desk::open();
    desk.sign_in();
    let to = phone(NEW_PHONE);
    let sent = send(&desk, &to).unwrap();
    let code = read_code(&desk, &to, &sent);
    for _ in 0..4 {
        assert_eq!(confirm(&desk, &wrong(&code)).unwrap_err(), refused(Refusal::SmsWrong));
    }
    // The fifth is the last; from then on the right one does not help either.
    assert_eq!(confirm(&desk, &wrong(&code)).unwrap_err(), refused(Refusal::SmsTooMany));
    assert_eq!(confirm(&desk, &code).unwrap_err(), refused(Refusal::SmsTooMany));
}

#[test]
fn a_code_lives_five_minutes_a_new_one_comes_after_one_and_voids_it() {
    let desk = Desk::open();
    desk.sign_in();
    let to = phone(NEW_PHONE);
    let first = send(&desk, &to).unwrap();
    let first = read_code(&desk, &to, &first);
    let Err(Fault::TooOften { seconds }) = send(&desk, &to) else { panic!("sent again at once") };
    assert!((1..=60).contains(&seconds));
    desk.stage.advance_clock(i64::from(seconds));
    let second = send(&desk, &to).unwrap();
    let second = read_code(&desk, &to, &second);
    assert_eq!(confirm(&desk, &first).unwrap_err(), refused(Refusal::SmsExpired));
    desk.stage.advance_clock(301);
    assert_eq!(confirm(&desk, &second).unwrap_err(), refused(Refusal::SmsExpired));
}

#[test]
fn a_message_centre_that_does_not_answer_is_named() {
    let desk = Desk::open();
    desk.sign_in();
    let outside = desk.stage.outside();
    outside.set_failure(Register::Sms, None, Some(Failure::RateLimit)).unwrap();
    let fault = send(&desk, &phone(NEW_PHONE)).unwrap_err();
    assert_eq!(fault, Fault::RegisterUnavailable { register: Register::Sms });
    outside.set_failure(Register::Sms, None, None).unwrap();
    desk.stage.advance_clock(60);
    send(&desk, &phone(NEW_PHONE)).unwrap();
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let desk = Desk::open();
    desk.sign_in();
    let other = desk.other_machine();
    other.sign_in();
    let old = desk.stage.password().to_owned();
    let change =
        |old: &str, new: &str| desk.call(Command::ChangePassword { old: password(old), new: password(new) });
    assert_eq!(change("wrong-password", "new-password-77").unwrap_err(), Fault::SignInRefused);
    assert!(desk.view().session.is_some(), "a wrong password ends nothing");
    assert!(matches!(change(&old, "short").unwrap_err(), Fault::InputInvalid { .. }));
    view(change(&old, "new-password-77"));
    company(&desk);
    assert_eq!(other.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    assert_eq!(other.sign_in_as(other.stage.account(), &old).unwrap_err(), Fault::SignInRefused);
    other.sign_in_as(other.stage.account(), "new-password-77").unwrap();
}

#[test]
fn region_and_notifications_are_set() {
    let desk = Desk::open();
    desk.sign_in();
    // Each from another machine: neither puts the other's back.
    let (other, region) = (desk.other_machine(), Region::parse("13").unwrap());
    other.sign_in();
    let set = PreferencesSet { region: Some(Some(region.clone())), ..PreferencesSet::default() };
    answer!(other.call(Command::SetPreferences { set }), Account);
    let notify = |desk: &Desk, notifications| {
        let set = PreferencesSet { notifications: Some(notifications), ..PreferencesSet::default() };
        answer!(desk.call(Command::SetPreferences { set }), Account)
    };
    let set = NotificationsSet { sign_in: Some(true), ..NotificationsSet::default() };
    notify(&other, set);
    let after = notify(&desk, NotificationsSet { expiry: Some(false), ..NotificationsSet::default() });
    let notifications = Notifications { sign_in: true, certification: true, expiry: false };
    assert_eq!(after.preferences, Preferences { region: Some(region), notifications });
    assert_eq!(account(&desk).preferences, after.preferences);
    let set = PreferencesSet { region: Some(None), ..PreferencesSet::default() };
    answer!(desk.call(Command::SetPreferences { set }), Account);
    assert_eq!(account(&desk).preferences, Preferences { region: None, notifications });
}

#[test]
fn certifications_are_listed_newest_first() {
    let desk = Desk::open();
    desk.sign_in();
    let list = |desk: &Desk| answer!(desk.call(Command::Certifications {}), Certifications);
    assert!(list(&desk).is_empty());
    for card in ["haihe-operator-sm2", "haihe-operator-rsa"] {
        let token = desk.insert(0, card);
        assert!(matches!(desk.certify(card, &token, 0), FlowView::Done { .. }));
        desk.stage.advance_clock(60);
    }
    let listed = list(&desk);
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|one| one.method == Method::IcCard && one.certificate.is_some()));
    assert!(listed[0].receipt.accepted_at.unix() > listed[1].receipt.accepted_at.unix());
    // A colleague's view of the same company is their own account's.
    let other = desk.other_machine();
    sign_in(&other, "haihe-clerk");
    assert!(list(&other).is_empty());
}
