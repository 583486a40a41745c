//! Signatures per second, each with a PIN entry of its own, as every certification has one.

use super::bare::{Bare, Module};
use crate::desk::Desk;
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
use tongguan_ukey::Ukeys;
use tongguan_wiring::Deadlines;

/// Of all kinds in turn, the first one changing from round to round.
const ROUNDS: usize = 15;
const SIGNATURES: usize = 40;
/// About as long as a statement.
const MESSAGE: [u8; 480] = [b's'; 480];

const CASES: [(&str, Through, &str); 4] = [
    ("RSA-2048, SoftHSM2", Through::SoftHsm, "haihe-ccb-rsa"),
    ("P-256, SoftHSM2", Through::SoftHsm, "haihe-cmbc-p256"),
    ("SM2, SKF", Through::Skf, "haihe-ccb-sm2"),
    ("RSA-2048, SKF", Through::Skf, "haihe-ccb-rsa"),
];

pub(crate) fn measure() -> Vec<Row> {
    let desk = Desk::open(Deadlines::default());
    for (_, through, ukey) in CASES {
        desk.stage.plug(ukey, through).unwrap();
    }
    let libraries = [Through::SoftHsm, Through::Skf].map(|through| (through, desk.approve(through)));
    // The drivers without a worker; a library in this process is loaded once.
    let drivers: Vec<(Through, Box<dyn TokenSource>)> =
        libraries.iter().map(|(through, path)| (*through, driver(*through, path))).collect();
    let rows = CASES.into_iter().flat_map(|(name, through, ukey)| {
        let library = &libraries.iter().find(|(t, _)| *t == through).unwrap().1;
        let driver = &drivers.iter().find(|(t, _)| *t == through).unwrap().1;
        let (_, shown) = desk.shown(ukey, library);
        let pin = || desk.pin(ukey);
        let identity = shown.identities[0].clone();
        let certificate = identity.certificate.clone();
        let here = token_with(driver.as_ref(), &certificate);
        let mut ways = Ways {
            ours: Signer::new(desk.tokens.open(&shown.id).unwrap(), &shown, pin()),
            driver: Signer::new(driver.open(&here.id).unwrap(), &here, pin()),
            bare: bare(&desk, through, ukey, library, &certificate),
        };
        rows_of(name, &ways.rounds(), &certificate, &ways.bare.entry())
    });
    rows.collect()
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
        return Bare::Skf(Box::new(library), desk.pin(ukey));
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
}

/// Time of one signature, by rounds.
#[derive(Default)]
struct Times {
    ours: Vec<Duration>,
    driver: Vec<Duration>,
    bare: Vec<Duration>,
    many: Vec<Duration>,
    passage: Vec<Duration>,
}

impl Ways {
    fn rounds(&mut self) -> Times {
        let mut times = Times::default();
        for round in 0..=ROUNDS {
            let mut this = Times::default();
            for turn in 0..5 {
                match (round + turn) % 5 {
                    0 => this.ours.push(each(|| self.ours.sign())),
                    1 => this.bare.push(each(|| drop(self.bare.entry()))),
                    2 => this.driver.push(each(|| self.driver.sign())),
                    3 => this.passage.push(each(|| self.ours.pass())),
                    _ => {
                        let started = Instant::now();
                        self.bare.many(SIGNATURES);
                        this.many.push(started.elapsed() / u32::try_from(SIGNATURES).unwrap());
                    }
                }
            }
            // The first round warms the libraries.
            if round > 0 {
                times.ours.extend(this.ours);
                times.bare.extend(this.bare);
                times.driver.extend(this.driver);
                times.passage.extend(this.passage);
                times.many.extend(this.many);
            }
        }
        times
    }
}

fn each(mut work: impl FnMut()) -> Duration {
    let started = Instant::now();
    for _ in 0..SIGNATURES {
        work();
    }
    started.elapsed() / u32::try_from(SIGNATURES).unwrap()
}

fn rows_of(name: &str, times: &Times, certificate: &Certificate, signature: &[u8]) -> [Row; 3] {
    let verify = || {
        certificate.public_key().verify(certificate.algorithm(), &MESSAGE, signature).unwrap();
    };
    let verification = each(verify);
    // Each round against its own neighbour: what the machine does meanwhile touches both.
    let mut ratios: Vec<f64> =
        times.ours.iter().zip(&times.bare).map(|(o, b)| b.as_secs_f64() / o.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    let [ours, bare, driver, many, passage] =
        [&times.ours, &times.bare, &times.driver, &times.many, &times.passage].map(|t| median(t.clone()));
    let overhead = ours.saturating_sub(bare);
    let parts = format!(
        "{} bare; passage alone {}, driver in one process {} more than bare, of it verification {}",
        us(bare),
        us(passage),
        us(driver.saturating_sub(bare)),
        us(verification)
    );
    [
        Row::new(
            &format!("signatures, a PIN entry each, {name}"),
            per_second(ours),
            format!("{} (bare loop in one process); limit 0.90", per_second(bare)),
            ratios[ratios.len() / 2],
        ),
        Row::new(
            &format!("own overhead per signature, {name}"),
            us(overhead),
            parts,
            overhead.as_secs_f64() / bare.as_secs_f64(),
        ),
        Row {
            what: format!("for information, {name}: one PIN entry, many signatures"),
            ours: "never done".into(),
            limit: format!("{} (bare loop)", per_second(many)),
            ratio: String::new(),
        },
    ]
}
