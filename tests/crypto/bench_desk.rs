//! A software card in the hand, without a reader: its certificate, and a statement signed by it.

use std::path::Path;
use std::process::Command;
use tongguan_core::domain::{
    Application, Certificate, Challenge, Identity, Nonce, Origin, Pin, Proof, Purpose, RequestId, Statement,
    Timestamp, TokenId,
};
use tongguan_core::ports::Token;
use tongguan_iccard::recognise;
use tongguan_sandbox_world::World;
use tongguan_tests::InHand;

pub(crate) struct BenchDesk {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) world: World,
}

pub(crate) struct SignedByCard {
    pub(crate) certificate: Certificate,
    pub(crate) text: String,
    pub(crate) signature: Vec<u8>,
    pub(crate) proof: Proof,
}

impl BenchDesk {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let world = tongguan_tests::world_in(&dir.path().join("world"));
        Self { dir, world }
    }

    pub(crate) fn token(&self, card: &str, order: &[Application]) -> Box<dyn Token> {
        let blueprint = self.world.card(card).unwrap();
        let link = InHand::new(&self.dir.path().join("cards"), blueprint);
        let id = TokenId::parse("iccard:hand#1").unwrap();
        recognise(Box::new(link), "hand", id, order).unwrap()
    }

    pub(crate) fn statement(&self) -> Statement {
        let account = self.world.accounts[0].clone();
        let now = Timestamp::now();
        let challenge = Challenge {
            request_id: RequestId::random(),
            nonce: Nonce::from_bytes(&[0x5a; 32]),
            purpose: Purpose::CertifyIcCard,
            account: account.name.clone(),
            company: self.world.company(&account.company).unwrap().identity.clone(),
            audience: Origin::parse("https://portal.example.cn").unwrap(),
            issued_at: now,
            expires_at: now.plus_seconds(120),
        };
        Statement::from_challenge(&challenge, &challenge.audience, &account.name).unwrap()
    }

    pub(crate) fn sign(&self, card: &str, order: &[Application], key: usize) -> SignedByCard {
        let mut token = self.token(card, order);
        let Identity { key, certificate } = token.info().identities[key].clone();
        let statement = self.statement();
        let text = statement.render();
        let pin = Pin::parse(self.world.card(card).unwrap().pin.expose().as_bytes().to_vec()).unwrap();
        let signature = token.sign(&key, &certificate, text.as_bytes(), Some(&pin)).unwrap();
        let proof = Proof::build(&statement, &signature, &certificate, &self.world.trust_anchors()).unwrap();
        SignedByCard { certificate, text, signature, proof }
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The trust anchors as one PEM file.
    pub(crate) fn anchors(&self) -> String {
        let mut pem = Vec::new();
        for (i, der) in self.world.trust_anchors().iter().enumerate() {
            let path = self.write(&format!("anchor{i}.der"), der);
            pem.extend(openssl(self.dir.path(), &["x509", "-inform", "DER", "-in", &path]).0);
        }
        self.write("anchors.pem", &pem)
    }
}

/// Standard output and whether it ended well.
pub(crate) fn openssl(dir: &Path, arguments: &[&str]) -> (Vec<u8>, bool, String) {
    let out = Command::new("openssl").args(arguments).current_dir(dir).output().unwrap();
    (out.stdout, out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
}
