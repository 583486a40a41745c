//! What is kept of a matter, how long, and who sees it.

use crate::common::walker::{Walker, of};
use crate::common::{Case, answered, case};
use crate::matter::of_two;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

#[test]
fn nobody_else_sees_it() {
    let case = case();
    let (matter, [legal, _]) = of_two(&case);
    for account in ["bohai-demo", "haihe-clerk"] {
        let other = Walker { api: case.api(account), id: matter.id.clone() };
        assert_eq!(other.api.get(&other.path()).status(), 404);
        assert_eq!(other.ask_ticket(&legal, "signature").status(), 404);
        let answer = other.send_at("people", &json!(3), &json!({ "kind": "submit" }));
        assert_eq!(answer.status(), 404);
    }
}

#[test]
fn numbers_are_masked_everywhere_and_kept_only_while_it_is_open() {
    let case = case();
    let (matter, [legal, operator]) = of_two(&case);
    let company = of("haihe");
    let number = company.legal_representative.document.number.as_str();
    let shown = matter.shown();
    assert_eq!(
        shown["stage"]["people"][0]["document"]["number"],
        json!(company.legal_representative.document.number.masked())
    );
    assert!(!shown.to_string().contains(number));
    assert!(kept(&case, number));
    let phone = Walker::scan(&matter.api, &matter.ticket(&legal, "signature"));
    assert!(!phone.shown().to_string().contains(number));
    matter.fulfil(&legal, &company.legal_representative);
    matter.fulfil(&operator, &company.operator);
    answered(matter.submit(), 200);
    assert!(!kept(&case, number) && !kept(&case, company.operator.document.number.as_str()));
    let c = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
    let stays = "SELECT count(*) FROM participant p JOIN matter m ON m.procedure = p.matter
         WHERE m.document IS NOT NULL AND p.signed_at IS NOT NULL AND p.certified_at IS NOT NULL";
    assert_eq!(c.query_row(stays, [], |row| row.get::<_, i64>(0)).unwrap(), 2, "who signed what");
}

#[test]
fn leaving_deletes_its_people_and_what_waits_for_them() {
    let case = case();
    let (matter, [legal, _]) = of_two(&case);
    let person = &of("haihe").legal_representative;
    let phone = Walker::scan(&matter.api, &matter.ticket(&legal, "certification"));
    assert_eq!(phone.to_pending(person).len(), 1);
    let unopened = matter.ticket(&legal, "signature");
    assert_eq!(matter.api.delete(&matter.path()).status(), 204);
    assert!(!kept(&case, person.document.number.as_str()));
    assert_eq!(phone.stage()["kind"], "closed");
    assert_eq!(Walker::try_scan(&matter.api, &unopened).status(), 422);
    let other = Walker::walk_in(&matter.api, "henan", "henan_certify");
    assert_eq!(other.to_pending(person), Vec::<Value>::new());
}

#[test]
fn it_ends_after_seven_days_and_nothing_of_it_stays() {
    let case = case();
    let (matter, _) = of_two(&case);
    let person = &of("haihe").legal_representative;
    case.clock.advance(7 * DAY - 60);
    let again = Walker { api: case.api("haihe-demo"), ..matter };
    assert_eq!(again.stage()["kind"], "people");
    let early = Walker::walk_in(&again.api, "henan", "henan_certify");
    assert_eq!(early.to_pending(person).len(), 1);
    case.clock.advance(60);
    assert_eq!(again.stage(), json!({ "kind": "closed", "reason": "expired" }));
    let phone = Walker::walk_in(&again.api, "henan", "henan_certify");
    assert_eq!(phone.to_pending(person), Vec::<Value>::new());
    // Somebody else's beginning clears it away.
    Walker::open(&case.api("bohai-demo"), "henan", "matter");
    for phone in [early, phone] {
        assert_eq!(phone.api.delete(&phone.path()).status(), 204);
    }
    assert!(!kept(&case, person.document.number.as_str()));
}

/// Whether this text stands in any column of what procedures keep.
fn kept(case: &Case, text: &str) -> bool {
    let c = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
    ["procedure", "procedure_receipt", "ticket", "matter", "participant", "rate"].into_iter().any(|table| {
        let mut statement = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells = (0..width).map(|at| row.get::<_, rusqlite::types::Value>(at).unwrap());
            Ok(cells.into_iter().any(|cell| format!("{cell:?}").contains(text)))
        });
        rows.unwrap().any(|found| found.unwrap())
    })
}
