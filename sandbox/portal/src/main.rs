//! The reference backend as a program of its own: `tongguan-sandbox-portal STATE_DIR SEED [ADDRESS]`.
//! Writes one line with its origin to standard output once it listens, and ends on SIGINT.

use std::io::{Error, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tongguan_core::domain::Origin;
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_portal::{Config, Portal};
use tongguan_sandbox_world::World;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage =
        || Error::new(ErrorKind::InvalidInput, "usage: tongguan-sandbox-portal STATE_DIR SEED [ADDRESS]");
    let directory = PathBuf::from(arguments.next().ok_or_else(usage)?);
    let seed = arguments.next().ok_or_else(usage)?.parse()?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let world = World::open(&directory, seed)?;
    let listener = TcpListener::bind(&address).await?;
    let origin = Origin::parse(&format!("http://{}", listener.local_addr()?))?;
    let config = Config::new(origin.clone());
    let outside = Outside::open(&directory, &world, Arc::clone(&config.clock))?;
    let portal = Portal::open(&directory, &world, config, Arc::new(outside))?;
    writeln!(std::io::stdout(), "{origin}")?;
    let stop = async {
        // Without a handler for SIGINT the default one ends the process, which is as well.
        let _ = tokio::signal::ctrl_c().await;
    };
    portal.serve(listener, stop).await?;
    Ok(())
}
