//! Signing in with a password.

use crate::Portal;
use crate::attempt::{count_attempt, forget_attempts};
use crate::bodies::SignIn;
use crate::captcha::take_captcha;
use crate::password::StoredPassword;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::wire::Address;
use rusqlite::{Connection, OptionalExtension, params};
use tongguan_core::domain::Timestamp;

impl Portal {
    /// A captcha that is not answered rightly costs no try of the account. Names that nobody has and accounts
    /// that are disabled take the same steps and get the same answers as a wrong password.
    pub(crate) fn sign_in(&self, given: &SignIn, address: &Address) -> Result<SignedIn, Problem> {
        self.count_address(address)?;
        let (account, now) = (given.account.as_str(), self.now());
        let turn = self.turns().take(account);
        self.change(|t| {
            // Both are kept whatever the answer is.
            Ok(take_captcha(t, &given.captcha, now)?.and_then(|()| count_attempt(t, account, now)))
        })??;
        let stored = self.store(|c| stored_password(c, account))?;
        let asked = stored.clone().unwrap_or_else(StoredPassword::of_nobody);
        let matches = asked.matches(given.password.expose(), self.hashing());
        let matched = stored.filter(|_| matches).ok_or(Problem::SignInRefused)?;
        self.forget_ended()?;
        let opened = self.admit(account, &matched, now)?;
        drop(turn);
        self.notify_signed_in(account);
        self.signed_in(opened)
    }

    /// The password may have been changed, or the account disabled, while the one that was given was hashed.
    pub(crate) fn admit(
        &self,
        account: &str,
        matched: &StoredPassword,
        now: Timestamp,
    ) -> Result<(String, Timestamp), Problem> {
        self.change(|t| {
            let stands: bool = t.query_row(
                "SELECT EXISTS (SELECT 1 FROM account WHERE name = ?1 AND enabled AND hash = ?2)",
                params![account, matched.hash],
                |row| row.get(0),
            )?;
            if !stands {
                return Err(Problem::SignInRefused);
            }
            forget_attempts(t, account)?;
            self.open_session(t, account, None, now)
        })
    }
}

/// Of an account that may sign in.
pub(crate) fn stored_password(c: &Connection, account: &str) -> rusqlite::Result<Option<StoredPassword>> {
    c.query_row("SELECT salt, hash FROM account WHERE name = ?1 AND enabled", [account], |row| {
        Ok(StoredPassword { salt: row.get(0)?, hash: row.get(1)? })
    })
    .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::password::DERIVED;
    use std::sync::Arc;
    use tongguan_core::domain::{AccountName, Origin, Password};
    use tongguan_core::ports::{CaptchaAnswer, CaptchaKind};
    use tongguan_sandbox_outside::Outside;
    use tongguan_sandbox_world::World;

    /// How many hashes one try derives, and what it is answered.
    fn one_try(portal: &Portal, account: &str, password: &str) -> (u32, Option<Problem>) {
        let address = Address(String::new());
        let id = portal.captcha(CaptchaKind::Question, &address).unwrap().id;
        let answer = portal.captcha_answer(&id).unwrap();
        let given = SignIn {
            account: AccountName::parse(account).unwrap(),
            password: Password::from(password.to_owned()),
            captcha: CaptchaAnswer { id, answer },
        };
        DERIVED.set(0);
        let problem = portal.sign_in(&given, &address).err();
        (DERIVED.get(), problem)
    }

    #[test]
    fn a_name_that_nobody_has_costs_as_much_as_a_wrong_password_and_a_right_one() {
        let dir = tempfile::tempdir().unwrap();
        let world = World::for_tests(7, Timestamp::now()).unwrap();
        let config = Config::new(Origin::parse("http://127.0.0.1:1").unwrap());
        let outside = Outside::open(dir.path(), &world, Arc::clone(&config.clock)).unwrap();
        let portal = Portal::open(dir.path(), &world, config, Arc::new(outside)).unwrap();
        let right = world.account("haihe-clerk").unwrap().password.expose();
        assert_eq!(one_try(&portal, "haihe-clerk", right), (1, None));
        let refused = (1, Some(Problem::SignInRefused));
        assert_eq!(one_try(&portal, "haihe-clerk", "wrong"), refused);
        assert_eq!(one_try(&portal, "nobody", "wrong"), refused);
        portal.store(|c| c.execute("UPDATE account SET enabled = 0 WHERE name = 'haihe-clerk'", [])).unwrap();
        assert_eq!(one_try(&portal, "haihe-clerk", right), refused);
    }
}
