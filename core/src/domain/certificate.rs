//! X.509 certificates of both electronic-port generations, and of banks.

use super::{Algorithm, MaskedText, OrganizationCode, PublicKey, Timestamp, UnifiedSocialCreditCode, asn1};
use crate::fault::Fault;
use der::asn1::{AnyRef, BitString};
use der::{Decode, Encode, Reader, SliceReader};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;
use x509_cert::TbsCertificate;
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// A parsed certificate with the bytes it came from. Crosses the border as [`CertificateFacts`]: the
/// holder's ID number is masked at parsing and kept nowhere else than in the original bytes.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(into = "CertificateFacts")]
#[ts(as = "CertificateFacts")]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    subject_der: Vec<u8>,
    issuer_der: Vec<u8>,
    public_key: PublicKey,
    key_usage: Option<KeyUsage>,
    is_authority: bool,
    facts: CertificateFacts,
}

/// What a person is told of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CertificateFacts {
    /// SHA-256 over the DER, lower-case hex.
    pub fingerprint: String,
    /// Lower-case hex; 8 or 16 digits for an electronic-port card (its "certNo").
    pub serial: String,
    /// Common name of the subject.
    pub holder: String,
    pub issuer: String,
    pub company: Option<String>,
    pub organization_code: Option<OrganizationCode>,
    pub card_number: Option<String>,
    pub holder_id: Option<MaskedText>,
    pub valid_from: Timestamp,
    pub valid_until: Timestamp,
    pub algorithm: Algorithm,
    pub may_sign: bool,
}

/// RFC 5280 section 4.2.1.3, the bits that matter to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage {
    pub digital_signature: bool,
    pub non_repudiation: bool,
}

impl Certificate {
    /// Reads one DER certificate of at most 16 KiB, nothing before or after it.
    pub fn parse(der: &[u8]) -> Result<Self, Fault> {
        if der.len() > 16 * 1024 {
            return Err(malformed("too_large"));
        }
        let (tbs_der, signature_algorithm, signature) = outer(der).map_err(|_| malformed("structure"))?;
        let tbs = TbsCertificate::from_der(tbs_der).map_err(|_| malformed("structure"))?;
        // RFC 5280 section 4.1.1.2: the outer identifier is not signed, the inner one is.
        if *tbs.signature() != signature_algorithm {
            return Err(malformed("signature_algorithm"));
        }
        let spki = tbs.subject_public_key_info().to_der().map_err(|_| malformed("public_key"))?;
        let public_key = PublicKey::from_spki(&spki)?;
        let key_usage = key_usage(&tbs)?;
        let may_sign = key_usage.is_none_or(|usage| usage.digital_signature || usage.non_repudiation);
        let facts = CertificateFacts {
            fingerprint: hex::encode(Sha256::digest(der)),
            serial: serial(&tbs),
            holder: common_name(tbs.subject()),
            issuer: common_name(tbs.issuer()),
            company: eport_text(&tbs, asn1::EPORT_COMPANY)
                .or_else(|| subject_text(tbs.subject(), asn1::ORGANIZATION)),
            organization_code: eport_text(&tbs, asn1::EPORT_ORGANIZATION)
                .and_then(|code| OrganizationCode::parse(&code.replace('-', "")).ok())
                .or_else(|| registered(tbs.subject())),
            card_number: eport_text(&tbs, asn1::EPORT_CARD_NUMBER),
            holder_id: eport_text(&tbs, asn1::EPORT_HOLDER_ID).map(|id| MaskedText::of(&id)),
            valid_from: timestamp(tbs.validity().not_before)?,
            valid_until: timestamp(tbs.validity().not_after)?,
            algorithm: public_key.algorithm(),
            may_sign,
        };
        Ok(Self {
            der: der.to_vec(),
            tbs: tbs_der.to_vec(),
            signature_algorithm,
            signature,
            subject_der: tbs.subject().to_der().map_err(|_| malformed("subject"))?,
            issuer_der: tbs.issuer().to_der().map_err(|_| malformed("issuer"))?,
            public_key,
            key_usage,
            is_authority: is_authority(&tbs),
            facts,
        })
    }

    /// The certificate at the start of what a token gave: some give the whole file that it lies in, filled up
    /// with 00 or FF. DER says itself where it ends; anything else behind it stays.
    pub fn without_filling(file: &[u8]) -> &[u8] {
        let length = match file {
            [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([*high, *low])),
            [0x30, 0x81, length, ..] => 3 + usize::from(*length),
            _ => return file,
        };
        match file.split_at_checked(length) {
            Some((der, rest)) if rest.iter().all(|b| matches!(b, 0 | 0xFF)) => der,
            _ => file,
        }
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }
    pub fn facts(&self) -> &CertificateFacts {
        &self.facts
    }
    pub fn fingerprint(&self) -> String {
        self.facts.fingerprint.clone()
    }
    pub fn serial(&self) -> &str {
        &self.facts.serial
    }
    pub fn holder(&self) -> &str {
        &self.facts.holder
    }
    pub fn issuer(&self) -> &str {
        &self.facts.issuer
    }
    pub fn company(&self) -> Option<&str> {
        self.facts.company.as_deref()
    }
    pub fn organization_code(&self) -> Option<&OrganizationCode> {
        self.facts.organization_code.as_ref()
    }
    pub fn card_number(&self) -> Option<&str> {
        self.facts.card_number.as_deref()
    }
    pub fn holder_id(&self) -> Option<&MaskedText> {
        self.facts.holder_id.as_ref()
    }
    pub fn valid_from(&self) -> Timestamp {
        self.facts.valid_from
    }
    pub fn valid_until(&self) -> Timestamp {
        self.facts.valid_until
    }
    pub fn algorithm(&self) -> Algorithm {
        self.facts.algorithm
    }
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
    /// `None` where the certificate does not restrict its use.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.key_usage
    }
    pub fn may_sign(&self) -> bool {
        self.facts.may_sign
    }
    /// DER of the subject's Name.
    /// It may issue certificates (RFC 5280 section 4.2.1.9): not a person's or a company's own.
    pub fn is_authority(&self) -> bool {
        self.is_authority
    }
    pub fn subject_der(&self) -> &[u8] {
        &self.subject_der
    }
    /// DER of the issuer's Name.
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer_der
    }
    /// Whole days until the end of validity, negative after it.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.facts.valid_until.days_since(now)
    }

    pub fn check_validity(&self, now: Timestamp) -> Result<(), Fault> {
        if now < self.facts.valid_from {
            return Err(Fault::CertificateNotYetValid { from: self.facts.valid_from.date() });
        }
        if now > self.facts.valid_until {
            return Err(Fault::CertificateExpired { until: self.facts.valid_until.date() });
        }
        Ok(())
    }

    /// Checks name and signature against `issuer`, which must be an authority (basic constraints).
    /// Neither validity nor revocation: those belong to the moment, this to the certificate.
    pub fn verify_issued_by(&self, issuer: &Self) -> Result<(), Fault> {
        if self.issuer_der != issuer.subject_der || !issuer.is_authority {
            return Err(Fault::SignatureInvalid);
        }
        let algorithm = Algorithm::from_oid(self.signature_algorithm.oid)?;
        issuer.public_key.verify(algorithm, &self.tbs, &self.signature)
    }
}

/// Prints who and until when, not the key, and no personal number.
impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate")
            .field("fingerprint", &self.facts.fingerprint)
            .field("valid_until", &self.facts.valid_until.date())
            .finish_non_exhaustive()
    }
}

impl From<Certificate> for CertificateFacts {
    fn from(certificate: Certificate) -> Self {
        certificate.facts
    }
}

/// The signed bytes as they are: re-encoding could change what the signature is over.
fn outer(der: &[u8]) -> der::Result<(&[u8], AlgorithmIdentifierOwned, Vec<u8>)> {
    let mut reader = SliceReader::new(der)?;
    let parts = reader.sequence(|inner| {
        let tbs = inner.tlv_bytes()?;
        let algorithm = AlgorithmIdentifierOwned::decode(inner)?;
        let signature = BitString::decode(inner)?;
        let signature = signature.as_bytes().ok_or(der::Tag::BitString.value_error())?.to_vec();
        Ok::<_, der::Error>((tbs, algorithm, signature))
    })?;
    reader.finish()?;
    Ok(parts)
}

fn serial(tbs: &TbsCertificate) -> String {
    let bytes = tbs.serial_number().as_bytes();
    hex::encode(match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    })
}

fn common_name(name: &Name) -> String {
    subject_text(name, asn1::COMMON_NAME).unwrap_or_default()
}

fn subject_text(name: &Name, oid: der::asn1::ObjectIdentifier) -> Option<String> {
    let attribute = name.iter().find(|attribute| attribute.oid == oid)?;
    asn1::text(AnyRef::from(&attribute.value)).map(|text| printable(&text))
}

/// The company of a certificate that is not the electronic port's: an organizationIdentifier with the
/// legal-person identity type of ETSI EN 319 412-1 section 5.1.4, `NTRCN-` and the unified social credit code.
fn registered(subject: &Name) -> Option<OrganizationCode> {
    let identifier = subject_text(subject, asn1::ORGANIZATION_IDENTIFIER)?;
    let code = UnifiedSocialCreditCode::parse(identifier.strip_prefix("NTRCN-")?).ok()?;
    Some(code.organization_code())
}

/// Names from a certificate are shown, so what cannot be seen is replaced before anybody reads them.
fn printable(text: &str) -> String {
    let cleaned: String = text
        .trim()
        .chars()
        .map(|c| if super::line("", &c.to_string(), 1).is_ok() || c == ' ' { c } else { '\u{FFFD}' })
        .collect();
    cleaned.chars().take(120).collect()
}

fn eport_text(tbs: &TbsCertificate, oid: der::asn1::ObjectIdentifier) -> Option<String> {
    let extension = tbs.extensions()?.iter().find(|extension| extension.extn_id == oid)?;
    let value = AnyRef::from_der(extension.extn_value.as_bytes()).ok()?;
    asn1::text(value).map(|text| printable(&text)).filter(|text| !text.is_empty())
}

fn key_usage(tbs: &TbsCertificate) -> Result<Option<KeyUsage>, Fault> {
    let extension = tbs.extensions().and_then(|all| all.iter().find(|e| e.extn_id == asn1::KEY_USAGE));
    let Some(extension) = extension else { return Ok(None) };
    let usage = x509_cert::ext::pkix::KeyUsage::from_der(extension.extn_value.as_bytes())
        .map_err(|_| malformed("key_usage"))?;
    Ok(Some(KeyUsage {
        digital_signature: usage.digital_signature(),
        non_repudiation: usage.non_repudiation(),
    }))
}

fn is_authority(tbs: &TbsCertificate) -> bool {
    tbs.extensions()
        .and_then(|all| all.iter().find(|e| e.extn_id == asn1::BASIC_CONSTRAINTS))
        .and_then(|e| x509_cert::ext::pkix::BasicConstraints::from_der(e.extn_value.as_bytes()).ok())
        .is_some_and(|constraints| constraints.ca)
}

fn timestamp(time: x509_cert::time::Time) -> Result<Timestamp, Fault> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).map_err(|_| malformed("validity"))?;
    Timestamp::from_unix(seconds).map_err(|_| malformed("validity"))
}

fn malformed(reason: &str) -> Fault {
    Fault::CertificateMalformed { reason: reason.into() }
}
