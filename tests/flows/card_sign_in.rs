//! Signing in with a card: the statement says whose account it is, the card's PIN stays with the card.

use crate::answers::{answer, view};
use crate::between::{Between, Passed};
use tongguan_core::api::{Command, FlowView};
use tongguan_core::domain::{Application, CardKind, Purpose, TokenInfo};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{Method, Outcome};
use tongguan_sandbox::stage::Through;
use tongguan_tests::{At, Desk, Verifies};

/// Bound to the stage's account from the first day.
const BOUND: &str = "haihe-legal-sm2";
const UNBOUND: &str = "haihe-operator-sm2";
/// Of the electronic port, bound to the second company's account.
const UKEY: &str = "second-port-sm2";

fn begin_at(desk: &Desk, portal: &str, token: &TokenInfo) -> FlowView {
    let key = token.identities[0].key.clone();
    view(desk.call(Command::BeginCardSignIn { portal: portal.into(), token: token.id.clone(), key })).flow
}

fn begin(desk: &Desk, token: &TokenInfo) -> FlowView {
    begin_at(desk, &desk.stage.portal_origin(), token)
}

fn failed(flow: FlowView) -> (Fault, bool) {
    match flow {
        FlowView::Failed { fault, can_resubmit, .. } => (fault, can_resubmit),
        other => panic!("{other:?}"),
    }
}

fn with_card(card: &str) -> (Desk, TokenInfo, Verifies) {
    let desk = Desk::open();
    let (token, verifies) = desk.insert_counted(0, card, At::Never);
    (desk, token, verifies)
}

#[test]
fn a_bound_card_signs_in_what_was_read() {
    let (desk, token, verifies) = with_card(BOUND);
    let FlowView::Consent { statement, differences, .. } = begin(&desk, &token) else {
        panic!("{:?}", desk.view().flow)
    };
    assert!(statement.text.contains(&format!("\nAccount: {}\n", desk.stage.account())), "{}", statement.text);
    assert!(statement.text.contains(desk.stage.world().companies[0].identity.uscc.as_str()));
    assert!(differences.is_empty());
    assert!(desk.view().certifying.is_none() && desk.view().session.is_none());
    assert!(matches!(desk.sign(desk.stage.pin(BOUND), false), FlowView::Idle));
    let session = desk.view().session.unwrap();
    assert_eq!(session.profile.account.as_str(), desk.stage.account());
    assert!(session.kept);
    assert_eq!(verifies.count(), 1);
    let journal = desk.journal();
    let [accepted, signed] = journal.as_slice() else { panic!("{journal:?}") };
    assert_eq!((signed.entry.purpose, &signed.entry.outcome), (Purpose::Login, &Outcome::Signed));
    assert_eq!(accepted.entry.outcome, Outcome::Accepted { receipt: statement.request_id });
}

#[test]
fn a_card_of_nobody_signs_in_nobody_until_it_has_certified() {
    let (desk, token, verifies) = with_card(UNBOUND);
    assert_eq!(failed(begin(&desk, &token)).0, Fault::CardNotBound);
    assert_eq!(verifies.count(), 0);
    desk.sign_in();
    assert!(matches!(desk.certify(UNBOUND, &token, 0), FlowView::Done { .. }));
    // Whoever is signed in leaves when a card begins.
    begin(&desk, &token);
    assert!(desk.view().session.is_none());
    desk.sign(desk.stage.pin(UNBOUND), false);
    assert!(desk.view().session.is_some());
    // Taken off the account, it is nobody's again.
    let cards = answer!(desk.call(Command::Cards {}), Cards);
    assert_eq!(cards.len(), 2, "{cards:?}");
    for card in cards {
        desk.call(Command::UnbindCard { id: card.id }).unwrap();
    }
    assert_eq!(failed(begin(&desk, &token)).0, Fault::CardNotBound);
}

#[test]
fn a_wrong_pin_leaves_the_statement_and_is_sent_once() {
    let (desk, token, verifies) = with_card(BOUND);
    begin(&desk, &token);
    let FlowView::Consent { fault, .. } = desk.sign("00000000", false) else { panic!("not there any more") };
    assert_eq!((fault, verifies.count()), (Some(Fault::PinWrong { tries_left: Some(4) }), 1));
    desk.sign(desk.stage.pin(BOUND), false);
    assert!(desk.view().session.is_some());
}

#[test]
fn a_card_that_will_not_do_is_refused_before_the_pin() {
    let cases = [
        ("haihe-revoked", Some(Fault::ProofRefused { reason: Refusal::CertRevoked })),
        ("haihe-untrusted", Some(Fault::ProofRefused { reason: Refusal::CertUntrusted })),
        ("haihe-no-signature", Some(Fault::CertificateUsage)),
        ("second-operator-sm2", Some(Fault::CardNotBound)),
        ("haihe-expired", None),
        ("haihe-not-yet", None),
    ];
    let desk = Desk::open();
    for (card, expected) in cases {
        let (token, verifies) = desk.insert_counted(0, card, At::Never);
        let (fault, can_resubmit) = failed(begin(&desk, &token));
        match expected {
            Some(expected) => assert_eq!(fault, expected, "{card}"),
            None => assert!(
                matches!(fault, Fault::CertificateExpired { .. } | Fault::CertificateNotYetValid { .. }),
                "{card}: {fault:?}"
            ),
        }
        assert_eq!((verifies.count(), can_resubmit), (0, false), "{card}");
        desk.stage.remove(0).unwrap();
    }
}

/// As often as a PIN was shown to it.
fn shown(desk: &Desk, ukey: &str) -> u64 {
    desk.stage.soft(Through::Skf).unwrap().verifies(ukey).unwrap()
}

fn with_ukey(ukey: &str) -> (Desk, TokenInfo) {
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug(ukey, Through::Skf);
    (desk, token)
}

#[test]
fn the_electronic_port_s_ukey_signs_in_whom_it_is_bound_to() {
    let (desk, token) = with_ukey(UKEY);
    assert_eq!((token.application, token.kind), (Application::Skf, CardKind::Unknown));
    let FlowView::Consent { statement, .. } = begin(&desk, &token) else { panic!("{:?}", desk.view().flow) };
    assert!(statement.text.contains("\nAccount: bohai-demo\n"), "{}", statement.text);
    let FlowView::Consent { fault, .. } = desk.sign("000000", false) else { panic!("not there any more") };
    assert_eq!((fault, shown(&desk, UKEY)), (Some(Fault::PinWrong { tries_left: Some(5) }), 1));
    assert!(matches!(desk.sign(desk.stage.pin(UKEY), false), FlowView::Idle));
    assert_eq!(desk.view().session.unwrap().profile.account.as_str(), "bohai-demo");
    assert_eq!(shown(&desk, UKEY), 2);
}

#[test]
fn the_electronic_port_s_ukey_certifies_as_an_ic_card_and_is_bound_again() {
    let (desk, token) = with_ukey(UKEY);
    crate::answers::sign_in(&desk, "bohai-demo");
    let cards = answer!(desk.call(Command::Cards {}), Cards);
    let [card] = cards.as_slice() else { panic!("{cards:?}") };
    desk.call(Command::UnbindCard { id: card.id.clone() }).unwrap();
    assert_eq!(failed(begin(&desk, &token)).0, Fault::CardNotBound);
    assert_eq!(shown(&desk, UKEY), 0);
    crate::answers::sign_in(&desk, "bohai-demo");
    let done = desk.certify(UKEY, &token, 0);
    let FlowView::Done { receipt, .. } = done else { panic!("{done:?}") };
    assert_eq!((receipt.method, receipt.bank), (Method::IcCard, None));
    begin(&desk, &token);
    desk.sign(desk.stage.pin(UKEY), false);
    assert_eq!(desk.view().session.unwrap().profile.account.as_str(), "bohai-demo");
}

#[test]
fn a_bank_s_ukey_signs_nobody_in() {
    let (desk, token) = with_ukey("haihe-ccb-sm2");
    let issuer = token.identities[0].certificate.issuer().to_owned();
    assert_eq!(failed(begin(&desk, &token)), (Fault::CertificateNotPort { issuer }, false));
    assert_eq!(shown(&desk, "haihe-ccb-sm2"), 0);
}

#[test]
fn a_proof_that_did_not_arrive_signs_in_later_without_a_second_pin() {
    let (desk, token, verifies) = with_card(BOUND);
    begin(&desk, &token);
    desk.stage.portal_down();
    assert_eq!(failed(desk.sign(desk.stage.pin(BOUND), false)), (Fault::PortalUnreachable, true));
    desk.stage.portal_up().unwrap();
    assert!(view(desk.call(Command::Resubmit {})).session.is_some());
    assert_eq!(verifies.count(), 1);
}

#[test]
fn a_challenge_that_expired_while_the_user_read_signs_in_nobody() {
    let (desk, token, _) = with_card(BOUND);
    begin(&desk, &token);
    desk.stage.advance_clock(121);
    let (fault, _) = failed(desk.sign(desk.stage.pin(BOUND), false));
    assert_eq!(fault, Fault::ProofRefused { reason: Refusal::ChallengeExpired });
    assert!(desk.view().session.is_none());
}

#[test]
fn cancelling_leaves_nothing() {
    let (desk, token, verifies) = with_card(BOUND);
    begin(&desk, &token);
    assert!(matches!(view(desk.call(Command::Cancel {})).flow, FlowView::Idle));
    assert_eq!(verifies.count(), 0);
    assert_eq!(desk.call(Command::Resubmit {}).unwrap_err(), Fault::FlowNotThere);
    assert!(desk.journal().is_empty());
}

#[test]
fn an_altered_challenge_is_refused_before_the_pin() {
    let desk = Desk::open();
    let (token, verifies) = desk.insert_counted(0, BOUND, At::Never);
    let world = desk.stage.world();
    let other = world.companies[1].identity.clone();
    let own = world.companies[0].identity.clone();
    let codes = move |passed: &mut Passed| {
        passed.replace(own.uscc.as_str(), other.uscc.as_str());
        passed.replace(own.organization_code.as_str(), other.organization_code.as_str());
    };
    let purpose = |passed: &mut Passed| passed.replace("\"login\"", "\"certify_ic_card\"");
    type Lie = Box<dyn Fn(&mut Passed) + Send>;
    let lies: [(Lie, &str); 2] = [(Box::new(codes), "company"), (Box::new(purpose), "purpose")];
    for (lie, field) in lies {
        let between = Between::posing(&desk.stage.portal_origin(), move |passed| {
            if passed.path == "/v1/card-challenges" {
                lie(passed);
            }
        });
        let (fault, _) = failed(begin_at(&desk, &between.origin(), &token));
        assert_eq!(fault, Fault::ChallengeMismatch { field: field.into() });
    }
    // Somebody who passes on the real portal's challenge is not that portal.
    let between = Between::new(&desk.stage.portal_origin(), |_| {});
    let (fault, _) = failed(begin_at(&desk, &between.origin(), &token));
    assert_eq!(fault, Fault::ChallengeMismatch { field: "audience".into() });
    assert_eq!(verifies.count(), 0);
}
