use crate::common::{NAME, plugged};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use tongguan_sandbox_ukey::{Behaviour, Length, Misbehaviour, SoftLibrary};

#[test]
fn a_strike_happens_as_often_as_it_says_and_for_its_call_only() {
    let (_folder, library) = plugged();
    let lie = Misbehaviour::Lie(Length::Huge);
    assert_eq!(library.strike("C_Sign").unwrap(), None);
    library.behave(&Behaviour::striking("C_Sign", lie, Some(2))).unwrap();
    assert_eq!(library.strike("C_Login").unwrap(), None);
    for expected in [Some(lie), Some(lie), None] {
        assert_eq!(SoftLibrary::at(library.object()).strike("C_Sign").unwrap(), expected);
    }
    library.behave(&Behaviour::striking("*", Misbehaviour::GeneralError, None)).unwrap();
    assert_eq!(library.enter("C_Login"), Some(Misbehaviour::GeneralError));
    library.behave_normally().unwrap();
    assert_eq!(library.enter("C_Login"), None);
}

#[test]
fn an_empty_file_of_behaviour_is_a_good_library() {
    assert_eq!(serde_json::from_str::<Behaviour>("{}").unwrap(), Behaviour::default());
}

#[test]
fn a_library_that_removes_itself_leaves_nothing() {
    let (folder, library) = plugged();
    std::fs::write(library.object(), b"ELF").unwrap();
    library.behave(&Behaviour::striking("C_Sign", Misbehaviour::UnlinkSelf, None)).unwrap();
    assert_eq!(library.enter("C_Sign"), None);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(library.tokens().unwrap().is_empty());
    assert!(matches!(library.verify_pin(NAME, b"246813"), Err(tongguan_sandbox_ukey::SoftFault::Absent)));
}

/// What `C_Sign` of such a library does to the process that calls it.
fn misbehaving(misbehaviour: Misbehaviour) -> Output {
    let (_folder, library) = plugged();
    library.behave(&Behaviour::striking("C_Sign", misbehaviour, None)).unwrap();
    let own = std::env::current_exe().unwrap();
    let caller = own.parent().and_then(|deps| deps.parent()).unwrap().join("examples/enter");
    Command::new(caller).arg(library.object()).arg("C_Sign").output().unwrap()
}

#[test]
fn a_crash_is_a_segmentation_fault_and_an_abort_an_abort() {
    const SIGSEGV: i32 = 11;
    const SIGABRT: i32 = 6;
    assert_eq!(misbehaving(Misbehaviour::Crash).status.signal(), Some(SIGSEGV));
    assert_eq!(misbehaving(Misbehaviour::Abort).status.signal(), Some(SIGABRT));
}

#[test]
fn an_exit_ends_the_process_in_good_order_and_before_its_time() {
    let output = misbehaving(Misbehaviour::Exit);
    assert!(output.status.success());
    assert!(output.stdout.is_empty());
}

#[test]
fn noise_comes_on_both_descriptors() {
    let output = misbehaving(Misbehaviour::Noise);
    for stream in [&output.stdout, &output.stderr] {
        assert!(String::from_utf8_lossy(stream).contains("vendor debug"));
    }
    assert!(output.stdout.ends_with(b"returned\n"));
}
