//! X.509 structures assembled by hand: the shapes of electronic-port certificates, which no
//! general-purpose builder makes (private extensions, GBK inside IA5String, SM2).

mod bank;

pub(crate) use bank::{BankHolder, BankTerms, BankUsage, bank};

use crate::WorldError;
use crate::key::KeyPair;
use der::asn1::{Any, BitString, ObjectIdentifier, OctetString, SetOfVec, Uint};
use der::{DateTime, Decode, Encode, Sequence, Tag};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use std::time::Duration;
use tongguan_core::domain::Timestamp;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::time::{Time, Validity};

const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const POST_OFFICE_BOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.18");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const EMAIL_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");
const SMART_CARD_LOGON: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.2");
/// The electronic port's private extensions.
const PORT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.5315.100");

/// RFC 5280 section 4.1. Own structure: the one of `x509-cert` cannot be assembled from outside.
#[derive(Sequence)]
struct TbsCertificate {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u8,
    serial: Uint,
    signature: AlgorithmIdentifierOwned,
    issuer: Any,
    validity: Any,
    subject: Any,
    public_key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT")]
    extensions: Vec<Extension>,
}

#[derive(Sequence)]
struct SignedCertificate {
    tbs: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

/// Both generations differ in how they write text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    /// UTF8String throughout.
    Sm2,
    /// BMPString names, GBK bytes inside IA5String extensions.
    Rsa,
}

/// Who a card certificate is for.
pub(crate) struct Holder<'a> {
    pub(crate) name: &'a str,
    pub(crate) document: &'a str,
    pub(crate) company: &'a str,
    pub(crate) organization_code: &'a str,
    pub(crate) card_number: &'a str,
}

pub(crate) struct Terms<'a> {
    pub(crate) serial: &'a [u8],
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) generation: Generation,
    pub(crate) may_sign: bool,
}

/// A self-signed root with the common name `name`.
pub(crate) fn root(
    key: &KeyPair,
    name: &str,
    serial: &[u8],
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<u8>, WorldError> {
    let usage = KeyUsage::from(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
    let extensions = vec![
        extension(BASIC_CONSTRAINTS, true, &BasicConstraints { ca: true, path_len_constraint: Some(0) })?,
        extension(KEY_USAGE, true, &usage)?,
    ];
    let subject = authority_name(name)?;
    seal(
        key,
        TbsCertificate {
            version: 2,
            serial: Uint::new(serial)?,
            signature: key.signature_algorithm(),
            issuer: Any::from_der(&subject)?,
            validity: validity(from, until)?,
            subject: Any::from_der(&subject)?,
            public_key: key.public_key()?,
            extensions,
        },
    )
}

/// A certificate of the electronic-port shape for `key`.
pub(crate) fn card(
    issuer: &KeyPair,
    issuer_name: &[u8],
    key: &KeyPair,
    holder: &Holder<'_>,
    terms: &Terms<'_>,
) -> Result<Vec<u8>, WorldError> {
    seal(
        issuer,
        TbsCertificate {
            version: 2,
            serial: Uint::new(terms.serial)?,
            signature: issuer.signature_algorithm(),
            issuer: Any::from_der(issuer_name)?,
            validity: validity(terms.from, terms.until)?,
            subject: subject(holder, terms.generation)?,
            public_key: key.public_key()?,
            extensions: card_extensions(holder, terms)?,
        },
    )
}

fn seal(issuer: &KeyPair, tbs: TbsCertificate) -> Result<Vec<u8>, WorldError> {
    let tbs = tbs.to_der()?;
    let signature = issuer.sign_structure(&tbs)?;
    let algorithm = issuer.signature_algorithm();
    Ok(SignedCertificate { tbs: Any::from_der(&tbs)?, algorithm, signature }.to_der()?)
}

fn card_extensions(holder: &Holder<'_>, terms: &Terms<'_>) -> Result<Vec<Extension>, WorldError> {
    let usage = if terms.may_sign {
        KeyUsage::from(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)
    } else {
        KeyUsage::from(KeyUsages::KeyEncipherment | KeyUsages::DataEncipherment)
    };
    let mut extensions = vec![
        extension(KEY_USAGE, true, &usage)?,
        extension(
            EXTENDED_KEY_USAGE,
            false,
            &ExtendedKeyUsage(vec![CLIENT_AUTH, EMAIL_PROTECTION, SMART_CARD_LOGON]),
        )?,
    ];
    let values = [
        (1, holder.company),
        (3, "01"),
        (8, holder.document),
        (9, holder.card_number),
        (11, holder.organization_code),
        (12, "00"),
    ];
    for (arc, value) in values {
        let oid = PORT.push_arc(5).and_then(|oid| oid.push_arc(arc)).map_err(der::Error::from)?;
        extensions.push(extension(oid, false, &text(value, terms.generation)?)?);
    }
    Ok(extensions)
}

fn text(value: &str, generation: Generation) -> Result<Any, WorldError> {
    Ok(match generation {
        Generation::Sm2 => Any::new(Tag::Utf8String, value.as_bytes())?,
        Generation::Rsa => Any::new(Tag::Ia5String, encoding_rs::GBK.encode(value).0.as_ref())?,
    })
}

fn extension(oid: ObjectIdentifier, critical: bool, value: &impl Encode) -> Result<Extension, WorldError> {
    Ok(Extension { extn_id: oid, critical, extn_value: OctetString::new(value.to_der()?)? })
}

/// DER of the name of an authority.
pub(crate) fn authority_name(common_name: &str) -> Result<Vec<u8>, WorldError> {
    let parts = [
        attribute(COUNTRY, Tag::PrintableString, b"CN")?,
        attribute(UNIT, Tag::Utf8String, b"Tongguan sandbox")?,
        attribute(COMMON_NAME, Tag::Utf8String, common_name.as_bytes())?,
    ];
    Ok(name(parts)?.to_der()?)
}

fn subject(holder: &Holder<'_>, generation: Generation) -> Result<Any, WorldError> {
    let country = attribute(COUNTRY, Tag::PrintableString, b"CN")?;
    match generation {
        Generation::Sm2 => name([
            country,
            attribute(UNIT, Tag::Utf8String, holder.company.as_bytes())?,
            attribute(COMMON_NAME, Tag::Utf8String, holder.name.as_bytes())?,
        ]),
        Generation::Rsa => name([
            country,
            attribute(POST_OFFICE_BOX, Tag::BmpString, &bmp(holder.card_number))?,
            attribute(COMMON_NAME, Tag::BmpString, &bmp(holder.name))?,
        ]),
    }
}

fn bmp(value: &str) -> Vec<u8> {
    value.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn attribute(oid: ObjectIdentifier, tag: Tag, value: &[u8]) -> Result<AttributeTypeAndValue, WorldError> {
    Ok(AttributeTypeAndValue { oid, value: Any::new(tag, value)? })
}

/// One attribute to a relative distinguished name, as everybody writes them.
fn name<const N: usize>(parts: [AttributeTypeAndValue; N]) -> Result<Any, WorldError> {
    let mut sequence = Vec::with_capacity(N);
    for part in parts {
        sequence.push(SetOfVec::try_from(vec![part])?);
    }
    Ok(Any::encode_from(&sequence)?)
}

fn validity(from: Timestamp, until: Timestamp) -> Result<Any, WorldError> {
    Ok(Any::encode_from(&Validity::<x509_cert::certificate::Rfc5280>::new(time(from)?, time(until)?))?)
}

pub(crate) fn time(moment: Timestamp) -> Result<Time, WorldError> {
    let since_epoch = Duration::from_secs(u64::try_from(moment.unix()).unwrap_or(0));
    Ok(Time::from(DateTime::from_unix_duration(since_epoch)?))
}
