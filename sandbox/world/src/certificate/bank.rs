//! Certificates as banks issue them: the company in the subject, no extension of its own.

use super::{
    CLIENT_AUTH, COMMON_NAME, COUNTRY, EMAIL_PROTECTION, EXTENDED_KEY_USAGE, KEY_USAGE, TbsCertificate,
    attribute, extension, name, seal, validity,
};
use crate::WorldError;
use crate::key::KeyPair;
use der::asn1::{Any, ObjectIdentifier, Uint};
use der::{Decode, Tag};
use tongguan_core::domain::Timestamp;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};

const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// ETSI EN 319 412-1 section 5.1.4: `NTR`, country, hyphen, the number in the national trade register.
const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

/// Whom a bank's certificate is for: the company as the bank knows it.
pub(crate) struct BankHolder<'a> {
    pub(crate) company: &'a str,
    pub(crate) uscc: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BankUsage {
    Signature,
    Encryption,
}

pub(crate) struct BankTerms<'a> {
    pub(crate) serial: &'a [u8],
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) usage: BankUsage,
}

/// A certificate of the bank whose authority has the key `issuer`, for `key`.
pub(crate) fn bank(
    issuer: &KeyPair,
    issuer_name: &[u8],
    key: &KeyPair,
    holder: &BankHolder<'_>,
    terms: &BankTerms<'_>,
) -> Result<Vec<u8>, WorldError> {
    let usage = match terms.usage {
        BankUsage::Signature => KeyUsage::from(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation),
        BankUsage::Encryption => KeyUsage(KeyUsages::KeyEncipherment.into()),
    };
    let number = format!("NTRCN-{}", holder.uscc);
    let subject = name([
        attribute(COUNTRY, Tag::PrintableString, b"CN")?,
        attribute(ORGANIZATION, Tag::Utf8String, holder.company.as_bytes())?,
        attribute(ORGANIZATION_IDENTIFIER, Tag::Utf8String, number.as_bytes())?,
        attribute(COMMON_NAME, Tag::Utf8String, holder.company.as_bytes())?,
    ])?;
    let purposes = ExtendedKeyUsage(vec![CLIENT_AUTH, EMAIL_PROTECTION]);
    seal(
        issuer,
        TbsCertificate {
            version: 2,
            serial: Uint::new(terms.serial)?,
            signature: issuer.signature_algorithm(),
            issuer: Any::from_der(issuer_name)?,
            validity: validity(terms.from, terms.until)?,
            subject,
            public_key: key.public_key()?,
            extensions: vec![
                extension(KEY_USAGE, true, &usage)?,
                extension(EXTENDED_KEY_USAGE, false, &purposes)?,
            ],
        },
    )
}
