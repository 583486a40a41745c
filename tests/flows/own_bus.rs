//! A keyring of a test's own: whoever runs this has another.

use std::path::PathBuf;
use std::process::Command;

/// Set for the process that a test has started on a bus of its own: its folder.
const INSIDE: &str = "TONGGUAN_TEST_KEYRING";
/// An open keyring with an empty password. What it writes lies in the test's folder, and in no program's.
const KEYRING: &str = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

/// The folder of a test that runs beside a keyring; `None` after that run, which this waits for.
pub(crate) fn beside_keyring(test: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(INSIDE) {
        return Some(folder.into());
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{KEYRING}\nexec \"$0\" --exact {test} --nocapture");
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-euc", &script]).arg(std::env::current_exe().unwrap());
    command.env(INSIDE, folder.path()).env_remove("TONGGUAN_KEYRING");
    for place in ["HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(place, folder.path());
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    None
}
