//! In a process of its own, whose open files and threads can be counted: nothing is left behind.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

#[allow(dead_code, reason = "shared with the other tests of the module")]
#[path = "../module/loaded.rs"]
mod loaded;

use cryptoki::context::Pkcs11;
use loaded::{Vendor, open, pin_of, tokens};
use std::collections::HashSet;
use tongguan_core::ports::TokenSource;
use tongguan_sandbox_ukey::Behaviour;

const P256: &str = "haihe-ccb-p256";

/// What a driver could leave behind, with the token in its slot.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    sessions: Option<u64>,
    files: usize,
    threads: usize,
}

fn held(module: &Pkcs11) -> Held {
    let entries = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    let slot = module.get_slots_with_token().unwrap()[0];
    let sessions = module.get_token_info(slot).unwrap().session_count();
    Held { sessions, files: entries("/proc/self/fd"), threads: entries("/proc/self/task") }
}

#[test]
fn pulled_and_put_back_100_times_it_signs_each_time_and_leaves_nothing_behind() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    let ukeys = vendor.load();
    let module = Pkcs11::new(vendor.soft.object()).unwrap();
    let mut ids = HashSet::new();
    let mut before = None;
    for _ in 0..100 {
        let mut opened = open(&ukeys);
        opened.must_sign(Some(&pin_of(P256)));
        assert!(ids.insert(opened.token.info().id.to_string()));
        let now = held(&module);
        assert_eq!(now.sessions, Some(0));
        assert_eq!(*before.get_or_insert(held(&module)), now);
        vendor.soft.unplug(P256).unwrap();
        assert_eq!(tokens(ukeys.list()), []);
        vendor.plug(P256);
    }
    assert_eq!(vendor.soft.verifies(P256).unwrap(), 100);
}
