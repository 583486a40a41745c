//! Puts the card of a state file into a virtual reader until the reader goes away:
//! `cargo run -p tongguan-sandbox-card --example insert -- state.json 127.0.0.1:35963`

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use tongguan_sandbox_card::{Act, Card, insert};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(state), Some(reader)) = (arguments.next(), arguments.next()) else {
        // 64 is EX_USAGE of sysexits.h.
        return Ok(ExitCode::from(64));
    };
    let card = Card::open(&PathBuf::from(state))?;
    let reader: SocketAddr = reader.to_string_lossy().parse()?;
    insert(reader, Arc::new(Mutex::new(card)), Box::new(|_| Act::Answer))?.wait();
    Ok(ExitCode::SUCCESS)
}
