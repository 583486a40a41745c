//! Procedures to their ends, with everything that anybody wrote meanwhile kept: no full number of anybody stands in
//! it. Not looked at is what the registers themselves have, for it is their own: `outside.sqlite`, and the world's
//! page with its messages. While a procedure is open the portal needs the numbers; after its end they must be gone.

use crate::between::Between;
use crate::canary::files;
use crate::legal_steps::company_of;
use crate::ningbo::Scene;
use crate::procedure_steps::{
    enter_code, fill, give, look, open, receipt, refused, send, ticket, try_fill, ways,
};
use crate::shapes::{counts, stands, unpacked};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Field, PersonRole, Slot};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AskTicket, Duty, DutyOf, NewParticipant, Stage, StepAnswer};
use tongguan_sandbox_world::Person;
use tongguan_tests::{Desk, Phone, http};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everybody's, and the accounts of companies: whose it is, and the number.
fn numbers(desk: &Desk) -> Vec<(String, String)> {
    let world = desk.stage.world();
    let of_people = world.people().into_iter().flat_map(|(who, person)| {
        [
            (format!("document of {who}"), person.document.number.as_str().to_owned()),
            (format!("bank card of {who}"), person.bank_card.as_str().to_owned()),
            (format!("phone of {who}"), person.phone.as_str().to_owned()),
        ]
    });
    let of_companies = world.companies.iter().filter_map(|company| {
        let own = desk.stage.outside().account_of(&company.identity.uscc).unwrap()?;
        Some((format!("account of {}", company.slug), own.number.as_str().to_owned()))
    });
    of_people.chain(of_companies).collect()
}

fn of_all(numbers: &[(String, String)]) -> Vec<&str> {
    numbers.iter().map(|(_, number)| number.as_str()).collect()
}

/// A desk and phones; who talks to the portal is overheard.
struct Walked {
    scene: Scene,
    between: Between,
    answers: Kept,
    /// As it came, to be unpacked.
    letter: Kept,
    pages: Kept,
}

impl Walked {
    fn new() -> Self {
        let desk = Desk::open();
        let answers = Kept::default();
        let letter = Kept::default();
        let (mut sink, paper) = (answers.clone(), letter.clone());
        let between = Between::new(&desk.stage.portal_origin(), move |passed| {
            sink.write_all(passed.path.as_bytes()).unwrap();
            sink.write_all(&passed.body).unwrap();
            if passed.path.ends_with("/letter") {
                *paper.0.lock().unwrap() = passed.body.clone();
            }
        });
        let account = desk.stage.world().account("haihe-demo").unwrap();
        desk.sign_in_at(&between.origin(), "haihe-demo", account.password.expose()).unwrap();
        let company = company_of(&desk, "haihe");
        Self { scene: Scene { desk, company }, between, answers, letter, pages: Kept::default() }
    }

    fn desk(&self) -> &Desk {
        &self.scene.desk
    }

    /// The page that this phone shows now.
    fn sees(&self, phone: &Phone) {
        let page = http().get(self.address(phone)).header("cookie", phone.cookie()).send().unwrap();
        assert_eq!(page.status(), 200);
        self.pages.clone().write_all(&page.bytes().unwrap()).unwrap();
    }

    /// A form that is not taken comes back with what is wrong.
    fn is_told(&self, phone: &Phone, form: &[(&str, &str)]) {
        let version = phone.at().version.to_string();
        let all = [&[("version", version.as_str())], form].concat();
        let text: Vec<String> = all.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = http().post(self.address(phone)).header("cookie", phone.cookie());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let page = request.body(text.join("&")).send().unwrap();
        assert_eq!(page.status(), 422);
        self.pages.clone().write_all(&page.bytes().unwrap()).unwrap();
    }

    fn address(&self, phone: &Phone) -> String {
        format!("{}/p/{}", self.desk().stage.phone_origin(), phone.id)
    }

    fn scan(&self, id: &RequestId, duty: Duty) -> Phone {
        let Stage::People { people, .. } = look(self.desk(), id).stage else { panic!("no people") };
        let duty = DutyOf { person: people[0].id.clone(), duty };
        let ticket = ticket(self.desk(), id, AskTicket { duty: Some(duty), sms_to: None });
        Phone::scan_at(&self.between.origin(), &ticket.address).unwrap()
    }

    /// What the portal tells of a procedure up to its end.
    fn listens(&self, id: &RequestId) -> JoinHandle<Vec<u8>> {
        let session = self.desk().drawer.session().unwrap();
        let address = format!("{}/v1/procedures/{id}/events", self.desk().stage.portal_origin());
        let request = http().get(address).bearer_auth(session.bearer.expose());
        let request = request.timeout(Duration::from_secs(120));
        std::thread::spawn(move || request.send().unwrap().bytes().unwrap().to_vec())
    }

    fn beijing_on_the_web(&self) {
        let (desk, person) = (self.desk(), self.scene.person());
        let id = open(desk, "beijing", "web").id;
        let (from, until) = (person.validity.from.to_string(), person.validity.until.to_string());
        let given = |card| {
            [
                (Field::ValidFrom, from.as_str()),
                (Field::ValidUntil, until.as_str()),
                (Field::BankCard, card),
                (Field::Phone, person.phone.as_str()),
            ]
        };
        let others = self.scene.company.legal_representative.bank_card.as_str();
        assert_eq!(refused(try_fill(desk, &id, &given(others))), Refusal::BankCardMismatch);
        fill(desk, &id, &given(person.bank_card.as_str()));
        enter_code(desk, &id, &person.phone);
        send(desk, &id, Slot::IdFront, &person.front().unwrap());
        send(desk, &id, Slot::IdBack, &person.back().unwrap());
        receipt(&give(desk, &id, StepAnswer::Pictures));
    }

    fn ningbo_by_bank_card(&self) {
        let (desk, person) = (self.desk(), self.scene.person());
        let id = self.scene.person_by("bank_card");
        let given = [
            (Field::Name, person.name.as_str()),
            (Field::IdNumber, person.document.number.as_str()),
            (Field::BankCard, person.bank_card.as_str()),
            (Field::Phone, person.phone.as_str()),
        ];
        let done = fill(desk, &id, &given);
        assert_eq!(ways(&done), ["bank_card"]);
    }

    fn ningbo_by_letter(&self) {
        let legal = &self.scene.company.legal_representative;
        let id = self.scene.organisation("company_other", Some(legal.document.number.as_str()));
        let done = self.scene.by_reverse_transfer(&id);
        assert_eq!(ways(&done), ["transfer", "reverse"]);
    }

    /// What the portal told of it meanwhile.
    fn henan_with(&self, person: &Person) -> Vec<u8> {
        let desk = self.desk();
        let id = open(desk, "henan", "matter").id;
        fill(desk, &id, &[(Field::MatterKind, "change"), (Field::MatterTitle, "Another address")]);
        let events = self.listens(&id);
        let (name, document) = (person.name.clone(), person.document.clone());
        let new = NewParticipant { name, document, role: PersonRole::Shareholder };
        give(desk, &id, StepAnswer::AddPerson { person: new });
        self.signs(&self.scan(&id, Duty::Signature), person);
        self.certifies(&self.scan(&id, Duty::Certification), person, &id);
        receipt(&give(desk, &id, StepAnswer::Submit));
        events.join().unwrap()
    }

    fn signs(&self, phone: &Phone, person: &Person) {
        self.sees(phone);
        phone.confirm();
        self.sees(phone);
        phone.face(person);
        self.draws(phone);
    }

    fn certifies(&self, phone: &Phone, person: &Person, id: &RequestId) {
        let (number, card) = (person.document.number.as_str(), person.bank_card.as_str());
        self.sees(phone);
        self.is_told(phone, &[("name", ""), ("document_kind", "id_card"), ("document_number", number)]);
        let name = (Field::Name, person.name.as_str());
        phone.fill(&[name, (Field::DocumentKind, "id_card"), (Field::DocumentNumber, number)]);
        self.sees(phone);
        phone.confirm();
        self.sees(phone);
        phone.face(person);
        self.sees(phone);
        self.is_told(phone, &[("bank_card", card), ("phone", "1")]);
        self.is_told(phone, &[("bank_card", "1"), ("phone", person.phone.as_str())]);
        phone.fill(&[(Field::BankCard, card), (Field::Phone, person.phone.as_str())]);
        self.sees(phone);
        phone.confirm();
        self.sees(phone);
        phone.give(StepAnswer::Pending { matter: id.clone() });
        self.sees(phone);
        phone.confirm();
        self.sees(phone);
        phone.face(person);
        self.draws(phone);
    }

    fn draws(&self, phone: &Phone) {
        self.sees(phone);
        phone.sign();
        self.sees(phone);
    }

    /// How often each number stands in the portal's store; an account's own record has some.
    fn in_store(&self, numbers: &[(String, String)]) -> Vec<usize> {
        let files = files(&self.desk().stage.dir().join("portal"));
        assert!(files.iter().any(|file| file.ends_with("portal.sqlite")), "{files:?}");
        let store: Vec<u8> = files.iter().flat_map(|file| std::fs::read(file).unwrap()).collect();
        counts(&of_all(numbers), &store)
    }
}

#[test]
fn no_full_number_stands_in_an_answer_a_page_a_file_or_the_log_after_the_end() {
    let log = Kept::default();
    let sink = log.clone();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    everything.with_writer(move || sink.clone()).try_init().unwrap();
    let walked = Walked::new();
    let numbers = numbers(walked.desk());
    let before = walked.in_store(&numbers);
    walked.beijing_on_the_web();
    walked.ningbo_by_bank_card();
    walked.ningbo_by_letter();
    let events = walked.henan_with(&walked.scene.company.legal_representative);
    let home = files(&walked.desk().home());
    let letter = unpacked(&walked.letter.bytes());
    let view = serde_json::to_vec(&walked.desk().view()).unwrap();
    let mut written = vec![
        ("an answer of the portal".to_owned(), walked.answers.bytes()),
        ("a phone's page".into(), walked.pages.bytes()),
        ("the log".into(), log.bytes()),
        ("the letter".into(), letter),
        ("the view".into(), view),
        ("the events".into(), events),
    ];
    // The search finds what is there.
    let (uscc, account) = (walked.scene.company.identity.uscc.as_str(), "haihe-demo");
    for (place, known) in [
        (0, uscc),
        (1, "Another address"),
        (2, "/v1/procedures"),
        (3, uscc),
        (4, account),
        (5, "event: version"),
    ] {
        assert!(stands(known, &written[place].1), "{known} is not in {}", written[place].0);
    }
    written.extend(home.iter().map(|file| (file.display().to_string(), std::fs::read(file).unwrap())));
    for (place, text) in &written {
        for ((whose, _), found) in numbers.iter().zip(counts(&of_all(&numbers), text)) {
            assert_eq!(found, 0, "the {whose} is in {place}");
        }
    }
    for (((whose, _), before), after) in numbers.iter().zip(before).zip(walked.in_store(&numbers)) {
        assert!(after <= before, "the {whose} stands {after} times in the store, {before} times before");
    }
}
