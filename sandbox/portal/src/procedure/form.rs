//! Fields to fill in: what they begin with, and what is taken.

use super::checks::{coherent, document};
use super::walk::{Effect, Keep, Walk};
use crate::account::holder;
use crate::problem::Problem;
use crate::{Portal, Transaction};
use rusqlite::{Connection, OptionalExtension};
use tongguan_core::domain::platform::{Check, Field, FieldRule, FieldSource, NoticeId, Subject, Values};
use tongguan_core::domain::{CalendarDate, Document, DocumentKind};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::FieldEntry;

impl Portal {
    /// The registers are asked with what was seen now; it must be the same when it is kept.
    pub(super) fn take_form(
        &self,
        walk: &Walk,
        fields: &[FieldRule],
        checks: &[Check],
        given: &Values,
    ) -> Result<Keep, Problem> {
        let today = CalendarDate::of(self.now());
        let values = self.store(|c| Ok(taken(c, walk, fields, given, today)))??;
        self.check(walk, &values, checks)?;
        let (fields, given) = (fields.to_vec(), given.clone());
        Ok(Box::new(move |t: &Transaction<'_>, walk: &mut Walk| {
            if taken(t, walk, &fields, &given, today)? != values {
                return Err(Problem::RecordChanged);
            }
            walk.values = values;
            Ok(Effect::Pass(None))
        }))
    }
}

/// As they are shown: of a private field no more than the ends.
pub(super) fn entries(
    c: &Connection,
    walk: &Walk,
    fields: &[FieldRule],
) -> rusqlite::Result<Vec<FieldEntry>> {
    let entry = |rule: &FieldRule| {
        let begins = begins_with(c, walk, rule)?;
        let fixed = rule.fixed && begins.is_some();
        let value = match begins {
            Some(_) if rule.field.is_private() && !fixed => None,
            Some(value) => Some(rule.field.shown(&value)),
            None => None,
        };
        Ok(FieldEntry { field: rule.field, value, fixed, optional: rule.optional })
    };
    fields.iter().map(entry).collect()
}

/// Everything that was given, with what the form adds.
fn taken(
    c: &Connection,
    walk: &Walk,
    fields: &[FieldRule],
    given: &Values,
    today: CalendarDate,
) -> Result<Values, Problem> {
    if let Some((field, _)) = given.fields().find(|(field, _)| !fields.iter().any(|f| f.field == *field)) {
        return Err(Problem::input(field.name(), "not_asked"));
    }
    let mut values = walk.values.clone();
    for rule in fields {
        let field = rule.field;
        let fixed = if rule.fixed { begins_with(c, walk, rule)? } else { None };
        match (fixed, given.get(field)) {
            (Some(own), Some(other)) if own != other => {
                return Err(Problem::input(field.name(), "not_asked"));
            }
            (Some(own), _) => values.set(field, &own)?,
            (None, Some(value)) => values.set(field, value)?,
            (None, None) if rule.optional => values.remove(field),
            (None, None) => return Err(Problem::input(field.name(), "empty")),
        }
    }
    coherent(&values, today)?;
    if walk.certifies == Subject::Person {
        is_the_holder(c, walk, &values)?;
    }
    Ok(values)
}

/// Nobody certifies another person with an account whose holder is on record.
fn is_the_holder(c: &Connection, walk: &Walk, values: &Values) -> Result<(), Problem> {
    let Some(account) = &walk.account else { return Ok(()) };
    let (_, holder) = holder(c, account.as_str())?;
    let Some(own) = &holder.document else { return Ok(()) };
    let name = values.get(Field::Name).is_none_or(|name| name == holder.name.as_str());
    let numbered = [Field::IdNumber, Field::DocumentNumber].iter().any(|field| values.get(*field).is_some());
    if name && (!numbered || document(values)? == *own) {
        return Ok(());
    }
    Err(Problem::DataRefused(Refusal::HolderMismatch))
}

/// In full.
fn begins_with(c: &Connection, walk: &Walk, rule: &FieldRule) -> rusqlite::Result<Option<String>> {
    match rule.from {
        None => Ok(None),
        Some(FieldSource::Earlier) => Ok(walk.values.get(rule.field).map(str::to_owned)),
        Some(FieldSource::Account) => of_account(c, walk, rule.field),
        Some(FieldSource::Company) => of_company(c, walk, rule.field),
    }
}

fn of_account(c: &Connection, walk: &Walk, field: Field) -> rusqlite::Result<Option<String>> {
    let Some(account) = &walk.account else { return Ok(None) };
    let (_, holder) = holder(c, account.as_str())?;
    let number = |document: &Document| document.number.as_str().to_owned();
    Ok(match (field, &holder.document) {
        (Field::Name, Some(_)) => Some(holder.name.as_str().to_owned()),
        (Field::IdNumber, Some(document)) if document.kind == DocumentKind::IdCard => Some(number(document)),
        (Field::DocumentKind, Some(document)) => Some(crate::column::word_of(document.kind)),
        (Field::DocumentNumber, Some(document)) => Some(number(document)),
        (Field::ValidFrom, _) => holder.validity.map(|validity| validity.from.to_string()),
        (Field::ValidUntil, _) => holder.validity.map(|validity| validity.until.to_string()),
        _ => None,
    })
}

/// As long as the account's company is the one that it was.
fn of_company(c: &Connection, walk: &Walk, field: Field) -> rusqlite::Result<Option<String>> {
    let column = match field {
        Field::CompanyName => "c.name",
        Field::CompanyNumber => "c.uscc",
        Field::LegalName => "c.legal_name",
        _ => return Ok(None),
    };
    let (Some(account), Some(company)) = (&walk.account, &walk.company) else { return Ok(None) };
    let query = format!(
        "SELECT {column} FROM account a JOIN company c ON c.id = a.company WHERE a.name = ?1 AND c.uscc = ?2"
    );
    c.query_row(&query, [account.as_str(), company.as_str()], |row| row.get(0)).optional()
}

/// Each text must be named, and no other.
pub(super) fn agreed(notices: &[NoticeId], agreed: &[NoticeId]) -> Result<(), Problem> {
    if agreed.iter().any(|notice| !notices.contains(notice)) {
        return Err(Problem::input("agreed", "unknown"));
    }
    if notices.iter().all(|notice| agreed.contains(notice)) {
        return Ok(());
    }
    Err(Problem::input("agreed", "missing"))
}
