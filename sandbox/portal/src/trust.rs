//! Which certificates the portal believes: trust anchors and their revocation lists.

use crate::error::PortalError;
use der::{Decode, Encode};
use std::collections::HashSet;
use tongguan_core::domain::{Certificate, Timestamp};
use tongguan_core::fault::Refusal;
use x509_cert::crl::CertificateList;

#[derive(Debug)]
pub(crate) struct Trust {
    anchors: Vec<Anchor>,
}

#[derive(Debug)]
struct Anchor {
    certificate: Certificate,
    /// Serial numbers, lower-case hex.
    revoked: HashSet<String>,
    /// A list older than this says nothing any more.
    list_until: i64,
}

impl Trust {
    /// Takes DER. Every anchor needs a list that it signed itself.
    pub(crate) fn open(anchors: &[Vec<u8>], lists: &[Vec<u8>]) -> Result<Self, PortalError> {
        let mut trust = Self { anchors: Vec::new() };
        for der in anchors {
            let certificate = Certificate::parse(der)?;
            let list = lists.iter().find_map(|list| signed_list(&certificate, list));
            let list = list.ok_or(PortalError::RevocationList("missing or not signed by its authority"))?;
            let entries = list.tbs_cert_list.revoked_certificates.iter().flatten();
            trust.anchors.push(Anchor {
                certificate,
                revoked: entries.map(|entry| hex::encode(entry.serial_number.as_bytes())).collect(),
                list_until: list
                    .tbs_cert_list
                    .next_update
                    .and_then(|time| i64::try_from(time.to_unix_duration().as_secs()).ok())
                    .unwrap_or(0),
            });
        }
        Ok(trust)
    }

    /// Chain, then validity, then key usage, then revocation.
    pub(crate) fn judge(&self, certificate: &Certificate, now: Timestamp) -> Result<(), Refusal> {
        let anchor = self
            .anchors
            .iter()
            .find(|anchor| certificate.verify_issued_by(&anchor.certificate).is_ok())
            .ok_or(Refusal::CertUntrusted)?;
        if anchor.certificate.check_validity(now).is_err() {
            return Err(Refusal::CertUntrusted);
        }
        certificate.check_validity(now).map_err(|_| Refusal::CertExpired)?;
        if !certificate.may_sign() || now.unix() > anchor.list_until {
            return Err(Refusal::CertUntrusted);
        }
        if anchor.revoked.contains(certificate.serial()) { Err(Refusal::CertRevoked) } else { Ok(()) }
    }
}

fn signed_list(anchor: &Certificate, der: &[u8]) -> Option<CertificateList> {
    let list = CertificateList::from_der(der).ok()?;
    let issuer = list.tbs_cert_list.issuer.to_der().ok()?;
    let tbs = list.tbs_cert_list.to_der().ok()?;
    let signature = list.signature.as_bytes()?;
    let signed = anchor.public_key().verify(anchor.algorithm(), &tbs, signature).is_ok();
    (issuer == anchor.subject_der() && signed).then_some(list)
}
