//! The reference backend on its address: up, down, and up again with what it knew. Beside it the phones' pages, which
//! stay up.

use super::StageError;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tongguan_core::api::SANDBOX_PORT;
use tongguan_core::domain::{Origin, RequestId, Timestamp};
use tongguan_core::ports::Clock;
use tongguan_sandbox_outside::{CtidDesk, Outside, Wallet};
use tongguan_sandbox_phone::PhonePages;
use tongguan_sandbox_portal::{Config, PasswordCost, Portal, PortalError, router};
use tongguan_sandbox_world::World;

/// How long a request that is being answered may take to end when the backend goes down.
const PATIENCE: Duration = Duration::from_secs(2);

/// A portal with a state folder of its own, and the registers that it asks with another.
#[derive(Debug)]
pub struct Backend {
    address: SocketAddr,
    dir: PathBuf,
    outside: Arc<Outside>,
    passwords: PasswordCost,
    /// Seconds by which its clock is ahead.
    ahead: Arc<AtomicI64>,
    /// Both `Some` while it is up; the runtime's end closes every connection.
    portal: Option<Portal>,
    runtime: Option<Runtime>,
    /// `Some` since it was up for the first time.
    phones: Option<PhonePages>,
}

impl Backend {
    /// Where a client looks for a sandbox on its computer; at a free port if that one is taken.
    pub fn start(world: &World, dir: &Path, passwords: PasswordCost) -> Result<Self, StageError> {
        let port = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match Self::listen(world, dir, port(SANDBOX_PORT), passwords) {
            Err(StageError::Io(error)) if error.kind() == ErrorKind::AddrInUse => {
                Self::listen(world, dir, port(0), passwords)
            }
            other => other,
        }
    }

    /// Keeps its state in `dir/portal` and `dir/outside`. Port 0 is a free one; it stays the same from then on.
    pub fn listen(
        world: &World,
        dir: &Path,
        address: SocketAddr,
        passwords: PasswordCost,
    ) -> Result<Self, StageError> {
        let ahead = Arc::new(AtomicI64::new(0));
        let outside = Outside::open(&dir.join("outside"), world, Arc::new(Ahead(Arc::clone(&ahead))))?;
        let (dir, outside) = (dir.join("portal"), Arc::new(outside));
        let mut backend =
            Self { address, dir, outside, passwords, ahead, portal: None, runtime: None, phones: None };
        backend.up(world)?;
        Ok(backend)
    }

    /// Up as long as this is.
    pub fn outside(&self) -> &Arc<Outside> {
        &self.outside
    }

    /// `http://IP:PORT`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://IP:PORT` of what phones show; the address of a ticket begins with it.
    pub fn phone_origin(&self) -> String {
        self.phones.as_ref().map(PhonePages::origin).unwrap_or_default()
    }

    pub(crate) fn up(&mut self, world: &World) -> Result<(), StageError> {
        if self.runtime.is_some() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.dir)?;
        let listener = TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        if self.phones.is_none() {
            let (ctid, wallet) =
                (CtidDesk::new(Arc::clone(&self.outside)), Wallet::new(Arc::clone(&self.outside)));
            self.phones = Some(PhonePages::start(&format!("http://{address}"), ctid, wallet)?);
        }
        let portal = self.portal(world, address)?;
        let site = router(portal.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(async move { axum::serve(listener, site).await });
        self.address = address;
        (self.portal, self.runtime) = (Some(portal), Some(runtime));
        Ok(())
    }

    /// What would sign in with this captcha.
    pub(crate) fn captcha_answer(&self, id: &RequestId) -> Option<String> {
        self.portal.as_ref()?.captcha_answer(id)
    }

    pub(crate) fn down(&mut self) {
        self.portal = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(PATIENCE);
        }
    }

    pub(crate) fn advance_clock(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Up, at the same address, and knowing nothing but the world.
    pub(crate) fn reset(&mut self, world: &World) -> Result<(), StageError> {
        self.down();
        std::fs::remove_dir_all(&self.dir)?;
        self.ahead.store(0, Ordering::SeqCst);
        self.outside.reset(world)?;
        self.up(world)
    }

    /// Knows what it knew before.
    fn portal(&self, world: &World, address: SocketAddr) -> Result<Portal, StageError> {
        let audience = Origin::parse(&format!("http://{address}")).map_err(PortalError::from)?;
        let phones = Origin::parse(&self.phone_origin()).map_err(PortalError::from)?;
        let config = Config {
            clock: Arc::new(Ahead(Arc::clone(&self.ahead))),
            password_cost: self.passwords,
            phone_origin: Some(phones),
            ..Config::new(audience)
        };
        Ok(Portal::open(&self.dir, world, config, Arc::clone(&self.outside))?)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.down();
    }
}

/// The machine's clock, set forward by so many seconds.
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}
