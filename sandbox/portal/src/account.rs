//! The account's own record.

use crate::Portal;
use crate::attempt::{count_attempt, forget_attempts};
use crate::column::{maybe, moment};
use crate::operator::document_is_free;
use crate::password::StoredPassword;
use crate::person::{HOLDER, Person};
use crate::problem::Problem;
use crate::session::{Session, end_sessions};
use crate::sign_in::stored_password;
use rusqlite::{Connection, params};
use tongguan_core::domain::{EmailAddress, Password, PhoneNumber, Timestamp};
use tongguan_core::ports::{AccountRecord, Notifications, PersonEdit, Preferences};

/// A password is to be changed after a year.
const PASSWORD_LIFE: i64 = 365 * 86_400;

impl Portal {
    pub(crate) fn account(&self, session: &Session) -> Result<AccountRecord, Problem> {
        let now = self.now();
        self.store(|c| account_record(c, session, now))
    }

    /// As [`Portal::edit_company`]: what is on record already is answered as it is.
    pub(crate) fn edit_holder(&self, session: &Session, edit: &PersonEdit) -> Result<AccountRecord, Problem> {
        if edit.country.is_some() {
            return Err(Problem::input("country", "not_asked"));
        }
        let (account, now) = (session.account.as_str(), self.now());
        self.change(|t| {
            let (version, found) = holder(t, account)?;
            let wanted = found.edited(edit)?;
            if wanted != found {
                if version != edit.version {
                    return Err(Problem::RecordChanged);
                }
                if let Some(document) = &wanted.document {
                    document_is_free(t, session.company_id, account, document)?;
                }
                let [kind, number, from, until] = wanted.columns();
                t.execute(
                    "UPDATE account SET version = version + 1, holder_name = ?2, holder_document_kind = ?3,
                     holder_document_number = ?4, holder_valid_from = ?5, holder_valid_until = ?6 WHERE name = ?1",
                    params![account, wanted.name.as_str(), kind, number, from, until],
                )?;
            }
            let record = account_record(t, session, now)?;
            Ok(AccountRecord { sign_in_again: record.sign_in_again || wanted != found, ..record })
        })
    }

    /// A wrong old password counts like one at sign-in. Every other session of the account ends.
    pub(crate) fn change_password(
        &self,
        session: &Session,
        old: &Password,
        new: &Password,
    ) -> Result<(), Problem> {
        let (account, now) = (session.account.as_str(), self.now());
        if old.expose() == new.expose() {
            return Err(Problem::input("password", "same"));
        }
        let chosen = StoredPassword::chosen(new.expose())?;
        self.change(|t| count_attempt(t, account, now))?;
        let stored = self.store(|c| stored_password(c, account))?;
        if !stored.is_some_and(|stored| stored.matches(old.expose())) {
            return Err(Problem::SignInRefused);
        }
        self.change(|t| {
            forget_attempts(t, account)?;
            t.execute(
                "UPDATE account SET salt = ?2, hash = ?3, password_at = ?4, change_password = 0 WHERE name = ?1",
                params![account, chosen.salt, chosen.hash, now.unix()],
            )?;
            Ok(end_sessions(t, account, Some(&session.token_hash))?)
        })
    }

    pub(crate) fn set_preferences(
        &self,
        session: &Session,
        set: &Preferences,
    ) -> Result<AccountRecord, Problem> {
        let now = self.now();
        self.change(|t| {
            let notify = set.notifications;
            t.execute(
                "UPDATE account SET region = ?2, notify_sign_in = ?3, notify_certification = ?4,
                 notify_expiry = ?5 WHERE name = ?1",
                params![
                    session.account.as_str(),
                    set.region.as_ref().map(|region| region.as_str()),
                    notify.sign_in,
                    notify.certification,
                    notify.expiry
                ],
            )?;
            Ok(account_record(t, session, now)?)
        })
    }
}

/// The account's owner, and the version of what is known of them.
pub(crate) fn holder(c: &Connection, account: &str) -> rusqlite::Result<(i64, Person)> {
    c.query_row(&format!("SELECT a.version, {HOLDER} FROM account a WHERE a.name = ?1"), [account], |row| {
        Ok((row.get(0)?, Person::read(row, 1)?))
    })
}

pub(crate) fn account_record(
    c: &Connection,
    session: &Session,
    now: Timestamp,
) -> rusqlite::Result<AccountRecord> {
    c.query_row(
        &format!(
            "SELECT a.version, a.phone, a.email, a.region, a.notify_sign_in, a.notify_certification,
             a.notify_expiry, a.change_password, a.password_at, {HOLDER} FROM account a WHERE a.name = ?1"
        ),
        [session.account.as_str()],
        |row| {
            let notifications =
                Notifications { sign_in: row.get(4)?, certification: row.get(5)?, expiry: row.get(6)? };
            let too_old = moment(row, 8)?.plus_seconds(PASSWORD_LIFE) < now;
            Ok(AccountRecord {
                version: row.get(0)?,
                account: session.account.clone(),
                role: session.role,
                rights: session.rights.clone(),
                holder: Person::read(row, 9)?.record(),
                phone: maybe::<PhoneNumber>(row, 1)?.map(|phone| phone.masked()),
                email: maybe::<EmailAddress>(row, 2)?.map(|email| email.masked()),
                preferences: Preferences { region: maybe(row, 3)?, notifications },
                change_password: row.get::<_, bool>(7)? || too_old,
                sign_in_again: session.account_changed,
            })
        },
    )
}
