//! Nothing secret is in the log, however much is logged. Alone in its file: the log belongs to a process.

use crate::common::{Deed, PROFILE, RECEIPT, Server, json, proof, sign_in};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tongguan_core::ports::Portal;
use tongguan_portal::HttpPortal;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_names_paths_and_no_secrets() {
    let log = Log::default();
    let sink = log.clone();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    everything.with_ansi(false).with_writer(move || sink.clone()).init();

    let token = format!("{{\"token\":\"token-canary-42\",\"expires_at\":\"x\",\"profile\":{PROFILE}}}");
    let deeds = [json("201 Created", &token), json("200 OK", PROFILE), json("201 Created", RECEIPT)];
    let server = Server::start(deeds.into_iter().map(Deed::Say).collect());
    let portal = HttpPortal::new();
    let session = sign_in(&portal, &server.origin(), "password-canary-9").unwrap();
    portal.profile(&session).unwrap();
    portal.submit(&session, &proof()).unwrap();
    format!("{session:?} {portal:?}").split(' ').for_each(|word| tracing::info!(word));

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("path=\"/v1/proofs\""), "{log}");
    for secret in ["token-canary", "password-canary", "7K2M", "MII", "\"SW-2026"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
