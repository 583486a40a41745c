//! Objects: of each key pair a certificate, a public key and, for a user who is logged in, a private key.

use cryptoki_sys::*;
use der::{Decode, Encode, Sequence, asn1::UintRef};
use tongguan_sandbox_ukey::{KeyAlgorithm, SoftKey};
use x509_cert::Certificate;

use crate::{Answer, module::Module};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Certificate,
    PublicKey,
    PrivateKey,
}

/// One object of a token.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) handle: CK_OBJECT_HANDLE,
    pub(crate) class: Class,
    pub(crate) key: SoftKey,
    pub(crate) always_authenticate: bool,
    /// What CKA_KEY_TYPE says of SM2, which is not in the standard.
    sm2_key_type: CK_KEY_TYPE,
}

/// RFC 8017 appendix A.1.1.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

impl Object {
    pub(crate) fn algorithm(&self) -> KeyAlgorithm {
        self.key.algorithm
    }

    /// One attribute's value in the form of the base specification, chapter 4: numbers are CK_ULONG, truth values
    /// CK_BBOOL. CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID.
    pub(crate) fn attribute(&self, kind: CK_ATTRIBUTE_TYPE) -> Answer<Vec<u8>> {
        let common = match kind {
            CKA_CLASS => number(match self.class {
                Class::Certificate => CKO_CERTIFICATE,
                Class::PublicKey => CKO_PUBLIC_KEY,
                Class::PrivateKey => CKO_PRIVATE_KEY,
            }),
            CKA_TOKEN => truth(true),
            CKA_PRIVATE => truth(self.class == Class::PrivateKey),
            CKA_MODIFIABLE => truth(false),
            CKA_LABEL => self.key.name.clone().into_bytes(),
            CKA_ID => hex::decode(&self.key.id).map_err(|_| CKR_DEVICE_ERROR)?,
            _ => match self.class {
                Class::Certificate => return self.of_certificate(kind),
                Class::PublicKey => return self.of_public_key(kind),
                Class::PrivateKey => return self.of_private_key(kind),
            },
        };
        Ok(common)
    }

    fn of_certificate(&self, kind: CK_ATTRIBUTE_TYPE) -> Answer<Vec<u8>> {
        match kind {
            CKA_CERTIFICATE_TYPE => Ok(number(CKC_X_509)),
            CKA_VALUE => Ok(self.key.certificate.clone()),
            CKA_SUBJECT => encoded(self.certificate()?.tbs_certificate().subject()),
            CKA_ISSUER => encoded(self.certificate()?.tbs_certificate().issuer()),
            CKA_SERIAL_NUMBER => encoded(self.certificate()?.tbs_certificate().serial_number()),
            _ => Err(CKR_ATTRIBUTE_TYPE_INVALID),
        }
    }

    fn of_public_key(&self, kind: CK_ATTRIBUTE_TYPE) -> Answer<Vec<u8>> {
        match kind {
            CKA_VERIFY => Ok(truth(!self.key.encipherment)),
            CKA_ENCRYPT => Ok(truth(self.key.encipherment)),
            CKA_EC_POINT => self.of_curve().and_then(|(_, point)| {
                encoded(&der::asn1::OctetString::new(point).map_err(|_| CKR_DEVICE_ERROR)?)
            }),
            _ => self.of_either_half(kind),
        }
    }

    fn of_private_key(&self, kind: CK_ATTRIBUTE_TYPE) -> Answer<Vec<u8>> {
        match kind {
            CKA_SIGN => Ok(truth(!self.key.encipherment)),
            CKA_DECRYPT => Ok(truth(self.key.encipherment)),
            CKA_SIGN_RECOVER | CKA_UNWRAP | CKA_DERIVE | CKA_EXTRACTABLE => Ok(truth(false)),
            CKA_SENSITIVE | CKA_ALWAYS_SENSITIVE | CKA_NEVER_EXTRACTABLE => Ok(truth(true)),
            CKA_ALWAYS_AUTHENTICATE => Ok(truth(self.always_authenticate)),
            CKA_VALUE | CKA_PRIVATE_EXPONENT | CKA_PRIME_1 | CKA_PRIME_2 | CKA_EXPONENT_1
            | CKA_EXPONENT_2 | CKA_COEFFICIENT => Err(CKR_ATTRIBUTE_SENSITIVE),
            _ => self.of_either_half(kind),
        }
    }

    fn of_either_half(&self, kind: CK_ATTRIBUTE_TYPE) -> Answer<Vec<u8>> {
        match kind {
            CKA_KEY_TYPE => Ok(number(match self.key.algorithm {
                KeyAlgorithm::Rsa => CKK_RSA,
                KeyAlgorithm::P256 => CKK_EC,
                KeyAlgorithm::Sm2 => self.sm2_key_type,
            })),
            CKA_LOCAL => Ok(truth(false)),
            CKA_EC_PARAMS => self.of_curve().map(|(curve, _)| curve),
            CKA_MODULUS => self.rsa(|key| key.modulus.as_bytes().to_vec()),
            CKA_PUBLIC_EXPONENT => self.rsa(|key| key.public_exponent.as_bytes().to_vec()),
            CKA_MODULUS_BITS => Ok(number(crate::pointer::count(self.modulus_length().saturating_mul(8)))),
            _ => Err(CKR_ATTRIBUTE_TYPE_INVALID),
        }
    }

    /// Bytes; 0 for a key that has none.
    pub(crate) fn modulus_length(&self) -> usize {
        self.rsa(|key| key.modulus.as_bytes().len()).unwrap_or(0)
    }

    fn certificate(&self) -> Answer<Certificate> {
        Certificate::from_der(&self.key.certificate).map_err(|_| CKR_ATTRIBUTE_TYPE_INVALID)
    }

    fn rsa<T>(&self, part: impl FnOnce(RsaPublicKey<'_>) -> T) -> Answer<T> {
        let certificate = self.certificate()?;
        let bits = certificate.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
        RsaPublicKey::from_der(bits).map(part).map_err(|_| CKR_ATTRIBUTE_TYPE_INVALID)
    }

    /// The curve's OID in DER, and the point as RFC 5480 has it.
    fn of_curve(&self) -> Answer<(Vec<u8>, Vec<u8>)> {
        if self.key.algorithm == KeyAlgorithm::Rsa {
            return Err(CKR_ATTRIBUTE_TYPE_INVALID);
        }
        let certificate = self.certificate()?;
        let public = certificate.tbs_certificate().subject_public_key_info();
        let curve = public.algorithm.parameters.as_ref().ok_or(CKR_ATTRIBUTE_TYPE_INVALID)?;
        Ok((encoded(curve)?, public.subject_public_key.raw_bytes().to_vec()))
    }
}

fn number(value: CK_ULONG) -> Vec<u8> {
    value.to_ne_bytes().to_vec()
}

fn truth(value: bool) -> Vec<u8> {
    vec![if value { CK_TRUE } else { CK_FALSE }]
}

fn encoded(value: &impl Encode) -> Answer<Vec<u8>> {
    value.to_der().map_err(|_| CKR_DEVICE_ERROR)
}

/// Number by which vendors call SM2 keys, from the mechanism's that goes with it.
fn sm2_key_type(mechanism: Option<u64>) -> CK_KEY_TYPE {
    match mechanism {
        Some(0x8000_8000..=0x8000_81ff) => 0x8000_0004,
        Some(0x8000_0004) => 0x8000_0001,
        Some(0x8005_000a..=0x8005_000c) => 0x8005_0002,
        _ => CKK_VENDOR_DEFINED,
    }
}

impl Module {
    /// What this session sees.
    fn objects(&mut self, session: CK_SESSION_HANDLE) -> Answer<Vec<Object>> {
        let logged_in = self.logged_in(session)?;
        let behaviour = self.behaviour();
        let (_, token) = self.session(session)?;
        let classes = [Class::Certificate, Class::PublicKey, Class::PrivateKey];
        let mut objects = Vec::new();
        for key in &token.keys {
            for class in classes {
                let handle =
                    CK_OBJECT_HANDLE::try_from(objects.len()).map_err(|_| CKR_HOST_MEMORY)?.saturating_add(1);
                objects.push(Object {
                    handle,
                    class,
                    key: key.clone(),
                    always_authenticate: behaviour.always_authenticate,
                    sm2_key_type: sm2_key_type(behaviour.sm2.map(|map| map.mechanism)),
                });
            }
        }
        objects.retain(|object| logged_in || object.class != Class::PrivateKey);
        Ok(objects)
    }

    pub(crate) fn object(&mut self, session: CK_SESSION_HANDLE, handle: CK_OBJECT_HANDLE) -> Answer<Object> {
        let objects = self.objects(session)?;
        objects.into_iter().find(|object| object.handle == handle).ok_or(CKR_OBJECT_HANDLE_INVALID)
    }

    /// C_FindObjectsInit: every attribute of `wanted` must be there, byte for byte.
    pub(crate) fn find_init(
        &mut self,
        session: CK_SESSION_HANDLE,
        wanted: &[(CK_ATTRIBUTE_TYPE, Vec<u8>)],
    ) -> Answer {
        if self.session(session)?.0.found.is_some() {
            return Err(CKR_OPERATION_ACTIVE);
        }
        let fits = |object: &Object| {
            wanted.iter().all(|(kind, value)| object.attribute(*kind).as_ref() == Ok(value))
        };
        let objects = self.objects(session)?;
        let found = objects.iter().filter(|object| fits(object)).map(|object| object.handle).collect();
        self.session(session)?.0.found = Some(found);
        Ok(())
    }

    pub(crate) fn find(&mut self, session: CK_SESSION_HANDLE, room: usize) -> Answer<Vec<CK_OBJECT_HANDLE>> {
        let found = self.session(session)?.0.found.as_mut().ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
        Ok(found.drain(..room.min(found.len())).collect())
    }

    pub(crate) fn find_final(&mut self, session: CK_SESSION_HANDLE) -> Answer {
        self.session(session)?.0.found.take().map(|_| ()).ok_or(CKR_OPERATION_NOT_INITIALIZED)
    }
}
