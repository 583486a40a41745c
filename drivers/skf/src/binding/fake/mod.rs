//! Libraries made of functions of these files: what the sandbox's library does not do wrong.

mod handles;
mod lists;
#[cfg(target_os = "linux")]
mod rsa;

use super::api::{Entries, Library, Raw};
use super::structs::{DevInfo, EccSignatureBlob};
use crate::sar;
use std::ffi::c_char;
use tongguan_core::fault::Fault;

unsafe extern "system" fn no_devices(_: u32, _: *mut u8, _: *mut u32) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_open(_: *const c_char, _: *mut Raw) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_open_inside(_: Raw, _: *const c_char, _: *mut Raw) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_info(_: Raw, _: *mut DevInfo) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_list(_: Raw, _: *mut u8, _: *mut u32) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_pin_info(_: Raw, _: u32, _: *mut u32, _: *mut u32, _: *mut u32) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_pin(_: Raw, _: u32, _: *mut u8, _: *mut u32) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn no_signature(_: Raw, _: *mut u8, _: u32, _: *mut EccSignatureBlob) -> u32 {
    sar::NOT_SUPPORTED
}
unsafe extern "system" fn close(_: Raw) -> u32 {
    sar::OK
}

/// A library that can do nothing but close, changed by `change`.
fn library(change: impl FnOnce(&mut Entries)) -> Library {
    let mut entries = Entries {
        enum_dev: no_devices,
        connect_dev: no_open,
        disconnect_dev: close,
        get_dev_info: no_info,
        enum_application: no_list,
        open_application: no_open_inside,
        close_application: close,
        get_pin_info: no_pin_info,
        verify_pin: no_pin,
        enum_container: no_list,
        open_container: no_open_inside,
        close_container: close,
        export_certificate: no_pin,
        ecc_sign_data: no_signature,
        wait_for_dev_event: None,
        cancel_wait_for_dev_event: None,
        lock_dev: None,
        unlock_dev: None,
        get_container_type: None,
        export_public_key: None,
        rsa_sign_data: None,
        change_pin: None,
        clear_secure_state: None,
    };
    change(&mut entries);
    Library { entries, file: "libfake.so".into(), calls: std::sync::Mutex::default() }
}

fn lied(call: &str) -> Fault {
    Fault::LibraryLied { library: "libfake.so".into(), call: call.into() }
}
