//! Every misbehaviour: in this process where it lets the process live, in a child where it does not.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectClass};
use tongguan_sandbox_ukey::{Behaviour, KeyAlgorithm, Misbehaviour, SoftFault, SoftLibrary};

use crate::desk::*;

const MODULE: &str = "TONGGUAN_STRUCK_MODULE";
const SOCKET: &str = "TONGGUAN_STRUCK_SOCKET";
const CHILD: &str = "struck::a_good_module_serves_a_child_to_the_end";
const ALL_STEPS: [&str; 6] = ["initialize", "login", "sign", "aside", "signed", "end"];

/// A process that loads the module of a desk, logs in, signs, and says on a socket what it is about to do.
struct Applicant {
    child: Child,
    steps: BufReader<UnixStream>,
}

impl Applicant {
    fn start(desk: &Desk) -> Self {
        let socket = desk.module.with_extension("socket");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", CHILD, "--nocapture"]).env(MODULE, &desk.module).env(SOCKET, &socket);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        Self { child, steps: BufReader::new(listener.accept().unwrap().0) }
    }

    /// The steps of the next one, which ends well.
    fn start_again(desk: &Desk) -> Vec<String> {
        let mut next = Self::start(desk);
        let steps = next.steps(None);
        assert!(next.child.wait().unwrap().success());
        steps
    }

    /// Steps up to and with `last`, or to the end of the process.
    fn steps(&mut self, last: Option<&str>) -> Vec<String> {
        let mut steps = Vec::new();
        let mut line = String::new();
        while self.steps.read_line(&mut line).unwrap() > 0 {
            steps.push(std::mem::take(&mut line).trim_end().to_owned());
            if steps.last().map(String::as_str) == last {
                break;
            }
        }
        steps
    }
}

/// The other side of [`Applicant`]. While the main thread signs, another one asks for the slots.
fn apply(module: &str, socket: &str) {
    let mut steps = UnixStream::connect(socket).unwrap();
    let mut aside = steps.try_clone().unwrap();
    let module = Pkcs11::new(module).unwrap();
    writeln!(steps, "initialize").unwrap();
    module.initialize(arguments()).unwrap();
    writeln!(steps, "login").unwrap();
    let session = at_work(&module);
    // The desk's keys are the other process's: the first private key is its RSA key.
    let private = [Attribute::Class(ObjectClass::PRIVATE_KEY)];
    let handle = session.find_objects(&private).unwrap()[0];
    let (begin, begun) = mpsc::channel();
    let other = module.clone();
    let thread = thread::spawn(move || {
        begun.recv().unwrap();
        for _ in 0..100 {
            assert_eq!(other.get_slots_with_token().unwrap().len(), 1);
        }
        writeln!(aside, "aside").unwrap();
    });
    writeln!(steps, "sign").unwrap();
    begin.send(()).unwrap();
    let signature = session.sign(&Mechanism::Sha256RsaPkcs, handle, b"data").unwrap();
    thread.join().unwrap();
    assert_eq!(signature.len(), 256);
    writeln!(steps, "signed").unwrap();
    drop(session);
    module.finalize().unwrap();
    writeln!(steps, "end").unwrap();
}

#[test]
fn a_good_module_serves_a_child_to_the_end() {
    if let (Ok(module), Ok(socket)) = (std::env::var(MODULE), std::env::var(SOCKET)) {
        return apply(&module, &socket);
    }
    let desk = Desk::new();
    let mut applicant = Applicant::start(&desk);
    assert_eq!(applicant.steps(None), ALL_STEPS);
    assert!(applicant.child.wait().unwrap().success());
}

fn strike(call: &str, misbehaviour: Misbehaviour) -> Desk {
    Desk::behaving(&Behaviour::striking(call, misbehaviour, Some(1)))
}

#[test]
fn a_hanging_signature_ends_only_with_its_process() {
    let desk = strike("C_Sign", Misbehaviour::Hang);
    let mut applicant = Applicant::start(&desk);
    assert_eq!(applicant.steps(Some("aside")), ["initialize", "login", "sign", "aside"]);
    applicant.child.kill().unwrap();
    assert!(applicant.steps(None).is_empty());
    assert_eq!(applicant.child.wait().unwrap().signal(), Some(9));
    assert_eq!(desk.library.verifies("one").unwrap(), 1);
    assert_eq!(Applicant::start_again(&desk), ALL_STEPS);
}

#[test]
fn a_crash_and_an_abort_are_signals() {
    for (misbehaviour, signal) in [(Misbehaviour::Crash, 11), (Misbehaviour::Abort, 6)] {
        let desk = strike("C_Login", misbehaviour);
        let mut applicant = Applicant::start(&desk);
        assert_eq!(applicant.steps(None), ["initialize", "login"]);
        assert_eq!(applicant.child.wait().unwrap().signal(), Some(signal));
        assert_eq!(desk.library.verifies("one").unwrap(), 0);
        assert_eq!(Applicant::start_again(&desk), ALL_STEPS);
    }
}

#[test]
fn an_exit_looks_like_success() {
    let desk = strike("C_Initialize", Misbehaviour::Exit);
    let mut applicant = Applicant::start(&desk);
    assert_eq!(applicant.steps(None), ["initialize"]);
    assert_eq!(applicant.child.wait().unwrap().code(), Some(0));
    assert_eq!(Applicant::start_again(&desk), ALL_STEPS);
}

#[test]
fn noise_goes_to_both_outputs_and_the_work_goes_on() {
    let desk = strike("C_Sign", Misbehaviour::Noise);
    let mut applicant = Applicant::start(&desk);
    assert_eq!(applicant.steps(None), ALL_STEPS);
    let output = applicant.child.wait_with_output().unwrap();
    assert!(output.status.success());
    for written in [output.stdout, output.stderr] {
        assert!(written.windows(2).any(|bytes| bytes == b"\xff\xfe"));
    }
}

#[test]
fn a_failure_without_reason_is_over_with_the_next_try() {
    let desk = strike("C_Sign", Misbehaviour::GeneralError);
    let module = desk.load();
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::Rsa));
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, handle, b"data")), RvError::GeneralError);
    drop(session);
    at_work(&module).sign(&Mechanism::RsaPkcs, handle, b"data").unwrap();
}

#[test]
fn a_token_may_be_pulled_in_the_middle() {
    let desk = Desk::new();
    desk.library.plug(&token("two")).unwrap();
    let module = desk.load();
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::Rsa));
    desk.library.behave(&Behaviour::striking("C_Sign", Misbehaviour::Unplug, Some(1))).unwrap();
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, handle, b"data")), RvError::DeviceRemoved);
    assert_eq!(desk.library.names().unwrap(), ["two"]);
    let gone = module.wait_for_slot_event().unwrap();
    assert!(!module.get_slot_info(gone).unwrap().token_present());
    desk.library.plug(&token("one")).unwrap();
    at_work(&module).sign(&Mechanism::RsaPkcs, handle, b"data").unwrap();
}

#[test]
fn a_module_may_remove_itself_while_it_works() {
    let desk = strike("C_Sign", Misbehaviour::UnlinkSelf);
    let module = desk.load();
    let session = at_work(&module);
    let handle = private_key(&session, &key(KeyAlgorithm::Rsa));
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, handle, b"data")), RvError::DeviceRemoved);
    assert!(!desk.module.exists());
    assert!(module.get_slots_with_token().unwrap().is_empty());
    assert!(matches!(SoftLibrary::at(&desk.module).token("one"), Err(SoftFault::Absent)));
}
