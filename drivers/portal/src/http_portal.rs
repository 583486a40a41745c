use crate::answer::Answer;
use crate::exchange::Request;
use crate::fault::Failure;
use crate::tls::Roots;
use crate::wire::{Ask, AskVisit, Submission};
use reqwest::blocking::{Client, Response};
use reqwest::{Method, redirect, retry};
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tongguan_core::domain::{BankId, Challenge, Means, Origin, Proof, Receipt, RequestId};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{BankVisit, Portal, Profile, Session, VisitState};

const AGENT: &str = concat!("tongguan/", env!("CARGO_PKG_VERSION"));
/// A connection that rests longer is not used again: many portals and proxies close it about then.
const IDLE: Duration = Duration::from_secs(15);

/// How long the portal may wait for a visit to a bank's page to end before it answers.
const VISIT_WAIT: Duration = Duration::from_secs(20);

/// So long a stream waits for its head, and then for each of its parts before it looks at the clock.
pub(crate) const BEAT: Duration = Duration::from_secs(3);

/// The bounds of one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To be connected, TLS included.
    pub connect: Duration,
    /// From the start to the head of the answer, and for each wait on its body; a body that is not whole when
    /// this time is over is left at its next byte. So one exchange lasts twice this at most; where the portal
    /// was asked to wait, so much longer.
    pub total: Duration,
    /// Bytes of the answer's body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(20), body: 64 * 1024 }
    }
}

/// Portals over HTTP/1.1 and TLS 1.2 or 1.3, one client for each origin. No redirect is followed, no cookie
/// kept, nothing unpacked. Proxies come from the environment (`https_proxy`, `no_proxy`); this machine
/// itself is never asked through one.
///
/// Calls block and must not run on an async runtime's own threads.
#[derive(Debug)]
pub struct HttpPortal {
    roots: Roots,
    limits: Limits,
    clients: Mutex<HashMap<(Origin, Kind), Client>>,
}

/// What a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Exchanges,
    /// Each wait on the body of an answer is a [`BEAT`] at most.
    Streams,
}

impl HttpPortal {
    /// Believes the authorities of the operating system.
    pub fn new() -> Self {
        Self { roots: Roots::Platform, limits: Limits::default(), clients: Mutex::default() }
    }

    /// Believes these authorities (DER certificates) and no others: for a portal of one's own, and for tests.
    ///
    /// # Errors
    /// [`Fault::CertificateMalformed`] if one of them is no certificate.
    pub fn with_roots(roots: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Fault> {
        Ok(Self { roots: Roots::only(roots)?, ..Self::new() })
    }

    /// The same portal with other bounds.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    fn client(&self, origin: &Origin, kind: Kind) -> Result<Client, Fault> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&(origin.clone(), kind)) {
            return Ok(client.clone());
        }
        let wait = match kind {
            Kind::Exchanges => self.limits.total,
            Kind::Streams => self.limits.total.min(BEAT),
        };
        let client = self.connect(origin, wait)?;
        clients.insert((origin.clone(), kind), client.clone());
        Ok(client)
    }

    fn connect(&self, origin: &Origin, wait: Duration) -> Result<Client, Fault> {
        let mut builder = Client::builder()
            .user_agent(AGENT)
            .connect_timeout(self.limits.connect)
            .timeout(wait)
            .pool_idle_timeout(IDLE)
            .redirect(redirect::Policy::none())
            .referer(false)
            // Whether to ask again is decided here, by the kind of request.
            .retry(retry::never());
        let secure = origin.as_str().starts_with("https://");
        let roots = if secure { self.roots.clone() } else { Roots::nobody() };
        builder = builder.https_only(secure).tls_backend_preconfigured(roots.config()?);
        if is_this_machine(origin) {
            // `localhost` means this machine, whatever a resolver says.
            let addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), (Ipv6Addr::LOCALHOST, 0).into()];
            builder = builder.no_proxy().resolve_to_addrs("localhost", &addresses);
        }
        builder.build().map_err(|_| Fault::Defect { place: "portal client".into() })
    }

    fn send(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        request.send(&self.client(request.origin(), Kind::Exchanges)?, &self.limits)
    }

    /// An answer that goes on: its head is here.
    pub(crate) fn stream(&self, request: &Request<'_>) -> Result<Response, Failure> {
        request.begin(&self.client(request.origin(), Kind::Streams)?, &self.limits)
    }

    /// Asks, and once more if the answer was lost and asking does no harm.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Result<Answer, Fault> {
        let answer = match self.send(request) {
            Err(failure) if request.may_repeat(&failure) => self.send(request),
            other => other,
        };
        answer.map_err(|failure| failure.fault)
    }

    /// What a GET in the session shows.
    pub(crate) fn shown<T: DeserializeOwned>(
        &self,
        session: &Session,
        path: &'static str,
    ) -> Result<T, Fault> {
        self.ask(&within(session, Method::GET, path)?)?.value()
    }
}

/// A request in the session.
pub(crate) fn within<'a>(
    session: &'a Session,
    method: Method,
    path: &'static str,
) -> Result<Request<'a>, Fault> {
    Request::new(method, &session.origin, path).bearer(&session.bearer)
}

impl Default for HttpPortal {
    fn default() -> Self {
        Self::new()
    }
}

/// `localhost` and 127.0.0.0/8. An origin has no user and no path: what follows the scheme is the host.
fn is_this_machine(origin: &Origin) -> bool {
    let authority = origin.as_str().split_once("://").map_or("", |(_, authority)| authority);
    let host = authority.split(':').next().unwrap_or_default();
    host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

impl Portal for HttpPortal {
    fn profile(&self, session: &Session) -> Result<Profile, Fault> {
        self.shown(session, "/v1/profile")
    }

    fn challenge(&self, session: &Session, means: &Means) -> Result<Challenge, Fault> {
        let asked = Ask { purpose: means.purpose(), bank: means.bank() };
        let answer = self.ask(&within(session, Method::POST, "/v1/challenges")?.json(&asked)?)?;
        answer.knows(means.bank())?;
        answer.value()
    }

    fn submit(&self, session: &Session, proof: &Proof) -> Result<Receipt, Fault> {
        let request = within(session, Method::POST, "/v1/proofs")?
            .key(proof.request_id())
            .json(&Submission::of(proof))?;
        self.ask(&request)?.value()
    }

    fn visit_bank(&self, session: &Session, bank: &BankId) -> Result<BankVisit, Fault> {
        let request = within(session, Method::POST, "/v1/bank-visits")?.json(&AskVisit { bank })?;
        let answer = self.ask(&request)?;
        answer.knows(Some(bank))?;
        answer.value()
    }

    fn bank_visit(&self, session: &Session, visit: &RequestId) -> Result<VisitState, Fault> {
        let request = within(session, Method::GET, "/v1/bank-visits")?;
        let request = request.below(visit.as_str())?.waiting(VISIT_WAIT);
        self.ask(&request)?.value()
    }
}
