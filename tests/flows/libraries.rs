//! Vendors' libraries: what is loaded and what is not, and what happens when one hangs, dies or lies.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tongguan_core::api::{Answer, Command, FlowView};
use tongguan_core::domain::{LibraryPath, LibraryState, TokenId, TokenInfo};
use tongguan_core::fault::{Fault, LibraryFlaw};
use tongguan_core::ports::ReaderState;
use tongguan_sandbox::stage::Through;
use tongguan_sandbox_ukey::{Behaviour, Length, Misbehaviour, SoftToken};
use tongguan_tests::{Desk, workers_of};
use tongguan_wiring::Deadlines;

const SHORT: Duration = Duration::from_secs(2);
/// For what must come: a deadline against hanging, not a measure of speed.
const PATIENCE: Duration = Duration::from_secs(20);

fn impatient() -> Desk {
    Desk::with_deadlines(Deadlines { sign: SHORT, open: SHORT, pin_state: SHORT, ..Deadlines::default() })
}

fn inspect(desk: &Desk, path: &str) -> Result<LibraryState, Fault> {
    match desk.call(Command::InspectLibrary { path: path.into() })? {
        Answer::Library(library) => Ok(library.state),
        other => panic!("{other:?}"),
    }
}

fn flaw(outcome: Result<LibraryState, Fault>) -> LibraryFlaw {
    match outcome {
        Err(Fault::LibraryRefused { reason, .. })
        | Ok(LibraryState::Unusable { fault: Fault::LibraryRefused { reason, .. }, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

/// The library misbehaves once, while it signs; the entry after that certifies.
fn once(through: Through, ukey: &str, call: &str, misbehaviour: Misbehaviour, verifies: u64) -> Fault {
    let desk = impatient();
    desk.approve(through);
    let token = desk.plug(ukey, through);
    desk.sign_in();
    let FlowView::Consent { .. } = desk.begin_at("ccb", &token, 0) else { panic!("{:?}", desk.view().flow) };
    let soft = desk.stage.soft(through).unwrap();
    soft.behave(&Behaviour::striking(call, misbehaviour, Some(1))).unwrap();
    let flow = desk.sign(desk.stage.pin(ukey), false);
    let fault = match flow {
        FlowView::Failed { fault, .. } => fault,
        FlowView::Consent { fault: Some(fault), .. } => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(soft.verifies(ukey).unwrap(), verifies, "PINs that the token was shown");
    assert_eq!(desk.journal().len(), 0);
    // A worker that was ended is started again, and names its tokens anew.
    let ended = !matches!(fault, Fault::LibrarySilent { .. });
    certifies_again(&desk, ukey, through, ended.then_some(&token.id));
    fault
}

fn certifies_again(desk: &Desk, ukey: &str, through: Through, gone: Option<&TokenId>) {
    desk.wait("a new token", |view| {
        let is_old =
            |state: &ReaderState| matches!(state, ReaderState::Token { token } if Some(&token.id) == gone);
        (!view.tokens.readers.iter().any(|reader| is_old(&reader.state))).then_some(())
    });
    let token = desk.ukey(ukey, through);
    let flow = desk.certify_at("ccb", ukey, &token);
    assert!(matches!(flow, FlowView::Done { .. }), "{ukey}: {flow:?}");
    assert_eq!(workers_of(std::process::id()), 1, "one worker, and nothing left of the one before");
}

const SKF: (Through, &str, &str) = (Through::Skf, "haihe-ccb-sm2", "SKF_ECCSignData");
const PKCS11: (Through, &str, &str) = (Through::Pkcs11, "haihe-ccb-rsa", "C_Sign");

#[test]
fn a_library_that_hangs_while_signing_is_ended() {
    for (through, ukey, call) in [SKF, PKCS11] {
        let fault = once(through, ukey, call, Misbehaviour::Hang, 1);
        assert!(matches!(fault, Fault::LibraryTimeout { seconds: 2, .. }), "{fault:?}");
    }
}

#[test]
fn a_library_that_crashes_aborts_or_exits_takes_nothing_with_it() {
    for misbehaviour in [Misbehaviour::Crash, Misbehaviour::Abort, Misbehaviour::Exit] {
        for (through, ukey, call) in [SKF, PKCS11] {
            let fault = once(through, ukey, call, misbehaviour, 1);
            assert!(matches!(fault, Fault::LibraryCrashed { .. }), "{misbehaviour:?}: {fault:?}");
        }
    }
}

#[test]
fn a_library_that_crashes_in_login_has_had_the_pin_once_at_most() {
    let fault = once(Through::Skf, "haihe-ccb-sm2", "SKF_VerifyPIN", Misbehaviour::Crash, 0);
    assert!(matches!(fault, Fault::LibraryCrashed { .. }), "{fault:?}");
    let fault = once(Through::Pkcs11, "haihe-ccb-rsa", "C_Login", Misbehaviour::Crash, 0);
    assert!(matches!(fault, Fault::LibraryCrashed { .. }), "{fault:?}");
}

#[test]
fn a_library_that_lies_about_lengths_is_caught() {
    let (through, ukey, call) = PKCS11;
    let fault = once(through, ukey, call, Misbehaviour::Lie(Length::BeyondBuffer), 1);
    assert!(matches!(fault, Fault::LibraryLied { .. }), "{fault:?}");
    let fault =
        once(Through::Skf, "haihe-ccb-rsa", "SKF_RSASignData", Misbehaviour::Lie(Length::BeyondBuffer), 1);
    assert!(matches!(fault, Fault::LibraryLied { .. }), "{fault:?}");
}

/// From now on the token signs with the key of `other`, under the certificate that it had before.
fn change_key(desk: &Desk, through: Through, ukey: &str, other: &str) {
    let soft = desk.stage.soft(through).unwrap();
    let mut token = soft.token(ukey).unwrap();
    let other = SoftToken::from(desk.stage.world().ukey(other).unwrap());
    token.keys[0].private_key = other.keys[0].private_key.clone();
    // At one stroke: for the library it was in all the time.
    let changed = soft.folder().join("changed");
    std::fs::write(&changed, serde_json::to_vec(&token).unwrap()).unwrap();
    std::fs::rename(changed, soft.folder().join(format!("tokens/{ukey}.json"))).unwrap();
}

/// After one that was good, so that nothing speaks against the library before.
#[test]
fn a_signature_of_another_key_never_leaves_the_machine() {
    for (through, ukey, other) in [
        (Through::Skf, "haihe-ccb-sm2", "second-ccb-sm2"),
        (Through::Skf, "haihe-ccb-rsa", "second-ccb-rsa"),
        (Through::Pkcs11, "haihe-ccb-rsa", "second-ccb-rsa"),
        (Through::Pkcs11, "haihe-ccb-p256", "haihe-cmbc-p256"),
    ] {
        let desk = Desk::open();
        desk.approve(through);
        let token = desk.plug(ukey, through);
        desk.sign_in();
        assert!(matches!(desk.certify_at("ccb", ukey, &token), FlowView::Done { .. }));
        desk.call(Command::Dismiss {}).unwrap();
        let before = desk.journal();
        desk.begin_at("ccb", &token, 0);
        change_key(&desk, through, ukey, other);
        let flow = desk.sign(desk.stage.pin(ukey), false);
        assert!(matches!(flow, FlowView::Failed { fault: Fault::SignatureInvalid, .. }), "{flow:?}");
        assert_eq!(desk.journal(), before, "neither signed nor sent");
        assert_eq!(desk.stage.soft(through).unwrap().verifies(ukey).unwrap(), 2);
    }
}

#[test]
fn an_error_that_tells_nothing_is_said_to_tell_nothing() {
    for (through, ukey, call) in [SKF, PKCS11] {
        let fault = once(through, ukey, call, Misbehaviour::GeneralError, 1);
        assert!(matches!(&fault, Fault::LibrarySilent { call: c, .. } if c == call), "{fault:?}");
    }
}

#[test]
fn a_ukey_pulled_while_it_signs_is_told_as_that() {
    for (through, ukey, call) in [SKF, PKCS11] {
        let desk = Desk::open();
        desk.approve(through);
        let token = desk.plug(ukey, through);
        desk.sign_in();
        desk.begin_at("ccb", &token, 0);
        let soft = desk.stage.soft(through).unwrap();
        soft.behave(&Behaviour::striking(call, Misbehaviour::Unplug, Some(1))).unwrap();
        let FlowView::Failed { fault, .. } = desk.sign(desk.stage.pin(ukey), false) else {
            panic!("{:?}", desk.view().flow)
        };
        assert_eq!(fault, Fault::CardRemoved);
        desk.stage.plug(ukey, through).unwrap();
        certifies_again(&desk, ukey, through, Some(&token.id));
    }
}

#[test]
fn noise_on_the_standard_streams_goes_nowhere() {
    for (through, ukey, _) in [SKF, PKCS11] {
        let desk = Desk::open();
        let soft = desk.stage.soft(through).unwrap();
        soft.behave(&Behaviour::striking("*", Misbehaviour::Noise, None)).unwrap();
        desk.approve(through);
        let token = desk.plug(ukey, through);
        desk.sign_in();
        let flow = desk.certify_at("ccb", ukey, &token);
        assert!(matches!(flow, FlowView::Done { .. }), "{flow:?}");
    }
}

#[test]
fn a_library_that_removes_itself_is_missing_afterwards() {
    let desk = Desk::open();
    let path = desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-sm2", Through::Skf);
    desk.sign_in();
    desk.begin_at("ccb", &token, 0);
    let soft = desk.stage.soft(Through::Skf).unwrap();
    soft.behave(&Behaviour::striking("SKF_ECCSignData", Misbehaviour::UnlinkSelf, Some(1))).unwrap();
    let flow = desk.sign(desk.stage.pin("haihe-ccb-sm2"), false);
    assert!(matches!(flow, FlowView::Failed { .. }), "{flow:?}");
    assert!(!path.exists());
    let path = path.to_str().unwrap();
    let Ok(Answer::View(view)) = desk.call(Command::Libraries {}) else { panic!("no view") };
    let known = view.libraries.iter().find(|library| library.path.as_str() == path);
    assert!(
        known.is_none_or(|l| !matches!(l.state, LibraryState::Approved { fault: None, .. })),
        "{known:?}"
    );
}

/// Returns once the SKF library has begun its one misbehaviour in SKF_ECCSignData.
fn struck(desk: &Desk) {
    let soft = desk.stage.soft(Through::Skf).unwrap();
    let begun = Instant::now();
    while soft.behaviour().unwrap().strikes("SKF_ECCSignData").is_some() {
        assert!(begun.elapsed() < PATIENCE, "the library was not called");
        std::thread::yield_now();
    }
}

/// While one library hangs, everything else goes on.
#[test]
fn the_program_answers_while_a_library_hangs_and_cancel_ends_it() {
    let desk = Desk::open(); // with the long deadlines: only the user ends it
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-sm2", Through::Skf);
    desk.sign_in();
    desk.begin_at("ccb", &token, 0);
    let soft = desk.stage.soft(Through::Skf).unwrap();
    soft.behave(&Behaviour::striking("SKF_ECCSignData", Misbehaviour::Hang, Some(1))).unwrap();
    let pin = desk.stage.pin("haihe-ccb-sm2").to_owned();
    let (ended, end) = channel();
    std::thread::scope(|scope| {
        scope.spawn(|| ended.send(desk.sign(&pin, false)).unwrap());
        desk.wait("the signing", |view| matches!(view.flow, FlowView::Working { .. }).then_some(()));
        desk.insert(0, "haihe-operator-sm2"); // seen meanwhile
        assert!(desk.journal().is_empty());
        assert!(matches!(desk.call(Command::Libraries {}), Ok(Answer::View(_))));
        struck(&desk);
        assert!(matches!(desk.view().flow, FlowView::Working { .. }));
        desk.call(Command::Cancel {}).unwrap();
        let flow = end.recv().unwrap();
        assert!(matches!(flow, FlowView::Failed { fault: Fault::Cancelled, .. }), "{flow:?}");
    });
    certifies_again(&desk, "haihe-ccb-sm2", Through::Skf, Some(&token.id));
}

#[test]
fn signing_out_ends_a_library_that_hangs() {
    // Its own deadline comes long after this test has lost patience.
    let desk = Desk::with_deadlines(Deadlines { sign: 3 * PATIENCE, ..Deadlines::default() });
    desk.approve(Through::Skf);
    let token = desk.plug("haihe-ccb-sm2", Through::Skf);
    desk.sign_in();
    desk.begin_at("ccb", &token, 0);
    let soft = desk.stage.soft(Through::Skf).unwrap();
    soft.behave(&Behaviour::striking("SKF_ECCSignData", Misbehaviour::Hang, Some(1))).unwrap();
    let pin = desk.stage.pin("haihe-ccb-sm2").to_owned();
    let (ended, end) = channel();
    std::thread::scope(|scope| {
        scope.spawn(|| ended.send(desk.sign(&pin, false)).unwrap());
        desk.wait("the signing", |view| matches!(view.flow, FlowView::Working { .. }).then_some(()));
        struck(&desk);
        desk.call(Command::SignOut {}).unwrap();
        let flow = end.recv_timeout(PATIENCE).expect("the signing has ended");
        assert!(matches!(flow, FlowView::Idle), "{flow:?}");
    });
    assert!(desk.view().session.is_none() && desk.journal().is_empty());
    desk.sign_in();
    certifies_again(&desk, "haihe-ccb-sm2", Through::Skf, Some(&token.id));
}

#[test]
fn nothing_is_loaded_before_the_user_says_yes() {
    let desk = Desk::open();
    desk.stage.plug("haihe-ccb-sm2", Through::Skf).unwrap();
    let path = desk.stage.library(Through::Skf).unwrap();
    let state = inspect(&desk, path.to_str().unwrap()).unwrap();
    let LibraryState::Found { facts } = state else { panic!("{state:?}") };
    assert_eq!(facts.sha256.len(), 64);
    desk.call(Command::Libraries {}).unwrap();
    assert_eq!(workers_of(std::process::id()), 0);
    assert!(desk.view().tokens.readers.iter().all(|reader| reader.library.is_none()));
    desk.approve(Through::Skf);
    desk.ukey("haihe-ccb-sm2", Through::Skf);
    assert_eq!(workers_of(std::process::id()), 1);
    let path = LibraryPath::parse(path.to_str().unwrap()).unwrap();
    desk.call(Command::WithdrawLibrary { path }).unwrap();
    desk.wait("its end", |view| view.tokens.readers.iter().all(|r| r.library.is_none()).then_some(()));
    assert_eq!(workers_of(std::process::id()), 0);
}

#[test]
fn a_library_that_changed_after_the_yes_is_not_loaded() {
    let desk = Desk::open();
    let path = desk.stage.library(Through::Skf).unwrap();
    let path = path.to_str().unwrap();
    let Ok(LibraryState::Found { facts }) = inspect(&desk, path) else { panic!("not found") };
    let mut bytes = std::fs::read(path).unwrap();
    bytes.push(0);
    std::fs::write(path, bytes).unwrap();
    let approve = Command::ApproveLibrary { path: LibraryPath::parse(path).unwrap(), sha256: facts.sha256 };
    assert_eq!(flaw(desk.call(approve).map(|_| LibraryState::Absent)), LibraryFlaw::Changed);
    assert_eq!(workers_of(std::process::id()), 0);
}

#[test]
fn only_a_file_named_by_its_whole_path_can_be_a_library() {
    let desk = Desk::open();
    for relative in ["libtongguan-skf.so", "./libtongguan-skf.so", "../x/libtongguan-skf.so", ""] {
        let refused = inspect(&desk, relative);
        assert!(refused.is_err(), "{relative:?}: {refused:?}");
    }
    let folder = desk.home();
    assert_eq!(flaw(inspect(&desk, folder.to_str().unwrap())), LibraryFlaw::NotAFile);
    let text = desk.home().join("banks.toml");
    assert_eq!(flaw(inspect(&desk, text.to_str().unwrap())), LibraryFlaw::NotALibrary);
}

/// A file in the current folder or beside the program, with the name of a library of the catalogue.
#[test]
fn a_planted_library_is_not_even_listed() {
    let desk = Desk::open();
    let skf = desk.stage.library(Through::Skf).unwrap();
    let planted = tempfile::tempdir().unwrap();
    for name in ["libgm3000.1.0.so", "libcastle.so.1.0.0", "opensc-pkcs11.so"] {
        std::fs::copy(&skf, planted.path().join(name)).unwrap();
    }
    let listed = std::process::Command::new(tongguan_tests::program())
        .args(["--json", "libraries"])
        .current_dir(planted.path())
        .env("TONGGUAN_STATE", desk.home())
        .env("LD_LIBRARY_PATH", planted.path())
        .env("PATH", planted.path())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let text = String::from_utf8(listed.stdout).unwrap();
    assert!(!text.contains(planted.path().to_str().unwrap()), "{text}");
    // Beside the program itself: named and refused.
    let beside = std::env::current_exe().unwrap();
    assert!(Path::new(&beside).is_file());
    let built = tongguan_tests::program().with_file_name("libtongguan_sandbox_skf.so");
    let refused = std::process::Command::new(tongguan_tests::program())
        .args(["--json", "libraries", "inspect"])
        .arg(built)
        .env("TONGGUAN_STATE", desk.home())
        .output()
        .unwrap();
    let text = String::from_utf8(refused.stdout).unwrap();
    assert!(text.contains("beside_program"), "{text}");
}

fn pull_and_replug(through: Through, ukey: &str, times: usize) {
    let desk = Desk::open();
    desk.approve(through);
    desk.sign_in();
    let mut token: TokenInfo = desk.plug(ukey, through);
    let mut before = None;
    for round in 0..times {
        let flow = desk.certify_at("ccb", ukey, &token);
        assert!(matches!(flow, FlowView::Done { .. }), "round {round}: {flow:?}");
        desk.call(Command::Dismiss {}).unwrap();
        desk.stage.unplug(ukey, through).unwrap();
        let id = token.id.clone();
        desk.wait("its going", |view| {
            let there = view
                .tokens
                .readers
                .iter()
                .any(|reader| matches!(&reader.state, ReaderState::Token { token } if token.id == id));
            (!there).then_some(())
        });
        token = desk.plug(ukey, through);
        assert_ne!(token.id, id, "a new insertion has a name of its own");
        let held = tongguan_tests::open_files_of_workers(std::process::id());
        assert_eq!(*before.get_or_insert(held), held, "round {round}: open files of the worker");
        assert_eq!(workers_of(std::process::id()), 1);
    }
}

#[test]
fn a_ukey_is_pulled_and_plugged_a_hundred_times_with_signing_between() {
    pull_and_replug(Through::Skf, "haihe-ccb-sm2", 100);
}

#[test]
fn the_same_through_pkcs11() {
    pull_and_replug(Through::Pkcs11, "haihe-ccb-rsa", 100);
}

#[test]
fn a_broken_row_of_the_users_own_is_named_and_the_rest_stays() {
    let desk = Desk::open();
    std::fs::write(desk.home().join("banks.toml"), "[[bank]]\nid = \"ccb\"\nname = 7\n").unwrap();
    let Ok(Answer::View(view)) = desk.call(Command::Libraries {}) else { panic!("no view") };
    let [Fault::InputInvalid { field, .. }] = view.catalogue_faults.as_slice() else {
        panic!("{:?}", view.catalogue_faults)
    };
    assert!(field.contains("banks.toml:3"), "{field}");
    assert_eq!(view.banks.len(), 3);
    let listed = std::process::Command::new(tongguan_tests::program())
        .args(["--json", "libraries"])
        .env("TONGGUAN_STATE", desk.home())
        .output()
        .unwrap();
    assert!(listed.status.success());
    assert!(String::from_utf8(listed.stderr).unwrap().contains("banks.toml:3"));
}
