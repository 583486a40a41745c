//! The account's own record.

use crate::Portal;
use crate::attempt::{count_attempt, forget_attempts};
use crate::certification::void_account_s;
use crate::column::{maybe, moment};
use crate::operator::document_is_free;
use crate::password::{self, StoredPassword};
use crate::person::{HOLDER, Person};
use crate::problem::Problem;
use crate::remembered::{is_remembered, remember};
use crate::session::{Session, end_sessions};
use crate::sign_in::stored_password;
use crate::wire::Address;
use rusqlite::{Connection, params};
use tongguan_core::domain::{EmailAddress, Password, PhoneNumber, RequestId, Timestamp};
use tongguan_core::ports::{AccountRecord, Notifications, PersonEdit, Preferences, PreferencesSet};

/// A password is to be changed after a year.
const PASSWORD_LIFE: i64 = 365 * 86_400;
/// What a change is remembered as under its key.
const PASSWORD: &str = "password";

impl Portal {
    pub(crate) fn account(&self, session: &Session) -> Result<AccountRecord, Problem> {
        let now = self.now();
        self.store(|c| account_record(c, session, now))
    }

    /// As [`Portal::edit_company`]: what is on record already is answered as it is.
    pub(crate) fn edit_holder(
        &self,
        session: &Session,
        address: &Address,
        edit: &PersonEdit,
    ) -> Result<AccountRecord, Problem> {
        if edit.country.is_some() {
            return Err(Problem::input("country", "not_asked"));
        }
        if let Some(document) = &edit.document {
            self.born(document)?;
            // It tells whether a colleague has this number.
            self.count_guess(session, address, "document")?;
        }
        let (account, now) = (session.account.as_str(), self.now());
        let (record, told) = self.change(|t| {
            let mut told = Vec::new();
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
                if !found.is(&wanted.name, wanted.document.as_ref()) {
                    told = void_account_s(t, account, now)?;
                }
            }
            let record = account_record(t, session, now)?;
            Ok((AccountRecord { sign_in_again: record.sign_in_again || wanted != found, ..record }, told))
        })?;
        self.settle(&told)?;
        Ok(record)
    }

    /// A wrong old password counts like one at sign-in. Every other session of the account ends. What was done
    /// under `key` is done again as long as the password is still the new one: the answer was lost.
    pub(crate) fn change_password(
        &self,
        session: &Session,
        key: Option<&RequestId>,
        old: &Password,
        new: &Password,
    ) -> Result<(), Problem> {
        let (account, now) = (session.account.as_str(), self.now());
        if old.expose() == new.expose() {
            return Err(Problem::input("password", "same"));
        }
        password::may_be_chosen(new.expose())?;
        let _turn = self.turns().take(account);
        self.change(|t| count_attempt(t, account, now))?;
        let stored = self.store(|c| stored_password(c, account))?;
        let known = |key| self.store(|c| is_remembered(c, account, PASSWORD, key));
        let is_new = |stored: &StoredPassword| stored.matches(new.expose(), self.hashing());
        if key.map_or(Ok(false), known)? && stored.as_ref().is_some_and(is_new) {
            return self.change(|t| Ok(forget_attempts(t, account)?));
        }
        let matched = stored
            .filter(|stored| stored.matches(old.expose(), self.hashing()))
            .ok_or(Problem::SignInRefused)?;
        let chosen = StoredPassword::chosen(new.expose(), self.hashing())?;
        self.replace_password(session, key, &matched, &chosen)
    }

    /// Both were hashed outside: somebody may have changed the password meanwhile, or ended the session.
    pub(crate) fn replace_password(
        &self,
        session: &Session,
        key: Option<&RequestId>,
        old: &StoredPassword,
        new: &StoredPassword,
    ) -> Result<(), Problem> {
        let (account, now) = (session.account.as_str(), self.now().unix());
        self.change(|t| {
            let changed = t.execute(
                "UPDATE account SET salt = ?2, hash = ?3, password_at = ?4, change_password = 0
                 WHERE name = ?1 AND enabled AND hash = ?5
                 AND EXISTS (SELECT 1 FROM session WHERE token_hash = ?6 AND account = ?1)",
                params![account, new.salt, new.hash, now, old.hash, session.token_hash],
            )?;
            if changed == 0 {
                return Err(Problem::SessionEnded);
            }
            forget_attempts(t, account)?;
            key.map_or(Ok(()), |key| remember(t, account, PASSWORD, key))?;
            Ok(end_sessions(t, account, Some(&session.token_hash))?)
        })
    }

    pub(crate) fn set_preferences(
        &self,
        session: &Session,
        set: &PreferencesSet,
    ) -> Result<AccountRecord, Problem> {
        let now = self.now();
        self.change(|t| {
            let notify = set.notifications.unwrap_or_default();
            t.execute(
                "UPDATE account SET region = iif(?2, ?3, region),
                 notify_sign_in = coalesce(?4, notify_sign_in),
                 notify_certification = coalesce(?5, notify_certification),
                 notify_expiry = coalesce(?6, notify_expiry) WHERE name = ?1",
                params![
                    session.account.as_str(),
                    set.region.is_some(),
                    set.region.as_ref().and_then(Option::as_ref).map(|region| region.as_str()),
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
