//! Whether whoever comes is certified already.

use super::store::end;
use super::walk::{At, Passed, Walk};
use crate::Transaction;
use crate::account::holder;
use crate::problem::Problem;
use rusqlite::{Connection, OptionalExtension, params};
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::Subject;

/// The newest receipt that counts, of the same data: a person's name and document, a company's name and number.
pub(super) fn of(c: &Connection, walk: &Walk) -> Result<Option<i64>, Problem> {
    let (Some(account), Some(company)) = (&walk.account, &walk.company) else { return Ok(None) };
    let platform = walk.platform.as_str();
    match walk.subject {
        Subject::Person => {
            let (_, holder) = holder(c, account.as_str())?;
            let Some(document) = &holder.document else { return Ok(None) };
            let query = "SELECT sequence FROM procedure_receipt WHERE platform = ?1 AND account = ?2
                AND subject = 'person' AND name = ?3 AND document = ?4 AND void_at IS NULL
                ORDER BY sequence DESC LIMIT 1";
            let masked = document.number.masked();
            let key = params![platform, account.as_str(), holder.name.as_str(), masked.as_str()];
            Ok(c.query_row(query, key, |row| row.get(0)).optional()?)
        }
        Subject::Company => {
            let query = "SELECT r.sequence FROM procedure_receipt r JOIN company c ON c.uscc = r.company
                WHERE r.platform = ?1 AND r.company = ?2 AND r.subject = 'company' AND r.name = c.name
                AND r.void_at IS NULL ORDER BY r.sequence DESC LIMIT 1";
            Ok(c.query_row(query, [platform, company.as_str()], |row| row.get(0)).optional()?)
        }
        Subject::Matter | Subject::Phone => Ok(None),
    }
}

/// Past its open step, and done with this receipt of an earlier one.
pub(super) fn done(
    t: &Transaction<'_>,
    walk: &mut Walk,
    passed: Passed,
    receipt: i64,
) -> Result<Vec<RequestId>, Problem> {
    walk.passed.push(passed);
    let query = "INSERT INTO procedure_status (procedure, receipt) VALUES (?1, ?2)";
    t.execute(query, params![walk.id.as_str(), receipt])?;
    end(t, walk, At::Done)
}
