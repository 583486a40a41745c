//! Phone and e-mail of an account: they become its own once the code that was sent there comes back.

use crate::account::account_record;
use crate::codes::{CodePurpose, Order, target};
use crate::codes_store::use_code;
use crate::keyed::SubjectKey;
use crate::operator::phone_is_free;
use crate::problem::Problem;
use crate::session::Session;
use crate::wire::Address;
use crate::{Portal, Transaction};
use tongguan_core::domain::EmailAddress;
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{AccountRecord, CodeEntered, CodeSent, CodeTarget};

impl Portal {
    /// Whether somebody else has the address is said only to whoever can read what is sent there.
    pub(crate) fn send_contact_code(
        &self,
        session: &Session,
        address: &Address,
        to: &CodeTarget,
    ) -> Result<CodeSent, Problem> {
        let purpose = match to {
            CodeTarget::Phone { .. } => CodePurpose::Phone,
            CodeTarget::Email { .. } => CodePurpose::Email,
        };
        let order =
            Order { purpose, to, subject: self.subject_key().subject(&[&target(to)]), keep_address: true };
        self.send_code(Some(session.account.as_str()), address, &order)
    }

    /// A code that this account has used already is answered as it was while the address is still the account's.
    pub(crate) fn confirm_contact(
        &self,
        session: &Session,
        entered: &CodeEntered,
    ) -> Result<AccountRecord, Problem> {
        let purpose = self.contact_purpose(session, entered)?;
        let good = self.try_code(Some(session.account.as_str()), &purpose, entered)?;
        let now = self.now();
        self.change(|t| {
            match good.to {
                Some(to) if !good.used => {
                    use_code(t, &entered.id)?;
                    take_over(t, session, &to)?;
                }
                _ if is_own(t, session, self.subject_key(), &good.subject)? => {}
                _ => return Err(Problem::DataRefused(Refusal::SmsExpired)),
            }
            Ok(account_record(t, session, now)?)
        })
    }

    fn contact_purpose(&self, session: &Session, entered: &CodeEntered) -> Result<CodePurpose, Problem> {
        let key = [entered.id.as_str(), session.account.as_str()];
        let email: bool = self.store(|c| {
            let query =
                "SELECT EXISTS (SELECT 1 FROM code WHERE id = ?1 AND account = ?2 AND purpose = 'email')";
            c.query_row(query, key, |row| row.get(0))
        })?;
        Ok(if email { CodePurpose::Email } else { CodePurpose::Phone })
    }
}

fn take_over(t: &Transaction<'_>, session: &Session, to: &CodeTarget) -> Result<(), Problem> {
    let account = session.account.as_str();
    match to {
        CodeTarget::Phone { phone } => {
            phone_is_free(t, account, phone)?;
            t.execute(
                "UPDATE account SET phone = ?2, phone_given = NULL WHERE name = ?1",
                [account, phone.as_str()],
            )?;
        }
        CodeTarget::Email { email } => {
            email_is_free(t, account, email)?;
            t.execute("UPDATE account SET email = ?2 WHERE name = ?1", [account, email.as_str()])?;
        }
    }
    Ok(())
}

/// An address is one account's.
fn email_is_free(t: &Transaction<'_>, account: &str, email: &EmailAddress) -> Result<(), Problem> {
    let taken: bool = t.query_row(
        "SELECT EXISTS (SELECT 1 FROM account WHERE email = ?1 AND name <> ?2)",
        [email.as_str(), account],
        |row| row.get(0),
    )?;
    if taken { Err(Problem::DataRefused(Refusal::ContactTaken)) } else { Ok(()) }
}

/// Whether the code's subject is an address that the account has now.
fn is_own(t: &Transaction<'_>, session: &Session, key: &SubjectKey, wanted: &[u8]) -> rusqlite::Result<bool> {
    let (phone, email): (Option<String>, Option<String>) = t.query_row(
        "SELECT 'phone ' || phone, 'email ' || email FROM account WHERE name = ?1",
        [session.account.as_str()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok([phone, email].into_iter().flatten().any(|own| key.subject(&[&own]) == wanted))
}
