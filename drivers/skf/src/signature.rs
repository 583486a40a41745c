//! From message to what the token signs, and from what it answers to what the port promises.

use crate::binding::{CallError, Container};
use crate::blob;
use crate::sar;
use std::sync::OnceLock;
use tongguan_core::domain::{Algorithm, Certificate};
use tongguan_core::fault::Fault;

/// What a UKey signs with; P-256 is not in the standard.
pub(crate) fn supported(certificate: &Certificate) -> Result<(), Fault> {
    match certificate.algorithm() {
        Algorithm::Sm2Sm3 | Algorithm::RsaSha256 => Ok(()),
        Algorithm::EcdsaP256Sha256 => Err(unsupported("1.2.840.10045.4.3.2")),
        Algorithm::RsaSha1 => Err(unsupported("1.2.840.113549.1.1.5")),
    }
}

/// What SKF_RSASignData of a device takes. The standard leaves open who makes the DigestInfo (RFC 8017
/// section 9.2): most libraries only pad what they get, some make it themselves from a bare hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RsaInput {
    DigestInfo,
    Hash,
}

/// Unknown until a signature has shown it; from then on nothing is asked for twice.
pub(crate) type Learned = OnceLock<RsaInput>;

/// One signature over `message`, not verified: that is done where the library does not run. The PIN was
/// verified just now.
pub(crate) fn make(
    container: &Container<'_>,
    certificate: &Certificate,
    message: &[u8],
    learned: &Learned,
) -> Result<Vec<u8>, Fault> {
    let digest = certificate.algorithm().digest(certificate.public_key(), message);
    if certificate.algorithm() == Algorithm::Sm2Sm3 {
        let signed = container.sign_ecc(&digest)?;
        return Ok(blob::signature(&signed).ok_or_else(|| container.lie("SKF_ECCSignData"))?);
    }
    let rsa = Rsa { container, certificate, message, digest: &digest };
    match learned.get() {
        Some(input) => Ok(rsa.sign(*input)?),
        None => rsa.first(learned),
    }
}

struct Rsa<'a> {
    container: &'a Container<'a>,
    certificate: &'a Certificate,
    message: &'a [u8],
    digest: &'a [u8],
}

impl Rsa<'_> {
    fn sign(&self, input: RsaInput) -> Result<Vec<u8>, CallError> {
        let modulus = self.certificate.public_key().bits().div_ceil(8);
        match input {
            RsaInput::DigestInfo => {
                self.container.sign_rsa(&self.certificate.algorithm().digest_info(self.digest), modulus)
            }
            RsaInput::Hash => self.container.sign_rsa(self.digest, modulus),
        }
    }

    /// Both inputs are tried under the same login. Which one is right, only a signature that verifies tells.
    fn first(&self, learned: &Learned) -> Result<Vec<u8>, Fault> {
        for input in [RsaInput::DigestInfo, RsaInput::Hash] {
            match self.sign(input) {
                Ok(signature) if self.is_right(&signature) => {
                    learned.get_or_init(|| input);
                    return Ok(signature);
                }
                Ok(_) => {}
                Err(error) if input == RsaInput::DigestInfo && refuses_length(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Fault::SignatureInvalid)
    }

    fn is_right(&self, signature: &[u8]) -> bool {
        let Self { certificate, message, .. } = self;
        certificate.public_key().verify(certificate.algorithm(), message, signature).is_ok()
    }
}

fn refuses_length(error: &CallError) -> bool {
    error.is(sar::IN_DATA_LENGTH) || error.is(sar::IN_DATA)
}

fn unsupported(oid: &str) -> Fault {
    Fault::AlgorithmUnsupported { oid: oid.into() }
}
