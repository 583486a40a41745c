//! PINs of UKeys: each entry is shown to the token at most once.

use tongguan_core::api::FlowView;
use tongguan_core::domain::{PinState, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_sandbox::stage::Through;
use tongguan_sandbox_ukey::Behaviour;
use tongguan_tests::Desk;

const UKEY: &str = "haihe-ccb-sm2";
const WRONG: &str = "000000";

fn with_ukey() -> (Desk, TokenInfo) {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug(UKEY, Through::Skf);
    desk.sign_in();
    (desk, token)
}

fn verifies(desk: &Desk) -> u64 {
    desk.stage.soft(Through::Skf).unwrap().verifies(UKEY).unwrap()
}

fn consent(flow: FlowView) -> (PinState, Option<Fault>) {
    let FlowView::Consent { pin, fault, .. } = flow else { panic!("{flow:?}") };
    (pin, fault)
}

#[test]
fn wrong_entries_count_down_and_the_last_one_asks_first() {
    let (desk, token) = with_ukey();
    let (pin, _) = consent(desk.begin_at("ccb", &token, 0));
    assert_eq!(pin, PinState::Ready { tries_left: 6 });
    for left in (1..6).rev() {
        let (pin, fault) = consent(desk.sign(WRONG, false));
        assert_eq!(
            (pin, fault),
            (PinState::from_tries(left), Some(Fault::PinWrong { tries_left: Some(left) }))
        );
        assert_eq!(verifies(&desk), u64::from(6 - left));
    }
    let (_, fault) = consent(desk.sign(WRONG, false));
    assert_eq!((fault, verifies(&desk)), (Some(Fault::PinLastTry), 5));
    assert!(matches!(desk.sign(desk.stage.pin(UKEY), true), FlowView::Done { .. }));
    assert_eq!(verifies(&desk), 6);
}

#[test]
fn the_last_wrong_entry_locks_and_a_locked_one_is_not_asked() {
    let (desk, token) = with_ukey();
    desk.begin_at("ccb", &token, 0);
    for _ in 0..5 {
        consent(desk.sign(WRONG, false));
    }
    let FlowView::Failed { fault, .. } = desk.sign(WRONG, true) else { panic!("{:?}", desk.view().flow) };
    assert_eq!((fault, verifies(&desk)), (Fault::PinLocked, 6));
    let FlowView::Failed { fault, .. } = desk.begin_at("ccb", &token, 0) else { panic!("not refused") };
    assert_eq!((fault, verifies(&desk)), (Fault::PinLocked, 6));
}

#[test]
fn a_module_that_does_not_tell_why_is_not_said_to_have_refused_the_pin() {
    let desk = Desk::open();
    let soft = desk.stage.soft(Through::Pkcs11).unwrap();
    soft.behave(&Behaviour { wrong_pin_is_general_error: true, ..Behaviour::default() }).unwrap();
    desk.approve(Through::Pkcs11);
    let token = desk.plug("haihe-ccb-rsa", Through::Pkcs11);
    desk.sign_in();
    desk.begin_at("ccb", &token, 0);
    let (_, fault) = consent(desk.sign(WRONG, false));
    let Some(Fault::LibrarySilent { call, answer, .. }) = fault else { panic!("{fault:?}") };
    assert_eq!((call.as_str(), answer.as_str()), ("C_Login", "CKR_GENERAL_ERROR"));
    assert_eq!(soft.verifies("haihe-ccb-rsa").unwrap(), 1);
    assert!(matches!(desk.sign(desk.stage.pin("haihe-ccb-rsa"), false), FlowView::Done { .. }));
}

#[test]
fn a_pin_typed_on_the_device_never_comes_here() {
    let desk = Desk::open();
    let soft = desk.stage.soft(Through::Pkcs11).unwrap();
    soft.behave(&Behaviour { pin_pad: true, ..Behaviour::default() }).unwrap();
    desk.approve(Through::Pkcs11);
    let token = desk.plug("haihe-ccb-rsa", Through::Pkcs11);
    assert!(token.pin_pad);
    desk.sign_in();
    desk.begin_at("ccb", &token, 0);
    let view = desk.app.sign_with(None, false).unwrap();
    assert!(matches!(view.flow, FlowView::Done { .. }), "{:?}", view.flow);
}

#[test]
fn without_a_pin_a_ukey_that_has_no_pad_signs_nothing() {
    let (desk, token) = with_ukey();
    desk.begin_at("ccb", &token, 0);
    let (_, fault) = consent(desk.app.sign_with(None, false).unwrap().flow);
    assert!(matches!(fault, Some(Fault::PinFormat { .. })), "{fault:?}");
    assert_eq!(verifies(&desk), 0);
}

#[test]
fn keys_that_want_a_login_for_each_signature_get_it() {
    let desk = Desk::open();
    let soft = desk.stage.soft(Through::Pkcs11).unwrap();
    soft.behave(&Behaviour { always_authenticate: true, ..Behaviour::default() }).unwrap();
    desk.approve(Through::Pkcs11);
    let token = desk.plug("haihe-ccb-rsa", Through::Pkcs11);
    desk.sign_in();
    let flow = desk.certify_at("ccb", "haihe-ccb-rsa", &token);
    assert!(matches!(flow, FlowView::Done { .. }), "{flow:?}");
}
