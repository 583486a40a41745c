use tongguan_core::api::FlowView;
use tongguan_core::fault::{Fault, Refusal, Remedy};
use tongguan_core::ports::Outcome;
use tongguan_tests::{At, Desk};

/// Refused here, before anybody is asked for a PIN.
fn refused_before_the_pin(card: &str) -> Fault {
    let desk = Desk::open();
    desk.sign_in();
    let (token, verifies) = desk.insert_counted(0, card, At::Never);
    let FlowView::Failed { fault, remedy, .. } = desk.begin(&token, 0) else {
        panic!("{:?}", desk.view().flow)
    };
    assert_eq!(remedy, Remedy::AnotherWay);
    assert_eq!(verifies.count(), 0);
    assert!(desk.journal().is_empty());
    fault
}

/// Refused by the portal, which knows more than the client.
fn refused_by_the_portal(card: &str) -> Refusal {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, card);
    let FlowView::Failed { fault: Fault::ProofRefused { reason }, can_resubmit, .. } =
        desk.certify(card, &token, 0)
    else {
        panic!("{:?}", desk.view().flow)
    };
    assert!(!can_resubmit);
    let outcomes: Vec<Outcome> = desk.journal().into_iter().map(|row| row.entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed { code: "proof_refused".into() }, Outcome::Signed]);
    reason
}

#[test]
fn another_companys_card_is_refused() {
    assert!(matches!(refused_before_the_pin("second-operator-sm2"), Fault::CertificateOtherCompany { .. }));
}

#[test]
fn an_expired_certificate_is_refused() {
    assert!(matches!(refused_before_the_pin("haihe-expired"), Fault::CertificateExpired { .. }));
}

#[test]
fn a_certificate_of_the_future_is_refused() {
    assert!(matches!(refused_before_the_pin("haihe-not-yet"), Fault::CertificateNotYetValid { .. }));
}

#[test]
fn a_certificate_that_is_not_for_signatures_is_refused() {
    assert_eq!(refused_before_the_pin("haihe-no-signature"), Fault::CertificateUsage);
}

#[test]
fn a_revoked_certificate_is_refused() {
    assert_eq!(refused_by_the_portal("haihe-revoked"), Refusal::CertRevoked);
}

#[test]
fn a_certificate_of_a_stranger_is_refused() {
    assert_eq!(refused_by_the_portal("haihe-untrusted"), Refusal::CertUntrusted);
}

#[test]
fn a_certificate_that_ends_soon_is_told_and_works() {
    let desk = Desk::open();
    desk.sign_in();
    let token = desk.insert(0, "haihe-soon");
    let days = token.identities[0].certificate.days_left(tongguan_core::domain::Timestamp::now());
    assert!((0..=30).contains(&days), "{days}");
    assert!(matches!(desk.certify("haihe-soon", &token, 0), FlowView::Done { .. }));
}
