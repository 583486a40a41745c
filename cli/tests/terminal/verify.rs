//! `tongguan verify` on files that OpenSSL signed.

use crate::run::{Run, tongguan};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use tongguan_core::domain::{
    AccountName, CompanyIdentity, CompanyName, Nonce, Origin, Purpose, RequestId, Statement, Timestamp,
    UnifiedSocialCreditCode,
};

/// A folder with an authority, a stranger, a signer and a statement that the signer signed.
struct Signed {
    folder: TempDir,
}

impl Signed {
    fn new() -> Self {
        let this = Self { folder: TempDir::new().unwrap() };
        this.authority("ca");
        this.authority("stranger");
        let request =
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Li Ming"];
        this.openssl(&[&request[..], &["-keyout", "signer.key", "-out", "signer.csr"]].concat());
        this.openssl(&[
            "x509",
            "-req",
            "-in",
            "signer.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "30",
            "-out",
            "signer.pem",
        ]);
        fs::write(this.path("statement.txt"), statement().render()).unwrap();
        this.openssl(&[
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-noattr",
            "-md",
            "sha256",
            "-outform",
            "DER",
            "-signer",
            "signer.pem",
            "-inkey",
            "signer.key",
            "-in",
            "statement.txt",
            "-out",
            "statement.p7s",
        ]);
        this
    }

    fn authority(&self, name: &str) {
        let (key, certificate, subject) =
            (format!("{name}.key"), format!("{name}.pem"), format!("/CN=Test {name}"));
        self.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "30",
            "-subj",
            &subject,
            "-keyout",
            &key,
            "-out",
            &certificate,
        ]);
    }

    fn openssl(&self, args: &[&str]) {
        let output = Command::new("openssl").args(args).current_dir(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn statement() -> Statement {
    let uscc = UnifiedSocialCreditCode::parse("9113000034801880XB").unwrap();
    Statement {
        purpose: Purpose::CertifyIcCard,
        company: CompanyIdentity {
            name: CompanyName::parse("Example Customs Broker").unwrap(),
            organization_code: uscc.organization_code(),
            uscc,
        },
        account: AccountName::parse("broker").unwrap(),
        audience: Origin::parse("https://portal.example.cn").unwrap(),
        nonce: Nonce::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap(),
        issued_at: Timestamp::now(),
        expires_at: Timestamp::now().plus_seconds(120),
        request_id: RequestId::parse("7b0d6a52-5c3e-4f0e-9d29-0d8f1b7f1c11").unwrap(),
    }
}

fn verify(file: &Path, more: &[&str]) -> Run {
    let file = file.to_str().unwrap();
    tongguan(&[&["--lang", "en", "verify", file], more].concat())
}

#[test]
fn a_good_statement_shows_its_text_and_its_signer() {
    let signed = Signed::new();
    let run = verify(&signed.path("statement.p7s"), &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    for line in statement()
        .render()
        .lines()
        .filter(|line| line.starts_with("Account") || line.starts_with("Audience"))
    {
        assert!(run.out.contains(line), "{run:?}");
    }
    assert!(run.out.contains("Li Ming") && run.out.contains("not checked"), "{run:?}");
}

#[test]
fn a_trusted_issuer_is_named() {
    let signed = Signed::new();
    let anchor = signed.path("ca.pem");
    let run = verify(&signed.path("statement.p7s"), &["--trust", anchor.to_str().unwrap(), "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let document = run.document();
    assert_eq!(document["chain"], serde_json::json!({ "kind": "trusted", "anchor": "Test ca" }));
    assert_eq!(document["statement"]["account"], "broker");
    assert_eq!(document["certificate"]["holder"], "Li Ming");
}

#[test]
fn a_stranger_is_not_trusted() {
    let signed = Signed::new();
    let anchor = signed.path("stranger.pem");
    let run = verify(&signed.path("statement.p7s"), &["--trust", anchor.to_str().unwrap(), "--json"]);
    assert_eq!(run.code, 10, "{run:?}");
    assert_eq!(run.document()["chain"]["kind"], "untrusted");
}

#[test]
fn a_changed_statement_does_not_verify() {
    let signed = Signed::new();
    let mut cms = fs::read(signed.path("statement.p7s")).unwrap();
    let at = cms.windows(6).position(|window| window == b"broker").unwrap();
    cms[at] ^= 1;
    fs::write(signed.path("changed.p7s"), cms).unwrap();
    let run = verify(&signed.path("changed.p7s"), &["--json"]);
    assert_eq!(run.code, 10, "{run:?}");
    assert_eq!(run.document()["fault"]["code"], "signature_invalid");
}

#[test]
fn what_is_no_signed_statement_is_named_so() {
    let signed = Signed::new();
    let run = verify(&signed.path("statement.txt"), &["--json"]);
    assert_eq!((run.code, &run.document()["fault"]["code"]), (10, &serde_json::json!("proof_malformed")));
    let run = verify(&signed.path("missing.p7s"), &["--json"]);
    assert_eq!((run.code, &run.document()["fault"]["code"]), (2, &serde_json::json!("input_invalid")));
}
