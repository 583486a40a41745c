//! What the misbehaviours that leave the process alive look like to a caller.

use crate::loaded::{DEVICE_REMOVED, Skf, pin, ukey};
use std::ffi::{CString, c_char};
use tongguan_sandbox_ukey::{Behaviour, Length, Misbehaviour};

const FAIL: u32 = 0x0A00_0001;
const NAME: &str = "haihe-ccb-rsa";

fn strike(skf: &Skf, call: &str, misbehaviour: Misbehaviour, times: Option<u32>) {
    skf.soft.behave(&Behaviour::striking(call, misbehaviour, times)).unwrap();
}

/// What SKF_RSASignData says of the size: asked for it, and after filling 256 bytes.
fn sizes(skf: &Skf, container: usize) -> (u32, u32) {
    type Function = unsafe extern "C" fn(usize, *const u8, u32, *mut u8, *mut u32) -> u32;
    let call = skf.function::<Function>("SKF_RSASignData");
    let (mut asked, mut filled) = (0, 256);
    let mut buffer = [0; 256];
    // SAFETY: bytes with their length, no buffer, and a buffer as long as its size says.
    unsafe {
        assert_eq!(call(container, b"info".as_ptr(), 4, std::ptr::null_mut(), &mut asked), 0);
        assert_eq!(call(container, b"info".as_ptr(), 4, buffer.as_mut_ptr(), &mut filled), 0);
    }
    (asked, filled)
}

#[test]
fn a_liar_tells_sizes_that_are_none() {
    let skf = Skf::load(&[NAME]);
    let (_, application) = skf.application(NAME);
    skf.verify(application, pin(NAME));
    let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
    assert_eq!(sizes(&skf, container), (256, 256));
    strike(&skf, "SKF_RSASignData", Misbehaviour::Lie(Length::Huge), None);
    assert_eq!(sizes(&skf, container), (0x7FFF_FFFF, 0x7FFF_FFFF));
    strike(&skf, "SKF_RSASignData", Misbehaviour::Lie(Length::BeyondBuffer), None);
    assert_eq!(sizes(&skf, container), (256, 256 + 4096));
}

#[test]
fn a_failure_that_says_nothing_lasts_as_long_as_it_should() {
    let skf = Skf::load(&[NAME]);
    let (_, application) = skf.application(NAME);
    strike(&skf, "SKF_VerifyPIN", Misbehaviour::GeneralError, Some(1));
    assert_eq!(skf.verify(application, pin(NAME)), (FAIL, 99));
    assert_eq!(skf.verify(application, pin(NAME)), (0, 6));
    assert_eq!(skf.soft.verifies(NAME).unwrap(), 1);
    skf.soft.behave(&Behaviour { wrong_pin_is_general_error: true, ..Behaviour::default() }).unwrap();
    assert_eq!(skf.verify(application, "000000"), (FAIL, 5));
}

#[test]
fn a_token_pulled_during_a_call_is_gone_and_the_others_are_not() {
    let skf = Skf::load(&[NAME, "haihe-ccb-sm2"]);
    let (_, application) = skf.application(NAME);
    strike(&skf, "SKF_VerifyPIN", Misbehaviour::Unplug, Some(1));
    assert_eq!(skf.verify(application, pin(NAME)), (DEVICE_REMOVED, 99));
    assert_eq!(skf.enum_dev(true).unwrap(), ["haihe-ccb-sm2"]);
    skf.soft.plug_blueprint(ukey(NAME)).unwrap();
    assert_eq!(skf.soft.token(NAME).unwrap().tries_left, 6);
}

#[test]
fn a_library_that_removes_itself_leaves_no_device() {
    let skf = Skf::load(&[NAME]);
    let (device, _) = skf.application(NAME);
    strike(&skf, "SKF_EnumApplication", Misbehaviour::UnlinkSelf, None);
    assert_eq!(skf.list("SKF_EnumApplication", device), Err(DEVICE_REMOVED));
    assert!(!skf.soft.object().exists());
    assert!(skf.enum_dev(true).unwrap().is_empty());
}

#[test]
fn null_where_something_is_needed_is_refused() {
    const INVALID_PARAMETER: u32 = 0x0A00_0006;
    let skf = Skf::load(&[NAME]);
    let (device, application) = skf.application(NAME);
    let list = skf.function::<unsafe extern "C" fn(usize, *mut u8, *mut u32) -> u32>("SKF_EnumApplication");
    let open =
        skf.function::<unsafe extern "C" fn(usize, *const c_char, *mut usize) -> u32>("SKF_OpenContainer");
    let null = std::ptr::null_mut();
    let name = CString::new("sign-1").unwrap();
    // SAFETY: NULL is what is tried here.
    unsafe {
        assert_eq!(list(device, null, std::ptr::null_mut()), INVALID_PARAMETER);
        assert_eq!(open(application, std::ptr::null(), &mut 0), INVALID_PARAMETER);
        assert_eq!(open(application, name.as_ptr(), std::ptr::null_mut()), INVALID_PARAMETER);
    }
}
