//! The OpenAPI document: its operations, and the problems that many of them share.
#![allow(dead_code, reason = "the functions are read by the derive alone")]

mod account;
mod answers;
mod bank;
mod certify;
mod company;
mod legal;
mod procedure;
mod sign_in;

use crate::schemas::{FileFlaw, Problem};
use answers::Problems;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The document that `GET /v1/openapi.json` answers and `docs/portal-api/openapi.json` holds.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Tongguan portal", version = "1", description = "Accounts of companies: signing in, the records of \
        company and account, certification with a card, a bank's UKey or the legal representative's \
        documents, and procedures on platforms. Every error is application/problem+json with a `code`."),
    paths(
        sign_in::captcha, sign_in::sign_in, sign_in::sign_out, sign_in::sign_out_everywhere,
        sign_in::card_challenge, sign_in::card_session, sign_in::profile,
        company::company, company::edit_company, company::edit_legal, company::operators, company::add_operator,
        company::set_operator, company::ask_upgrade, company::decide_upgrade, company::cards, company::unbind_card,
        account::account, account::edit_holder, account::change_password, account::send_code, account::confirm_code,
        account::set_preferences, account::certifications,
        certify::challenge, certify::submit, certify::open_visit, certify::visit,
        legal::legal, legal::begin_legal, legal::leave_legal, legal::legal_company, legal::legal_code,
        legal::legal_person, legal::legal_holder,
        procedure::platforms, procedure::open, procedure::procedure, procedure::events, procedure::answer,
        procedure::leave, procedure::send_code, procedure::open_ticket, procedure::scan, procedure::begin_upload,
        procedure::upload, procedure::take_part, procedure::letter, procedure::branches,
        bank::visit_challenge, bank::visit_result, health, openapi_json
    ),
    components(schemas(Problem, FileFlaw)),
    modifiers(&BearerScheme, &Problems)
)]
struct Document;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", scheme.clone());
        // A phone's, as opening a ticket gave it.
        components.add_security_scheme("phone", scheme.clone());
        // The secret of a bank's server.
        components.add_security_scheme("bank", scheme);
    }
}

#[utoipa::path(get, path = "/v1/health", responses((status = 200, body = crate::schemas::Health)))]
fn health() {}

#[utoipa::path(get, path = "/v1/openapi.json", responses((status = 200, description = "this document")))]
fn openapi_json() {}
