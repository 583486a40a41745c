//! What was given stands in the store while a procedure is open, and nowhere afterwards.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case};
use crate::procedures::enter_code;
use serde_json::json;

const DAY: i64 = 86_400;

/// Whether the operator's bank card, which no record of the portal has, stands in the store or in its log.
fn stands(case: &Case) -> bool {
    let card = of("haihe").operator.bank_card.as_str().as_bytes();
    let files = std::fs::read_dir(case.dir.path()).unwrap().map(|file| file.unwrap().path());
    let of_the_store =
        |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("portal.sqlite");
    files
        .filter(of_the_store)
        .any(|path| std::fs::read(path).unwrap().windows(card.len()).any(|bytes| bytes == card))
}

/// The first company's operator with the card given.
fn with_card(case: &Case) -> Walker {
    let walker = Walker::open(&case.api("haihe-demo"), "beijing", "web");
    let person = &of("haihe").operator;
    let facts = json!({ "valid_from": person.validity.from, "valid_until": person.validity.until,
        "bank_card": person.bank_card, "phone": person.phone });
    answered(walker.fill(&facts), 200);
    assert!(stands(case));
    walker
}

#[test]
fn nothing_stays_of_what_was_done() {
    let case = case();
    let walker = with_card(&case);
    let person = &of("haihe").operator;
    enter_code(&case, &walker, &person.phone);
    walker.upload("id_front", &person.front().unwrap());
    walker.upload("id_back", &person.back().unwrap());
    let done = walker.pass(&json!({ "kind": "pictures" }));
    assert_eq!(done["stage"]["kind"], "done");
    let shown = json!([done, answered(walker.api.get("/v1/platforms"), 200)]).to_string();
    assert!(!stands(&case) && !shown.contains(person.document.number.as_str()));
}

#[test]
fn nothing_stays_of_what_was_left() {
    let case = case();
    let walker = with_card(&case);
    assert_eq!(walker.api.delete(&walker.path()).status(), 204);
    assert!(!stands(&case));
}

#[test]
fn nothing_stays_of_what_ended_once_anybody_signs_in() {
    let case = case();
    let walker = with_card(&case);
    case.clock.advance(DAY - 1);
    case.api("bohai-demo");
    assert!(stands(&case));
    case.clock.advance(1);
    let later = Walker { api: case.api("bohai-demo"), ..walker };
    assert!(!stands(&case));
    assert_eq!(later.api.get(&later.path()).status(), 404, "nor is it another's");
}

#[test]
fn nothing_stays_of_a_phone_that_walked_in() {
    let case = case();
    let rows = || {
        let c = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
        c.query_row("SELECT count(*) FROM procedure", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let phones = [(); 3].map(|()| Walker::walk_in(&case.server.client(), "henan", "henan_certify"));
    assert_eq!(phones[0].api.delete(&phones[0].path()).status(), 204);
    assert_eq!(rows(), 3);
    case.clock.advance(1_800);
    case.api("bohai-demo");
    assert_eq!(rows(), 0);
}
