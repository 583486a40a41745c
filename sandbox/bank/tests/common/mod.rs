//! A portal and the banks' pages on loopback, a clock that tests turn, and a browser that only reads and posts.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "functions that tests share")]

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tongguan_core::domain::{Origin, Timestamp};
use tongguan_core::ports::{Captcha, Clock};
use tongguan_sandbox_bank::BankPages;
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_portal::{Config, PasswordCost, Portal, router};
use tongguan_sandbox_world::World;

pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::for_tests(7, Timestamp::now()).unwrap())
}

pub(crate) struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        world().made_at.plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Scene {
    pub(crate) pages: BankPages,
    pub(crate) http: Client,
    portal: String,
    bearer: String,
    clock: Arc<Ahead>,
    backend: Option<Runtime>,
    _dir: TempDir,
}

impl Scene {
    /// With `account` signed in at the portal.
    pub(crate) fn new(account: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let portal = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(Ahead(AtomicI64::new(0)));
        let config = Config {
            clock: clock.clone(),
            password_cost: PasswordCost::LEAST,
            ..Config::new(Origin::parse(&portal).unwrap())
        };
        let outside = Outside::open(dir.path(), world(), clock.clone()).unwrap();
        let backend_portal = Portal::open(dir.path(), world(), config, Arc::new(outside)).unwrap();
        let site = router(backend_portal.clone());
        let backend = Runtime::new().unwrap();
        let listener = {
            let _inside = backend.enter();
            tokio::net::TcpListener::from_std(listener).unwrap()
        };
        backend.spawn(async move { axum::serve(listener, site).await });
        let pages = BankPages::start(world(), &portal).unwrap();
        let http = Client::builder().no_proxy().build().unwrap();
        let password = world().account(account).unwrap().password.expose();
        let asked = http.post(format!("{portal}/v1/captchas")).json(&json!({ "kind": "image" }));
        let captcha: Captcha = asked.send().unwrap().json().unwrap();
        let answer = backend_portal.captcha_answer(&captcha.id).unwrap();
        let captcha = json!({ "id": captcha.id, "answer": answer });
        let body = json!({ "account": account, "password": password, "captcha": captcha });
        let answer: Value =
            http.post(format!("{portal}/v1/sessions")).json(&body).send().unwrap().json().unwrap();
        let bearer = answer["token"].as_str().unwrap().to_owned();
        Self { pages, http, portal, bearer, clock, backend: Some(backend), _dir: dir }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn portal_down(&mut self) {
        self.backend.take().unwrap().shutdown_background();
    }

    /// Opens a visit; its id and state.
    pub(crate) fn visit(&self, bank: &str) -> (String, String) {
        let request = self.http.post(format!("{}/v1/bank-visits", self.portal)).bearer_auth(&self.bearer);
        let visit: Value = request.json(&json!({ "bank": bank })).send().unwrap().json().unwrap();
        let text = |name: &str| visit[name].as_str().unwrap().to_owned();
        (text("id"), text("state"))
    }

    pub(crate) fn state_of(&self, id: &str) -> Value {
        let request = self.http.get(format!("{}/v1/bank-visits/{id}", self.portal));
        request.bearer_auth(&self.bearer).send().unwrap().json().unwrap()
    }

    pub(crate) fn open(&self, bank: &str, query: &str) -> Page {
        Page::of(self.http.get(format!("{}/{bank}/certify{query}", self.pages.origin())).send().unwrap())
    }

    pub(crate) fn post(&self, bank: &str, query: &str, state: &str, ukey: &str, pin: &str) -> Page {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
        let body = format!("state={}&ukey={}&pin={}", encode(state), encode(ukey), encode(pin));
        let request = self.http.post(format!("{}/{bank}/certify{query}", self.pages.origin()));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Page::of(request.body(body).send().unwrap())
    }

    /// Signs with the first certificate of `ukey` and its PIN.
    pub(crate) fn sign(&self, bank: &str, state: &str, ukey: &str) -> Page {
        self.post(bank, "", state, &format!("{ukey}:1"), pin(ukey))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(backend) = self.backend.take() {
            backend.shutdown_background();
        }
    }
}

pub(crate) fn pin(ukey: &str) -> &'static str {
    world().ukey(ukey).unwrap().pin.expose()
}

/// An answer, with its text as a reader sees it: no tags, no style sheet.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) html: String,
}

impl Page {
    fn of(answer: Response) -> Self {
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        Self { status, headers, html: answer.text().unwrap() }
    }

    /// What the element with this id holds, as text.
    pub(crate) fn element(&self, id: &str) -> Option<String> {
        let (_, after) = self.html.split_once(&format!("id=\"{id}\""))?;
        let (_, inner) = after.split_once('>')?;
        let text = inner.split_once("</").map_or(inner, |(text, _)| text);
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        Some(text.replace("&#39;", "'").replace("&amp;", "&"))
    }

    /// The page says this in English.
    pub(crate) fn says(&self, english: &str) -> bool {
        self.html.contains(&english.replace('\'', "&#39;"))
    }
}
