use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use tongguan_sandbox_ukey::{Behaviour, KeyAlgorithm};

use crate::desk::*;
use crate::raw::Raw;

#[test]
fn no_slot_can_be_taken_for_an_index() {
    let desk = Desk::behaving(&Behaviour { empty_slots: 3, ..Behaviour::default() });
    let module = desk.load();
    let all = module.get_all_slots().unwrap();
    let full = module.get_slots_with_token().unwrap();
    assert_eq!((all.len(), full.len()), (4, 1));
    assert_eq!(all[3], full[0]);
    assert!(all.iter().all(|slot| slot.id() > 100));
    for slot in &all[..3] {
        assert!(!module.get_slot_info(*slot).unwrap().token_present());
        assert_eq!(refused(module.get_token_info(*slot)), RvError::TokenNotPresent);
        assert_eq!(refused(module.open_ro_session(*slot)), RvError::TokenNotPresent);
    }
    assert!(module.get_slot_info(full[0]).unwrap().token_present());
    let nowhere = 1u64.try_into().unwrap();
    assert_eq!(refused(module.get_slot_info(nowhere)), RvError::SlotIdInvalid);
}

#[test]
fn a_token_tells_of_itself() {
    let desk = Desk::new();
    let module = desk.load();
    let info = module.get_token_info(slot(&module)).unwrap();
    assert_eq!(info.label(), "\u{6d77}\u{6cb3}");
    assert_eq!((info.manufacturer_id(), info.serial_number()), ("Tongguan", "0123456789"));
    assert_eq!((info.min_pin_length(), info.max_pin_length()), (6, 16));
    assert!(info.login_required() && info.token_initialized() && info.user_pin_initialized());
}

#[test]
fn a_label_may_be_gbk_with_nul_behind_it() {
    let desk = Desk::behaving(&Behaviour { gbk_label: true, ..Behaviour::default() });
    let raw = Raw::load(&desk);
    let slot = raw.slots()[0];
    let mut expected = [0; 32];
    expected[..4].copy_from_slice(b"\xba\xa3\xba\xd3");
    assert_eq!(raw.label(slot), expected);
    desk.library.behave_normally().unwrap();
    assert_eq!(raw.label(slot)[..7], *b"\xe6\xb5\xb7\xe6\xb2\xb3 ");
}

#[test]
fn a_token_may_tell_nothing_and_still_sign() {
    let desk = Desk::behaving(&Behaviour { token_info_fails: true, ..Behaviour::default() });
    let module = desk.load();
    assert_eq!(refused(module.get_token_info(slot(&module))), RvError::GeneralError);
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::P256));
    session.sign(&Mechanism::Ecdsa, handle, &[7; 32]).unwrap();
}

#[test]
fn a_pulled_token_ends_its_sessions_for_ever() {
    let desk = Desk::new();
    let module = desk.load();
    let slot = slot(&module);
    let old = at_work(&module);
    let handle = private_key(&old, &key(KeyAlgorithm::Rsa));
    let sign = |session: &cryptoki::session::Session| session.sign(&Mechanism::RsaPkcs, handle, b"data");
    desk.library.unplug("one").unwrap();
    assert!(module.get_slots_with_token().unwrap().is_empty());
    assert_eq!(module.get_all_slots().unwrap(), [slot]);
    assert_eq!(refused(sign(&old)), RvError::DeviceRemoved);

    desk.library.plug(&token("one")).unwrap();
    assert_eq!(refused(sign(&old)), RvError::DeviceRemoved);
    assert_eq!(module.get_slots_with_token().unwrap(), [slot]);
    let new = module.open_ro_session(slot).unwrap();
    assert_eq!(refused(sign(&new)), RvError::UserNotLoggedIn);
    login(&new, PIN).unwrap();
    sign(&new).unwrap();
}
