use crate::common::{NAME, PIN, TRIES, WRONG, keys, plugged, token};
use std::os::unix::fs::PermissionsExt;
use tongguan_core::domain::Algorithm;
use tongguan_sandbox_ukey::{Input, KeyAlgorithm, SoftFault, SoftLibrary};

#[test]
fn every_key_signs_what_its_public_key_verifies() {
    let message = b"company, code, purpose";
    for (key, public) in keys() {
        let algorithm = public.algorithm();
        let digest = algorithm.digest(&public, message);
        for input in [Input::Message(message), Input::Digest(&digest)] {
            public.verify(algorithm, message, &key.sign(input).unwrap()).unwrap();
        }
        let info = Algorithm::RsaSha256.digest_info(&digest);
        match key.sign(Input::DigestInfo(&info)) {
            Ok(signature) => public.verify(algorithm, message, &signature).unwrap(),
            Err(SoftFault::Input) => assert_ne!(key.algorithm, KeyAlgorithm::Rsa),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn inputs_of_the_wrong_length_are_refused() {
    for (key, _) in keys() {
        let input = if key.algorithm == KeyAlgorithm::Rsa {
            Input::DigestInfo(&[0x30; 246])
        } else {
            Input::Digest(&[1; 31])
        };
        assert!(matches!(key.sign(input), Err(SoftFault::Input)), "{key:?}");
    }
}

#[test]
fn wrong_pin_counts_down_to_the_lock_and_the_right_one_counts_up() {
    let (_folder, library) = plugged();
    assert!(matches!(library.verify_pin(NAME, WRONG), Err(SoftFault::PinWrong { left: 2 })));
    library.verify_pin(NAME, PIN).unwrap();
    assert_eq!(library.token(NAME).unwrap().tries_left, TRIES);
    for left in [2, 1] {
        assert!(matches!(library.verify_pin(NAME, WRONG), Err(SoftFault::PinWrong { left: l }) if l == left));
    }
    assert!(matches!(library.verify_pin(NAME, WRONG), Err(SoftFault::PinLocked)));
    assert!(matches!(library.verify_pin(NAME, PIN), Err(SoftFault::PinLocked)));
    assert_eq!(library.verifies(NAME).unwrap(), 6);
}

#[test]
fn a_pin_of_a_wrong_length_costs_no_try() {
    let (_folder, library) = plugged();
    for pin in [&b"12345"[..], &[b'1'; 17]] {
        assert!(matches!(library.verify_pin(NAME, pin), Err(SoftFault::PinLength)));
    }
    assert_eq!(library.token(NAME).unwrap().tries_left, TRIES);
    assert_eq!(library.verifies(NAME).unwrap(), 2);
}

#[test]
fn two_who_guess_at_once_take_a_try_each() {
    let (_folder, library) = plugged();
    let guess = |library: SoftLibrary| move || library.verify_pin(NAME, WRONG).unwrap_err();
    let threads: Vec<_> = (0..3).map(|_| std::thread::spawn(guess(library.clone()))).collect();
    let locked = threads.into_iter().map(|thread| thread.join().unwrap());
    assert_eq!(locked.filter(|fault| matches!(fault, SoftFault::PinLocked)).count(), 1);
    assert_eq!(library.token(NAME).unwrap().tries_left, 0);
}

#[test]
fn the_pin_changes_only_for_whoever_knows_it() {
    let (_folder, library) = plugged();
    assert!(matches!(library.change_pin(NAME, WRONG, b"new-pin"), Err(SoftFault::PinWrong { left: 2 })));
    assert!(matches!(library.change_pin(NAME, PIN, b"short"), Err(SoftFault::PinLength)));
    library.change_pin(NAME, PIN, b"new-pin").unwrap();
    assert!(matches!(library.verify_pin(NAME, PIN), Err(SoftFault::PinWrong { .. })));
    library.verify_pin(NAME, b"new-pin").unwrap();
}

#[test]
fn a_token_keeps_its_tries_in_the_drawer_and_comes_back_as_another_insertion() {
    let (_folder, library) = plugged();
    let before = library.token(NAME).unwrap().insertion;
    library.verify_pin(NAME, WRONG).unwrap_err();
    library.unplug(NAME).unwrap();
    assert!(matches!(library.token(NAME), Err(SoftFault::Absent)));
    assert!(matches!(library.verify_pin(NAME, PIN), Err(SoftFault::Absent)));
    assert!(matches!(library.unplug(NAME), Err(SoftFault::Absent)));
    assert_eq!(library.names_in_drawer().unwrap(), [NAME]);
    library.plug(&token(NAME)).unwrap();
    let back = library.token(NAME).unwrap();
    assert_eq!((back.tries_left, back.insertion), (TRIES - 1, before + 1));
    library.forget(NAME).unwrap();
    library.plug(&token(NAME)).unwrap();
    assert_eq!(library.token(NAME).unwrap().tries_left, TRIES);
}

#[test]
fn the_files_are_for_their_owner_alone_and_leave_nothing_behind() {
    let (_folder, library) = plugged();
    library.verify_pin(NAME, WRONG).unwrap_err();
    let file = library.folder().join("tokens").join(format!("{NAME}.json"));
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let left: Vec<_> = std::fs::read_dir(library.folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn debug_shows_neither_pin_nor_key() {
    let mut shown = token(NAME);
    shown.keys = keys().into_iter().map(|(key, _)| key).collect();
    let text = format!("{shown:?}");
    assert!(text.contains(NAME) && !text.contains("246813") && !text.contains("private_key"));
}

#[test]
fn this_programs_own_object_is_this_program() {
    let own = SoftLibrary::of_own_object(this_programs_own_object_is_this_program as *const () as usize);
    assert_eq!(own.unwrap().object(), std::env::current_exe().unwrap().canonicalize().unwrap());
    assert!(SoftLibrary::of_own_object(1).is_none());
}
