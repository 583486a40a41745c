//! `GET` and `POST /BANK/certify`. The state names the visit; whatever else stands in the address is not read.

use crate::page::{self, Form, Objection, Trouble};
use crate::portal::Backend;
use crate::ukeys::{Choice, Entry, Ukeys};
use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use std::sync::Arc;
use tongguan_core::domain::{Challenge, Nonce, Password, Proof, Statement};
use tongguan_sandbox_world::BankBlueprint;

/// A state, a UKey and a PIN are far below it.
const LARGEST_FORM: usize = 4096;

/// What stands behind the pages.
#[derive(Debug)]
pub(crate) struct Houses {
    pub(crate) banks: Vec<BankBlueprint>,
    pub(crate) ukeys: Ukeys,
    pub(crate) backend: Backend,
}

#[derive(Deserialize)]
struct Address {
    state: String,
}

#[derive(Deserialize)]
struct Sent {
    state: String,
    ukey: String,
    pin: Password,
}

/// A visit that may still be answered, with everything that its page shows.
struct Visit {
    state: Nonce,
    challenge: Challenge,
    statement: Statement,
    choices: Vec<Choice>,
}

impl Houses {
    pub(crate) fn new(banks: Vec<BankBlueprint>, ukeys: Ukeys, backend: Backend) -> Self {
        Self { banks, ukeys, backend }
    }

    async fn visit(&self, bank: &BankBlueprint, state: &str) -> Result<Visit, Trouble> {
        let state = Nonce::parse(state).map_err(|_| Trouble::Unknown)?;
        let challenge = self.backend.challenge(bank, &state).await?;
        let account = &challenge.account;
        let statement = Statement::from_challenge(&challenge, &self.backend.origin, account);
        let statement = statement.map_err(|_| Trouble::Mismatch)?;
        let known = bank.customer(&challenge.company.uscc).map(|customer| customer.identity());
        if known.as_ref() != Some(&challenge.company) {
            return Err(Trouble::Mismatch);
        }
        let choices = self.ukeys.choices(&bank.id, &challenge.company.organization_code);
        if choices.is_empty() {
            Err(Trouble::NoUkey)
        } else {
            Ok(Visit { state, challenge, statement, choices })
        }
    }

    /// Signs and delivers. The PIN is asked of the UKey only for a visit that can still be answered.
    async fn certify(&self, bank: &BankBlueprint, sent: &Sent) -> Result<Response, Trouble> {
        let visit = self.visit(bank, &sent.state).await?;
        let Some(choice) = visit.choices.iter().find(|choice| choice.value == sent.ukey) else {
            return Ok(Self::form(bank, &visit, "", Some(Objection::Choose)));
        };
        let objection = match self.ukeys.enter(choice, &sent.pin) {
            Entry::Right => None,
            Entry::Wrong { left } => Some(Objection::PinWrong { left }),
            Entry::Locked => Some(Objection::PinLocked),
        };
        if objection.is_some() {
            return Ok(Self::form(bank, &visit, &sent.ukey, objection));
        }
        let signature = self.ukeys.sign(choice, visit.statement.render().as_bytes());
        let proof = signature
            .and_then(|signature| Proof::build(&visit.statement, &signature, &choice.certificate, &[]).ok());
        self.backend.submit(bank, &visit.state, &proof.ok_or(Trouble::Refused)?).await?;
        Ok(page::passed(bank, &visit.challenge.company))
    }

    fn form(bank: &BankBlueprint, visit: &Visit, chosen: &str, objection: Option<Objection>) -> Response {
        let form = Form {
            state: &visit.state,
            company: &visit.challenge.company,
            statement: &visit.statement.render(),
            choices: &visit.choices,
            chosen,
            objection,
        };
        page::sign(bank, &form)
    }
}

pub(crate) fn router(houses: Arc<Houses>) -> Router {
    Router::new()
        .route("/{bank}/certify", get(show).post(certify))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(houses)
}

async fn show(
    State(houses): State<Arc<Houses>>,
    Path(bank): Path<String>,
    address: Result<Query<Address>, QueryRejection>,
) -> Response {
    let Some(bank) = houses.banks.iter().find(|known| known.id.as_str() == bank) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let state = address.map(|Query(address)| address.state).unwrap_or_default();
    match houses.visit(bank, &state).await {
        Ok(visit) => Houses::form(bank, &visit, "", None),
        Err(trouble) => page::failed(bank, trouble),
    }
}

async fn certify(
    State(houses): State<Arc<Houses>>,
    Path(bank): Path<String>,
    sent: Result<axum::Form<Sent>, FormRejection>,
) -> Response {
    let Some(bank) = houses.banks.iter().find(|known| known.id.as_str() == bank) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(axum::Form(sent)) = sent else { return page::failed(bank, Trouble::Unknown) };
    match houses.certify(bank, &sent).await {
        Ok(response) => response,
        Err(trouble) => page::failed(bank, trouble),
    }
}
