//! The keyring of the operating system, by a real service on a bus of its own: whoever runs this has another.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;
use tongguan_core::domain::{AccountName, Origin, Password};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Session, Vault};
use tongguan_store::{KeyringVault, MemoryVault};

/// Set for a process that a test has started on a bus of its own: its folder.
const INSIDE: &str = "TONGGUAN_TEST_KEYRING";
const BEARER: &str = "bearer-canary-51";

fn session(portal: &str) -> Session {
    Session {
        origin: Origin::parse(portal).unwrap(),
        account: AccountName::parse("haihe-demo").unwrap(),
        bearer: Password::from(BEARER.to_owned()),
    }
}

fn portal_of(kept: Option<Session>) -> Option<String> {
    kept.map(|session| session.origin.to_string())
}

/// Runs this very test once more, on a bus of its own, with a home of its own; `first` runs before it.
fn on_own_bus(test: &str, first: &str) {
    let home = tempfile::tempdir().unwrap();
    let script = format!("{first}\nexec \"$0\" --exact keyring::{test} --nocapture");
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-euc", &script]).arg(std::env::current_exe().unwrap());
    command.env(INSIDE, home.path()).env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path());
    for folder in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(folder, home.path().join(folder));
    }
    succeed(&mut command);
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// A keyring that is open, with an empty password of its owner.
const KEYRING: &str = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

#[test]
fn a_session_is_kept_found_by_the_next_start_and_forgotten() {
    let Some(home) = std::env::var_os(INSIDE) else {
        on_own_bus("a_session_is_kept_found_by_the_next_start_and_forgotten", KEYRING);
        return;
    };
    let (here, there) = (Path::new(&home).join("a"), Path::new(&home).join("b"));
    let vault = KeyringVault::of(&here);
    assert_eq!(portal_of(vault.load().unwrap()), None);
    vault.forget().unwrap();
    vault.keep(&session("https://one.example.cn")).unwrap();
    vault.keep(&session("https://two.example.cn")).unwrap();
    // Another vault of the same state is the next start's.
    let found = KeyringVault::of(&here).load().unwrap().unwrap();
    assert_eq!(found.origin.as_str(), "https://two.example.cn");
    assert_eq!((found.bearer.expose(), found.account.as_str()), (BEARER, "haihe-demo"));
    assert_eq!(portal_of(KeyringVault::of(&there).load().unwrap()), None, "another state has another entry");
    KeyringVault::of(&here).forget().unwrap();
    assert_eq!(portal_of(vault.load().unwrap()), None);
}

#[test]
fn a_keyring_works_from_inside_an_async_runtime_s_own_thread_as_well() {
    let Some(home) = std::env::var_os(INSIDE) else {
        on_own_bus("a_keyring_works_from_inside_an_async_runtime_s_own_thread_as_well", KEYRING);
        return;
    };
    let vault = KeyringVault::of(Path::new(&home));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { vault.keep(&session("https://one.example.cn")) }).unwrap();
    let found = runtime.block_on(async { vault.load() }).unwrap();
    assert_eq!(portal_of(found).as_deref(), Some("https://one.example.cn"));
}

#[test]
fn an_entry_of_another_program_is_not_used() {
    let Some(home) = std::env::var_os(INSIDE) else {
        on_own_bus("an_entry_of_another_program_is_not_used", KEYRING);
        return;
    };
    let home = Path::new(&home);
    let entry = keyring::Entry::new("tongguan", &home.to_string_lossy()).unwrap();
    for foreign in ["", "{}", "secret", r#"{"origin":"http://evil.example","account":"a","bearer":"b"}"#] {
        entry.set_secret(foreign.as_bytes()).unwrap();
        assert_eq!(portal_of(KeyringVault::of(home).load().unwrap()), None, "{foreign}");
    }
}

#[test]
fn without_a_bus_nothing_is_kept_and_that_is_said() {
    let test = "without_a_bus_nothing_is_kept_and_that_is_said";
    let Some(home) = std::env::var_os(INSIDE) else {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", &format!("keyring::{test}"), "--nocapture"])
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        succeed(command.env(INSIDE, "/nowhere"));
        return;
    };
    let vault = KeyringVault::of(Path::new(&home));
    let refused = vault.keep(&session("https://one.example.cn")).unwrap_err();
    assert!(matches!(refused, Fault::KeyringUnavailable { .. }), "{refused:?}");
    assert!(matches!(vault.load(), Err(Fault::KeyringUnavailable { .. })));
    assert!(!format!("{refused:?} {refused} {vault:?}").contains(BEARER));
}

#[test]
fn a_keyring_that_stays_locked_keeps_nothing() {
    let Some(home) = std::env::var_os(INSIDE) else {
        on_own_bus("a_keyring_that_stays_locked_keeps_nothing", "unset DISPLAY WAYLAND_DISPLAY");
        return;
    };
    let vault = KeyringVault::of(Path::new(&home));
    let refused = vault.keep(&session("https://one.example.cn")).unwrap_err();
    assert!(matches!(refused, Fault::KeyringUnavailable { .. }), "{refused:?}");
    assert_eq!(portal_of(vault.load().unwrap_or_default()), None);
}

#[test]
fn what_is_not_to_be_kept_is_not() {
    let refused = MemoryVault.keep(&session("https://one.example.cn"));
    assert!(matches!(refused, Err(Fault::KeyringUnavailable { .. })));
    assert_eq!(portal_of(MemoryVault.load().unwrap()), None);
    MemoryVault.forget().unwrap();
}
