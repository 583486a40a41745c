//! Notices: no answer waits for them, and only what was sent counts as told.

use crate::common::{Api, FakeClock, Server, answered, case, key, proof, world};
use serde_json::json;
use std::time::Duration;
use tongguan_core::fault::Register;
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_outside::{Failure, Outside};

const CLERK: &str = "haihe-clerk";

/// The message centre is silent, or no longer.
fn silence(outside: &Outside, on: bool) {
    outside.set_failure(Register::Sms, None, on.then_some(Failure::Timeout)).unwrap();
}

fn told(server: &Server) -> usize {
    server.portal.until_told();
    let phone = world().account(CLERK).unwrap().phone.clone();
    server.outside.messages_to(&CodeTarget::Phone { phone }, 10).unwrap().len()
}

fn want(api: &Api, sign_in: bool, expiry: bool) {
    let set = json!({ "notifications": { "sign_in": sign_in, "expiry": expiry } });
    answered(api.put("/v1/account/preferences", &set), 200);
}

#[test]
fn a_silent_message_centre_keeps_nobody_from_signing_in() {
    let dir = tempfile::tempdir().unwrap();
    // Longer than any client waits for an answer.
    let server = Server::start_patient(dir.path(), FakeClock::new(), Duration::from_secs(3_600));
    let mut api = server.client().signed_in(CLERK);
    want(&api, true, false);
    silence(&server.outside, true);
    api.sign_in(CLERK);
    // The waiting ends, if it had begun; what had not is told.
    silence(&server.outside, false);
    let before = told(&server);
    api.sign_in(CLERK);
    assert_eq!(told(&server), before + 1);
}

#[test]
fn what_ends_soon_is_told_once_it_can_be_told_and_is_wanted() {
    let case = case();
    let mut api = case.api(CLERK);
    want(&api, false, false);
    assert_eq!(api.submit(&proof(&api.challenge(), key("haihe-operator-sm2"))).status(), 201);
    // The certificate ends soon from here on.
    case.clock.advance(1_040 * 86_400);
    api.sign_in(CLERK);
    let before = told(&case.server);
    want(&api, false, true);
    silence(&case.server.outside, true);
    api.sign_in(CLERK);
    assert_eq!(told(&case.server), before, "not sent");
    silence(&case.server.outside, false);
    want(&api, false, false);
    api.sign_in(CLERK);
    assert_eq!(told(&case.server), before, "not wanted");
    want(&api, false, true);
    api.sign_in(CLERK);
    api.sign_in(CLERK);
    assert_eq!(told(&case.server), before + 1, "once");
}
