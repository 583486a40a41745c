//! Signing in with a password.

use crate::Portal;
use crate::attempt::{count_attempt, forget_attempts};
use crate::captcha::take_captcha;
use crate::password::StoredPassword;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::wire::{Address, SignIn};
use rusqlite::{Connection, OptionalExtension};

impl Portal {
    /// A captcha that is not answered rightly costs no try of the account. Names that nobody has and accounts
    /// that are disabled take the same steps and get the same answers as a wrong password.
    pub(crate) fn sign_in(&self, given: &SignIn, address: &Address) -> Result<SignedIn, Problem> {
        self.count_address(address)?;
        let (account, now) = (given.account.as_str(), self.now());
        self.change(|t| {
            // Both are kept whatever the answer is.
            Ok(take_captcha(t, &given.captcha, now)?.and_then(|()| count_attempt(t, account, now)))
        })??;
        let stored = self.store(|c| stored_password(c, account))?;
        let matches =
            stored.clone().unwrap_or_else(StoredPassword::of_nobody).matches(given.password.expose());
        if stored.is_none() || !matches {
            return Err(Problem::SignInRefused);
        }
        let opened = self.change(|t| {
            forget_attempts(t, account)?;
            self.open_session(t, account, None, now)
        })?;
        self.signed_in(opened)
    }
}

/// Of an account that may sign in.
pub(crate) fn stored_password(c: &Connection, account: &str) -> rusqlite::Result<Option<StoredPassword>> {
    c.query_row("SELECT salt, hash FROM account WHERE name = ?1 AND enabled", [account], |row| {
        Ok(StoredPassword { salt: row.get(0)?, hash: row.get(1)? })
    })
    .optional()
}
