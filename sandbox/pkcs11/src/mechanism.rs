//! Mechanisms: the standard's four, and SM2 under a vendor's number.

use cryptoki_sys::{
    CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_SLOT_ID, CK_ULONG, CKF_EC_F_P, CKF_EC_NAMEDCURVE,
    CKF_EC_UNCOMPRESS, CKF_HW, CKF_SIGN, CKM_ECDSA, CKM_ECDSA_SHA256, CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS,
    CKR_MECHANISM_INVALID,
};
use der::{Encode, asn1::UintRef};
use tongguan_core::domain::{Sm2Input, Sm2Map, Sm2Output};
use tongguan_sandbox_ukey::{Input, KeyAlgorithm, SoftKey};

use crate::{
    Answer,
    module::{Module, value},
};

/// Both curves are over fields of 256 bits.
const CURVE_BITS: CK_ULONG = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mechanism {
    pub(crate) number: CK_MECHANISM_TYPE,
    way: Way,
}

/// What a mechanism takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// DigestInfo → signature as long as the modulus.
    RsaDigestInfo,
    RsaMessage,
    /// 32 bytes → r||s.
    EcdsaDigest,
    EcdsaMessage,
    Sm2(Sm2Map),
}

const STANDARD: [Mechanism; 4] = [
    Mechanism { number: CKM_RSA_PKCS, way: Way::RsaDigestInfo },
    Mechanism { number: CKM_SHA256_RSA_PKCS, way: Way::RsaMessage },
    Mechanism { number: CKM_ECDSA, way: Way::EcdsaDigest },
    Mechanism { number: CKM_ECDSA_SHA256, way: Way::EcdsaMessage },
];

impl Mechanism {
    pub(crate) fn algorithm(self) -> KeyAlgorithm {
        match self.way {
            Way::RsaDigestInfo | Way::RsaMessage => KeyAlgorithm::Rsa,
            Way::EcdsaDigest | Way::EcdsaMessage => KeyAlgorithm::P256,
            Way::Sm2(_) => KeyAlgorithm::Sm2,
        }
    }

    pub(crate) fn info(self) -> CK_MECHANISM_INFO {
        let curve = CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
        let (smallest, biggest, more) = match self.algorithm() {
            KeyAlgorithm::Rsa => (1024, 4096, 0),
            KeyAlgorithm::P256 | KeyAlgorithm::Sm2 => (CURVE_BITS, CURVE_BITS, curve),
        };
        CK_MECHANISM_INFO { ulMinKeySize: smallest, ulMaxKeySize: biggest, flags: CKF_HW | CKF_SIGN | more }
    }

    /// The longest signature over a curve that it gives, in bytes.
    pub(crate) fn curve_signature_length(self) -> usize {
        match self.way {
            // Two INTEGERs of up to 33 bytes, each with a header of 2, and one more header.
            Way::Sm2(Sm2Map { output: Sm2Output::Der, .. }) => 72,
            _ => 64,
        }
    }

    pub(crate) fn sign(self, key: &SoftKey, data: &[u8]) -> Answer<Vec<u8>> {
        let input = match self.way {
            Way::RsaDigestInfo => Input::DigestInfo(data),
            Way::EcdsaDigest | Way::Sm2(Sm2Map { input: Sm2Input::Digest, .. }) => Input::Digest(data),
            Way::RsaMessage | Way::EcdsaMessage | Way::Sm2(Sm2Map { input: Sm2Input::Message, .. }) => {
                Input::Message(data)
            }
        };
        let signature = key.sign(input).map_err(value)?;
        match self.way {
            Way::Sm2(Sm2Map { output: Sm2Output::Der, .. }) => {
                sequence(&signature).ok_or(cryptoki_sys::CKR_FUNCTION_FAILED)
            }
            _ => Ok(signature),
        }
    }
}

/// GM/T 0009 section 7.3: SEQUENCE of r and s.
fn sequence(raw: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = raw.split_at_checked(raw.len() / 2)?;
    vec![UintRef::new(r).ok()?, UintRef::new(s).ok()?].to_der().ok()
}

impl Module {
    /// What a token in this slot can do, whatever keys it has.
    pub(crate) fn mechanisms(&mut self, slot: CK_SLOT_ID) -> Answer<Vec<Mechanism>> {
        self.token_in(slot)?;
        Ok(self.known_mechanisms())
    }

    pub(crate) fn mechanism(&mut self, slot: CK_SLOT_ID, number: CK_MECHANISM_TYPE) -> Answer<Mechanism> {
        let known = self.mechanisms(slot)?;
        known.into_iter().find(|one| one.number == number).ok_or(CKR_MECHANISM_INVALID)
    }

    fn known_mechanisms(&self) -> Vec<Mechanism> {
        let behaviour = self.behaviour();
        let vendor = behaviour.sm2.map(|map| Mechanism { number: map.mechanism, way: Way::Sm2(map) });
        let all = STANDARD.into_iter().chain(vendor);
        all.filter(|one| !behaviour.absent_mechanisms.contains(&one.number)).collect()
    }
}
