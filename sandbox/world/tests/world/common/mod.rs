//! The world of the tests, and OpenSSL as its judge.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use tongguan_core::domain::Timestamp;
use tongguan_sandbox_world::World;

pub(crate) const SEED: u64 = 7;

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T20:00:00+08:00").unwrap()
}

pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::for_tests(SEED, now()).unwrap())
}

/// Output of `openssl`, which must succeed.
pub(crate) fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

pub(crate) fn pem(dir: &Path, name: &str, der: &[u8]) -> String {
    let raw = dir.join(format!("{name}.der"));
    let path = dir.join(format!("{name}.pem"));
    std::fs::write(&raw, der).unwrap();
    openssl(&["x509", "-inform", "DER", "-in", raw.to_str().unwrap(), "-out", path.to_str().unwrap()]);
    path.to_str().unwrap().to_owned()
}
