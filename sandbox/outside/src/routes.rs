//! `GET /`, `/company`, `/ctid`, `/bank`, `/ledger`, `/review`, `/tickets`; `POST /failure`,
//! `/company`, `/ledger`, `/review`, `/tickets`. For a person on this machine: another
//! name for it than its loopback address is refused, and every form carries the token of this start.

use crate::page::{self, Place, Trouble};
use crate::sheet::Sheet;
use crate::{Failure, Outside, OutsideError};
use crate::{ledger_page, photo, records, review_page, tickets_page};
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Query, State};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;
use tongguan_core::domain::{CompanyName, PersonName, UnifiedSocialCreditCode};
use tongguan_core::fault::Register;
use tongguan_sandbox_pages::on_loopback;

/// Names and numbers are far below it.
const LARGEST_FORM: usize = 4096;
/// More are found by searching.
pub(crate) const SHOWN: u32 = 50;

#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) outside: Arc<Outside>,
    pub(crate) token: Arc<str>,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    find: String,
}

#[derive(Deserialize)]
struct SetFailure {
    token: String,
    register: Register,
    #[serde(default)]
    record: String,
    failure: String,
}

#[derive(Deserialize)]
struct Change {
    token: String,
    uscc: String,
    name: String,
    legal_representative: String,
}

/// The world's pages for a person at the sandbox. Serve them on a loopback address of their own.
pub fn pages(outside: Arc<Outside>) -> Result<Router, OutsideError> {
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits).map_err(|_| OutsideError::Randomness)?;
    let desk = Desk { outside, token: hex::encode(bits).into() };
    Ok(Router::new()
        .route("/", get(async |desk, find| show(desk, find, Register::Sms).await))
        .route("/company", get(async |desk, find| show(desk, find, Register::Company).await).post(change))
        .route("/ctid", get(async |desk, find| show(desk, find, Register::Ctid).await))
        .route("/bank", get(async |desk, find| show(desk, find, Register::Bank).await))
        .route("/population", get(async |desk, find| show(desk, find, Register::Population).await))
        .route("/population/{number}/{side}", get(photo::show))
        .route("/phone", get(async |desk, find| show(desk, find, Register::Phone).await))
        .route("/failure", post(set_failure))
        .route(
            "/ledger",
            get(async |desk, find| show(desk, find, Register::Payments).await).post(ledger_page::pay),
        )
        .route("/review", get(review_page::show).post(review_page::decide))
        .route("/review/{id}", get(review_page::file))
        .route("/tickets", get(tickets_page::show).post(tickets_page::expire))
        .fallback(async || page::failed(Register::Sms, Trouble::Missing))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn(on_loopback))
        .with_state(desk))
}

impl Desk {
    /// Looks at every byte whatever differs, so that time tells nothing.
    pub(crate) fn gave(&self, token: &str) -> Result<(), Trouble> {
        let (own, given) = (self.token.as_bytes(), token.as_bytes());
        let same =
            own.len() == given.len() && own.iter().zip(given).fold(0, |all, (a, b)| all | (a ^ b)) == 0;
        if same { Ok(()) } else { Err(Trouble::Token) }
    }

    fn sheet(&self, register: Register, find: &str) -> Result<Response, OutsideError> {
        let outside = &self.outside;
        let failure = outside.failure(register, None)?;
        let sheet = Sheet { register, token: &self.token, find, failure };
        Ok(match register {
            Register::Sms => {
                records::messages(&sheet, &outside.find_messages(find, SHOWN)?, &outside.failing_addresses()?)
            }
            Register::Company => records::companies(&sheet, &outside.companies(find, SHOWN)?),
            Register::Ctid => records::identities(&sheet, &outside.identities(find, SHOWN)?),
            Register::Population => records::citizens(&sheet, &outside.citizens(find, SHOWN)?),
            Register::Phone => records::subscribers(&sheet, &outside.subscribers(find, SHOWN)?),
            Register::Bank => records::bank_cards(&sheet, &outside.bank_cards(find, SHOWN)?),
            Register::Payments => ledger_page::sheet(outside, &sheet)?,
        })
    }

    fn set(&self, form: &SetFailure) -> Result<(), Trouble> {
        self.gave(&form.token)?;
        let failure = match form.failure.as_str() {
            "none" => None,
            code => Some(Failure::parse(code).ok_or(Trouble::Failure)?),
        };
        let record = (!form.record.is_empty()).then_some(form.record.as_str());
        Ok(self.outside.set_failure(form.register, record, failure)?)
    }

    fn change(&self, form: &Change) -> Result<(), Trouble> {
        self.gave(&form.token)?;
        let refused = |_| Trouble::Value;
        let uscc = UnifiedSocialCreditCode::parse(&form.uscc).map_err(refused)?;
        let mut company = self.outside.registered(&uscc)?.ok_or(Trouble::Record)?;
        company.identity.name = CompanyName::parse(&form.name).map_err(refused)?;
        company.legal_representative = PersonName::parse(&form.legal_representative).map_err(refused)?;
        Ok(self.outside.enter_company(&company)?)
    }
}

async fn show(State(desk): State<Desk>, Query(search): Query<Search>, register: Register) -> Response {
    blocking(register, move || Ok(desk.sheet(register, search.find.trim())?)).await
}

async fn set_failure(State(desk): State<Desk>, form: Result<Form<SetFailure>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else { return page::failed(Register::Sms, Trouble::Failure) };
    let register = form.register;
    blocking(register, move || desk.set(&form).map(|()| back(register, &form.record))).await
}

async fn change(State(desk): State<Desk>, form: Result<Form<Change>, FormRejection>) -> Response {
    let Ok(Form(form)) = form else { return page::failed(Register::Company, Trouble::Value) };
    let work = move || desk.change(&form).map(|()| back(Register::Company, &form.uscc));
    blocking(Register::Company, work).await
}

/// To the record on its page. Numbers and codes can stand in an address as they are; an e-mail's page is short.
pub(crate) fn back(register: Register, record: &str) -> Response {
    let path = page::path(register);
    let plain = !record.is_empty() && record.bytes().all(|b| b.is_ascii_alphanumeric());
    Redirect::to(&if plain { format!("{path}#{record}") } else { path }).into_response()
}

pub(crate) async fn blocking(
    place: impl Into<Place>,
    work: impl FnOnce() -> Result<Response, Trouble> + Send + 'static,
) -> Response {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or(Err(Trouble::Broken));
    done.unwrap_or_else(|trouble| page::failed(place, trouble))
}
