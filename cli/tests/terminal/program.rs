//! The program as a script sees it: exit codes, documents, and what it does not take.

use crate::run::{tongguan, with_state};
use std::fs;
use std::os::unix::fs::PermissionsExt;
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

/// Every command that there is, found by asking each for help.
fn commands(path: &[String]) -> Vec<(Vec<String>, String)> {
    let arguments: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    let help = tongguan(&arguments).out;
    let listed = help.split_once("Commands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap());
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let names = names.filter(|name| *name != "help").map(str::to_owned);
    let below: Vec<Vec<String>> = names.map(|name| [path, &[name]].concat()).collect();
    let mut found = vec![(path.to_vec(), help.clone())];
    found.extend(below.iter().flat_map(|path| commands(path)));
    found
}

#[test]
fn no_command_takes_a_secret_or_the_number_of_a_person_as_an_argument() {
    let all = commands(&[]);
    assert!(all.len() > 30, "{}", all.len());
    for (path, help) in all {
        for word in help.split_whitespace().filter(|word| word.starts_with("--")) {
            let option = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let of_person = [
                "pin",
                "password",
                "number",
                "phone",
                "email",
                "card-number",
                "bank-card",
                "code",
                "captcha",
                "to",
            ];
            assert!(!of_person.contains(&option), "{path:?} takes {word}");
        }
        for secret in ["PASSWORD]", "PIN]", "CODE=]", "NUMBER]"] {
            assert!(!help.contains(&format!("[env: TONGGUAN_{secret}")), "{path:?}");
        }
    }
}

#[test]
fn the_handbook_lists_every_command() {
    let handbook = include_str!("../../../docs/cli.md");
    for (path, help) in commands(&[]) {
        // One that only has others below it is listed with them.
        if !path.is_empty() && !help.contains("Commands:") {
            let (first, rest) = path.split_first().unwrap();
            let mut lines = handbook.lines().filter(|line| line.starts_with(&format!("tongguan {first}")));
            assert!(lines.any(|line| rest.iter().all(|word| line.contains(word))), "{path:?}");
        }
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
    assert_eq!(codes(&english), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 130]);
    assert_eq!(codes(&english), codes(&chinese));
    assert_ne!(english[4]["meaning"], chinese[4]["meaning"]);
}

#[test]
fn the_handbook_lists_the_same_exit_codes() {
    let handbook = include_str!("../../../docs/cli.md");
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

/// No keyring: nobody is signed in.
#[test]
fn without_a_session_it_is_said_what_is_missing() {
    let state = TempDir::new().unwrap();
    let at = state.path().to_str().unwrap();
    let who = with_state(&["--json", "whoami"], at);
    assert_eq!((who.code, who.document()), (13, serde_json::json!({ "session": null })), "{who:?}");
    assert_eq!(with_state(&["--json", "logout"], at).document(), serde_json::json!({ "signed_out": false }));
    assert_eq!(with_state(&["--json", "logout", "--everywhere"], at).code, 13);
    let portal = with_state(&["--json", "company", "show", "--account", "broker"], at);
    assert_eq!((portal.code, &portal.document()["fault"]["field"]), (2, &"portal".into()), "{portal:?}");
    let account = with_state(&["--json", "company", "show", "--portal", "https://portal.example.cn"], at);
    assert_eq!((account.code, &account.document()["fault"]["field"]), (2, &"account".into()), "{account:?}");
}

#[test]
fn a_file_of_personal_numbers_is_refused_where_others_can_read_it() {
    let state = TempDir::new().unwrap();
    let file = state.path().join("legal.toml");
    fs::write(&file, "[company]\n").unwrap();
    let refused = |mode| {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let arguments = ["--json", "certify", "legal", "--file", file.to_str().unwrap()];
        let run = with_state(&arguments, state.path().to_str().unwrap());
        assert_eq!((run.code, &run.document()["fault"]["field"]), (2, &"file".into()), "{run:?}");
        run.document()["fault"]["reason"].as_str().unwrap().to_owned()
    };
    for mode in [0o644, 0o640, 0o604, 0o660] {
        assert_eq!(refused(mode), "readable_by_others");
    }
    assert!(refused(0o600).starts_with("line "));
}

/// Without a portal: such a value is refused before anybody signs in.
#[test]
fn the_manuals_own_sample_of_a_code_is_refused_with_the_reason() {
    let state = TempDir::new().unwrap();
    let file = state.path().join("legal.toml");
    let text = "[company]\nname = \"Haihe\"\nuscc = \"DYCK12345671234567\"\n\
        [legal_representative]\nname = \"Li Si\"\ndocument = \"passport\"\nnumber = \"E12345678\"\n\
        bank_card = \"6200000000000005\"\nphone = \"13900000000\"\n\
        [holder]\nname = \"Wang Wu\"\nbank_card = \"6200000000000005\"\nphone = \"13900000000\"\n";
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let certify = ["certify", "legal", "--file", file.to_str().unwrap()];
    let at = state.path().to_str().unwrap();
    let edit = with_state(&["--json", "company", "edit", "--uscc", "DYCK12345671234567"], at);
    let fault = serde_json::json!({ "code": "input_invalid", "field": "uscc", "reason": "check_character" });
    assert_eq!((edit.code, &edit.document()["fault"]), (2, &fault), "{edit:?}");
    let run = with_state(&[&["--json"], &certify[..]].concat(), at);
    let fault = serde_json::json!({
        "code": "input_invalid", "field": "company.uscc", "reason": "check_character"
    });
    assert_eq!((run.code, &run.document()["fault"]), (2, &fault), "{run:?}");
    let english = with_state(&[&["--lang", "en"], &certify[..]].concat(), at);
    assert!(english.err.contains("character 18, the check, does not fit"), "{english:?}");
    let chinese = with_state(&[&["--lang", "zh"], &certify[..]].concat(), at);
    assert!(chinese.err.contains(&words()["flaw.uscc.check_character"]), "{chinese:?}");
}

fn words() -> std::collections::BTreeMap<String, String> {
    serde_json::from_str(include_str!("../../words/zh-CN.json")).unwrap()
}

/// A program reads the document, its user the next step beside it.
#[test]
fn a_fault_tells_its_next_step_beside_the_document_as_well() {
    let state = TempDir::new().unwrap();
    let arguments = ["--json", "--lang", "en", "logout", "--everywhere"];
    let run = with_state(&arguments, state.path().to_str().unwrap());
    assert_eq!(run.document()["fault"]["code"], "session_ended");
    assert!(run.err.contains("tongguan login"), "{run:?}");
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
