//! The program as a script sees it: exit codes, documents, and what it does not take.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod run;

use run::{tongguan, with_state};
use std::fs;
use tempfile::TempDir;

const CERTIFY: [&str; 6] =
    ["certify", "ic-card", "--portal", "https://portal.example.cn", "--account", "broker"];

#[test]
fn a_pin_or_password_is_no_argument() {
    for option in ["--pin", "--password"] {
        let run = tongguan(&[&CERTIFY[..], &[option, "48151623"]].concat());
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains("unexpected argument"), "{run:?}");
    }
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    assert_eq!(tongguan(&["certifi"]).code, 2);
    assert_eq!(tongguan(&["verify"]).code, 2);
}

#[test]
fn exit_codes_are_told_in_both_languages() {
    let english = tongguan(&["--lang", "en", "--json", "exit-codes"]).document();
    let chinese = tongguan(&["--lang", "zh", "--json", "exit-codes"]).document();
    let codes = |list: &serde_json::Value| -> Vec<u64> {
        list.as_array().unwrap().iter().map(|row| row["code"].as_u64().unwrap()).collect()
    };
    assert_eq!(codes(&english), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130]);
    assert_eq!(codes(&english), codes(&chinese));
    assert_ne!(english[4]["meaning"], chinese[4]["meaning"]);
}

#[test]
fn the_handbook_lists_the_same_exit_codes() {
    let handbook = include_str!("../../docs/cli.md");
    for row in tongguan(&["--lang", "en", "--json", "exit-codes"]).document().as_array().unwrap() {
        let line = format!("| {} | {} |", row["code"], row["meaning"].as_str().unwrap());
        assert!(handbook.contains(&line), "{line}");
    }
}

#[test]
fn a_new_journal_is_empty_and_whole() {
    let state = TempDir::new().unwrap();
    let run = with_state(&["--json", "journal", "--verify"], state.path().to_str().unwrap());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.document(), serde_json::json!({ "rows": [], "verified_rows": 0 }));
}

#[test]
fn a_journal_that_cannot_be_opened_is_a_fault_of_its_own() {
    let state = TempDir::new().unwrap();
    let file = state.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    let run = with_state(&["--json", "journal"], file.to_str().unwrap());
    assert_eq!(run.code, 8, "{run:?}");
    assert_eq!(run.document()["fault"]["code"], "journal_unavailable");
}

#[test]
fn the_words_follow_the_language() {
    let missing = ["verify", "/nonexistent/statement.p7s"];
    let english = tongguan(&[&["--lang", "en"], &missing[..]].concat());
    let chinese = tongguan(&[&["--lang", "zh"], &missing[..]].concat());
    assert_eq!((english.code, chinese.code), (2, 2));
    assert!(english.out.is_empty() && chinese.out.is_empty());
    assert!(english.err.is_ascii() && !chinese.err.is_ascii(), "{english:?} {chinese:?}");
}
