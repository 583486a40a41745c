//! What a long session leaves behind, in memory and beside it.

use crate::canary::{holding, in_files, in_memory};
use crate::terminal_program::{Program, command};
use std::fs::File;
use std::path::PathBuf;
use tongguan_core::api::FlowView;
use tongguan_sandbox::stage::Through;
use tongguan_tests::{Desk, worker_ids, workers_of};

/// Memory that a process alone holds, in KiB: Private_Dirty of proc_pid_smaps_rollup(5).
fn private_kib(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = rollup.lines().find(|line| line.starts_with("Private_Dirty:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_thousand_statements_in_one_session_keep_memory_flat() {
    const UKEY: &str = "haihe-ccb-sm2";
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug(UKEY, Through::Skf);
    desk.sign_in();
    let [worker] = worker_ids(std::process::id())[..] else { panic!("not one worker") };
    let certify = |times: usize| {
        for round in 0..times {
            let flow = desk.certify_at("ccb", UKEY, &token);
            assert!(matches!(flow, FlowView::Done { .. }), "round {round}: {flow:?}");
        }
    };
    certify(100);
    let before = private_kib(worker);
    let own_before = private_kib(std::process::id());
    certify(900);
    let (after, own_after) = (private_kib(worker), private_kib(std::process::id()));
    // A page for each statement would be 3,600 KiB. This process holds portal and bank as well.
    assert!(after < before + 1024, "the worker grew from {before} to {after} KiB");
    assert!(own_after < own_before + 16 * 1024, "the program grew from {own_before} to {own_after} KiB");
    assert_eq!(desk.stage.soft(Through::Skf).unwrap().verifies(UKEY).unwrap(), 1000);
    assert_eq!(workers_of(std::process::id()), 1);
}

/// Two programs at once, each with a worker of its own on the same UKey.
#[test]
fn two_windows_of_the_flow_do_not_disturb_each_other() {
    const UKEY: &str = "haihe-ccb-sm2";
    let desk = Desk::open();
    desk.approve(Through::Skf);
    let token = desk.plug(UKEY, Through::Skf);
    desk.sign_in();
    let other = desk.second_window();
    other.sign_in();
    let same = other.ukey(UKEY, Through::Skf);
    let (mine, theirs) = (desk.begin_at("ccb", &token, 0), other.begin_at("ccb", &same, 0));
    let (FlowView::Consent { statement: mine, .. }, FlowView::Consent { statement: theirs, .. }) =
        (mine, theirs)
    else {
        panic!("no two statements")
    };
    assert_ne!(mine.request_id, theirs.request_id);
    let pin = desk.stage.pin(UKEY);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| other.sign(pin, false));
        assert!(matches!(desk.sign(pin, false), FlowView::Done { .. }), "{:?}", desk.view().flow);
        let flow = second.join().unwrap();
        assert!(matches!(flow, FlowView::Done { .. }), "{flow:?}");
    });
    assert_eq!(desk.stage.soft(Through::Skf).unwrap().verifies(UKEY).unwrap(), 2);
}

/// The PIN went from the terminal into the worker and to SoftHSM2: it is in neither program afterwards.
#[test]
fn the_pin_of_a_ukey_is_nowhere_after_the_token_had_it() {
    const UKEY: &str = "haihe-ccb-rsa";
    let desk = Desk::open();
    desk.stage.plug(UKEY, Through::SoftHsm).unwrap();
    let home = tempfile::tempdir().unwrap();
    desk.stage.tell_banks(home.path()).unwrap();
    let library = desk.stage.library(Through::SoftHsm).unwrap().to_str().unwrap().to_owned();
    let inspected = command(&desk, home.path(), &["libraries", "inspect", &library]).output().unwrap();
    let inspected: serde_json::Value = serde_json::from_slice(&inspected.stdout).unwrap();
    let sha256 = inspected["state"]["facts"]["sha256"].as_str().unwrap().to_owned();
    let (between, at_portal, go_on) = holding(&desk.stage.portal_origin());
    let portal = between.origin();
    let mut certify = command(&desk, home.path(), &["certify", "ukey", "--bank", "ccb", "--portal", &portal]);
    certify.args(["--account", desk.stage.account(), "--consent", "--password-fd", "0", "--captcha-fd", "0"]);
    certify.args(["--pin-fd", "0", "--module", &library, "--module-sha256", &sha256]);
    certify.env("TONGGUAN_LOG", "trace");
    certify.stderr(File::create(home.path().join("stderr")).unwrap());
    let mut child = Program::start(certify);
    let pin = desk.stage.pin(UKEY);
    child.sign_in(&desk.stage, desk.stage.password());
    child.tell(pin);
    if at_portal.recv_timeout(std::time::Duration::from_secs(60)).is_err() {
        let _ = child.kill();
        panic!("no proof came: {:?}", child.wait_with_output().unwrap());
    }
    let [worker] = worker_ids(child.id())[..] else { panic!("not one worker") };
    // The search finds what is there.
    assert!(in_memory(child.id(), desk.stage.account().as_bytes()) > 0);
    assert!(in_memory(worker, b"softhsm") > 0);
    let left = (in_memory(child.id(), pin.as_bytes()), in_memory(worker, pin.as_bytes()));
    go_on.send(()).unwrap();
    drop(go_on);
    let out = child.wait_with_output().unwrap();
    assert_eq!(left, (0, 0), "copies of the PIN in the program and in its worker");
    assert!(!out.stdout.windows(pin.len()).any(|window| window == pin.as_bytes()));
    assert_eq!(in_files(home.path(), pin.as_bytes()), Vec::<PathBuf>::new());
}
