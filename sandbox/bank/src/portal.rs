//! The backend, as the bank's server asks it.

use crate::page::Trouble;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response, StatusCode, redirect};
use serde::Deserialize;
use std::time::Duration;
use tongguan_core::domain::{Challenge, Nonce, Origin, Proof};
use tongguan_core::fault::Refusal;
use tongguan_sandbox_world::BankBlueprint;

/// For one whole exchange.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub(crate) struct Backend {
    pub(crate) origin: Origin,
    client: Client,
}

/// `application/problem+json` (RFC 9457).
#[derive(Deserialize)]
struct Problem {
    code: String,
    reason: Option<Refusal>,
}

impl Backend {
    pub(crate) fn new(origin: Origin) -> reqwest::Result<Self> {
        // Another part of the program may have done it already; either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self { origin, client })
    }

    /// What the visit is about. A state is base64url: it can stand in a path.
    pub(crate) async fn challenge(&self, bank: &BankBlueprint, state: &Nonce) -> Result<Challenge, Trouble> {
        let url = format!("{}/v1/banks/{}/visits/{state}", self.origin, bank.id);
        let request = self.client.get(url).bearer_auth(bank.secret.expose());
        let answer = request.send().await.map_err(|_| Trouble::Portal)?;
        if answer.status() == StatusCode::OK {
            return answer.json().await.map_err(|_| Trouble::Portal);
        }
        Err(trouble(answer).await.unwrap_or(Trouble::Portal))
    }

    pub(crate) async fn submit(
        &self,
        bank: &BankBlueprint,
        state: &Nonce,
        proof: &Proof,
    ) -> Result<(), Trouble> {
        let url = format!("{}/v1/banks/{}/results", self.origin, bank.id);
        let body = serde_json::json!({ "state": state, "proof": STANDARD.encode(proof.cms()) });
        let request = self.client.post(url).bearer_auth(bank.secret.expose()).json(&body);
        // It may have come there, and only the answer be lost.
        let answer = request.send().await.map_err(|_| Trouble::Unsure)?;
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(());
        }
        Err(trouble(answer).await.unwrap_or(Trouble::Unsure))
    }
}

async fn trouble(answer: Response) -> Option<Trouble> {
    let status = answer.status().as_u16();
    let problem: Problem = answer.json().await.ok()?;
    match (status, problem.code.as_str(), problem.reason) {
        (403, "not_allowed", _) => Some(Trouble::Refused),
        (404, "not_found", _) => Some(Trouble::Unknown),
        (409, "visit_used", _) => Some(Trouble::Used),
        (410, "visit_expired", _) => Some(Trouble::Expired),
        (422, "proof_refused", Some(reason)) => Some(match reason {
            Refusal::CertExpired => Trouble::CertExpired,
            Refusal::CertRevoked => Trouble::CertRevoked,
            Refusal::CertUntrusted => Trouble::CertUntrusted,
            Refusal::CertOtherEnterprise => Trouble::CertOtherEnterprise,
            _ => Trouble::Refused,
        }),
        _ => None,
    }
}
