//! A router on an address of its own.

use axum::Router;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long a request that is being answered may take to end when the site goes down.
const PATIENCE: Duration = Duration::from_secs(2);

/// Up until it is dropped. Must neither be made nor dropped on an async runtime's own threads.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    /// `Some` until it is dropped.
    runtime: Option<Runtime>,
}

impl Site {
    /// On a free port of 127.0.0.1.
    pub fn start(router: Router) -> std::io::Result<Self> {
        Self::listen(router, (Ipv4Addr::LOCALHOST, 0).into())
    }

    /// Port 0 is a free one.
    pub fn listen(router: Router, address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, runtime: Some(runtime) })
    }

    /// `http://IP:PORT`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(PATIENCE);
        }
    }
}
