//! The company certifies itself with the UKey of its bank, through each kind of library.

use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{Algorithm, Application, BankId, Means, SecurityLevel, TokenInfo};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{Method, Outcome};
use tongguan_sandbox::stage::Through;
use tongguan_sandbox_ukey::Behaviour;
use tongguan_tests::{Desk, libsm_verifies, openssl_verifies};

/// From the statement to the receipt; what was signed is checked by another program.
fn certifies(desk: &Desk, bank: &str, ukey: &str, token: &TokenInfo, expected: Algorithm) {
    desk.sign_in();
    let FlowView::Consent { statement, .. } = desk.begin_at(bank, token, 0) else {
        panic!("{:?}", desk.view().flow)
    };
    let FlowView::Done { receipt, statement: signed, algorithm, .. } = desk.sign(desk.stage.pin(ukey), false)
    else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!(algorithm, expected);
    assert_eq!(receipt.method, Method::BankUkey);
    let told = receipt.bank.clone().unwrap();
    assert_eq!((told.id.as_str(), &told.name), (bank, &desk.stage.world().bank(bank).unwrap().name));
    assert_eq!((receipt.level_before, receipt.level_after), (SecurityLevel::Low, SecurityLevel::High));
    assert_eq!(signed.text, statement.text);
    let Ok(Answer::Saved(saved)) = desk.call(Command::SaveProof {}) else { panic!("not saved") };
    let cms = std::fs::read(saved.path).unwrap();
    let read_by_others = match expected {
        Algorithm::Sm2Sm3 => libsm_verifies(&cms),
        _ => openssl_verifies(&desk.home(), &cms, &desk.stage.world().bank_anchors(bank)),
    };
    assert_eq!(read_by_others.as_deref(), Some(statement.text.as_str()));
    let outcomes: Vec<Outcome> = desk.journal().into_iter().map(|row| row.entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Accepted { receipt: receipt.number }, Outcome::Signed]);
}

fn a_ukey_certifies(bank: &str, ukey: &str, through: Through, expected: Algorithm) {
    let desk = Desk::open();
    if through == Through::SoftHsm {
        desk.stage.plug(ukey, through).unwrap();
    }
    desk.approve(through);
    let token = desk.plug(ukey, through);
    certifies(&desk, bank, ukey, &token, expected);
}

#[test]
fn an_sm2_ukey_certifies_through_skf() {
    a_ukey_certifies("ccb", "haihe-ccb-sm2", Through::Skf, Algorithm::Sm2Sm3);
}

#[test]
fn an_rsa_ukey_certifies_through_skf() {
    a_ukey_certifies("ccb", "haihe-ccb-rsa", Through::Skf, Algorithm::RsaSha256);
}

#[test]
fn an_rsa_ukey_certifies_through_softhsm() {
    a_ukey_certifies("ccb", "haihe-ccb-rsa", Through::SoftHsm, Algorithm::RsaSha256);
}

#[test]
fn a_p256_ukey_certifies_through_softhsm() {
    a_ukey_certifies("cmbc", "haihe-cmbc-p256", Through::SoftHsm, Algorithm::EcdsaP256Sha256);
}

#[test]
fn a_bank_key_on_a_card_certifies_through_opensc() {
    for ukey in ["haihe-ccb-rsa", "haihe-ccb-p256"] {
        let desk = Desk::open();
        desk.approve(Through::OpenSc);
        desk.stage.insert_ukey(0, ukey).unwrap();
        let token = desk.ukey(ukey, Through::OpenSc);
        assert_eq!(token.application, Application::Pkcs11);
        let expected = token.identities[0].certificate.algorithm();
        certifies(&desk, "ccb", ukey, &token, expected);
    }
}

#[test]
fn it_takes_effect_at_the_next_sign_in_and_names_the_bank() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-sm2", Through::Skf);
    desk.sign_in();
    assert!(matches!(desk.certify_at("ccb", "haihe-ccb-sm2", &token), FlowView::Done { .. }));
    assert!(desk.view().session.unwrap().profile.sign_in_again);
    desk.call(Command::SignOut {}).unwrap();
    desk.sign_in();
    let profile = desk.view().session.unwrap().profile;
    assert_eq!(profile.level, SecurityLevel::High);
    let method = profile.methods.iter().find(|m| m.method == Method::BankUkey).unwrap();
    assert_eq!(method.bank.as_ref(), Some(&desk.stage.world().bank("ccb").unwrap().name));
    assert!(method.passed_at.is_some() && method.receipt.is_some());
}

#[test]
fn a_name_that_the_bank_writes_otherwise_is_shown_before_signing() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-abc-sm2", Through::Skf);
    desk.sign_in();
    let account = desk.view().session.unwrap().profile.company;
    let FlowView::Consent { differences, statement, .. } = desk.begin_at("abc", &token, 0) else {
        panic!("{:?}", desk.view().flow)
    };
    let [difference] = differences.as_slice() else { panic!("{differences:?}") };
    assert_eq!((difference.field.as_str(), difference.account.as_str()), ("name", account.name.as_str()));
    assert_ne!(difference.statement, difference.account);
    assert!(statement.text.contains(&difference.statement) && !statement.text.contains(&difference.account));
    let pin = desk.stage.pin("haihe-abc-sm2");
    assert!(matches!(desk.sign(pin, false), FlowView::Done { .. }), "{:?}", desk.view().flow);
}

#[test]
fn a_ukey_of_another_bank_is_refused_before_a_pin() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-sm2", Through::Skf);
    desk.sign_in();
    let FlowView::Failed { fault, .. } = desk.begin_at("abc", &token, 0) else { panic!("not refused") };
    assert!(matches!(&fault, Fault::CertificateOtherBank { bank, .. } if bank == "abc"), "{fault:?}");
    assert_eq!(desk.stage.soft(Through::Skf).unwrap().verifies("haihe-ccb-sm2").unwrap(), 0);
}

#[test]
fn a_bank_that_is_in_no_catalogue_is_named() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-sm2", Through::Skf);
    desk.sign_in();
    let FlowView::Failed { fault, .. } = desk.begin_at("nobank", &token, 0) else { panic!("not refused") };
    assert_eq!(fault, Fault::BankUnknown { bank: "nobank".into() });
}

#[test]
fn a_ukey_of_another_company_is_refused_before_a_pin() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("second-ccb-sm2", Through::Skf);
    desk.sign_in();
    let FlowView::Failed { fault, .. } = desk.begin_at("ccb", &token, 0) else { panic!("not refused") };
    assert!(matches!(fault, Fault::CertificateOtherCompany { .. }), "{fault:?}");
}

#[test]
fn an_expired_ukey_is_refused_before_a_pin() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-expired", Through::Skf);
    desk.sign_in();
    let FlowView::Failed { fault, .. } = desk.begin_at("ccb", &token, 0) else { panic!("not refused") };
    assert!(matches!(fault, Fault::CertificateExpired { .. }), "{fault:?}");
}

fn the_portal_refuses(ukey: &str, expected: Refusal) {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug(ukey, Through::Skf);
    desk.sign_in();
    let FlowView::Failed { fault, can_resubmit, .. } = desk.certify_at("ccb", ukey, &token) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!((fault, can_resubmit), (Fault::ProofRefused { reason: expected }, false));
    assert_eq!(desk.view().session.unwrap().profile.level, SecurityLevel::Low);
}

#[test]
fn a_revoked_ukey_is_refused_by_the_portal() {
    the_portal_refuses("haihe-ccb-revoked", Refusal::CertRevoked);
}

#[test]
fn an_impostor_of_the_banks_authority_is_refused_by_the_portal() {
    the_portal_refuses("haihe-ccb-untrusted", Refusal::CertUntrusted);
}

#[test]
fn a_card_is_no_ukey_and_a_ukey_no_card() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let ukey = desk.plug("haihe-ccb-sm2", Through::Skf);
    let card = desk.insert(0, "haihe-operator-sm2");
    desk.sign_in();
    let bank = Means::BankUkey { bank: BankId::parse("ccb").unwrap() };
    let issuer = ukey.identities[0].certificate.issuer().to_owned();
    let cases =
        [(Means::IcCard, &ukey, Fault::CertificateNotPort { issuer }), (bank, &card, Fault::TokenGone)];
    for (means, token, expected) in cases {
        let FlowView::Failed { fault, .. } = desk.begin_as(means, token, 0) else { panic!("not refused") };
        assert_eq!(fault, expected);
    }
}

#[test]
fn two_certificates_that_fit_are_both_offered_and_the_chosen_one_signs() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-two", Through::Skf);
    assert_eq!(token.identities.len(), 2);
    desk.sign_in();
    let FlowView::Consent { .. } = desk.begin_at("ccb", &token, 1) else { panic!("{:?}", desk.view().flow) };
    let FlowView::Done { certificate, .. } = desk.sign(desk.stage.pin("haihe-ccb-two"), false) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!(certificate.fingerprint, token.identities[1].certificate.fingerprint());
}

#[test]
fn an_encryption_certificate_is_not_offered() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    desk.approve(Through::Pkcs11);
    let world = desk.stage.world().ukey("haihe-ccb-mixed").unwrap().keys.clone();
    for through in [Through::Skf, Through::Pkcs11] {
        desk.stage.plug("haihe-ccb-mixed", through).unwrap();
        let library = desk.stage.library(through).unwrap();
        let token = desk.wait("the UKey", |view| {
            view.tokens.readers.iter().find_map(|reader| match &reader.state {
                tongguan_core::ports::ReaderState::Token { token }
                    if token.library.as_ref().unwrap().as_str() == library.to_str().unwrap() =>
                {
                    Some(token.clone())
                }
                _ => None,
            })
        });
        let [only] = token.identities.as_slice() else { panic!("{through:?}: {:?}", token.identities) };
        assert_eq!(only.certificate.der(), world[1].certificate);
    }
}

#[test]
fn two_ukeys_at_once_are_two_tokens() {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let first = desk.plug("haihe-ccb-sm2", Through::Skf);
    let second = desk.plug("haihe-abc-rsa", Through::Skf);
    assert_ne!(first.id, second.id);
    desk.sign_in();
    for (bank, ukey, token) in [("abc", "haihe-abc-rsa", &second), ("ccb", "haihe-ccb-sm2", &first)] {
        let flow = desk.certify_at(bank, ukey, token);
        assert!(matches!(flow, FlowView::Done { .. }), "{flow:?}");
    }
}

/// The user's own row says by `letter` which numbers the module uses; `map` is how it signs.
fn sm2_over_pkcs11(letter: &str, map: serde_json::Value) -> (Desk, TokenInfo) {
    let desk = Desk::open();
    let module = desk.stage.library(Through::Pkcs11).unwrap();
    let row = format!(
        "[[library]]\nid = \"sandbox\"\nmaker = \"sandbox\"\nname = \"sandbox\"\nkind = \"pkcs11\"\nbanks = []\nsm2 = \"{letter}\"\nlinux = [\"{}\"]\n",
        module.display()
    );
    std::fs::write(desk.home().join("libraries.toml"), row).unwrap();
    let behaviour = Behaviour { sm2: Some(serde_json::from_value(map).unwrap()), ..Behaviour::default() };
    desk.stage.soft(Through::Pkcs11).unwrap().behave(&behaviour).unwrap();
    desk.approve(Through::Pkcs11);
    let token = desk.plug("haihe-ccb-sm2", Through::Pkcs11);
    (desk, token)
}

#[test]
fn every_form_of_sm2_over_pkcs11_gives_the_same_proof() {
    for (letter, input, output, mechanism) in [
        ("A", "digest", "raw", 0x8000_8105u64),
        ("A-der", "digest", "der", 0x8000_8104),
        ("A-message", "message", "raw", 0x8000_8102),
        ("A-message-der", "message", "der", 0x8000_8103),
        ("B", "digest", "raw", 0x8000_0004),
    ] {
        let map = serde_json::json!({ "mechanism": mechanism, "input": input, "output": output });
        let (desk, token) = sm2_over_pkcs11(letter, map);
        certifies(&desk, "ccb", "haihe-ccb-sm2", &token, Algorithm::Sm2Sm3);
    }
}

#[test]
fn a_module_that_hashes_what_is_already_the_hash_makes_no_proof() {
    let map = serde_json::json!({ "mechanism": 0x8000_8105u64, "input": "message", "output": "raw" });
    let (desk, token) = sm2_over_pkcs11("A", map);
    desk.sign_in();
    let flow = desk.certify_at("ccb", "haihe-ccb-sm2", &token);
    assert!(matches!(flow, FlowView::Failed { fault: Fault::SignatureInvalid, .. }), "{flow:?}");
    assert!(desk.journal().is_empty(), "neither signed nor sent");
}
