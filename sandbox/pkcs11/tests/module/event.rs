use std::thread;

use cryptoki::error::RvError;
use tongguan_sandbox_ukey::Behaviour;

use crate::desk::*;
use crate::raw::Raw;

#[test]
fn each_coming_and_going_is_told_once() {
    let desk = Desk::new();
    let module = desk.load();
    let slot = slot(&module);
    assert_eq!(module.get_slot_event().unwrap(), None);
    desk.library.unplug("one").unwrap();
    desk.library.plug(&token("one")).unwrap();
    assert_eq!(module.wait_for_slot_event().unwrap(), slot);
    assert_eq!(module.get_slot_event().unwrap(), Some(slot));
    assert_eq!(module.get_slot_event().unwrap(), None);
}

#[test]
fn a_wait_ends_when_a_token_comes() {
    let desk = Desk::empty();
    let module = desk.load();
    let waiting = module.clone();
    let waiter = thread::spawn(move || waiting.wait_for_slot_event().unwrap());
    desk.library.plug(&token("one")).unwrap();
    let told = waiter.join().unwrap();
    assert_eq!(module.get_slots_with_token().unwrap(), [told]);
}

#[test]
fn a_hundred_replugs_keep_one_slot() {
    let desk = Desk::new();
    let module = desk.load();
    let slot = slot(&module);
    for _ in 0..100 {
        desk.library.unplug("one").unwrap();
        assert_eq!(module.wait_for_slot_event().unwrap(), slot);
        desk.library.plug(&token("one")).unwrap();
        assert_eq!(module.wait_for_slot_event().unwrap(), slot);
        assert_eq!(module.get_slots_with_token().unwrap(), [slot]);
    }
}

#[test]
fn the_end_of_the_module_ends_every_wait() {
    let desk = Desk::new();
    let raw = Raw::load(&desk);
    let waits = thread::scope(|scope| {
        let waiters = [0, 1].map(|_| scope.spawn(|| raw.wait()));
        assert_eq!(raw.finalize(), cryptoki_sys::CKR_OK);
        waiters.map(|waiter| waiter.join().unwrap())
    });
    assert_eq!(waits, [cryptoki_sys::CKR_CRYPTOKI_NOT_INITIALIZED; 2]);
}

#[test]
fn a_module_may_have_no_events() {
    let desk = Desk::behaving(&Behaviour { no_slot_events: true, ..Behaviour::default() });
    let module = desk.load();
    assert_eq!(refused(module.get_slot_event()), RvError::FunctionNotSupported);
    assert_eq!(refused(module.wait_for_slot_event()), RvError::FunctionNotSupported);
}
