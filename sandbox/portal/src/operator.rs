//! A company's operators, whom its administrators look after, and personal accounts that ask to become one.

use crate::column::{maybe, moment, parsed, word};
use crate::password::StoredPassword;
use crate::person::{HOLDER, Person, columns};
use crate::problem::Problem;
use crate::rights::{rights_column, rights_from};
use crate::session::{Session, end_sessions};
use crate::{Portal, Transaction};
use rusqlite::{OptionalExtension, Row, params};
use tongguan_core::domain::{AccountName, Document, PhoneNumber};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{NewOperator, Operator, OperatorSet, Right, Role};

impl Portal {
    /// Operators, and those who ask to be one.
    pub(crate) fn operators(&self, session: &Session) -> Result<Vec<Operator>, Problem> {
        session.administers()?;
        self.store(|c| {
            let mut statement = c.prepare(&format!(
                "SELECT a.name, a.phone, a.role, a.enabled, a.rights, u.account IS NOT NULL, a.last_sign_in,
                 {HOLDER} FROM account a LEFT JOIN upgrade_request u ON u.account = a.name
                 WHERE a.company = ?1 AND (a.role = 'operator' OR u.account IS NOT NULL) ORDER BY a.name"
            ))?;
            statement.query_map([session.company_id], operator)?.collect()
        })
    }

    pub(crate) fn add_operator(&self, session: &Session, new: &NewOperator) -> Result<(), Problem> {
        session.administers()?;
        let stored = StoredPassword::chosen(new.password.expose())?;
        let now = self.now();
        self.change(|t| {
            let name = new.account.as_str();
            refuse_if(
                t,
                "SELECT EXISTS (SELECT 1 FROM account WHERE name = ?1)",
                &[&name],
                Refusal::NameTaken,
            )?;
            phone_is_free(t, name, &new.phone)?;
            document_is_free(t, session.company_id, name, &new.document)?;
            let [kind, number, ..] = columns(Some(&new.document), None);
            t.execute(
                "INSERT INTO account (name, company, salt, hash, password_at, change_password, role, rights,
                 holder_name, holder_document_kind, holder_document_number, phone)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, 'operator', ?6, ?7, ?8, ?9, ?10)",
                params![
                    name,
                    session.company_id,
                    stored.salt,
                    stored.hash,
                    now.unix(),
                    rights_column(&new.rights),
                    new.name.as_str(),
                    kind,
                    number,
                    new.phone.as_str()
                ],
            )?;
            Ok(())
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
        self.change(|t| {
            let changed = t.execute(
                "UPDATE account SET enabled = ?3, rights = ?4
                 WHERE name = ?1 AND company = ?2 AND role = 'operator'",
                params![account.as_str(), session.company_id, set.enabled, rights_column(&set.rights)],
            )?;
            if changed == 0 {
                return Err(Problem::NotFound);
            }
            if !set.enabled {
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
                return Err(Problem::NotFound);
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
        Refusal::NameTaken,
    )
}

fn refuse_if(
    t: &Transaction<'_>,
    exists: &str,
    values: &[&dyn rusqlite::ToSql],
    refusal: Refusal,
) -> Result<(), Problem> {
    let found = t.query_row(exists, values, |row| row.get::<_, Option<bool>>(0)).optional()?.flatten();
    if found == Some(true) { Err(Problem::DataRefused(refusal)) } else { Ok(()) }
}
