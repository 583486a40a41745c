//! The world's pages, as a browser gets them.

use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tongguan_core::domain::{DocumentKind, EmailAddress, Timestamp};
use tongguan_core::fault::Register;
use tongguan_core::ports::{Clock, CodeTarget};
use tongguan_sandbox_outside::{Event, Failure, Outside, pages};
use tongguan_sandbox_pages::Site;
use tongguan_sandbox_world::{Company, World};

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::for_tests(7, Timestamp::now()).unwrap())
}

pub(crate) struct Visitor {
    pub(crate) outside: Arc<Outside>,
    pub(crate) site: Site,
    pub(crate) http: Client,
    _dir: TempDir,
}

impl Visitor {
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let outside = Arc::new(Outside::open(dir.path(), world(), Arc::new(Now)).unwrap());
        let site = Site::start(pages(Arc::clone(&outside)).unwrap()).unwrap();
        let http = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { outside, site, http, _dir: dir }
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let answer = self.http.get(format!("{}{path}", self.site.origin())).send().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().unwrap()
    }

    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = self.http.post(format!("{}{path}", self.site.origin()));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body.join("&")).send().unwrap()
    }

    /// As it stands in the page's own forms.
    pub(crate) fn token(&self) -> String {
        let page = self.get("/ctid");
        let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn first() -> &'static Company {
    &world().companies[0]
}

#[test]
fn every_page_is_guarded_and_runs_nothing() {
    let visitor = Visitor::new();
    for path in ["/", "/company", "/ctid", "/bank", "/population", "/phone", "/ledger", "/review", "/tickets"]
    {
        let answer = visitor.http.get(format!("{}{path}", visitor.site.origin())).send().unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script"));
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let page = answer.text().unwrap();
        assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("{{"), "{page}");
        assert_eq!(page.matches("<h1>").count(), 1);
        assert_eq!(page.matches("aria-current=\"page\"").count(), 1);
        // Every field has its label.
        for id in page.split("<select id=\"").skip(1).chain(page.split("<input id=\"").skip(1)) {
            let id = id.split('"').next().unwrap();
            assert!(page.contains(&format!("<label for=\"{id}\">")), "{path} {id}");
        }
    }
}

#[test]
fn the_registers_can_be_looked_through_and_searched() {
    let visitor = Visitor::new();
    let page = visitor.get("/company");
    for company in &world().companies {
        assert!(
            page.contains(company.identity.uscc.as_str()) && page.contains(company.identity.name.as_str())
        );
    }
    let person = &first().legal_representative;
    assert!(visitor.get("/ctid").contains(person.document.number.as_str()));
    let page = visitor.get("/bank");
    assert!(page.contains(person.bank_card.as_str()) && page.contains(person.phone.as_str()));
    assert!(visitor.get("/population").contains(person.document.number.as_str()));
    assert!(visitor.get("/phone").contains(person.phone.as_str()));
    let found = visitor.get(&format!("/company?find={}", first().registration));
    assert!(found.contains(first().identity.name.as_str()));
    let found = visitor.get(&format!("/company?find={}", first().identity.uscc));
    assert!(found.contains(first().identity.name.as_str()));
    assert!(!found.contains(world().companies[1].identity.name.as_str()));
    assert!(!visitor.get("/bank?find=%22%3E%3Cscript%3E").contains("<script"));
}

#[test]
fn a_button_has_time_pass_for_unopened_qr_codes() {
    let visitor = Visitor::new();
    let heard = Arc::new(std::sync::Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    visitor.outside.listen(move |event| {
        ear.lock().unwrap().push(event);
        true
    });
    assert!(visitor.get("/tickets").contains("action=\"/tickets\""));
    for token in ["", "0"] {
        assert_eq!(visitor.post("/tickets", &[("token", token)]).status(), 403);
    }
    assert!(heard.lock().unwrap().is_empty());
    let answer = visitor.post("/tickets", &[("token", &visitor.token())]);
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/tickets");
    assert_eq!(*heard.lock().unwrap(), [Event::TicketsExpired]);
}

#[test]
fn messages_show_their_code_and_no_markup_of_theirs() {
    let visitor = Visitor::new();
    let email = EmailAddress::parse("<b>@tongguan.example").unwrap();
    visitor.outside.send(&CodeTarget::Email { email }, "<img src=x> 123456 &").unwrap();
    let page = visitor.get("/");
    assert!(page.contains("&lt;b&gt;@tongguan.example") && page.contains("&lt;img src=x&gt; 123456 &amp;"));
    assert!(page.contains("<strong class=\"code\">123456</strong>"), "{page}");
    assert!(!visitor.get("/?find=nothing").contains("123456"));
}

#[test]
fn a_failure_is_set_and_lifted_with_the_form() {
    let visitor = Visitor::new();
    let (token, number) = (visitor.token(), first().legal_representative.document.number.as_str());
    let set = |failure| {
        let form =
            [("token", token.as_str()), ("register", "ctid"), ("record", number), ("failure", failure)];
        visitor.post("/failure", &form)
    };
    let answer = set("absent");
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], format!("/ctid#{number}"));
    assert_eq!(visitor.outside.failure(Register::Ctid, Some(number)).unwrap(), Some(Failure::Absent));
    let page = visitor.get("/ctid");
    assert!(page.contains(&format!("<article id=\"{number}\"")) && page.contains("data-failing"));
    assert!(page.contains("<option value=\"absent\" selected>"));
    assert_eq!(set("none").status(), 303);
    assert_eq!(visitor.outside.failure(Register::Ctid, Some(number)).unwrap(), None);

    let form = [("token", token.as_str()), ("register", "sms"), ("record", ""), ("failure", "timeout")];
    assert_eq!(visitor.post("/failure", &form).headers()["location"], "/");
    assert_eq!(visitor.outside.failure(Register::Sms, None).unwrap(), Some(Failure::Timeout));
    let form =
        [("token", token.as_str()), ("register", "sms"), ("record", "a@b.example"), ("failure", "absent")];
    assert_eq!(visitor.post("/failure", &form).status(), 303);
    assert!(visitor.get("/").contains("<article id=\"a@b.example\""));
}

#[test]
fn a_company_is_registered_under_another_name() {
    let visitor = Visitor::new();
    let uscc = &first().identity.uscc;
    let token = visitor.token();
    let change = |name: &str, uscc: &str| {
        let form =
            [("token", token.as_str()), ("uscc", uscc), ("name", name), ("legal_representative", "Li Lei")];
        visitor.post("/company", &form).status().as_u16()
    };
    assert_eq!(change("Haihe & Sons", uscc.as_str()), 303);
    let company = visitor.outside.company(uscc).unwrap().unwrap();
    assert_eq!(company.identity.name.as_str(), "Haihe & Sons");
    assert_eq!(company.legal_representative.as_str(), "Li Lei");
    assert!(visitor.get("/company").contains("value=\"Haihe &amp; Sons\""));
    assert_eq!(change("", uscc.as_str()), 422);
    assert_eq!(change("x", "91350100M000100Y43"), 404);
    assert_eq!(change("x", "y"), 422);
}

#[test]
fn a_form_of_another_site_or_another_start_changes_nothing() {
    let visitor = Visitor::new();
    let other = Visitor::new().token();
    for token in ["", "0", other.as_str()] {
        let form = [("token", token), ("register", "ctid"), ("record", ""), ("failure", "timeout")];
        assert_eq!(visitor.post("/failure", &form).status(), 403);
        let uscc = first().identity.uscc.as_str();
        let form = [("token", token), ("uscc", uscc), ("name", "x"), ("legal_representative", "yy")];
        assert_eq!(visitor.post("/company", &form).status(), 403);
    }
    assert_eq!(visitor.outside.failure(Register::Ctid, None).unwrap(), None);
    assert_eq!(visitor.outside.company(&first().identity.uscc).unwrap().unwrap().identity, first().identity);
}

#[test]
fn what_is_no_form_of_the_page_is_refused_with_words() {
    let visitor = Visitor::new();
    let token = visitor.token();
    let with = |register: &str, record: &str, failure: &str| {
        let form =
            [("token", token.as_str()), ("register", register), ("record", record), ("failure", failure)];
        let answer = visitor.post("/failure", &form);
        let status = answer.status().as_u16();
        assert!(answer.text().unwrap().contains("role=\"alert\""));
        status
    };
    assert_eq!(with("sms", "", "mismatch"), 422);
    assert_eq!(with("ctid", "", "fire"), 422);
    assert_eq!(with("moon", "", "absent"), 422);
    assert_eq!(with("bank", "6200000", "absent"), 404);
    let long = "x".repeat(5_000);
    assert_eq!(visitor.post("/failure", &[("token", &long)]).status(), 422);
    let answer = visitor.http.get(format!("{}/nothing", visitor.site.origin())).send().unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.headers().contains_key("content-security-policy"));
}

#[test]
fn a_foreign_name_for_this_machine_is_refused() {
    let visitor = Visitor::new();
    for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:80", ""] {
        let request = visitor.http.get(visitor.site.origin()).header("host", host);
        let status = request.send().map(|answer| answer.status().as_u16());
        assert!(matches!(status, Ok(400 | 403)), "{host}: {status:?}");
    }
    let port = visitor.site.origin().rsplit_once(':').unwrap().1.to_owned();
    let answer = visitor.http.get(visitor.site.origin()).header("host", format!("localhost:{port}"));
    assert_eq!(answer.send().unwrap().status(), 200);
}

#[test]
fn a_person_s_pictures_can_be_had() {
    let visitor = Visitor::new();
    let picture = |number: &str, side: &str| {
        let path = format!("{}/population/{number}/{side}.jpg", visitor.site.origin());
        visitor.http.get(path).send().unwrap()
    };
    let person = &first().legal_representative;
    let number = person.document.number.as_str();
    for (side, drawn) in [("face", person.face()), ("front", person.front()), ("back", person.back())] {
        let answer = picture(number, side);
        assert_eq!(answer.headers()["content-type"], "image/jpeg");
        assert_eq!(answer.bytes().unwrap(), drawn.unwrap());
    }
    assert_eq!(
        (picture(number, "chest").status(), picture("1", "face").status()),
        (404.try_into().unwrap(), 404.try_into().unwrap())
    );
    let mut legal = world().companies.iter().map(|company| &company.legal_representative);
    let permit = legal.find(|person| person.document.kind != DocumentKind::IdCard).unwrap();
    assert_eq!(picture(permit.document.number.as_str(), "front").status(), 404);
    assert_eq!(picture(permit.document.number.as_str(), "face").status(), 200);
}
