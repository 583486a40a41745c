//! Where the words go: standard output for results, standard error for what leads there.

use crate::secret;
use crate::words::Words;
use serde::Serialize;
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Write};
use tongguan_core::fault::Fault;

/// The terminal of one run. With `--json`, standard output carries documents and nothing else.
pub(crate) struct Terminal {
    pub words: Words,
    json: bool,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// What may be tried instead of what failed.
    ways: Vec<&'static str>,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").field("json", &self.json).finish_non_exhaustive()
    }
}

impl Terminal {
    pub(crate) fn new(words: Words, json: bool) -> Self {
        Self { words, json, out: Box::new(io::stdout()), err: Box::new(io::stderr()), ways: Vec::new() }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// A line for people. A closed pipe is no reason to stop a certification half way.
    pub(crate) fn line(&mut self, text: &str) {
        let target = if self.json { &mut self.err } else { &mut self.out };
        let written = writeln!(target, "{text}").and_then(|()| target.flush());
        if let Err(reason) = written {
            tracing::debug!(%reason, "line not written");
        }
    }

    /// For people beside the result, whatever form that has.
    pub(crate) fn warn(&mut self, text: &str) {
        if let Err(reason) = writeln!(self.err, "{text}") {
            tracing::debug!(%reason, "line not written");
        }
    }

    pub(crate) fn say(&mut self, key: &str, values: &[(&str, &str)]) {
        let text = self.words.say(key, values);
        self.line(&text);
    }

    /// A fault that is not the end of the run.
    pub(crate) fn say_fault(&mut self, fault: &Fault) {
        let text = self.words.fault(fault);
        self.warn(&text);
    }

    /// A document: the result of the run, or a question that comes before it.
    pub(crate) fn document(&mut self, document: &impl Serialize) -> Result<(), Fault> {
        if !self.json {
            return Ok(());
        }
        let text =
            serde_json::to_string(document).map_err(|_| Fault::Defect { place: "cli::document".into() })?;
        writeln!(self.out, "{text}")
            .and_then(|()| self.out.flush())
            .map_err(|reason| Fault::FileUnwritable { reason: reason.kind().to_string() })
    }

    /// Told after the fault that ends the run, as `way.NAME` and in the fault's document.
    pub(crate) fn offer(&mut self, ways: &[&'static str]) {
        self.ways = ways.to_vec();
    }

    /// The end of the run: the document for a program, and the words with the next step for its user.
    pub(crate) fn fault(&mut self, fault: &Fault) {
        let ways = std::mem::take(&mut self.ways);
        let document =
            if ways.is_empty() { json!({ "fault": fault }) } else { json!({ "fault": fault, "ways": ways }) };
        if let Err(unwritten) = self.document(&document) {
            tracing::debug!(%unwritten, "document not written");
        }
        self.say_fault(fault);
        for way in ways {
            let text = self.words.plain(&format!("way.{way}"));
            self.warn(&text);
        }
    }

    /// True only for a typed yes. Without a terminal nobody can type one.
    pub(crate) fn confirm(&mut self, key: &str) -> Result<bool, Fault> {
        let question = self.words.plain(key);
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Ok(false);
        }
        let asked = write!(self.err, "{question} ").and_then(|()| self.err.flush());
        asked.map_err(|_| Fault::Cancelled)?;
        let mut typed = String::new();
        stdin.lock().read_line(&mut typed).map_err(|_| Fault::Cancelled)?;
        let yes = self.words.plain("answer.yes");
        Ok(typed.trim().eq_ignore_ascii_case("yes") || typed.trim() == yes)
    }

    /// A line that may be seen, typed on the controlling terminal.
    pub(crate) fn ask(&mut self, key: &str, values: &[(&str, &str)]) -> Result<String, Fault> {
        let question = self.words.say(key, values);
        secret::shown(&question)
    }
}
