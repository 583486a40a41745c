//! What a phone's browser keeps.

use crate::portal::{Opened, Phone};
use crate::trouble::Trouble;
use axum::http::{HeaderMap, HeaderValue, header};
use tongguan_core::domain::RequestId;

/// The token, for the pages of one procedure.
const PHONE: &str = "phone";
/// Which procedure a ticket led to: no secret. The same phone may open its link again.
const WALK: &str = "walk";
/// The token of an opening, for its pages.
const CTID: &str = "ctid";
/// The phone's account.
const WALLET: &str = "wallet";

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

/// Which opening of CTID this phone has.
pub(crate) fn ctid(headers: &HeaderMap) -> Option<&str> {
    read(headers, CTID)
}

/// `None`: it is over.
pub(crate) fn keep_ctid(headers: &mut HeaderMap, token: Option<&str>) {
    let life = if token.is_some() { "" } else { "; Max-Age=0" };
    let token = token.unwrap_or_default();
    let cookie = format!("{CTID}={token}; Path=/ctid; HttpOnly; SameSite=Strict{life}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Which account the apps on this phone have.
pub(crate) fn wallet(headers: &HeaderMap) -> Option<&str> {
    read(headers, WALLET)
}

pub(crate) fn keep_wallet(headers: &mut HeaderMap, token: &RequestId) {
    if let Ok(value) = HeaderValue::from_str(&format!("{WALLET}={token}; Path=/; HttpOnly; SameSite=Strict"))
    {
        headers.append(header::SET_COOKIE, value);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with(cookie: &str) -> HeaderMap {
        let value = HeaderValue::from_str(cookie).ok();
        value.into_iter().map(|value| (header::COOKIE, value)).collect()
    }

    #[test]
    fn a_token_is_read_and_what_could_mean_more_is_not() {
        let id = RequestId::random();
        let token = |cookie: &str| phone(&with(cookie), id.as_str()).map(|phone| phone.token);
        assert_eq!(token("walk=1; phone=phone-0a"), Ok("phone-0a".into()));
        for cookie in ["", "phone=", "phone=a b", "phone=a\"", "phones=a", "phone"] {
            assert_eq!(token(cookie), Err(Trouble::Ended), "{cookie}");
        }
        assert_eq!(phone(&with("phone=a"), "1").map(|_| ()), Err(Trouble::Missing));
        assert_eq!(walk(&with(&format!("walk={id}"))), Some(id));
    }

    proptest! {
        #[test]
        fn no_cookie_panics(cookie in any::<String>()) {
            let headers = with(&cookie);
            prop_assert!(walk(&headers).is_none_or(|id| cookie.contains(id.as_str())));
            let found = phone(&headers, RequestId::random().as_str());
            prop_assert!(found.is_err() || cookie.contains(PHONE));
        }
    }
}
