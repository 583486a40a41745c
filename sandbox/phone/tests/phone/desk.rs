//! A portal with phones' pages on loopback, a clock that tests turn, and an account at its desk.

use crate::browser::Browser;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tongguan_core::domain::{Origin, RequestId, Timestamp};
use tongguan_core::ports::{Captcha, Clock};
use tongguan_sandbox_outside::{CtidDesk, Outside, Wallet};
use tongguan_sandbox_phone::PhonePages;
use tongguan_sandbox_portal::{Config, PasswordCost, Portal, router};
use tongguan_sandbox_world::{Company, Person, World};

pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::for_tests(7, Timestamp::now()).unwrap())
}

/// The company of the account `haihe-demo`.
pub(crate) fn haihe() -> &'static Company {
    &world().companies[0]
}

struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        world().made_at.plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Scene {
    pub(crate) pages: PhonePages,
    pub(crate) outside: Arc<Outside>,
    pub(crate) http: Client,
    portal: Portal,
    origin: String,
    clock: Arc<Ahead>,
    backend: Option<Runtime>,
    _dir: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(Ahead(AtomicI64::new(0)));
        let outside = Arc::new(Outside::open(dir.path(), world(), clock.clone()).unwrap());
        let wallet = Wallet::new(Arc::clone(&outside));
        let pages = PhonePages::start(&origin, CtidDesk::new(Arc::clone(&outside)), wallet).unwrap();
        let config = Config {
            clock: clock.clone(),
            phone_origin: Some(Origin::parse(&pages.origin()).unwrap()),
            password_cost: PasswordCost::LEAST,
            ..Config::new(Origin::parse(&origin).unwrap())
        };
        let portal = Portal::open(dir.path(), world(), config, Arc::clone(&outside)).unwrap();
        let site = router(portal.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let backend = Runtime::new().unwrap();
        let listener = {
            let _inside = backend.enter();
            tokio::net::TcpListener::from_std(listener).unwrap()
        };
        backend.spawn(async move { axum::serve(listener, site).await });
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { pages, outside, http, portal, origin, clock, backend: Some(backend), _dir: dir }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn portal_down(&mut self) {
        self.backend.take().unwrap().shutdown_background();
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.pages.origin())
    }

    /// The code that was sent last.
    pub(crate) fn code(&self) -> String {
        self.outside.messages(1).unwrap()[0].code.as_ref().unwrap().as_str().to_owned()
    }

    /// `account` with a new procedure.
    pub(crate) fn desk(&self, account: &str, platform: &str, path: &str) -> Desk<'_> {
        let post = |path: &str| self.http.post(format!("{}{path}", self.origin));
        let captcha: Captcha = told(post("/v1/captchas").json(&json!({ "kind": "image" })), 201);
        let answer = self.portal.captcha_answer(&captcha.id).unwrap();
        let password = world().account(account).unwrap().password.expose();
        let captcha = json!({ "id": captcha.id, "answer": answer });
        let body = json!({ "account": account, "password": password, "captcha": captcha });
        let session: Value = told(post("/v1/sessions").json(&body), 201);
        let bearer = session["token"].as_str().unwrap().to_owned();
        let request = post("/v1/procedures").bearer_auth(&bearer);
        let request = request.header("idempotency-key", RequestId::random().as_str());
        let opened: Value = told(request.json(&json!({ "platform": platform, "path": path })), 201);
        Desk { scene: self, bearer, id: opened["id"].as_str().unwrap().to_owned() }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(backend) = self.backend.take() {
            backend.shutdown_background();
        }
    }
}

fn told<T: serde::de::DeserializeOwned>(request: RequestBuilder, status: u16) -> T {
    let answer = request.send().unwrap();
    let found = answer.status();
    let text = answer.text().unwrap();
    assert_eq!(found, status, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// A procedure at its desk.
pub(crate) struct Desk<'a> {
    scene: &'a Scene,
    bearer: String,
    id: String,
}

impl Desk<'_> {
    fn address(&self, below: &str) -> String {
        format!("{}/v1/procedures/{}{below}", self.scene.origin, self.id)
    }

    pub(crate) fn shown(&self) -> Value {
        told(self.scene.http.get(self.address("")).bearer_auth(&self.bearer), 200)
    }

    pub(crate) fn kind(&self) -> String {
        self.shown()["stage"]["kind"].as_str().unwrap().to_owned()
    }

    fn send(&self, answer: &Value) -> Response {
        let shown = self.shown();
        let now = shown["steps"].as_array().unwrap().iter().find(|step| step["state"] == "now");
        let step = now.unwrap()["step"].as_str().unwrap();
        let request = self.scene.http.put(self.address(&format!("/steps/{step}"))).bearer_auth(&self.bearer);
        request.header("if-match", format!("\"{}\"", shown["version"])).json(answer).send().unwrap()
    }

    pub(crate) fn pass(&self, answer: &Value) -> Value {
        let answer = self.send(answer);
        let status = answer.status();
        let text = answer.text().unwrap();
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) fn fill(&self, values: &Value) {
        let agreed = self.shown()["stage"]["notices"].clone();
        self.pass(&json!({ "kind": "form", "values": values, "agreed": agreed }));
    }

    pub(crate) fn choose(&self, way: &str) {
        self.pass(&json!({ "kind": "way", "way": way }));
    }

    /// The application authorisation of a path that begins with one.
    pub(crate) fn authorise(&self) {
        let request = self.scene.http.post(self.address("/codes")).bearer_auth(&self.bearer);
        let sent: Value = told(request, 201);
        let agreed = self.shown()["stage"]["notices"].clone();
        let code = self.scene.code();
        self.pass(&json!({ "kind": "code", "id": sent["id"], "code": code, "agreed": agreed }));
    }

    /// The path of its address.
    pub(crate) fn ticket(&self, asked: &Value) -> String {
        let request = self.scene.http.post(self.address("/tickets")).bearer_auth(&self.bearer);
        let ticket: Value = told(request.json(asked), 201);
        let address = ticket["address"].as_str().unwrap();
        address.strip_prefix(&self.scene.pages.origin()).unwrap().to_owned()
    }

    /// Somebody in a matter; their id.
    pub(crate) fn add(&self, person: &Person, role: &str) -> String {
        let person = json!({ "name": person.name, "document": person.document, "role": role });
        let shown = self.pass(&json!({ "kind": "add_person", "person": person }));
        shown["stage"]["people"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn duty(&self, person: &str, duty: &str) -> String {
        self.ticket(&json!({ "duty": { "person": person, "duty": duty } }))
    }
}

impl Scene {
    /// Before the QR code of a face check in this browser or in Alipay.
    pub(crate) fn face_check(&self, by: &str) -> Desk<'_> {
        let person = &world().account("haihe-demo").unwrap().holder;
        let desk = self.desk("haihe-demo", "ningbo", "person");
        desk.authorise();
        desk.choose("face");
        desk.fill(&json!({ "name": person.name, "id_number": person.document.number, "face_by": by }));
        assert_eq!(desk.kind(), "scan");
        desk
    }

    /// A matter that waits for its people.
    pub(crate) fn matter(&self, title: &str) -> Desk<'_> {
        let desk = self.desk("haihe-demo", "henan", "matter");
        desk.fill(&json!({ "matter_kind": "change", "matter_title": title }));
        desk
    }
}
