//! Signatures per second, each with a PIN entry of its own, as every certification has one.

use super::bare::{Bare, Module};
use super::signer::Signer;
use super::ways::{Times, Ways};
use crate::desk;
use crate::row::{Row, per_second, us};
use tongguan_core::api::{Command, FlowView};
use tongguan_core::domain::{
    Certificate, LibraryKind, LibraryPath, LibraryProfile, LoadOrder, Pin, Statement, TokenInfo,
};
use tongguan_core::ports::{ReaderState, TokenSource};
use tongguan_sandbox::stage::Through;
use tongguan_skf::SkfTokens;
use tongguan_skf::bare::Bare as SkfBare;
use tongguan_tests::Desk;
use tongguan_ukey::Ukeys;
use tongguan_wiring::Deadlines;

const CASES: [(&str, Through, &str); 4] = [
    ("RSA-2048, SoftHSM2", Through::SoftHsm, "haihe-ccb-rsa"),
    ("P-256, SoftHSM2", Through::SoftHsm, "haihe-cmbc-p256"),
    ("SM2, SKF", Through::Skf, "haihe-ccb-sm2"),
    ("RSA-2048, SKF", Through::Skf, "haihe-ccb-rsa"),
];

pub(crate) fn measure() -> Vec<Row> {
    let desk = desk::open(Deadlines::default());
    desk.sign_in();
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
        let statement = statement(&desk, ukey, &shown);
        let certificate = shown.identities[0].certificate.clone();
        let here = token_with(driver.as_ref(), &certificate);
        let signer = |source: &dyn TokenSource, info: &TokenInfo| {
            Signer::new(source.open(&info.id).unwrap(), info, &statement, pin_of(&desk, ukey))
        };
        let mut ways = Ways {
            callers: [(); 2].map(|()| signer(&*desk.tokens, &shown)),
            driver: signer(driver.as_ref(), &here),
            bare: bare(&desk, through, ukey, library, &certificate, &statement.render()),
        };
        rows_of(name, &ways.times())
    });
    rows.collect()
}

/// The one that the application shows for this UKey.
fn statement(desk: &Desk, ukey: &str, token: &TokenInfo) -> Statement {
    let bank = ukey.split('-').nth(1).unwrap();
    let FlowView::Consent { statement, .. } = desk.begin_at(bank, token, 0) else {
        panic!("{:?}", desk.view().flow)
    };
    desk.call(Command::Dismiss {}).unwrap();
    Statement::parse(&statement.text).unwrap()
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

fn bare(
    desk: &Desk,
    through: Through,
    ukey: &str,
    library: &LibraryPath,
    certificate: &Certificate,
    text: &str,
) -> Bare {
    if through == Through::Skf {
        let library = SkfBare::load(library, certificate.clone(), text.as_bytes()).unwrap();
        return Bare::Skf(Box::new(library), pin_of(desk, ukey));
    }
    let (path, pin) = (std::path::Path::new(library.as_str()), desk.stage.pin(ukey));
    let id = desk.stage.world().ukey(ukey).unwrap().keys[0].reference;
    Bare::Pkcs11(Box::new(Module::load(path, ukey, id, certificate.clone(), text.as_bytes(), pin)))
}

fn rows_of(name: &str, times: &Times) -> [Row; 4] {
    let beside = |limit: &str| {
        let least = times.least.map(per_second);
        let least = least.map(|least| format!("; {least} with as few calls as it takes"));
        format!("{} (bare loop{limit}){}", per_second(times.bare), least.unwrap_or_default())
    };
    let (two, one) = (times.two_callers, times.one_caller);
    // May be negative: then the machine was too restless for this figure, and the table says so.
    let overhead = (one.as_secs_f64() - times.bare.as_secs_f64()) * 1e6;
    [
        Row::new(
            &format!("signatures, a PIN entry each, two callers, {name}"),
            per_second(two),
            beside("; limit 0.90"),
            times.two_share,
        ),
        Row::new(
            &format!("the same, one caller that waits for each, {name}"),
            per_second(one),
            beside(""),
            times.one_share,
        ),
        Row::new(
            &format!("own time per signature, one caller, {name}"),
            format!("{overhead:.0} us"),
            parts(times),
            overhead / 1e6 / times.bare.as_secs_f64(),
        ),
        Row {
            what: format!("for information: one PIN entry, many signatures, {name}"),
            ours: "never done".into(),
            limit: format!("{} (bare loop)", per_second(times.many)),
            ratio: String::new(),
        },
    ]
}

fn parts(times: &Times) -> String {
    let precautions = times.precautions.map(|took| format!(", {} precautions", us(took)));
    format!(
        "of it {} verification and envelope, {} passage through the worker{}; the driver without a worker: {}",
        us(times.proof),
        us(times.passage),
        precautions.unwrap_or_default(),
        us(times.driver.saturating_sub(times.bare)),
    )
}
