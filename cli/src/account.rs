//! `tongguan account`: the account's own record, and what may be changed of it.

use crate::args::{AccountTask, ContactArgs, EditAccount, PasswordArgs};
use crate::card_pin;
use crate::change::{self, Change, change};
use crate::code::with_code;
use crate::exit_code::Exit;
use crate::person;
use crate::secret::{self, invalid};
use crate::session;
use crate::terminal::Terminal;
use crate::words::word_of;
use serde_json::json;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::{EmailAddress, Password, PhoneNumber, Region};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{
    AccountRecord, CodeSent, CodeTarget, Notifications, NotificationsSet, PersonEdit, Preferences,
    PreferencesSet,
};

pub(crate) fn run(terminal: &mut Terminal, task: &AccountTask) -> Result<Exit, Fault> {
    match task {
        AccountTask::Show(args) => session::within(terminal, args, |terminal, app| {
            let record = fetch(app, Command::Account {})?;
            terminal.document(&record)?;
            show(terminal, &record);
            Ok(Exit::Ok)
        }),
        AccountTask::Edit(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| edit(terminal, app, args))
        }
        AccountTask::Phone(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| contact(terminal, app, args, phone))
        }
        AccountTask::Email(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| contact(terminal, app, args, email))
        }
        AccountTask::Password(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| password(terminal, app, args))
        }
        AccountTask::CardPin(args) => card_pin::change(terminal, args),
    }
}

fn fetch(app: &App, command: Command) -> Result<AccountRecord, Fault> {
    match app.call(command)? {
        Answer::Account(record) => Ok(record),
        _ => Err(Fault::Defect { place: "cli::account".into() }),
    }
}

fn edit(terminal: &mut Terminal, app: &App, args: &EditAccount) -> Result<Exit, Fault> {
    let record = fetch(app, Command::Account {})?;
    let holder = person::edited(terminal, &args.person, &record.holder, record.version, None)?;
    let set = preferences(&record.preferences, args)?;
    let of_person = person::changes(&record.holder, &holder);
    let of_preferences = preference_changes(&record.preferences, &set);
    let changes: Vec<Change> = of_person.iter().chain(&of_preferences).cloned().collect();
    let set = only_changed(&record.preferences, set);
    let write = || {
        // The person first: that is what the portal may refuse.
        let person = (!of_person.is_empty()).then(|| edit_holder(app, holder)).transpose()?;
        let set = (!of_preferences.is_empty()).then(|| fetch(app, Command::SetPreferences { set }));
        set.transpose()?.or(person).ok_or(Fault::FlowNotThere)
    };
    change::save(terminal, &changes, args.yes, record, write, || fetch(app, Command::Account {}), show)
}

fn edit_holder(app: &App, edit: PersonEdit) -> Result<AccountRecord, Fault> {
    fetch(app, Command::EditHolder { edit })
}

fn preferences(present: &Preferences, args: &EditAccount) -> Result<Preferences, Fault> {
    let region = args.region.as_deref().map(Region::parse).transpose()?;
    let wanted = |what: &str, now: bool| {
        let among = |list: &[String]| list.iter().any(|word| word == what);
        match (among(&args.notify), among(&args.no_notify)) {
            (true, true) => Err(invalid("notifications", "contradiction")),
            (true, false) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Ok(now),
        }
    };
    let now = present.notifications;
    Ok(Preferences {
        region: region.or_else(|| present.region.clone()),
        notifications: Notifications {
            sign_in: wanted("sign-in", now.sign_in)?,
            certification: wanted("certification", now.certification)?,
            expiry: wanted("expiry", now.expiry)?,
        },
    })
}

/// What is the same is not sent: another machine may have changed it since.
fn only_changed(present: &Preferences, set: Preferences) -> PreferencesSet {
    let (now, then) = (present.notifications, set.notifications);
    let changed = |now: bool, then: bool| (now != then).then_some(then);
    PreferencesSet {
        region: (set.region != present.region).then_some(set.region),
        notifications: (now != then).then_some(NotificationsSet {
            sign_in: changed(now.sign_in, then.sign_in),
            certification: changed(now.certification, then.certification),
            expiry: changed(now.expiry, then.expiry),
        }),
    }
}

fn preference_changes(present: &Preferences, set: &Preferences) -> Vec<Change> {
    let (before, after) = (present.notifications, set.notifications);
    let all = [
        change("region", present.region.as_ref(), set.region.as_ref()),
        change("notify_sign_in", Some(before.sign_in), Some(after.sign_in)),
        change("notify_certification", Some(before.certification), Some(after.certification)),
        change("notify_expiry", Some(before.expiry), Some(after.expiry)),
    ];
    all.into_iter().flatten().collect()
}

fn phone(terminal: &Terminal, args: &ContactArgs) -> Result<CodeTarget, Fault> {
    let typed = secret::hidden(terminal, args.to_fd, "to_fd", "ask.phone")?;
    Ok(CodeTarget::Phone { phone: PhoneNumber::parse(typed.trim())? })
}

fn email(terminal: &Terminal, args: &ContactArgs) -> Result<CodeTarget, Fault> {
    let typed = secret::hidden(terminal, args.to_fd, "to_fd", "ask.email")?;
    Ok(CodeTarget::Email { email: EmailAddress::parse(typed.trim())? })
}

fn contact(
    terminal: &mut Terminal,
    app: &App,
    args: &ContactArgs,
    target: fn(&Terminal, &ContactArgs) -> Result<CodeTarget, Fault>,
) -> Result<Exit, Fault> {
    let to = target(terminal, args)?;
    let send = || send(app, Command::SendCode { to: to.clone() });
    let record =
        with_code(terminal, args.code_fd, send, |_, code| fetch(app, Command::ConfirmCode { code }))?;
    terminal.say("change.saved", &[]);
    terminal.document(&record)?;
    show(terminal, &record);
    Ok(Exit::Ok)
}

pub(crate) fn send(app: &App, command: Command) -> Result<CodeSent, Fault> {
    match app.call(command)? {
        Answer::CodeSent(sent) => Ok(sent),
        _ => Err(Fault::Defect { place: "cli::code".into() }),
    }
}

fn password(terminal: &mut Terminal, app: &App, args: &PasswordArgs) -> Result<Exit, Fault> {
    terminal.words.talk_of("password");
    let old = secret::hidden(terminal, args.old_fd, "old_fd", "ask.password_old")?;
    let new = secret::new_password(terminal, args.new_fd, "new_fd")?;
    session::ask(app, Command::ChangePassword { old: Password::from(old.to_string()), new })?;
    terminal.say("account.password_changed", &[]);
    terminal.document(&json!({ "changed": "password" }))?;
    Ok(Exit::Ok)
}

fn show(terminal: &mut Terminal, record: &AccountRecord) {
    let words = &terminal.words;
    let rights: Vec<String> = record.rights.iter().map(|right| words.value("right", right)).collect();
    let region = record.preferences.region.as_ref().map(|region| words.plain(&format!("region.{region}")));
    let told = record.preferences.notifications;
    let on_off = |on: bool| Some(words.plain(if on { "record.on" } else { "record.off" }));
    let fields = [
        ("account", Some(record.account.to_string())),
        ("role", Some(words.plain(&format!("role.{}", word_of(&record.role))))),
        ("rights", (!rights.is_empty()).then(|| rights.join(", "))),
        ("phone", record.phone.as_ref().map(ToString::to_string)),
        ("email", record.email.as_ref().map(ToString::to_string)),
        ("region", region),
        ("notify_sign_in", on_off(told.sign_in)),
        ("notify_certification", on_off(told.certification)),
        ("notify_expiry", on_off(told.expiry)),
    ];
    person::show(terminal, "holder", &record.holder);
    change::lines(terminal, &fields);
    if record.change_password {
        terminal.say("account.change_password", &[]);
    }
    change::takes_effect(terminal, record.sign_in_again);
}
