//! What is left on the client's disk after everything: nothing of a person, and nothing that opens a session.

use crate::answers::{account, answer, company, edit_of, legal, phone, read_code, sign_in, view};
use crate::canary::in_files;
use crate::legal_steps::{by_bank_card, by_id_card, company_of, given};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tongguan_core::api::Command;
use tongguan_core::domain::{EmailAddress, Password};
use tongguan_core::ports::{CodeTarget, CompanyEdit, LegalHolder, LegalStep};
use tongguan_sandbox_world::Person;
use tongguan_tests::Desk;

const PHONE: &str = "19900009999";
const EMAIL: &str = "canary.at.rest@example.cn";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What must not be found of somebody.
fn secrets_of(person: &Person) -> Vec<(&'static str, String)> {
    vec![
        ("name", person.name.as_str().into()),
        ("document", person.document.number.as_str().into()),
        ("bank card", person.bank_card.as_str().into()),
        ("phone", person.phone.as_str().into()),
    ]
}

/// A company and an account changed, a phone bound, a card used, and the company certified by documents.
fn do_everything(desk: &Desk) -> Vec<(&'static str, String)> {
    sign_in(desk, "haihe-demo");
    let found = company_of(desk, "haihe");
    let edit = CompanyEdit { address: None, ..edit_of(&company(desk)) };
    desk.call(Command::EditCompany { edit }).unwrap();
    let email = CodeTarget::Email { email: EmailAddress::parse(EMAIL).unwrap() };
    for to in [phone(PHONE), email] {
        let sent = answer!(desk.call(Command::SendCode { to: to.clone() }), CodeSent);
        desk.call(Command::ConfirmCode { code: read_code(desk, &to, &sent) }).unwrap();
    }
    let token = desk.insert(0, "haihe-operator-sm2");
    desk.certify("haihe-operator-sm2", &token, 0);
    legal(desk.call(Command::BeginLegal {}));
    legal(desk.call(Command::LegalCompany { given: given(&found) }));
    let check = by_bank_card(desk, &found.legal_representative);
    legal(desk.call(Command::LegalPerson { check }));
    let holder = LegalHolder {
        name: found.operator.name.clone(),
        document: Some(found.operator.document.clone()),
        check: by_id_card(&found.operator),
    };
    let done = legal(desk.call(Command::LegalHolder { given: holder }));
    assert!(matches!(done.step, LegalStep::Done { .. }), "{done:?}");
    account(desk);
    let (old, new) = (desk.stage.password().to_owned(), "password-canary-77".to_owned());
    view(desk.call(Command::ChangePassword {
        old: Password::from(old.clone()),
        new: Password::from(new.clone()),
    }));
    let mut secrets = secrets_of(&found.legal_representative);
    secrets.extend(secrets_of(&found.operator));
    secrets.extend([
        ("new phone", PHONE.to_owned()),
        ("e-mail", EMAIL.to_owned()),
        ("password", old),
        ("new password", new),
        ("PIN", desk.stage.pin("haihe-operator-sm2").to_owned()),
        ("bearer", desk.drawer.session().unwrap().bearer.expose().to_owned()),
    ]);
    secrets
}

#[test]
fn no_file_and_no_line_of_the_log_holds_a_person_or_a_secret() {
    let log = Log::default();
    let sink = log.clone();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    everything.with_writer(move || sink.clone()).try_init().unwrap();
    let desk = Desk::open();
    let secrets = do_everything(&desk);
    // The search finds what is there.
    let portal = desk.stage.portal_origin();
    assert!(!in_files(&desk.home(), portal.as_bytes()).is_empty());
    let lines = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    // Of the program itself: the portal and the stage run in this process, too.
    let own = |line: &&str| {
        [
            "tongguan_core",
            "tongguan_portal:",
            "tongguan_store",
            "tongguan_iccard",
            "tongguan_worker",
            "tongguan_catalogue",
        ]
        .iter()
        .any(|name| line.contains(name))
    };
    let of_client: Vec<&str> = lines.lines().filter(own).collect();
    assert!(of_client.iter().any(|line| line.contains("/v1/legal-certification")), "{lines}");
    for (what, secret) in secrets {
        assert_eq!(
            in_files(&desk.home(), secret.as_bytes()),
            Vec::<PathBuf>::new(),
            "the {what} is in a file"
        );
        assert!(!lines.contains(&secret), "the {what} is in the log");
    }
}
