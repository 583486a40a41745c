//! Certification by documents, question by question: the program on a terminal of its own.

use crate::legal_terminal::{at_home, code_to, tells_no_number};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tongguan_core::domain::RequestId;
use tongguan_tests::{Desk, program};

/// A deadline against hanging, not a measure of speed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program on a terminal of its own (script(1)): what it asks is read there, and answered there.
pub(crate) struct OnTerminal {
    child: Child,
    out: ChildStdout,
    written: String,
    /// How much of it was waited for already.
    read: usize,
}

impl OnTerminal {
    pub(crate) fn start(desk: &Desk, home: &TempDir, arguments: &str) -> Self {
        let line = format!(
            "exec '{}' --json --lang en {arguments} --portal {} --account {}",
            program().display(),
            desk.stage.portal_origin(),
            desk.stage.account()
        );
        let mut child = Command::new("script")
            .args(["-q", "-e", "-c", &line, "/dev/null"])
            .env("TONGGUAN_STATE", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        Self { child, out, written: String::new(), read: 0 }
    }

    /// Reads on until `text` has come; what stands before it.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let mut bytes = Vec::new();
        loop {
            if let Some(at) = self.written[self.read..].find(text) {
                let before = self.written[self.read..self.read + at].to_owned();
                self.read += at + text.len();
                return before;
            }
            let mut byte = [0];
            assert_eq!(self.out.read(&mut byte).unwrap(), 1, "no {text:?} in {}", self.written);
            bytes.push(byte[0]);
            if let Ok(whole) = std::str::from_utf8(&bytes) {
                self.written.push_str(whole);
                bytes.clear();
            }
        }
    }

    pub(crate) fn answer(&mut self, question: &str, line: &str) {
        self.until(question);
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Answers where nothing that is typed may show: once the terminal is quiet, as whoever reads before typing.
    pub(crate) fn answer_unseen(&mut self, question: &str, line: &str) {
        self.until(question);
        let until = Instant::now() + PATIENCE;
        while !self.is_quiet() {
            assert!(Instant::now() < until, "the terminal shows what is typed at {question:?}");
            std::thread::yield_now();
        }
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Whether the terminal of the program has its echo off (stty(1)).
    fn is_quiet(&self) -> bool {
        let id = self.child.id();
        let program = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let terminal = fs::read_link(format!("/proc/{}/fd/0", program.trim())).unwrap();
        let state = Command::new("stty").arg("-a").arg("-F").arg(terminal).output().unwrap();
        String::from_utf8_lossy(&state.stdout).split_whitespace().any(|flag| flag == "-echo")
    }

    /// The next document with this member.
    pub(crate) fn document(&mut self, member: &str) -> Value {
        loop {
            let line = self.until("\r\n");
            let json = line.find("{\"").and_then(|at| serde_json::from_str::<Value>(&line[at..]).ok());
            if let Some(found) = json.filter(|document| !document[member].is_null()) {
                return found;
            }
        }
    }

    pub(crate) fn sign_in(&mut self, desk: &Desk) {
        self.answer_unseen("Password of", desk.stage.password());
        let id = self.document("captcha")["captcha"]["id"].as_str().unwrap().to_owned();
        let answer = desk.stage.captcha_answer(&RequestId::parse(&id).unwrap()).unwrap();
        self.answer("Answer", &answer);
    }

    fn dates(&mut self, from: &str, until: &str) {
        self.answer("Way of checking [1]:", "1");
        self.answer("First day", from);
        self.answer("Last day", until);
    }

    pub(crate) fn end(mut self) -> (i32, String) {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code().unwrap(), self.written + &rest)
    }
}

#[test]
fn question_by_question_with_a_mistake_and_a_change_of_ways() {
    let (desk, home, company) = at_home();
    let (person, holder) = (&company.legal_representative, &company.operator);
    let mut at = OnTerminal::start(&desk, &home, "certify legal");
    at.sign_in(&desk);
    at.answer("Company name [", "");
    at.answer("Unified social credit code [", "DYCK12345671234567");
    at.until("the check, does not fit");
    at.answer("Unified social credit code [", "");
    at.answer("Organisation code [", "");
    at.answer("Legal representative's name:", person.name.as_str());
    at.answer("Kind of document [1]:", "");
    at.answer_unseen("Document number", person.document.number.as_str());
    at.until(person.document.masked().number.as_str());
    at.dates("20000101", "00000000");
    at.until("opens CTID with the CTID app");
    at.answer("Fill in this step again?", "");
    at.answer("Way of checking [1]:", "2");
    at.answer_unseen("Bank card number", person.bank_card.as_str());
    at.answer_unseen("Phone known to the bank", person.phone.as_str());
    at.document("code");
    at.answer("Code of 6 digits", "12345");
    at.until("it has 6 digits");
    at.answer("Code of 6 digits", &code_to(&desk, person));
    at.answer("Account holder [", "");
    at.answer("Use the document on record", "");
    at.dates(&holder.validity.from.to_string(), &holder.validity.until.to_string());
    let receipt = at.document("receipt")["receipt"].clone();
    let (code, written) = at.end();
    assert_eq!((code, &receipt["level_after"]), (0, &json!("medium")), "{written}");
    tells_no_number(&written, &[person, holder]);
    assert!(!written.contains(desk.stage.password()));
}

#[test]
fn whoever_stops_between_two_steps_goes_on_there() {
    let (desk, home, company) = at_home();
    let mut at = OnTerminal::start(&desk, &home, "certify legal");
    at.sign_in(&desk);
    for question in ["Company name [", "Unified social credit code [", "Organisation code ["] {
        at.answer(question, "");
    }
    at.answer("Legal representative's name:", company.legal_representative.name.as_str());
    at.answer("Kind of document [1]:", "1");
    at.answer_unseen("Document number", company.legal_representative.document.number.as_str());
    at.until("Way of checking [1]:");
    let _ = at.child.kill();
    let _ = at.child.wait();
    let mut at = OnTerminal::start(&desk, &home, "certify legal");
    at.sign_in(&desk);
    at.until("Company verified");
    at.until("Step 2");
    at.until("Way of checking [1]:");
    let _ = at.child.kill();
    let _ = at.child.wait();
}
