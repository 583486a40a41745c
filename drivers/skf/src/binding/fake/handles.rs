//! Handles, structures, PINs.

use super::super::application::Application;
use super::super::device::Device;
use super::{DevInfo, Raw, library, lied};
use crate::names::Name;
use crate::{pin, sar};
use std::ffi::{CStr, c_char};
use std::ptr::{dangling_mut, without_provenance_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use tongguan_core::domain::{Pin, PinState};
use tongguan_core::fault::Fault;

#[test]
fn a_handle_that_is_none_is_a_lie() {
    unsafe extern "system" fn nothing(_: *const c_char, _: *mut Raw) -> u32 {
        sar::OK
    }
    let library = library(|entries| entries.connect_dev = nothing);
    let calls = library.lock();
    let fault = calls.connect(&Name::from(c"one")).map(drop).map_err(Fault::from);
    assert_eq!(fault, Err(lied("SKF_ConnectDev")));
}

#[test]
fn a_structure_written_over_its_end_is_a_lie() {
    unsafe extern "system" fn long(_: Raw, info: *mut DevInfo) -> u32 {
        // SAFETY: the room behind a structure that this crate promises.
        unsafe { info.cast::<u8>().write_bytes(0xFF, 300) };
        sar::OK
    }
    let library = library(|entries| entries.get_dev_info = long);
    let info = Device::new(&library, dangling_mut()).info();
    assert_eq!(info.map(drop).map_err(Fault::from), Err(lied("SKF_GetDevInfo")));
}

#[test]
fn handles_are_closed_in_the_opposite_order() {
    static CLOSED: AtomicU32 = AtomicU32::new(0);
    /// Puts the number of a handle at the end of those before.
    unsafe extern "system" fn noted(raw: Raw) -> u32 {
        let number = u32::try_from(raw.addr()).unwrap();
        CLOSED.store(CLOSED.load(Ordering::SeqCst) * 10 + number, Ordering::SeqCst);
        sar::OK
    }
    unsafe extern "system" fn first(_: *const c_char, raw: *mut Raw) -> u32 {
        // SAFETY: the caller's own handle.
        unsafe { raw.write(without_provenance_mut(1)) };
        sar::OK
    }
    unsafe extern "system" fn next(above: Raw, _: *const c_char, raw: *mut Raw) -> u32 {
        // SAFETY: the caller's own handle.
        unsafe { raw.write(without_provenance_mut(above.addr() + 1)) };
        sar::OK
    }
    let library = library(|entries| {
        entries.connect_dev = first;
        (entries.open_application, entries.open_container) = (next, next);
        (entries.close_container, entries.close_application) = (noted, noted);
        entries.disconnect_dev = noted;
    });
    let (calls, name) = (library.lock(), Name::from(c"one"));
    {
        let device = calls.connect(&name).unwrap();
        let application = device.application(&name).unwrap();
        let _container = application.container(&name).unwrap();
    }
    assert_eq!(CLOSED.load(Ordering::SeqCst), 321);
}

#[test]
fn the_pin_goes_out_with_its_nul_and_the_tries_come_back() {
    unsafe extern "system" fn verify(_: Raw, user: u32, pin: *mut u8, tries: *mut u32) -> u32 {
        // SAFETY: the caller's own text.
        let right = unsafe { CStr::from_ptr(pin.cast()) } == c"246813";
        // SAFETY: the caller's own number.
        unsafe { tries.write(4) };
        if right && user == 1 { sar::OK } else { 0x0A00_0024 }
    }
    let library = library(|entries| entries.verify_pin = verify);
    let application = Application::new(&library, dangling_mut());
    let enter = |text: &str| pin::verify(&application, &Pin::parse(text.into()).unwrap());
    assert_eq!(enter("246813"), Ok(()));
    assert_eq!(enter("246814"), Err(Fault::PinWrong { tries_left: Some(4) }));
    assert_eq!(enter("2468135"), Err(Fault::PinWrong { tries_left: Some(4) }));
}

#[test]
fn a_library_that_keeps_the_tries_to_itself_leaves_them_unknown() {
    unsafe extern "system" fn wrong(_: Raw, _: u32, _: *mut u8, _: *mut u32) -> u32 {
        0x0A00_0024
    }
    let library = library(|entries| entries.verify_pin = wrong);
    let application = Application::new(&library, dangling_mut());
    let fault = pin::verify(&application, &Pin::parse(b"246813".to_vec()).unwrap());
    assert_eq!(fault, Err(Fault::PinWrong { tries_left: None }));
    assert_eq!(pin::state(&application), Ok(PinState::Unknown));
}
