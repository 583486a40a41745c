//! A company's operators, whom its administrators look after, and personal accounts that ask to become one.

use crate::column::{maybe, moment, parsed, word, word_of};
use crate::person::{HOLDER, Person, columns};
use crate::problem::Problem;
use crate::rights::{rights_column, rights_from};
use crate::session::{Session, end_sessions};
use crate::{Portal, Transaction};
use rusqlite::{OptionalExtension, Row, params};
use tongguan_core::domain::{AccountName, Document, PhoneNumber};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{Operator, OperatorSet, Right, Role};

impl Portal {
    /// Operators, and those who ask to be one.
    pub(crate) fn operators(&self, session: &Session) -> Result<Vec<Operator>, Problem> {
        session.administers()?;
        self.store(|c| {
            let mut statement = c.prepare(&format!(
                "SELECT a.name, coalesce(a.phone, a.phone_given), a.role, a.enabled, a.rights,
                 u.account IS NOT NULL, a.last_sign_in, {HOLDER} FROM account a LEFT JOIN upgrade_request u ON u.account = a.name
                 WHERE a.company = ?1 AND (a.role = 'operator' OR u.account IS NOT NULL) ORDER BY a.name"
            ))?;
            statement.query_map([session.company_id], operator)?.collect()
        })
    }

    /// Of an operator of the same company; anybody else is not there.
    pub(crate) fn set_operator(
        &self,
        session: &Session,
        account: &AccountName,
        set: &OperatorSet,
    ) -> Result<(), Problem> {
        session.administers()?;
        let rights = set.rights.as_deref().map(rights_column);
        self.change(|t| {
            let changed = t.execute(
                "UPDATE account SET enabled = coalesce(?3, enabled), rights = coalesce(?4, rights)
                 WHERE name = ?1 AND company = ?2 AND role = 'operator'",
                params![account.as_str(), session.company_id, set.enabled, rights],
            )?;
            if changed == 0 {
                return Err(Problem::NotFound);
            }
            if set.enabled == Some(false) {
                end_sessions(t, account.as_str(), None)?;
            }
            Ok(())
        })
    }

    pub(crate) fn ask_upgrade(&self, session: &Session) -> Result<(), Problem> {
        if session.role != Role::Personal {
            return Err(Problem::NotAllowed);
        }
        let now = self.now().unix();
        self.store(|c| {
            c.execute(
                "INSERT INTO upgrade_request (account, asked_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![session.account.as_str(), now],
            )
        })?;
        Ok(())
    }

    /// Whoever is accepted is an operator without rights; giving them is a step of its own.
    pub(crate) fn decide_upgrade(
        &self,
        session: &Session,
        account: &AccountName,
        accept: bool,
    ) -> Result<(), Problem> {
        session.administers()?;
        self.change(|t| {
            let asked = t.execute(
                "DELETE FROM upgrade_request WHERE account =
                 (SELECT name FROM account WHERE name = ?1 AND company = ?2 AND role = 'personal')",
                params![account.as_str(), session.company_id],
            )?;
            if asked == 0 {
                // Decided like this before: the answer was lost.
                let role = if accept { Role::Operator } else { Role::Personal };
                return if is_of(t, session, account, role)? { Ok(()) } else { Err(Problem::NotFound) };
            }
            if accept {
                t.execute(
                    "UPDATE account SET role = 'operator', rights = '' WHERE name = ?1",
                    [account.as_str()],
                )?;
            }
            Ok(())
        })
    }
}

fn operator(row: &Row<'_>) -> rusqlite::Result<Operator> {
    let holder = Person::read(row, 7)?;
    let role = word(row, 2)?;
    let rights: Vec<Right> = rights_from(role, &row.get::<_, String>(4)?);
    let last_sign_in = row.get::<_, Option<i64>>(6)?.map(|_| moment(row, 6)).transpose()?;
    Ok(Operator {
        account: parsed(row, 0)?,
        name: holder.name,
        document: holder.document.as_ref().map(Document::masked),
        phone: maybe::<PhoneNumber>(row, 1)?.map(|phone| phone.masked()),
        role,
        enabled: row.get(3)?,
        rights,
        asks_upgrade: row.get(5)?,
        last_sign_in,
    })
}

fn is_of(
    t: &Transaction<'_>,
    session: &Session,
    account: &AccountName,
    role: Role,
) -> rusqlite::Result<bool> {
    t.query_row(
        "SELECT EXISTS (SELECT 1 FROM account WHERE name = ?1 AND company = ?2 AND role = ?3)",
        params![account.as_str(), session.company_id, word_of(role)],
        |row| row.get(0),
    )
}

/// A document stands once in a company.
pub(crate) fn document_is_free(
    t: &Transaction<'_>,
    company: i64,
    account: &str,
    document: &Document,
) -> Result<(), Problem> {
    let [kind, number, ..] = columns(Some(document), None);
    refuse_if(
        t,
        "SELECT EXISTS (SELECT 1 FROM account WHERE company = ?1 AND holder_document_kind = ?2
         AND holder_document_number = ?3 AND name <> ?4)",
        &[&company, &kind, &number, &account],
        Refusal::IdDuplicate,
    )
}

/// A phone is one account's.
pub(crate) fn phone_is_free(t: &Transaction<'_>, account: &str, phone: &PhoneNumber) -> Result<(), Problem> {
    refuse_if(
        t,
        "SELECT EXISTS (SELECT 1 FROM account WHERE phone = ?1 AND name <> ?2)",
        &[&phone.as_str(), &account],
        Refusal::ContactTaken,
    )
}

pub(crate) fn refuse_if(
    t: &Transaction<'_>,
    exists: &str,
    values: &[&dyn rusqlite::ToSql],
    refusal: Refusal,
) -> Result<(), Problem> {
    let found = t.query_row(exists, values, |row| row.get::<_, Option<bool>>(0)).optional()?.flatten();
    if found == Some(true) { Err(Problem::DataRefused(refusal)) } else { Ok(()) }
}
