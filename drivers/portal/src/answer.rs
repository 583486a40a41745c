//! From status, content type and body to a value or a fault.

use crate::wire::Problem;
use serde::de::DeserializeOwned;
use tongguan_core::domain::BankId;
use tongguan_core::fault::{AnswerFlaw, Fault};
use zeroize::Zeroizing;

/// What `sign_in_delayed` means without a usable `Retry-After`, and the longest delay that is believed, in seconds.
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

    /// Nothing but that it was done.
    pub(crate) fn done(&self) -> Result<(), Fault> {
        self.succeeded(&[200, 204])
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

    fn documented(&self) -> Option<Problem> {
        let is_problem = self.media_type == "application/problem+json";
        is_problem.then(|| serde_json::from_slice(&self.body).ok()).flatten()
    }

    fn succeeded(&self, statuses: &[u16]) -> Result<(), Fault> {
        match self.status {
            status if statuses.contains(&status) => Ok(()),
            300..=399 => Err(flaw(AnswerFlaw::Redirect)),
            status @ 500..=599 => Err(Fault::PortalFailing { status }),
            status => Err(self.problem(status)),
        }
    }

    /// A code counts only with the status that the API documents for it.
    fn problem(&self, status: u16) -> Fault {
        let problem = self.documented();
        let reason = problem.as_ref().and_then(|problem| problem.reason);
        match (status, problem.as_ref().map(|problem| problem.code.as_str()), reason) {
            (401, Some("sign_in_refused"), _) => Fault::SignInRefused,
            (401, Some("session_ended"), _) => Fault::SessionEnded,
            (429, Some("sign_in_delayed"), _) => {
                Fault::SignInDelayed { seconds: self.retry_after.unwrap_or(DELAY).min(DELAY_MAX) }
            }
            (429, _, _) => Fault::PortalFailing { status },
            (422, Some("proof_refused"), Some(reason)) => Fault::ProofRefused { reason },
            _ => flaw(AnswerFlaw::UnexpectedStatus),
        }
    }
}

fn flaw(reason: AnswerFlaw) -> Fault {
    Fault::PortalAnswer { reason }
}
