//! The review desk: what waits there, how it is decided, and what stays of it.

use crate::pages::Visitor;
use crate::registers::{open, outside, world};
use std::sync::{Arc, Mutex};
use tongguan_core::domain::{CompanyName, RequestId};
use tongguan_sandbox_outside::{Event, LetterFacts, Media, Outside, OutsideError, Reason, Review};

const SCAN: &[u8] = b"\x89PNG scan of a stamp 4711";

fn facts() -> LetterFacts {
    let company = &world().companies[0];
    LetterFacts {
        platform: CompanyName::parse("Example Exchange").unwrap(),
        company: company.identity.name.clone(),
        number: company.identity.uscc.to_string(),
        legal_representative: company.legal_representative.name.clone(),
    }
}

fn submitted(outside: &Outside, media: Media) -> RequestId {
    let id = RequestId::random();
    outside.submit_letter(&id, &facts(), media, SCAN).unwrap();
    id
}

#[test]
fn a_letter_waits_until_it_is_decided_and_then_its_scan_is_gone() {
    let (dir, outside) = outside();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listened = Arc::clone(&heard);
    outside.listen(move |event| {
        listened.lock().unwrap().push(event);
        true
    });
    let [yes, no] = [Media::Png, Media::Pdf].map(|media| submitted(&outside, media));
    outside.submit_letter(&yes, &facts(), Media::Pdf, b"another").unwrap();
    assert_eq!(outside.letter_file(&yes).unwrap(), Some((Media::Png, SCAN.to_vec())));
    let waiting = outside.waiting_letters(9).unwrap();
    assert_eq!(waiting.iter().map(|letter| &letter.id).collect::<Vec<_>>(), [&yes, &no]);
    assert_eq!(waiting[0].facts, facts());
    let since = waiting[0].since;
    assert_eq!(outside.review(&yes).unwrap(), Some(Review::Waiting { since }));

    outside.decide(&yes, None).unwrap();
    let reason = Reason::parse(" The stamp is missing. ").unwrap();
    outside.decide(&no, Some(&reason)).unwrap();
    assert_eq!(*heard.lock().unwrap(), [Event::Review; 2]);
    assert_eq!(outside.review(&yes).unwrap(), Some(Review::Passed));
    let refused = Review::Refused { reason: "The stamp is missing.".into() };
    assert_eq!(outside.review(&no).unwrap(), Some(refused.clone()));
    assert!(matches!(outside.decide(&no, None), Err(OutsideError::NoLetter)));
    assert_eq!(outside.review(&no).unwrap(), Some(refused));
    assert!(outside.waiting_letters(9).unwrap().is_empty());
    assert_eq!(outside.letter_file(&yes).unwrap(), None);

    outside.withdraw_letter(&yes).unwrap();
    assert_eq!(outside.review(&yes).unwrap(), None);
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(SCAN.len()).any(|part| part == SCAN), "overwritten");
    }
}

#[test]
fn a_reason_is_one_line_that_says_something() {
    for text in ["", "  ", "two\nlines", &"x".repeat(121)] {
        assert!(Reason::parse(text).is_err(), "{text}");
    }
    assert_eq!(Reason::parse(" x ").unwrap().as_str(), "x");
}

#[test]
fn letters_wait_on_while_nobody_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let id = submitted(&open(&dir), Media::Jpeg);
    let again = open(&dir);
    assert_eq!(again.waiting_letters(9).unwrap()[0].id, id);
    again.reset(world()).unwrap();
    assert_eq!(again.review(&id).unwrap(), None);
}

#[test]
fn the_desk_shows_each_letter_with_its_scan_which_runs_nothing() {
    let visitor = Visitor::new();
    assert!(!visitor.get("/review").contains("<article"));
    let [picture, pdf] = [Media::Png, Media::Pdf].map(|media| submitted(&visitor.outside, media));
    let page = visitor.get("/review");
    assert_eq!(page.matches("<article").count(), 2);
    assert!(page.contains(facts().company.as_str()) && page.contains(&facts().number));
    assert!(page.contains(&format!("<img class=\"scan\" src=\"/review/{picture}\"")));
    assert!(page.contains(&format!("<a href=\"/review/{pdf}\" download=")));
    let get = |path: &str| visitor.http.get(format!("{}{path}", visitor.site.origin())).send().unwrap();
    let policy = get("/review").headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("; img-src 'self'"), "{policy}");
    for (id, media, place) in [(&picture, "image/png", "inline"), (&pdf, "application/pdf", "attachment")] {
        let answer = get(&format!("/review/{id}"));
        let headers = answer.headers().clone();
        assert_eq!(headers["content-type"], media);
        assert!(headers["content-disposition"].to_str().unwrap().starts_with(place));
        assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        assert_eq!(
            (&headers["x-content-type-options"], &headers["cache-control"]),
            (&"nosniff".parse().unwrap(), &"no-store".parse().unwrap())
        );
        assert_eq!(answer.bytes().unwrap(), SCAN);
    }
    assert_eq!(get(&format!("/review/{}", RequestId::random())).status(), 404);
    assert_eq!(get("/review/x").status(), 404);
}

#[test]
fn a_letter_is_accepted_or_refused_with_a_reason_on_the_page() {
    let visitor = Visitor::new();
    let [yes, no] = [(); 2].map(|()| submitted(&visitor.outside, Media::Jpeg));
    let token = visitor.token();
    let decide = |token: &str, id: &RequestId, decision: &str, reason: &str| {
        let form = [("token", token), ("id", id.as_str()), ("decision", decision), ("reason", reason)];
        visitor.post("/review", &form).status().as_u16()
    };
    assert_eq!(decide("0", &yes, "passed", ""), 403);
    assert_eq!(decide(&token, &no, "refused", ""), 422);
    assert_eq!(decide(&token, &no, "perhaps", ""), 422);
    assert_eq!(visitor.outside.waiting_letters(9).unwrap().len(), 2);
    assert_eq!(decide(&token, &yes, "passed", ""), 303);
    assert_eq!(decide(&token, &no, "refused", "No stamp"), 303);
    assert_eq!(decide(&token, &no, "passed", ""), 404);
    assert_eq!(visitor.outside.review(&yes).unwrap(), Some(Review::Passed));
    assert_eq!(visitor.outside.review(&no).unwrap(), Some(Review::Refused { reason: "No stamp".into() }));
}
