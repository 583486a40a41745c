//! Runs the built program.

use std::process::{Command, Stdio};

/// How a run ended and what it wrote.
#[derive(Debug)]
pub(crate) struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Standard output as the one JSON document that it must be.
    pub(crate) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("not one JSON document: {self:?}"))
    }
}

pub(crate) fn tongguan(args: &[&str]) -> Run {
    with_state(args, "/nonexistent/state")
}

pub(crate) fn with_state(args: &[&str], state: &str) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_tongguan"))
        .args(args)
        .env("TONGGUAN_STATE", state)
        .env_remove("TONGGUAN_LOG")
        .env_remove("TONGGUAN_PORTAL")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
