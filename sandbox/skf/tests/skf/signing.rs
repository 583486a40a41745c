use crate::loaded::{Skf, pin, sized, ukey};
use tongguan_core::domain::{Algorithm, Certificate, PublicKey};

const MESSAGE: &[u8] = b"company, organisation code, unified code, purpose";
const KEY_TYPE: u32 = 0x0A00_0021;
const INPUT_LENGTH: u32 = 0x0A00_0010;

/// Its container, open for signatures, and the key of its certificate.
fn ready(skf: &Skf, name: &str) -> (usize, PublicKey) {
    let (_, application) = skf.application(name);
    let container = skf.open("SKF_OpenContainer", application, "sign-1").unwrap();
    assert_eq!(skf.verify(application, pin(name)).0, 0);
    let certificate = skf.export("SKF_ExportCertificate", container, true).unwrap();
    (container, Certificate::parse(&certificate).unwrap().public_key().clone())
}

#[test]
fn sm2_signs_e_and_leaves_the_rest_of_the_numbers_zero() {
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let (container, public) = ready(&skf, "haihe-ccb-sm2");
    let e = Algorithm::Sm2Sm3.digest(&public, MESSAGE);
    let (signature, padded) = skf.ecc_sign(container, &e).unwrap();
    assert!(padded);
    public.verify(Algorithm::Sm2Sm3, MESSAGE, &signature).unwrap();
    assert_eq!(skf.ecc_sign(container, &e[..31]), Err(INPUT_LENGTH));
    assert_eq!(skf.rsa_sign(container, &e), Err(KEY_TYPE));
}

#[test]
fn rsa_pads_the_digest_info_that_it_gets() {
    let skf = Skf::load(&["haihe-ccb-rsa"]);
    let (container, public) = ready(&skf, "haihe-ccb-rsa");
    let info = Algorithm::RsaSha256.digest_info(&Algorithm::RsaSha256.digest(&public, MESSAGE));
    let signature = skf.rsa_sign(container, &info).unwrap();
    public.verify(Algorithm::RsaSha256, MESSAGE, &signature).unwrap();
    assert_eq!(skf.rsa_sign(container, &[0x30; 246]), Err(INPUT_LENGTH));
    assert_eq!(skf.ecc_sign(container, &[1; 32]), Err(KEY_TYPE));
}

#[test]
fn a_key_for_encipherment_does_not_sign() {
    let skf = Skf::load(&["haihe-ccb-mixed"]);
    let (_, application) = skf.application("haihe-ccb-mixed");
    skf.verify(application, pin("haihe-ccb-mixed"));
    let container = skf.open("SKF_OpenContainer", application, "encrypt-1").unwrap();
    assert_eq!(skf.rsa_sign(container, b"info"), Err(0x0A00_001B));
}

#[test]
fn the_device_computes_e_as_the_host_does() {
    type Init = unsafe extern "C" fn(usize, u32, *const u8, *const u8, u32, *mut usize) -> u32;
    let skf = Skf::load(&["haihe-ccb-sm2"]);
    let device = skf.connect("haihe-ccb-sm2").unwrap();
    let (container, _) = ready(&skf, "haihe-ccb-sm2");
    let blob = skf.export("SKF_ExportPublicKey", container, true).unwrap();
    let id = b"1234567812345678";
    let init = skf.function::<Init>("SKF_DigestInit");
    let mut hash = 0;
    // SAFETY: a public key blob of 132 bytes, 16 bytes of id, a place for the handle.
    assert_eq!(unsafe { init(device, 1, blob.as_ptr(), id.as_ptr(), 16, &mut hash) }, 0);
    let call =
        skf.function::<unsafe extern "C" fn(usize, *const u8, u32, *mut u8, *mut u32) -> u32>("SKF_Digest");
    let length = u32::try_from(MESSAGE.len()).unwrap();
    // SAFETY: bytes with their length, and a buffer as long as its size says.
    let e = sized(|buffer, size| unsafe { call(hash, MESSAGE.as_ptr(), length, buffer, size) }).unwrap();
    let certificate = Certificate::parse(&ukey("haihe-ccb-sm2").keys[0].certificate).unwrap();
    assert_eq!(e, Algorithm::Sm2Sm3.digest(certificate.public_key(), MESSAGE));
    skf.on("SKF_CloseHandle", hash).unwrap();
}
