//! The text that a token signs. What is on the screen is what is signed: one function renders it, and
//! every text that [`Statement::parse`] accepts renders back to itself, byte for byte.

use super::{
    AccountName, CompanyIdentity, CompanyName, Nonce, OrganizationCode, Origin, Purpose, RequestId,
    Timestamp, UnifiedSocialCreditCode,
};
use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The fixed words of the text, `key TAB words` a line. They are part of what is signed: changing one
/// makes a new version of the statement.
const WORDS: &str = include_str!("statement.txt");

/// A portal's request for a signature, as it came. Nothing of it is trusted before it is a [`Statement`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Challenge {
    pub request_id: RequestId,
    pub nonce: Nonce,
    pub purpose: Purpose,
    pub account: AccountName,
    pub company: CompanyIdentity,
    pub audience: Origin,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What the user is shown and the token signs. UTF-8, LF, NFC, no newline at the end:
///
/// ```text
/// TITLE v1
/// AUDIENCE REQUEST PURPOSE
///
/// COMPANY: name
/// ORGANIZATION: 9 characters
/// USCC: 18 characters
///
/// Account: name
/// Audience: origin
/// Nonce: base64url of 32 to 64 bytes
/// Issued-At: RFC 3339, +08:00
/// Expires-At: RFC 3339, +08:00
/// Request-Id: UUID
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub purpose: Purpose,
    pub company: CompanyIdentity,
    pub account: AccountName,
    pub audience: Origin,
    pub nonce: Nonce,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    pub request_id: RequestId,
}

impl Statement {
    /// The longest life of a challenge that is believed, in seconds.
    pub const MAX_LIFE: i64 = 600;

    /// Makes the statement for the portal that this client connected to and the account it signed in with.
    /// Both are its own knowledge: a challenge that names others is refused, never followed.
    pub fn from_challenge(
        challenge: &Challenge,
        audience: &Origin,
        account: &AccountName,
    ) -> Result<Self, Fault> {
        let mismatch = |field: &str| Err(Fault::ChallengeMismatch { field: field.into() });
        if challenge.audience != *audience {
            return mismatch("audience");
        }
        if challenge.account != *account {
            return mismatch("account");
        }
        if challenge.company.uscc.organization_code() != challenge.company.organization_code {
            return mismatch("organization_code");
        }
        let life = challenge.expires_at.unix() - challenge.issued_at.unix();
        if !(1..=Self::MAX_LIFE).contains(&life) {
            return mismatch("expires_at");
        }
        Ok(Self {
            purpose: challenge.purpose,
            company: challenge.company.clone(),
            account: account.clone(),
            audience: audience.clone(),
            nonce: challenge.nonce.clone(),
            issued_at: challenge.issued_at,
            expires_at: challenge.expires_at,
            request_id: challenge.request_id.clone(),
        })
    }

    pub fn render(&self) -> String {
        [
            word("title").to_owned(),
            format!("{}{}{}", self.audience, word("request"), word(self.purpose.code())),
            String::new(),
            format!("{}{}", word("company"), self.company.name),
            format!("{}{}", word("organization"), self.company.organization_code),
            format!("{}{}", word("uscc"), self.company.uscc),
            String::new(),
            format!("Account: {}", self.account),
            format!("Audience: {}", self.audience),
            format!("Nonce: {}", self.nonce),
            format!("Issued-At: {}", self.issued_at),
            format!("Expires-At: {}", self.expires_at),
            format!("Request-Id: {}", self.request_id),
        ]
        .join("\n")
    }

    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut lines = Lines(text.split('\n'));
        lines.exactly("title", word("title"))?;
        let request = lines.next("request")?;
        lines.exactly("request", "")?;
        let name = lines.after("company", word("company"))?;
        let organization_code = lines.after("organization", word("organization"))?;
        let uscc = lines.after("uscc", word("uscc"))?;
        lines.exactly("account", "")?;
        let this = Self {
            account: AccountName::parse(lines.after("account", "Account: ")?)?,
            audience: Origin::parse(lines.after("audience", "Audience: ")?)?,
            nonce: Nonce::parse(lines.after("nonce", "Nonce: ")?)?,
            issued_at: Timestamp::parse(lines.after("issued_at", "Issued-At: ")?)?,
            expires_at: Timestamp::parse(lines.after("expires_at", "Expires-At: ")?)?,
            request_id: RequestId::parse(lines.after("request_id", "Request-Id: ")?)?,
            purpose: purpose(request)?,
            company: CompanyIdentity {
                name: CompanyName::parse(name)?,
                organization_code: OrganizationCode::parse(organization_code)?,
                uscc: UnifiedSocialCreditCode::parse(uscc)?,
            },
        };
        // The audience stands twice, and nothing may follow the last line.
        if this.render() == text { Ok(this) } else { Err(malformed("text", "not_canonical")) }
    }
}

fn purpose(request: &str) -> Result<Purpose, Fault> {
    let named = request.split_once(word("request")).map(|(_, purpose)| purpose);
    Purpose::ALL
        .into_iter()
        .find(|purpose| Some(word(purpose.code())) == named)
        .ok_or_else(|| malformed("purpose", "unknown"))
}

fn word(key: &str) -> &'static str {
    WORDS
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .find(|(k, _)| *k == key)
        .map_or("", |(_, words)| words)
}

struct Lines<'a>(std::str::Split<'a, char>);

impl<'a> Lines<'a> {
    fn next(&mut self, field: &str) -> Result<&'a str, Fault> {
        self.0.next().ok_or_else(|| malformed(field, "missing"))
    }

    fn exactly(&mut self, field: &str, expected: &str) -> Result<(), Fault> {
        if self.next(field)? == expected { Ok(()) } else { Err(malformed(field, "other_text")) }
    }

    fn after(&mut self, field: &str, label: &str) -> Result<&'a str, Fault> {
        self.next(field)?.strip_prefix(label).ok_or_else(|| malformed(field, "other_text"))
    }
}

fn malformed(field: &str, reason: &str) -> Fault {
    Fault::StatementMalformed { field: field.into(), reason: reason.into() }
}
