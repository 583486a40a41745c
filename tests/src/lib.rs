//! A desk with a person at it: readers and cards on a stage, and the application that the hosts use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod desk;
mod in_hand;
mod verifies;

pub use desk::Desk;
pub use in_hand::InHand;
pub use verifies::{At, Verifies};

use std::path::Path;
use std::time::SystemTime;
use tongguan_core::domain::Timestamp;
use tongguan_sandbox::stage::SEED;
use tongguan_sandbox_world::World;

/// A world to play in. Making one costs three RSA keys, so that a fresh copy is taken of the one that this
/// build's first test made today; it lies beside the program, and another build makes its own.
pub fn world_in(dir: &Path) -> World {
    let program = std::env::current_exe().expect("the program's path");
    let built = program.metadata().and_then(|m| m.modified()).expect("when it was built");
    let built = built.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_nanos();
    let name = format!("world-{}-{built}", Timestamp::now().date());
    let world = World::open(&program.with_file_name(name), SEED).expect("a world");
    world.write(dir).expect("a copy of the world");
    world
}

/// A plain HTTP client of another make than the one under test: no proxy, loopback only.
pub fn http() -> reqwest::blocking::Client {
    // It is never asked for TLS, but wants a provider before it starts; a second call finds one there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder().no_proxy().build().expect("a client")
}
