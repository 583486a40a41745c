//! Trusted issuers from files, and the way from a signer's certificate to one of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use tongguan_core::domain::{Certificate, Timestamp};
use tongguan_core::fault::Fault;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// Certificates between signer and trusted issuer; no electronic-port or bank chain has more than two.
const DEEPEST: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Chain {
    /// No trusted issuer was named.
    NotChecked,
    Trusted {
        anchor: String,
    },
    Untrusted,
    /// The way is there, but a certificate on it was not valid at the time of the statement.
    OutOfValidity,
}

/// Follows issuers from `signer` through `others` to one of `anchors`. Revocation is the portal's to know.
pub(crate) fn chain(
    signer: &Certificate,
    others: &[Certificate],
    anchors: &[Certificate],
    at: Timestamp,
) -> Chain {
    if anchors.is_empty() {
        return Chain::NotChecked;
    }
    let mut current = signer;
    let mut valid = current.check_validity(at).is_ok();
    for _ in 0..=DEEPEST {
        if let Some(anchor) = anchors.iter().find(|anchor| current.verify_issued_by(anchor).is_ok()) {
            valid &= anchor.check_validity(at).is_ok();
            return if valid {
                Chain::Trusted { anchor: anchor.holder().to_owned() }
            } else {
                Chain::OutOfValidity
            };
        }
        match others.iter().find(|other| current.verify_issued_by(other).is_ok()) {
            Some(issuer) => current = issuer,
            None => return Chain::Untrusted,
        }
        valid &= current.check_validity(at).is_ok();
    }
    Chain::Untrusted
}

/// The certificates of one file: one in DER, or any number in PEM (RFC 7468).
pub(crate) fn certificates(path: &Path) -> Result<Vec<Certificate>, Fault> {
    let bytes = read(path, "trust")?;
    let Some(text) = std::str::from_utf8(&bytes).ok().filter(|text| text.contains(BEGIN)) else {
        return Ok(vec![Certificate::parse(&bytes)?]);
    };
    text.split(BEGIN).skip(1).map(block).collect()
}

fn block(rest: &str) -> Result<Certificate, Fault> {
    let malformed = || Fault::CertificateMalformed { reason: "pem".into() };
    let (body, _) = rest.split_once(END).ok_or_else(malformed)?;
    let body: String = body.split_ascii_whitespace().collect();
    Certificate::parse(&STANDARD.decode(body).map_err(|_| malformed())?)
}

/// A file named on the command line, of at most 1 MiB. `field` names the argument in the fault.
pub(crate) fn read(path: &Path, field: &str) -> Result<Vec<u8>, Fault> {
    let invalid = |reason: String| Fault::InputInvalid { field: field.to_owned(), reason };
    let file = File::open(path).map_err(|reason| invalid(reason.kind().to_string()))?;
    let mut bytes = Vec::new();
    file.take(1 << 20).read_to_end(&mut bytes).map_err(|reason| invalid(reason.kind().to_string()))?;
    Ok(bytes)
}
