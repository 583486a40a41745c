//! A program with one library, to be killed or looked into from outside.

use crate::stage::{key, settings, tokens};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use tongguan_core::domain::{LoadOrder, Pin};
use tongguan_core::ports::TokenSource;
use tongguan_worker::Workers;

pub(crate) const ARGUMENT: &str = "--program";

pub(crate) struct Program {
    child: Child,
    said: BufReader<ChildStdout>,
}

/// `what`: `holds` its worker, `signs` with the PIN that is given veiled, or `lists` readers.
pub(crate) fn start(what: &str, order: &LoadOrder, more: &[&str]) -> Program {
    start_with(what, order, more, &[])
}

pub(crate) fn start_with(
    what: &str,
    order: &LoadOrder,
    more: &[&str],
    environment: &[(&str, &str)],
) -> Program {
    let order = serde_json::to_string(order).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([ARGUMENT, what, &order])
        .args(more)
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    Program { child, said }
}

impl Program {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line; empty at the end.
    pub(crate) fn say(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim_end().into()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A PIN as it may stand in an argument without being one.
pub(crate) fn veiled(pin: &str) -> String {
    pin.bytes().map(|digit| char::from(digit + 1)).collect()
}

pub(crate) fn run() -> ! {
    let arguments: Vec<String> = std::env::args().collect();
    let order: LoadOrder = serde_json::from_str(&arguments[3]).unwrap();
    let workers = Workers::new(settings());
    workers.set(vec![order]);
    let snapshot = workers.list();
    if arguments[2] == "lists" {
        snapshot.readers.iter().for_each(|reader| say(&reader.name));
        drop(workers);
        std::process::exit(0);
    }
    let token = tokens(&snapshot).remove(0);
    say(&token.label);
    if arguments[2] == "signs" {
        let pin = Pin::parse(arguments[4].bytes().map(|digit| digit - 1).collect()).unwrap();
        let mut opened = workers.open(&token.id).unwrap();
        let signature = opened.sign(&key(), &token.identities[0].certificate, b"abc", Some(&pin));
        drop(pin);
        say(&format!("{signature:?}"));
    }
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    std::process::exit(0)
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
