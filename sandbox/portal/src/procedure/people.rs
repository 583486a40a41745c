//! The people of a matter, and what each has to do. Whoever is added or taken out makes the document another one:
//! what was signed and certified for the one before is void, the record says when, and the phones that have the
//! one before in hand are over.

use super::matter;
use super::walk::{Effect, Keep, Walk};
use crate::problem::Problem;
use crate::{Portal, Transaction};
use rusqlite::{Connection, params};
use tongguan_core::domain::platform::{Field, PersonRole, Rule, Values};
use tongguan_core::domain::{AccountName, DocumentKind, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Closed, Duty, DutyOf, NewParticipant, Participant, PendingMatter, Stage};

/// Of one matter.
const MOST_PEOPLE: usize = 50;
/// Of one account at a time.
const MOST_MATTERS: i64 = 20;

/// [`Stage::People`]. `rule` is [`Rule::People`].
pub(crate) fn shown(c: &Connection, walk: &Walk, rule: &Rule) -> Result<Stage, Problem> {
    let Rule::People { roles, documents, .. } = rule else { return Err(Problem::Internal) };
    let people = matter::people(c, &walk.id)?;
    Ok(Stage::People {
        matter: matter::matter(c, walk, &people)?,
        can_submit: is_ready(&people),
        people,
        roles: roles.clone(),
        documents: documents.clone(),
    })
}

fn is_ready(people: &[Participant]) -> bool {
    !people.is_empty() && people.iter().all(|p| p.signed_at.is_some() && p.certified_at.is_some())
}

/// What the phone that opens this person's ticket begins with. [`Problem::NotFound`] for nobody of the matter, and
/// [`Problem::RecordChanged`] if the duty is done. For a certification the person says who they are: whoever
/// else opens the ticket learns nothing.
pub(crate) fn phone_values(c: &Connection, walk: &Walk, duty: &DutyOf) -> Result<Values, Problem> {
    let person = matter::person(c, &walk.id, &duty.person)?.ok_or(Problem::NotFound)?;
    let done = match duty.duty {
        Duty::Signature => person.signed_at,
        Duty::Certification => person.certified_at,
    };
    match duty.duty {
        _ if done.is_some() => Err(Problem::RecordChanged),
        Duty::Signature => reader_of(c, walk, &person),
        Duty::Certification => Ok(Values::default()),
    }
}

/// Of a phone that is going to sign.
fn reader_of(c: &Connection, walk: &Walk, person: &Participant) -> Result<Values, Problem> {
    let matter = matter::matter(c, walk, &[])?;
    let document = matter::document_of(c, &person.id)?.ok_or(Problem::NotFound)?;
    let mut values = Values::default();
    let pending = PendingMatter {
        id: walk.id.clone(),
        title: matter.title,
        kind: matter.kind,
        company: matter.company,
        role: person.role,
        opened_at: walk.opened_at,
    };
    matter::put(&mut values, &pending)?;
    values.set(Field::Name, person.name.as_str())?;
    values.set(Field::DocumentKind, &crate::column::word_of(document.kind))?;
    values.set(Field::DocumentNumber, document.number.as_str())?;
    Ok(values)
}

/// A phone has walked to its end: `phone` still has its values. The matter's version is counted up after. Nobody
/// does it for somebody else.
pub(crate) fn duty_done(
    t: &Transaction<'_>,
    walk: &mut Walk,
    duty: &DutyOf,
    phone: &Walk,
    now: Timestamp,
) -> Result<(), Problem> {
    let unknown = Problem::DataRefused(Refusal::PersonUnknown);
    let Some(person) = matter::person(t, &walk.id, &duty.person)? else { return Err(unknown) };
    let document = matter::document_of(t, &person.id)?;
    match matter::whom(&phone.values) {
        Some((name, given)) if name == person.name && Some(&given) == document.as_ref() => {
            Ok(matter::fulfil(t, &person.id, duty.duty, now)?)
        }
        _ => Err(unknown),
    }
}

/// The matter is over, or the step was gone back from: full numbers are deleted.
pub(crate) fn forget(t: &Transaction<'_>, matter: &RequestId) -> rusqlite::Result<()> {
    matter::forget(t, matter)
}

/// Whether the account may have one matter more.
pub(crate) fn may_open(c: &Connection, account: &AccountName, now: Timestamp) -> Result<(), Problem> {
    let open: i64 = c.query_row(
        "SELECT count(*) FROM procedure WHERE account = ?1 AND subject = 'matter' AND step IS NOT NULL
         AND expires_at > ?2",
        params![account.as_str(), now.unix()],
        |row| row.get(0),
    )?;
    if open < MOST_MATTERS { Ok(()) } else { Err(Problem::input("path", "too_many")) }
}

impl Portal {
    /// `roles` and `documents` are the description's.
    pub(crate) fn add_person(
        &self,
        roles: &[PersonRole],
        documents: &[DocumentKind],
        person: &NewParticipant,
    ) -> Result<Keep, Problem> {
        if !roles.contains(&person.role) {
            return Err(Problem::input("role", "unknown"));
        }
        if !documents.contains(&person.document.kind) {
            return Err(Problem::input("document_kind", "unknown"));
        }
        self.born(&person.document)?;
        let (now, person) = (self.now(), person.clone());
        Ok(Box::new(move |t, walk| {
            if matter::has(t, &walk.id, &person.document)? {
                return Err(Problem::DataRefused(Refusal::IdDuplicate));
            }
            if matter::people(t, &walk.id)?.len() >= MOST_PEOPLE {
                return Err(Problem::input("people", "too_many"));
            }
            matter::add(t, walk, &person)?;
            another_document(t, walk, now)
        }))
    }

    pub(crate) fn remove_person(&self, person: &RequestId) -> Keep {
        let (now, person) = (self.now(), person.clone());
        Box::new(move |t, walk| {
            if !matter::remove(t, &walk.id, &person)? {
                return Err(Problem::NotFound);
            }
            another_document(t, walk, now)
        })
    }

    /// [`Effect::Pass`] if nobody is missing, else `duties_missing`.
    pub(crate) fn submit_matter(&self) -> Keep {
        let now = self.now();
        Box::new(move |t, walk| {
            let people = matter::people(t, &walk.id)?;
            if !is_ready(&people) {
                return Err(Problem::DataRefused(Refusal::DutiesMissing));
            }
            let document = matter::matter(t, walk, &people)?.document;
            matter::submit(t, &walk.id, &document, now)?;
            Ok(Effect::Pass(None))
        })
    }
}

/// Whoever has the one before in hand is told that it is over.
fn another_document(t: &Transaction<'_>, walk: &Walk, now: Timestamp) -> Result<Effect, Problem> {
    matter::void(t, &walk.id, now)?;
    let phones = matter::phones(t, &walk.id)?;
    let mut told = super::ticket::kill_all(t, &walk.id)?;
    for phone in &phones {
        told.extend(super::store::end_open(t, phone, Closed::Left)?);
    }
    matter::tell_why(t, &phones, Refusal::MatterMismatch)?;
    Ok(Effect::Stay(told))
}
