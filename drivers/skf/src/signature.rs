//! From message to what the token signs, and from what it answers to what the port promises.

use crate::binding::Container;
use crate::blob;
use crate::sar;
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

/// One signature over `message`, checked with the certificate. The PIN was verified just now.
pub(crate) fn make(
    container: &Container<'_>,
    certificate: &Certificate,
    message: &[u8],
) -> Result<Vec<u8>, Fault> {
    let digest = certificate.algorithm().digest(certificate.public_key(), message);
    match certificate.algorithm() {
        Algorithm::Sm2Sm3 => sm2(container, certificate, message, &digest),
        algorithm => rsa(container, certificate, message, &algorithm.digest_info(&digest), &digest),
    }
}

fn sm2(
    container: &Container<'_>,
    certificate: &Certificate,
    message: &[u8],
    digest: &[u8],
) -> Result<Vec<u8>, Fault> {
    let signed = container.sign_ecc(digest)?;
    let signature = blob::signature(&signed).ok_or_else(|| container.lie("SKF_ECCSignData"))?;
    verified(certificate, message, signature)
}

/// The standard leaves open who makes the DigestInfo (RFC 8017 section 9.2): most libraries only pad what
/// they get, some make it themselves from a bare hash. Both are asked under the same login.
fn rsa(
    container: &Container<'_>,
    certificate: &Certificate,
    message: &[u8],
    digest_info: &[u8],
    digest: &[u8],
) -> Result<Vec<u8>, Fault> {
    let modulus = certificate.public_key().bits().div_ceil(8);
    match container.sign_rsa(digest_info, modulus) {
        Ok(signature) => {
            if let Ok(signature) = verified(certificate, message, signature) {
                return Ok(signature);
            }
        }
        Err(error) if error.is(sar::IN_DATA_LENGTH) || error.is(sar::IN_DATA) => {}
        Err(error) => return Err(error.into()),
    }
    verified(certificate, message, container.sign_rsa(digest, modulus)?)
}

fn verified(certificate: &Certificate, message: &[u8], signature: Vec<u8>) -> Result<Vec<u8>, Fault> {
    certificate.public_key().verify(certificate.algorithm(), message, &signature)?;
    Ok(signature)
}

fn unsupported(oid: &str) -> Fault {
    Fault::AlgorithmUnsupported { oid: oid.into() }
}
