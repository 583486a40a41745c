//! Signatures per second, each with a PIN entry of its own, as every certification has one.

use super::bare::{Bare, Module};
use crate::desk;
use crate::row::{Row, median, per_second, us};
use std::time::{Duration, Instant};
use tongguan_core::domain::{
    Certificate, KeyRef, LibraryKind, LibraryPath, LibraryProfile, LoadOrder, Pin, TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{ReaderState, Token, TokenSource};
use tongguan_sandbox::stage::Through;
use tongguan_skf::SkfTokens;
use tongguan_skf::bare::Bare as SkfBare;
use tongguan_tests::Desk;
use tongguan_ukey::Ukeys;
use tongguan_wiring::Deadlines;

/// Signatures of each kind. They take turns one by one, and who begins changes: what else the machine does
/// meanwhile touches all of them.
const SIGNATURES: usize = 400;
/// Before that, to warm the libraries.
const WARM: usize = 20;
/// What is measured for the parts only.
const PARTS: usize = 200;
/// About as long as a statement.
const MESSAGE: [u8; 480] = [b's'; 480];

const CASES: [(&str, Through, &str); 4] = [
    ("RSA-2048, SoftHSM2", Through::SoftHsm, "haihe-ccb-rsa"),
    ("P-256, SoftHSM2", Through::SoftHsm, "haihe-cmbc-p256"),
    ("SM2, SKF", Through::Skf, "haihe-ccb-sm2"),
    ("RSA-2048, SKF", Through::Skf, "haihe-ccb-rsa"),
];

pub(crate) fn measure() -> Vec<Row> {
    let desk = desk::open(Deadlines::default());
    for (_, through, ukey) in CASES {
        desk.stage.plug(ukey, through).unwrap();
    }
    let libraries = [Through::SoftHsm, Through::Skf].map(|through| {
        let path = desk.stage.library(through).unwrap();
        (through, desk.approve_file(&path))
    });
    // The drivers without a worker; a library in this process is loaded once.
    let drivers: Vec<(Through, Box<dyn TokenSource>)> =
        libraries.iter().map(|(through, path)| (*through, driver(*through, path))).collect();
    let rows = CASES.into_iter().flat_map(|(name, through, ukey)| {
        let library = &libraries.iter().find(|(t, _)| *t == through).unwrap().1;
        let driver = &drivers.iter().find(|(t, _)| *t == through).unwrap().1;
        let shown = desk.ukey(ukey, through);
        let pin = || pin_of(&desk, ukey);
        let identity = shown.identities[0].clone();
        let certificate = identity.certificate.clone();
        let here = token_with(driver.as_ref(), &certificate);
        let bare = bare(&desk, through, ukey, library, &certificate);
        let mut ways = Ways {
            ours: Signer::new(desk.tokens.open(&shown.id).unwrap(), &shown, pin()),
            driver: Signer::new(driver.open(&here.id).unwrap(), &here, pin()),
            signature: bare.entry(),
            bare,
        };
        rows_of(name, &ways.times())
    });
    rows.collect()
}

fn pin_of(desk: &Desk, ukey: &str) -> Pin {
    Pin::parse(desk.stage.pin(ukey).as_bytes().to_vec()).unwrap()
}

fn driver(through: Through, path: &LibraryPath) -> Box<dyn TokenSource> {
    let kind = if through == Through::Skf { LibraryKind::Skf } else { LibraryKind::Pkcs11 };
    let order =
        LoadOrder { path: path.clone(), kind, sha256: String::new(), profile: LibraryProfile::default() };
    match kind {
        LibraryKind::Skf => Box::new(SkfTokens::load(&order).unwrap()),
        LibraryKind::Pkcs11 => Box::new(Ukeys::load(&order).unwrap()),
    }
}

fn token_with(source: &dyn TokenSource, certificate: &Certificate) -> TokenInfo {
    let tokens = source.list().readers.into_iter().filter_map(|reader| match reader.state {
        ReaderState::Token { token } => Some(token),
        _ => None,
    });
    tokens.into_iter().find(|token| token.identities[0].certificate == *certificate).unwrap()
}

fn bare(desk: &Desk, through: Through, ukey: &str, library: &LibraryPath, certificate: &Certificate) -> Bare {
    if through == Through::Skf {
        let library = SkfBare::load(library, certificate.clone(), &MESSAGE).unwrap();
        return Bare::Skf(Box::new(library), pin_of(desk, ukey));
    }
    let (path, pin) = (std::path::Path::new(library.as_str()), desk.stage.pin(ukey));
    let id = desk.stage.world().ukey(ukey).unwrap().keys[0].reference;
    Bare::Pkcs11(Box::new(Module::load(path, ukey, id, certificate.clone(), &MESSAGE, pin)))
}

/// A token with a PIN at hand.
struct Signer {
    token: Box<dyn Token>,
    key: KeyRef,
    certificate: Certificate,
    pin: Pin,
}

impl Signer {
    fn new(token: Box<dyn Token>, info: &TokenInfo, pin: Pin) -> Self {
        let identity = info.identities[0].clone();
        Self { token, key: identity.key, certificate: identity.certificate, pin }
    }

    fn sign(&mut self) {
        self.token.sign(&self.key, &self.certificate, &MESSAGE, Some(&self.pin)).unwrap();
    }

    fn verify(&self, signature: &[u8]) {
        self.certificate.public_key().verify(self.certificate.algorithm(), &MESSAGE, signature).unwrap();
    }

    /// The same frame there, and an answer that needed no call into the library.
    fn pass(&mut self) {
        let key = KeyRef::parse("none").unwrap();
        let answer = self.token.sign(&key, &self.certificate, &MESSAGE, Some(&self.pin));
        assert_eq!(answer, Err(Fault::KeyMissing));
    }
}

struct Ways {
    ours: Signer,
    driver: Signer,
    bare: Bare,
    signature: Vec<u8>,
}

/// What takes turns.
const KINDS: usize = 4;
const OURS: usize = 0;
const BARE: usize = 1;
const DRIVER: usize = 2;
const VERIFICATION: usize = 3;

struct Times {
    /// The medians of those who take turns.
    kinds: [Duration; KINDS],
    /// Of a bare signature and the verification after it.
    verified: Duration,
    precautions: Duration,
    passage: Duration,
    many: Duration,
}

impl Ways {
    fn times(&mut self) -> Times {
        let mut all: [Vec<Duration>; KINDS] = Default::default();
        for turn in 0..WARM + SIGNATURES {
            for next in 0..KINDS {
                let kind = (turn + next) % KINDS;
                let started = Instant::now();
                self.one(kind);
                if turn >= WARM {
                    all[kind].push(started.elapsed());
                }
            }
        }
        let verified = all[BARE].iter().zip(&all[VERIFICATION]).map(|(bare, v)| *bare + *v).collect();
        Times {
            kinds: all.map(median),
            verified: median(verified),
            precautions: each(|| self.bare.precautions(PARTS)),
            passage: self.passage(),
            many: each(|| self.bare.many(PARTS)),
        }
    }

    fn one(&mut self, kind: usize) {
        match kind {
            OURS => self.ours.sign(),
            BARE => drop(self.bare.entry()),
            DRIVER => self.driver.sign(),
            _ => self.ours.verify(&self.signature),
        }
    }

    /// The worker has slept before, for as long as this process signs by itself.
    fn passage(&mut self) -> Duration {
        let one = |_| {
            self.bare.entry();
            let started = Instant::now();
            self.ours.pass();
            started.elapsed()
        };
        median((0..PARTS).map(one).collect())
    }
}

/// One of [`PARTS`] that `work` does at a stretch.
fn each(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed() / u32::try_from(PARTS).unwrap()
}

fn over(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}

fn rows_of(name: &str, times: &Times) -> [Row; 4] {
    let [ours, bare, driver, verification] = times.kinds;
    // May be negative: then the machine was too restless for this figure, and the table says so.
    let overhead = (ours.as_secs_f64() - bare.as_secs_f64()) * 1e6;
    let parts = format!(
        "of it {} verification of the own signature, {} precautions, {} passage through the worker; the \
         driver without a worker: {}",
        us(verification),
        us(times.precautions),
        us(times.passage),
        us(driver.saturating_sub(bare)),
    );
    [
        Row::new(
            &format!("signatures, a PIN entry each, {name}"),
            per_second(ours),
            format!("{} (bare loop); limit 0.90", per_second(bare)),
            over(bare, ours),
        ),
        Row::new(
            &format!("the same, {name}"),
            per_second(ours),
            format!("{} (bare loop that verifies)", per_second(times.verified)),
            over(times.verified, ours),
        ),
        Row::new(
            &format!("own overhead per signature, {name}"),
            format!("{overhead:.0} us"),
            parts,
            overhead / 1e6 / bare.as_secs_f64(),
        ),
        Row {
            what: format!("for information: one PIN entry, many signatures, {name}"),
            ours: "never done".into(),
            limit: format!("{} (bare loop)", per_second(times.many)),
            ratio: String::new(),
        },
    ]
}
