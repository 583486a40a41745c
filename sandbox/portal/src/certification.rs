//! Accepted proofs and their receipts.

use crate::Portal;
use crate::level::{level_code, level_from, level_of};
use crate::problem::Problem;
use crate::proof::Judged;
use crate::session::Session;
use rusqlite::{Connection, Row, Transaction, params};
use serde::Serialize;
use tongguan_core::domain::{
    BankId, BankMark, BankName, Method, Receipt, RequestId, SecurityLevel, Timestamp,
};

/// The columns that [`receipt_from`] reads.
const RECEIPT: &str = "year, number, accepted_at, level_before, level_after, method, bank, bank_name";

/// An accepted proof, as `GET /v1/certifications` lists it.
#[derive(Debug, Serialize)]
pub(crate) struct Certification {
    method: Method,
    request_id: String,
    /// SHA-256 of the certificate, lower-case hex.
    certificate: String,
    receipt: Receipt,
}

impl Portal {
    pub(crate) fn certifications(&self, session: &Session) -> Result<Vec<Certification>, Problem> {
        self.store(|c| {
            let mut statement = c.prepare(&format!(
                "SELECT {RECEIPT}, request_id, fingerprint FROM certification
                 WHERE account = ?1 ORDER BY sequence DESC"
            ))?;
            let rows = statement.query_map([session.account.as_str()], |row| {
                let receipt = receipt_from(row)?;
                let (request_id, certificate) = (row.get(8)?, row.get(9)?);
                Ok(Certification { method: receipt.method, request_id, certificate, receipt })
            })?;
            rows.collect()
        })
    }
}

/// The last certification of the account with this method, and its place among all.
pub(crate) fn last(
    c: &Connection,
    account: &str,
    method: Method,
) -> rusqlite::Result<Option<(i64, Receipt)>> {
    let query = format!(
        "SELECT {RECEIPT}, sequence FROM certification WHERE account = ?1 AND method = ?2
         ORDER BY sequence DESC LIMIT 1"
    );
    rusqlite::OptionalExtension::optional(
        c.query_row(&query, [account, method_code(method)], |row| Ok((row.get(8)?, receipt_from(row)?))),
    )
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
    let accepted_at: i64 = row.get(2)?;
    let bank = match (row.get::<_, Option<String>>(6)?, row.get::<_, Option<String>>(7)?) {
        (Some(id), Some(name)) => Some(bank_mark(&id, &name).ok_or(rusqlite::Error::InvalidQuery)?),
        _ => None,
    };
    Ok(Receipt {
        number: receipt_number(row.get(0)?, row.get(1)?),
        accepted_at: Timestamp::from_unix(accepted_at)
            .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(2, accepted_at))?,
        level_before: level_from(&row.get::<_, String>(3)?),
        level_after: level_from(&row.get::<_, String>(4)?),
        method: if bank.is_some() { Method::BankUkey } else { Method::IcCard },
        bank,
    })
}

fn bank_mark(id: &str, name: &str) -> Option<BankMark> {
    Some(BankMark { id: BankId::parse(id).ok()?, name: BankName::parse(name).ok()? })
}

/// Stores the proof under the next number of the year. The caller's transaction spends the challenge.
pub(crate) fn accept(
    t: &Transaction<'_>,
    session: &Session,
    judged: &Judged,
    now: Timestamp,
) -> rusqlite::Result<Receipt> {
    let account = session.account.as_str();
    let level_before = level_of(t, account)?;
    let year: i64 = now.date().get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let number: i64 = t.query_row(
        "SELECT coalesce(max(number), 0) + 1 FROM certification WHERE year = ?1",
        [year],
        |row| row.get(0),
    )?;
    let bank = judged.bank.as_ref();
    let method = if bank.is_some() { Method::BankUkey } else { Method::IcCard };
    t.execute(
        "INSERT INTO certification (year, number, request_id, account, method, accepted_at, level_before,
         level_after, fingerprint, proof, bank, bank_name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'high', ?8, ?9, ?10, ?11)",
        params![
            year,
            number,
            judged.signed.statement.request_id.as_str(),
            account,
            method_code(method),
            now.unix(),
            level_code(level_before),
            judged.signed.certificate.fingerprint(),
            judged.cms,
            bank.map(|bank| bank.id.as_str()),
            bank.map(|bank| bank.name.as_str()),
        ],
    )?;
    Ok(Receipt {
        number: receipt_number(year, number),
        accepted_at: now,
        level_before,
        level_after: SecurityLevel::High,
        method,
        bank: bank.cloned(),
    })
}

fn method_code(method: Method) -> &'static str {
    match method {
        Method::IcCard => "ic_card",
        Method::LegalRepresentative => "legal_representative",
        Method::BankUkey => "bank_ukey",
    }
}

/// For example `SW-2026-000017`.
fn receipt_number(year: i64, number: i64) -> String {
    format!("SW-{year:04}-{number:06}")
}
