//! What is loaded, and what is not.

use crate::stage::{NOBODY, SHORT, Stage, children, kill, order, patient, pid, settings, signs};
use std::fs;
use std::io::Write;
use tongguan_core::domain::{LibraryPath, LoadOrder};
use tongguan_core::fault::{Fault, LibraryFlaw};
use tongguan_core::ports::TokenSource;
use tongguan_worker::{Deadlines, Settings};

crate::tests!(
    a_relative_path_names_no_library,
    a_file_that_was_changed_is_not_loaded,
    what_is_not_a_file_is_not_loaded,
    what_lies_beside_the_program_is_not_loaded,
    a_library_that_refuses_to_start_says_why,
    a_library_that_dies_at_its_start_waits_to_be_asked,
    a_library_that_hangs_at_its_start_is_ended_and_can_be_tried_again,
    a_slow_start_is_waited_for,
);

fn refused(library: &str, reason: LibraryFlaw) -> Option<Fault> {
    Some(Fault::LibraryRefused { library: library.into(), reason })
}

/// What becomes of an order; nothing of it was loaded.
fn attempt(stage: &Stage, order: LoadOrder) -> Option<Fault> {
    let path = order.path.clone();
    stage.workers.set(vec![order]);
    assert_eq!(stage.workers.list().readers, []);
    assert!(!std::path::Path::new(path.as_str()).with_extension("loads").exists());
    assert_eq!(children(), NOBODY);
    stage.workers.fault(&path)
}

fn a_relative_path_names_no_library() {
    for name in ["good.so", "./good.so", "../good.so", "folder/good.so"] {
        assert_eq!(LibraryPath::parse(name).err(), refused("good.so", LibraryFlaw::NotAbsolute));
    }
    // Absolute elsewhere, and here the name of a file in the current folder.
    let stage = Stage::open(&[]);
    let windows = LibraryPath::parse("C:\\planted\\good.so").unwrap();
    let order = LoadOrder { path: windows, ..stage.order("good") };
    assert_eq!(attempt(&stage, order), refused("good.so", LibraryFlaw::NotAbsolute));
}

fn a_file_that_was_changed_is_not_loaded() {
    let stage = Stage::open(&[]);
    let order = stage.order("good");
    fs::write(stage.file("good", "so"), "something else").unwrap();
    assert_eq!(attempt(&stage, order.clone()), refused("good.so", LibraryFlaw::Changed));
    fs::write(stage.file("good", "so"), "good").unwrap();
    stage.workers.retry(&order.path);
    signs(&stage, "good");
    // Nor the next time it is started.
    fs::write(stage.file("good", "so"), "something else").unwrap();
    let token = stage.token("good");
    kill(pid(&token));
    assert_eq!(stage.find("good"), None);
    assert_eq!(stage.refusal("good"), refused("good.so", LibraryFlaw::Changed));
}

fn what_is_not_a_file_is_not_loaded() {
    let stage = Stage::open(&[]);
    fs::create_dir(stage.file("folder", "so")).unwrap();
    assert_eq!(
        attempt(&stage, order(&stage.file("folder", "so"))),
        refused("folder.so", LibraryFlaw::NotAFile)
    );
    let missing = Fault::LibraryMissing { library: "nothing.so".into() };
    assert_eq!(attempt(&stage, order(&stage.file("nothing", "so"))), Some(missing));
}

fn what_lies_beside_the_program_is_not_loaded() {
    let own = std::env::current_exe().unwrap();
    let planted = tempfile::Builder::new().suffix(".so").tempfile_in(own.parent().unwrap()).unwrap();
    let stage = Stage::open(&[]);
    let name = planted.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(attempt(&stage, order(planted.path())), refused(name, LibraryFlaw::BesideProgram));
    // Nor by another name.
    let link = stage.file("link", "so");
    std::os::unix::fs::symlink(planted.path(), &link).unwrap();
    assert_eq!(attempt(&stage, order(&link)), refused("link.so", LibraryFlaw::BesideProgram));
}

fn a_library_that_refuses_to_start_says_why() {
    let stage = Stage::open(&["load-fails"]);
    let fault = stage.refusal("load-fails");
    assert!(matches!(fault, Some(Fault::LibraryFailed { call, .. }) if call == "C_Initialize"));
    assert_eq!(children(), NOBODY);
}

fn a_library_that_dies_at_its_start_waits_to_be_asked() {
    for (name, call) in [("load-dies", "load"), ("list-dies", "list")] {
        let stage = Stage::open(&[]);
        let (send, changes) = std::sync::mpsc::channel();
        let guard = stage.workers.watch(Box::new(move |snapshot| send.send(snapshot).unwrap())).unwrap();
        changes.recv().unwrap();
        stage.set(&[name]);
        drop(guard);
        stage.workers.list();
        let starts = stage.count(name, "loads");
        assert!((1..=2).contains(&starts), "{starts} starts");
        let crash = Fault::LibraryCrashed { library: format!("{name}.so"), call: call.into() };
        assert_eq!(stage.fault(name), Some(crash));
        assert_eq!(stage.refusal(name), stage.fault(name));
        assert_eq!(stage.count(name, "loads"), starts + 1);
        assert_eq!(children(), NOBODY);
    }
}

fn a_library_that_hangs_at_its_start_is_ended_and_can_be_tried_again() {
    for (name, call) in [("load-hangs", "load"), ("list-hangs", "list")] {
        let deadlines = Deadlines { load: SHORT, list: SHORT, ..patient() };
        let stage = Stage::with(Settings { deadlines, ..settings() }, &[name, "good"]);
        signs(&stage, "good"); // shown although the other one was waited for
        let timeout = Fault::LibraryTimeout { library: format!("{name}.so"), call: call.into(), seconds: 2 };
        let shown = stage.fault(name);
        assert!(shown.is_none() || shown == Some(timeout.clone()), "{shown:?}");
        signs(&stage, name);
        assert_eq!((stage.fault(name), children().len()), (None, 2));
    }
}

fn a_slow_start_is_waited_for() {
    let stage = Stage::open(&[]);
    let waiting = stage.listen("load-waits");
    stage.set(&["load-waits"]);
    let (mut go_on, _) = waiting.accept().unwrap();
    std::thread::scope(|scope| {
        let listing = scope.spawn(|| stage.workers.list());
        go_on.write_all(&[1]).unwrap();
        assert_eq!(listing.join().unwrap().readers.len(), 1);
    });
    assert_eq!(stage.count("load-waits", "loads"), 1);
}
