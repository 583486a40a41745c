//! OpenSC's pkcs11-tool, which knows nothing of this project, reads the token and signs with it.

use std::fs;
use std::process::{Command, Output};

use tongguan_core::domain::{Sm2Input, Sm2Map, Sm2Output};
use tongguan_sandbox_ukey::{Behaviour, KeyAlgorithm};

use crate::desk::*;

fn tool(desk: &Desk, arguments: &[&str]) -> Output {
    let folder = desk.module.parent().unwrap();
    fs::write(folder.join("data"), b"statement").unwrap();
    let mut command = Command::new("pkcs11-tool");
    command.arg("--module").arg(&desk.module).args(arguments).current_dir(folder).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn run(desk: &Desk, arguments: &[&str]) -> String {
    let output = tool(desk, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output));
    text(&output)
}

fn signs(desk: &Desk, algorithm: KeyAlgorithm, mechanism: &str) {
    let key = key(algorithm);
    let common = ["--login", "--pin", PIN, "--sign", "--id", &key.id, "--mechanism", mechanism];
    run(desk, &[&common[..], &["--input-file", "data", "--output-file", "signature"]].concat());
    let signature = fs::read(desk.module.with_file_name("signature")).unwrap();
    public(&key).verify(public(&key).algorithm(), b"statement", &signature).unwrap();
}

#[test]
fn opensc_lists_slots_and_objects() {
    let desk = Desk::behaving(&Behaviour { empty_slots: 1, ..Behaviour::default() });
    let slots = run(&desk, &["--list-slots"]);
    let told =
        ["(empty)", "serial num         : 0123456789", "token manufacturer : Tongguan", "login required"];
    for part in told {
        assert!(slots.contains(part), "{part}: {slots}");
    }
    let objects = run(&desk, &["--login", "--pin", PIN, "--list-objects"]);
    for part in [
        "Private Key Object; RSA",
        "Private Key Object; EC",
        "Certificate Object; type = X.509 cert",
        "key-b2",
    ] {
        assert!(objects.contains(part), "{part}: {objects}");
    }
}

#[test]
fn opensc_signs_with_rsa_and_p256() {
    let desk = Desk::new();
    signs(&desk, KeyAlgorithm::Rsa, "SHA256-RSA-PKCS");
    signs(&desk, KeyAlgorithm::P256, "ECDSA-SHA256");
}

#[test]
fn opensc_signs_with_sm2_by_the_vendors_number() {
    let map = Sm2Map { mechanism: 0x8000_8102, input: Sm2Input::Message, output: Sm2Output::Raw };
    let desk = Desk::behaving(&Behaviour { sm2: Some(map), ..Behaviour::default() });
    signs(&desk, KeyAlgorithm::Sm2, "0x80008102");
}

#[test]
fn opensc_hears_of_a_wrong_pin_and_of_the_last_try() {
    let desk = Desk::new();
    for left in (1..TRIES).rev() {
        let output = tool(&desk, &["--login", "--pin", WRONG, "--list-objects"]);
        assert!(!output.status.success());
        assert!(text(&output).contains("CKR_PIN_INCORRECT"), "{}", text(&output));
        assert_eq!(desk.tries_left(), left);
    }
    assert!(run(&desk, &["--list-slots"]).contains("final user PIN try"));
    assert!(text(&tool(&desk, &["--login", "--pin", WRONG, "--list-objects"])).contains("CKR_PIN_LOCKED"));
    assert!(run(&desk, &["--list-slots"]).contains("user PIN locked"));
}
