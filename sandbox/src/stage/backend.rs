//! The reference backend on its address: up, down, and up again with what it knew.

use super::StageError;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tongguan_core::domain::{Origin, Timestamp};
use tongguan_core::ports::Clock;
use tongguan_sandbox_portal::{Config, Portal, PortalError, router};
use tongguan_sandbox_world::World;

/// How long a request that is being answered may take to end when the backend goes down.
const PATIENCE: Duration = Duration::from_secs(2);

/// A portal with a state folder of its own.
#[derive(Debug)]
pub struct Backend {
    address: SocketAddr,
    dir: PathBuf,
    /// Seconds by which its clock is ahead.
    ahead: Arc<AtomicI64>,
    /// `Some` while it is up; its end closes every connection.
    runtime: Option<Runtime>,
}

impl Backend {
    pub(crate) fn start(world: &World, dir: &Path) -> Result<Self, StageError> {
        Self::listen(world, dir, (Ipv4Addr::LOCALHOST, 0).into())
    }

    /// Port 0 is a free one; it stays the same from then on.
    pub fn listen(world: &World, dir: &Path, address: SocketAddr) -> Result<Self, StageError> {
        let mut backend =
            Self { address, dir: dir.to_owned(), ahead: Arc::new(AtomicI64::new(0)), runtime: None };
        backend.up(world)?;
        Ok(backend)
    }

    /// `http://IP:PORT`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn up(&mut self, world: &World) -> Result<(), StageError> {
        if self.runtime.is_some() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.dir)?;
        let listener = TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let site = site(world, &self.dir, address, &self.ahead)?;
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(async move { axum::serve(listener, site).await });
        self.address = address;
        self.runtime = Some(runtime);
        Ok(())
    }

    pub(crate) fn down(&mut self) {
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
        self.up(world)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.down();
    }
}

/// What stands behind the listener. Its state ends with the runtime.
fn site(
    world: &World,
    dir: &Path,
    address: SocketAddr,
    ahead: &Arc<AtomicI64>,
) -> Result<axum::Router, StageError> {
    let audience = Origin::parse(&format!("http://{address}")).map_err(PortalError::from)?;
    let config = Config { clock: Arc::new(Ahead(Arc::clone(ahead))), ..Config::new(audience) };
    Ok(router(Portal::open(dir, world, config)?))
}

/// The machine's clock, set forward by so many seconds.
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp::now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}
