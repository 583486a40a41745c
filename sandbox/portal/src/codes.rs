//! Codes of six digits, sent by SMS or e-mail through the message centre and entered by whoever reads them.

use crate::codes_store::{GoodCode, keep, last_sent, open, take_try};
use crate::password::StoredPassword;
use crate::problem::Problem;
use crate::rate::{Limit, count};
use crate::wire::Address;
use crate::{Portal, Transaction, random};
use tongguan_core::domain::{MaskedText, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{CodeEntered, CodeSent, CodeTarget};

pub(crate) const LIFE: i64 = 300;
pub(crate) const TRIES: i64 = 5;
/// A new one can be had after so many seconds.
const RESEND: i64 = 60;
const HOUR: i64 = 3_600;
pub(crate) const BY_ACCOUNT: Limit = Limit { limit: 20, seconds: HOUR };
pub(crate) const BY_TARGET: Limit = Limit { limit: 10, seconds: HOUR };
/// `purpose TAB text`; `{code}` stands for the code.
const MESSAGES: &str = include_str!("../data/messages.txt");

/// What a code is for; the names are those of the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CodePurpose {
    Phone,
    Email,
    LegalRepresentative,
    Holder,
    /// Each has codes of its own.
    Procedure(RequestId),
}

impl CodePurpose {
    fn word(&self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::LegalRepresentative => "legal_representative",
            Self::Holder => "holder",
            Self::Procedure(_) => "procedure",
        }
    }

    /// What it is kept as.
    pub(crate) fn column(&self) -> String {
        match self {
            Self::Procedure(id) => format!("{} {}", self.word(), id.as_str()),
            _ => self.word().into(),
        }
    }
}

/// A code to be sent.
pub(crate) struct Order<'a> {
    pub(crate) purpose: CodePurpose,
    pub(crate) to: &'a CodeTarget,
    /// Keyed hash of what it shall be good for.
    pub(crate) subject: Vec<u8>,
    /// The address is wanted again when the code comes back.
    pub(crate) keep_address: bool,
}

impl Portal {
    /// A code before it voids nothing until this one has gone out. Without an account it is a phone's that was
    /// opened without a ticket.
    pub(crate) fn send_code(
        &self,
        account: Option<&str>,
        address: &Address,
        order: &Order<'_>,
    ) -> Result<CodeSent, Problem> {
        let (id, now) = (RequestId::random(), self.now());
        // Counted before it costs a hash.
        self.change(|t| {
            self.count_sending(t, account, address, order, now)?;
            keep(t, account, order, &id, now)
        })?;
        let stored = match self.draw_and_send(order) {
            Ok(stored) => stored,
            Err(problem) => {
                self.store(|c| c.execute("DELETE FROM code WHERE id = ?1", [id.as_str()]))?;
                return Err(problem);
            }
        };
        self.change(|t| Ok(open(t, account, &order.purpose, &id, &stored)?))?;
        let to = match order.to {
            CodeTarget::Phone { phone } => phone.masked(),
            CodeTarget::Email { email } => email.masked(),
        };
        Ok(sent(id, to, now))
    }

    fn draw_and_send(&self, order: &Order<'_>) -> Result<StoredPassword, Problem> {
        let code = six_digits()?;
        let stored = StoredPassword::new(&code, self.hashing()).map_err(|_| Problem::Internal)?;
        self.outside().send(order.to, &text(&order.purpose, &code))?;
        Ok(stored)
    }

    /// By account, by target and by client address; and not within a minute of the one before.
    fn count_sending(
        &self,
        t: &Transaction<'_>,
        account: Option<&str>,
        address: &Address,
        order: &Order<'_>,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let last = last_sent(t, account, &order.purpose, now)?;
        if let Some(wait) = last.map(|last| last + RESEND - now.unix()).filter(|wait| *wait > 0) {
            return Err(Problem::TooOften { seconds: wait });
        }
        let by_address = Limit { limit: self.config().address_limit, seconds: HOUR };
        count(t, &self.sent_to(order.to), BY_TARGET, now)?;
        let whose = account.map_or_else(|| order.purpose.column(), str::to_owned);
        count(t, &format!("code of {whose}"), BY_ACCOUNT, now)?;
        count(t, &format!("code from {}", address.0), by_address, now)
    }

    /// What is sent to one address is counted under this.
    pub(crate) fn sent_to(&self, to: &CodeTarget) -> String {
        format!("code to {}", hex::encode(self.subject_key().subject(&[&target(to)])))
    }

    /// Whether the code is right, for `purpose` and this account. A try is counted before it is looked at, and
    /// given back if it was right; the code stays good until it is used.
    pub(crate) fn try_code(
        &self,
        account: Option<&str>,
        purpose: &CodePurpose,
        entered: &CodeEntered,
    ) -> Result<GoodCode, Problem> {
        let now = self.now().unix();
        let found = self.change(|t| Ok(take_try(t, account, purpose, &entered.id, now)?))?;
        let (stored, tries) = found.ok_or(Problem::DataRefused(Refusal::SmsExpired))?;
        if tries >= TRIES {
            return Err(Problem::DataRefused(Refusal::SmsTooMany));
        }
        if !stored.password.matches(entered.code.as_str(), self.hashing()) {
            let last = tries + 1 == TRIES;
            return Err(Problem::DataRefused(if last { Refusal::SmsTooMany } else { Refusal::SmsWrong }));
        }
        self.store(|c| c.execute("UPDATE code SET tries = tries - 1 WHERE id = ?1", [entered.id.as_str()]))?;
        Ok(stored.good)
    }
}

pub(crate) fn target(to: &CodeTarget) -> String {
    match to {
        CodeTarget::Phone { phone } => format!("phone {}", phone.as_str()),
        CodeTarget::Email { email } => format!("email {}", email.as_str()),
    }
}

/// Each of the million is as likely as another.
fn six_digits() -> Result<String, Problem> {
    loop {
        let draw = u32::from_be_bytes(random::<4>()?) >> 12;
        if draw < 1_000_000 {
            return Ok(format!("{draw:06}"));
        }
    }
}

fn text(purpose: &CodePurpose, code: &str) -> String {
    let line = MESSAGES.lines().find_map(|line| line.strip_prefix(purpose.word())?.strip_prefix('\t'));
    line.unwrap_or("{code}").replace("{code}", code)
}

/// What was sent at `now`.
pub(crate) fn sent(id: RequestId, to: MaskedText, now: Timestamp) -> CodeSent {
    CodeSent { id, to, resend_at: now.plus_seconds(RESEND), expires_at: now.plus_seconds(LIFE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_message_with_its_code_and_no_other_number() {
        for purpose in [
            CodePurpose::Phone,
            CodePurpose::Email,
            CodePurpose::LegalRepresentative,
            CodePurpose::Holder,
            CodePurpose::Procedure(RequestId::random()),
        ] {
            let message = text(&purpose, "012345");
            assert!(message.contains("012345") && message.chars().count() > 20, "{message}");
            let digits: String = message.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "0123455", "the code and its five minutes");
        }
    }

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(six_digits().unwrap().len(), 6);
    }
}
