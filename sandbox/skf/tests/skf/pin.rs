use crate::loaded::{DEVICE_REMOVED, NOT_LOGGED_IN, Skf, USER, pin, ukey};
use std::ffi::{CString, c_char};

const INCORRECT: u32 = 0x0A00_0024;
const LOCKED: u32 = 0x0A00_0025;
const LENGTH: u32 = 0x0A00_0027;
const NAME: &str = "haihe-ccb-sm2";
const WRONG: &str = "000000";

fn tries(skf: &Skf, application: usize) -> (u32, u32) {
    type Function = unsafe extern "C" fn(usize, u32, *mut u32, *mut u32, *mut i32) -> u32;
    let call = skf.function::<Function>("SKF_GetPINInfo");
    let (mut most, mut left, mut default) = (0, 0, 9);
    // SAFETY: places for three numbers.
    assert_eq!(unsafe { call(application, USER, &mut most, &mut left, &mut default) }, 0);
    assert_eq!(default, 0);
    (most, left)
}

#[test]
fn wrong_pin_counts_down_and_the_right_one_counts_up() {
    let skf = Skf::load(&[NAME]);
    let (_, application) = skf.application(NAME);
    assert_eq!(tries(&skf, application), (6, 6));
    assert_eq!(skf.verify(application, WRONG), (INCORRECT, 5));
    assert_eq!(tries(&skf, application), (6, 5));
    assert_eq!(skf.verify(application, pin(NAME)), (0, 6));
    assert_eq!(skf.soft.verifies(NAME).unwrap(), 2);
}

#[test]
fn tries_outlive_the_process_and_the_token_locks() {
    let skf = Skf::load(&[NAME]);
    let (_, application) = skf.application(NAME);
    for left in [5, 4, 3] {
        assert_eq!(skf.verify(application, WRONG), (INCORRECT, left));
    }
    let skf = skf.load_again();
    let (_, application) = skf.application(NAME);
    for left in [2, 1] {
        assert_eq!(skf.verify(application, WRONG), (INCORRECT, left));
    }
    assert_eq!(skf.verify(application, WRONG), (LOCKED, 0));
    assert_eq!(skf.verify(application, pin(NAME)), (LOCKED, 0));
}

#[test]
fn a_pin_of_a_wrong_length_costs_no_try() {
    let skf = Skf::load(&[NAME]);
    let (_, application) = skf.application(NAME);
    assert_eq!(skf.verify(application, "12345"), (LENGTH, 6));
    assert_eq!(skf.verify(application, "12345678901234567"), (LENGTH, 6));
}

#[test]
fn the_pin_changes_for_whoever_knows_it() {
    let skf = Skf::load(&[NAME]);
    let (_, application) = skf.application(NAME);
    type Function = unsafe extern "C" fn(usize, u32, *const c_char, *const c_char, *mut u32) -> u32;
    let call = skf.function::<Function>("SKF_ChangePIN");
    let change = |old: &str, new: &str| {
        let (old, new) = (CString::new(old).unwrap(), CString::new(new).unwrap());
        let mut left = 99;
        // SAFETY: two C strings and a place for the number.
        (unsafe { call(application, USER, old.as_ptr(), new.as_ptr(), &mut left) }, left)
    };
    assert_eq!(change(WRONG, "13572468"), (INCORRECT, 5));
    assert_eq!(change(pin(NAME), "short"), (LENGTH, 5));
    assert_eq!(change(pin(NAME), "13572468"), (0, 6));
    assert_eq!(skf.verify(application, "13572468"), (0, 6));
}

#[test]
fn what_the_pin_opened_is_closed_again() {
    let skf = Skf::load(&[NAME]);
    let (device, application) = skf.application(NAME);
    let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
    let sign = || skf.ecc_sign(container, &[7; 32]).map(|_| ());
    assert_eq!(sign(), Err(NOT_LOGGED_IN));
    assert_eq!(skf.verify(application, pin(NAME)), (0, 6));
    assert_eq!(sign(), Ok(()));
    skf.on("SKF_ClearSecureState", application).unwrap();
    assert_eq!(sign(), Err(NOT_LOGGED_IN));
    skf.verify(application, pin(NAME));
    skf.verify(application, WRONG);
    assert_eq!(sign(), Err(NOT_LOGGED_IN));
    let other = skf.open("SKF_OpenApplication", device, "TONGGUAN").unwrap();
    skf.verify(other, pin(NAME));
    assert_eq!(sign(), Err(NOT_LOGGED_IN), "one application's PIN does not open another");
}

#[test]
fn a_token_that_was_pulled_and_put_back_is_another_one_to_open_handles() {
    let skf = Skf::load(&[NAME]);
    let (device, application) = skf.application(NAME);
    let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
    skf.verify(application, pin(NAME));
    skf.soft.unplug(NAME).unwrap();
    let removed = |skf: &Skf| {
        assert_eq!(skf.ecc_sign(container, &[7; 32]), Err(DEVICE_REMOVED));
        assert_eq!(skf.verify(application, pin(NAME)).0, DEVICE_REMOVED);
        assert_eq!(skf.list("SKF_EnumContainer", application), Err(DEVICE_REMOVED));
        assert_eq!(skf.list("SKF_EnumApplication", device), Err(DEVICE_REMOVED));
    };
    removed(&skf);
    skf.soft.plug_blueprint(ukey(NAME)).unwrap();
    removed(&skf);
    assert_eq!(skf.soft.verifies(NAME).unwrap(), 1);
    skf.on("SKF_DisConnectDev", device).unwrap();
    let (_, application) = skf.application(NAME);
    let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
    assert_eq!(skf.ecc_sign(container, &[7; 32]), Err(NOT_LOGGED_IN));
}
