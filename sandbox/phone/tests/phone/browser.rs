//! A phone's browser: cookies with their paths, forms as they stand in the page, and an eye on what every page must
//! and must not have.

use crate::desk::world;
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;

pub(crate) struct Browser {
    origin: String,
    http: Client,
    /// Name, value, path.
    cookies: Vec<(String, String, String)>,
    /// Where it is, and what it shows.
    pub(crate) at: String,
    pub(crate) page: String,
    pub(crate) status: u16,
}

impl Browser {
    pub(crate) fn new(origin: &str) -> Self {
        let http = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let (at, page) = (String::new(), String::new());
        Self { origin: origin.into(), http, cookies: Vec::new(), at, page, status: 0 }
    }

    fn cookie(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap();
        let under = |own: &str| path == own || path.starts_with(&format!("{}/", own.trim_end_matches('/')));
        let fitting = self.cookies.iter().filter(|(_, _, own)| under(own));
        fitting.map(|(name, value, _)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            assert!(name == "walk" || cookie.contains("SameSite=Strict"), "{cookie}");
            let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap();
            self.cookies.retain(|(known, _, under)| (known.as_str(), under.as_str()) != (name, path));
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.into(), value.into(), path.into()));
            }
        }
    }

    /// To a page, and on to where it leads.
    fn came(&mut self, path: &str, answer: Response) {
        self.keep(&answer);
        if answer.status().is_redirection() {
            let to = answer.headers()["location"].to_str().unwrap().to_owned();
            return self.go(&to);
        }
        self.at = path.to_owned();
        self.status = answer.status().as_u16();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"));
        assert!(
            policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(answer.headers()["cache-control"], "no-store");
        self.page = answer.text().unwrap();
        self.look();
    }

    /// What holds on every page.
    fn look(&self) {
        let page = &self.page;
        let handler = |rest: &str| rest.trim_start_matches(|c: char| c.is_ascii_lowercase()).starts_with('=');
        assert!(!page.contains("{{") && !page.contains(" style="), "{page}");
        assert!(!page.split(" on").skip(1).any(handler), "{page}");
        assert_eq!((page.matches("<h1>").count(), page.matches("<script").count()), (1, 1), "{page}");
        for (_, person) in world().people() {
            for number in [person.document.number.as_str(), person.bank_card.as_str()] {
                assert!(!page.contains(number) && !self.at.contains(number), "{}: {page}", self.at);
            }
        }
        for (name, value, _) in &self.cookies {
            assert!(name == "walk" || !page.contains(value.as_str()), "the token is in the page");
        }
        // Every field has its label.
        for id in page.split("<select id=\"").skip(1).chain(page.split("<input id=\"").skip(1)) {
            let id = id.split('"').next().unwrap();
            assert!(page.contains(&format!("<label for=\"{id}\">")), "{id}: {page}");
        }
    }

    pub(crate) fn go(&mut self, path: &str) {
        let request = self.http.get(format!("{}{path}", self.origin)).header("cookie", self.cookie(path));
        let answer = request.send().unwrap();
        self.came(path, answer);
    }

    pub(crate) fn raw(&self, path: &str) -> reqwest::blocking::RequestBuilder {
        self.http.get(format!("{}{path}", self.origin)).header("cookie", self.cookie(path))
    }

    pub(crate) fn post(&mut self, path: &str, form: &[(&str, &str)]) {
        let answer = self.posting(path, form).send().unwrap();
        self.came(path, answer);
    }

    pub(crate) fn posting(&self, path: &str, form: &[(&str, &str)]) -> reqwest::blocking::RequestBuilder {
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let request = self.http.post(format!("{}{path}", self.origin)).header("cookie", self.cookie(path));
        request.header("content-type", "application/x-www-form-urlencoded").body(pairs.join("&"))
    }

    /// `/p/ID` or `/ctid`, whatever is behind it.
    fn home(&self) -> String {
        if self.at.starts_with("/ctid") {
            return "/ctid".into();
        }
        self.at.split('?').next().unwrap().split('/').take(3).collect::<Vec<_>>().join("/")
    }

    pub(crate) fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.page.split_once(&mark).unwrap_or_else(|| panic!("{name}: {}", self.page));
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// The form of the step, with all its boxes ticked.
    pub(crate) fn submit(&mut self, values: &[(&str, &str)]) {
        let version = self.hidden("version");
        let page = self.page.clone();
        let boxes: Vec<String> = page
            .split("type=\"checkbox\" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        let mut form = vec![("version", version.as_str())];
        form.extend(boxes.iter().map(|name| (name.as_str(), "1")));
        form.extend(values);
        self.post(&self.home(), &form);
    }

    /// Chooses a file and sends it.
    pub(crate) fn upload(&mut self, slot: &str, name: &str, file: &[u8]) {
        assert!(self.page.contains(&format!("/pictures/{slot}\"")), "{}", self.page);
        self.upload_unasked(slot, name, file);
    }

    pub(crate) fn upload_unasked(&mut self, slot: &str, name: &str, file: &[u8]) {
        self.send_file(&format!("{}/pictures/{slot}", self.home()), name, file);
    }

    pub(crate) fn send_file(&mut self, path: &str, name: &str, file: &[u8]) {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = self.http.post(format!("{}{path}", self.origin)).header("cookie", self.cookie(path));
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        let answer = request.body(body).send().unwrap();
        self.came(path, answer);
    }

    /// One action after the other, as the page asks.
    pub(crate) fn act(&mut self) {
        while self.page.contains("<p class=\"count\">") {
            let done = self.hidden("done");
            if self.page.contains("<form method=\"get\"") {
                let (version, home) = (self.hidden("version"), self.home());
                self.go(&format!("{home}?version={version}&done={done}"));
            } else {
                self.submit(&[("done", &done)]);
                return;
            }
        }
    }

    pub(crate) fn retry(&mut self) {
        let to = format!("{}?retake=1", self.home());
        assert!(self.page.contains(&format!("href=\"{to}\"")), "{}", self.page);
        self.go(&to);
    }

    pub(crate) fn cancel(&mut self) {
        let path = format!("{}/cancel", self.home());
        assert!(self.page.contains(&path));
        self.post(&path, &[]);
    }

    pub(crate) fn sign(&mut self) {
        let stroke: Vec<[u16; 2]> = (0..20).map(|x| [100 + 40 * x, 400 + 17 * (x % 3)]).collect();
        self.submit(&[("strokes", &serde_json::to_string(&[stroke]).unwrap())]);
    }

    pub(crate) fn shows(&self, text: &str) {
        assert!(self.page.contains(text), "{} has no {text}: {}", self.at, self.page);
    }
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
