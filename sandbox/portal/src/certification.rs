//! What certified a company, and the receipts for it.

use crate::Portal;
use crate::column::{moment, parsed, word, word_of};
use crate::level::{level_code, level_from, level_of};
use crate::problem::Problem;
use crate::session::Session;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use tongguan_core::domain::{BankMark, Method, Receipt, RequestId, SecurityLevel, Timestamp};
use tongguan_core::ports::Certification;

/// The columns that [`receipt_from`] reads.
const RECEIPT: &str = "year, number, accepted_at, level_before, level_after, method, bank, bank_name";

/// A list is answered in pages of so many: below what a client reads.
const PAGE: u32 = 50;

/// What passed, beside whose it is.
pub(crate) struct Passed<'a> {
    pub(crate) method: Method,
    /// Of the challenge; of documents the id of their certification.
    pub(crate) request_id: &'a RequestId,
    pub(crate) fingerprint: Option<String>,
    pub(crate) proof: Option<&'a [u8]>,
    pub(crate) bank: Option<&'a BankMark>,
    /// When what it rests on ends.
    pub(crate) expires_at: Option<Timestamp>,
}

/// A certification in its place among all.
pub(crate) struct Last {
    pub(crate) sequence: i64,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) receipt: Receipt,
}

impl Portal {
    /// A page from the newest on, or from the one behind `before`, which is year and number of a receipt.
    pub(crate) fn certifications(
        &self,
        session: &Session,
        before: Option<(u32, u32)>,
    ) -> Result<Vec<Certification>, Problem> {
        let (year, number) = before.unzip();
        self.store(|c| {
            let mut statement = c.prepare(&format!(
                "SELECT {RECEIPT}, expires_at, fingerprint FROM certification
                 WHERE account = ?1 AND (?2 IS NULL OR (year, number) < (?2, ?3))
                 ORDER BY sequence DESC LIMIT {PAGE}"
            ))?;
            let rows = statement.query_map(params![session.account.as_str(), year, number], |row| {
                let receipt = receipt_from(row)?;
                let (expires_at, certificate) = (ending(row, 8)?, row.get(9)?);
                Ok(Certification { method: receipt.method, certificate, expires_at, receipt })
            })?;
            rows.collect()
        })
    }
}

/// The last certification of the account with this method, of the company that it stands for in this session;
/// one that has ended only if none is left that counts.
pub(crate) fn last(
    c: &Connection,
    session: &Session,
    method: Method,
    now: Timestamp,
) -> rusqlite::Result<Option<Last>> {
    c.query_row(
        &format!(
            "SELECT {RECEIPT}, sequence, expires_at FROM certification
             WHERE account = ?1 AND method = ?2 AND organization_code = ?3 AND void_at IS NULL
             ORDER BY coalesce(expires_at >= ?4, 1) DESC, sequence DESC LIMIT 1"
        ),
        params![
            session.account.as_str(),
            word_of(method),
            session.company.organization_code.as_str(),
            now.unix()
        ],
        |row| Ok(Last { sequence: row.get(8)?, expires_at: ending(row, 9)?, receipt: receipt_from(row)? }),
    )
    .optional()
}

/// The account's holder is another now: documents that certified the one before count no longer.
/// Those procedures that are over with it are to be told.
pub(crate) fn void_account_s(
    t: &Transaction<'_>,
    account: &str,
    now: Timestamp,
) -> Result<Vec<RequestId>, Problem> {
    t.execute(
        "UPDATE certification SET void_at = ?2
         WHERE account = ?1 AND method = 'legal_representative' AND void_at IS NULL",
        params![account, now.unix()],
    )?;
    crate::procedure::void_account_s(t, account, now)
}

/// The company's legal representative is another now.
pub(crate) fn void_company_s(
    t: &Transaction<'_>,
    company: i64,
    now: Timestamp,
) -> Result<Vec<RequestId>, Problem> {
    t.execute(
        "UPDATE certification SET void_at = ?2 WHERE account IN (SELECT name FROM account WHERE company = ?1)
         AND method = 'legal_representative' AND void_at IS NULL",
        params![company, now.unix()],
    )?;
    crate::procedure::void_company_s(t, company, now)
}

/// What this account got under `request_id`.
pub(crate) fn receipt(
    c: &Connection,
    session: &Session,
    request_id: &RequestId,
) -> rusqlite::Result<Receipt> {
    c.query_row(
        &format!("SELECT {RECEIPT} FROM certification WHERE account = ?1 AND request_id = ?2"),
        [session.account.as_str(), request_id.as_str()],
        receipt_from,
    )
}

/// Reads the columns [`RECEIPT`], the first of the row.
fn receipt_from(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    let bank = match row.get::<_, Option<String>>(6)? {
        Some(_) => Some(BankMark { id: parsed(row, 6)?, name: parsed(row, 7)? }),
        None => None,
    };
    Ok(Receipt {
        number: receipt_number(row.get(0)?, row.get(1)?),
        accepted_at: moment(row, 2)?,
        level_before: level_from(&row.get::<_, String>(3)?),
        level_after: level_from(&row.get::<_, String>(4)?),
        method: word(row, 5)?,
        bank,
    })
}

fn ending(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(index)?.map(|_| moment(row, index)).transpose()
}

/// Keeps it under the next number of the year. A signature raises the level to high; documents raise a low one
/// to medium.
pub(crate) fn accept(
    t: &Transaction<'_>,
    session: &Session,
    passed: &Passed<'_>,
    now: Timestamp,
) -> rusqlite::Result<Receipt> {
    let account = session.account.as_str();
    let level_before = level_of(t, account, now)?;
    let level_after = match passed.method {
        Method::LegalRepresentative => level_before.max(SecurityLevel::Medium),
        Method::IcCard | Method::BankUkey => SecurityLevel::High,
    };
    let year: i64 = now.date().get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let number: i64 = t.query_row(
        "SELECT coalesce(max(number), 0) + 1 FROM certification WHERE year = ?1",
        [year],
        |row| row.get(0),
    )?;
    t.execute(
        "INSERT INTO certification (year, number, request_id, account, organization_code, method, accepted_at,
         expires_at, level_before, level_after, fingerprint, proof, bank, bank_name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            year,
            number,
            passed.request_id.as_str(),
            account,
            session.company.organization_code.as_str(),
            word_of(passed.method),
            now.unix(),
            passed.expires_at.map(Timestamp::unix),
            level_code(level_before),
            level_code(level_after),
            passed.fingerprint,
            passed.proof,
            passed.bank.map(|bank| bank.id.as_str()),
            passed.bank.map(|bank| bank.name.as_str()),
        ],
    )?;
    Ok(Receipt {
        number: receipt_number(year, number),
        accepted_at: now,
        level_before,
        level_after,
        method: passed.method,
        bank: passed.bank.cloned(),
    })
}

/// Year and number of a receipt.
pub(crate) fn receipt_parts(text: &str) -> Option<(u32, u32)> {
    let (year, number) = text.strip_prefix("SW-")?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_one = year.len() == 4 && number.len() >= 6 && digits(year) && digits(number);
    is_one.then(|| Some((year.parse().ok()?, number.parse().ok()?))).flatten()
}

/// For example `SW-2026-000017`.
fn receipt_number(year: i64, number: i64) -> String {
    format!("SW-{year:04}-{number:06}")
}
