use crate::loaded::{DEVICE_REMOVED, Skf, ukey};
use std::ffi::{CString, c_char};
use tongguan_core::domain::{Certificate, PublicKey};

const INVALID_HANDLE: u32 = 0x0A00_0005;
const TIMEOUT: u32 = 0x0A00_000F;

#[test]
fn devices_are_the_tokens_that_are_plugged_in() {
    let skf = Skf::load(&["haihe-ccb-sm2", "haihe-ccb-rsa"]);
    assert_eq!(skf.enum_dev(true).unwrap(), ["haihe-ccb-rsa", "haihe-ccb-sm2"]);
    skf.soft.unplug("haihe-ccb-rsa").unwrap();
    assert_eq!(skf.enum_dev(true).unwrap(), ["haihe-ccb-sm2"]);
    assert_eq!(skf.enum_dev(false).unwrap(), ["haihe-ccb-sm2", "haihe-ccb-rsa"]);
    assert_eq!(skf.connect("haihe-ccb-rsa"), Err(DEVICE_REMOVED));
}

#[test]
fn no_device_is_an_empty_list() {
    assert!(Skf::load(&[]).enum_dev(true).unwrap().is_empty());
}

#[test]
fn a_device_tells_its_state() {
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let call = skf.function::<unsafe extern "C" fn(*const c_char, *mut u32) -> u32>("SKF_GetDevState");
    let state = |name: &str| {
        let name = CString::new(name).unwrap();
        let mut state = 99;
        // SAFETY: a C string and a place for the number.
        assert_eq!(unsafe { call(name.as_ptr(), &mut state) }, 0);
        state
    };
    assert_eq!((state("haihe-ccb-sm2"), state("another")), (1, 0));
}

#[test]
fn a_device_describes_itself_and_its_label_is_gbk() {
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let device = skf.connect("haihe-ccb-sm2").unwrap();
    let call = skf.function::<unsafe extern "C" fn(usize, *mut [u8; 294]) -> u32>("SKF_GetDevInfo");
    let mut info = [0x55; 294];
    // SAFETY: a structure of 294 bytes.
    assert_eq!(unsafe { call(device, &mut info) }, 0);
    let label = info[130..162].split(|byte| *byte == 0).next().unwrap();
    let (text, _, broken) = encoding_rs::GBK.decode(label);
    assert_eq!((text.as_ref(), broken), (ukey("haihe-ccb-sm2").label.as_str(), false));
    assert!(std::str::from_utf8(label).is_err(), "the label is not UTF-8");
    let serial = &ukey("haihe-ccb-sm2").serial;
    assert_eq!(&info[162..162 + serial.len()], serial.as_bytes());
}

#[test]
fn each_container_has_its_certificate_in_the_place_of_its_kind() {
    const ABSENT: Result<Vec<u8>, u32> = Err(0x0A00_001C);
    let skf = Skf::load(&["haihe-ccb-mixed"]);
    let (device, application) = skf.application("haihe-ccb-mixed");
    assert_eq!(skf.list("SKF_EnumApplication", device).unwrap(), ["TONGGUAN"]);
    assert_eq!(skf.list("SKF_EnumContainer", application).unwrap(), ["encrypt-1", "sign-2"]);
    for (name, signs, key) in [("encrypt-1", false, 0), ("sign-2", true, 1)] {
        let container = skf.open("SKF_OpenContainer", application, name).unwrap();
        let certificate = &ukey("haihe-ccb-mixed").keys[key].certificate;
        assert_eq!(&skf.export("SKF_ExportCertificate", container, signs).unwrap(), certificate);
        assert_eq!(skf.export("SKF_ExportCertificate", container, !signs), ABSENT);
        skf.on("SKF_CloseContainer", container).unwrap();
    }
}

#[test]
fn a_key_that_the_standard_does_not_know_has_no_container() {
    let skf = Skf::load(&["haihe-ccb-p256"]);
    let (_, application) = skf.application("haihe-ccb-p256");
    assert!(skf.list("SKF_EnumContainer", application).unwrap().is_empty());
    assert_eq!(skf.open("SKF_OpenContainer", application, "sign-1"), Err(0x0A00_0031));
}

#[test]
fn the_public_key_is_the_certificates() {
    let skf = Skf::load(&["haihe-ccb-sm2", "haihe-ccb-rsa"]);
    for (name, kind) in [("haihe-ccb-sm2", 2), ("haihe-ccb-rsa", 1)] {
        let (_, application) = skf.application(name);
        let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
        let call = skf.function::<unsafe extern "C" fn(usize, *mut u32) -> u32>("SKF_GetContainerType");
        let mut found = 0;
        // SAFETY: a place for the number.
        assert_eq!((unsafe { call(container, &mut found) }, found), (0, kind));
        let blob = skf.export("SKF_ExportPublicKey", container, true).unwrap();
        match Certificate::parse(&ukey(name).keys[0].certificate).unwrap().public_key() {
            PublicKey::Sm2(point) => {
                assert_eq!(blob.len(), 132);
                assert_eq!([&blob[36..68], &blob[100..]].concat(), point.to_sec1_bytes()[1..]);
            }
            PublicKey::Rsa(_) => {
                assert_eq!(blob.len(), 268);
                assert_eq!((&blob[4..8], &blob[264..]), (&2048u32.to_ne_bytes()[..], &[0, 1, 0, 1][..]));
            }
            PublicKey::P256(_) => panic!("not a key of this UKey"),
        }
    }
}

#[test]
fn closing_a_device_closes_what_was_opened_through_it() {
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let (device, application) = skf.application("haihe-ccb-sm2");
    let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
    assert_eq!(skf.on("SKF_CloseApplication", device), Err(INVALID_HANDLE));
    skf.on("SKF_DisConnectDev", device).unwrap();
    assert_eq!(skf.export("SKF_ExportCertificate", container, true), Err(INVALID_HANDLE));
    assert_eq!(skf.list("SKF_EnumContainer", application), Err(INVALID_HANDLE));
    assert_eq!(skf.on("SKF_DisConnectDev", device), Err(INVALID_HANDLE));
}

#[test]
fn one_handle_at_a_time_has_the_device_to_itself() {
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let (first, second) = (skf.connect("haihe-ccb-sm2").unwrap(), skf.connect("haihe-ccb-sm2").unwrap());
    let call = skf.function::<unsafe extern "C" fn(usize, u32) -> u32>("SKF_LockDev");
    // SAFETY: a handle may be any number.
    let lock = |handle, timeout| unsafe { call(handle, timeout) };
    assert_eq!(lock(first, u32::MAX), 0);
    assert_eq!(lock(first, 0), 0);
    assert_eq!(lock(second, 20), TIMEOUT);
    skf.on("SKF_UnlockDev", first).unwrap();
    assert_eq!(lock(second, u32::MAX), 0);
    skf.on("SKF_DisConnectDev", second).unwrap();
    assert_eq!(lock(first, u32::MAX), 0);
}

#[test]
fn random_bytes_fill_what_is_given_and_no_more() {
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let device = skf.connect("haihe-ccb-sm2").unwrap();
    let call = skf.function::<unsafe extern "C" fn(usize, *mut u8, u32) -> u32>("SKF_GenRandom");
    let mut bytes = [0; 40];
    // SAFETY: 32 of 40 bytes.
    assert_eq!(unsafe { call(device, bytes.as_mut_ptr(), 32) }, 0);
    assert_ne!(bytes[..32], [0; 32]);
    assert_eq!(bytes[32..], [0; 8]);
}
