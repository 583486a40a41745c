//! Readers, cards and the portal, as a hand at the desk moves them.

mod backend;
mod banks;
mod deck;
mod error;
mod readers;
mod service;
mod socket;
mod softhsm;
mod turn;
mod ukeys;

pub use backend::Backend;
pub use deck::open as open_card;
pub use error::StageError;
pub use tongguan_sandbox_portal::PasswordCost;
pub use ukeys::Through;

use deck::Deck;
use service::CardService;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::{CardKind, RequestId};
use tongguan_sandbox_bank::BankPages;
use tongguan_sandbox_card::{Act, Card, Hook};
use tongguan_sandbox_outside::{Outside, pages};
use tongguan_sandbox_pages::Site;
use tongguan_sandbox_ukey::SoftLibrary;
use tongguan_sandbox_world::{Account, CardBlueprint, UkeyBlueprint, World};
use turn::Turn;
use ukeys::Ukeys;

/// Readers on the stage: slots 0 and 1.
pub const SLOTS: usize = 2;
/// The world that every stage plays in.
pub const SEED: u64 = 20_260_101;
/// The account that the journeys sign in with: the first company's.
const ACCOUNT: &str = "haihe-demo";

/// Everything is gone when it is dropped: cards, `pcscd`, portal.
///
/// One stage at a time in a namespace; a second [`Stage::start`] waits. It needs a namespace of its own
/// (`tests/namespace`), because vpcd listens on all addresses and clients find `pcscd` by a fixed path.
#[derive(Debug)]
pub struct Stage {
    // Dropped in this order.
    deck: Mutex<Deck>,
    service: Mutex<Option<CardService>>,
    banks: BankPages,
    backend: Mutex<Backend>,
    outside: Arc<Outside>,
    world_page: Site,
    ukeys: Ukeys,
    account: Account,
    world: World,
    dir: PathBuf,
    _turn: Turn,
}

impl Stage {
    /// Opens or makes the world in `dir`, starts `pcscd` with [`SLOTS`] empty readers, and the portal at
    /// 127.0.0.1, where a client looks for a sandbox if that port is free. Ready for use when it returns.
    pub fn start(dir: &Path, passwords: PasswordCost) -> Result<Self, StageError> {
        if std::env::var_os("TONGGUAN_NAMESPACE").is_none_or(|v| v != "1") {
            return Err(StageError::Namespace);
        }
        let turn = Turn::take()?;
        let world = World::open(dir, SEED)?;
        let account = world.account(ACCOUNT).cloned().ok_or(StageError::World("account"))?;
        let backend = Backend::start(&world, dir, passwords)?;
        let outside = Arc::clone(backend.outside());
        let banks = BankPages::start(&world, &backend.origin())?;
        let service = CardService::start(&dir.join("pcscd"))?;
        Ok(Self {
            ukeys: Ukeys::new(&dir.join("libraries"))?,
            banks,
            deck: Mutex::new(Deck::new(dir.join("cards"))),
            service: Mutex::new(Some(service)),
            backend: Mutex::new(backend),
            world_page: Site::start(pages(Arc::clone(&outside))?)?,
            outside,
            account,
            world,
            dir: dir.to_owned(),
            _turn: turn,
        })
    }

    /// Puts the card into the reader; it leaves the reader that it is in. Returns when `pcscd` has seen it.
    pub fn insert(&self, slot: usize, card: &str) -> Result<(), StageError> {
        self.insert_with(slot, card, Box::new(|_| Act::Answer))
    }

    /// The same, with a hand at the reader: `hook` sees every command before the card does. It must not
    /// call the stage.
    pub fn insert_with(&self, slot: usize, card: &str, hook: Hook) -> Result<(), StageError> {
        let blueprint = self.world.card(card).ok_or_else(|| StageError::NoCard(card.to_owned()))?;
        let service = lock(&self.service);
        lock(&self.deck).insert(slot, blueprint, hook, service.is_some())
    }

    /// Takes out what is in the reader, if anything. Returns when `pcscd` has seen it.
    pub fn remove(&self, slot: usize) -> Result<(), StageError> {
        let service = lock(&self.service);
        lock(&self.deck).remove(slot, service.is_some())
    }

    /// A card with the keys of a UKey: what OpenSC's module shows as a token.
    pub fn insert_ukey(&self, slot: usize, ukey: &str) -> Result<(), StageError> {
        let ukey = self.ukey(ukey)?;
        let card = CardBlueprint {
            name: ukey.name.clone(),
            serial: ukey.serial.clone(),
            label: ukey.label.clone(),
            kind: CardKind::Unknown,
            pin: ukey.pin.clone(),
            tries: ukey.tries,
            account: None,
            keys: ukey.keys.clone(),
        };
        let service = lock(&self.service);
        lock(&self.deck).insert(slot, &card, Box::new(|_| Act::Answer), service.is_some())
    }

    /// Plugs a UKey in behind a library. A library that runs tells of it by event.
    pub fn plug(&self, ukey: &str, through: Through) -> Result<(), StageError> {
        self.ukeys.plug(self.ukey(ukey)?, through)
    }

    /// Takes it out; it keeps its tries.
    pub fn unplug(&self, ukey: &str, through: Through) -> Result<(), StageError> {
        self.ukeys.unplug(ukey, through)
    }

    fn ukey(&self, name: &str) -> Result<&UkeyBlueprint, StageError> {
        self.world.ukey(name).ok_or_else(|| StageError::NoUkey(name.to_owned()))
    }

    /// Where a library lies on this stage.
    pub fn library(&self, through: Through) -> Result<PathBuf, StageError> {
        self.ukeys.library(through)
    }

    /// The tokens and the manners of one of the sandbox's own libraries.
    pub fn soft(&self, through: Through) -> Result<SoftLibrary, StageError> {
        self.ukeys.soft(through)
    }

    /// What a program needs in its environment for the libraries to find their tokens.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        self.ukeys.environment()
    }

    /// Writes `banks.toml` for a program that keeps its state in `dir`: the banks of this world, with the
    /// addresses of their pages here.
    pub fn tell_banks(&self, dir: &Path) -> Result<(), StageError> {
        std::fs::create_dir_all(dir)?;
        Ok(std::fs::write(dir.join("banks.toml"), banks::rows(&self.world, &self.banks.origin())?)?)
    }

    /// `http://127.0.0.1:PORT` of the banks' own pages.
    pub fn bank_origin(&self) -> String {
        self.banks.origin()
    }

    /// The card itself, to look at or to spoil.
    pub fn card(&self, name: &str) -> Result<Arc<Mutex<Card>>, StageError> {
        let blueprint = self.world.card(name).ok_or_else(|| StageError::NoCard(name.to_owned()))?;
        lock(&self.deck).card(blueprint)
    }

    /// Ends `pcscd`. Cards stay in their readers.
    pub fn stop_pcscd(&self) -> Result<(), StageError> {
        let mut service = lock(&self.service);
        lock(&self.deck).power_off();
        match service.take() {
            Some(running) => running.stop(),
            None => Ok(()),
        }
    }

    /// Starts `pcscd` again. It finds the cards that are in the readers.
    pub fn start_pcscd(&self) -> Result<(), StageError> {
        let mut service = lock(&self.service);
        if service.is_none() {
            *service = Some(CardService::start(&self.dir.join("pcscd"))?);
            lock(&self.deck).power_on()?;
        }
        Ok(())
    }

    /// `http://127.0.0.1:PORT`, the same for the stage's whole life.
    pub fn portal_origin(&self) -> String {
        lock(&self.backend).origin()
    }

    /// The registers that the portal asks, and the messages that it sent.
    pub fn outside(&self) -> &Arc<Outside> {
        &self.outside
    }

    /// `http://127.0.0.1:PORT` of the page where a person looks at them and has them fail.
    pub fn world_page_origin(&self) -> String {
        self.world_page.origin()
    }

    /// `http://127.0.0.1:PORT` of what phones show: the other end of a QR code.
    pub fn phone_origin(&self) -> String {
        lock(&self.backend).phone_origin()
    }

    /// What would sign in with this captcha; `None` once it is spent, over, or the portal is down.
    pub fn captcha_answer(&self, id: &RequestId) -> Option<String> {
        lock(&self.backend).captcha_answer(id)
    }

    /// Nobody listens at the portal's address any more. What it knows is kept.
    pub fn portal_down(&self) {
        lock(&self.backend).down();
    }

    pub fn portal_up(&self) -> Result<(), StageError> {
        lock(&self.backend).up(&self.world)
    }

    /// Sets the portal's clock forward; it stays ahead until [`Stage::reset`].
    pub fn advance_clock(&self, seconds: i64) {
        lock(&self.backend).advance_clock(seconds);
    }

    /// As on the first day: cards out and fresh, `pcscd` and portal running, nothing certified.
    pub fn reset(&self) -> Result<(), StageError> {
        for slot in 0..SLOTS {
            self.remove(slot)?;
        }
        lock(&self.deck).forget()?;
        self.ukeys.reset()?;
        self.banks.reset();
        self.start_pcscd()?;
        lock(&self.backend).reset(&self.world)
    }

    /// The PIN that the card or UKey was made with; empty if there is none of that name.
    pub fn pin(&self, name: &str) -> &str {
        let card = self.world.card(name).map(|card| &card.pin);
        card.or_else(|| self.world.ukey(name).map(|ukey| &ukey.pin)).map_or("", |pin| pin.expose())
    }

    pub fn account(&self) -> &str {
        self.account.name.as_str()
    }

    pub fn password(&self) -> &str {
        self.account.password.expose()
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The name that PC/SC gives the reader of a slot.
    pub fn reader(slot: usize) -> String {
        service::reader(slot)
    }
}

/// A test that panicked with the stage in hand leaves a stage that can still be taken down.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
