//! Somebody between the client and the portal: passes requests on, and may change what comes back.

use std::sync::{Arc, Mutex};
use tiny_http::{Header, Response, Server};

/// What went by: method, path and the answer of the portal.
pub(crate) struct Passed {
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Between {
    server: Arc<Server>,
    thread: Option<std::thread::JoinHandle<()>>,
    pub(crate) paths: Arc<Mutex<Vec<String>>>,
}

type Change = Box<dyn FnMut(&mut Passed) + Send>;

impl Between {
    /// `change` sees every answer and may alter it.
    pub(crate) fn new(portal: &str, change: impl FnMut(&mut Passed) + Send + 'static) -> Self {
        Self::start(portal, |_| Box::new(change))
    }

    /// Names itself wherever the portal's challenge names the portal, before `change` sees it: the client
    /// finds nothing wrong with the audience.
    pub(crate) fn posing(portal: &str, mut change: impl FnMut(&mut Passed) + Send + 'static) -> Self {
        let real = portal.to_owned();
        Self::start(portal, |own| {
            let own = own.to_owned();
            Box::new(move |passed| {
                if matches!(passed.path.as_str(), "/v1/challenges" | "/v1/card-challenges") {
                    passed.replace(&real, &own);
                }
                change(passed);
            })
        })
    }

    fn start(portal: &str, change: impl FnOnce(&str) -> Change) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let mut change = change(&format!("http://{}", server.server_addr()));
        let (listening, portal) = (Arc::clone(&server), portal.to_owned());
        let paths: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&paths);
        let client = tongguan_tests::http();
        let thread = std::thread::spawn(move || {
            for mut request in listening.incoming_requests() {
                seen.lock().unwrap().push(format!("{} {}", request.method(), request.url()));
                let mut passed = pass_on(&client, &portal, &mut request);
                change(&mut passed);
                let header = Header::from_bytes("Content-Type", passed.content_type).unwrap();
                let response =
                    Response::from_data(passed.body).with_status_code(passed.status).with_header(header);
                let _ = request.respond(response); // the client may have gone
            }
        });
        Self { server, thread: Some(thread), paths }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.server.server_addr())
    }

    pub(crate) fn count(&self, what: &str) -> usize {
        self.paths.lock().unwrap().iter().filter(|path| *path == what).count()
    }
}

impl Passed {
    pub(crate) fn replace(&mut self, from: &str, to: &str) {
        self.body = String::from_utf8(std::mem::take(&mut self.body)).unwrap().replace(from, to).into_bytes();
    }
}

fn pass_on(client: &reqwest::blocking::Client, portal: &str, request: &mut tiny_http::Request) -> Passed {
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let path = request.url().to_owned();
    let mut body = Vec::new();
    request.as_reader().read_to_end(&mut body).unwrap();
    let mut onward = client.request(method, format!("{portal}{path}")).body(body);
    for name in ["Authorization", "Content-Type", "Idempotency-Key"] {
        let found = request.headers().iter().find(|h| h.field.as_str().as_str().eq_ignore_ascii_case(name));
        if let Some(header) = found {
            onward = onward.header(name, header.value.as_str());
        }
    }
    let answer = onward.send().unwrap();
    let content_type = answer.headers().get("content-type").map_or("", |v| v.to_str().unwrap()).to_owned();
    Passed { path, status: answer.status().as_u16(), content_type, body: answer.bytes().unwrap().to_vec() }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
