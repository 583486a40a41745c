//! Self-signed certificates, assembled by hand (RFC 5280).

use p256::ecdsa::signature::Signer;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, pkcs8::EncodePublicKey};

const RSA_SHA256: &str = "300D06092A864886F70D01010B0500";
const ECDSA_SHA256: &str = "300A06082A8648CE3D040302";
const SM2_SM3: &str = "300A06082A811CCF55018375";

pub(crate) fn rsa(key: &RsaPrivateKey) -> Vec<u8> {
    let public = key.to_public_key().to_public_key_der().unwrap();
    signed(RSA_SHA256, public.as_bytes(), |tbs| {
        key.sign(Pkcs1v15Sign::new_unprefixed(), &super::digest_info(tbs)).unwrap()
    })
}

pub(crate) fn p256(key: &p256::SecretKey) -> Vec<u8> {
    use p256::pkcs8::EncodePublicKey;
    let public = key.public_key().to_public_key_der().unwrap();
    let signer = p256::ecdsa::SigningKey::from(key);
    signed(ECDSA_SHA256, public.as_bytes(), |tbs| {
        let signature: p256::ecdsa::Signature = signer.sign(tbs);
        signature.to_der().as_bytes().to_vec()
    })
}

pub(crate) fn sm2(key: &sm2::SecretKey) -> Vec<u8> {
    use sm2::pkcs8::EncodePublicKey;
    let public = key.public_key().to_public_key_der().unwrap();
    let signer = sm2::dsa::SigningKey::new("1234567812345678", key).unwrap();
    signed(SM2_SM3, public.as_bytes(), |tbs| {
        let signature: sm2::dsa::Signature = signer.sign(tbs);
        let bytes = signature.to_bytes();
        der(0x30, &[integer(&bytes[..32]), integer(&bytes[32..])].concat())
    })
}

fn signed(algorithm: &str, public_key: &[u8], sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let algorithm = hex::decode(algorithm).unwrap();
    let common_name = der(0x30, &[hex::decode("0603550403").unwrap(), der(0x0C, b"Card test")].concat());
    let name = der(0x30, &der(0x31, &common_name));
    let validity = der(0x30, &[der(0x17, b"250101000000Z"), der(0x17, b"450101000000Z")].concat());
    let version = der(0xA0, &der(0x02, &[2]));
    let parts =
        [version, der(0x02, &[7]), algorithm.clone(), name.clone(), validity, name, public_key.to_vec()];
    let tbs = der(0x30, &parts.concat());
    let signature = der(0x03, &[vec![0], sign(&tbs)].concat());
    der(0x30, &[tbs, algorithm, signature].concat())
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap();
    let sign: &[u8] = if bytes[start] & 0x80 == 0 { &[] } else { &[0] };
    der(0x02, &[sign, &bytes[start..]].concat())
}

fn der(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match value.len() {
        short @ 0..=0x7F => bytes.push(u8::try_from(short).unwrap()),
        middle @ 0x80..=0xFF => bytes.extend([0x81, u8::try_from(middle).unwrap()]),
        long => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(long).unwrap().to_be_bytes());
        }
    }
    bytes.extend(value);
    bytes
}
