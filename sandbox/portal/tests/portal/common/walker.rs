//! Somebody on the way through a procedure: an account at its desk, or a phone.

use super::{Api, answered, world};
use reqwest::blocking::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tongguan_core::domain::{DocumentKind, RequestId};
use tongguan_sandbox_world::{Company, Person};

#[derive(Clone)]
pub(crate) struct Walker {
    pub(crate) api: Api,
    pub(crate) id: String,
}

/// The company of the account `SLUG-demo`.
pub(crate) fn of(slug: &str) -> &'static Company {
    world().companies.iter().find(|company| company.slug == slug).unwrap()
}

impl Walker {
    /// A new procedure of `api`'s account.
    pub(crate) fn open(api: &Api, platform: &str, path: &str) -> Self {
        let opened = answered(Self::ask(api, platform, path), 201);
        Self { api: api.clone(), id: opened["id"].as_str().unwrap().into() }
    }

    pub(crate) fn ask(api: &Api, platform: &str, path: &str) -> Response {
        let request = api.http.post(format!("{}/v1/procedures", api.origin));
        let request = request.bearer_auth(api.token.as_ref().unwrap());
        let key = RequestId::random();
        request
            .header("idempotency-key", key.as_str())
            .json(&json!({ "platform": platform, "path": path }))
            .send()
            .unwrap()
    }

    /// The phone that opens this ticket.
    pub(crate) fn scan(api: &Api, ticket: &Value) -> Self {
        Self::opened(api, &answered(Self::try_scan(api, ticket), 201))
    }

    pub(crate) fn try_scan(api: &Api, ticket: &Value) -> Response {
        let address = ticket["address"].as_str().unwrap();
        let (_, secret) = address.rsplit_once('/').unwrap();
        Api { token: None, ..api.clone() }.post("/v1/scans", &json!({ "ticket": secret }))
    }

    /// A phone without a ticket.
    pub(crate) fn walk_in(api: &Api, platform: &str, path: &str) -> Self {
        let stranger = Api { token: None, ..api.clone() };
        let body = json!({ "platform": platform, "path": path });
        Self::opened(api, &answered(stranger.post("/v1/scans", &body), 201))
    }

    fn opened(api: &Api, opened: &Value) -> Self {
        let token = opened["token"].as_str().unwrap().to_owned();
        let id = opened["procedure"]["id"].as_str().unwrap().into();
        Self { api: Api { token: Some(token), ..api.clone() }, id }
    }

    pub(crate) fn path(&self) -> String {
        format!("/v1/procedures/{}", self.id)
    }

    pub(crate) fn shown(&self) -> Value {
        answered(self.api.get(&self.path()), 200)
    }

    pub(crate) fn stage(&self) -> Value {
        self.shown()["stage"].clone()
    }

    /// The step that is open.
    pub(crate) fn step(&self) -> String {
        let shown = self.shown();
        let steps = shown["steps"].as_array().unwrap();
        let now = steps.iter().find(|step| step["state"] == "now");
        now.unwrap_or_else(|| panic!("{shown}"))["step"].as_str().unwrap().into()
    }

    /// To the step that is open, at the version that is there.
    pub(crate) fn send(&self, answer: &Value) -> Response {
        let version = self.shown()["version"].clone();
        self.send_at(&self.step(), &version, answer)
    }

    pub(crate) fn send_at(&self, step: &str, version: &Value, answer: &Value) -> Response {
        let request = self.api.http.put(format!("{}{}/steps/{step}", self.api.origin, self.path()));
        let request = request.bearer_auth(self.api.token.as_ref().unwrap());
        request.header("if-match", format!("\"{version}\"")).json(answer).send().unwrap()
    }

    pub(crate) fn pass(&self, answer: &Value) -> Value {
        answered(self.send(answer), 200)
    }

    /// Fills in the form that is open and agrees to its notices.
    pub(crate) fn fill(&self, values: &Value) -> Response {
        let agreed = self.stage()["notices"].clone();
        self.send(&json!({ "kind": "form", "values": values, "agreed": agreed }))
    }

    pub(crate) fn confirm(&self) -> Value {
        let agreed = self.stage()["notices"].clone();
        self.pass(&json!({ "kind": "confirm", "agreed": agreed }))
    }

    pub(crate) fn draw_signature(&self) -> Response {
        let stroke: Vec<[u16; 2]> = (0..20).map(|x| [100 + 40 * x, 400 + 17 * (x % 3)]).collect();
        self.send(&json!({ "kind": "signature", "strokes": [stroke] }))
    }

    /// The camera sees this person, who does what is asked for.
    pub(crate) fn show_face(&self, person: &Person) -> Response {
        self.upload("face", &person.face().unwrap());
        let actions = self.stage()["actions"].clone();
        self.send(&json!({ "kind": "face", "actions": actions }))
    }

    pub(crate) fn upload(&self, slot: &str, file: &[u8]) {
        let facts = json!({ "slot": slot, "size": file.len(), "sha256": hex::encode(Sha256::digest(file)) });
        let begun = answered(self.api.post(&format!("{}/uploads", self.path()), &facts), 201);
        let address = format!("{}{}/uploads/{}", self.api.origin, self.path(), begun["id"].as_str().unwrap());
        let mut offset = usize::try_from(begun["offset"].as_u64().unwrap()).unwrap();
        for part in file[offset..].chunks(256 << 10) {
            let request = self.api.http.patch(&address).bearer_auth(self.api.token.as_ref().unwrap());
            let request = request.header("content-type", "application/octet-stream");
            let request = request.header("upload-offset", offset.to_string());
            answered(request.body(part.to_vec()).send().unwrap(), 200);
            offset += part.len();
        }
    }

    /// A ticket for this duty of this person.
    pub(crate) fn ticket(&self, person: &str, duty: &str) -> Value {
        answered(self.ask_ticket(person, duty), 201)
    }

    pub(crate) fn ask_ticket(&self, person: &str, duty: &str) -> Response {
        let asked = json!({ "duty": { "person": person, "duty": duty } });
        self.api.post(&format!("{}/tickets", self.path()), &asked)
    }
}

/// What matters ask for.
impl Walker {
    /// A matter of Henan with its materials filled in.
    pub(crate) fn matter(api: &Api, title: &str) -> Self {
        let matter = Self::open(api, "henan", "matter");
        let filled = matter.fill(&json!({ "matter_kind": "change", "matter_title": title }));
        assert_eq!(answered(filled, 200)["stage"]["kind"], "people");
        matter
    }

    pub(crate) fn try_add(&self, person: &Person, role: &str) -> Response {
        let person = json!({ "name": person.name, "document": person.document, "role": role });
        self.send(&json!({ "kind": "add_person", "person": person }))
    }

    /// Their id.
    pub(crate) fn add(&self, person: &Person, role: &str) -> String {
        let shown = answered(self.try_add(person, role), 200);
        shown["stage"]["people"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().into()
    }

    pub(crate) fn remove(&self, person: &str) -> Response {
        self.send(&json!({ "kind": "remove_person", "id": person }))
    }

    pub(crate) fn submit(&self) -> Response {
        self.send(&json!({ "kind": "submit" }))
    }

    /// The one with this id.
    pub(crate) fn person(&self, id: &str) -> Value {
        let stage = self.stage();
        stage["people"].as_array().unwrap().iter().find(|person| person["id"] == id).unwrap().clone()
    }

    /// Signs and certifies, each with a ticket.
    pub(crate) fn fulfil(&self, id: &str, person: &Person) {
        Self::scan(&self.api, &self.ticket(id, "signature")).sign(person);
        Self::scan(&self.api, &self.ticket(id, "certification")).certify(person, &self.id);
    }
}

/// What phones do in a matter.
impl Walker {
    pub(crate) fn sign(&self, person: &Person) {
        self.confirm();
        answered(self.show_face(person), 200);
        assert_eq!(answered(self.draw_signature(), 200)["stage"]["kind"], "done");
    }

    /// Up to the picture: form, face, own bank card.
    pub(crate) fn to_photo(&self, person: &Person) {
        let document = json!({
            "name": person.name,
            "document_kind": person.document.kind,
            "document_number": person.document.number,
        });
        answered(self.fill(&document), 200);
        self.confirm();
        answered(self.show_face(person), 200);
        if person.document.kind == DocumentKind::IdCard {
            let card = json!({ "bank_card": person.bank_card, "phone": person.phone });
            answered(self.fill(&card), 200);
        }
        assert_eq!(self.step(), "photo");
    }

    /// What waits.
    pub(crate) fn to_pending(&self, person: &Person) -> Vec<Value> {
        self.to_photo(person);
        self.confirm()["stage"]["matters"].as_array().unwrap().clone()
    }

    pub(crate) fn choose(&self, matter: &str) -> Response {
        self.send(&json!({ "kind": "pending", "matter": matter }))
    }

    /// Up to the signature.
    pub(crate) fn to_signature(&self, person: &Person, matter: &str) {
        self.to_pending(person);
        answered(self.choose(matter), 200);
        self.confirm();
        assert_eq!(answered(self.show_face(person), 200)["stage"]["kind"], "signature");
    }

    pub(crate) fn certify(&self, person: &Person, matter: &str) {
        self.to_signature(person, matter);
        assert_eq!(answered(self.draw_signature(), 200)["stage"]["kind"], "done");
    }
}
