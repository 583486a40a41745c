//! `tongguan operators`: the company's people, and who may do what.

use crate::args::{NewOperatorArgs, OperatorTask, SetOperatorArgs, UpgradeArgs};
use crate::exit_code::Exit;
use crate::person;
use crate::secret::{self, invalid};
use crate::session;
use crate::show;
use crate::terminal::Terminal;
use serde_json::json;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::{AccountName, PersonName, PhoneNumber};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{NewOperator, Operator, OperatorSet};

pub(crate) fn run(terminal: &mut Terminal, task: &OperatorTask) -> Result<Exit, Fault> {
    match task {
        OperatorTask::List(args) => session::within(terminal, args, list),
        OperatorTask::Add(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| add(terminal, app, args))
        }
        OperatorTask::Set(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| set(terminal, app, args))
        }
        OperatorTask::Upgrade(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| upgrade(terminal, app, args))
        }
    }
}

fn fetch(app: &App, command: Command) -> Result<Vec<Operator>, Fault> {
    match app.call(command)? {
        Answer::Operators(operators) => Ok(operators),
        _ => Err(Fault::Defect { place: "cli::operators".into() }),
    }
}

fn list(terminal: &mut Terminal, app: &App) -> Result<Exit, Fault> {
    let operators = fetch(app, Command::Operators {})?;
    for operator in &operators {
        show(terminal, operator);
    }
    terminal.document(&operators)?;
    Ok(Exit::Ok)
}

/// Every change answers with the whole list, if that can be read.
fn change(terminal: &mut Terminal, app: &App, command: Command) -> Result<Exit, Fault> {
    let Answer::OperatorsAfter(operators) = app.call(command)? else {
        return Err(Fault::Defect { place: "cli::operators".into() });
    };
    if operators.is_none() {
        terminal.say("operator.done", &[]);
    }
    for operator in operators.iter().flatten() {
        show(terminal, operator);
    }
    terminal.document(&operators)?;
    Ok(Exit::Ok)
}

fn add(terminal: &mut Terminal, app: &App, args: &NewOperatorArgs) -> Result<Exit, Fault> {
    let account = AccountName::parse(&args.operator)?;
    let name = PersonName::parse(&args.name)?;
    let document = person::document(terminal, args.document, args.number_fd)?;
    let phone = secret::hidden(terminal, args.phone_fd, "phone_fd", "ask.phone")?;
    let phone = PhoneNumber::parse(phone.trim())?;
    let password = secret::new_password(terminal, args.new_password_fd, "new_password_fd")?;
    let operator = NewOperator { account, name, document, phone, rights: args.rights.clone(), password };
    change(terminal, app, Command::AddOperator { operator })
}

/// What is not named stays.
fn set(terminal: &mut Terminal, app: &App, args: &SetOperatorArgs) -> Result<Exit, Fault> {
    let account = AccountName::parse(&args.operator)?;
    let operators = fetch(app, Command::Operators {})?;
    if operators.iter().all(|operator| operator.account != account) {
        return Err(invalid("operator", "unknown"));
    }
    let rights = (args.no_rights || !args.rights.is_empty()).then(|| args.rights.clone());
    let enabled = (args.enable || args.disable).then_some(!args.disable);
    change(terminal, app, Command::SetOperator { account, set: OperatorSet { enabled, rights } })
}

fn upgrade(terminal: &mut Terminal, app: &App, args: &UpgradeArgs) -> Result<Exit, Fault> {
    if let Some(operator) = &args.operator {
        let account = AccountName::parse(operator)?;
        return change(terminal, app, Command::DecideUpgrade { account, accept: args.accept });
    }
    session::ask(app, Command::AskUpgrade {})?;
    terminal.say("operator.upgrade_asked", &[]);
    terminal.document(&json!({ "asked": "upgrade" }))?;
    Ok(Exit::Ok)
}

fn show(terminal: &mut Terminal, operator: &Operator) {
    let words = &terminal.words;
    let rights: Vec<String> = operator.rights.iter().map(|right| words.value("right", right)).collect();
    let document = operator.document.as_ref().map(|document| person::shown(words, document));
    let state = words.plain(if operator.enabled { "operator.enabled" } else { "operator.disabled" });
    let lines = [
        ("person_name", Some(operator.name.to_string())),
        ("role", Some(words.value("role", &operator.role))),
        ("state", Some(state)),
        ("rights", (!rights.is_empty()).then(|| rights.join(", "))),
        ("document", document),
        ("phone", operator.phone.as_ref().map(ToString::to_string)),
        ("last_sign_in", operator.last_sign_in.map(|at| at.to_string())),
    ];
    terminal.line(operator.account.as_str());
    for (field, value) in lines {
        if let Some(value) = value {
            show::field(terminal, field, &value);
        }
    }
    if operator.asks_upgrade {
        terminal.say("operator.asks_upgrade", &[("account", operator.account.as_str())]);
    }
}
