//! Our own time for one certification: the wall clock less what the card and the network had.

use crate::desk;
use crate::row::{Row, median, us};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tongguan_core::api::FlowView;
use tongguan_core::domain::{Certificate, PublicKey};
use tongguan_sandbox_card::Act;
use tongguan_tests::{Desk, tokens_in};
use tongguan_wiring::Deadlines;

const CARD: &str = "haihe-operator-sm2";
const RUNS: usize = 15;

pub(crate) fn measure() -> Vec<Row> {
    let desk = desk::open(Deadlines::default());
    desk.sign_in();
    // The card's own time cannot be seen from outside, so that it is asked for nothing here: what is taken
    // off is the time of the two calls that wait for others, as the flow itself measures them.
    let commands = Arc::new(Mutex::new(0usize));
    let counted = Arc::clone(&commands);
    let hook = move |_: &[u8]| {
        *counted.lock().unwrap() += 1;
        Act::Answer
    };
    desk.stage.insert_with(0, CARD, Box::new(hook)).unwrap();
    let token = desk.wait("the card", |view| tokens_in(view).next());
    let mut own = Vec::new();
    for _ in 0..RUNS {
        assert!(matches!(desk.begin(&token, 0), FlowView::Consent { .. }));
        let started = Instant::now();
        let FlowView::Done { timings, .. } = desk.sign(desk.stage.pin(CARD), false) else {
            panic!("{:?}", desk.view().flow)
        };
        own.push(started.elapsed().saturating_sub(Duration::from_millis(timings.card + timings.portal)));
    }
    let (own, verify) = (median(own), verification(&token.identities[0].certificate, &desk));
    let what =
        "own time from the PIN to the result, card and portal excluded (journal's two fsyncs included)";
    let ratio = own.as_secs_f64() / verify.as_secs_f64();
    vec![Row::new(what, us(own), format!("{} (one SM2 verification); bar 20 ms", us(verify)), ratio)]
}

/// One verification of the own signature, which no certification can do without.
fn verification(certificate: &Certificate, desk: &Desk) -> Duration {
    let signature = desk.stage.world().card(CARD).unwrap().keys[0].pair.sign(b"statement").unwrap();
    let key: &PublicKey = certificate.public_key();
    let run = |_| {
        let started = Instant::now();
        key.verify(certificate.algorithm(), b"statement", &signature).unwrap();
        started.elapsed()
    };
    median((0..50).map(run).collect())
}
