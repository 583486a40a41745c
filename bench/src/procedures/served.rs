//! A server in a process of its own, so that what it takes can be told from what its clients take.

use axum::Router;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tongguan_core::domain::Origin;
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_portal::{Config, Portal};
use tongguan_sandbox_world::World;

/// Names what is served: a folder, or [`BARE`].
const SERVE: &str = "TONGGUAN_BENCH_SERVE";
/// Streams of events in which nothing ever happens.
pub(crate) const BARE: &str = "bare";
/// Clock ticks in a second, as proc_pid_stat(5) counts them on every Linux of today.
const TICKS: f64 = 100.0;

pub(crate) struct Served {
    process: Child,
    pub(crate) origin: String,
}

impl Served {
    pub(crate) fn start(what: &std::ffi::OsStr) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .env(SERVE, what)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut origin = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut origin).unwrap();
        Self { process, origin: origin.trim().into() }
    }

    /// Bytes that are in memory, by proc_pid_status(5).
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Processor time so far, of all threads.
    pub(crate) fn processor(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let after_name: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks: u32 = after_name[11..13].iter().map(|field| field.parse::<u32>().unwrap()).sum();
        Duration::from_secs_f64(f64::from(ticks) / TICKS)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn serve() -> Option<ExitCode> {
    let what = std::env::var_os(SERVE)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    println!("{origin}");
    if what == BARE {
        let never = async || Sse::new(futures_util::stream::pending::<Result<Event, Infallible>>());
        let site = Router::new().route("/", get(never));
        runtime.block_on(async { axum::serve(listener, site).await }).unwrap();
    } else {
        let portal = portal(Path::new(&what), &origin);
        runtime.block_on(portal.serve(listener, std::future::pending())).unwrap();
    }
    Some(ExitCode::SUCCESS)
}

pub(crate) fn portal(dir: &Path, origin: &str) -> Portal {
    let world = World::open(dir, tongguan_sandbox::stage::SEED).unwrap();
    let config = Config {
        // All clients have one address here, and one account may do everything.
        address_limit: i64::MAX,
        check_limit: i64::MAX,
        procedure_limit: i64::MAX,
        ..Config::new(Origin::parse(origin).unwrap())
    };
    let outside = Arc::new(Outside::open(dir, &world, Arc::clone(&config.clock)).unwrap());
    Portal::open(dir, &world, config, outside).unwrap()
}
