//! What the command line runs.

mod until;

use serde::Serialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use tongguan_core::domain::DocumentKind;
use tongguan_sandbox::control::{self, CardNote};
use tongguan_sandbox::programme::Desk;
use tongguan_sandbox::stage::{self, PasswordCost, SEED, Stage, StageError};
use tongguan_sandbox_card as card;
use tongguan_sandbox_host::{BrowserHost, Page, Programme};
use tongguan_sandbox_outside::pages;
use tongguan_sandbox_pages::Site;
use tongguan_sandbox_world::{Person, World};

type Done = Result<(), Box<dyn Error>>;

/// The one line that says that the stage is ready.
#[derive(Serialize)]
struct Ready<'a> {
    ui: Option<String>,
    control: String,
    token: &'a str,
    portal: String,
    account: &'a str,
    password: &'a str,
    cards: BTreeMap<String, CardNote>,
    ukeys: BTreeMap<String, CardNote>,
    /// Path by the name that `plug` takes.
    libraries: BTreeMap<&'static str, PathBuf>,
    banks: String,
    /// The page with messages, registers and their failures.
    world: String,
    /// What phones show: the other end of a QR code.
    phone: String,
    /// What a program needs in its environment for the libraries to find their tokens.
    environment: BTreeMap<String, String>,
}

/// The usual way out of a failing command: one line, and 1.
pub(crate) fn complain(error: &dyn Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "tongguan-sandbox: {error}");
    ExitCode::FAILURE
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

pub(crate) fn portal(listen: Option<SocketAddr>, state: &Path) -> Done {
    let world = World::open(state, SEED)?;
    let backend = match listen {
        Some(address) => stage::Backend::listen(&world, state, address, PasswordCost::OWASP)?,
        None => stage::Backend::start(&world, state, PasswordCost::OWASP)?,
    };
    let world_page = Site::start(pages(Arc::clone(backend.outside()))?)?;
    say(&backend.origin())?;
    say(&world_page.origin())?;
    say(&backend.phone_origin())?;
    until::told_to_end()?;
    Ok(())
}

pub(crate) fn card(name: &str, state: &Path, vpcd: SocketAddr) -> Done {
    let world = World::open(state, SEED)?;
    let blueprint = world.card(name).ok_or_else(|| StageError::NoCard(name.to_owned()))?;
    let card = Arc::new(Mutex::new(stage::open_card(&state.join("cards"), blueprint)?));
    card::insert(vpcd, card, Box::new(|_| card::Act::Answer))?.wait();
    Ok(())
}

pub(crate) fn world(json: bool, state: &Path) -> Done {
    let world = World::open(state, SEED)?;
    if json {
        say(&serde_json::to_string_pretty(&listing(&world))?)?;
        return Ok(());
    }
    for company in &world.companies {
        say(&format!("company  {}  {}  {}", company.slug, company.identity.uscc, company.identity.name))?;
        for person in [&company.legal_representative, &company.operator] {
            say(&listed(person))?;
        }
    }
    for account in &world.accounts {
        say(&format!("account  {}  {}  {}", account.name, account.password.expose(), account.holder.name))?;
    }
    for card in &world.cards {
        say(&format!("card     {}  {}  {}", card.name, card.pin.expose(), card.label))?;
    }
    for ukey in &world.ukeys {
        say(&format!("ukey     {}  {}  {}", ukey.name, ukey.pin.expose(), ukey.label))?;
    }
    Ok(())
}

/// With everything that a certification asks for.
fn listed(person: &Person) -> String {
    let (number, validity) = (person.document.number.as_str(), person.validity);
    let (card, phone) = (person.bank_card.as_str(), person.phone.as_str());
    format!("person   {}  {number}  {} {}  {card}  {phone}", person.name, validity.from, validity.until)
}

/// Everybody's face, and both sides of whose identity card: `SLUG-ROLE-SIDE.jpg`.
pub(crate) fn pictures(dir: &Path, state: &Path) -> Done {
    let world = World::open(state, SEED)?;
    std::fs::create_dir_all(dir)?;
    for (label, person) in world.people() {
        let write =
            |side: &str, picture: Vec<u8>| std::fs::write(dir.join(format!("{label}-{side}.jpg")), picture);
        write("face", person.face()?)?;
        if person.document.kind == DocumentKind::IdCard {
            write("front", person.front()?)?;
            write("back", person.back()?)?;
        }
        say(&format!("{label}  {}  {}", person.name, person.document.number.as_str()))?;
    }
    Ok(())
}

/// Without the keys, which are nobody's business.
fn listing(world: &World) -> serde_json::Value {
    let companies: Vec<_> = world
        .companies
        .iter()
        .map(|c| serde_json::json!({ "slug": c.slug, "identity": c.identity, "registration": c.registration, "address": c.address, "legal_representative": c.legal_representative, "operator": c.operator }))
        .collect();
    let accounts: Vec<_> = world
        .accounts
        .iter()
        .map(|a| serde_json::json!({ "name": a.name, "password": a.password.expose(), "company": a.company, "role": a.role, "rights": a.rights, "holder": a.holder }))
        .collect();
    let cards: Vec<_> = world
        .cards
        .iter()
        .map(|c| serde_json::json!({ "name": c.name, "serial": c.serial, "label": c.label, "kind": c.kind, "pin": c.pin.expose() }))
        .collect();
    let ukeys: Vec<_> = world
        .ukeys
        .iter()
        .map(|u| serde_json::json!({ "name": u.name, "bank": u.bank, "account": u.account, "serial": u.serial, "label": u.label, "pin": u.pin.expose() }))
        .collect();
    serde_json::json!({ "companies": companies, "accounts": accounts, "cards": cards, "ukeys": ukeys })
}

pub(crate) fn stage(state: &Path, ui: Option<PathBuf>, program_state: Option<&Path>) -> Done {
    let stage = Arc::new(Stage::start(state, PasswordCost::OWASP)?);
    if let Some(program) = program_state {
        stage.tell_banks(program)?;
    }
    let page = match ui {
        None => None,
        Some(dist) if dist.join("index.html").is_file() => {
            let home = state.join("desk");
            stage.tell_banks(&home)?;
            let desk = Desk::open(&home, &stage.portal_origin(), stage.environment())?;
            let desk: Arc<dyn Programme> = Arc::new(desk);
            Some(Page { programme: desk, dist })
        }
        Some(dist) => {
            return Err(format!("no page in {}: build it with `npm run build` in ui", dist.display()).into());
        }
    };
    // Kept here so that it ends after the host, and not on one of the host's threads.
    let desk = page.as_ref().map(|page| Arc::clone(&page.programme));
    let host = BrowserHost::start(page, control::routes(Arc::clone(&stage)))?;
    let ready = Ready {
        ui: desk.is_some().then(|| host.address()),
        control: format!("{}/stage", host.origin()),
        token: host.token().reveal(),
        portal: stage.portal_origin(),
        account: stage.account(),
        password: stage.password(),
        cards: control::card_notes(&stage),
        ukeys: control::ukey_notes(&stage),
        libraries: control::library_paths(&stage),
        banks: stage.bank_origin(),
        world: stage.world_page_origin(),
        phone: stage.phone_origin(),
        environment: environment(&stage),
    };
    say(&serde_json::to_string(&ready)?)?;
    until::told_to_end()?;
    Ok(())
}

fn environment(stage: &Stage) -> BTreeMap<String, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    stage.environment().into_iter().filter_map(text).collect()
}
