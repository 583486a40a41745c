//! Tokens that come and go while somebody watches.

use crate::loaded::{Opened, Vendor, pin_of};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tongguan_core::domain::TokenInfo;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Snapshot, TokenSource, WatchGuard};
use tongguan_sandbox_ukey::Behaviour;
use tongguan_ukey::Ukeys;

const P256: &str = "haihe-ccb-p256";
/// Never reached unless something is broken.
const LONG: Duration = Duration::from_secs(60);

struct Watched {
    _guard: Box<dyn WatchGuard>,
    news: Receiver<Snapshot>,
}

fn watch(ukeys: &Ukeys) -> Watched {
    let (tell, news) = channel();
    let tell = move |snapshot| {
        // Nobody listens any more when the test is over.
        let _ = tell.send(snapshot);
    };
    Watched { _guard: ukeys.watch(Box::new(tell)).unwrap(), news }
}

impl Watched {
    fn until(&self, wanted: impl Fn(&[TokenInfo]) -> bool) -> Vec<TokenInfo> {
        loop {
            let snapshot = self.news.recv_timeout(LONG).unwrap();
            let reading = snapshot.readers.iter().any(|reader| reader.state == ReaderState::Reading);
            let tokens: Vec<TokenInfo> = snapshot
                .readers
                .into_iter()
                .filter_map(|reader| match reader.state {
                    ReaderState::Token { token } => Some(token),
                    _ => None,
                })
                .collect();
            if !reading && wanted(&tokens) {
                return tokens;
            }
        }
    }
}

/// Opens and signs; a token that turned out to be put back once more in between is taken by its new id.
fn sign(ukeys: &Ukeys, watched: &Watched, mut token: TokenInfo) {
    loop {
        match ukeys.open(&token.id) {
            Ok(opened) => {
                let key = token.identities[0].key.clone();
                match (Opened { token: opened, key }).sign(Some(&pin_of(P256))) {
                    Ok(_) => return,
                    Err(fault) => assert_eq!(fault, Fault::CardRemoved),
                }
            }
            Err(fault) => assert_eq!(fault, Fault::TokenGone),
        }
        let old = token.id.clone();
        token = watched.until(|tokens| tokens.iter().any(|token| token.id != old)).remove(0);
    }
}

fn replug(behaviour: &Behaviour, times: usize) {
    let vendor = Vendor::new(behaviour);
    let ukeys = vendor.load();
    let watched = watch(&ukeys);
    watched.until(<[_]>::is_empty);
    for _ in 0..times {
        vendor.plug(P256);
        let token = watched.until(|tokens| tokens.len() == 1).remove(0);
        sign(&ukeys, &watched, token);
        vendor.soft.unplug(P256).unwrap();
        watched.until(<[_]>::is_empty);
    }
    assert_eq!(vendor.soft.verifies(P256).unwrap(), u64::try_from(times).unwrap());
}

#[test]
fn events_tell_of_100_insertions_and_removals() {
    replug(&Behaviour::default(), 100);
}

#[test]
fn a_module_without_events_is_asked() {
    replug(&Behaviour { no_slot_events: true, ..Behaviour::default() }, 2);
}

#[test]
fn what_is_in_at_the_beginning_is_told_at_once_and_keeps_its_id() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    let ukeys = vendor.load();
    let watched = watch(&ukeys);
    let token = watched.until(|tokens| tokens.len() == 1).remove(0);
    vendor.plug("haihe-ccb-rsa");
    let both = watched.until(|tokens| tokens.len() == 2);
    assert_eq!(both[0].id, token.id);
    assert!(ukeys.open(&token.id).is_ok());
}

#[test]
fn a_token_quickly_put_back_is_a_new_one() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    let ukeys = vendor.load();
    let watched = watch(&ukeys);
    let old = watched.until(|tokens| tokens.len() == 1).remove(0).id;
    vendor.soft.unplug(P256).unwrap();
    vendor.plug(P256);
    watched.until(|tokens| tokens.iter().any(|token| token.id != old));
    assert_eq!(ukeys.open(&old).err(), Some(Fault::TokenGone));
}

#[test]
fn one_watches_at_a_time_and_again_after_the_other_has_ended() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    let ukeys = vendor.load();
    let first = watch(&ukeys);
    first.until(|tokens| tokens.len() == 1);
    assert!(matches!(ukeys.watch(Box::new(|_| {})), Err(Fault::Defect { .. })));
    let Watched { _guard: guard, news } = first;
    drop(guard);
    // The thread has ended and taken what it told with along.
    while news.try_recv().is_ok() {}
    assert!(news.recv().is_err());
    vendor.soft.unplug(P256).unwrap();
    let second = watch(&ukeys);
    second.until(<[_]>::is_empty);
    vendor.plug(P256);
    let token = second.until(|tokens| tokens.len() == 1).remove(0);
    sign(&ukeys, &second, token);
}

#[test]
fn the_wait_inside_the_module_ends_with_it() {
    let vendor = Vendor::with(&Behaviour::default(), &[P256]);
    for _ in 0..3 {
        let ukeys = vendor.load();
        let watched = watch(&ukeys);
        watched.until(|tokens| tokens.len() == 1);
        drop(watched);
        drop(ukeys);
        // Only a module that was left can be begun anew.
        let module = Pkcs11::new(vendor.soft.object()).unwrap();
        module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
        module.finalize().unwrap();
    }
}
