//! The stage itself: what journeys and the window's tests rely on.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "functions that tests share")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use tempfile::TempDir;
use tongguan_sandbox::Stage;
use tongguan_sandbox::stage::PasswordCost;
use tongguan_sandbox_card::Act;

const CARD: &str = "haihe-operator-sm2";
const ALL: &str = "haihe-all";

fn stage() -> (TempDir, Stage) {
    let dir = tempfile::tempdir().unwrap();
    let stage = Stage::start(dir.path(), PasswordCost::OWASP).unwrap();
    (dir, stage)
}

fn run(command: &str, arguments: &[&str]) -> String {
    let output = Command::new(command).args(arguments).env("LC_ALL", "C").output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// One row to a reader, "Yes" or "No" for a card.
fn readers() -> Vec<(String, bool)> {
    let listing = run("opensc-tool", &["--list-readers"]);
    listing
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .map(|line| (line.to_owned(), line.contains("  Yes  ")))
        .collect()
}

fn cards() -> Vec<bool> {
    readers().into_iter().map(|(_, card)| card).collect()
}

fn transmit(slot: usize, command: &[u8]) -> Result<Vec<u8>, pcsc::Error> {
    let context = pcsc::Context::establish(pcsc::Scope::User)?;
    let reader = std::ffi::CString::new(Stage::reader(slot)).unwrap();
    let card = context.connect(&reader, pcsc::ShareMode::Shared, pcsc::Protocols::ANY)?;
    let mut buffer = [0; 512];
    let answer = card.transmit(command, &mut buffer).map(<[u8]>::to_vec);
    // The usual reset on release never comes back from vpcd when the card has gone meanwhile.
    card.disconnect(pcsc::Disposition::LeaveCard).map_err(|(_, error)| error)?;
    answer
}

/// The status line of `GET /v1/health`, or nothing if nobody is there.
fn health(stage: &Stage) -> Option<String> {
    let origin = stage.portal_origin();
    let address = origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET /v1/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().map(str::to_owned)
}

/// Daemons in this process's namespace of mounts; other runs have theirs.
fn daemons() -> usize {
    let own = std::fs::read_link("/proc/self/ns/mnt").unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().map_while(Result::ok).map(|entry| entry.path());
    processes
        .filter(|path| std::fs::read_link(path.join("ns/mnt")).is_ok_and(|ns| ns == own))
        .filter(|path| std::fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == "pcscd"))
        .count()
}

#[test]
fn a_fresh_stage_has_two_empty_readers_and_a_portal() {
    let (_dir, stage) = stage();
    assert_eq!(cards(), [false, false]);
    assert_eq!(health(&stage).as_deref(), Some("HTTP/1.1 200 OK"));
    assert_eq!(stage.account(), "haihe-demo");
    assert_eq!(stage.pin(CARD).len(), 8);
}

#[test]
fn an_inserted_card_is_there_for_others_and_a_removed_one_is_not() {
    let (_dir, stage) = stage();
    stage.insert(1, CARD).unwrap();
    assert_eq!(cards(), [false, true]);
    stage.insert(0, ALL).unwrap();
    assert_eq!(cards(), [true, true]);
    stage.remove(1).unwrap();
    assert_eq!(cards(), [true, false]);
    stage.remove(0).unwrap();
    stage.remove(0).unwrap();
    assert_eq!(cards(), [false, false]);
}

#[test]
fn opensc_reads_the_card() {
    let (_dir, stage) = stage();
    stage.insert(0, ALL).unwrap();
    let reader = Stage::reader(0);
    let answer =
        run("opensc-tool", &["--reader", &reader, "--card-driver", "default", "--send-apdu", "00A4040000"]);
    assert!(answer.contains("SW1=0x"), "{answer}");
}

#[test]
fn a_card_that_goes_to_another_reader_leaves_the_first() {
    let (_dir, stage) = stage();
    stage.insert(0, CARD).unwrap();
    stage.insert(1, CARD).unwrap();
    assert_eq!(cards(), [false, true]);
}

#[test]
fn a_hook_sees_the_command_and_pulls_the_card() {
    let (_dir, stage) = stage();
    let (tell, seen) = std::sync::mpsc::channel();
    let hook = move |command: &[u8]| {
        let _ = tell.send(command.to_vec());
        Act::PullBefore
    };
    stage.insert_with(0, CARD, Box::new(hook)).unwrap();
    let select = [0x00, 0xA4, 0x04, 0x00, 0x00];
    // vpcd has no better word for it than an answer of no bytes.
    assert_eq!(transmit(0, &select), Ok(Vec::new()));
    assert_eq!(seen.recv().unwrap(), select);
    stage.remove(0).unwrap();
    stage.insert(0, CARD).unwrap();
    assert!(transmit(0, &select).is_ok());
}

#[test]
fn a_card_stays_in_its_reader_while_the_service_restarts() {
    let (_dir, stage) = stage();
    stage.insert(1, CARD).unwrap();
    stage.stop_pcscd().unwrap();
    assert_eq!(daemons(), 0);
    let gone = pcsc::Context::establish(pcsc::Scope::User).err();
    assert_eq!(gone, Some(pcsc::Error::NoService));
    stage.insert(0, ALL).unwrap();
    stage.start_pcscd().unwrap();
    assert_eq!(cards(), [true, true]);
    stage.start_pcscd().unwrap();
    assert_eq!(daemons(), 1);
}

#[test]
fn the_portal_goes_down_and_comes_back_at_the_same_address() {
    let (_dir, stage) = stage();
    let origin = stage.portal_origin();
    stage.portal_down();
    assert_eq!(health(&stage), None);
    stage.portal_down();
    stage.portal_up().unwrap();
    stage.portal_up().unwrap();
    assert_eq!(stage.portal_origin(), origin);
    assert_eq!(health(&stage).as_deref(), Some("HTTP/1.1 200 OK"));
}

#[test]
fn tries_are_kept_between_stages_and_forgotten_by_reset() {
    let dir = tempfile::tempdir().unwrap();
    let tries = |stage: &Stage| {
        let card = stage.card(CARD).unwrap();
        let mut card = card.lock().unwrap();
        card.transmit(b"\x00\xA4\x04\x00\x0A\xF0TONGGUAN\x01");
        card.transmit(&[0x00, 0x20, 0x00, 0x81])
    };
    let first = Stage::start(dir.path(), PasswordCost::OWASP).unwrap();
    first.insert(0, CARD).unwrap();
    assert_eq!(tries(&first), [0x63, 0xC5]);
    let wrong = b"\x00\x20\x00\x81\x08zzzzzz\xFF\xFF";
    first.card(CARD).unwrap().lock().unwrap().transmit(wrong);
    assert_eq!(tries(&first), [0x63, 0xC4]);
    drop(first);
    let second = Stage::start(dir.path(), PasswordCost::OWASP).unwrap();
    second.insert(0, CARD).unwrap();
    assert_eq!(tries(&second), [0x63, 0xC4]);
    second.reset().unwrap();
    assert_eq!(cards(), [false, false]);
    second.insert(0, CARD).unwrap();
    assert_eq!(tries(&second), [0x63, 0xC5]);
}

#[test]
fn nothing_is_left_after_drop() {
    let (_dir, stage) = stage();
    stage.insert(0, CARD).unwrap();
    assert_eq!(daemons(), 1);
    let origin = stage.portal_origin();
    drop(stage);
    assert_eq!(daemons(), 0);
    assert!(!std::path::Path::new("/run/pcscd/pcscd.comm").exists());
    assert!(TcpStream::connect(origin.strip_prefix("http://").unwrap()).is_err());
}

#[test]
fn a_card_or_a_reader_that_is_not_there_is_named() {
    let (_dir, stage) = stage();
    assert_eq!(
        stage.insert(0, "nobody").unwrap_err().to_string(),
        "there is no card nobody; `tongguan-sandbox world` lists them"
    );
    assert_eq!(stage.insert(7, CARD).unwrap_err().to_string(), "there is no reader 7");
}
