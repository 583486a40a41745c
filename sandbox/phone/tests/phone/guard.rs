//! Tickets that are opened twice, late or by another; forms of other sites; a portal that is away.

use crate::desk::{Scene, world};
use serde_json::json;

#[test]
fn a_ticket_opens_for_one_phone_and_for_that_one_again() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let ticket = desk.ticket(&json!({}));
    let (mut phone, mut other) = (scene.browser(), scene.browser());
    phone.go(&ticket);
    let own = phone.at.clone();
    other.go(&ticket);
    assert_eq!(other.status, 409);
    other.shows("This QR code was used before");
    other.shows("Get a new QR code");
    other.go(&own);
    assert_eq!(other.status, 403, "its address alone opens nothing");
    other.shows("It belongs to another phone");
    phone.go(&ticket);
    assert_eq!((phone.at.as_str(), phone.status), (own.as_str(), 200), "the same phone goes on");
}

#[test]
fn a_ticket_that_is_over_or_invented_is_a_page_with_the_way_on() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let old = desk.ticket(&json!({}));
    let new = desk.ticket(&json!({}));
    let mut phone = scene.browser();
    for ticket in [old.as_str(), "/t/invented", "/t/%22%3E%3Cscript%3E"] {
        phone.go(ticket);
        assert_eq!(phone.status, 410, "{ticket}");
        phone.shows("The QR code has expired");
    }
    scene.advance(181);
    phone.go(&new);
    assert_eq!(phone.status, 410);
    phone.go("/nothing");
    assert_eq!(phone.status, 404);
    phone.go("/w/ningbo/quick_face");
    phone.post("/w/ningbo/quick_face", &[]);
    assert_eq!(phone.status, 404, "no path but a walk-in opens without a ticket");
}

#[test]
fn looking_ahead_spends_no_ticket() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let ticket = desk.ticket(&json!({}));
    let mut phone = scene.browser();
    let ahead = phone.raw(&ticket).header("sec-purpose", "prefetch;prerender").send().unwrap();
    assert_eq!(ahead.status(), 204);
    let head = scene.http.head(format!("{}{ticket}", scene.pages.origin())).send().unwrap();
    assert_eq!(head.status(), 204);
    phone.go(&ticket);
    assert_eq!(phone.status, 200);
}

#[test]
fn a_link_on_another_site_leads_on_from_a_page_of_its_own() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let answer = scene.browser().raw(&desk.ticket(&json!({}))).header("sec-fetch-site", "cross-site");
    let answer = answer.send().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("SameSite=Strict"));
    let page = answer.text().unwrap();
    assert!(page.contains("http-equiv=\"refresh\" content=\"0; url=/p/"), "{page}");
}

#[test]
fn a_phone_that_cancels_is_seen_at_the_desk() {
    let scene = Scene::new();
    let desk = scene.face_check("alipay");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    let own = phone.at.clone();
    phone.cancel();
    phone.shows("You have cancelled");
    assert_eq!(desk.shown()["refused"], "phone_cancelled");
    phone.go(&own);
    assert!(!phone.page.contains("/cancel\"") && !phone.page.contains("type=\"file\""), "{}", phone.page);
}

#[test]
fn a_procedure_that_ran_out_says_so() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    let own = phone.at.clone();
    scene.advance(1_801);
    phone.go(&own);
    assert!(phone.page.contains("Time is over") || phone.page.contains("This cannot go on here"));
    assert!(!phone.page.contains("type=\"file\""));
}

#[test]
fn a_form_of_another_site_or_under_a_foreign_name_does_nothing() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    let cancel = format!("{}/cancel", phone.at);
    for site in ["cross-site", "same-site"] {
        let answer = phone.posting(&cancel, &[]).header("sec-fetch-site", site).send().unwrap();
        assert_eq!(answer.status(), 403);
    }
    let named = phone.raw("/").header("host", "evil.example").send().unwrap();
    assert_eq!(named.status(), 403);
    assert_eq!(desk.shown()["refused"], serde_json::Value::Null);
}

#[test]
fn what_was_shown_before_is_not_sent_again() {
    let scene = Scene::new();
    let desk = scene.face_check("quick");
    let mut phone = scene.browser();
    phone.go(&desk.ticket(&json!({})));
    let own = phone.at.clone();
    phone.post(&own, &[("version", "0"), ("done", "1")]);
    assert_eq!((phone.at.as_str(), phone.status), (own.as_str(), 200));
    phone.post(&own, &[]);
    assert_eq!((phone.at.as_str(), phone.status), (own.as_str(), 200));
}

#[test]
fn a_portal_that_is_away_is_a_page() {
    let mut scene = Scene::new();
    let ticket = scene.face_check("quick").ticket(&json!({}));
    scene.portal_down();
    let mut phone = scene.browser();
    phone.go(&ticket);
    assert_eq!(phone.status, 502);
    phone.shows("The platform does not answer");
}

#[test]
fn a_title_brings_no_markup_along() {
    let scene = Scene::new();
    let desk = scene.matter("<img src=x> & \"more\"");
    let person = &world().companies[1].operator;
    let id = desk.add(person, "director");
    let mut phone = scene.browser();
    phone.go(&desk.duty(&id, "signature"));
    phone.shows("&lt;img src=x");
    assert!(!phone.page.contains("<img"));
}
