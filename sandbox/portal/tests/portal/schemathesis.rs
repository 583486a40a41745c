//! The document against the running portal, as schemathesis sees it: no failure of the server, and no answer
//! that the document does not describe.
//!
//! `SCHEMATHESIS` is the path of the program; `./dev test` installs it and says where it is.

use crate::common::walker::{Walker, of};
use crate::common::{Api, Case, FakeClock, Server, answered, world};
use crate::transfer::at_reverse;
use std::ffi::OsString;
use std::process::Command;

const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Always the same cases: a failure is one of the portal, not of the day.
const SEED: &str = "20260101";
/// Names that are there, and no waiting for a visit to end.
const PARAMETERS: &str =
    "[parameters]\n\"path.account\" = \"haihe-clerk\"\n\"path.bank\" = \"ccb\"\n\"query.wait\" = 0\n";
/// A procedure that is there, at its step; its events do not end.
const PROCEDURE: &str = "[[operations]]\ninclude-path-regex = \"^/v1/procedures/[^/]+(/[^e].*)?$\"\n\
    parameters = { \"path.id\" = \"ID\", \"path.step\" = \"STEP\", \"path.upload\" = \"UPLOAD\", \
    \"header.If-Match\" = '\"VERSION\"' }\n";
/// What a procedure that is open is asked for and told.
const OF_ONE: [&str; 6] = [
    "--include-path-regex",
    "^/v1/procedures/[^/]+(/[^e].*)?$",
    "--max-examples=8",
    "--phases=coverage,fuzzing",
    // CPython 3.11 parses on one thread at a time: "AST constructor recursion depth mismatch".
    "--workers=1",
    "--exclude-operation-id=leave",
];
/// The end of a procedure: after all others, or there is nothing to ask them about.
const END: &str = "leave";

struct Run<'a> {
    program: &'a OsString,
    origin: &'a str,
}

impl Run<'_> {
    /// Tries the operations that `choice` names on this procedure, as whoever has this token.
    fn passes(&self, token: &str, parameters: &str, choice: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("schemathesis.toml"), parameters).unwrap();
        let out = Command::new(self.program)
            .args(["run", &format!("{}/v1/openapi.json", self.origin), "--checks", CHECKS])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--seed", SEED, "--no-color"])
            .args(["--generation-database", "none", "--continue-on-failure"])
            .args(choice)
            .current_dir(dir.path())
            .env_remove("SCHEMATHESIS_HOOKS")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{told}\n{}", String::from_utf8_lossy(&out.stderr));
    }

    /// The operations of one procedure, without its end.
    fn walks(&self, walker: &Walker, upload: &str) {
        self.passes(walker.api.token.as_ref().unwrap(), &at(walker, upload), &OF_ONE);
    }
}

/// What is there, and the procedure where it stands.
fn at(walker: &Walker, upload: &str) -> String {
    let procedure = PROCEDURE.replace("ID", &walker.id).replace("STEP", &walker.step());
    let version = walker.shown()["version"].to_string();
    PARAMETERS.to_owned() + &procedure.replace("UPLOAD", upload).replace("VERSION", &version)
}

/// Of the same account: at a form, among people, and at a transfer with a file on its way; and one of a phone.
fn open_ones(run: &Run<'_>, case: &Case, admin: &Api) {
    let none = tongguan_core::domain::RequestId::random();
    let form = Walker::open(admin, "beijing", "web");
    run.walks(&form, none.as_str());
    let matter = Walker::matter(admin, "Another address");
    let person = matter.add(&of("haihe").legal_representative, "shareholder");
    run.walks(&matter, none.as_str());
    let phone = Walker::scan(admin, &matter.ticket(&person, "certification"));
    run.walks(&phone, none.as_str());
    run.passes(
        phone.api.token.as_ref().unwrap(),
        &at(&phone, none.as_str()),
        &["--include-operation-id", END],
    );
    let transfer = at_reverse(case, "haihe-demo");
    let begun = answered(transfer.begin("letter", &[b' '; 300 << 10]), 201);
    run.walks(&transfer, begun["id"].as_str().unwrap());
}

#[test]
fn the_portal_answers_as_its_document_says() {
    let Some(program) = std::env::var_os("SCHEMATHESIS") else {
        panic!("SCHEMATHESIS: path of the program schemathesis; ./dev test installs it");
    };
    let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let server = Server::start_as(dir.path(), clock.clone(), world(), |config| {
        config.address_limit = i64::MAX;
        config.procedure_limit = i64::MAX;
    });
    let case = Case { dir, clock, server };
    let admin = case.api("haihe-demo");
    let procedure = Walker::open(&admin, "ningbo", "person");
    let parameters = at(&procedure, tongguan_core::domain::RequestId::random().as_str());
    assert_eq!(admin.post("/v1/legal-certification", &serde_json::json!({})).status(), 201);
    let run = Run { program: &program, origin: &case.server.origin };
    // Beforehand: the tries of passwords lock the account.
    let [all, personal, last] =
        ["haihe-demo", "haihe-guest", "haihe-demo"].map(|account| case.api(account).token.unwrap());
    open_ones(&run, &case, &admin);
    let many = ["--max-examples", "25", "--workers", "2"];
    let passes = |token: &str, choice: &[&str]| run.passes(token, &parameters, &[&many, choice].concat());
    // What the run itself opened would be listened to without an end.
    passes(
        &all,
        &["--exclude-path-regex", "^/v1/(sessions|banks/|.*/events)", "--exclude-operation-id", END],
    );
    passes(&all, &["--include-operation-id", "events"]);
    passes(&personal, &["--include-path-regex", "^/v1/(upgrade-request|company|challenges)"]);
    let bank = world().bank("ccb").unwrap().secret.expose();
    passes(bank, &["--include-path-regex", "^/v1/banks/"]);
    passes(&all, &["--include-operation-id", END]);
    // Last, for it ends the sessions.
    passes(&last, &["--include-path-regex", "^/v1/sessions"]);
}
