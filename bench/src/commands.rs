//! Commands to the card: from nothing to a signature, and once more with what is known.

use crate::row::Row;
use tongguan_core::domain::{Application, Pin, TokenId};
use tongguan_iccard::link::{ApduLog, Counting};
use tongguan_iccard::recognise;
use tongguan_tests::{InHand, world_in};

/// What the best peer needs for one authentication.
const PEER: usize = 14;

pub(crate) fn measure() -> Vec<Row> {
    let cases = [
        ("own application, SM2", "haihe-operator-sm2", Application::Tongguan),
        ("PKCS#15, RSA-2048", "haihe-all", Application::Pkcs15),
        ("PIV, RSA-2048", "haihe-all", Application::Piv),
    ];
    cases.into_iter().flat_map(|(name, card, application)| one(name, card, application)).collect()
}

fn one(name: &str, card: &str, application: Application) -> [Row; 2] {
    let dir = tempfile::tempdir().unwrap();
    let world = world_in(&dir.path().join("world"));
    let blueprint = world.card(card).unwrap();
    let (link, log) = Counting::new(Box::new(InHand::new(&dir.path().join("cards"), blueprint)));
    let id = TokenId::parse("iccard:hand#1").unwrap();
    let mut token = recognise(Box::new(link), "hand", id, &[application]).unwrap();
    let identity = token.info().identities[0].clone();
    let pin = Pin::parse(blueprint.pin.expose().as_bytes().to_vec()).unwrap();
    let mut certify = || {
        token.pin_state(&identity.key).unwrap();
        token.sign(&identity.key, &identity.certificate, b"statement", Some(&pin)).unwrap();
    };
    certify();
    let first = count(&log);
    certify();
    let again = count(&log);
    let row = |what: &str, ours: usize, floor: usize, parts: &str| {
        let limit = format!("{floor} ({parts}); best peer {PEER}");
        Row::new(&format!("{what}, {name}"), format!("{ours} APDUs"), limit, ratio(ours, floor))
    };
    [
        row("first certification", first, 5, "select, certificate, PIN state, VERIFY, sign"),
        row("certification again", again, 4, "certificate, PIN state, VERIFY, sign"),
    ]
}

fn count(log: &ApduLog) -> usize {
    log.take().len()
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn ratio(ours: usize, floor: usize) -> f64 {
    ours as f64 / floor as f64
}
