//! What the user picked, as it is sent or refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod drawn;
mod letters;
mod letters_hidden;
mod letters_made;
mod pictures;
mod pictures_made;

use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{Fault, FileFlaw};
use tongguan_core::ports::Pictures as _;
use tongguan_picture::Pictures;

fn sent(slot: Slot, file: &[u8]) -> Vec<u8> {
    Pictures.prepare(slot, file).unwrap().to_vec()
}

fn flaw(slot: Slot, file: &[u8]) -> FileFlaw {
    match Pictures.prepare(slot, file) {
        Err(Fault::FileUnusable { slot: named, reason }) if named == slot => reason,
        other => panic!("{other:?}"),
    }
}
