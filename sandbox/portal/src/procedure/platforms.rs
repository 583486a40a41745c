//! How an account stands with each platform, and the receipts of what was passed.

use super::store::end_open;
use super::walk::Walk;
use crate::column::{moment, parsed, word, word_of};
use crate::problem::Problem;
use crate::session::Session;
use crate::{Portal, Transaction};
use rusqlite::{Connection, Row, ToSql, params};
use tongguan_core::domain::platform::{Field, Platform, Subject};
use tongguan_core::domain::{MaskedText, RequestId, Timestamp};
use tongguan_core::ports::{Closed, OpenProcedure, PlatformState, ProcedureReceipt};

/// The columns that [`receipt`] reads.
const RECEIPT: &str = "platform, year, number, path, subject, name, document, accepted_at, ways";
/// More are not told of at once.
const OPEN: u32 = 50;

impl Portal {
    pub(crate) fn platform_states(&self, session: &Session) -> Result<Vec<PlatformState>, Problem> {
        self.forget_procedures()?;
        let now = self.now();
        self.store(|c| {
            let state = |platform: &Platform| {
                Ok(PlatformState {
                    platform: platform.id.clone(),
                    certified: certified(c, session, platform)?,
                    open: open(c, session, platform, now)?,
                })
            };
            self.platforms().iter().map(state).collect()
        })
    }
}

/// Of the account's holder, of its company, and the last of its matters.
fn certified(
    c: &Connection,
    session: &Session,
    platform: &Platform,
) -> rusqlite::Result<Vec<ProcedureReceipt>> {
    let mut statement = c.prepare(&format!(
        "SELECT {RECEIPT}, max(sequence) FROM procedure_receipt WHERE platform = ?1 AND void_at IS NULL
         AND (subject IN ('person', 'matter') AND account = ?2 OR subject = 'company' AND company = ?3)
         GROUP BY subject ORDER BY max(sequence) DESC"
    ))?;
    let key = [platform.id.as_str(), session.account.as_str(), session.company.uscc.as_str()];
    let rows = statement.query_map(key, receipt)?;
    rows.collect()
}

/// Newest first.
fn open(
    c: &Connection,
    session: &Session,
    platform: &Platform,
    now: Timestamp,
) -> rusqlite::Result<Vec<OpenProcedure>> {
    let mut statement = c.prepare(&format!(
        "SELECT id, path, step, opened_at, expires_at, json_extract(given, '$.matter_title') FROM procedure
         WHERE account = ?1 AND platform = ?2 AND step IS NOT NULL AND expires_at > ?3 AND subject <> 'phone'
         AND (subject = 'person' OR company = ?4) ORDER BY opened_at DESC, rowid DESC LIMIT {OPEN}"
    ))?;
    let key =
        params![session.account.as_str(), platform.id.as_str(), now.unix(), session.company.uscc.as_str()];
    let rows = statement.query_map(key, |row| {
        Ok(OpenProcedure {
            id: parsed(row, 0)?,
            path: parsed(row, 1)?,
            step: parsed(row, 2)?,
            opened_at: moment(row, 3)?,
            expires_at: moment(row, 4)?,
            title: row.get(5)?,
        })
    })?;
    rows.collect()
}

fn receipt(row: &Row<'_>) -> rusqlite::Result<ProcedureReceipt> {
    let platform: String = row.get(0)?;
    let number =
        format!("{}-{}-{:06}", platform.to_ascii_uppercase(), row.get::<_, u32>(1)?, row.get::<_, u32>(2)?);
    let ways: String = row.get(8)?;
    Ok(ProcedureReceipt {
        number,
        platform: parsed(row, 0)?,
        path: parsed(row, 3)?,
        subject: word(row, 4)?,
        name: row.get(5)?,
        document: row.get::<_, Option<String>>(6)?.and_then(|ends| crate::column::from_word(&ends)),
        accepted_at: moment(row, 7)?,
        ways: serde_json::from_str(&ways).map_err(|_| crate::column::broken(8))?,
    })
}

/// Of a procedure that is done.
pub(super) fn receipt_of(c: &Connection, id: &RequestId) -> rusqlite::Result<ProcedureReceipt> {
    let query = format!(
        "SELECT {RECEIPT} FROM procedure_receipt WHERE procedure = ?1
         OR sequence = (SELECT receipt FROM procedure_status WHERE procedure = ?1)"
    );
    c.query_row(&query, [id.as_str()], receipt)
}

/// What was given is still there, and is not afterwards: of a number the ends are kept.
pub(super) fn give_receipt(
    t: &Transaction<'_>,
    walk: &Walk,
    platform: &Platform,
    now: Timestamp,
) -> Result<(), Problem> {
    let (name, document) = whose(walk, platform);
    let year: u32 = now.date().get(..4).and_then(|year| year.parse().ok()).ok_or(Problem::Internal)?;
    let ways = serde_json::to_string(&walk.ways()).map_err(|_| Problem::Internal)?;
    t.execute(
        "INSERT INTO procedure_receipt (platform, year, number, procedure, account, company, path, subject, name,
         document, accepted_at, ways)
         SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
         FROM procedure_receipt WHERE platform = ?1 AND year = ?2",
        params![
            walk.platform.as_str(),
            year,
            walk.id.as_str(),
            walk.account.as_ref().map(|account| account.as_str()),
            walk.company.as_ref().map(|company| company.as_str()),
            walk.path.as_str(),
            word_of(walk.subject),
            name,
            document.map(|ends| ends.as_str().to_owned()),
            now.unix(),
            ways
        ],
    )?;
    Ok(())
}

/// The first of these that was given, and the number that goes with it; else the platform.
fn whose(walk: &Walk, platform: &Platform) -> (String, Option<MaskedText>) {
    let company = [(Field::CompanyName, vec![Field::CompanyNumber])];
    let person = [
        (Field::Name, vec![Field::IdNumber, Field::DocumentNumber]),
        (Field::LegalName, vec![Field::LegalIdNumber]),
    ];
    let matter = [(Field::MatterTitle, Vec::new())];
    let order: Vec<_> = match walk.subject {
        Subject::Person | Subject::Phone => person.into_iter().chain(company).chain(matter).collect(),
        Subject::Company => company.into_iter().chain(person).collect(),
        Subject::Matter => matter.into_iter().chain(company).collect(),
    };
    let found = order.into_iter().find_map(|(name, numbers)| {
        let given = walk.values.get(name)?.to_owned();
        let number = numbers.into_iter().find_map(|field| walk.values.get(field));
        // A company's code is no secret, and cannot be told from one that is.
        let shown = number.map(|number| match name {
            Field::CompanyName => crate::column::from_word(number).unwrap_or_else(|| MaskedText::of(number)),
            _ => MaskedText::of(number),
        });
        Some((given, shown))
    });
    found.unwrap_or_else(|| (platform.name.clone(), None))
}

/// The account's holder is another now: what was passed counts no longer, and what was begun is over. Whoever is told,
/// [`Portal::settle`], are those that are given back.
pub(crate) fn void_account_s(
    t: &Transaction<'_>,
    account: &str,
    now: Timestamp,
) -> Result<Vec<RequestId>, Problem> {
    t.execute(
        "UPDATE procedure_receipt SET void_at = ?2 WHERE account = ?1 AND subject = 'person' AND void_at IS NULL",
        params![account, now.unix()],
    )?;
    end_all(t, "account = ?1 AND subject = 'person'", account, Closed::HolderChanged)
}

/// The company's legal representative is another now: the same for all its accounts.
pub(crate) fn void_company_s(
    t: &Transaction<'_>,
    company: i64,
    now: Timestamp,
) -> Result<Vec<RequestId>, Problem> {
    t.execute(
        "UPDATE procedure_receipt SET void_at = ?2
         WHERE company = (SELECT uscc FROM company WHERE id = ?1) AND subject = 'company' AND void_at IS NULL",
        params![company, now.unix()],
    )?;
    let whose = "account IN (SELECT name FROM account WHERE company = ?1) AND subject = 'company'";
    end_all(t, whose, company, Closed::LegalRepresentativeChanged)
}

/// Those that are open.
fn end_all(
    t: &Transaction<'_>,
    whose: &str,
    key: impl ToSql,
    why: Closed,
) -> Result<Vec<RequestId>, Problem> {
    let mut statement = t.prepare(&format!("SELECT id FROM procedure WHERE {whose} AND step IS NOT NULL"))?;
    let open = statement.query_map([key], |row| parsed(row, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut told = Vec::new();
    for id in &open {
        told.extend(end_open(t, id, why)?);
    }
    Ok(told)
}
