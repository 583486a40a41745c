use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use tongguan_core::domain::{Algorithm, Sm2Input, Sm2Map, Sm2Output};
use tongguan_sandbox_ukey::{Behaviour, KeyAlgorithm};

use crate::desk::*;
use crate::raw::Raw;

const MESSAGE: &[u8] = b"the statement";
const SM2: u64 = 0x8000_8102;

fn map(input: Sm2Input, output: Sm2Output) -> Behaviour {
    Behaviour { sm2: Some(Sm2Map { mechanism: SM2, input, output }), ..Behaviour::default() }
}

#[test]
fn rsa_and_p256_sign_messages_and_hashes() {
    let desk = Desk::new();
    let module = desk.load();
    let session = at_work(&module);
    for (algorithm, whole, hashed) in [
        (KeyAlgorithm::Rsa, Mechanism::Sha256RsaPkcs, Mechanism::RsaPkcs),
        (KeyAlgorithm::P256, Mechanism::EcdsaSha256, Mechanism::Ecdsa),
    ] {
        let (key, handle) = (key(algorithm), private_key(&session, &key(algorithm)));
        let (public, way) = (public(&key), public(&key).algorithm());
        let digest = way.digest(&public, MESSAGE);
        let input = if way == Algorithm::RsaSha256 { way.digest_info(&digest) } else { digest };
        let by_message = session.sign(&whole, handle, MESSAGE).unwrap();
        let by_hash = session.sign(&hashed, handle, &input).unwrap();
        public.verify(way, MESSAGE, &by_message).unwrap();
        public.verify(way, MESSAGE, &by_hash).unwrap();
        assert!(public.verify(way, b"another", &by_message).is_err());
    }
}

#[test]
fn sm2_signs_as_each_vendor_does() {
    for input in [Sm2Input::Message, Sm2Input::Digest] {
        for output in [Sm2Output::Raw, Sm2Output::Der] {
            let desk = Desk::behaving(&map(input, output));
            let module = desk.load();
            let session = at_work(&module);
            let (key, handle) = (key(KeyAlgorithm::Sm2), private_key(&session, &key(KeyAlgorithm::Sm2)));
            let e = Algorithm::Sm2Sm3.digest(&public(&key), MESSAGE);
            let data = if input == Sm2Input::Message { MESSAGE } else { &e[..] };
            let signature = session.sign(&vendor(SM2), handle, data).unwrap();
            assert_eq!(signature.len() == 64, output == Sm2Output::Raw, "{output:?}");
            assert_eq!(signature[0] == 0x30 && signature.len() > 64, output == Sm2Output::Der, "{output:?}");
            public(&key).verify(Algorithm::Sm2Sm3, MESSAGE, &signature).unwrap();
        }
    }
}

#[test]
fn sm2_is_left_out_unless_wanted() {
    let desk = Desk::new();
    let module = desk.load();
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::Sm2));
    assert_eq!(refused(session.sign(&vendor(SM2), handle, MESSAGE)), RvError::MechanismInvalid);
}

#[test]
fn an_absent_mechanism_is_neither_told_nor_done() {
    let absent_mechanisms = vec![cryptoki_sys::CKM_SHA256_RSA_PKCS];
    let desk = Desk::behaving(&Behaviour { absent_mechanisms, ..map(Sm2Input::Message, Sm2Output::Raw) });
    let module = desk.load();
    // The binding leaves vendors' mechanisms out of its list.
    let raw = Raw::open(&desk);
    let told = raw.mechanisms(raw.slots()[0]);
    let expected = [cryptoki_sys::CKM_RSA_PKCS, cryptoki_sys::CKM_ECDSA, cryptoki_sys::CKM_ECDSA_SHA256, SM2];
    assert_eq!(told, expected);
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::Rsa));
    assert_eq!(refused(session.sign(&Mechanism::Sha256RsaPkcs, handle, MESSAGE)), RvError::MechanismInvalid);
    session.sign(&Mechanism::RsaPkcs, handle, MESSAGE).unwrap();
}

#[test]
fn a_key_signs_only_by_its_own_mechanisms_and_only_what_fits() {
    let desk = Desk::new();
    let module = desk.load();
    let session = at_work(&module);
    let rsa = private_key(&session, &key(KeyAlgorithm::Rsa));
    let p256 = private_key(&session, &key(KeyAlgorithm::P256));
    assert_eq!(refused(session.sign(&Mechanism::Ecdsa, rsa, &[1; 32])), RvError::KeyTypeInconsistent);
    assert_eq!(refused(session.sign(&Mechanism::Ecdsa, p256, &[1; 31])), RvError::DataLenRange);
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, rsa, &[1; 246])), RvError::DataLenRange);
    let certificate = object(&session, ObjectClass::CERTIFICATE, &key(KeyAlgorithm::Rsa));
    let refusal = refused(session.sign(&Mechanism::RsaPkcs, certificate, MESSAGE));
    assert_eq!(refusal, RvError::KeyTypeInconsistent);
}

#[test]
fn a_key_for_encipherment_does_not_sign() {
    let desk = Desk::empty();
    let mut token = token("one");
    token.keys[0].encipherment = true;
    desk.library.plug(&token).unwrap();
    let module = desk.load();
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::Rsa));
    let told = session.get_attributes(handle, &[AttributeType::Sign]).unwrap();
    assert_eq!(told, [Attribute::Sign(false)]);
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, handle, MESSAGE)), RvError::KeyFunctionNotPermitted);
}

#[test]
fn private_keys_are_seen_and_used_by_their_user_alone() {
    let desk = Desk::new();
    let module = desk.load();
    let session = session(&module);
    let private = [Attribute::Class(ObjectClass::PRIVATE_KEY)];
    assert!(session.find_objects(&private).unwrap().is_empty());
    assert_eq!(session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)]).unwrap().len(), 3);
    login(&session, PIN).unwrap();
    let keys = session.find_objects(&private).unwrap();
    assert_eq!(keys.len(), 3);
    session.logout().unwrap();
    assert!(session.find_objects(&private).unwrap().is_empty());
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, keys[0], MESSAGE)), RvError::UserNotLoggedIn);
}

#[test]
fn objects_tell_what_they_are() {
    let desk = Desk::behaving(&map(Sm2Input::Message, Sm2Output::Raw));
    let module = desk.load();
    let session = at_work(&module);
    let key = key(KeyAlgorithm::P256);
    let certificate = object(&session, ObjectClass::CERTIFICATE, &key);
    let told = session.get_attributes(certificate, &[AttributeType::Value, AttributeType::Label]).unwrap();
    let expected =
        [Attribute::Value(key.certificate.clone()), Attribute::Label(key.name.clone().into_bytes())];
    assert_eq!(told, expected);
    let mut kinds = Vec::new();
    for handle in session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]).unwrap() {
        kinds.extend(session.get_attributes(handle, &[AttributeType::KeyType]).unwrap());
    }
    let sm2 = KeyType::new_vendor_defined(0x8000_0004).unwrap();
    assert_eq!(kinds, [KeyType::RSA, KeyType::EC, sm2].map(Attribute::KeyType));
    let secret = session.get_attributes(private_key(&session, &key), &[AttributeType::Value]).unwrap();
    assert!(secret.is_empty());
}

#[test]
fn a_careful_key_wants_a_login_for_each_signature() {
    let desk = Desk::behaving(&Behaviour { always_authenticate: true, ..Behaviour::default() });
    let module = desk.load();
    let session = at_work(&module);
    let key = key(KeyAlgorithm::Rsa);
    let handle = private_key(&session, &key);
    let told = session.get_attributes(handle, &[AttributeType::AlwaysAuthenticate]).unwrap();
    assert_eq!(told, [Attribute::AlwaysAuthenticate(true)]);
    assert_eq!(refused(session.sign(&Mechanism::Sha256RsaPkcs, handle, MESSAGE)), RvError::UserNotLoggedIn);

    let again = || session.login(UserType::ContextSpecific, Some(&AuthPin::new(PIN.into())));
    assert_eq!(refused(again()), RvError::OperationNotInitialized);
    for _ in 0..2 {
        session.sign_init(&Mechanism::Sha256RsaPkcs, handle).unwrap();
        again().unwrap();
        session.sign_update(&MESSAGE[..4]).unwrap();
        session.sign_update(&MESSAGE[4..]).unwrap();
        let signature = session.sign_final().unwrap();
        public(&key).verify(Algorithm::RsaSha256, MESSAGE, &signature).unwrap();
    }
    session.sign_init(&Mechanism::Sha256RsaPkcs, handle).unwrap();
    session.sign_update(MESSAGE).unwrap();
    assert_eq!(refused(session.sign_final()), RvError::UserNotLoggedIn);
}
