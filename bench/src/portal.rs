//! What one sandbox carries: logins and certifications, with few and many clients, in a small and a large world.

mod certifications;
mod crowd;
mod logins;
mod site;

use crate::row::Row;
use crowd::Times;
use site::Site;
use std::time::Duration;

/// Clients that ask at once.
const CLIENTS: [usize; 3] = [1, 16, 128];
/// Companies in the portal, each with one account.
const COMPANIES: [usize; 2] = [10, 100_000];

pub(crate) fn measure() -> Vec<Row> {
    let sites = COMPANIES.map(Site::with_companies);
    let argon2 = logins::bare();
    let mut rows = Vec::new();
    for site in &sites {
        for clients in CLIENTS {
            rows.push(row("logins", site, clients, &logins::measure(site, clients), argon2));
        }
    }
    let verifications = certifications::bare(&sites[0]);
    for site in &sites {
        for clients in CLIENTS {
            let times = certifications::measure(site, clients);
            rows.push(row("certifications", site, clients, &times, verifications));
        }
    }
    rows
}

/// `bare`: what one of them cannot do without, on all cores at once or for one client on one.
fn row(what: &str, site: &Site, clients: usize, times: &Times, bare: Duration) -> Row {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(clients);
    let limit = cores as f64 / bare.as_secs_f64();
    Row::new(
        &format!("{what}, clients: {clients}, companies: {}", site.companies),
        format!("{:.0} /s, p99 {:.0} ms", times.per_second(), times.p99().as_secs_f64() * 1e3),
        format!(
            "{limit:.0} /s ({} bare, cores: {cores})",
            if what == "logins" { "Argon2id" } else { "two SM2 verifications" }
        ),
        times.per_second() / limit,
    )
}
