//! One request and its whole answer.

use crate::answer::Answer;
use crate::body::{media_type, read_bounded, retry_after};
use crate::fault::Failure;
use crate::http_portal::Limits;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::blocking::{Client, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use tongguan_core::domain::{Origin, Password, RequestId, wiped_json};
use tongguan_core::fault::Fault;
use zeroize::Zeroizing;

/// What a segment of a path holds as it is (RFC 3986 section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is asked. The body and the bearer are wiped when the last copy that this program made of them
/// goes; the connection's own buffers below are not in our hands.
pub(crate) struct Request<'a> {
    method: Method,
    origin: &'a Origin,
    path: &'static str,
    /// What follows the path, and is not logged.
    tail: String,
    /// The portal may take so much longer to answer: it was asked to wait.
    patience: Duration,
    bearer: Option<HeaderValue>,
    key: Option<RequestId>,
    /// Asked twice, it does nothing that was not done.
    harmless: bool,
    accept: &'static str,
    /// What goes with it beside these.
    marks: Vec<(HeaderName, u32)>,
    body: Option<(&'static str, Bytes)>,
    /// Bytes of the answer, if it may be longer than others.
    bound: Option<usize>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(method: Method, origin: &'a Origin, path: &'static str) -> Self {
        Self {
            method,
            origin,
            path,
            tail: String::new(),
            patience: Duration::ZERO,
            bearer: None,
            key: None,
            harmless: false,
            accept: "application/json, application/problem+json",
            marks: Vec::new(),
            body: None,
            bound: None,
        }
    }

    /// # Errors
    /// [`Fault::SessionEnded`] for a token that cannot stand in a header: it was never one.
    pub(crate) fn bearer(mut self, token: &Password) -> Result<Self, Fault> {
        const SCHEME: &str = "Bearer ";
        let mut value = Zeroizing::new(Vec::with_capacity(SCHEME.len() + token.expose().len()));
        value.extend_from_slice(SCHEME.as_bytes());
        value.extend_from_slice(token.expose().as_bytes());
        let shared = Bytes::from_owner(value);
        let mut header = HeaderValue::from_maybe_shared(shared).map_err(|_| Fault::SessionEnded)?;
        header.set_sensitive(true);
        self.bearer = Some(header);
        Ok(self)
    }

    /// Asked again with the same key, the portal answers what it answered.
    pub(crate) fn key(mut self, key: &RequestId) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// The key that follows from session, path and body: whoever sends the same again has the same. It gives
    /// nothing of the body away, for nobody else has the token that is in it.
    pub(crate) fn keyed(mut self) -> Self {
        let parts = [
            self.bearer.as_ref().map_or(&[][..], HeaderValue::as_bytes),
            self.path.as_bytes(),
            self.body.as_ref().map_or(&[][..], |(_, body)| body),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        self.key = Some(RequestId::of_hash(bytes));
        self
    }

    pub(crate) fn origin(&self) -> &Origin {
        self.origin
    }

    /// Whether it may be sent a second time after `failure`: the portal must not do a thing twice, and nobody
    /// waits twice for an answer that only shows something.
    pub(crate) fn may_repeat(&self, failure: &Failure) -> bool {
        failure.answer_lost
            && (self.key.is_some()
                || self.harmless
                || (self.method == Method::GET && failure.fault == Fault::PortalUnreachable))
    }

    /// What it does is done once, however often it is asked.
    pub(crate) fn harmless(mut self) -> Self {
        self.harmless = true;
        self
    }

    /// Another kind of answer, or a problem.
    pub(crate) fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// The record as it was seen: `If-Match` with its version (RFC 9110 section 13.1.1).
    pub(crate) fn seen_at(mut self, version: u32) -> Self {
        self.marks.push((IF_MATCH, version));
        self
    }

    /// An answer may have so many bytes.
    pub(crate) fn bounded(mut self, bytes: usize) -> Self {
        self.bound = Some(bytes);
        self
    }

    /// `path/segment`, and so on with each further one.
    ///
    /// # Errors
    /// [`Fault::InputInvalid`] for `.` and `..`: every form of them means another path (WHATWG URL).
    pub(crate) fn below(mut self, segment: &str) -> Result<Self, Fault> {
        if matches!(segment, "." | "..") {
            return Err(Fault::InputInvalid { field: "account".into(), reason: "character".into() });
        }
        self.tail.push('/');
        self.tail.extend(utf8_percent_encode(segment, SEGMENT));
        Ok(self)
    }

    /// `?name=value`, behind all segments.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.tail.push(if self.tail.contains('?') { '&' } else { '?' });
        self.tail.push_str(name);
        self.tail.push('=');
        self.tail.extend(utf8_percent_encode(value, SEGMENT));
        self
    }

    /// `?wait=SECONDS`: the portal answers when there is something to tell, or after `patience`.
    pub(crate) fn waiting(self, patience: Duration) -> Self {
        self.query("wait", &patience.as_secs().to_string()).patient(patience)
    }

    /// It may last so much longer than others.
    pub(crate) fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// A part of a file, which begins at `offset` of it.
    pub(crate) fn part(mut self, offset: u32, bytes: &[u8]) -> Self {
        let bytes = Bytes::from_owner(Zeroizing::new(bytes.to_vec()));
        self.body = Some(("application/octet-stream", bytes));
        self.marks.push((HeaderName::from_static("upload-offset"), offset));
        self
    }

    pub(crate) fn json(mut self, value: &impl Serialize) -> Result<Self, Fault> {
        let body = wiped_json(value).map_err(|_| Fault::Defect { place: "portal body".into() })?;
        self.body = Some(("application/json", Bytes::from_owner(body)));
        Ok(self)
    }

    fn headers(&self) -> Result<HeaderMap, Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if let Some(bearer) = &self.bearer {
            headers.insert(AUTHORIZATION, bearer.clone());
        }
        if let Some((media_type, _)) = &self.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        for (name, mark) in &self.marks {
            // An entity tag stands in quotes.
            let value = if *name == IF_MATCH { format!("\"{mark}\"") } else { mark.to_string() };
            let value = HeaderValue::from_str(&value);
            headers.insert(name, value.map_err(|_| Fault::Defect { place: "portal mark".into() })?);
        }
        if let Some(key) = &self.key {
            let value = HeaderValue::from_str(key.as_str());
            headers
                .insert("idempotency-key", value.map_err(|_| Fault::Defect { place: "portal key".into() })?);
        }
        Ok(headers)
    }

    /// Sends it and reads the answer whole, within `limits`.
    pub(crate) fn send(&self, client: &Client, limits: &Limits) -> Result<Answer, Failure> {
        let started = Instant::now();
        let result = self.exchange(client, limits, started);
        let status = result.as_ref().map_or(0, |answer| answer.status);
        let fault = result.as_ref().err().map(|failure| failure.fault.code());
        let ms = started.elapsed().as_millis();
        tracing::debug!(method = %self.method, path = self.path, status, fault, %ms, "portal");
        result
    }

    /// Until the head of the answer is there.
    pub(crate) fn begin(&self, client: &Client, limits: &Limits) -> Result<Response, Failure> {
        let url = format!("{}{}{}", self.origin, self.path, self.tail);
        let mut request = client.request(self.method.clone(), url).headers(self.headers()?);
        if !self.patience.is_zero() {
            request = request.timeout(limits.total);
        }
        if let Some((_, body)) = &self.body {
            request = request.body(body.clone());
        }
        request.send().map_err(|error| Failure::of_request(&error))
    }

    fn exchange(&self, client: &Client, limits: &Limits, started: Instant) -> Result<Answer, Failure> {
        let total = limits.total + self.patience;
        let limits = &Limits { total, body: self.bound.unwrap_or(limits.body), ..*limits };
        let mut response = self.begin(client, limits)?;
        Ok(Answer {
            status: response.status().as_u16(),
            media_type: media_type(response.headers()),
            retry_after: retry_after(response.headers()),
            body: read_bounded(&mut response, limits, started)?,
        })
    }
}
