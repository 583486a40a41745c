//! The reference backend: what a portal has to do so that a certification means something. A library
//! with an axum router; state is one SQLite file. `docs/portal-api` describes it from outside.

mod account;
mod account_api;
mod api;
mod attempt;
mod bank;
mod bell;
#[cfg(test)]
mod between;
mod bodies;
mod captcha;
mod card;
mod card_sign_in;
mod certification;
mod challenge;
mod codes;
mod codes_api;
mod codes_store;
mod column;
mod company;
mod company_api;
mod contact;
mod enter;
mod error;
mod gate;
mod keyed;
mod legal;
mod legal_api;
mod legal_check;
mod legal_store;
mod level;
mod new_operator;
mod notice;
mod openapi;
mod operator;
mod outbox;
mod password;
mod person;
mod picture;
mod problem;
mod procedure;
mod proof;
mod rate;
mod remembered;
mod rights;
mod schemas;
mod session;
mod sign_in;
mod sign_in_api;
mod store;
mod trust;
mod turn;
mod visit;
mod wire;

pub use api::router;
pub use error::PortalError;
pub use openapi::document;
pub use password::PasswordCost;

use bank::Desks;
use bell::Bell;
use gate::Gate;
use keyed::{RunKey, SubjectKey};
use outbox::Outbox;
use password::Hashing;
use problem::Problem;
use procedure::Bells;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tongguan_core::domain::platform::Platform;
use tongguan_core::domain::{Origin, Timestamp};
use tongguan_core::ports::Clock;
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_world::World;
use trust::Trust;
use turn::Turns;

/// Figures in seconds.
#[derive(Clone)]
pub struct Config {
    /// The origin under which clients reach this portal; it stands in every challenge.
    pub audience: Origin,
    pub clock: Arc<dyn Clock>,
    pub challenge_life: i64,
    /// A visit to a bank's page, and its challenge; at most [`tongguan_core::domain::Statement::MAX_LIFE`].
    pub visit_life: i64,
    /// A session ends so long after its last use.
    pub session_idle: i64,
    /// A session ends so long after sign-in in any case.
    pub session_life: i64,
    /// So many requests without a session are taken from one client address in a minute.
    pub address_limit: i64,
    /// So many steps of one account are held against the registers in an hour.
    pub check_limit: i64,
    /// So many procedures may an account open in an hour, and so many tickets.
    pub procedure_limit: i64,
    /// Of every password and code in the store, which does not know it: a store stays with the one it began with.
    pub password_cost: PasswordCost,
    /// Where the phones' pages are; `None`: under the audience.
    pub phone_origin: Option<Origin>,
    /// Beside those of the catalogue.
    pub more_platforms: Vec<Platform>,
}

impl Config {
    /// Two minutes for a challenge, ten for a visit, half an hour idle, twelve hours in all, 240 a
    /// minute; passwords at the cost of OWASP; the clock of this machine.
    pub fn new(audience: Origin) -> Self {
        Self {
            audience,
            clock: Arc::new(SystemClock),
            challenge_life: 120,
            visit_life: 600,
            session_idle: 1_800,
            session_life: 43_200,
            address_limit: 240,
            check_limit: 60,
            procedure_limit: 120,
            password_cost: PasswordCost::OWASP,
            phone_origin: None,
            more_platforms: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("audience", &self.audience).finish_non_exhaustive()
    }
}

/// From one look at what has ended to the next.
const SWEEP: Duration = Duration::from_secs(60);
/// So many files are unpacked at once: each may take some hundred megabytes.
const UNPACKING: usize = 2;

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// An open portal. Cheap to clone; all clones share one store.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

struct Inner {
    store: Mutex<Connection>,
    /// For cards.
    trust: Trust,
    desks: Desks,
    config: Config,
    outside: Arc<Outside>,
    /// Of passwords and codes.
    hashing: Hashing,
    /// Before a file is unpacked.
    unpacking: Gate,
    /// Of names whose password is looked at.
    turns: Turns,
    outbox: Outbox,
    /// Some visit ended, or the portal stops: whoever waits for one looks again.
    visit_ended: Bell,
    platforms: Vec<Platform>,
    bells: Arc<Bells>,
    run_key: RunKey,
    subject_key: SubjectKey,
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Portal").field(&self.0.config).finish()
    }
}

impl Portal {
    /// Opens `state_dir/portal.sqlite`, making it if need be, and enters the companies and accounts of
    /// `world` that it does not know yet. An account that is there keeps its password. What others know of
    /// companies and people it asks `outside`. Blocks.
    pub fn open(
        state_dir: &Path,
        world: &World,
        config: Config,
        outside: Arc<Outside>,
    ) -> Result<Self, PortalError> {
        let mut connection = store::open(state_dir)?;
        let hashing = Hashing::at(config.password_cost);
        enter::enter(&mut connection, world, config.clock.now(), &hashing)?;
        legal_store::forget_ended(&connection, config.clock.now())?;
        procedure::forget_ended(&mut connection, config.clock.now()).map_err(|_| PortalError::StoreBroken)?;
        store::wipe_log(&connection)?;
        let platforms = platforms(&config)?;
        let trust = Trust::open(&world.trust_anchors(), &world.revocation_lists())?;
        let portal = Self(Arc::new(Inner {
            store: Mutex::new(connection),
            trust,
            desks: bank::desks(world)?,
            config,
            outside,
            hashing,
            unpacking: Gate::of(UNPACKING),
            turns: Turns::default(),
            outbox: Outbox::open()?,
            visit_ended: Bell::default(),
            platforms,
            bells: Arc::default(),
            run_key: RunKey::draw().map_err(|_| PortalError::Randomness)?,
            subject_key: SubjectKey::open(state_dir)?,
        }));
        portal.attend();
        Ok(portal)
    }

    /// Serves until `stop` is ready; requests under way are answered, and none waits any longer.
    pub async fn serve(
        self,
        listener: tokio::net::TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let portal = self.clone();
        let stop = async move {
            stop.await;
            portal.0.visit_ended.close();
            portal.bells().close();
        };
        let sweep = self.clone().sweep();
        let site = router(self).into_make_service_with_connect_info::<SocketAddr>();
        let serve = axum::serve(listener, site).with_graceful_shutdown(stop);
        tokio::select! {
            served = serve.into_future() => served,
            never = sweep => match never {},
        }
    }

    /// What has ended is forgotten, whether anybody comes or not, and a bank that was silent is asked again.
    async fn sweep(self) -> Infallible {
        let mut rounds = tokio::time::interval_at(tokio::time::Instant::now() + SWEEP, SWEEP);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            let look = |portal: &Self| {
                portal.attend_again();
                portal.forget_ended()
            };
            if let Err(problem) = api::blocking(self.clone(), look).await {
                tracing::warn!(?problem, "what has ended is not forgotten");
            }
        }
    }

    fn config(&self) -> &Config {
        &self.0.config
    }

    fn trust(&self) -> &Trust {
        &self.0.trust
    }

    fn desks(&self) -> &Desks {
        &self.0.desks
    }

    fn outside(&self) -> &Outside {
        &self.0.outside
    }

    fn hashing(&self) -> &Hashing {
        &self.0.hashing
    }

    fn unpacking(&self) -> &Gate {
        &self.0.unpacking
    }

    fn turns(&self) -> &Turns {
        &self.0.turns
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    fn platforms(&self) -> &[Platform] {
        &self.0.platforms
    }

    fn bells(&self) -> &Arc<Bells> {
        &self.0.bells
    }

    fn run_key(&self) -> &RunKey {
        &self.0.run_key
    }

    fn subject_key(&self) -> &SubjectKey {
        &self.0.subject_key
    }

    fn phone_origin(&self) -> &Origin {
        self.config().phone_origin.as_ref().unwrap_or(&self.config().audience)
    }

    fn now(&self) -> Timestamp {
        self.0.config.clock.now()
    }

    /// One connection, one caller at a time. A panic in another caller left no half transaction behind:
    /// SQLite rolled it back.
    fn store<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Problem> {
        let mut connection = self.0.store.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }

    /// One transaction, kept if `work` succeeds. Nothing slow belongs in it: everybody waits.
    fn change<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        self.store(|c| {
            let t = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
            match work(&t) {
                Ok(done) => t.commit().map(|()| Ok(done)),
                Err(problem) => Ok(Err(problem)),
            }
        })?
    }
}

/// Those of the catalogue, and more.
fn platforms(config: &Config) -> Result<Vec<Platform>, PortalError> {
    let mut platforms = tongguan_catalogue::platforms().map_err(PortalError::Platform)?;
    for platform in &config.more_platforms {
        platform.check().map_err(PortalError::Platform)?;
        platforms.push(platform.clone());
    }
    Ok(platforms)
}

/// From the operating system.
fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Problem::Internal)?;
    Ok(bytes)
}
