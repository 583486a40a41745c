//! The document against the running portal, as schemathesis sees it: no failure of the server, and no answer
//! that the document does not describe.
//!
//! `SCHEMATHESIS` is the path of the program; `./dev test` installs it and says where it is.

use crate::common::walker::Walker;
use crate::common::{FakeClock, Server, world};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Always the same cases: a failure is one of the portal, not of the day.
const SEED: &str = "20260101";
/// Names that are there, and no waiting for a visit to end.
const PARAMETERS: &str =
    "[parameters]\n\"path.account\" = \"haihe-clerk\"\n\"path.bank\" = \"ccb\"\n\"query.wait\" = 0\n";
/// A procedure that is there; its events do not end.
const PROCEDURE: &str = "[[operations]]\ninclude-path-regex = \"^/v1/procedures/[^/]+(/[^e].*)?$\"\nparameters = { \"path.id\" = \"PROCEDURE\" }\n";

struct Run<'a> {
    program: &'a OsString,
    origin: &'a str,
    dir: &'a Path,
}

impl Run<'_> {
    /// Tries the operations that `choice` names, as whoever has this token.
    fn passes(&self, token: &str, choice: &[&str]) {
        let out = Command::new(self.program)
            .args(["run", &format!("{}/v1/openapi.json", self.origin), "--checks", CHECKS])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--seed", SEED, "--max-examples", "25", "--no-color", "--workers", "2"])
            .args(["--generation-database", "none", "--continue-on-failure"])
            .args(choice)
            .current_dir(self.dir)
            .env_remove("SCHEMATHESIS_HOOKS")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{told}\n{}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn the_portal_answers_as_its_document_says() {
    let Some(program) = std::env::var_os("SCHEMATHESIS") else {
        panic!("SCHEMATHESIS: path of the program schemathesis; ./dev test installs it");
    };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_as(dir.path(), FakeClock::new(), world(), |config| {
        config.address_limit = i64::MAX;
        config.procedure_limit = i64::MAX;
    });
    let admin = server.client().signed_in("haihe-demo");
    let procedure = Walker::open(&admin, "ningbo", "person").id;
    let parameters = PARAMETERS.to_owned() + &PROCEDURE.replace("PROCEDURE", &procedure);
    std::fs::write(dir.path().join("schemathesis.toml"), parameters).unwrap();
    assert_eq!(admin.post("/v1/legal-certification", &serde_json::json!({})).status(), 201);
    let run = Run { program: &program, origin: &server.origin, dir: dir.path() };
    // Beforehand: the tries of passwords lock the account.
    let [all, personal, last] = ["haihe-demo", "haihe-guest", "haihe-demo"]
        .map(|account| server.client().signed_in(account).token.unwrap());
    run.passes(&all, &["--exclude-path-regex", "^/v1/(sessions|banks/)"]);
    run.passes(&personal, &["--include-path-regex", "^/v1/(upgrade-request|company|challenges)"]);
    let bank = world().bank("ccb").unwrap().secret.expose();
    run.passes(bank, &["--include-path-regex", "^/v1/banks/"]);
    // Last, for it ends the sessions.
    run.passes(&last, &["--include-path-regex", "^/v1/sessions"]);
}
