//! A worker that hangs or dies in a call: a clear fault, nothing left over, and the next try works.

use crate::liar;
use crate::stage::{
    NOBODY, SHORT, Stage, Watched, children, gone, key, kill, patient, pid, pin, settings, sign, signs,
};
use crate::{fake, program};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use tongguan_core::fault::Fault;
use tongguan_core::ports::TokenSource;
use tongguan_worker::{Deadlines, Settings};

crate::tests!(
    a_library_that_hangs_in_sign_is_ended_and_the_next_try_works,
    a_library_that_dies_in_sign_is_named_and_the_next_try_works,
    a_library_that_hangs_in_other_calls_is_ended_too,
    an_impossible_signature_ends_the_worker,
    a_lie_that_the_driver_caught_ends_the_worker_too,
    what_is_not_a_frame_ends_the_worker,
    a_program_that_is_no_worker_is_a_crash,
    one_that_hangs_holds_up_nobody_else,
    a_call_can_be_ended_from_outside,
    a_cancel_before_the_call_counts_for_it,
    nobody_s_pin_goes_to_a_worker_that_is_about_to_be_ended,
    removing_a_library_ends_its_process,
    dropping_all_leaves_no_process,
    what_a_library_started_ends_with_it,
    the_worker_ends_when_the_program_is_killed,
    the_worker_ends_in_the_middle_of_a_call_when_the_program_is_killed,
);

fn timeout(name: &str, call: &str) -> Fault {
    let seconds = u32::try_from(SHORT.as_secs()).unwrap();
    Fault::LibraryTimeout { library: format!("{name}.so"), call: call.into(), seconds }
}

fn crash(name: &str, call: &str) -> Fault {
    Fault::LibraryCrashed { library: format!("{name}.so"), call: call.into() }
}

fn lie(name: &str, call: &str) -> Fault {
    Fault::LibraryLied { library: format!("{name}.so"), call: call.into() }
}

fn impatient(deadlines: Deadlines) -> Settings {
    Settings { deadlines, ..settings() }
}

/// Signs, gets `fault`, sees that nothing is left, and signs with the next worker.
fn fails_once(stage: &Stage, name: &str, fault: &Fault) {
    let mut token = stage.opened(name);
    let before = token.info().clone();
    assert_eq!(sign(token.as_mut(), b"abc").as_ref(), Err(fault));
    assert!(!children().contains(&pid(&before)), "the worker is still there");
    assert_eq!(stage.count(name, "pins"), 1);
    // What was opened in it is gone, and no PIN goes anywhere.
    assert_eq!(sign(token.as_mut(), b"abc"), Err(Fault::TokenGone));
    assert!(gone(&before.id, &stage.workers));
    assert_eq!(stage.count(name, "pins"), 1);
    signs(stage, name);
    assert_eq!((stage.count(name, "pins"), stage.fault(name)), (2, None));
    assert_eq!(children().len(), 1);
}

fn a_library_that_hangs_in_sign_is_ended_and_the_next_try_works() {
    let settings = impatient(Deadlines { sign: SHORT, ..patient() });
    fails_once(&Stage::with(settings, &["sign-hangs"]), "sign-hangs", &timeout("sign-hangs", "sign"));
}

fn a_library_that_dies_in_sign_is_named_and_the_next_try_works() {
    for name in ["sign-aborts", "sign-exits", "sign-panics"] {
        fails_once(&Stage::open(&[name]), name, &crash(name, "sign"));
    }
}

/// It may have written past a buffer: nothing in that process is believed any more.
fn a_lie_that_the_driver_caught_ends_the_worker_too() {
    let name = "sign-overflows";
    fails_once(&Stage::open(&[name]), name, &lie(name, "C_Sign"));
}

fn a_library_that_hangs_in_other_calls_is_ended_too() {
    let short =
        Deadlines { open: SHORT, pin_state: SHORT, change_pin: SHORT, sign_on_pad: SHORT, ..patient() };
    let stage = Stage::with(impatient(short), &["open-hangs", "pin_state-hangs", "change_pin-hangs"]);
    let id = stage.token("open-hangs").id;
    assert_eq!(stage.workers.open(&id).err(), Some(timeout("open-hangs", "open")));
    let mut token = stage.opened("pin_state-hangs");
    assert_eq!(token.pin_state(&key()), Err(timeout("pin_state-hangs", "pin_state")));
    let mut token = stage.opened("change_pin-hangs");
    let changed = token.change_pin(&key(), &pin(fake::RIGHT_PIN), &pin("246802"));
    assert_eq!(changed, Err(timeout("change_pin-hangs", "change_pin")));
    for name in ["open-hangs", "pin_state-hangs", "change_pin-hangs"] {
        signs(&stage, name);
    }
    assert_eq!(stage.count("change_pin-hangs", "pins"), 2); // the change, and the signature just now
    assert_eq!(children().len(), 3);
}

fn an_impossible_signature_ends_the_worker() {
    let stage = Stage::open(&["empty-signature"]);
    let mut token = stage.opened("empty-signature");
    let before = pid(token.info());
    assert_eq!(sign(token.as_mut(), b"abc"), Err(lie("empty-signature", "sign")));
    drop(token);
    assert_ne!(pid(&stage.token("empty-signature")), before);
    assert_eq!(children().len(), 1);
}

fn what_is_not_a_frame_ends_the_worker() {
    for how in liar::LIES {
        let settings = Settings { arguments: vec![liar::ARGUMENT.into(), how.into()], ..settings() };
        let stage = Stage::with(settings, &["good"]);
        assert_eq!(stage.refusal("good"), Some(lie("good", "load")), "{how}");
        assert_eq!(children(), NOBODY, "{how}");
    }
}

fn a_program_that_is_no_worker_is_a_crash() {
    let stage = Stage::with(Settings { program: "/bin/true".into(), ..settings() }, &["good"]);
    assert_eq!(stage.refusal("good"), Some(crash("good", "load")));
    let absent = Settings { program: PathBuf::from("/nowhere/at/all"), ..settings() };
    let fault = Stage::with(absent, &["good"]).refusal("good");
    assert_eq!(fault, Some(Fault::Defect { place: "worker: start".into() }));
    assert_eq!(children(), NOBODY);
}

fn one_that_hangs_holds_up_nobody_else() {
    let stage = Stage::open(&["sign-waits", "good"]);
    let (waiting, mut good) = (stage.listen("sign-waits"), stage.opened("good"));
    let mut token = stage.opened("sign-waits");
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| sign(token.as_mut(), b"abc"));
        let (mut go_on, _) = waiting.accept().unwrap();
        for _ in 0..100 {
            assert_eq!(sign(good.as_mut(), b"abc").unwrap(), b"cba");
        }
        // The busy library shows what it showed last.
        assert_eq!(stage.workers.list().readers.len(), 2);
        stage.token("sign-waits");
        go_on.write_all(&[1]).unwrap();
        assert_eq!(signing.join().unwrap().unwrap(), b"cba");
    });
}

fn a_call_can_be_ended_from_outside() {
    let stage = Stage::open(&["sign-waits"]);
    let waiting = stage.listen("sign-waits");
    let mut token = stage.opened("sign-waits");
    let (before, interrupt) = (token.info().clone(), token.interrupt());
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| sign(token.as_mut(), b"abc"));
        let held = waiting.accept().unwrap();
        interrupt.interrupt();
        assert_eq!(signing.join().unwrap(), Err(Fault::Cancelled));
        drop(held);
    });
    assert!(!children().contains(&pid(&before)));
    // The library did nothing wrong.
    let after = stage.token("sign-waits");
    assert_ne!((&after.id, pid(&after)), (&before.id, pid(&before)));
    assert_eq!(stage.fault("sign-waits"), None);
    assert_eq!(stage.count("sign-waits", "pins"), 1);
    assert_eq!(children().len(), 1);
}

fn a_cancel_before_the_call_counts_for_it() {
    let stage = Stage::open(&["good"]);
    let mut token = stage.opened("good");
    let interrupt = token.interrupt();
    interrupt.interrupt();
    assert_eq!(sign(token.as_mut(), b"abc"), Err(Fault::Cancelled));
    assert_eq!(stage.count("good", "pins"), 0);
    let worker = pid(token.info());
    drop(token);
    interrupt.interrupt(); // over: nothing to end
    assert_eq!(pid(&stage.token("good")), worker);
}

/// Until the thread waits for something.
fn wait_for(thread: &Path) {
    let state = |stat: &str| stat.rsplit(')').next()?.split_whitespace().next().map(str::to_owned);
    while state(&std::fs::read_to_string(thread.join("stat")).unwrap()).as_deref() != Some("S") {
        std::thread::yield_now();
    }
}

/// One signs, and the answer is one that cannot be; another waits for its turn meanwhile.
fn nobody_s_pin_goes_to_a_worker_that_is_about_to_be_ended() {
    let (name, rounds) = ("sign-waits-and-lies", 16);
    let stage = Stage::open(&[name]);
    let waiting = stage.listen(name);
    for _ in 0..rounds {
        let [mut first, mut second] = [(); 2].map(|()| stage.opened(name));
        let before = pid(first.info());
        std::thread::scope(|scope| {
            let first = scope.spawn(|| sign(first.as_mut(), b"abc"));
            let (mut go_on, _) = waiting.accept().unwrap();
            let (tell, told) = mpsc::channel();
            let second = scope.spawn(move || {
                tell.send(std::fs::read_link("/proc/thread-self").unwrap()).unwrap();
                sign(second.as_mut(), b"abc")
            });
            wait_for(&Path::new("/proc").join(told.recv().unwrap()));
            go_on.write_all(&[1]).unwrap();
            assert_eq!(second.join().unwrap(), Err(Fault::TokenGone));
            assert_eq!(first.join().unwrap(), Err(lie(name, "sign")));
        });
        assert_ne!(pid(&stage.token(name)), before, "the next try is another worker's");
    }
    assert_eq!(stage.count(name, "pins"), rounds);
}

fn removing_a_library_ends_its_process() {
    let stage = Stage::open(&["good", "any-pin"]);
    let (kept, removed) = (stage.token("good"), stage.token("any-pin"));
    stage.set(&["good"]);
    assert_eq!(children(), [pid(&kept)]);
    assert_eq!(stage.token("good").id, kept.id);
    assert!(gone(&removed.id, &stage.workers));
    assert_eq!((stage.workers.list().readers.len(), stage.fault("any-pin")), (1, None));
    stage.set(&["any-pin"]);
    assert_ne!(stage.token("any-pin").id, removed.id);
    assert_eq!(children().len(), 1);
}

fn dropping_all_leaves_no_process() {
    let names = ["good", "load-hangs", "list-hangs", "any-pin", "load-dies"];
    let stage = Stage::open(&names);
    drop(stage); // wherever each of them is in its start
    assert_eq!(children(), NOBODY);
    let stage = Stage::open(&["good", "sign-waits"]);
    let token = stage.opened("good");
    drop(stage);
    assert_eq!(children(), NOBODY);
    drop(token);
}

fn what_a_library_started_ends_with_it() {
    let stage = Stage::open(&["starts-another"]);
    let token = stage.token("starts-another");
    let other = std::fs::read_to_string(stage.file("starts-another", "other")).unwrap();
    let other = Watched::new(other.parse().unwrap());
    kill(pid(&token));
    assert!(other.ends());
    drop(stage);
    assert_eq!(children(), NOBODY);
}

fn the_worker_ends_when_the_program_is_killed() {
    let stage = Stage::open(&[]);
    let mut program = program::start("holds", &stage.order("good"), &[]);
    let worker = Watched::new(program.say().parse().unwrap());
    program.kill();
    assert!(worker.ends());
}

fn the_worker_ends_in_the_middle_of_a_call_when_the_program_is_killed() {
    let stage = Stage::open(&[]);
    let waiting = stage.listen("sign-waits");
    let mut program =
        program::start("signs", &stage.order("sign-waits"), &[&program::veiled(fake::RIGHT_PIN)]);
    let worker = Watched::new(program.say().parse().unwrap());
    let held = waiting.accept().unwrap();
    program.kill();
    assert!(worker.ends());
    drop(held);
}
