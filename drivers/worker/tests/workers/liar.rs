//! A process that answers nonsense in the place of a worker.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

pub(crate) const ARGUMENT: &str = "--liar";
pub(crate) const LIES: [&str; 5] = ["noise", "huge", "short", "other-call", "no-answer"];

pub(crate) fn run() -> ! {
    let mut line = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let answer = |id: u8, meta: &[u8]| {
        let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
        [&length(9 + meta.len()), [2, 0, 0, 0, id].as_slice(), &length(meta.len()), meta].concat()
    };
    let lie = match std::env::args().nth(2).unwrap().as_str() {
        "noise" => b"\0\0\0\x20loading vendor library 1.0 ... ok".to_vec(),
        "huge" => vec![0xff; 64],
        "short" => vec![0, 0, 0, 3, 1, 2, 3],
        "other-call" => answer(9, br#"{"answer":"done"}"#),
        _ => answer(1, br#"{"answer":"maybe"}"#),
    };
    line.write_all(&lie).unwrap();
    let _ = line.read_to_end(&mut Vec::new());
    std::process::exit(0)
}
