//! Somebody between alters the text that a bank's UKey is to sign.

use crate::between::Between;
use tongguan_core::api::FlowView;
use tongguan_core::domain::CompanyIdentity;
use tongguan_core::fault::{Fault, Refusal};
use tongguan_sandbox::stage::Through;
use tongguan_tests::Desk;

const UKEY: &str = "haihe-ccb-sm2";

/// The company of the UKey and of the account, and another one.
fn companies(desk: &Desk) -> [CompanyIdentity; 2] {
    let world = desk.stage.world();
    let [own, other, ..] = world.companies.as_slice() else { panic!("{:?}", world.companies) };
    [own.identity.clone(), other.identity.clone()]
}

/// Signs in through somebody who writes each `from` as `to` in the portal's challenges, up to the statement.
fn altered(desk: &Desk, changes: Vec<(String, String)>) -> (Between, FlowView) {
    let between = Between::posing(&desk.stage.portal_origin(), move |passed| {
        if passed.path == "/v1/challenges" {
            for (from, to) in &changes {
                passed.replace(from, to);
            }
        }
    });
    desk.sign_in_at(&between.origin(), desk.stage.account(), desk.stage.password()).unwrap();
    desk.approve(Through::Skf);
    let token = desk.plug(UKEY, Through::Skf);
    let flow = desk.begin_at("ccb", &token, 0);
    (between, flow)
}

fn verifies(desk: &Desk) -> u64 {
    desk.stage.soft(Through::Skf).unwrap().verifies(UKEY).unwrap()
}

#[test]
fn another_companys_codes_are_refused_before_a_pin() {
    let desk = Desk::open();
    let [own, other] = companies(&desk);
    let codes = vec![
        (own.uscc.to_string(), other.uscc.to_string()),
        (own.organization_code.to_string(), other.organization_code.to_string()),
    ];
    let (_between, flow) = altered(&desk, codes);
    let FlowView::Failed { fault, .. } = flow else { panic!("{flow:?}") };
    assert_eq!(fault, Fault::ChallengeMismatch { field: "company".into() });
    assert_eq!(verifies(&desk), 0);
}

#[test]
fn another_companys_name_is_shown_as_a_difference_and_refused_by_the_portal() {
    let desk = Desk::open();
    let [own, other] = companies(&desk);
    let (own, other) = (own.name.to_string(), other.name.to_string());
    let (_between, flow) = altered(&desk, vec![(own.clone(), other.clone())]);
    let FlowView::Consent { differences, statement, .. } = flow else { panic!("{flow:?}") };
    let [difference] = differences.as_slice() else { panic!("{differences:?}") };
    assert_eq!((&difference.statement, &difference.account), (&other, &own));
    assert!(statement.text.contains(&other));
    // Who signs nevertheless has signed no text of the portal's.
    let flow = desk.sign(desk.stage.pin(UKEY), false);
    let FlowView::Failed { fault, .. } = flow else { panic!("{flow:?}") };
    assert_eq!(fault, Fault::ProofRefused { reason: Refusal::SignatureInvalid });
    assert_eq!(verifies(&desk), 1);
}
