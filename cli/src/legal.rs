//! `tongguan certify legal`: company, legal representative, account holder, by documents. The portal keeps the
//! steps, so a run begins where the last one stood.

mod file;
pub(crate) mod talk;

use crate::account::send;
use crate::args::{LegalArgs, SignInArgs};
use crate::code::with_code;
use crate::exit_code::Exit;
use crate::person;
use crate::session;
use crate::show;
use crate::terminal::Terminal;
use file::LegalFile;
use serde_json::json;
use talk::Talk;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::{Document, PersonName, Validity};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{
    BankCard, CheckedPerson, LegalCertification, LegalCompany, LegalHolder, LegalStep, PersonCheck,
};

/// How a person is checked.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    IdCard(Validity),
    BankCard(BankCard),
}

/// Who the account belongs to: as on record, or with another document.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    name: PersonName,
    document: Option<Document>,
    check: Check,
}

/// Where the values of each step come from: a file, or the person at the terminal.
pub(crate) trait Answers {
    fn company(&mut self, terminal: &mut Terminal) -> Result<LegalCompany, Fault>;
    fn representative(&mut self, terminal: &mut Terminal, known: &CheckedPerson) -> Result<Check, Fault>;
    fn holder(&mut self, terminal: &mut Terminal, known: Option<&CheckedPerson>) -> Result<Holder, Fault>;
    /// Whether a lost answer is asked for again, with the same values.
    fn repeats(&mut self, terminal: &mut Terminal, fault: &Fault) -> Result<bool, Fault>;
    /// Whether the step begins anew, with other values.
    fn mends(&mut self, terminal: &mut Terminal, fault: &Fault, ways: &[&'static str])
    -> Result<bool, Fault>;
}

pub(crate) fn run(terminal: &mut Terminal, args: &LegalArgs) -> Result<Exit, Fault> {
    terminal.words.talk_of("legal");
    if args.status {
        return session::within(terminal, &args.sign_in, status);
    }
    if args.leave {
        return leave(terminal, &args.sign_in);
    }
    // Read before anybody signs in: a file that is not usable costs nothing.
    let file = args.file.as_deref().map(LegalFile::read).transpose()?;
    session::within(terminal, &args.sign_in, |terminal, app| match file {
        Some(file) => {
            file.fits(open(app)?.as_ref())?;
            certify(terminal, app, &mut { file }, args.code_fd)
        }
        None => certify(terminal, app, &mut Talk::new(app)?, None),
    })
}

fn certify(
    terminal: &mut Terminal,
    app: &App,
    answers: &mut dyn Answers,
    code_fd: Option<u32>,
) -> Result<Exit, Fault> {
    let mut stands = fetch(app, Command::BeginLegal {})?;
    loop {
        tell(terminal, &stands);
        let step = match &stands.step {
            LegalStep::Done { receipt } => {
                show::receipt(terminal, receipt);
                terminal.document(&json!({ "receipt": receipt }))?;
                return Ok(Exit::Ok);
            }
            step => step.clone(),
        };
        stands = match one_step(terminal, app, answers, code_fd, &stands) {
            Ok(next) => next,
            Err(fault) => {
                let ways = ways(&step, &fault);
                if !answers.mends(terminal, &fault, ways)? {
                    terminal.offer(ways);
                    return Err(fault);
                }
                stands
            }
        };
    }
}

fn one_step(
    terminal: &mut Terminal,
    app: &App,
    answers: &mut dyn Answers,
    code_fd: Option<u32>,
    stands: &LegalCertification,
) -> Result<LegalCertification, Fault> {
    match (&stands.step, &stands.legal_representative) {
        (LegalStep::Company, _) => {
            let given = answers.company(terminal)?;
            repeated(terminal, answers, || fetch(app, Command::LegalCompany { given: given.clone() }))
        }
        (LegalStep::LegalRepresentative, Some(known)) => {
            let check = answers.representative(terminal, known)?;
            checked(terminal, app, answers, code_fd, &check, |check| Command::LegalPerson { check })
        }
        (LegalStep::Holder, _) => {
            let holder = answers.holder(terminal, stands.holder.as_ref())?;
            checked(terminal, app, answers, code_fd, &holder.check, |check| {
                let (name, document) = (holder.name.clone(), holder.document.clone());
                Command::LegalHolder { given: LegalHolder { name, document, check } }
            })
        }
        _ => Err(Fault::Defect { place: "cli::legal".into() }),
    }
}

/// A bank card is checked with the code that its phone was sent.
fn checked(
    terminal: &mut Terminal,
    app: &App,
    answers: &mut dyn Answers,
    code_fd: Option<u32>,
    check: &Check,
    command: impl Fn(PersonCheck) -> Command,
) -> Result<LegalCertification, Fault> {
    match check {
        Check::IdCard(validity) => {
            repeated(terminal, answers, || fetch(app, command(PersonCheck::IdCard { validity: *validity })))
        }
        Check::BankCard(card) => {
            let send = || send(app, Command::LegalCode { card: card.clone() });
            with_code(terminal, code_fd, send, |terminal, code| {
                repeated(terminal, answers, || {
                    let (card, code) = (card.clone(), code.clone());
                    fetch(app, command(PersonCheck::BankCard { card, code }))
                })
            })
        }
    }
}

/// A step that is repeated after a lost answer answers the same: it is safe to ask again.
fn repeated<T>(
    terminal: &mut Terminal,
    answers: &mut dyn Answers,
    ask: impl Fn() -> Result<T, Fault>,
) -> Result<T, Fault> {
    loop {
        match ask() {
            Err(fault) if may_repeat(&fault) && answers.repeats(terminal, &fault)? => {}
            outcome => return outcome,
        }
    }
}

fn may_repeat(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::PortalUnreachable
            | Fault::PortalTimeout
            | Fault::PortalAnswer { .. }
            | Fault::PortalFailing { .. }
            | Fault::RegisterUnavailable { .. }
    )
}

/// The ways out of a refusal, as `way.NAME` words them. A card is better than documents wherever there is one.
fn ways(step: &LegalStep, fault: &Fault) -> &'static [&'static str] {
    let Fault::DataRefused { reason } = fault else { return &[] };
    match (step, reason) {
        (LegalStep::Company, _) => &["ic_card", "bank_ukey", "support"],
        (_, Refusal::ValidityMismatch | Refusal::NotInCtid) => &["ctid", "bank_card", "bank_ukey", "ic_card"],
        (_, Refusal::BankCardMismatch) => &["id_card", "bank_ukey", "ic_card"],
        (_, Refusal::IdDuplicate) => &["administrator", "support"],
        _ => &[],
    }
}

fn fetch(app: &App, command: Command) -> Result<LegalCertification, Fault> {
    match app.call(command)? {
        Answer::Legal(stands) => Ok(stands),
        _ => Err(Fault::Defect { place: "cli::legal".into() }),
    }
}

fn open(app: &App) -> Result<Option<LegalCertification>, Fault> {
    match app.call(Command::Legal {})? {
        Answer::OpenLegal(open) => Ok(open),
        _ => Err(Fault::Defect { place: "cli::legal".into() }),
    }
}

fn status(terminal: &mut Terminal, app: &App) -> Result<Exit, Fault> {
    let open = open(app)?;
    terminal.document(&json!({ "open": open }))?;
    match &open {
        Some(stands) => {
            tell(terminal, stands);
            let until = stands.expires_at.to_string();
            terminal.say("legal.open_until", &[("until", &until)]);
        }
        None => terminal.say("legal.none", &[]),
    }
    Ok(Exit::Ok)
}

fn leave(terminal: &mut Terminal, args: &SignInArgs) -> Result<Exit, Fault> {
    session::within(terminal, args, |terminal, app| {
        session::ask(app, Command::LeaveLegal {})?;
        terminal.say("legal.left", &[]);
        terminal.document(&json!({ "left": true }))?;
        Ok(Exit::Ok)
    })
}

/// What has passed, and the step that is next.
fn tell(terminal: &mut Terminal, stands: &LegalCertification) {
    if let Some(company) = &stands.company {
        let values = [("company", company.name.as_str()), ("uscc", company.uscc.as_str())];
        terminal.say("legal.passed.company", &values);
    }
    let people = [("legal_representative", &stands.legal_representative), ("holder", &stands.holder)];
    for (whose, person) in people {
        if let Some(CheckedPerson { name, document, passed_by: Some(by) }) = person {
            let document = document.as_ref().map(|document| person::shown(&terminal.words, document));
            let (whose, by) = (terminal.words.field(whose), terminal.words.value("check", by));
            let document = document.unwrap_or_default();
            let values =
                [("whose", whose.as_str()), ("name", name.as_str()), ("document", &document), ("by", &by)];
            terminal.say("legal.passed.person", &values);
        }
    }
    match &stands.step {
        LegalStep::Company => terminal.say("legal.step.company", &[]),
        LegalStep::LegalRepresentative => terminal.say("legal.step.legal_representative", &[]),
        LegalStep::Holder => terminal.say("legal.step.holder", &[]),
        LegalStep::Done { .. } => terminal.say("legal.step.done", &[]),
    }
}
