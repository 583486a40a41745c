//! The envelope of a signed statement: CMS SignedData (RFC 5652 section 5) with the statement attached,
//! one signer and no signed attributes, so that the signature is over the statement itself. For SM2 the
//! content types are those of GM/T 0010. OpenSSL verifies RSA and ECDSA envelopes: `cms -verify -binary`.

use super::public_key::raw_to_der;
use super::{Algorithm, Certificate, RequestId, Statement, asn1};
use crate::fault::Fault;
use der::asn1::{Any, Null, ObjectIdentifier, OctetString, SetOfVec, Uint};
use der::{Decode, Encode, Sequence};
use spki::AlgorithmIdentifierOwned;

/// A statement and its signature, ready to leave the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    request_id: RequestId,
    cms: Vec<u8>,
}

/// A proof taken apart: its signature verifies with the certificate it carries. Whether that certificate
/// is to be trusted is another question, asked of [`Certificate::verify_issued_by`].
#[derive(Debug, Clone)]
pub struct SignedStatement {
    pub statement: Statement,
    pub certificate: Certificate,
    /// The other certificates of the envelope, unordered and unchecked.
    pub chain: Vec<Certificate>,
    /// The bare signature.
    pub signature: Vec<u8>,
}

#[derive(Sequence)]
struct ContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: Any,
}

#[derive(Sequence)]
struct SignedData {
    version: u8,
    digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    encapsulated: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    signer_infos: SetOfVec<Any>,
}

#[derive(Sequence)]
struct EncapsulatedContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: OctetString,
}

#[derive(Sequence)]
struct SignerInfo {
    version: u8,
    signer: IssuerAndSerialNumber,
    digest_algorithm: AlgorithmIdentifierOwned,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: OctetString,
}

#[derive(Sequence)]
struct IssuerAndSerialNumber {
    issuer: Any,
    serial: Uint,
}

/// Content, data and algorithm identifiers of one kind of key.
struct Profile {
    signed_data: ObjectIdentifier,
    data: ObjectIdentifier,
    digest: AlgorithmIdentifierOwned,
    signature: AlgorithmIdentifierOwned,
}

fn profile(algorithm: Algorithm) -> Profile {
    let plain = |oid| AlgorithmIdentifierOwned { oid, parameters: None };
    let with_null = |oid| AlgorithmIdentifierOwned { oid, parameters: Some(Any::from(Null)) };
    let (signed_data, data) = match algorithm {
        Algorithm::Sm2Sm3 => (asn1::GM_SIGNED_DATA, asn1::GM_DATA),
        _ => (asn1::CMS_SIGNED_DATA, asn1::CMS_DATA),
    };
    let (digest, signature) = match algorithm {
        Algorithm::Sm2Sm3 => (plain(asn1::SM3), plain(asn1::SM2_SIGN)),
        Algorithm::EcdsaP256Sha256 => (plain(asn1::SHA256), plain(asn1::ECDSA_SHA256)),
        Algorithm::RsaSha256 => (plain(asn1::SHA256), with_null(asn1::RSA_ENCRYPTION)),
        Algorithm::RsaSha1 => (plain(asn1::SHA1), with_null(asn1::RSA_ENCRYPTION)),
    };
    Profile { signed_data, data, digest, signature }
}

impl Proof {
    /// Wraps `signature` (as [`crate::ports::Token::sign`] returns it) over the statement's text. It is verified first:
    /// what a token got wrong never leaves the machine.
    pub fn build(
        statement: &Statement,
        signature: &[u8],
        certificate: &Certificate,
        chain: &[Vec<u8>],
    ) -> Result<Self, Fault> {
        let text = statement.render();
        let algorithm = certificate.algorithm();
        certificate.public_key().verify(algorithm, text.as_bytes(), signature)?;
        let cms = encode(text.as_bytes(), algorithm, signature, certificate, chain)
            .map_err(|_| Fault::Defect { place: "cms".into() })?;
        Ok(Self { request_id: statement.request_id.clone(), cms })
    }

    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// DER ContentInfo.
    pub fn cms(&self) -> &[u8] {
        &self.cms
    }
}

fn encode(
    text: &[u8],
    algorithm: Algorithm,
    signature: &[u8],
    certificate: &Certificate,
    chain: &[Vec<u8>],
) -> der::Result<Vec<u8>> {
    let profile = profile(algorithm);
    let signature = match algorithm {
        Algorithm::Sm2Sm3 | Algorithm::EcdsaP256Sha256 => raw_to_der(signature).unwrap_or(signature.to_vec()),
        Algorithm::RsaSha256 | Algorithm::RsaSha1 => signature.to_vec(),
    };
    let signer = SignerInfo {
        version: 1,
        signer: IssuerAndSerialNumber {
            issuer: Any::from_der(certificate.issuer_der())?,
            serial: Uint::new(&hex::decode(certificate.serial()).unwrap_or_default())?,
        },
        digest_algorithm: profile.digest.clone(),
        signature_algorithm: profile.signature,
        signature: OctetString::new(signature)?,
    };
    let mut certificates = SetOfVec::new();
    certificates.insert(Any::from_der(certificate.der())?)?;
    for other in chain {
        certificates.insert(Any::from_der(other)?)?;
    }
    let signed = SignedData {
        version: 1,
        digest_algorithms: SetOfVec::try_from(vec![profile.digest])?,
        encapsulated: EncapsulatedContentInfo {
            content_type: profile.data,
            content: OctetString::new(text)?,
        },
        certificates: Some(certificates),
        signer_infos: SetOfVec::try_from(vec![Any::encode_from(&signer)?])?,
    };
    ContentInfo { content_type: profile.signed_data, content: Any::encode_from(&signed)? }.to_der()
}

impl SignedStatement {
    /// Opens a DER envelope of at most 64 KiB and verifies its signature.
    pub fn open(cms: &[u8]) -> Result<Self, Fault> {
        if cms.len() > 64 * 1024 {
            return Err(malformed("too_large"));
        }
        let info = ContentInfo::from_der(cms).map_err(|_| malformed("structure"))?;
        let signed: SignedData = info.content.decode_as().map_err(|_| malformed("structure"))?;
        let [signer] = signed.signer_infos.as_slice() else { return Err(malformed("signers")) };
        let signer: SignerInfo = signer.decode_as().map_err(|_| malformed("signer"))?;
        let mut certificates = Vec::new();
        for any in signed.certificates.iter().flat_map(SetOfVec::iter) {
            certificates.push(Certificate::parse(&any.to_der().map_err(|_| malformed("certificate"))?)?);
        }
        let at = certificates
            .iter()
            .position(|c| signer.signer.names(c))
            .ok_or_else(|| malformed("certificate"))?;
        let certificate = certificates.swap_remove(at);
        check_algorithms(&info.content_type, &signed, &signer, certificate.algorithm())?;
        let text = signed.encapsulated.content.as_bytes();
        let signature = signer.signature.as_bytes();
        certificate.public_key().verify(certificate.algorithm(), text, signature)?;
        let text = std::str::from_utf8(text).map_err(|_| malformed("text"))?;
        Ok(Self {
            statement: Statement::parse(text)?,
            certificate,
            chain: certificates,
            signature: signature.to_vec(),
        })
    }
}

impl IssuerAndSerialNumber {
    fn names(&self, certificate: &Certificate) -> bool {
        let serial = hex::encode(self.serial.as_bytes());
        let issuer = self.issuer.to_der();
        serial == certificate.serial() && issuer.is_ok_and(|der| der == certificate.issuer_der())
    }
}

/// Every identifier must be the one for the signer's key: no statement is accepted over SHA-1.
fn check_algorithms(
    outer: &ObjectIdentifier,
    signed: &SignedData,
    signer: &SignerInfo,
    algorithm: Algorithm,
) -> Result<(), Fault> {
    let expected = profile(algorithm);
    let same_signature = signer.signature_algorithm.oid == expected.signature.oid
        || Algorithm::from_oid(signer.signature_algorithm.oid).is_ok_and(|a| a == algorithm);
    let matches = *outer == expected.signed_data
        && signed.encapsulated.content_type == expected.data
        && signer.digest_algorithm.oid == expected.digest.oid
        && same_signature;
    if matches { Ok(()) } else { Err(malformed("algorithm")) }
}

fn malformed(reason: &str) -> Fault {
    Fault::ProofMalformed { reason: reason.into() }
}
