use crate::bench_desk::{BenchDesk, SignedByCard, openssl};
use libsm::sm2::signature::{SigCtx, Signature};
use tongguan_core::domain::{Application, PublicKey, SignedStatement};

const OWN: [Application; 1] = [Application::Tongguan];

/// SubjectPublicKeyInfo in PEM, as OpenSSL takes it out of the certificate.
fn public_key(desk: &BenchDesk, signed: &SignedByCard) -> String {
    let certificate = desk.write("signer.der", signed.certificate.der());
    let (pem, ok, why) =
        openssl(desk.dir.path(), &["x509", "-inform", "DER", "-in", &certificate, "-noout", "-pubkey"]);
    assert!(ok, "{why}");
    desk.write("signer.pem", &pem)
}

fn cms_verifies(desk: &BenchDesk, cms: &[u8]) -> Option<Vec<u8>> {
    let (cms, anchors) = (desk.write("proof.p7s", cms), desk.anchors());
    let arguments =
        ["cms", "-verify", "-binary", "-inform", "DER", "-in", &cms, "-CAfile", &anchors, "-purpose", "any"];
    let (text, ok, _) = openssl(desk.dir.path(), &arguments);
    ok.then_some(text)
}

fn openssl_verifies_the_envelope_of(card: &str, order: &[Application], key: usize) {
    let desk = BenchDesk::new();
    let signed = desk.sign(card, order, key);
    assert_eq!(cms_verifies(&desk, signed.proof.cms()), Some(signed.text.clone().into_bytes()));
    let mut changed = signed.proof.cms().to_vec();
    let at = changed.windows(8).position(|w| w == b"Account:").unwrap();
    changed[at + 10] ^= 1;
    assert_eq!(cms_verifies(&desk, &changed), None);
}

#[test]
fn openssl_verifies_an_rsa_envelope() {
    openssl_verifies_the_envelope_of("haihe-operator-rsa", &OWN, 0);
}

#[test]
fn openssl_verifies_a_p256_envelope() {
    openssl_verifies_the_envelope_of("haihe-operator-p256", &OWN, 0);
}

#[test]
fn openssl_verifies_what_the_piv_application_signs() {
    for key in 0..2 {
        openssl_verifies_the_envelope_of("haihe-all", &[Application::Piv], key);
    }
}

#[test]
fn openssl_verifies_what_the_pkcs15_application_signs() {
    let desk = BenchDesk::new();
    let identities = desk.token("haihe-all", &[Application::Pkcs15]).info().identities.clone();
    let is_sm2 = |i: usize| matches!(identities[i].certificate.public_key(), PublicKey::Sm2(_));
    let keys: Vec<usize> = (0..identities.len()).filter(|i| !is_sm2(*i)).collect();
    assert_eq!(keys.len(), 2);
    for key in keys {
        openssl_verifies_the_envelope_of("haihe-all", &[Application::Pkcs15], key);
    }
}

#[test]
fn openssl_verifies_an_sm2_signature() {
    let desk = BenchDesk::new();
    let signed = desk.sign("haihe-operator-sm2", &OWN, 0);
    let der = SignedStatement::open(signed.proof.cms()).unwrap().signature;
    let (key, signature) = (public_key(&desk, &signed), desk.write("signature.der", &der));
    let verify = |text: &str| {
        let text = desk.write("text", text.as_bytes());
        let arguments = [
            "pkeyutl",
            "-verify",
            "-rawin",
            "-digest",
            "sm3",
            "-pkeyopt",
            "distid:1234567812345678",
            "-pubin",
            "-inkey",
            &key,
            "-in",
            &text,
            "-sigfile",
            &signature,
        ];
        openssl(desk.dir.path(), &arguments).1
    };
    assert!(verify(&signed.text));
    assert!(!verify(&signed.text.replace("Nonce: W", "Nonce: X")));
}

#[test]
fn a_second_sm2_implementation_verifies() {
    let desk = BenchDesk::new();
    let signed = desk.sign("haihe-legal-sm2", &OWN, 0);
    let PublicKey::Sm2(key) = signed.certificate.public_key() else { panic!("not SM2") };
    let context = SigCtx::new();
    let key = context.load_pubkey(&key.to_sec1_bytes()).unwrap();
    let signature = Signature::new(&signed.signature[..32], &signed.signature[32..]);
    assert!(context.verify(signed.text.as_bytes(), &key, &signature).unwrap());
    assert!(!context.verify(b"another text", &key, &signature).unwrap());
}

#[test]
fn an_envelope_opens_to_what_was_signed_and_no_bit_of_it_can_change() {
    let desk = BenchDesk::new();
    let signed = desk.sign("haihe-operator-sm2", &OWN, 0);
    let opened = SignedStatement::open(signed.proof.cms()).unwrap();
    assert_eq!(opened.statement.render(), signed.text);
    assert_eq!(opened.certificate, signed.certificate);
    for byte in (0..signed.proof.cms().len()).step_by(5) {
        let mut changed = signed.proof.cms().to_vec();
        changed[byte] ^= 0x10;
        if let Ok(other) = SignedStatement::open(&changed) {
            // A bit outside what is signed (a chain certificate, say) changes nothing that is signed.
            assert_eq!(other.statement.render(), signed.text, "byte {byte}");
        }
    }
}
