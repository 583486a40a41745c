use crate::between::{Between, Passed};
use std::sync::atomic::{AtomicBool, Ordering};
use tongguan_core::api::{Command, FlowView};
use tongguan_core::domain::TokenInfo;
use tongguan_core::fault::{AnswerFlaw, Fault, Refusal};
use tongguan_core::ports::Outcome;
use tongguan_tests::{At, Desk, Verifies};

const CARD: &str = "haihe-operator-sm2";

type Lie = fn(&mut Passed);

/// A desk that reaches its portal through somebody, with a card in.
fn through(between: impl FnOnce(&str) -> Between) -> (Desk, Between, TokenInfo, Verifies) {
    let desk = Desk::open();
    let between = between(&desk.stage.portal_origin());
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    let (token, verifies) = desk.insert_counted(0, CARD, At::Never);
    (desk, between, token, verifies)
}

/// Somebody who poses as the portal and lies in one more thing.
fn lying(lie: impl FnMut(&mut Passed) + Send + 'static) -> (Desk, Between, TokenInfo, Verifies) {
    through(|portal| Between::posing(portal, lie))
}

fn failed(flow: FlowView) -> (Fault, bool) {
    match flow {
        FlowView::Failed { fault, can_resubmit, .. } => (fault, can_resubmit),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_relayed_challenge_of_another_site_is_refused_before_the_pin() {
    let (desk, _between, token, verifies) = through(|portal| Between::new(portal, |_| {}));
    let (fault, _) = failed(desk.begin(&token, 0));
    assert_eq!(fault, Fault::ChallengeMismatch { field: "audience".into() });
    assert_eq!(verifies.count(), 0);
}

#[test]
fn a_relay_that_puts_itself_in_as_audience_gains_nothing() {
    let (desk, _between, token, _) = lying(|_| {});
    // The user signs what he is shown: the relay's own address. The portal sees that it is not its own.
    let (fault, _) = failed(desk.certify(CARD, &token, 0));
    assert_eq!(fault, Fault::ProofRefused { reason: Refusal::SignatureInvalid });
}

#[test]
fn an_altered_challenge_is_refused_before_the_pin() {
    let cases: [(&str, &str, Fault); 4] = [
        ("certify_ic_card", "login", Fault::ChallengeMismatch { field: "purpose".into() }),
        ("haihe-demo", "somebody", Fault::ChallengeMismatch { field: "account".into() }),
        ("+08:00", "+09:00", Fault::PortalAnswer { reason: AnswerFlaw::Malformed }),
        ("\"nonce\":\"", "\"nonce\":\"!", Fault::PortalAnswer { reason: AnswerFlaw::Malformed }),
    ];
    for (from, to, expected) in cases {
        let (desk, _between, token, verifies) = lying(move |passed| {
            if passed.path == "/v1/challenges" {
                passed.replace(from, to);
            }
        });
        assert_eq!(failed(desk.begin(&token, 0)).0, expected, "{from} -> {to}");
        assert_eq!(verifies.count(), 0);
    }
}

#[test]
fn html_oversize_and_wrong_types_are_bounded_answers() {
    let lies: [(Lie, AnswerFlaw); 4] = [
        (
            |p| (p.content_type, p.body) = ("text/html".into(), b"<h1>Hello</h1>".to_vec()),
            AnswerFlaw::NotJson,
        ),
        (|p| p.body = format!("{{\"x\":\"{}\"}}", "a".repeat(1 << 20)).into_bytes(), AnswerFlaw::TooLarge),
        (|p| p.body = b"{\"nonce\":7}".to_vec(), AnswerFlaw::Malformed),
        (|p| p.status = 302, AnswerFlaw::Redirect),
    ];
    for (lie, reason) in lies {
        let (desk, _between, token, verifies) = lying(move |passed| {
            if passed.path == "/v1/challenges" {
                lie(passed);
            }
        });
        let (fault, _) = failed(desk.begin(&token, 0));
        assert_eq!(fault, Fault::PortalAnswer { reason });
        assert_eq!(verifies.count(), 0);
    }
}

#[test]
fn a_challenge_that_expired_while_the_user_read_is_refused() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, CARD);
    desk.begin(&token, 0);
    desk.stage.advance_clock(121);
    let (fault, _) = failed(desk.sign(desk.stage.pin(CARD), false));
    assert_eq!(fault, Fault::ProofRefused { reason: Refusal::ChallengeExpired });
    // A new challenge certifies.
    desk.stage.advance_clock(-121);
    assert!(matches!(desk.certify(CARD, &token, 0), FlowView::Done { .. }));
}

#[test]
fn a_wrong_clock_on_either_side_does_not_stand_in_the_way() {
    for ahead in [-3600, 3600] {
        let desk = Desk::open();
        desk.stage.advance_clock(ahead);
        desk.sign_in();
        let token = desk.insert(0, CARD);
        assert!(matches!(desk.certify(CARD, &token, 0), FlowView::Done { .. }), "{:?}", desk.view().flow);
    }
}

#[test]
fn a_backend_that_is_down_is_said_and_the_input_stays() {
    let desk = Desk::open();
    desk.stage.portal_down();
    let fault = desk.sign_in_as(desk.stage.account(), desk.stage.password()).unwrap_err();
    assert_eq!(fault, Fault::PortalUnreachable);
    desk.stage.portal_up().unwrap();
    desk.sign_in();
}

#[test]
fn a_backend_that_goes_before_the_proof_gets_it_later_without_a_second_pin() {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, CARD, At::Never);
    desk.begin(&token, 0);
    desk.stage.portal_down();
    let (fault, can_resubmit) = failed(desk.sign(desk.stage.pin(CARD), false));
    assert_eq!((fault, can_resubmit), (Fault::PortalUnreachable, true));
    desk.stage.portal_up().unwrap();
    desk.call(Command::Resubmit {}).unwrap();
    assert!(matches!(desk.view().flow, FlowView::Done { .. }), "{:?}", desk.view().flow);
    assert_eq!(verifies.count(), 1);
}

#[test]
fn a_proof_that_comes_twice_counts_once() {
    let desk = Desk::open();
    let portal = desk.stage.portal_origin();
    desk.sign_in();
    let token = desk.insert(0, CARD);
    desk.begin(&token, 0);
    let FlowView::Done { receipt, .. } = desk.sign(desk.stage.pin(CARD), false) else { panic!("not done") };
    let proof = desk.app.proof().unwrap();
    // The same proof once more, by hand: same key, same receipt; the same challenge in another session: reused.
    let answer = submit_by_hand(&desk, &portal, &proof, true);
    assert!(answer.contains(&receipt.number), "{answer}");
    let answer = submit_by_hand(&desk, &portal, &proof, false);
    assert!(answer.contains(Refusal::ChallengeReused.code()) || answer.contains("idempotency"), "{answer}");
}

fn submit_by_hand(desk: &Desk, portal: &str, proof: &[u8], same_key: bool) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let client = tongguan_tests::http();
    let signed = tongguan_core::domain::SignedStatement::open(proof).unwrap();
    let captcha = desk.captcha(portal).unwrap();
    let sign_in = serde_json::json!({
        "account": desk.stage.account(), "password": desk.stage.password(), "captcha": captcha
    });
    let answer = client.post(format!("{portal}/v1/sessions")).json(&sign_in).send().unwrap();
    let token = answer.json::<serde_json::Value>().unwrap()["token"].as_str().unwrap().to_owned();
    let id = signed.statement.request_id.to_string();
    let key = if same_key { id.clone() } else { tongguan_core::domain::RequestId::random().to_string() };
    let body = serde_json::json!({"request_id": id, "proof": STANDARD.encode(proof)});
    let request =
        client.post(format!("{portal}/v1/proofs")).bearer_auth(token).header("Idempotency-Key", key);
    request.json(&body).send().unwrap().text().unwrap()
}

#[test]
fn an_answer_lost_on_the_way_is_asked_for_again() {
    let first = AtomicBool::new(true);
    let (desk, between, token, verifies) = lying(move |passed| {
        if passed.path == "/v1/proofs" && first.swap(false, Ordering::SeqCst) {
            passed.status = 502;
            passed.body = b"{}".to_vec();
        }
    });
    // The relay's address is signed, so that the portal behind it refuses: what counts is who asks how often.
    let (_, can_resubmit) = failed(desk.certify(CARD, &token, 0));
    assert!(can_resubmit);
    desk.call(Command::Resubmit {}).unwrap();
    assert_eq!(verifies.count(), 1);
    assert!(between.count("POST /v1/proofs") >= 2);
    assert!(matches!(desk.journal().last().unwrap().entry.outcome, Outcome::Signed));
}

#[test]
fn a_wrong_password_is_refused_without_telling_which_was_wrong() {
    let desk = Desk::open();
    let wrong = desk.sign_in_as(desk.stage.account(), "wrong-password").unwrap_err();
    let unknown = desk.sign_in_as("nobody-at-all", "wrong-password").unwrap_err();
    assert_eq!((wrong, unknown), (Fault::SignInRefused, Fault::SignInRefused));
}
