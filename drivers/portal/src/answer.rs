//! From status, content type and body to a value or a fault.

use crate::wire::Problem;
use serde::de::DeserializeOwned;
use tongguan_core::domain::BankId;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::{AnswerFlaw, Fault, FileFlaw, Refusal};
use zeroize::Zeroizing;

/// What a delay means without a usable `Retry-After`, and the longest one that is believed, in seconds.
const DELAY: u32 = 60;
const DELAY_MAX: u32 = 24 * 3600;

/// One whole answer, read within its bounds.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The media type without its parameters, lower case.
    pub(crate) media_type: String,
    /// `Retry-After` in seconds (RFC 9110 section 10.2.3); a date there is not read.
    pub(crate) retry_after: Option<u32>,
    /// May hold a bearer token.
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Answer {
    /// The value of a 200 or 201.
    pub(crate) fn value<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        self.succeeded(&[200, 201])?;
        if self.media_type != "application/json" {
            return Err(flaw(AnswerFlaw::NotJson));
        }
        // serde_json stops at 128 levels: depth costs the sender more than the reader.
        serde_json::from_slice(&self.body).map_err(|_| flaw(AnswerFlaw::Malformed))
    }

    /// A PDF: what the head says it is, and its first bytes (ISO 32000-1 section 7.5.2).
    pub(crate) fn pdf(self) -> Result<Vec<u8>, Fault> {
        self.succeeded(&[200])?;
        if self.media_type == "application/pdf" && self.body.starts_with(b"%PDF-") {
            return Ok(self.body.to_vec());
        }
        Err(flaw(AnswerFlaw::Malformed))
    }

    /// Nothing but that it was done.
    pub(crate) fn done(&self) -> Result<(), Fault> {
        self.succeeded(&[200, 201, 204])
    }

    /// [`Fault::BankUnknown`] if that is what the portal says of `bank`, which it was asked about.
    pub(crate) fn knows(&self, bank: Option<&BankId>) -> Result<(), Fault> {
        match (bank, self.status, self.documented()) {
            (Some(bank), 422, Some(problem)) if problem.code == "bank_unknown" => {
                Err(Fault::BankUnknown { bank: bank.to_string() })
            }
            _ => Ok(()),
        }
    }

    /// `gone` if the portal says that what the path names is not there.
    pub(crate) fn found_or(&self, gone: Fault) -> Result<(), Fault> {
        if self.is_absent() { Err(gone) } else { Ok(()) }
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.status == 404 && self.documented().is_some_and(|problem| problem.code == "not_found")
    }

    fn documented(&self) -> Option<Problem> {
        let is_problem = self.media_type == "application/problem+json";
        is_problem.then(|| serde_json::from_slice(&self.body).ok()).flatten()
    }

    fn succeeded(&self, statuses: &[u16]) -> Result<(), Fault> {
        match self.status {
            status if statuses.contains(&status) => Ok(()),
            300..=399 => Err(flaw(AnswerFlaw::Redirect)),
            status => Err(self.documented().and_then(|problem| self.problem(&problem)).unwrap_or(
                if status == 429 || (500..=599).contains(&status) {
                    Fault::PortalFailing { status }
                } else {
                    flaw(AnswerFlaw::UnexpectedStatus)
                },
            )),
        }
    }

    /// A code counts only with the status that the API documents for it.
    fn problem(&self, problem: &Problem) -> Option<Fault> {
        let seconds = self.retry_after.unwrap_or(DELAY).min(DELAY_MAX);
        let refusal =
            || Refusal::ALL.into_iter().find(|known| Some(known.code()) == problem.reason.as_deref());
        Some(match (self.status, problem.code.as_str()) {
            (401, "sign_in_refused") => Fault::SignInRefused,
            (401, "session_ended") => Fault::SessionEnded,
            (403, "not_allowed") => Fault::NotAllowed,
            (409, "record_changed") => Fault::RecordChanged,
            (422, "captcha_wrong") => Fault::CaptchaWrong,
            (422, "card_not_bound") => Fault::CardNotBound,
            (422, "input_invalid") => Fault::InputInvalid {
                field: word(problem.field.as_deref())?,
                reason: word(problem.reason.as_deref())?,
            },
            (422, "file_unusable") => Fault::FileUnusable {
                slot: Slot::ALL.into_iter().find(|slot| Some(slot.to_string()) == problem.field)?,
                reason: FileFlaw::ALL
                    .into_iter()
                    .find(|flaw| Some(flaw.code()) == problem.reason.as_deref())?,
            },
            (422, "data_refused") => Fault::DataRefused { reason: refusal()? },
            (422, "proof_refused") => Fault::ProofRefused { reason: refusal()? },
            (429, "sign_in_delayed") => Fault::SignInDelayed { seconds },
            (429, "sign_in_locked") => Fault::SignInLocked { seconds },
            (429, "too_often") => Fault::TooOften { seconds },
            (503, "register_unavailable") => Fault::RegisterUnavailable { register: problem.register? },
            _ => return None,
        })
    }
}

/// A field or reason as the core names them: they choose the user's words, and are no text themselves.
fn word(given: Option<&str>) -> Option<String> {
    let plain = |word: &&str| {
        (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    given.filter(plain).map(str::to_owned)
}

fn flaw(reason: AnswerFlaw) -> Fault {
    Fault::PortalAnswer { reason }
}
