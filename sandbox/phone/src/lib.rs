//! The other end of a QR code: what apps and mini-programs show on a phone. One set of pages for whatever step a
//! platform asks for; colours, names and words are data. It talks to the backend over HTTP, as an app does.
//!
//! What a phone may do hangs on a token, which its browser keeps in a cookie that is for one procedure's pages
//! alone and that no script can read. The secret of a ticket does not stay in an address.
//!
//! CTID's app is no platform's: it goes to the desk at which the world opens trusted identities.

mod app;
mod camera;
mod cookie;
mod ctid;
mod entry;
mod fields;
mod look;
mod owner;
mod page;
mod portal;
mod routes;
mod stage;
mod start;
mod support;
mod tickets;
mod trouble;
mod upload;
mod words;

use portal::Backend;
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use tongguan_core::domain::Origin;
use tongguan_sandbox_outside::{CtidDesk, Wallet};
use tongguan_sandbox_pages::Site;

/// All apps of all phones on one address. Dropping it takes them down.
#[derive(Debug)]
pub struct PhonePages {
    site: Site,
}

impl PhonePages {
    /// On a free port of 127.0.0.1; `portal_origin` is where the backend is, whether it is up already or not.
    pub fn start(portal_origin: &str, ctid: CtidDesk, wallet: Wallet) -> std::io::Result<Self> {
        Self::listen(portal_origin, ctid, wallet, (Ipv4Addr::LOCALHOST, 0).into())
    }

    /// The same on a given address. Must not be called on an async runtime's own threads, nor dropped there.
    pub fn listen(
        portal_origin: &str,
        ctid: CtidDesk,
        wallet: Wallet,
        address: SocketAddr,
    ) -> std::io::Result<Self> {
        let origin =
            Origin::parse(portal_origin).map_err(|fault| Error::new(ErrorKind::InvalidInput, fault))?;
        let backend = Backend::new(origin, wallet).map_err(Error::other)?;
        Ok(Self { site: Site::listen(routes::router(backend, ctid), address)? })
    }

    /// `http://IP:PORT`
    pub fn origin(&self) -> String {
        self.site.origin()
    }
}
