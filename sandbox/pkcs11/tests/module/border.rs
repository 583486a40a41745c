//! What C may do wrong.
#![allow(unsafe_code, reason = "PKCS#11 is a C interface")]

use std::ptr::null_mut;

use cryptoki_sys::*;
use tongguan_sandbox_ukey::{Behaviour, Length, Misbehaviour};

use crate::desk::{Desk, token};
use crate::raw::{Raw, call};

#[test]
fn no_function_is_null_and_the_missing_ones_say_so() {
    let desk = Desk::new();
    let raw = Raw::load(&desk);
    assert_eq!(call!(raw, C_InitToken(0, null_mut(), 0, null_mut())), CKR_FUNCTION_NOT_SUPPORTED);
    assert_eq!(call!(raw, C_CancelFunction(0)), CKR_FUNCTION_NOT_SUPPORTED);
    let words = size_of::<CK_FUNCTION_LIST>() / size_of::<usize>();
    // SAFETY: a version, padded to a word, then only pointers to functions.
    let list = unsafe { std::slice::from_raw_parts(raw.list().cast::<usize>(), words) };
    assert_eq!(list.len(), 69);
    assert!(list[1..].iter().all(|function| *function != 0));
}

#[test]
fn every_call_wants_an_initialised_module() {
    let desk = Desk::new();
    let raw = Raw::open(&desk);
    let mut count = 0;
    let not_yet = CKR_CRYPTOKI_NOT_INITIALIZED;
    assert_eq!(call!(raw, C_GetSlotList(CK_TRUE, null_mut(), &mut count)), not_yet);
    assert_eq!(call!(raw, C_GetInfo(&mut CK_INFO::default())), not_yet);
    assert_eq!((raw.wait(), raw.finalize()), (not_yet, not_yet));
    assert_eq!(raw.initialize(CKF_OS_LOCKING_OK, None), CKR_OK);
    assert_eq!(raw.initialize(CKF_OS_LOCKING_OK, None), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    assert_eq!(raw.finalize(), CKR_OK);
    assert_eq!(raw.initialize(0, None), CKR_OK);
    assert_eq!(call!(raw, C_GetSlotList(CK_TRUE, null_mut(), &mut count)), CKR_OK);
}

#[test]
fn the_init_string_must_be_the_wanted_one() {
    let wanted = Behaviour { init_string_required: Some("vendor=1".into()), ..Behaviour::default() };
    let desk = Desk::behaving(&wanted);
    let raw = Raw::open(&desk);
    assert_eq!(raw.initialize(CKF_OS_LOCKING_OK, None), CKR_ARGUMENTS_BAD);
    assert_eq!(raw.initialize(CKF_OS_LOCKING_OK, Some("vendor=2")), CKR_ARGUMENTS_BAD);
    assert_eq!(raw.initialize(CKF_OS_LOCKING_OK, Some("vendor=1")), CKR_OK);
    let other = Desk::new();
    assert_eq!(Raw::open(&other).initialize(CKF_OS_LOCKING_OK, Some("vendor=1")), CKR_ARGUMENTS_BAD);
}

#[test]
fn null_where_something_must_be_is_a_bad_argument() {
    let desk = Desk::new();
    let raw = Raw::load(&desk);
    let slot = raw.slots()[0];
    let session = raw.begin();
    let answers = [
        call!(raw, C_GetInfo(null_mut())),
        call!(raw, C_GetSlotList(CK_TRUE, null_mut(), null_mut())),
        call!(raw, C_GetSlotInfo(slot, null_mut())),
        call!(raw, C_GetTokenInfo(slot, null_mut())),
        call!(raw, C_OpenSession(slot, CKF_SERIAL_SESSION, null_mut(), None, null_mut())),
        call!(raw, C_Login(session, CKU_CONTEXT_SPECIFIC, null_mut(), 6)),
        call!(raw, C_GetAttributeValue(session, 1, null_mut(), 1)),
        call!(raw, C_SignInit(session, null_mut(), 1)),
        call!(raw, C_SignUpdate(session, null_mut(), 5)),
        call!(raw, C_SignFinal(session, null_mut(), null_mut())),
        call!(raw, C_WaitForSlotEvent(CKF_DONT_BLOCK, null_mut(), null_mut())),
    ];
    assert_eq!(answers, [CKR_ARGUMENTS_BAD; 11]);
}

#[test]
fn a_small_buffer_may_be_mended() {
    let desk = Desk::new();
    let raw = Raw::load(&desk);
    let session = raw.begin();
    assert_eq!(raw.sign(session, None), (CKR_OK, 256));
    assert_eq!(raw.sign(session, Some(255)), (CKR_BUFFER_TOO_SMALL, 256));
    assert_eq!(raw.sign(session, Some(300)), (CKR_OK, 256));
    assert_eq!(raw.sign(session, Some(300)).0, CKR_OPERATION_NOT_INITIALIZED);
    desk.library.plug(&token("two")).unwrap();
    let (mut slot, mut count) = (0, 1);
    assert_eq!(call!(raw, C_GetSlotList(CK_TRUE, &mut slot, &mut count)), CKR_BUFFER_TOO_SMALL);
    assert_eq!(count, 2);
}

#[test]
fn a_template_is_answered_as_far_as_it_goes() {
    let desk = Desk::new();
    let raw = Raw::load(&desk);
    let session = raw.begin();
    let (mut class, mut id) = (0, [0u8; 4]);
    let attribute = |kind, place, room| CK_ATTRIBUTE { type_: kind, pValue: place, ulValueLen: room };
    let mut template = [
        attribute(CKA_MODULUS, null_mut(), 0),
        attribute(CKA_ID, id.as_mut_ptr().cast(), 4),
        attribute(CKA_CLASS, (&raw mut class).cast::<std::ffi::c_void>(), size_of::<CK_ULONG>() as CK_ULONG),
    ];
    // The third object of the first key is its private key, the first its certificate.
    assert_eq!(call!(raw, C_GetAttributeValue(session, 3, template.as_mut_ptr(), 3)), CKR_OK);
    assert_eq!(template.map(|one| one.ulValueLen), [256, 1, size_of::<CK_ULONG>() as CK_ULONG]);
    assert_eq!((class, id), (CKO_PRIVATE_KEY, [0xa1, 0, 0, 0]));
    let invalid = call!(raw, C_GetAttributeValue(session, 1, template.as_mut_ptr(), 3));
    assert_eq!(invalid, CKR_ATTRIBUTE_TYPE_INVALID);
    assert_eq!((template[0].ulValueLen, class), (CK_UNAVAILABLE_INFORMATION, CKO_CERTIFICATE));
    template[1].ulValueLen = 0;
    let small = call!(raw, C_GetAttributeValue(session, 3, template[1..].as_mut_ptr(), 1));
    assert_eq!((small, template[1].ulValueLen), (CKR_BUFFER_TOO_SMALL, CK_UNAVAILABLE_INFORMATION));
}

#[test]
fn a_liar_lies_about_lengths() {
    let desk = Desk::new();
    let raw = Raw::load(&desk);
    let lie =
        |length| desk.library.behave(&Behaviour::striking("*", Misbehaviour::Lie(length), None)).unwrap();
    let session = raw.begin();
    lie(Length::Huge);
    let (answer, length) = raw.sign(session, None);
    assert!(answer == CKR_OK && length > 1 << 48, "{length}");
    lie(Length::BeyondBuffer);
    let (answer, length) = raw.sign(session, Some(256));
    assert!(answer == CKR_OK && length > 256, "{length}");
    let (mut slots, mut count) = ([0; 4], 4);
    assert_eq!(call!(raw, C_GetSlotList(CK_TRUE, slots.as_mut_ptr(), &mut count)), CKR_OK);
    assert!(count > 4 && slots[1] == 0);
}
