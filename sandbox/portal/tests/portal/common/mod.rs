//! A portal on loopback with a clock that tests turn, and a client that signs with the world's keys.
pub(crate) mod papers;
pub(crate) mod walker;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tongguan_core::domain::{
    Certificate, Challenge, CompanyIdentity, OrganizationCode, Origin, Proof, Statement, Timestamp,
    UnifiedSocialCreditCode,
};
use tongguan_core::ports::Clock;
use tongguan_sandbox_outside::{Outside, RegisteredCompany};
use tongguan_sandbox_portal::{Config, PasswordCost, Portal};
use tongguan_sandbox_world::{CardKey, World};

pub(crate) const SEED: u64 = 7;

pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    // As of today: the process that is killed runs by the real clock.
    WORLD.get_or_init(|| World::for_tests(SEED, Timestamp::now()).unwrap())
}

pub(crate) struct FakeClock(AtomicI64);

impl FakeClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(world().made_at.unix())))
    }

    pub(crate) fn moment(&self) -> Timestamp {
        self.now()
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A running portal; dropping it stops it.
pub(crate) struct Server {
    pub(crate) origin: String,
    pub(crate) portal: Portal,
    pub(crate) outside: Arc<Outside>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(dir: &Path, clock: Arc<FakeClock>) -> Self {
        Self::start_in(dir, clock, world())
    }

    pub(crate) fn start_in(dir: &Path, clock: Arc<FakeClock>, world: &World) -> Self {
        Self::start_as(dir, clock, world, |_| ())
    }

    pub(crate) fn start_as(
        dir: &Path,
        clock: Arc<FakeClock>,
        world: &World,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        Self::open(dir, clock, world, Duration::ZERO, change)
    }

    /// What does not answer outside is waited for so long.
    pub(crate) fn start_patient(dir: &Path, clock: Arc<FakeClock>, patience: Duration) -> Self {
        Self::open(dir, clock, world(), patience, |_| ())
    }

    fn open(
        dir: &Path,
        clock: Arc<FakeClock>,
        world: &World,
        patience: Duration,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config::new(Origin::parse(&origin).unwrap());
        config.clock = clock.clone();
        config.password_cost = PasswordCost::LEAST;
        change(&mut config);
        let outside = Outside::open(dir, world, clock).unwrap().with_patience(patience);
        let outside = Arc::new(outside);
        let portal = Portal::open(dir, world, config, Arc::clone(&outside)).unwrap();
        let served = portal.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let stop = async {
                    let _ = stopped.await;
                };
                served.serve(listener, stop).await.unwrap();
            });
        });
        Self { origin, portal, outside, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn client(&self) -> Api {
        Api::new(&self.origin)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) http: Client,
    pub(crate) origin: String,
    pub(crate) token: Option<String>,
}

impl Api {
    pub(crate) fn new(origin: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        // No connection is kept: a stopped server must not wait for an idle one.
        let http = Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        Self { http, origin: origin.into(), token: None }
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Response {
        let mut request = self.with_token(self.http.post(format!("{}{path}", self.origin)).json(body));
        if let Some(key) = body.get("request_id").and_then(Value::as_str) {
            request = request.header("idempotency-key", key);
        }
        request.send().unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.with_token(self.http.get(format!("{}{path}", self.origin))).send().unwrap()
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Response {
        self.with_token(self.http.put(format!("{}{path}", self.origin)).json(body)).send().unwrap()
    }

    pub(crate) fn delete(&self, path: &str) -> Response {
        self.with_token(self.http.delete(format!("{}{path}", self.origin))).send().unwrap()
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// A captcha in words, answered as a person would.
    pub(crate) fn captcha(&self) -> Value {
        let answer = self.post("/v1/captchas", &json!({ "kind": "question" }));
        assert_eq!(answer.status(), 201);
        let captcha: Value = answer.json().unwrap();
        json!({ "id": captcha["id"], "answer": sum(captcha["english"].as_str().unwrap()).to_string() })
    }

    pub(crate) fn try_sign_in(&self, account: &str, password: &str) -> Response {
        let captcha = self.captcha();
        self.post("/v1/sessions", &json!({ "account": account, "password": password, "captcha": captcha }))
    }

    pub(crate) fn sign_in(&mut self, account: &str) -> Value {
        self.sign_in_with(account, world().account(account).unwrap().password.expose())
    }

    pub(crate) fn sign_in_with(&mut self, account: &str, password: &str) -> Value {
        let answer = self.try_sign_in(account, password);
        assert_eq!(answer.status(), 201);
        self.take_session(answer)
    }

    pub(crate) fn take_session(&mut self, answer: Response) -> Value {
        let answer: Value = answer.json().unwrap();
        self.token = Some(answer["token"].as_str().unwrap().into());
        answer
    }

    pub(crate) fn signed_in(mut self, account: &str) -> Self {
        self.sign_in(account);
        self
    }

    pub(crate) fn challenge(&self) -> Challenge {
        let answer = self.post("/v1/challenges", &json!({ "purpose": "certify_ic_card" }));
        assert_eq!(answer.status(), 201);
        answer.json().unwrap()
    }

    pub(crate) fn bank_challenge(&self, bank: &str) -> Challenge {
        let body = json!({ "purpose": "certify_bank_ukey", "bank": bank });
        let answer = self.post("/v1/challenges", &body);
        assert_eq!(answer.status(), 201);
        answer.json().unwrap()
    }

    /// Opens a visit; its id and state.
    pub(crate) fn visit(&self, bank: &str) -> (String, String) {
        let answer = self.post("/v1/bank-visits", &json!({ "bank": bank }));
        assert_eq!(answer.status(), 201);
        let visit: Value = answer.json().unwrap();
        let text = |name: &str| visit[name].as_str().unwrap().to_owned();
        (text("id"), text("state"))
    }

    pub(crate) fn visit_state(&self, id: &str) -> Value {
        self.get(&format!("/v1/bank-visits/{id}")).json().unwrap()
    }

    /// The same origin as a bank's server sees it.
    pub(crate) fn as_bank(&self, bank: &str) -> Self {
        let secret = world().bank(bank).unwrap().secret.expose().to_owned();
        Self { token: Some(secret), ..self.clone() }
    }

    pub(crate) fn submit(&self, body: &Value) -> Response {
        self.post("/v1/proofs", body)
    }

    /// The reason for which `card` is refused on a fresh challenge.
    pub(crate) fn refusal(&self, card: &str) -> String {
        let challenge = self.challenge();
        reason(self.submit(&proof(&challenge, key(card))))
    }
}

/// What "What is nine plus two? ..." comes to.
fn sum(question: &str) -> usize {
    const NUMBERS: [&str; 20] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    let words: Vec<&str> = question.split(|c: char| !c.is_ascii_alphabetic()).collect();
    let number = |word: &str| 1 + NUMBERS.iter().position(|number| *number == word).unwrap();
    match words[..] {
        ["What", "is", a, "plus", b, ..] => number(a) + number(b),
        ["What", "is", a, "minus", b, ..] => number(a) - number(b),
        _ => panic!("{question}"),
    }
}

pub(crate) fn reason(answer: Response) -> String {
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["code"], "proof_refused");
    problem["reason"].as_str().unwrap().to_owned()
}

pub(crate) fn code(answer: Response) -> String {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let status = answer.status().as_u16();
    let problem: Value = answer.json().unwrap();
    assert_eq!(problem["status"], status);
    problem["code"].as_str().unwrap().to_owned()
}

pub(crate) fn key(card: &str) -> &'static CardKey {
    &world().card(card).unwrap().keys[0]
}

pub(crate) fn ukey(name: &str) -> &'static CardKey {
    &world().ukey(name).unwrap().keys[0]
}

/// The body for `POST /v1/proofs`: the statement of `challenge`, signed by `key`.
pub(crate) fn proof(challenge: &Challenge, key: &CardKey) -> Value {
    let statement = Statement::from_challenge(challenge, &challenge.audience, &challenge.account).unwrap();
    let signature = key.pair.sign(statement.render().as_bytes()).unwrap();
    let certificate = Certificate::parse(&key.certificate).unwrap();
    let proof = Proof::build(&statement, &signature, &certificate, &[]).unwrap();
    json!({ "request_id": challenge.request_id.as_str(), "proof": STANDARD.encode(proof.cms()) })
}

/// A portal with a store of its own.
pub(crate) struct Case {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) server: Server,
}

pub(crate) fn case() -> Case {
    let dir = tempfile::tempdir().unwrap();
    let clock = FakeClock::new();
    let server = Server::start(dir.path(), clock.clone());
    Case { dir, clock, server }
}

impl Case {
    /// `account` signed in.
    pub(crate) fn api(&self, account: &str) -> Api {
        self.server.client().signed_in(account)
    }
}

/// The body of a problem after its status was looked at.
pub(crate) fn problem(answer: Response, status: u16) -> Value {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let found = answer.status();
    let problem: Value = answer.json().unwrap();
    assert_eq!(found, status, "{problem}");
    problem
}

/// The reason of `data_refused`.
pub(crate) fn data_refused(answer: Response) -> String {
    let problem = problem(answer, 422);
    assert_eq!(problem["code"], "data_refused", "{problem}");
    problem["reason"].as_str().unwrap().to_owned()
}

/// Field and rule of `input_invalid`.
pub(crate) fn input_invalid(answer: Response) -> (String, String) {
    let problem = problem(answer, 422);
    assert_eq!(problem["code"], "input_invalid", "{problem}");
    let text = |name: &str| problem[name].as_str().unwrap().to_owned();
    (text("field"), text("reason"))
}

pub(crate) fn answered(answer: Response, status: u16) -> Value {
    let found = answer.status();
    let body: Value = answer.json().unwrap();
    assert_eq!(found, status, "{body}");
    body
}

/// The first company gets another unified code, under which the register has it too.
pub(crate) fn move_company(case: &Case, api: &Api) -> CompanyIdentity {
    let company = &world().companies[0];
    let organization_code = OrganizationCode::complete("MA999999").unwrap();
    let uscc = UnifiedSocialCreditCode::complete(&format!("91990000{organization_code}")).unwrap();
    let identity = CompanyIdentity { name: company.identity.name.clone(), organization_code, uscc };
    case.server
        .outside
        .enter_company(&RegisteredCompany {
            identity: identity.clone(),
            legal_representative: company.legal_representative.name.clone(),
            document: company.legal_representative.document.clone(),
            registration: None,
        })
        .unwrap();
    let record: Value = api.get("/v1/company").json().unwrap();
    let edit = json!({
        "version": record["version"], "name": identity.name, "uscc": identity.uscc,
        "organization_code": identity.organization_code,
        "legal_representative": record["legal_representative"]["name"], "address": record["address"],
    });
    answered(api.put("/v1/company", &edit), 200);
    identity
}
