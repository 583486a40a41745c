//! The vpcd side of the card: the test is the reader.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::common::*;
use tongguan_sandbox_card::{ATR, Act, Card, Hook, Inserted, insert};

struct Reader {
    stream: TcpStream,
    card: Arc<Mutex<Card>>,
    inserted: Inserted,
}

fn reader(hook: Hook) -> Reader {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let card = Arc::new(Mutex::new(card()));
    let inserted = insert(listener.local_addr().unwrap(), Arc::clone(&card), hook).unwrap();
    let (stream, _) = listener.accept().unwrap();
    Reader { stream, card, inserted }
}

impl Reader {
    fn write(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        self.stream.write_all(&length).unwrap();
        self.stream.write_all(message).unwrap();
    }

    /// `None` when the card is gone.
    fn ask(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        self.write(message);
        let mut length = [0; 2];
        self.stream.read_exact(&mut length).ok()?;
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        self.stream.read_exact(&mut answer).ok()?;
        Some(answer)
    }

    fn ask_hex(&mut self, message: &str) -> Option<String> {
        self.ask(&hex::decode(message).unwrap()).map(hex::encode_upper)
    }
}

/// Pulls the card at the command that carries a PIN.
fn pull_at_verify(act: Act) -> Hook {
    Box::new(move |apdu| if apdu.starts_with(&[0x00, 0x20]) && apdu.len() > 4 { act } else { Act::Answer })
}

fn state(card: &Mutex<Card>) -> String {
    let mut card = card.lock().unwrap();
    card.reset();
    assert_eq!(status(&mut card, SELECT_OWN), "9000");
    status(&mut card, "00200081")
}

#[test]
fn the_reader_gets_answer_to_reset_and_answers() {
    let mut reader = reader(Box::new(|_| Act::Answer));
    reader.write(&[1]);
    assert_eq!(reader.ask(&[4]).unwrap(), ATR);
    assert!(reader.ask_hex(SELECT_OWN).unwrap().ends_with("9000"));
    assert_eq!(reader.ask_hex("00200081").unwrap(), "63C5");
}

#[test]
fn power_and_reset_make_the_card_forget_its_selection() {
    for message in [0, 1, 2] {
        let mut reader = reader(Box::new(|_| Act::Answer));
        assert!(reader.ask_hex(SELECT_OWN).unwrap().ends_with("9000"));
        reader.write(&[message]);
        assert_eq!(reader.ask_hex("00200081").unwrap(), "6A88");
    }
}

#[test]
fn a_card_pulled_before_verify_keeps_its_tries() {
    let mut reader = reader(pull_at_verify(Act::PullBefore));
    assert!(reader.ask_hex(SELECT_OWN).unwrap().ends_with("9000"));
    assert_eq!(reader.ask_hex("0020008108363534333231FFFF"), None);
    assert_eq!(state(&reader.card), "63C5");
}

#[test]
fn a_card_pulled_after_verify_has_lost_the_try() {
    let mut reader = reader(pull_at_verify(Act::PullAfter));
    assert!(reader.ask_hex(SELECT_OWN).unwrap().ends_with("9000"));
    assert_eq!(reader.ask_hex("0020008108363534333231FFFF"), None);
    assert_eq!(state(&reader.card), "63C4");
}

#[test]
fn the_hook_sees_every_command_and_no_steering() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let mut reader = reader(Box::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Act::Answer
    }));
    reader.write(&[1]);
    assert_eq!(reader.ask(&[4]).unwrap(), ATR);
    assert!(reader.ask_hex(SELECT_OWN).is_some());
    assert!(reader.ask_hex("00120000").is_some());
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[test]
fn removing_closes_the_connection() {
    let mut reader = reader(Box::new(|_| Act::Answer));
    assert!(reader.ask(&[4]).is_some());
    reader.inserted.remove();
    assert_eq!(reader.stream.read(&mut [0; 1]).unwrap(), 0);
}
