//! What comes back, as far as it is read.

use crate::fault::Failure;
use crate::http_portal::Limits;
use http::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::blocking::Response;
use std::io::Read;
use std::time::Instant;
use tongguan_core::fault::AnswerFlaw;
use zeroize::Zeroizing;

/// Reads until the end, the bound or the time is over. What the portal says of its length decides nothing.
pub(crate) fn read_bounded(
    response: &mut Response,
    limits: &Limits,
    started: Instant,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // One more than the bound, so that the buffer never grows and too much is seen.
    let mut body = Zeroizing::new(Vec::with_capacity(limits.body + 1));
    let mut part = Zeroizing::new([0_u8; 4096]);
    loop {
        let count = response.read(&mut *part).map_err(|error| Failure::of_body(&error))?;
        let read = part.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Ok(body);
        }
        if body.len() + read.len() > limits.body {
            return Err(AnswerFlaw::TooLarge.into());
        }
        body.extend_from_slice(read);
        // Each read has a time-out of its own: a portal that sends a byte now and then must not reset the clock.
        if started.elapsed() > limits.total {
            return Err(Failure::late());
        }
    }
}

pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(crate) fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}
