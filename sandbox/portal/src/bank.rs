//! Banks: whom they know, which certificates speak for them, and how their servers are known.

use crate::Portal;
use crate::error::PortalError;
use crate::password::same;
use crate::problem::Problem;
use crate::session::Session;
use crate::trust::Trust;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tongguan_core::domain::{BankId, BankMark, CompanyIdentity, UnifiedSocialCreditCode};
use tongguan_core::fault::Refusal;
use tongguan_sandbox_world::World;

/// A bank as the portal knows it.
pub(crate) struct Desk {
    pub(crate) mark: BankMark,
    /// Its own authorities, and nobody else's.
    pub(crate) trust: Trust,
    secret_hash: Vec<u8>,
    customers: HashMap<UnifiedSocialCreditCode, CompanyIdentity>,
}

impl Desk {
    /// The company of the session as the bank has it in its books.
    pub(crate) fn customer(&self, session: &Session) -> Result<CompanyIdentity, Problem> {
        let found = self.customers.get(&session.company.uscc);
        found.cloned().ok_or(Problem::ProofRefused(Refusal::EnterpriseNotFound))
    }
}

pub(crate) type Desks = HashMap<BankId, Desk>;

/// The banks of `world` with their authorities.
pub(crate) fn desks(world: &World) -> Result<Desks, PortalError> {
    let mut desks = Desks::new();
    for bank in &world.banks {
        let id = bank.id.as_str();
        let customers = bank.customers.iter().map(|customer| (customer.uscc.clone(), customer.identity()));
        desks.insert(
            bank.id.clone(),
            Desk {
                mark: BankMark { id: bank.id.clone(), name: bank.name.clone() },
                trust: Trust::open(&world.bank_anchors(id), &world.bank_revocation_lists(id))?,
                secret_hash: Sha256::digest(bank.secret.expose()).to_vec(),
                customers: customers.collect(),
            },
        );
    }
    Ok(desks)
}

impl Portal {
    pub(crate) fn desk(&self, bank: &BankId) -> Result<&Desk, Problem> {
        self.desks().get(bank).ok_or(Problem::BankUnknown)
    }

    /// The bank `id` if `secret` is that of its server.
    pub(crate) fn bank_server(&self, id: &str, secret: &str) -> Result<&Desk, Problem> {
        let desk = BankId::parse(id).ok().and_then(|id| self.desks().get(&id)).ok_or(Problem::BankRefused)?;
        // Over the hashes: neither the time nor the length tells how much of a guess is right.
        if same(&Sha256::digest(secret), &desk.secret_hash) { Ok(desk) } else { Err(Problem::BankRefused) }
    }
}
