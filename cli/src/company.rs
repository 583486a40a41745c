//! `tongguan company`: the company's record, and what may be changed of it.

use crate::args::{CompanyTask, EditCompany, RepresentativeArgs};
use crate::change::{self, Change, change};
use crate::exit_code::Exit;
use crate::person;
use crate::session;
use crate::terminal::Terminal;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::domain::{
    Address, CompanyIdentity, CompanyName, Country, OrganizationCode, PersonName, UnifiedSocialCreditCode,
};
use tongguan_core::fault::{Fault, Refusal};
use tongguan_core::ports::{CompanyEdit, CompanyRecord};

pub(crate) fn run(terminal: &mut Terminal, task: &CompanyTask) -> Result<Exit, Fault> {
    match task {
        CompanyTask::Show(args) => session::within(terminal, args, |terminal, app| {
            let record = fetch(app, Command::Company {})?;
            terminal.document(&record)?;
            show(terminal, &record);
            Ok(Exit::Ok)
        }),
        CompanyTask::Edit(args) => {
            let wanted = Wanted::parse(args)?;
            session::within(terminal, &args.sign_in, |terminal, app| edit(terminal, app, args, wanted))
        }
        CompanyTask::LegalRepresentative(args) => {
            session::within(terminal, &args.sign_in, |terminal, app| representative(terminal, app, args))
        }
    }
}

fn fetch(app: &App, command: Command) -> Result<CompanyRecord, Fault> {
    match app.call(command)? {
        Answer::Company(record) => Ok(record),
        _ => Err(Fault::Defect { place: "cli::company".into() }),
    }
}

fn edit(terminal: &mut Terminal, app: &App, args: &EditCompany, wanted: Wanted) -> Result<Exit, Fault> {
    let record = fetch(app, Command::Company {})?;
    let edit = wanted.of(&record);
    let changes = changes(&record, &edit);
    let (write, read) = (|| fetch(app, Command::EditCompany { edit }), || fetch(app, Command::Company {}));
    let saved = change::save(terminal, &changes, args.yes, record, write, read, show);
    offer_ways(terminal, &saved);
    saved
}

/// What the company register did not confirm can go on elsewhere; every other refusal is mended here.
fn offer_ways(terminal: &mut Terminal, saved: &Result<Exit, Fault>) {
    let Err(Fault::DataRefused { reason }) = saved else { return };
    if let Refusal::EnterpriseNotFound | Refusal::EnterpriseMismatch | Refusal::LegalPersonMismatch = reason {
        terminal.offer(&["company_register", "administrator", "support"]);
    }
}

/// What the arguments name. Parsed before anybody signs in.
struct Wanted {
    name: Option<CompanyName>,
    uscc: Option<UnifiedSocialCreditCode>,
    organization_code: Option<OrganizationCode>,
    legal_representative: Option<PersonName>,
    address: Option<Address>,
}

impl Wanted {
    fn parse(args: &EditCompany) -> Result<Self, Fault> {
        let uscc = args.uscc.as_deref().map(UnifiedSocialCreditCode::parse).transpose()?;
        let code = args.organization_code.as_deref().map(OrganizationCode::parse).transpose()?;
        Ok(Self {
            name: args.name.as_deref().map(CompanyName::parse).transpose()?,
            organization_code: code.or_else(|| uscc.as_ref().map(UnifiedSocialCreditCode::organization_code)),
            uscc,
            legal_representative: args.legal_representative.as_deref().map(PersonName::parse).transpose()?,
            address: args.address.as_deref().map(Address::parse).transpose()?,
        })
    }

    /// The record with that in it.
    fn of(self, record: &CompanyRecord) -> CompanyEdit {
        let CompanyIdentity { name, uscc, organization_code } = record.identity.clone();
        let representative = &record.legal_representative.name;
        CompanyEdit {
            version: record.version,
            name: self.name.unwrap_or(name),
            uscc: self.uscc.unwrap_or(uscc),
            organization_code: self.organization_code.unwrap_or(organization_code),
            legal_representative: self.legal_representative.unwrap_or_else(|| representative.clone()),
            address: self.address.or_else(|| record.address.clone()),
        }
    }
}

fn changes(record: &CompanyRecord, edit: &CompanyEdit) -> Vec<Change> {
    let identity = &record.identity;
    let representative = &record.legal_representative;
    let all = [
        change("company_name", Some(&identity.name), Some(&edit.name)),
        change("uscc", Some(&identity.uscc), Some(&edit.uscc)),
        change("organization_code", Some(&identity.organization_code), Some(&edit.organization_code)),
        change("legal_representative", Some(&representative.name), Some(&edit.legal_representative)),
        change("address", record.address.as_ref(), edit.address.as_ref()),
    ];
    all.into_iter().flatten().collect()
}

fn representative(terminal: &mut Terminal, app: &App, args: &RepresentativeArgs) -> Result<Exit, Fault> {
    let record = fetch(app, Command::Company {})?;
    let country = args.country.as_deref().map(Country::parse).transpose()?;
    let present = &record.legal_representative;
    let edit = person::edited(terminal, &args.person, present, record.version, country)?;
    let changes = person::changes(present, &edit);
    let write = || fetch(app, Command::EditLegalRepresentative { edit });
    let read = || fetch(app, Command::Company {});
    let saved = change::save(terminal, &changes, args.yes, record, write, read, show);
    offer_ways(terminal, &saved);
    saved
}

fn show(terminal: &mut Terminal, record: &CompanyRecord) {
    let fields = [
        ("company_name", Some(record.identity.name.to_string())),
        ("uscc", Some(record.identity.uscc.to_string())),
        ("organization_code", Some(record.identity.organization_code.to_string())),
        ("address", record.address.as_ref().map(ToString::to_string)),
    ];
    change::lines(terminal, &fields);
    person::show(terminal, "legal_representative", &record.legal_representative);
    change::takes_effect(terminal, record.sign_in_again);
}
