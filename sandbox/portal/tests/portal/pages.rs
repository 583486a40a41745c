//! Long lists are answered in pages.

use crate::common::{Case, answered, case, code};
use serde_json::{Value, json};

/// So many certifications of one account.
fn with(case: &Case, many: usize) {
    let c = rusqlite::Connection::open(case.dir.path().join("portal.sqlite")).unwrap();
    for number in 1..=i64::try_from(many).unwrap() {
        c.execute(
            "INSERT INTO certification (year, number, request_id, account, organization_code, method, accepted_at,
             level_before, level_after) VALUES (2026, ?1, ?1, 'haihe-demo', '', 'ic_card', ?1, 'low', 'high')",
            [number],
        )
        .unwrap();
    }
}

fn numbers(page: &Value) -> Vec<&str> {
    page.as_array().unwrap().iter().map(|one| one["receipt"]["number"].as_str().unwrap()).collect()
}

#[test]
fn certifications_are_read_page_by_page_from_the_newest_on() {
    let case = case();
    with(&case, 120);
    let api = case.api("haihe-demo");
    let mut seen = Vec::new();
    let mut path = "/v1/certifications".to_owned();
    for _ in 0..9 {
        let answer = api.get(&path);
        assert!(answer.content_length().unwrap() < 64 * 1024, "the client's bound");
        let page = answered(answer, 200);
        let Some(last) = numbers(&page).last().map(|last| (*last).to_owned()) else { break };
        seen.push(numbers(&page).len());
        path = format!("/v1/certifications?before={last}");
    }
    assert_eq!(seen, [50, 50, 20]);
    assert_eq!(
        numbers(&answered(api.get("/v1/certifications?before=SW-2026-000003"), 200)),
        ["SW-2026-000002", "SW-2026-000001"]
    );
    assert_eq!(answered(api.get("/v1/certifications?before=SW-2025-999999"), 200), json!([]));
    for wrong in ["before=1", "before=SW-2026-", "before=SW-1-2-3", "before=", "after=SW-2026-000001"] {
        assert_eq!(code(api.get(&format!("/v1/certifications?{wrong}"))), "malformed", "{wrong}");
    }
}
