//! Programs of other hands, to check what ours signed.

use libsm::sm2::signature::{SigCtx, Signature};
use std::path::Path;
use std::process::Command;
use tongguan_core::domain::{PublicKey, SignedStatement};

/// The text of an RSA or P-256 envelope if `openssl cms` verifies it up to one of the anchors (DER).
pub fn openssl_verifies(dir: &Path, cms: &[u8], anchors: &[Vec<u8>]) -> Option<String> {
    let (proof, trusted) = (dir.join("proof.p7s"), dir.join("anchors.pem"));
    std::fs::write(&proof, cms).expect("a file");
    std::fs::write(&trusted, anchors.iter().map(|der| pem(der)).collect::<String>()).expect("a file");
    let verified = Command::new("openssl")
        .args(["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-in"])
        .arg(proof)
        .arg("-CAfile")
        .arg(trusted)
        .output()
        .expect("openssl");
    verified.status.success().then(|| String::from_utf8(verified.stdout).expect("UTF-8"))
}

/// The text of an SM2 envelope if libsm verifies its signature.
pub fn libsm_verifies(cms: &[u8]) -> Option<String> {
    let opened = SignedStatement::open(cms).expect("an envelope");
    let PublicKey::Sm2(key) = opened.certificate.public_key() else { return None };
    let context = SigCtx::new();
    let key = context.load_pubkey(&key.to_sec1_bytes()).expect("a key");
    let text = opened.statement.render();
    let signature = Signature::der_decode(&opened.signature).expect("a signature");
    context.verify(text.as_bytes(), &key, &signature).expect("an answer").then_some(text)
}

fn pem(der: &[u8]) -> String {
    let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|c| std::str::from_utf8(c).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
