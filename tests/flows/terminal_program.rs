//! The terminal's program at work, as another program drives it: documents come, lines go.

use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use tongguan_core::domain::RequestId;
use tongguan_sandbox::Stage;
use tongguan_tests::{Desk, program};

/// `tongguan --json ARGUMENTS` with the stage's libraries and a home of its own.
pub(crate) fn command(desk: &Desk, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.arg("--json").args(arguments).envs(desk.stage.environment());
    command.env("TONGGUAN_STATE", home).env_remove("TONGGUAN_PORTAL");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A run of the program that ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    /// The last document.
    pub(crate) document: Value,
    /// All that it wrote, on both outputs.
    pub(crate) written: String,
}

pub(crate) fn ended(output: Output) -> Ended {
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    let last = out.lines().last().unwrap_or("null");
    let document = serde_json::from_str(last).unwrap_or_else(|_| panic!("{out} {err}"));
    Ended { code: output.status.code().unwrap(), document, written: format!("{out}{err}") }
}

/// A run under way. Everything that it is told comes on its standard input, line by line.
pub(crate) struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    read: Vec<u8>,
}

impl Program {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, read: Vec::new() }
    }

    /// The same with what it logs in a file: more than a pipe holds while nobody reads there.
    pub(crate) fn start_logging(mut command: Command, log: File) -> Self {
        command.stderr(log);
        Self::start(command)
    }

    /// The same for the account of the stage: password and captcha are given.
    pub(crate) fn signed_in(desk: &Desk, home: &Path, arguments: &[&str]) -> Self {
        Self::signed_in_as(desk, home, (desk.stage.account(), desk.stage.password()), arguments)
    }

    pub(crate) fn signed_in_as(
        desk: &Desk,
        home: &Path,
        (account, password): (&str, &str),
        arguments: &[&str],
    ) -> Self {
        let mut command = command(desk, home, arguments);
        command.args(["--portal", &desk.stage.portal_origin(), "--account", account]);
        command.args(["--password-fd", "0", "--captcha-fd", "0"]);
        let mut program = Self::start(command);
        program.sign_in(&desk.stage, password);
        program
    }

    /// Gives the password and answers the captcha. A run may end before it asks.
    pub(crate) fn sign_in(&mut self, stage: &Stage, password: &str) {
        self.tell(password);
        let Some(asked) = self.says() else { return };
        if asked["ask"] == "captcha" {
            let id = RequestId::parse(asked["captcha"]["id"].as_str().unwrap()).unwrap();
            self.tell(&stage.captcha_answer(&id).unwrap());
        }
    }

    /// The next document; `None` once the program says no more.
    pub(crate) fn says(&mut self) -> Option<Value> {
        let mut line = Vec::new();
        self.out.read_until(b'\n', &mut line).unwrap();
        self.read.extend(&line);
        serde_json::from_slice(&line).ok()
    }

    /// The next question of this kind.
    pub(crate) fn asks(&mut self, what: &str) -> Value {
        let asked = self.says().unwrap_or_else(|| panic!("no question"));
        assert_eq!(asked["ask"], what, "{asked}");
        asked[what].clone()
    }

    pub(crate) fn tell(&mut self, line: &str) {
        // It may have ended before it asks.
        let _ = writeln!(self.child.stdin.as_mut().unwrap(), "{line}");
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill()
    }

    pub(crate) fn wait_with_output(mut self) -> std::io::Result<Output> {
        drop(self.child.stdin.take());
        self.out.read_to_end(&mut self.read)?;
        let output = self.child.wait_with_output()?;
        Ok(Output { stdout: self.read, ..output })
    }

    pub(crate) fn end(self) -> Ended {
        ended(self.wait_with_output().unwrap())
    }
}
