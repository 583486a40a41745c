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
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_portal::{Config, Portal, PortalError, router};
use tongguan_sandbox_world::World;

/// How long a request that is being answered may take to end when the backend goes down.
const PATIENCE: Duration = Duration::from_secs(2);

/// A portal with a state folder of its own, and the registers that it asks with another.
#[derive(Debug)]
pub struct Backend {
    address: SocketAddr,
    dir: PathBuf,
    outside: Arc<Outside>,
    /// Seconds by which its clock is ahead.
    ahead: Arc<AtomicI64>,
    /// `Some` while it is up; its end closes every connection.
    runtime: Option<Runtime>,
}

impl Backend {
    pub(crate) fn start(world: &World, dir: &Path) -> Result<Self, StageError> {
        Self::listen(world, dir, (Ipv4Addr::LOCALHOST, 0).into())
    }

    /// Keeps its state in `dir/portal` and `dir/outside`. Port 0 is a free one; it stays the same from then on.
    pub fn listen(world: &World, dir: &Path, address: SocketAddr) -> Result<Self, StageError> {
        let ahead = Arc::new(AtomicI64::new(0));
        let outside = Outside::open(&dir.join("outside"), world, Arc::new(Ahead(Arc::clone(&ahead))))?;
        let (dir, outside) = (dir.join("portal"), Arc::new(outside));
        let mut backend = Self { address, dir, outside, ahead, runtime: None };
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

    pub(crate) fn up(&mut self, world: &World) -> Result<(), StageError> {
        if self.runtime.is_some() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.dir)?;
        let listener = TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let site = self.site(world, address)?.into_make_service_with_connect_info::<SocketAddr>();
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
        self.outside.reset(world)?;
        self.up(world)
    }

    /// What stands behind the listener. Its state ends with the runtime.
    fn site(&self, world: &World, address: SocketAddr) -> Result<axum::Router, StageError> {
        let audience = Origin::parse(&format!("http://{address}")).map_err(PortalError::from)?;
        let config = Config { clock: Arc::new(Ahead(Arc::clone(&self.ahead))), ..Config::new(audience) };
        Ok(router(Portal::open(&self.dir, world, config, Arc::clone(&self.outside))?))
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
