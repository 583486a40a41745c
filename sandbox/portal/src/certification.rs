//! Accepted proofs and their receipts.

use crate::Portal;
use crate::level::{level_code, level_from, level_of};
use crate::problem::Problem;
use crate::session::Session;
use rusqlite::{Row, Transaction, params};
use serde::Serialize;
use tongguan_core::domain::{Receipt, SecurityLevel, SignedStatement, Timestamp};
use tongguan_core::ports::Method;

const METHOD: &str = "ic_card";

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
        let rows = self.store(|c| {
            let mut statement = c.prepare(
                "SELECT request_id, fingerprint, year, number, accepted_at, level_before, level_after
                 FROM certification WHERE account = ?1 ORDER BY sequence DESC",
            )?;
            let rows = statement.query_map([session.account.as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?, receipt(row, 2)?))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        Ok(rows
            .into_iter()
            .map(|(request_id, certificate, receipt)| Certification {
                method: Method::IcCard,
                request_id,
                certificate,
                receipt,
            })
            .collect())
    }
}

/// Reads year, number, accepted_at, level_before, level_after from column `at` on.
pub(crate) fn receipt(row: &Row<'_>, at: usize) -> rusqlite::Result<Receipt> {
    let accepted_at: i64 = row.get(at + 2)?;
    Ok(Receipt {
        number: receipt_number(row.get(at)?, row.get(at + 1)?),
        accepted_at: Timestamp::from_unix(accepted_at)
            .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at + 2, accepted_at))?,
        level_before: level_from(&row.get::<_, String>(at + 3)?),
        level_after: level_from(&row.get::<_, String>(at + 4)?),
    })
}

/// Stores the proof under the next number of the year. The caller's transaction spends the challenge.
pub(crate) fn accept(
    t: &Transaction<'_>,
    session: &Session,
    cms: &[u8],
    signed: &SignedStatement,
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
    t.execute(
        "INSERT INTO certification (year, number, request_id, account, method, accepted_at, level_before,
         level_after, fingerprint, proof) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'high', ?8, ?9)",
        params![
            year,
            number,
            signed.statement.request_id.as_str(),
            account,
            METHOD,
            now.unix(),
            level_code(level_before),
            signed.certificate.fingerprint(),
            cms,
        ],
    )?;
    Ok(Receipt {
        number: receipt_number(year, number),
        accepted_at: now,
        level_before,
        level_after: SecurityLevel::High,
    })
}

/// For example `SW-2026-000017`.
pub(crate) fn receipt_number(year: i64, number: i64) -> String {
    format!("SW-{year:04}-{number:06}")
}
