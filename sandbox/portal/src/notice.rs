//! What an account's phone and e-mail are told of, as far as its owner wants it. A message that cannot be sent
//! stops nothing, nor does it keep the other from being sent.

use crate::Portal;
use crate::account::holder;
use crate::column::maybe;
use crate::rate::{Limit, count, is_counted};
use rusqlite::{Connection, OptionalExtension};
use tongguan_core::domain::{CalendarDate, Timestamp, ValidUntil};
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
    /// The card that certified goes on signing in a colleague.
    CardKept,
    /// A colleague has certified with this account's card.
    CardUsed,
    Expiry,
}

impl Notice {
    /// The name of its text.
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Certification => "certification",
            Self::CardKept => "card_kept",
            Self::CardUsed => "card_used",
            Self::Expiry => "expiry",
        }
    }

    /// The column that says whether it is wanted.
    fn wanted(self) -> &'static str {
        match self {
            Self::SignIn => "notify_sign_in",
            Self::Certification | Self::CardKept | Self::CardUsed => "notify_certification",
            Self::Expiry => "notify_expiry",
        }
    }
}

impl Portal {
    /// Tells it now; whether anything was sent.
    fn send_notice(&self, account: &str, notice: Notice) -> bool {
        let addresses = self.store(|c| addresses(c, account, notice)).unwrap_or_default();
        let text = TEXTS.lines().find_map(|line| line.strip_prefix(notice.name())?.strip_prefix('\t'));
        let Some(text) = text else { return false };
        let text = text.replace("{account}", account);
        let sent = addresses.iter().filter(|to| match self.outside().send(to, &text) {
            Ok(()) => true,
            Err(unavailable) => {
                tracing::warn!(?unavailable, notice = notice.name(), "not sent");
                false
            }
        });
        sent.count() > 0
    }

    /// At sign-in: that there was one, and what ends soon.
    pub(crate) fn notify_signed_in(&self, account: &str) {
        self.notify(account, Notice::SignIn);
        self.notify(account, Notice::Expiry);
    }

    /// In the thread of the notices.
    pub(crate) fn tell(&self, account: &str, notice: Notice) {
        match notice {
            Notice::Expiry => self.tell_of_expiry(account),
            other => {
                self.send_notice(account, other);
            }
        }
    }

    /// What was not sent is told at the next sign-in.
    fn tell_of_expiry(&self, account: &str) {
        let (key, now) = (format!("expiry {account}"), self.now());
        let due = self.store(|c| Ok(ends_soon(c, account, now)? && !is_counted(c, &key, now)?));
        if due.unwrap_or(false) && self.send_notice(account, Notice::Expiry) {
            let limit = Limit { limit: 1, seconds: SOON * DAY };
            if let Err(problem) = self.change(|t| count(t, &key, limit, now)) {
                tracing::warn!(?problem, "told, and not counted");
            }
        }
    }
}

/// Where the account wants to be told of it.
fn addresses(c: &Connection, account: &str, notice: Notice) -> rusqlite::Result<Vec<CodeTarget>> {
    let query = format!("SELECT phone, email FROM account WHERE name = ?1 AND {}", notice.wanted());
    let found = c
        .query_row(&query, [account], |row| {
            let phone = maybe(row, 0)?.map(|phone| CodeTarget::Phone { phone });
            let email = maybe(row, 1)?.map(|email| CodeTarget::Email { email });
            Ok([phone, email])
        })
        .optional()?;
    Ok(found.into_iter().flatten().flatten().collect())
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
        "SELECT EXISTS (SELECT 1 FROM certification f WHERE f.account = ?1 AND f.expires_at <= ?2 AND f.void_at IS NULL
         AND f.sequence = (SELECT max(sequence) FROM certification WHERE account = ?1 AND method = f.method))",
        rusqlite::params![account, soon.unix()],
        |row| row.get(0),
    )?;
    Ok(document || certification)
}
