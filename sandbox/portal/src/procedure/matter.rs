//! A matter and its people, as they are kept. Full numbers are here while it is open; when it is over without
//! having been submitted, nothing of it is.

use super::walk::Walk;
use crate::Transaction;
use crate::column::{broken, from_word, moment, parsed, word, word_of};
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::platform::{Field, Values};
use tongguan_core::domain::{CompanyName, Document, MaskedDocument, PersonName, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Duty, Matter, NewParticipant, Participant, PendingMatter};

/// The columns that [`read`] reads.
const COLUMNS: &str = "id, name, document_kind, document_masked, role, signed_at, certified_at, void_at";

/// What the matter is about, and the document that its people sign.
pub(super) fn matter(c: &Connection, walk: &Walk, people: &[Participant]) -> Result<Matter, Problem> {
    let given = |field| walk.values.get(field).ok_or(Problem::Internal);
    let kind = given(Field::MatterKind)?;
    let company = company(c, walk)?;
    let title = given(Field::MatterTitle)?.to_owned();
    let document = document(&company, &title, kind, people);
    Ok(Matter { title, kind: from_word(kind).ok_or(Problem::Internal)?, document, company })
}

/// As it was called when the first of the people was entered; until then, as it is called now.
fn company(c: &Connection, walk: &Walk) -> Result<CompanyName, Problem> {
    let account = walk.account.as_ref().ok_or(Problem::Internal)?;
    let name = c.query_row(
        "SELECT coalesce((SELECT company FROM matter WHERE procedure = ?1), c.name)
         FROM account a JOIN company c ON c.id = a.company WHERE a.name = ?2",
        [walk.id.as_str(), account.as_str()],
        |row| parsed(row, 0),
    )?;
    Ok(name)
}

/// SHA-256 of the document: a line each for company, title, kind and person. No value has a line break. Of
/// numbers it has the ends only: a full one could be found from the hash by trying.
fn document(company: &CompanyName, title: &str, kind: &str, people: &[Participant]) -> String {
    let mut hash = Sha256::new();
    for line in [company.as_str(), title, kind] {
        hash.update(line);
        hash.update("\n");
    }
    for person in people {
        let (role, kind) = (word_of(person.role), word_of(person.document.kind));
        hash.update(format!("{role} {kind} {} {}\n", person.document.number, person.name));
    }
    hex::encode(hash.finalize())
}

/// In the order in which they were entered.
pub(super) fn people(c: &Connection, matter: &RequestId) -> rusqlite::Result<Vec<Participant>> {
    let query = format!("SELECT {COLUMNS} FROM participant WHERE matter = ?1 ORDER BY place");
    let mut statement = c.prepare(&query)?;
    statement.query_map([matter.as_str()], read)?.collect()
}

pub(super) fn person(
    c: &Connection,
    matter: &RequestId,
    id: &RequestId,
) -> rusqlite::Result<Option<Participant>> {
    let query = format!("SELECT {COLUMNS} FROM participant WHERE matter = ?1 AND id = ?2");
    c.query_row(&query, [matter.as_str(), id.as_str()], read).optional()
}

/// The full document of one of the people of an open matter.
pub(super) fn document_of(c: &Connection, id: &RequestId) -> Result<Option<Document>, Problem> {
    let query = "SELECT document_kind, document_number FROM participant
                 WHERE id = ?1 AND document_number IS NOT NULL";
    let read = |row: &Row<'_>| {
        let number: String = row.get(1)?;
        Document::parse(word(row, 0)?, &number).map_err(|_| broken(1))
    };
    Ok(c.query_row(query, [id.as_str()], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Participant> {
    let time = |index| row.get::<_, Option<i64>>(index)?.map(|_| moment(row, index)).transpose();
    Ok(Participant {
        id: parsed(row, 0)?,
        name: parsed(row, 1)?,
        document: MaskedDocument { kind: word(row, 2)?, number: word(row, 3)? },
        role: word(row, 4)?,
        signed_at: time(5)?,
        certified_at: time(6)?,
        void_at: time(7)?,
    })
}

/// Whether somebody of the matter has this document.
pub(super) fn has(c: &Connection, matter: &RequestId, document: &Document) -> rusqlite::Result<bool> {
    c.query_row(
        "SELECT EXISTS (SELECT 1 FROM participant
         WHERE matter = ?1 AND document_kind = ?2 AND document_number = ?3)",
        params![matter.as_str(), word_of(document.kind), document.number.as_str()],
        |row| row.get(0),
    )
}

pub(super) fn add(t: &Transaction<'_>, walk: &Walk, person: &NewParticipant) -> Result<(), Problem> {
    let matter = matter(t, walk, &[])?;
    t.execute(
        "INSERT INTO matter (procedure, kind, title, company) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![walk.id.as_str(), word_of(matter.kind), matter.title, matter.company.as_str()],
    )?;
    t.execute(
        "INSERT INTO participant (id, matter, place, name, document_kind, document_number, document_masked, role)
         SELECT ?1, ?2, coalesce(max(place), 0) + 1, ?3, ?4, ?5, ?6, ?7 FROM participant WHERE matter = ?2",
        params![
            RequestId::random().as_str(),
            walk.id.as_str(),
            person.name.as_str(),
            word_of(person.document.kind),
            person.document.number.as_str(),
            person.document.number.masked().as_str(),
            word_of(person.role)
        ],
    )?;
    Ok(())
}

/// Whether they were there.
pub(super) fn remove(t: &Transaction<'_>, matter: &RequestId, id: &RequestId) -> rusqlite::Result<bool> {
    let found =
        t.execute("DELETE FROM participant WHERE matter = ?1 AND id = ?2", [matter.as_str(), id.as_str()])?;
    Ok(found > 0)
}

/// The document is another one: what was done for the one before does not count any more.
pub(super) fn void(t: &Transaction<'_>, matter: &RequestId, now: Timestamp) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE participant SET signed_at = NULL, certified_at = NULL, void_at = ?2
         WHERE matter = ?1 AND (signed_at IS NOT NULL OR certified_at IS NOT NULL)",
        params![matter.as_str(), now.unix()],
    )?;
    Ok(())
}

/// The first time counts.
pub(super) fn fulfil(
    t: &Transaction<'_>,
    id: &RequestId,
    duty: Duty,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let column = match duty {
        Duty::Signature => "signed_at",
        Duty::Certification => "certified_at",
    };
    t.execute(
        &format!("UPDATE participant SET {column} = coalesce({column}, ?2) WHERE id = ?1"),
        params![id.as_str(), now.unix()],
    )?;
    t.execute(
        "UPDATE participant SET void_at = NULL
         WHERE id = ?1 AND signed_at IS NOT NULL AND certified_at IS NOT NULL",
        [id.as_str()],
    )?;
    Ok(())
}

/// That are on the way for it.
pub(super) fn phones(t: &Transaction<'_>, matter: &RequestId) -> rusqlite::Result<Vec<RequestId>> {
    let mut statement = t.prepare("SELECT id FROM procedure WHERE parent = ?1 AND step IS NOT NULL")?;
    statement.query_map([matter.as_str()], |row| parsed(row, 0))?.collect()
}

/// Why they are over.
pub(super) fn tell_why(t: &Transaction<'_>, phones: &[RequestId], why: Refusal) -> rusqlite::Result<()> {
    for phone in phones {
        t.execute("UPDATE procedure SET refused = ?2 WHERE id = ?1", [phone.as_str(), why.code()])?;
    }
    Ok(())
}

/// What stays of a matter that was submitted: who signed and certified which document, with the ends of numbers.
pub(super) fn submit(
    t: &Transaction<'_>,
    matter: &RequestId,
    document: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE matter SET submitted_at = ?2, document = ?3 WHERE procedure = ?1",
        params![matter.as_str(), now.unix(), document],
    )?;
    t.execute("UPDATE participant SET document_number = NULL WHERE matter = ?1", [matter.as_str()])?;
    Ok(())
}

/// But for one that was submitted.
pub(super) fn forget(t: &Transaction<'_>, matter: &RequestId) -> rusqlite::Result<()> {
    t.execute("DELETE FROM matter WHERE procedure = ?1 AND submitted_at IS NULL", [matter.as_str()])?;
    Ok(())
}

/// What a phone shows of a matter.
pub(super) fn put(values: &mut Values, of: &PendingMatter) -> Result<(), Problem> {
    values.set(Field::MatterTitle, &of.title)?;
    values.set(Field::MatterKind, &word_of(of.kind))?;
    values.set(Field::CompanyName, of.company.as_str())?;
    values.set(Field::Role, &word_of(of.role))?;
    Ok(())
}

/// Of whom a phone's values speak, if they say it all.
pub(super) fn whom(values: &Values) -> Option<(PersonName, Document)> {
    let name = PersonName::parse(values.get(Field::Name)?).ok()?;
    let kind = from_word(values.get(Field::DocumentKind)?)?;
    Some((name, Document::parse(kind, values.get(Field::DocumentNumber)?).ok()?))
}
