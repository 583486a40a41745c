//! Who may what: every operation of the document, for everybody.

use crate::common::walker::Walker;
use crate::common::{Api, Case, answered, case, key, proof, world};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tongguan_core::domain::RequestId;
use tongguan_core::ports::CodeTarget;

/// Who gets past the door of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    /// Whoever is signed in, for what is their own.
    SignedIn,
    MayCertify,
    MayEdit,
    Administrator,
    /// Accounts that are nothing yet.
    Personal,
    /// A bank's server; no account is one.
    Bank,
}

use Door::{Administrator, Bank, MayCertify, MayEdit, Open, Personal, SignedIn};

const TABLE: [(&str, Door); 35] = [
    ("POST /v1/captchas", Open),
    ("POST /v1/sessions", Open),
    ("POST /v1/card-challenges", Open),
    ("POST /v1/card-sessions", Open),
    ("GET /v1/health", Open),
    ("GET /v1/openapi.json", Open),
    ("DELETE /v1/sessions", SignedIn),
    ("DELETE /v1/sessions/current", SignedIn),
    ("GET /v1/profile", SignedIn),
    ("GET /v1/company", SignedIn),
    ("PUT /v1/company", MayEdit),
    ("PUT /v1/company/legal-representative", MayEdit),
    ("GET /v1/operators", Administrator),
    ("POST /v1/operators", Administrator),
    ("PUT /v1/operators/{account}", Administrator),
    ("POST /v1/upgrade-request", Personal),
    ("PUT /v1/upgrade-requests/{account}", Administrator),
    ("GET /v1/cards", SignedIn),
    ("DELETE /v1/cards/{id}", SignedIn),
    ("GET /v1/account", SignedIn),
    ("PUT /v1/account/holder", SignedIn),
    ("PUT /v1/account/password", SignedIn),
    ("POST /v1/account/codes", SignedIn),
    ("PUT /v1/account/codes/{id}", SignedIn),
    ("PUT /v1/account/preferences", SignedIn),
    ("GET /v1/certifications", SignedIn),
    ("POST /v1/challenges", MayCertify),
    ("POST /v1/proofs", MayCertify),
    ("POST /v1/bank-visits", MayCertify),
    ("GET /v1/bank-visits/{id}", SignedIn),
    ("GET /v1/banks/{bank}/visits/{state}", Bank),
    ("POST /v1/banks/{bank}/results", Bank),
    ("GET /v1/legal-certification", MayCertify),
    ("POST /v1/legal-certification", MayCertify),
    ("DELETE /v1/legal-certification", MayCertify),
];

/// Beside those above.
const LEGAL_STEPS: [&str; 4] = [
    "PUT /v1/legal-certification/company",
    "POST /v1/legal-certification/codes",
    "PUT /v1/legal-certification/legal-representative",
    "PUT /v1/legal-certification/holder",
];

/// Whose procedure it is, is asked before what may be done with it.
const PROCEDURES: [(&str, Door); 14] = [
    ("GET /v1/platforms", SignedIn),
    ("POST /v1/procedures", MayCertify),
    ("GET /v1/procedures/{id}", SignedIn),
    ("DELETE /v1/procedures/{id}", SignedIn),
    ("GET /v1/procedures/{id}/events", SignedIn),
    ("PUT /v1/procedures/{id}/steps/{step}", SignedIn),
    ("POST /v1/procedures/{id}/codes", SignedIn),
    ("POST /v1/procedures/{id}/tickets", SignedIn),
    ("POST /v1/procedures/{id}/uploads", SignedIn),
    ("GET /v1/procedures/{id}/uploads/{upload}", SignedIn),
    ("PATCH /v1/procedures/{id}/uploads/{upload}", SignedIn),
    ("GET /v1/procedures/{id}/letter", SignedIn),
    ("GET /v1/branches", SignedIn),
    ("POST /v1/scans", Open),
];

fn table() -> Vec<(&'static str, Door)> {
    let steps = LEGAL_STEPS.map(|step| (step, MayCertify));
    TABLE.into_iter().chain(steps).chain(PROCEDURES).collect()
}

/// Every operation of the document, `METHOD /path`.
fn operations() -> BTreeSet<String> {
    let document = serde_json::to_value(tongguan_sandbox_portal::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let names = item.as_object().unwrap().keys().map(|name| name.to_uppercase());
        names.map(|name| format!("{name} {path}")).collect::<Vec<_>>()
    };
    paths.iter().flat_map(methods).collect()
}

/// What stands for the names in a path.
struct Names {
    operator: String,
    asking: String,
    card: String,
    code: String,
    visit: String,
    state: String,
    procedure: String,
    upload: String,
}

impl Names {
    /// Nobody's.
    fn of_nothing() -> Self {
        let id = || RequestId::random().as_str().to_owned();
        let (operator, asking) = ("haihe-third".into(), "haihe-guest".into());
        let (card, code, visit, procedure, upload) = (id(), id(), id(), id(), id());
        Self { operator, asking, card, code, visit, state: "A".repeat(43), procedure, upload }
    }

    fn path(&self, operation: &str) -> String {
        let path = operation.split_once(' ').unwrap().1;
        let (id, account) = match path {
            "/v1/cards/{id}" => (&self.card, ""),
            "/v1/account/codes/{id}" => (&self.code, ""),
            "/v1/bank-visits/{id}" => (&self.visit, ""),
            procedure if procedure.starts_with("/v1/procedures") => (&self.procedure, ""),
            "/v1/operators/{account}" => (&self.visit, self.operator.as_str()),
            _ => (&self.visit, self.asking.as_str()),
        };
        let path = path.replace("{id}", id).replace("{account}", account);
        let path = path.replace("{step}", "authorise").replace("{upload}", &self.upload);
        path.replace("{bank}", "ccb").replace("{state}", &self.state)
    }
}

/// A well-formed body for the operation; what it asks for is the first company's.
fn body(operation: &str, names: &Names) -> Value {
    let company = &world().companies[0];
    let (identity, legal) = (&company.identity, &company.legal_representative);
    let person = json!({ "version": 1, "name": "Some Body", "document": legal.document,
        "validity": legal.validity, "country": null });
    let check = json!({ "by": "id_card", "validity": legal.validity });
    let id = RequestId::random();
    match operation.split_once(' ').unwrap().1 {
        "/v1/captchas" => json!({ "kind": "question" }),
        "/v1/sessions" => json!({ "account": "haihe-demo", "password": "not the right one",
            "captcha": { "id": id, "answer": "1" } }),
        "/v1/card-challenges" => json!({ "certificate": "MAA=" }),
        "/v1/card-sessions" | "/v1/proofs" => json!({ "request_id": id, "proof": "MAA=" }),
        "/v1/company" => json!({ "version": 1, "name": identity.name, "uscc": identity.uscc,
            "organization_code": identity.organization_code, "legal_representative": legal.name,
            "address": "taken over" }),
        "/v1/company/legal-representative" | "/v1/account/holder" => person,
        "/v1/operators" => json!({ "account": "haihe-demo", "name": "Some Body", "document": legal.document,
            "phone": legal.phone, "rights": [], "password": "long enough" }),
        "/v1/operators/{account}" => json!({ "enabled": false, "rights": ["certify"] }),
        "/v1/upgrade-requests/{account}" => json!({ "accept": false }),
        "/v1/account/password" => json!({ "old": "not the right one", "new": "another password" }),
        "/v1/account/codes" => json!({ "channel": "phone", "phone": legal.phone }),
        "/v1/account/codes/{id}" => json!({ "code": "000000" }),
        "/v1/account/preferences" => json!({ "region": "12",
            "notifications": { "sign_in": false, "certification": false, "expiry": false } }),
        "/v1/challenges" => json!({ "purpose": "certify_ic_card" }),
        "/v1/bank-visits" => json!({ "bank": "ccb" }),
        "/v1/banks/{bank}/results" => json!({ "state": names.state, "proof": "MAA=" }),
        "/v1/legal-certification/company" => json!({ "company": identity, "legal_representative": legal.name,
            "document": legal.document }),
        "/v1/legal-certification/codes" => json!({ "number": legal.bank_card, "phone": legal.phone }),
        "/v1/legal-certification/legal-representative" => check,
        "/v1/procedures" => json!({ "platform": "ningbo", "path": "company_other" }),
        "/v1/procedures/{id}/steps/{step}" => json!({ "kind": "submit" }),
        "/v1/procedures/{id}/uploads" => json!({ "slot": "face", "size": 9, "sha256": "0".repeat(64) }),
        "/v1/scans" => json!({ "ticket": "no secret" }),
        "/v1/legal-certification/holder" => json!({ "name": legal.name, "document": null, "check": check }),
        _ => json!({}),
    }
}

/// Status, code (if it is a problem) and body.
fn call(api: &Api, operation: &str, names: &Names) -> (u16, String, String) {
    let path = names.path(operation);
    let method = operation.split_once(' ').unwrap().0;
    let mut request = api.http.request(method.parse().unwrap(), format!("{}{path}", api.origin));
    if let Some(token) = &api.token {
        request = request.bearer_auth(token);
    }
    let body = body(operation, names);
    let key =
        body["request_id"].as_str().map_or_else(|| RequestId::random().as_str().to_owned(), str::to_owned);
    request = match method {
        "GET" | "DELETE" => request,
        "PATCH" => {
            let part =
                request.header("content-type", "application/octet-stream").header("upload-offset", "0");
            part.body("a part")
        }
        _ => request.header("idempotency-key", key).header("if-match", "\"1\"").json(&body),
    };
    let answer = request.send().unwrap();
    let (status, text) = (answer.status().as_u16(), answer.text().unwrap());
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    let code = if status < 400 { "" } else { problem["code"].as_str().unwrap() };
    (status, code.to_owned(), text)
}

/// The roles in the first company: what each gets past, and its account.
const ROLES: [(&str, &[Door]); 4] = [
    ("haihe-guest", &[Open, SignedIn, Personal]),
    ("haihe-clerk", &[Open, SignedIn]),
    ("haihe-second", &[Open, SignedIn, MayCertify, MayEdit]),
    ("haihe-demo", &[Open, SignedIn, MayCertify, MayEdit, Administrator]),
];
const PASSWORD: &str = "long enough";

/// The first company with an operator of each kind.
fn with_operators() -> Case {
    let case = case();
    let admin = case.api("haihe-demo");
    for (account, number, phone, rights) in [
        ("haihe-second", "E99000001", "19999990001", json!(["certify", "edit_company"])),
        ("haihe-third", "E99000002", "19999990002", json!([])),
    ] {
        let new = json!({ "account": account, "name": "Some Clerk", "phone": phone, "rights": rights,
            "document": { "kind": "passport", "number": number }, "password": PASSWORD });
        assert_eq!(admin.post("/v1/operators", &new).status(), 201);
    }
    let none = json!({ "enabled": true, "rights": [] });
    assert_eq!(admin.put("/v1/operators/haihe-clerk", &none).status(), 204);
    case
}

fn signed_in(case: &Case, account: &str) -> Api {
    let mut api = case.server.client();
    match world().account(account) {
        Some(known) => api.sign_in_with(account, known.password.expose()),
        None => api.sign_in_with(account, PASSWORD),
    };
    api
}

#[test]
fn every_operation_of_the_document_has_a_row() {
    let rows: BTreeSet<String> = table().into_iter().map(|(operation, _)| operation.to_owned()).collect();
    assert_eq!(rows.len(), table().len(), "a row stands twice");
    assert_eq!(rows, operations());
}

#[test]
fn each_role_gets_past_its_own_doors_and_no_other() {
    let case = with_operators();
    let names = Names::of_nothing();
    let nobody = case.server.client();
    for (operation, door) in table() {
        let (status, code, _) = call(&nobody, operation, &names);
        match door {
            Open => assert!(!matches!(code.as_str(), "session_ended" | "not_allowed"), "{operation}: {code}"),
            Bank => assert_eq!((status, code.as_str()), (401, "bank_refused"), "{operation}"),
            _ => assert_eq!((status, code.as_str()), (401, "session_ended"), "{operation}"),
        }
    }
    for (account, passes) in ROLES {
        let mut api = signed_in(&case, account);
        for (operation, door) in table() {
            let (status, code, text) = call(&api, operation, &names);
            if operation.starts_with("DELETE /v1/sessions") {
                api = signed_in(&case, account);
            }
            let place = format!("{account}: {operation}: {text}");
            if door == Bank {
                assert_eq!((status, code.as_str()), (401, "bank_refused"), "{place}");
            } else if passes.contains(&door) {
                assert!(!matches!(code.as_str(), "session_ended" | "not_allowed" | "internal"), "{place}");
            } else {
                assert_eq!((status, code.as_str()), (403, "not_allowed"), "{place}");
            }
        }
    }
}

/// What belongs to the first company, by name.
fn names_of_the_first(case: &Case, admin: &Api) -> Names {
    let card = proof(&admin.challenge(), key("haihe-operator-sm2"));
    assert_eq!(admin.submit(&card).status(), 201);
    let guest = case.api("haihe-guest");
    assert_eq!(guest.post("/v1/upgrade-request", &json!({})).status(), 204);
    let sent = json!({ "channel": "phone", "phone": "19999990009" });
    let code = answered(admin.post("/v1/account/codes", &sent), 201);
    let (visit, state) = admin.visit("ccb");
    assert_eq!(admin.post("/v1/legal-certification", &json!({})).status(), 201);
    let cards: Value = admin.get("/v1/cards").json().unwrap();
    let procedure = Walker::open(admin, "ningbo", "company_legal").id;
    Names {
        operator: "haihe-clerk".into(),
        asking: "haihe-guest".into(),
        card: cards[0]["id"].as_str().unwrap().into(),
        code: code["id"].as_str().unwrap().into(),
        visit,
        state,
        procedure,
        upload: RequestId::random().as_str().into(),
    }
}

/// All that its administrator can see of the first company.
fn all_of(admin: &Api) -> Vec<Value> {
    let parts =
        ["company", "operators", "cards", "account", "certifications", "legal-certification", "platforms"];
    parts.map(|part| answered(admin.get(&format!("/v1/{part}")), 200)).into()
}

#[test]
fn another_company_s_administrator_reads_and_changes_nothing_even_with_the_right_names() {
    let case = with_operators();
    let admin = case.api("haihe-demo");
    let names = names_of_the_first(&case, &admin);
    let before = all_of(&admin);
    let first = &world().companies[0];
    let secrets = [
        first.identity.name.as_str(),
        first.identity.uscc.as_str(),
        first.identity.organization_code.as_str(),
        first.legal_representative.name.as_str(),
        "haihe-",
    ];
    let mut foreign = case.api("bohai-demo");
    for (operation, door) in table() {
        if operation.starts_with("DELETE /v1/sessions") {
            assert_eq!(call(&foreign, operation, &names).0, 204);
            foreign = case.api("bohai-demo");
            continue;
        }
        let (status, code, text) = call(&foreign, operation, &names);
        if operation == "PUT /v1/account/codes/{id}" {
            assert_eq!((status, code.as_str()), (422, "data_refused"), "{text}");
        } else if door != Bank && operation.contains('{') {
            assert_eq!(status, 404, "{operation}: {text}");
        }
        // The document shows a name as an example.
        if operation != "GET /v1/openapi.json" {
            let shown = secrets.iter().find(|secret| text.contains(**secret));
            assert_eq!(shown, None, "{operation}: {text}");
        }
    }
    assert_eq!(all_of(&admin), before);
    assert_eq!(case.api("haihe-clerk").get("/v1/profile").status(), 200);
    assert_eq!(admin.visit_state(&names.visit)["status"], "pending");
    let phone = tongguan_core::domain::PhoneNumber::parse("19999990009").unwrap();
    let sent = case.server.outside.messages_to(&CodeTarget::Phone { phone }, 1).unwrap();
    let right = json!({ "code": sent[0].code });
    let path = format!("/v1/account/codes/{}", names.code);
    assert_eq!(
        crate::common::data_refused(foreign.put(&path, &right)),
        "sms_expired",
        "not even with the code"
    );
    assert_eq!(admin.put(&path, &right).status(), 200);
}

#[test]
fn a_phone_gets_past_no_door_but_those_of_its_own_procedure() {
    let case = with_operators();
    let admin = case.api("haihe-demo");
    let desk = Walker::open(&admin, "ningbo", "company_legal");
    let phone = Walker::walk_in(&case.server.client(), "henan", "henan_certify");
    let own = [
        "GET /v1/procedures/{id}",
        "PUT /v1/procedures/{id}/steps/{step}",
        "POST /v1/procedures/{id}/codes",
        "POST /v1/procedures/{id}/uploads",
        "GET /v1/procedures/{id}/uploads/{upload}",
        "PATCH /v1/procedures/{id}/uploads/{upload}",
        "DELETE /v1/procedures/{id}",
    ];
    for (operation, door) in table() {
        // It is open as long as the procedure is.
        let shared = own.contains(&operation) || operation.ends_with("/events");
        for (id, is_own) in [(&desk.id, false), (&phone.id, true)] {
            if shared && is_own {
                continue;
            }
            let names = Names { procedure: id.clone(), ..Names::of_nothing() };
            let (status, code, text) = call(&phone.api, operation, &names);
            let expected = match door {
                Open => continue,
                Bank => (401, "bank_refused"),
                _ if shared => (404, "not_found"),
                _ => (401, "session_ended"),
            };
            assert_eq!((status, code.as_str()), expected, "{operation}: {text}");
        }
    }
    let names = Names { procedure: phone.id.clone(), ..Names::of_nothing() };
    for operation in own {
        let (_, code, text) = call(&phone.api, operation, &names);
        assert!(
            !matches!(code.as_str(), "session_ended" | "not_allowed" | "internal"),
            "{operation}: {text}"
        );
    }
    assert_eq!(desk.step(), "authorise_company");
}
