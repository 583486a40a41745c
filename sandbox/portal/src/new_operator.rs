//! An operator whom the company's administrator adds.

use crate::operator::{document_is_free, refuse_if};
use crate::password::StoredPassword;
use crate::person::columns;
use crate::problem::Problem;
use crate::rights::rights_column;
use crate::session::Session;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::{OptionalExtension, params};
use tongguan_core::domain::Timestamp;
use tongguan_core::fault::Refusal;
use tongguan_core::ports::NewOperator;

impl Portal {
    /// Whoever is there already exactly like this is added again: the answer was lost. It tells which names
    /// others have, so it is counted. The phone is not looked at, and not the account's yet.
    pub(crate) fn add_operator(
        &self,
        session: &Session,
        address: &Address,
        new: &NewOperator,
    ) -> Result<(), Problem> {
        session.administers()?;
        self.born(&new.document)?;
        self.count_guess(session, address, "operators")?;
        let stored = StoredPassword::chosen(new.password.expose(), self.hashing())?;
        let now = self.now();
        match self.change(|t| enter(t, session, new, &stored, now)) {
            Err(Problem::DataRefused(Refusal::NameTaken)) if self.is_added(session, new)? => Ok(()),
            outcome => outcome,
        }
    }

    /// And nobody has used it since.
    fn is_added(&self, session: &Session, new: &NewOperator) -> Result<bool, Problem> {
        let [kind, number, ..] = columns(Some(&new.document), None);
        let stored = self.store(|c| {
            c.query_row(
                "SELECT salt, hash FROM account WHERE name = ?1 AND company = ?2 AND role = 'operator' AND enabled
                 AND change_password AND last_sign_in IS NULL AND rights = ?3 AND holder_name = ?4
                 AND holder_document_kind = ?5 AND holder_document_number = ?6 AND phone_given = ?7",
                params![
                    new.account.as_str(),
                    session.company_id,
                    rights_column(&new.rights),
                    new.name.as_str(),
                    kind,
                    number,
                    new.phone.as_str()
                ],
                |row| Ok(StoredPassword { salt: row.get(0)?, hash: row.get(1)? }),
            )
            .optional()
        })?;
        Ok(stored.is_some_and(|stored| stored.matches(new.password.expose(), self.hashing())))
    }
}

fn enter(
    t: &Transaction<'_>,
    session: &Session,
    new: &NewOperator,
    stored: &StoredPassword,
    now: Timestamp,
) -> Result<(), Problem> {
    let name = new.account.as_str();
    let exists = "SELECT EXISTS (SELECT 1 FROM account WHERE name = ?1)";
    refuse_if(t, exists, &[&name], Refusal::NameTaken)?;
    document_is_free(t, session.company_id, name, &new.document)?;
    let [kind, number, ..] = columns(Some(&new.document), None);
    t.execute(
        "INSERT INTO account (name, company, salt, hash, password_at, change_password, role, rights,
         holder_name, holder_document_kind, holder_document_number, phone_given)
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
}
