//! What a phone's browser keeps.

use crate::portal::{Opened, Phone};
use crate::trouble::Trouble;
use axum::http::{HeaderMap, HeaderValue, header};
use tongguan_core::domain::RequestId;

/// The token, for the pages of one procedure.
const PHONE: &str = "phone";
/// Which procedure a ticket led to: no secret. The same phone may open its link again.
const WALK: &str = "walk";

/// Letters, digits, hyphen and underscore mean nothing in a cookie or a path.
fn plain(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(found, value)| *found == name && plain(value)).map(|(_, value)| value)
}

/// Which phone asks for the pages of `id`.
pub(crate) fn phone(headers: &HeaderMap, id: &str) -> Result<Phone, Trouble> {
    let id = RequestId::parse(id).map_err(|_| Trouble::Missing)?;
    let token = read(headers, PHONE).ok_or(Trouble::Ended)?.to_owned();
    Ok(Phone { id, token })
}

/// Where this phone came with the ticket before.
pub(crate) fn walk(headers: &HeaderMap) -> Option<RequestId> {
    RequestId::parse(read(headers, WALK)?).ok()
}

/// `secret` is of the ticket, if there was one.
pub(crate) fn keep(headers: &mut HeaderMap, opened: &Opened, secret: Option<&str>) {
    let id = &opened.procedure.id;
    let mut set = |cookie: String| {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    };
    if plain(&opened.token) {
        set(format!("{PHONE}={}; Path=/p/{id}; HttpOnly; SameSite=Strict", opened.token));
    }
    if let Some(secret) = secret.filter(|secret| plain(secret)) {
        set(format!("{WALK}={id}; Path=/t/{secret}; HttpOnly; SameSite=Lax"));
    }
}
