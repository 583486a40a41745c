//! A desk with a person at it: readers and cards on a stage, and the application that the hosts use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod desk;
mod drawer;
mod gate;
mod in_hand;
mod others;
mod phone;
mod verifies;

pub use desk::{Desk, Visited, tokens_in};
pub use drawer::{Drawer, OwnClock, SlowJournal};
pub use gate::Gate;
pub use in_hand::InHand;
pub use others::{libsm_verifies, openssl_verifies};
pub use phone::Phone;
pub use verifies::{At, Verifies};

use std::path::{Path, PathBuf};
use tongguan_core::domain::Timestamp;
use tongguan_sandbox::stage::SEED;
use tongguan_sandbox_world::World;

/// A world to play in: a copy of the one that this build's first test made today.
pub fn world_in(dir: &Path) -> World {
    let world = World::for_tests(SEED, Timestamp::now()).expect("a world");
    world.write(dir).expect("a copy of the world");
    world
}

/// The program of the terminal, built beside the tests; it also holds vendors' libraries.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("the program's path");
    let program = own.ancestors().nth(2).expect("a folder").join("tongguan");
    assert!(program.is_file(), "{} is not built: run by ./dev test", program.display());
    program
}

/// A plain HTTP client of another make than the one under test: no proxy, loopback only.
pub fn http() -> reqwest::blocking::Client {
    // It is never asked for TLS, but wants a provider before it starts; a second call finds one there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder().no_proxy().build().expect("a client")
}

/// Processes that hold a vendor's library for the process `parent`. One that ended and was not reaped counts.
pub fn workers_of(parent: u32) -> usize {
    worker_ids(parent).len()
}

/// File descriptors that all of them have open.
pub fn open_files_of_workers(parent: u32) -> usize {
    let count = |pid: u32| std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
    worker_ids(parent).into_iter().map(count).sum()
}

/// Their process ids, by proc_pid_stat(5): the fourth field is the parent.
pub fn worker_ids(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("/proc");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut fields = after_name.split_whitespace();
        let zombie = fields.next() == Some("Z");
        let child = fields.next() == Some(&parent.to_string());
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        child && (zombie || command.windows(16).any(|w| w == b"--library-worker"))
    })
    .collect()
}
