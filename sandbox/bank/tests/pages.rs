//! A visit to a bank's page, from its address to the result at the portal.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod common;

use common::{Scene, pin, world};
use serde_json::json;

const PASSED: &str = "Go back to Tongguan. The bank has delivered the result";

#[test]
fn the_page_shows_the_company_and_the_text_that_is_signed() {
    let scene = Scene::new("haihe-demo");
    let (id, state) = scene.visit("ccb");
    let page = scene.open("ccb", &format!("?state={state}"));
    let company = &world().companies[0].identity;
    assert_eq!(page.status, 200);
    assert_eq!(page.element("company").unwrap(), company.name.as_str());
    assert_eq!(page.element("uscc").unwrap(), company.uscc.as_str());
    assert_eq!(page.element("organization").unwrap(), company.organization_code.as_str());
    let text = page.element("statement").unwrap();
    let statement = tongguan_core::domain::Statement::parse(&text).unwrap();
    assert_eq!((statement.request_id.as_str(), &statement.company), (id.as_str(), company));
    assert!(page.html.contains(world().bank("ccb").unwrap().name.as_str()));
    assert_eq!(scene.state_of(&id), json!({ "status": "pending" }));
}

#[test]
fn the_company_s_ukeys_of_this_bank_that_may_sign_are_offered() {
    let scene = Scene::new("haihe-demo");
    let (_, state) = scene.visit("ccb");
    let page = scene.open("ccb", &format!("?state={state}"));
    let offered = |value: &str| page.html.contains(&format!("value=\"{value}\""));
    for value in
        ["haihe-ccb-sm2:1", "haihe-ccb-rsa:1", "haihe-ccb-p256:1", "haihe-ccb-two:2", "haihe-ccb-mixed:2"]
    {
        assert!(offered(value), "{value}");
    }
    for value in ["haihe-ccb-mixed:1", "haihe-abc-sm2:1", "second-ccb-sm2:1"] {
        assert!(!offered(value), "{value}");
        let page = scene.post("ccb", "", &state, value, pin(value.split_once(':').unwrap().0));
        assert!(page.status == 422 && page.says("Choose one of the UKeys."), "{value}");
    }
}

#[test]
fn the_right_pin_signs_and_the_bank_delivers_the_result() {
    let scene = Scene::new("haihe-demo");
    for ukey in ["haihe-ccb-sm2", "haihe-ccb-rsa", "haihe-ccb-p256"] {
        let (id, state) = scene.visit("ccb");
        let page = scene.sign("ccb", &state, ukey);
        assert_eq!(page.status, 200, "{ukey}: {}", page.html);
        assert!(page.says(PASSED));
        let answer = scene.state_of(&id);
        assert_eq!(answer["status"], "passed");
        assert_eq!(answer["receipt"]["bank"]["name"], world().bank("ccb").unwrap().name.as_str());
        assert_eq!(answer["receipt"]["method"], "bank_ukey");
    }
}

#[test]
fn a_former_name_in_the_bank_s_books_is_shown_and_signed() {
    let scene = Scene::new("haihe-demo");
    let (id, state) = scene.visit("abc");
    let former = &world().bank("abc").unwrap().customers[0].name;
    let page = scene.open("abc", &format!("?state={state}"));
    assert_eq!(page.element("company").unwrap(), former.as_str());
    assert!(scene.sign("abc", &state, "haihe-abc-sm2").html.contains(former.as_str()));
    assert_eq!(scene.state_of(&id)["status"], "passed");
}

#[test]
fn nothing_in_the_address_but_the_state_is_read() {
    let scene = Scene::new("haihe-demo");
    let (id, state) = scene.visit("ccb");
    let plain = scene.open("ccb", &format!("?state={state}"));
    let forged = scene.open(
        "ccb",
        &format!("?result=passed&state={state}&company=Evil&statement=Evil&bank=abc&status=passed#passed"),
    );
    assert_eq!((forged.status, &forged.html), (200, &plain.html));
    assert_eq!(scene.state_of(&id)["status"], "pending");
    let posted = scene.post("ccb", "?result=passed", &state, "haihe-ccb-sm2:1", "000000");
    assert_eq!(posted.status, 422);
    assert_eq!(scene.state_of(&id)["status"], "pending");
    for query in ["?result=passed", &format!("?state={state}&state={state}"), "?state=%3Cb%3E", ""] {
        let page = scene.open("ccb", query);
        assert!(page.status == 404 && page.says("This link is not valid."), "{query}");
    }
}

#[test]
fn wrong_pins_are_counted_and_the_last_one_locks() {
    let scene = Scene::new("haihe-demo");
    let (id, state) = scene.visit("ccb");
    let enter = |pin: &str| scene.post("ccb", "", &state, "haihe-ccb-sm2:1", pin);
    for left in (1..world().ukey("haihe-ccb-sm2").unwrap().tries).rev() {
        let page = enter("wrong");
        assert_eq!(page.status, 422);
        assert!(page.says(&format!("Tries left: {left}")) && page.html.contains("role=\"alert\""));
        assert!(page.html.contains("value=\"haihe-ccb-sm2:1\" selected"), "the choice is kept");
    }
    assert!(enter("wrong").says("The PIN is locked."));
    assert!(enter(pin("haihe-ccb-sm2")).says("The PIN is locked."), "even for the right one");
    assert_eq!(scene.state_of(&id)["status"], "pending");
    assert_eq!(scene.sign("ccb", &state, "haihe-ccb-rsa").status, 200, "another one has its own tries");
    scene.pages.reset();
    let (_, state) = scene.visit("ccb");
    assert_eq!(scene.sign("ccb", &state, "haihe-ccb-sm2").status, 200);
}

#[test]
fn a_right_pin_gives_all_tries_back() {
    let scene = Scene::new("haihe-demo");
    for _ in 0..2 {
        let (_, state) = scene.visit("cmbc");
        for left in [5, 4] {
            let page = scene.post("cmbc", "", &state, "haihe-cmbc-p256:1", "nothing");
            assert!(page.says(&format!("Tries left: {left}")));
        }
        assert_eq!(scene.sign("cmbc", &state, "haihe-cmbc-p256").status, 200);
    }
}

#[test]
fn a_used_visit_has_a_page_of_its_own_and_burns_no_try() {
    let scene = Scene::new("haihe-demo");
    let (_, state) = scene.visit("ccb");
    assert_eq!(scene.sign("ccb", &state, "haihe-ccb-rsa").status, 200);
    for page in [
        scene.open("ccb", &format!("?state={state}")),
        scene.post("ccb", "", &state, "haihe-ccb-sm2:1", "wrong"),
        scene.sign("ccb", &state, "haihe-ccb-sm2"),
    ] {
        assert!(page.status == 409 && page.says("This visit is over."), "{}", page.html);
    }
    let (_, state) = scene.visit("ccb");
    let first = scene.post("ccb", "", &state, "haihe-ccb-sm2:1", "wrong");
    assert!(first.says("Tries left: 5"), "the visit that was over took none");
}

#[test]
fn unknown_and_expired_visits_have_pages_of_their_own() {
    let scene = Scene::new("haihe-demo");
    let (id, state) = scene.visit("ccb");
    let other_bank = scene.open("abc", &format!("?state={state}"));
    assert!(other_bank.status == 404 && other_bank.says("This link is not valid."));
    assert_eq!(scene.sign("abc", &state, "haihe-abc-sm2").status, 404);
    assert_eq!(scene.open("icbc", &format!("?state={state}")).status, 404);
    assert_eq!(scene.state_of(&id)["status"], "pending");
    scene.advance(601);
    for page in [scene.open("ccb", &format!("?state={state}")), scene.sign("ccb", &state, "haihe-ccb-sm2")] {
        assert!(page.status == 410 && page.says("This link has expired."));
    }
}

#[test]
fn a_certificate_that_the_portal_refuses_is_explained() {
    let scene = Scene::new("haihe-demo");
    for (ukey, words, reason) in [
        ("haihe-ccb-expired", "certificate has expired", "cert_expired"),
        ("haihe-ccb-revoked", "certificate was revoked", "cert_revoked"),
        ("haihe-ccb-untrusted", "does not trust the UKey", "cert_untrusted"),
    ] {
        let (id, state) = scene.visit("ccb");
        let page = scene.sign("ccb", &state, ukey);
        assert!(page.status == 422 && page.says(words), "{ukey}: {}", page.html);
        assert_eq!(scene.state_of(&id), json!({ "status": "refused", "reason": reason }));
    }
}

#[test]
fn a_portal_that_is_gone_is_told() {
    let mut scene = Scene::new("haihe-demo");
    let (_, state) = scene.visit("ccb");
    scene.portal_down();
    for page in [scene.open("ccb", &format!("?state={state}")), scene.sign("ccb", &state, "haihe-ccb-sm2")] {
        assert!(page.status == 502 && page.says("The portal cannot be reached."));
    }
}

#[test]
fn no_page_is_kept_framed_or_told_of_to_others() {
    let scene = Scene::new("haihe-demo");
    let (_, state) = scene.visit("ccb");
    for page in [scene.open("ccb", &format!("?state={state}")), scene.open("ccb", "")] {
        let header = |name: &str| page.headers[name].to_str().unwrap();
        assert_eq!((header("cache-control"), header("referrer-policy")), ("no-store", "no-referrer"));
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
        assert!(
            !page.html.contains("<script") && page.html.starts_with("<!doctype html>\n<html lang=\"zh-CN\">")
        );
    }
}

#[test]
fn the_pin_is_on_no_page_and_a_form_that_is_too_large_is_refused() {
    let scene = Scene::new("haihe-demo");
    let (_, state) = scene.visit("ccb");
    let canary = "canary-774411";
    let page = scene.post("ccb", "", &state, "haihe-ccb-sm2:1", canary);
    assert!(page.status == 422 && !page.html.contains(canary));
    let page = scene.post("ccb", "", &state, "haihe-ccb-sm2:1", &"1".repeat(5000));
    assert_eq!(page.status, 404);
    assert!(scene.post("ccb", "", &state, "haihe-ccb-sm2:1", "1").says("Tries left: 4"), "it took no try");
}
