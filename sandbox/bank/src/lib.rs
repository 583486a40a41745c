//! The banks' own pages: a visit begun in the client is signed here, in a browser, with the bank's own
//! control, and its result goes from the bank's server to the backend. The page's address holds nothing but
//! the visit's state.

mod page;
mod portal;
mod routes;
mod ukeys;

use portal::Backend;
use routes::{Houses, router};
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tongguan_core::domain::Origin;
use tongguan_sandbox_pages::Site;
use tongguan_sandbox_world::World;
use ukeys::Ukeys;

/// All banks of a world on one address: `ORIGIN/BANK/certify?state=STATE`. Dropping it takes them down.
#[derive(Debug)]
pub struct BankPages {
    site: Site,
    houses: Arc<Houses>,
}

impl BankPages {
    /// On a free port of 127.0.0.1; `portal_origin` is where the backend is, whether it is up already or not.
    pub fn start(world: &World, portal_origin: &str) -> std::io::Result<Self> {
        Self::listen(world, portal_origin, (Ipv4Addr::LOCALHOST, 0).into())
    }

    /// The same on a given address. Must not be called on an async runtime's own threads, nor dropped there.
    pub fn listen(world: &World, portal_origin: &str, address: SocketAddr) -> std::io::Result<Self> {
        let origin =
            Origin::parse(portal_origin).map_err(|fault| Error::new(ErrorKind::InvalidInput, fault))?;
        let backend = Backend::new(origin).map_err(Error::other)?;
        let houses = Arc::new(Houses::new(world.banks.clone(), Ukeys::new(world.ukeys.clone()), backend));
        let site = Site::listen(router(Arc::clone(&houses)), address)?;
        Ok(Self { site, houses })
    }

    /// `http://IP:PORT`
    pub fn origin(&self) -> String {
        self.site.origin()
    }

    /// As on the first day: all PIN tries are there again.
    pub fn reset(&self) {
        self.houses.ukeys.reset();
    }
}
