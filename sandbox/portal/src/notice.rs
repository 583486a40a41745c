//! What an account's phone is told of, as far as its owner wants it. A message that cannot be sent stops nothing.

use crate::Portal;
use crate::account::holder;
use crate::column::maybe;
use crate::rate::{Limit, count};
use rusqlite::{Connection, OptionalExtension};
use tongguan_core::domain::{CalendarDate, PhoneNumber, Timestamp, ValidUntil};
use tongguan_core::ports::CodeTarget;

/// `NOTICE TAB text`; `{account}` stands for the account.
const TEXTS: &str = include_str!("../data/notices.txt");
const DAY: i64 = 86_400;
/// Whatever ends within so many days ends soon, and is told of once in as many.
const SOON: i64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    SignIn,
    Certification,
    Expiry,
}

impl Notice {
    /// The name of its text, and of its column behind `notify_`.
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Certification => "certification",
            Self::Expiry => "expiry",
        }
    }
}

impl Portal {
    pub(crate) fn notify(&self, account: &str, notice: Notice) {
        let phone = self.store(|c| phone(c, account, notice)).ok().flatten();
        let text = TEXTS.lines().find_map(|line| line.strip_prefix(notice.name())?.strip_prefix('\t'));
        let (Some(phone), Some(text)) = (phone, text) else { return };
        let text = text.replace("{account}", account);
        if let Err(unavailable) = self.outside().send(&CodeTarget::Phone { phone }, &text) {
            tracing::warn!(?unavailable, notice = notice.name(), "not sent");
        }
    }

    /// At sign-in: that there was one, and what ends soon.
    pub(crate) fn notify_signed_in(&self, account: &str) {
        self.notify(account, Notice::SignIn);
        let now = self.now();
        let limit = Limit { limit: 1, seconds: SOON * DAY };
        let due = self.store(|c| ends_soon(c, account, now)).unwrap_or(false)
            && self.change(|t| count(t, &format!("expiry {account}"), limit, now)).is_ok();
        if due {
            self.notify(account, Notice::Expiry);
        }
    }
}

fn phone(c: &Connection, account: &str, notice: Notice) -> rusqlite::Result<Option<PhoneNumber>> {
    let query = format!("SELECT phone FROM account WHERE name = ?1 AND notify_{}", notice.name());
    Ok(c.query_row(&query, [account], |row| maybe(row, 0)).optional()?.flatten())
}

/// The holder's document, or the newest certification by some method.
fn ends_soon(c: &Connection, account: &str, now: Timestamp) -> rusqlite::Result<bool> {
    let soon = now.plus_seconds(SOON * DAY);
    let (_, holder) = holder(c, account)?;
    let document = holder.validity.is_some_and(|validity| match validity.until {
        ValidUntil::Day(day) => day <= CalendarDate::of(soon),
        ValidUntil::LongTerm => false,
    });
    let certification: bool = c.query_row(
        "SELECT EXISTS (SELECT 1 FROM certification f WHERE f.account = ?1 AND f.expires_at <= ?2
         AND f.sequence = (SELECT max(sequence) FROM certification WHERE account = ?1 AND method = f.method))",
        rusqlite::params![account, soon.unix()],
        |row| row.get(0),
    )?;
    Ok(document || certification)
}
