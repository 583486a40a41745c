//! Coming and going.

use crate::stage::{RSA, SM2, Stage, TEXT, infos, pin, token};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tongguan_core::domain::TokenId;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Snapshot, TokenSource, WatchGuard};
use tongguan_sandbox_ukey::{Behaviour, Misbehaviour};

/// Long enough for a busy machine; nobody waits for it to pass.
const DEADLINE: Duration = Duration::from_secs(60);

fn watch(stage: &Stage) -> (Box<dyn WatchGuard>, Receiver<Snapshot>) {
    let (tell, told) = channel();
    let guard = stage.tokens.watch(Box::new(move |snapshot| drop(tell.send(snapshot)))).unwrap();
    (guard, told)
}

/// The ids of the first snapshot with `count` tokens that are all read.
fn tokens(told: &Receiver<Snapshot>, count: usize) -> Vec<TokenId> {
    loop {
        let snapshot = told.recv_timeout(DEADLINE).unwrap();
        let found = infos(&snapshot);
        if found.len() == count && snapshot.readers.len() == count {
            return found.into_iter().map(|info| info.id).collect();
        }
    }
}

#[test]
fn a_token_put_back_has_a_new_id_and_the_old_one_is_gone() {
    let stage = Stage::with(&[SM2]);
    let first = stage.info().id;
    stage.library.unplug(SM2).unwrap();
    assert_eq!(stage.tokens.list().readers, []);
    assert_eq!(stage.tokens.open(&first).err(), Some(Fault::TokenGone));
    stage.library.plug(&token(SM2)).unwrap();
    let second = stage.info().id;
    assert_ne!(first, second);
    assert_eq!(stage.tokens.open(&first).err(), Some(Fault::TokenGone));
    assert!(stage.tokens.open(&second).is_ok());
}

#[test]
fn a_pulled_token_cannot_be_opened_even_if_nobody_looked() {
    let stage = Stage::with(&[SM2]);
    let id = stage.info().id;
    stage.library.unplug(SM2).unwrap();
    assert_eq!(stage.tokens.open(&id).err(), Some(Fault::TokenGone));
}

#[test]
fn an_opened_token_that_was_put_back_does_not_sign() {
    let stage = Stage::with(&[SM2]);
    let (mut opened, identity) = stage.open();
    stage.library.unplug(SM2).unwrap();
    assert_eq!(stage.tokens.list().readers, []);
    stage.library.plug(&token(SM2)).unwrap();
    assert_eq!(stage.tokens.list().readers.len(), 1);
    let failed = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2)));
    assert_eq!((failed, stage.verifies(SM2)), (Err(Fault::CardRemoved), 0));
}

#[test]
fn the_watcher_hears_of_coming_and_going() {
    let stage = Stage::with(&[SM2]);
    let (guard, told) = watch(&stage);
    let first = tokens(&told, 1);
    stage.library.plug(&token(RSA)).unwrap();
    tokens(&told, 2);
    stage.library.unplug(SM2).unwrap();
    tokens(&told, 1);
    stage.library.unplug(RSA).unwrap();
    tokens(&told, 0);
    stage.library.plug(&token(SM2)).unwrap();
    assert_ne!(tokens(&told, 1), first);
    drop(guard);
    assert!(told.recv().is_err(), "told after the guard was dropped");
}

#[test]
fn a_watched_token_signs_again_after_each_of_many_insertions() {
    let stage = Stage::new();
    let (_guard, told) = watch(&stage);
    tokens(&told, 0);
    let mut seen = Vec::new();
    for _ in 0..10 {
        stage.library.plug(&token(SM2)).unwrap();
        let id = tokens(&told, 1).remove(0);
        let mut opened = stage.tokens.open(&id).unwrap();
        let identity = opened.info().identities[0].clone();
        assert!(opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2))).is_ok());
        assert!(!seen.contains(&id));
        seen.push(id);
        stage.library.unplug(SM2).unwrap();
        tokens(&told, 0);
    }
}

#[test]
fn a_library_without_events_is_looked_at() {
    let stage = Stage::new();
    stage.behave(&Behaviour { no_slot_events: true, ..Behaviour::default() });
    let (guard, told) = watch(&stage);
    tokens(&told, 0);
    stage.library.plug(&token(SM2)).unwrap();
    tokens(&told, 1);
    stage.library.unplug(SM2).unwrap();
    tokens(&told, 0);
    drop(guard);
    assert!(told.recv().is_err());
}

#[test]
fn a_token_pulled_during_a_call_is_gone_from_the_watchers_list() {
    let stage = Stage::with(&[SM2]);
    let (_guard, told) = watch(&stage);
    let id = tokens(&told, 1).remove(0);
    let mut opened = stage.tokens.open(&id).unwrap();
    let identity = opened.info().identities[0].clone();
    stage.behave(&Behaviour::striking("SKF_ECCSignData", Misbehaviour::Unplug, Some(1)));
    let failed = opened.sign(&identity.key, &identity.certificate, TEXT, Some(&pin(SM2)));
    assert_eq!(failed, Err(Fault::CardRemoved));
    tokens(&told, 0);
}

#[test]
fn a_library_is_watched_once_at_a_time_and_again_afterwards() {
    let stage = Stage::with(&[SM2]);
    let (guard, told) = watch(&stage);
    tokens(&told, 1);
    assert!(matches!(stage.tokens.watch(Box::new(|_| {})).err(), Some(Fault::Defect { .. })));
    drop(guard);
    let (_guard, told) = watch(&stage);
    tokens(&told, 1);
}

#[test]
fn a_wait_that_nobody_can_end_does_not_hold_up_the_end() {
    let stage = Stage::with(&[SM2]);
    stage.behave(&Behaviour::striking("SKF_WaitForDevEvent", Misbehaviour::Hang, None));
    let (guard, told) = watch(&stage);
    tokens(&told, 1);
    drop(guard);
    assert!(told.recv().is_err());
}
