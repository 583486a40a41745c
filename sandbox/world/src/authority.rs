//! Certificate authorities and their revocation lists.

use crate::WorldError;
use crate::certificate::{authority_name, root, time};
use crate::key::{KeyAlgorithm, KeyPair};
use crate::secret::encoded;
use crate::stream::Stream;
use der::{Decode, Encode};
use serde::{Deserialize, Serialize};
use tongguan_core::domain::Timestamp;
use x509_cert::Version;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

const DAY: i64 = 86_400;

/// A root of the sandbox: issues card certificates itself, for the electronic port's chain is not public.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Authority {
    pub name: String,
    /// Whether a portal takes it as a trust anchor.
    pub trusted: bool,
    /// Self-signed, DER.
    #[serde(with = "encoded")]
    pub certificate: Vec<u8>,
    /// CertificateList (RFC 5280 section 5), DER.
    #[serde(with = "encoded")]
    pub revocation_list: Vec<u8>,
    pub key: KeyPair,
}

impl Authority {
    pub(crate) fn generate(
        seed: u64,
        now: Timestamp,
        name: &str,
        algorithm: KeyAlgorithm,
        trusted: bool,
    ) -> Result<Self, WorldError> {
        let key = KeyPair::generate(algorithm, Stream::new(seed, &format!("authority key {name}")))?;
        let serial = serial(seed, name, algorithm);
        let certificate =
            root(&key, name, &serial, now.plus_seconds(-3650 * DAY), now.plus_seconds(7300 * DAY))?;
        let mut authority =
            Self { name: name.into(), trusted, certificate, revocation_list: Vec::new(), key };
        authority.revoke(&[], now)?;
        Ok(authority)
    }

    /// DER of its name, as it stands in the certificates that it issued.
    pub(crate) fn name_der(&self) -> Result<Vec<u8>, WorldError> {
        authority_name(&self.name)
    }

    /// Replaces the list. It says that the next one comes when the root ends: nobody keeps a sandbox fresh.
    pub(crate) fn revoke(&mut self, serials: &[Vec<u8>], now: Timestamp) -> Result<(), WorldError> {
        let mut revoked = Vec::with_capacity(serials.len());
        for bytes in serials {
            revoked.push(RevokedCert {
                serial_number: SerialNumber::new(bytes)?,
                revocation_date: time(now.plus_seconds(-DAY))?,
                crl_entry_extensions: None,
            });
        }
        let tbs_cert_list = TbsCertList {
            version: Version::V2,
            signature: self.key.signature_algorithm(),
            issuer: Name::from_der(&self.name_der()?)?,
            this_update: time(now)?,
            next_update: Some(time(now.plus_seconds(7300 * DAY))?),
            // RFC 5280: the field is absent if there is nothing in it.
            revoked_certificates: (!revoked.is_empty()).then_some(revoked),
            crl_extensions: None,
        };
        let signature = self.key.sign_structure(&tbs_cert_list.to_der()?)?;
        let signature_algorithm = self.key.signature_algorithm();
        let list: CertificateList = CertificateList { tbs_cert_list, signature_algorithm, signature };
        self.revocation_list = list.to_der()?;
        Ok(())
    }
}

/// 8 bytes beginning with 03 for an SM2 issuer, 4 bytes for an RSA one.
pub(crate) fn serial(seed: u64, label: &str, issuer: KeyAlgorithm) -> Vec<u8> {
    let mut stream = Stream::new(seed, &format!("serial {label}"));
    if issuer == KeyAlgorithm::Sm2 {
        let rest: [u8; 7] = stream.bytes();
        [&[3], &rest[..]].concat()
    } else {
        let [first, rest @ ..]: [u8; 4] = stream.bytes();
        [&[(first & 0x3f) | 0x20], &rest[..]].concat()
    }
}
