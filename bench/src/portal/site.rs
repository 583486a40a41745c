//! A portal in this process, with as many companies as wanted.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tongguan_core::domain::{Origin, UnifiedSocialCreditCode};
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_portal::{Config, Portal};
use tongguan_sandbox_world::World;

/// The account whose password all the others have, too.
pub(crate) const ACCOUNT: &str = "haihe-demo";
/// At least, however few the companies.
const ACCOUNTS: usize = 256;

pub(crate) struct Site {
    pub(crate) companies: usize,
    pub(crate) origin: String,
    pub(crate) portal: Portal,
    pub(crate) world: World,
    // Dropped after the runtime that writes into it.
    _runtime: Runtime,
    _dir: TempDir,
}

impl Site {
    pub(crate) fn with_companies(companies: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        tongguan_tests::world_in(dir.path());
        let world = World::open(dir.path(), tongguan_sandbox::stage::SEED).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let config = Config {
            // All clients have one address here, and proofs are made long before they are sent.
            address_limit: i64::MAX,
            challenge_life: 600,
            ..Config::new(Origin::parse(&origin).unwrap())
        };
        let outside = Arc::new(Outside::open(dir.path(), &world, Arc::clone(&config.clock)).unwrap());
        let portal = Portal::open(dir.path(), &world, config, outside).unwrap();
        fill(dir.path(), more(companies, &world));
        runtime.spawn(portal.clone().serve(listener, std::future::pending()));
        Self { companies, origin, portal, world, _runtime: runtime, _dir: dir }
    }

    /// Accounts to sign in with, spread over all companies; no two alike.
    pub(crate) fn accounts(&self, count: usize) -> Vec<String> {
        let more = more(self.companies, &self.world);
        (0..count).map(|at| name(at * more.max(ACCOUNTS) / count)).collect()
    }

    /// The password of `account`.
    pub(crate) fn password(&self, account: &str) -> &str {
        self.world.account(account).or(self.world.account(ACCOUNT)).unwrap().password.expose()
    }
}

fn name(at: usize) -> String {
    format!("crowd-{at}")
}

/// Companies beside the world's own.
fn more(companies: usize, world: &World) -> usize {
    companies.saturating_sub(world.companies.len()).max(1)
}

/// Companies, and accounts that copy the first one's row: hashing so many passwords would take an hour.
fn fill(dir: &Path, more: usize) {
    let mut store = rusqlite::Connection::open(dir.join("portal.sqlite")).unwrap();
    let all = store.transaction().unwrap();
    {
        let mut company = all
            .prepare(
                "INSERT INTO company (entered_as, uscc, name, organization_code, legal_name)
                 VALUES (?1, ?1, ?2, ?3, ?2)",
            )
            .unwrap();
        let mut account = all
            .prepare(
                "INSERT INTO account (name, company, salt, hash, password_at, role, holder_name)
                 SELECT ?1, company.id, salt, hash, password_at, role, holder_name FROM account, company
                 WHERE account.name = ?3 AND company.uscc = ?2",
            )
            .unwrap();
        for at in 0..more {
            let uscc = uscc(at);
            let code = uscc.organization_code().to_string();
            company.execute((uscc.as_str(), format!("Crowd {at}"), code)).unwrap();
        }
        for at in 0..more.max(ACCOUNTS) {
            account.execute((name(at), uscc(at % more).as_str(), ACCOUNT)).unwrap();
        }
    }
    all.commit().unwrap();
}

fn uscc(at: usize) -> UnifiedSocialCreditCode {
    let organization = tongguan_core::domain::OrganizationCode::complete(&format!("Q{at:07}")).unwrap();
    UnifiedSocialCreditCode::complete(&format!("91990099{organization}")).unwrap()
}
