//! Platforms and procedures from the terminal: from a file of answers, and question by question.

use crate::answers::{answer, phone as phone_target};
use crate::json_terminal::is_as_listed;
use crate::legal_talk_terminal::OnTerminal;
use crate::legal_terminal::{at_home, code_to, tells_no_number};
use crate::procedure_steps::{fill, give, look, open};
use crate::terminal_program::{Ended, Program};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;
use tongguan_core::api::Command;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{AccountNumber, Fen, Field, PersonRole};
use tongguan_core::ports::{LetterState, NewParticipant, Payment, Procedure, Stage, StepAnswer};
use tongguan_sandbox_outside::{Order, Reason};
use tongguan_sandbox_world::{Company, Person};
use tongguan_tests::{Desk, Phone};

fn file(home: &TempDir, name: &str, content: &[u8]) -> PathBuf {
    let path = home.path().join(name);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn run(desk: &Desk, home: &TempDir, arguments: &[&str]) -> Ended {
    Program::signed_in(desk, home.path(), arguments).end()
}

fn procedure(desk: &Desk, home: &TempDir, arguments: &[&str]) -> Program {
    Program::signed_in(desk, home.path(), &[&["procedure"], arguments].concat())
}

/// What the person types in Ningbo's way by phone number.
fn by_phone(person: &Person) -> String {
    format!(
        "agreed = [\"ningbo_authorisation\", \"ningbo_service\"]\n[ways]\nway = \"phone\"\n[values]\n\
        name = \"{}\"\nid_number = \"{}\"\nphone = \"{}\"\n",
        person.name,
        person.document.number.as_str(),
        person.phone.as_str()
    )
}

#[test]
fn a_person_certifies_from_a_file_of_answers() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    let answers = file(&home, "answers.toml", by_phone(person).as_bytes());
    let arguments = ["go", "ningbo", "person", "--answers", answers.to_str().unwrap(), "--code-fd", "0"];
    let mut program = procedure(&desk, &home, &arguments);
    program.asks("code");
    program.tell(&code_to(&desk, person));
    let end = program.end();
    assert_eq!(end.code, 0, "{}", end.written);
    is_as_listed("PASSED", &end.document["receipt"]);
    tells_no_number(&end.written, &[person]);
    let listed = run(&desk, &home, &["platforms"]).document;
    let ningbo = listed["platforms"].as_array().unwrap().iter().find(|row| row["platform"] == "ningbo");
    is_as_listed("PLATFORM", ningbo.unwrap());
    assert_eq!(ningbo.unwrap()["certified"][0]["number"], end.document["receipt"]["number"]);
}

#[test]
fn what_a_file_lacks_ends_the_run_and_another_goes_on() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    let part = by_phone(person).replace("\"ningbo_service\"", "");
    let answers = file(&home, "part.toml", part.as_bytes());
    let arguments = ["go", "ningbo", "person", "--answers", answers.to_str().unwrap(), "--code-fd", "0"];
    let mut program = procedure(&desk, &home, &arguments);
    program.asks("code");
    program.tell(&code_to(&desk, person));
    let end = program.end();
    assert_eq!((end.code, end.document["fault"]["field"].as_str()), (2, Some("agreed")), "{}", end.written);
    let (_, id) = end.written.rsplit_once("--resume ").unwrap();
    let id = id.split_whitespace().next().unwrap();
    let shown = run(&desk, &home, &["procedure", "show", id]).document;
    is_as_listed("PROCEDURE", &shown["procedure"]);
    assert_eq!(shown["procedure"]["stage"]["kind"], "form");
    let answers = file(&home, "answers.toml", by_phone(person).as_bytes());
    let end = procedure(&desk, &home, &["go", "--resume", id, "--answers", answers.to_str().unwrap()]).end();
    assert_eq!(end.code, 0, "{}", end.written);
    is_as_listed("PASSED", &end.document["receipt"]);
}

#[test]
fn card_code_and_pictures_by_their_paths() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    let front = file(&home, "front.jpg", &person.front().unwrap());
    let back = file(&home, "back.jpg", &person.back().unwrap());
    let values = format!(
        "[values]\nvalid_from = \"{}\"\nvalid_until = \"{}\"\nbank_card = \"{}\"\nphone = \"{}\"\n",
        person.validity.from,
        person.validity.until,
        person.bank_card.as_str(),
        person.phone.as_str()
    );
    let answers = file(&home, "answers.toml", values.as_bytes());
    let (front, back) = (format!("id_front={}", front.display()), format!("id_back={}", back.display()));
    let arguments = ["go", "beijing", "web", "--file", &front, "--file", &back, "--answers"];
    let mut program =
        procedure(&desk, &home, &[&arguments[..], &[answers.to_str().unwrap(), "--code-fd", "0"]].concat());
    program.asks("code");
    program.tell(&code_to(&desk, person));
    let end = program.end();
    assert_eq!(end.code, 0, "{}", end.written);
    tells_no_number(&end.written, &[person]);
}

#[test]
fn a_phone_is_waited_for() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    let answers = file(&home, "answers.toml", b"");
    let mut program =
        procedure(&desk, &home, &["go", "beijing", "app", "--answers", answers.to_str().unwrap()]);
    let ticket = program.asks("ticket");
    let phone = Phone::scan(&desk.stage, ticket["address"].as_str().unwrap());
    phone.fill(&[(Field::Phone, person.phone.as_str())]);
    let sent = phone.send_code();
    let entered = crate::answers::read_code(&desk, &phone_target(person.phone.as_str()), &sent);
    phone.give(StepAnswer::Code { id: entered.id, code: entered.code, agreed: Vec::new() });
    phone.try_pictures(person).unwrap();
    phone.face(person);
    let end = program.end();
    assert_eq!(end.code, 0, "{}", end.written);
    assert_eq!(end.document["receipt"]["subject"], "person");
    for system in ["android", "ios"] {
        let address = format!("{}/app/beijing/{system}", desk.stage.phone_origin());
        assert!(end.written.contains(&address), "{}", end.written);
    }
}

#[test]
fn a_phone_that_is_put_away_ends_the_run_and_the_procedure_stays() {
    let (desk, home, _) = at_home();
    let answers = file(&home, "answers.toml", b"");
    let mut program =
        procedure(&desk, &home, &["go", "beijing", "app", "--answers", answers.to_str().unwrap()]);
    let ticket = program.asks("ticket");
    Phone::scan(&desk.stage, ticket["address"].as_str().unwrap()).cancel();
    let end = program.end();
    assert_eq!((end.code, end.document["fault"]["reason"].as_str()), (11, Some("phone_cancelled")));
    let open = run(&desk, &home, &["procedure", "open", "beijing", "app"]).document;
    let id = open["procedure"]["id"].as_str().unwrap().to_owned();
    assert!(end.written.contains(&id), "{}", end.written);
    assert_eq!(run(&desk, &home, &["procedure", "leave", &id]).document["left"], true);
    let left = run(&desk, &home, &["procedure", "show", &id]).document;
    assert_eq!(left["procedure"]["stage"]["reason"], "left");
    let nobodys = RequestId::random();
    assert_eq!(run(&desk, &home, &["procedure", "show", nobodys.as_str()]).code, 2);
}

#[test]
fn a_matter_gets_its_people_and_a_ticket_for_each_duty() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    let sheet = format!(
        "[values]\nmatter_kind = \"change\"\nmatter_title = \"Another address\"\n[[people]]\nname = \"{}\"\n\
        document = \"id_card\"\nnumber = \"{}\"\nrole = \"agent\"\n",
        person.name,
        person.document.number.as_str()
    );
    let answers = file(&home, "answers.toml", sheet.as_bytes());
    let mut program =
        procedure(&desk, &home, &["go", "henan", "matter", "--answers", answers.to_str().unwrap()]);
    let (sign, certify) = (program.asks("ticket"), program.asks("ticket"));
    assert_eq!(
        (&sign["duty"]["duty"], &certify["duty"]["duty"]),
        (&"signature".into(), &"certification".into())
    );
    let phone = Phone::scan(&desk.stage, sign["address"].as_str().unwrap());
    phone.confirm();
    phone.face(person);
    phone.sign();
    let phone = Phone::scan(&desk.stage, certify["address"].as_str().unwrap());
    phone.fill(&[
        (Field::Name, person.name.as_str()),
        (Field::DocumentKind, "id_card"),
        (Field::DocumentNumber, person.document.number.as_str()),
    ]);
    phone.confirm();
    phone.face(person);
    phone.fill(&[(Field::BankCard, person.bank_card.as_str()), (Field::Phone, person.phone.as_str())]);
    let tongguan_core::ports::Stage::Pending { matters } = phone.confirm().stage else { panic!() };
    phone.give(StepAnswer::Pending { matter: matters[0].id.clone() });
    phone.confirm();
    phone.face(person);
    phone.sign();
    let end = program.end();
    assert_eq!(end.code, 0, "{}", end.written);
    assert_eq!(end.document["receipt"]["name"], "Another address");
    tells_no_number(&end.written, &[person]);
}

#[test]
fn files_that_are_not_usable_cost_no_sign_in() {
    let (desk, home, _) = at_home();
    let arguments = ["procedure", "go", "beijing", "--file", "passport=a.jpg"];
    let end = crate::terminal_program::ended(
        crate::terminal_program::command(&desk, home.path(), &arguments).output().unwrap(),
    );
    assert_eq!((end.code, end.document["fault"]["reason"].as_str()), (2, Some("unknown")));
    let open = file(&home, "open.toml", b"");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    let arguments = ["procedure", "go", "beijing", "--answers", open.to_str().unwrap()];
    let end = crate::terminal_program::ended(
        crate::terminal_program::command(&desk, home.path(), &arguments).output().unwrap(),
    );
    assert_eq!((end.code, end.document["fault"]["reason"].as_str()), (2, Some("readable_by_others")));
}

#[test]
fn question_by_question_with_a_mistake_and_another_way() {
    let (desk, home, company) = at_home();
    let (person, other) = (&company.operator, &company.legal_representative);
    let mut at = OnTerminal::start(&desk, &home, "procedure go ningbo person");
    at.sign_in(&desk);
    at.answer("do you agree? Type yes:", "yes");
    let code = {
        at.until("A code was sent");
        code_to(&desk, person)
    };
    at.answer("Code of 6 digits", &code);
    at.answer("Way [1]:", "3");
    at.answer("Name:", person.name.as_str());
    at.answer_unseen("ID number (not shown)", person.document.number.as_str());
    at.until(person.document.masked().number.as_str());
    at.answer_unseen("Bank card number (not shown)", other.bank_card.as_str());
    at.answer_unseen("Mobile number (not shown)", person.phone.as_str());
    at.answer("do you agree? Type yes:", "yes");
    at.until("not together at the bank");
    // Back to the choice of ways.
    at.answer("Next [1]:", "2");
    at.answer("Way [1]:", "1");
    at.answer("Name:", person.name.as_str());
    at.answer_unseen("ID number (not shown)", person.document.number.as_str());
    at.answer_unseen("Mobile number (not shown)", person.phone.as_str());
    let (code, written) = at.end();
    assert_eq!(code, 0, "{written}");
    tells_no_number(&written, &[person, other]);
}

/// A company's three factors at Ningbo, and the ways to a corporate payment in this direction.
/// The platform's default where no direction is named.
fn by_payment(company: &Company, direction: Option<&str>) -> String {
    let direction = direction.map(|way| format!("direction = \"{way}\"\n")).unwrap_or_default();
    format!(
        "agreed = [\"ningbo_authorisation\", \"ningbo_service\"]\n[ways]\ncompany_way = \"transfer\"\n\
        {direction}[values]\ncompany_name = \"{}\"\ncompany_number = \"{}\"\nlegal_name = \"{}\"\n",
        company.identity.name, company.identity.uscc, company.legal_representative.name
    )
}

/// Up to the letter, which the run saves and ends for: the procedure, and the letter.
fn until_the_letter(desk: &Desk, home: &TempDir, company: &Company, sheet: &str) -> (String, Vec<u8>) {
    let answers = file(home, "begin.toml", sheet.as_bytes());
    let arguments =
        ["go", "ningbo", "company_legal", "--answers", answers.to_str().unwrap(), "--code-fd", "0"];
    let mut program = procedure(desk, home, &arguments);
    program.asks("code");
    program.tell(&code_to(desk, &company.operator));
    let saved = program.says().unwrap();
    assert_eq!(saved["ask"], "letter", "{saved}");
    let letter = fs::read(saved["path"].as_str().unwrap()).unwrap();
    let end = program.end();
    assert_eq!((end.code, end.document["fault"]["field"].as_str()), (2, Some("letter")), "{}", end.written);
    let (_, id) = end.written.rsplit_once("--resume ").unwrap();
    (id.split_whitespace().next().unwrap().to_owned(), letter)
}

fn review(desk: &Desk, refused: Option<&str>) {
    let outside = desk.stage.outside();
    let waiting = outside.waiting_letters(9).unwrap();
    assert_eq!(waiting.len(), 1);
    outside.decide(&waiting[0].id, refused.map(|reason| Reason::parse(reason).unwrap()).as_ref()).unwrap();
}

#[test]
fn a_payment_and_a_letter_that_is_refused_then_accepted() {
    let (desk, home, company) = at_home();
    let own = desk.stage.outside().account_of(&company.identity.uscc).unwrap().unwrap();
    let account =
        format!("account_number = \"{}\"\nbranch = \"{}\"\n", own.number.as_str(), own.branch.as_str());
    let (id, letter) = until_the_letter(&desk, &home, &company, &(by_payment(&company, None) + &account));
    let scan = format!("letter={}", file(&home, "scan.pdf", &letter).display());
    let go_on = |sheet: &str, files: &[&str]| {
        let answers = file(&home, "answers.toml", sheet.as_bytes());
        let arguments = ["go", "--resume", &id, "--answers", answers.to_str().unwrap()];
        procedure(&desk, &home, &[&arguments[..], files].concat()).end()
    };
    let ended =
        |end: &Ended, member: &str| (end.code, end.document["fault"][member].as_str().map(str::to_owned));
    let end = go_on("", &["--file", &scan]);
    assert_eq!(ended(&end, "field"), (2, Some("amount".into())), "{}", end.written);
    review(&desk, Some("no stamp"));
    let end = go_on("", &[]);
    assert_eq!(ended(&end, "reason"), (11, Some("letter_refused".into())), "{}", end.written);
    assert!(end.written.contains("no stamp"), "{}", end.written);
    let end = go_on("", &["--file", &scan]);
    assert_eq!(ended(&end, "field"), (2, Some("amount".into())), "{}", end.written);
    review(&desk, None);
    let arrived = desk.stage.outside().payments(own.number.as_str(), 9).unwrap()[0].amount;
    let wrong = if arrived == Fen(1) { Fen(2) } else { Fen(1) };
    let end = go_on(&format!("amount = \"{wrong}\"\n"), &[]);
    assert_eq!(ended(&end, "reason"), (11, Some("amount_wrong".into())), "{}", end.written);
    let end = go_on(&format!("amount = \"{arrived}\"\n"), &[]);
    assert_eq!(end.code, 0, "{}", end.written);
    is_as_listed("PASSED", &end.document["receipt"]);
    assert!(!end.written.contains(own.number.as_str()), "{}", end.written);
}

/// Until what is shown is so.
fn awaited(desk: &Desk, id: &RequestId, is_so: impl Fn(&Stage) -> bool) -> Procedure {
    let mut at = look(desk, id);
    while !is_so(&at.stage) {
        let asked = Command::AwaitProcedure { id: id.clone(), version: at.version };
        at = answer!(desk.call(asked), Procedure);
    }
    at
}

#[test]
fn a_cent_of_the_companys_own_is_waited_for() {
    let (desk, home, company) = at_home();
    let (id, letter) = until_the_letter(&desk, &home, &company, &by_payment(&company, Some("reverse")));
    let answers = file(&home, "answers.toml", b"");
    let scan = format!("letter={}", file(&home, "scan.pdf", &letter).display());
    let arguments = ["go", "--resume", &id, "--answers", answers.to_str().unwrap(), "--file", &scan];
    let program = procedure(&desk, &home, &arguments);
    desk.sign_in();
    let id = RequestId::parse(&id).unwrap();
    let at = awaited(&desk, &id, |stage| {
        matches!(stage, Stage::Transfer { letter: LetterState::Waiting { .. }, .. })
    });
    review(&desk, None);
    let Stage::Transfer { payment: Payment::Reverse { payee, amount, .. }, .. } = at.stage else { panic!() };
    let outside = desk.stage.outside();
    let own = outside.account_of(&company.identity.uscc).unwrap().unwrap();
    let to = AccountNumber::parse(&payee.account).unwrap();
    outside.pay(&Order { from: own.number, payer: None, to, amount, remark: String::new() }).unwrap();
    let end = program.end();
    assert_eq!(end.code, 0, "{}", end.written);
    assert_eq!(end.document["receipt"]["subject"], "company");
}

#[test]
fn a_link_goes_to_the_legal_representative_by_sms() {
    let (desk, home, company) = at_home();
    let legal = &company.legal_representative;
    let sheet = format!("sms_to = \"{}\"\n", legal.phone.as_str())
        + &by_payment(&company, None)
            .replace("company_way = \"transfer\"", "other_way = \"legal_authorisation\"")
        + &format!("legal_id_number = \"{}\"\n", legal.document.number.as_str());
    let answers = file(&home, "answers.toml", sheet.as_bytes());
    let arguments =
        ["go", "ningbo", "company_other", "--answers", answers.to_str().unwrap(), "--code-fd", "0"];
    let mut program = procedure(&desk, &home, &arguments);
    program.asks("code");
    program.tell(&code_to(&desk, &company.operator));
    program.asks("ticket");
    let messages = desk.stage.outside().messages_to(&phone_target(legal.phone.as_str()), 1).unwrap();
    let link = messages[0].text.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let phone = Phone::scan(&desk.stage, link);
    phone.confirm();
    phone.face(legal);
    phone.sign();
    let end = program.end();
    assert_eq!(end.code, 0, "{}", end.written);
    tells_no_number(&end.written, &[legal]);
    assert_eq!(end.document["receipt"]["ways"][0], "legal_authorisation");
}

#[test]
fn a_ticket_for_one_person_and_one_duty() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    desk.sign_in();
    let id = open(&desk, "henan", "matter").id;
    fill(&desk, &id, &[(Field::MatterKind, "change"), (Field::MatterTitle, "Another address")]);
    let (name, document) = (person.name.clone(), person.document.clone());
    let added = NewParticipant { name, document, role: PersonRole::Agent };
    let at = give(&desk, &id, StepAnswer::AddPerson { person: added });
    let Stage::People { people, .. } = &at.stage else { panic!("{at:?}") };
    let arguments =
        ["procedure", "ticket", id.as_str(), "--person", people[0].id.as_str(), "--duty", "signature"];
    let end = run(&desk, &home, &arguments);
    assert_eq!(
        (end.code, &end.document["ticket"]["duty"]["duty"]),
        (0, &"signature".into()),
        "{}",
        end.written
    );
    let phone = Phone::scan(&desk.stage, end.document["ticket"]["address"].as_str().unwrap());
    phone.confirm();
    phone.face(person);
    phone.sign();
    let Stage::People { people, .. } = look(&desk, &id).stage else { panic!() };
    assert!(people[0].signed_at.is_some() && people[0].certified_at.is_none());
    // Of a matter, a ticket is somebody's.
    let end = run(&desk, &home, &["procedure", "ticket", id.as_str()]);
    assert_eq!((end.code, end.document["fault"]["field"].as_str()), (2, Some("duty")), "{}", end.written);
    tells_no_number(&end.written, &[person]);
}

#[test]
fn platforms_tell_who_is_certified_who_must_be_and_whose_cards_are_best() {
    let (desk, home, company) = at_home();
    let person = &company.operator;
    let answers = file(&home, "answers.toml", by_phone(person).as_bytes());
    let arguments = ["go", "ningbo", "person", "--answers", answers.to_str().unwrap(), "--code-fd", "0"];
    let mut program = procedure(&desk, &home, &arguments);
    program.asks("code");
    program.tell(&code_to(&desk, person));
    assert_eq!(program.end().code, 0);
    let written = run(&desk, &home, &["platforms"]).written;
    let masked = person.document.number.masked().to_string();
    let line = written.lines().find(|line| line.contains("Certified: person")).unwrap();
    assert!(line.contains(person.name.as_str()) && line.contains(&masked), "{line}");
    let who = "Must certify, partnership: partner, delegate of the managing partner";
    let banks = "Cards of these banks are recommended: Bank of China, China Construction Bank";
    assert!(written.contains(who) && written.contains(banks), "{written}");
    tells_no_number(&written, &[person]);
}
