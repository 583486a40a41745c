//! What a failed exchange means.

use std::error::Error;
use std::io;
use tongguan_core::fault::{AnswerFlaw, Fault};

/// A failure and whether the request may have reached the portal before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    /// The portal may have acted, and only its answer is missing.
    pub(crate) answer_lost: bool,
}

impl Failure {
    pub(crate) fn of_request(error: &reqwest::Error) -> Self {
        if is_tls(error) {
            return Self::from(Fault::PortalTls);
        }
        if error.is_builder() {
            return Self::from(Fault::Defect { place: "portal request".into() });
        }
        if error.is_connect() {
            // Nothing was sent. A time-out here is no slow answer: nobody was reached.
            return Self::from(Fault::PortalUnreachable);
        }
        let fault = if error.is_timeout() { Fault::PortalTimeout } else { Fault::PortalUnreachable };
        Self { fault, answer_lost: true }
    }

    pub(crate) fn of_body(error: &io::Error) -> Self {
        let fault = if is_late(error) { Fault::PortalTimeout } else { Fault::PortalUnreachable };
        Self { fault, answer_lost: true }
    }

    pub(crate) fn late() -> Self {
        Self { fault: Fault::PortalTimeout, answer_lost: true }
    }
}

/// A fault that an answer or this machine gave: asking again with the same words would give it again.
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { fault, answer_lost: false }
    }
}

impl From<AnswerFlaw> for Failure {
    fn from(reason: AnswerFlaw) -> Self {
        Self::from(Fault::PortalAnswer { reason })
    }
}

/// Whether there was no more than nothing to read in its time.
pub(crate) fn is_late(error: &io::Error) -> bool {
    let is_late = |error: &reqwest::Error| error.is_timeout();
    error.kind() == io::ErrorKind::TimedOut
        || chain_has(error, &|error| error.downcast_ref::<reqwest::Error>().is_some_and(is_late))
}

fn is_tls(error: &reqwest::Error) -> bool {
    chain_has(error, &|error| error.is::<rustls::Error>())
}

/// Whether `error` or anything below it is meant. An `io::Error` leaves what it wraps out of `source`.
fn chain_has(error: &(dyn Error + 'static), meant: &dyn Fn(&(dyn Error + 'static)) -> bool) -> bool {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    meant(error)
        || wrapped.is_some_and(|inner| chain_has(inner, meant))
        || error.source().is_some_and(|inner| chain_has(inner, meant))
}
