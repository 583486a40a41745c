use crate::answer::Answer;
use crate::exchange::Request;
use crate::fault::Failure;
use crate::tls::Roots;
use crate::wire::{Ask, AskVisit, SignIn, SignedIn, Submission};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::blocking::Client;
use reqwest::{Method, redirect, retry};
use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tongguan_core::domain::{
    AccountName, BankId, Challenge, Means, Origin, Password, Proof, Receipt, RequestId,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{BankVisit, Portal, Profile, Session, VisitState};

const AGENT: &str = concat!("tongguan/", env!("CARGO_PKG_VERSION"));
/// A connection that rests longer is not used again: many portals and proxies close it about then.
const IDLE: Duration = Duration::from_secs(15);

/// How long the portal may wait for a visit to a bank's page to end before it answers.
const VISIT_WAIT: Duration = Duration::from_secs(20);

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
    clients: Mutex<HashMap<Origin, Client>>,
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

    fn client(&self, origin: &Origin) -> Result<Client, Fault> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(origin) {
            return Ok(client.clone());
        }
        let client = self.connect(origin)?;
        clients.insert(origin.clone(), client.clone());
        Ok(client)
    }

    fn connect(&self, origin: &Origin) -> Result<Client, Fault> {
        let mut builder = Client::builder()
            .user_agent(AGENT)
            .connect_timeout(self.limits.connect)
            .timeout(self.limits.total)
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

    fn send(&self, request: &Request<'_>, origin: &Origin) -> Result<Answer, Failure> {
        request.send(&self.client(origin)?, &self.limits)
    }

    fn ask(&self, request: &Request<'_>, origin: &Origin) -> Result<Answer, Fault> {
        self.send(request, origin).map_err(|failure| failure.fault)
    }
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
    fn sign_in(&self, origin: &Origin, account: &AccountName, password: &Password) -> Result<Session, Fault> {
        // JSON writes a character in six at most; the names and brackets need 32 more.
        let room = 64 + 6 * (account.as_str().len() + password.expose().len());
        let request =
            Request::new(Method::POST, origin, "/v1/sessions").json(&SignIn { account, password }, room)?;
        let SignedIn { token } = self.ask(&request, origin)?.value()?;
        Ok(Session { origin: origin.clone(), account: account.clone(), bearer: token })
    }

    fn sign_out(&self, session: &Session) -> Result<(), Fault> {
        let origin = &session.origin;
        let request = Request::new(Method::DELETE, origin, "/v1/sessions/current").bearer(&session.bearer)?;
        self.ask(&request, origin)?.done()
    }

    fn profile(&self, session: &Session) -> Result<Profile, Fault> {
        let origin = &session.origin;
        let request = Request::new(Method::GET, origin, "/v1/profile").bearer(&session.bearer)?;
        self.ask(&request, origin)?.value()
    }

    fn challenge(&self, session: &Session, means: &Means) -> Result<Challenge, Fault> {
        let origin = &session.origin;
        let request = Request::new(Method::POST, origin, "/v1/challenges")
            .bearer(&session.bearer)?
            .json(&Ask { purpose: means.purpose(), bank: means.bank() }, 96)?;
        let answer = self.ask(&request, origin)?;
        answer.knows(means.bank())?;
        answer.value()
    }

    fn submit(&self, session: &Session, proof: &Proof) -> Result<Receipt, Fault> {
        let origin = &session.origin;
        let submission = Submission { request_id: proof.request_id(), proof: STANDARD.encode(proof.cms()) };
        let request = Request::new(Method::POST, origin, "/v1/proofs")
            .bearer(&session.bearer)?
            .key(proof.request_id())
            .json(&submission, 128 + submission.proof.len())?;
        let answer = match self.send(&request, origin) {
            // The proof may be accepted already and only the receipt be lost: the key makes asking safe.
            Err(failure) if failure.answer_lost => self.ask(&request, origin),
            other => other.map_err(|failure| failure.fault),
        };
        answer?.value()
    }

    fn visit_bank(&self, session: &Session, bank: &BankId) -> Result<BankVisit, Fault> {
        let origin = &session.origin;
        let request = Request::new(Method::POST, origin, "/v1/bank-visits")
            .bearer(&session.bearer)?
            .json(&AskVisit { bank }, 64)?;
        let answer = self.ask(&request, origin)?;
        answer.knows(Some(bank))?;
        answer.value()
    }

    fn bank_visit(&self, session: &Session, visit: &RequestId) -> Result<VisitState, Fault> {
        let origin = &session.origin;
        let request = Request::new(Method::GET, origin, "/v1/bank-visits")
            .waiting_for(visit, VISIT_WAIT)
            .bearer(&session.bearer)?;
        self.ask(&request, origin)?.value()
    }
}
