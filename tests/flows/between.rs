//! Somebody between the client and the portal: passes requests on, and may change what comes back, or a file on its way.

use std::sync::{Arc, Mutex};
use tiny_http::{Header, Response, Server};
use tongguan_tests::Gate;

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
    /// Where answers to the path that is [held](Self::holding) pass.
    pub(crate) gate: Gate,
}

type Change = Box<dyn FnMut(&mut Passed) + Send>;
/// Of the method and the path of a request, its body.
type Alter = fn(&str, &mut Vec<u8>);

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

    /// Parts of files do not arrive as they were sent; `change` as ever.
    pub(crate) fn damaging(portal: &str, change: impl FnMut(&mut Passed) + Send + 'static) -> Self {
        let alter: Alter = |line, body| {
            if line.starts_with("PATCH") {
                body.last_mut().into_iter().for_each(|byte| *byte ^= 1);
            }
        };
        Self::start_with(portal, None, alter, |_| Box::new(change))
    }

    /// Changes nothing; answers to what is `held`, a method and a path, pass the gate. The others overtake them.
    pub(crate) fn holding(portal: &str, held: &'static str) -> Self {
        Self::start_with(portal, Some(held), |_, _| {}, |_| Box::new(|_| {}))
    }

    fn start(portal: &str, change: impl FnOnce(&str) -> Change) -> Self {
        Self::start_with(portal, None, |_, _| {}, change)
    }

    fn start_with(
        portal: &str,
        held: Option<&'static str>,
        alter: Alter,
        change: impl FnOnce(&str) -> Change,
    ) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let mut change = change(&format!("http://{}", server.server_addr()));
        let (listening, portal) = (Arc::clone(&server), portal.to_owned());
        let (paths, gate): (Arc<Mutex<Vec<String>>>, Gate) = Default::default();
        let (seen, at) = (Arc::clone(&paths), gate.clone());
        let client = tongguan_tests::http();
        let thread = std::thread::spawn(move || {
            for mut request in listening.incoming_requests() {
                let line = format!("{} {}", request.method(), request.url());
                seen.lock().unwrap().push(line.clone());
                let mut passed = pass_on(&client, &portal, &mut request, |body| alter(&line, body));
                if held == Some(line.as_str()) {
                    let at = at.clone();
                    std::thread::spawn(move || {
                        at.pass();
                        respond(request, passed);
                    });
                    continue;
                }
                change(&mut passed);
                respond(request, passed);
            }
        });
        Self { server, thread: Some(thread), paths, gate }
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

fn respond(request: tiny_http::Request, passed: Passed) {
    let header = Header::from_bytes("Content-Type", passed.content_type).unwrap();
    let response = Response::from_data(passed.body).with_status_code(passed.status).with_header(header);
    let _ = request.respond(response); // the client may have gone
}

fn pass_on(
    client: &reqwest::blocking::Client,
    portal: &str,
    request: &mut tiny_http::Request,
    alter: impl FnOnce(&mut Vec<u8>),
) -> Passed {
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let path = request.url().to_owned();
    let mut body = Vec::new();
    request.as_reader().read_to_end(&mut body).unwrap();
    alter(&mut body);
    let mut onward = client.request(method, format!("{portal}{path}")).body(body);
    for name in ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Upload-Offset"] {
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
