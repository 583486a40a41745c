//! A company's certification by documents, as a client asks for it.

use crate::common::{Api, FakeClock, Server, world};
use reqwest::blocking::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tongguan_core::domain::{DocumentKind, Validity};
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_world::{Account, Company, Person};

pub(crate) const COMPANY: &str = "/v1/legal-certification/company";
pub(crate) const LEGAL: &str = "/v1/legal-certification/legal-representative";
pub(crate) const HOLDER: &str = "/v1/legal-certification/holder";
pub(crate) const CODES: &str = "/v1/legal-certification/codes";
pub(crate) const ALL: &str = "/v1/legal-certification";

pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) dir: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let (dir, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
        Self { server: Server::start(dir.path(), clock.clone()), clock, dir }
    }

    pub(crate) fn client(&self, account: &str) -> Api {
        self.server.client().signed_in(account)
    }

    /// With a certification begun.
    pub(crate) fn begun(&self, account: &str) -> Api {
        let api = self.client(account);
        assert_eq!(api.post(ALL, &Value::Null).status(), 201);
        api
    }

    /// With step 1 passed.
    pub(crate) fn at_legal(&self, account: &str) -> Api {
        let api = self.begun(account);
        assert_eq!(step(api.put(COMPANY, &given(company(account)))), "legal_representative");
        api
    }

    /// With step 2 passed, by whatever the legal representative has.
    pub(crate) fn at_holder(&self, account: &str) -> Api {
        let api = self.at_legal(account);
        let person = &company(account).legal_representative;
        let check = match person.document.kind {
            DocumentKind::IdCard => id_card(&person.validity),
            _ => self.bank_card(&api, person),
        };
        assert_eq!(step(api.put(LEGAL, &check)), "holder");
        api
    }

    /// Has a code sent for the card of `person` and reads it: the body of a check.
    pub(crate) fn bank_card(&self, api: &Api, person: &Person) -> Value {
        let card = card(person);
        let answer = api.post(CODES, &card);
        assert_eq!(answer.status(), 201);
        let sent: Value = answer.json().unwrap();
        let code = json!({ "id": sent["id"], "code": self.read(person) });
        json!({ "by": "bank_card", "card": card, "code": code })
    }

    /// The newest code that was sent to this person.
    pub(crate) fn read(&self, person: &Person) -> String {
        let to = CodeTarget::Phone { phone: person.phone.clone() };
        let message = self.server.outside.messages_to(&to, 1).unwrap().remove(0);
        message.code.unwrap().as_str().to_owned()
    }

    pub(crate) fn count(&self, table: &str) -> i64 {
        let c = rusqlite::Connection::open(self.dir.path().join("portal.sqlite")).unwrap();
        c.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }
}

pub(crate) fn account(name: &str) -> &'static Account {
    world().account(name).unwrap()
}

pub(crate) fn company(account_name: &str) -> &'static Company {
    world().company(&account(account_name).company).unwrap()
}

/// Step 1 as it is right.
pub(crate) fn given(company: &Company) -> Value {
    let legal = &company.legal_representative;
    json!({ "company": company.identity, "legal_representative": legal.name, "document": legal.document })
}

pub(crate) fn id_card(validity: &Validity) -> Value {
    json!({ "by": "id_card", "validity": { "from": validity.from, "until": validity.until } })
}

pub(crate) fn card(person: &Person) -> Value {
    json!({ "number": person.bank_card, "phone": person.phone })
}

/// Step 3 for the account's own holder, as on record.
pub(crate) fn holder(person: &Person, check: Value) -> Value {
    json!({ "name": person.name, "document": null, "check": check })
}

/// The step that an answer leads to.
pub(crate) fn step(answer: Response) -> String {
    let status = answer.status();
    let body: Value = answer.json().unwrap();
    assert!(status.is_success(), "{status} {body}");
    body["step"]["kind"].as_str().unwrap().to_owned()
}

pub(crate) fn refused(answer: Response) -> String {
    assert_eq!(answer.status(), 422);
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["code"], "data_refused", "{problem}");
    problem["reason"].as_str().unwrap().to_owned()
}

/// Where the open certification stands.
pub(crate) fn stands(api: &Api) -> String {
    step(api.get(ALL))
}
