//! Entries to keep, and the file behind a journal's back.

use rusqlite::Connection;
use std::path::Path;
use tongguan_core::domain::{Origin, Purpose, Timestamp};
use tongguan_core::ports::{JournalEntry, Outcome};

pub(crate) fn entry(number: i64) -> JournalEntry {
    let outcome = match number % 3 {
        0 => Outcome::Signed,
        1 => Outcome::Accepted { receipt: format!("SW-2026-{number:06}") },
        _ => Outcome::Failed { code: "portal_timeout".into() },
    };
    JournalEntry {
        at: Timestamp::from_unix(1_795_262_400 + number).unwrap(),
        purpose: Purpose::CertifyIcCard,
        audience: Origin::parse("https://portal.example.cn").unwrap(),
        token_label: format!("Card {number}"),
        certificate: "5e".repeat(32),
        outcome,
    }
}

/// The file as somebody with another program sees it.
pub(crate) fn behind(dir: &Path) -> Connection {
    Connection::open(dir.join("journal.db")).unwrap()
}
