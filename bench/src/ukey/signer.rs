//! One signature as the application makes it: by the token, and then verified and put into its envelope.

use tongguan_core::domain::{Certificate, KeyRef, Pin, Proof, Statement, TokenInfo};
use tongguan_core::fault::Fault;
use tongguan_core::ports::Token;

/// An opened token with a PIN at hand.
pub(super) struct Signer {
    token: Box<dyn Token>,
    key: KeyRef,
    certificate: Certificate,
    statement: Statement,
    pin: Pin,
}

impl Signer {
    pub(super) fn new(token: Box<dyn Token>, info: &TokenInfo, statement: &Statement, pin: Pin) -> Self {
        let identity = info.identities[0].clone();
        let (key, certificate) = (identity.key, identity.certificate);
        Self { token, key, certificate, statement: statement.clone(), pin }
    }

    /// With a PIN entry, and not verified.
    pub(super) fn sign(&mut self) -> Vec<u8> {
        let text = self.statement.render();
        self.token.sign(&self.key, &self.certificate, text.as_bytes(), Some(&self.pin)).unwrap()
    }

    /// What may leave the machine: verified here, where no vendor's library runs.
    pub(super) fn proof(&self, signature: &[u8]) -> Proof {
        Proof::build(&self.statement, signature, &self.certificate, &[]).unwrap()
    }

    /// As `certify_token::sign` does it, but for the journal.
    pub(super) fn certify(&mut self) {
        let signature = self.sign();
        self.proof(&signature);
    }

    /// The same frame there, and an answer that needed no call into the library.
    pub(super) fn pass(&mut self) {
        let (key, text) = (KeyRef::parse("none").unwrap(), self.statement.render());
        let answer = self.token.sign(&key, &self.certificate, text.as_bytes(), Some(&self.pin));
        assert_eq!(answer, Err(Fault::KeyMissing));
    }
}
