use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{Algorithm, Application, Means, SecurityLevel, SignedStatement};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Method, Outcome};
use tongguan_tests::{At, Desk};

fn a_card_certifies(card: &str, expected: Algorithm) {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, card, At::Never);
    let FlowView::Consent { statement, .. } = desk.begin(&token, 0) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(verifies.count(), 0);
    let FlowView::Done { receipt, statement: signed, algorithm, .. } = desk.sign(desk.stage.pin(card), false)
    else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!(verifies.count(), 1);
    assert_eq!(algorithm, expected);
    assert_eq!((receipt.level_before, receipt.level_after), (SecurityLevel::Low, SecurityLevel::High));
    // What was shown is what was signed, and what is kept as a file.
    assert_eq!(signed.text, statement.text);
    let Ok(Answer::Saved(saved)) = desk.call(Command::SaveProof {}) else { panic!("not saved") };
    let opened = SignedStatement::open(&std::fs::read(saved.path).unwrap()).unwrap();
    assert_eq!(opened.statement.render(), statement.text);
    let outcomes: Vec<Outcome> = desk.journal().into_iter().map(|row| row.entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Accepted { receipt: receipt.number }, Outcome::Signed]);
}

#[test]
fn an_sm2_card_certifies() {
    a_card_certifies("haihe-operator-sm2", Algorithm::Sm2Sm3);
}

#[test]
fn a_legal_persons_card_certifies() {
    a_card_certifies("haihe-legal-sm2", Algorithm::Sm2Sm3);
}

#[test]
fn an_rsa_card_certifies() {
    a_card_certifies("haihe-operator-rsa", Algorithm::RsaSha256);
}

#[test]
fn a_p256_card_certifies() {
    a_card_certifies("haihe-operator-p256", Algorithm::EcdsaP256Sha256);
}

#[test]
fn every_key_of_every_open_application_certifies() {
    for application in [Application::Tongguan, Application::Pkcs15, Application::Piv] {
        let desk = Desk::with_order(&[application]);
        desk.sign_in();
        let token = desk.insert(0, "haihe-all");
        assert_eq!(token.application, application);
        assert!(token.identities.len() >= 2, "{application:?}: {}", token.identities.len());
        for key in 0..token.identities.len() {
            let flow = desk.certify("haihe-all", &token, key);
            assert!(matches!(flow, FlowView::Done { .. }), "{application:?} key {key}: {flow:?}");
        }
    }
}

#[test]
fn it_takes_effect_at_the_next_sign_in() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, "haihe-operator-sm2");
    let before = desk.view().session.unwrap().profile;
    assert!(before.level == SecurityLevel::Low && !before.sign_in_again);
    assert!(matches!(desk.certify("haihe-operator-sm2", &token, 0), FlowView::Done { .. }));
    let same_session = desk.view().session.unwrap().profile;
    assert!(same_session.level == SecurityLevel::Low && same_session.sign_in_again);
    desk.call(Command::SignOut {}).unwrap();
    desk.sign_in();
    let after = desk.view().session.unwrap().profile;
    assert!(after.level == SecurityLevel::High && !after.sign_in_again);
    let ic_card = after.methods.iter().find(|m| m.method == Method::IcCard).unwrap();
    assert!(ic_card.passed_at.is_some() && ic_card.receipt.is_some());
}

#[test]
fn two_cards_and_nothing_is_chosen_for_the_user() {
    let desk = Desk::open();
    desk.sign_in();
    let operator = desk.insert(0, "haihe-operator-sm2");
    let legal = desk.insert(1, "haihe-legal-sm2");
    assert!(matches!(desk.view().flow, FlowView::Idle));
    let FlowView::Consent { token, .. } = desk.begin(&legal, 0) else { panic!("{:?}", desk.view().flow) };
    assert_eq!(token.id, legal.id);
    let FlowView::Done { certificate, .. } = desk.sign(desk.stage.pin("haihe-legal-sm2"), false) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!(certificate.fingerprint, legal.identities[0].certificate.fingerprint());
    assert_ne!(certificate.fingerprint, operator.identities[0].certificate.fingerprint());
}

#[test]
fn a_token_that_comes_during_consent_changes_nothing() {
    let desk = Desk::open();
    desk.sign_in();
    let first = desk.insert(0, "haihe-operator-sm2");
    desk.begin(&first, 0);
    desk.insert(1, "haihe-legal-sm2");
    let FlowView::Consent { token, .. } = desk.view().flow else { panic!("{:?}", desk.view().flow) };
    assert_eq!(token.id, first.id);
}

#[test]
fn nothing_is_signed_without_a_session_or_a_statement() {
    let desk = Desk::open();
    let token = desk.insert(0, "haihe-operator-sm2");
    let (id, key) = (token.id.clone(), token.identities[0].key.clone());
    let begin = Command::Begin { means: Means::IcCard, token: id, key };
    assert_eq!(desk.call(begin).unwrap_err(), Fault::SessionEnded);
    desk.sign_in();
    let pin = tongguan_core::domain::Pin::parse(desk.stage.pin("haihe-operator-sm2").into()).unwrap();
    assert_eq!(desk.app.sign_with(Some(pin), false).unwrap_err(), Fault::FlowNotThere);
}

#[test]
fn a_cancelled_statement_is_not_signed() {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, "haihe-operator-sm2", At::Never);
    desk.begin(&token, 0);
    desk.call(Command::Cancel {}).unwrap();
    assert!(matches!(desk.view().flow, FlowView::Idle));
    assert_eq!(verifies.count(), 0);
    assert!(desk.journal().is_empty());
}

/// Cancelled while the card works: the signature exists, is written down, and stays here.
#[test]
fn what_is_cancelled_while_the_card_signs_is_not_submitted() {
    let desk = Desk::open();
    desk.sign_in();
    let (asked, signing) = std::sync::mpsc::channel();
    let (go_on, told) = std::sync::mpsc::channel::<()>();
    let hook = move |command: &[u8]| {
        // ISO 7816-8: PERFORM SECURITY OPERATION.
        if command.get(1) == Some(&0x2a) {
            asked.send(()).unwrap();
            told.recv().unwrap();
        }
        tongguan_sandbox_card::Act::Answer
    };
    desk.stage.insert_with(0, "haihe-operator-sm2", Box::new(hook)).unwrap();
    let token = desk.token(0);
    desk.begin(&token, 0);
    let pin = desk.stage.pin("haihe-operator-sm2").to_owned();
    let flow = std::thread::scope(|scope| {
        let signed = scope.spawn(|| desk.sign(&pin, false));
        signing.recv().unwrap();
        desk.call(Command::Cancel {}).unwrap();
        go_on.send(()).unwrap();
        signed.join().unwrap()
    });
    let FlowView::Failed { fault: Fault::Cancelled, can_resubmit, .. } = flow else { panic!("{flow:?}") };
    assert!(can_resubmit);
    let outcomes: Vec<Outcome> = desk.journal().into_iter().map(|row| row.entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed { code: "cancelled".into() }, Outcome::Signed]);
    assert!(!desk.view().session.unwrap().profile.sign_in_again);
}
