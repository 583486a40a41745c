//! One row as it is stored, and the hash that ties it to the row before.

use sha2::{Digest, Sha256};
use tongguan_core::domain::{Origin, Purpose, Timestamp};
use tongguan_core::ports::{JournalEntry, JournalRow, Outcome};

pub(crate) type Hash = [u8; 32];

/// What the first row follows.
pub(crate) const START: Hash = [0; 32];

/// The stored columns of a row, in their order, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) row: i64,
    pub(crate) at: String,
    pub(crate) purpose: String,
    pub(crate) audience: String,
    pub(crate) token_label: String,
    pub(crate) certificate: String,
    pub(crate) outcome: String,
    /// The receipt's number or the fault's code; empty for `signed`.
    pub(crate) detail: String,
    pub(crate) hash: Hash,
}

impl Stored {
    /// The row `row` after a row with the hash `previous`.
    pub(crate) fn after(previous: &Hash, row: i64, entry: &JournalEntry) -> Self {
        let (outcome, detail) = match &entry.outcome {
            Outcome::Signed => ("signed", ""),
            Outcome::Accepted { receipt } => ("accepted", receipt.as_str()),
            Outcome::Failed { code } => ("failed", code.as_str()),
        };
        let mut stored = Self {
            row,
            at: entry.at.to_string(),
            purpose: entry.purpose.code().to_owned(),
            audience: entry.audience.to_string(),
            token_label: entry.token_label.clone(),
            certificate: entry.certificate.clone(),
            outcome: outcome.to_owned(),
            detail: detail.to_owned(),
            hash: START,
        };
        stored.hash = stored.expected_hash(previous);
        stored
    }

    /// SHA-256 over the previous hash (32 bytes), the row number (8 bytes, big endian) and every text
    /// column, each behind its length in bytes (8 bytes, big endian): no two rows write the same bytes.
    pub(crate) fn expected_hash(&self, previous: &Hash) -> Hash {
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(self.row.to_be_bytes());
        let columns = [
            &self.at,
            &self.purpose,
            &self.audience,
            &self.token_label,
            &self.certificate,
            &self.outcome,
            &self.detail,
        ];
        for column in columns {
            hash.update((column.len() as u64).to_be_bytes());
            hash.update(column.as_bytes());
        }
        hash.finalize().into()
    }

    /// Back to the entry; `None` if a column does not hold what [`Stored::after`] writes.
    pub(crate) fn into_row(self) -> Option<JournalRow> {
        let outcome = match (self.outcome.as_str(), self.detail) {
            ("signed", detail) if detail.is_empty() => Outcome::Signed,
            ("accepted", receipt) => Outcome::Accepted { receipt },
            ("failed", code) => Outcome::Failed { code },
            _ => return None,
        };
        let entry = JournalEntry {
            at: Timestamp::parse(&self.at).ok()?,
            purpose: Purpose::parse(&self.purpose)?,
            audience: Origin::parse(&self.audience).ok()?,
            token_label: self.token_label,
            certificate: self.certificate,
            outcome,
        };
        Some(JournalRow { row: self.row, entry, hash: hex::encode(self.hash) })
    }
}
