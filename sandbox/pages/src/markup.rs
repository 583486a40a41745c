//! Pages from templates. `{{name}}` stands for a part; text is escaped, markup was made here. A page has no
//! script unless it says so, and its one style sheet is known by its hash.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Escaped, or made by [`fill`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// HTML living standard section 13.1.2: safe as element content and in quoted attributes.
    pub fn text(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                other => escaped.push(other),
            }
        }
        Self(escaped)
    }

    /// Of the program itself, as it is.
    pub fn own(file: &'static str) -> Self {
        Self(file.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromIterator<Markup> for Markup {
    fn from_iter<I: IntoIterator<Item = Markup>>(parts: I) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

/// The words of `key` in a file of lines `key TAB words TAB words ...`; empty where the file has none.
pub fn words<const N: usize>(file: &'static str, key: &str) -> [Markup; N] {
    let line = file.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('\t'));
    let mut parts = line.unwrap_or_default().split('\t').map(Markup::text);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A page that nobody keeps, that is in no frame, and that runs nothing. `style` is what stands in its one
/// `<style>`.
pub fn answer(status: StatusCode, page: Markup, style: &str) -> Response {
    allowing("", status, page, style)
}

/// The same for a page that needs more: `more` is added to the policy, for example `script-src 'self'`.
pub fn allowing(more: &str, status: StatusCode, page: Markup, style: &str) -> Response {
    let mut response = (status, Html(page.0)).into_response();
    guard(response.headers_mut(), style, more);
    response
}

fn guard(headers: &mut HeaderMap, style: &str, more: &str) {
    let hash = STANDARD.encode(Sha256::digest(style));
    let more = if more.is_empty() { String::new() } else { format!("; {more}") };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'{more}"
    );
    let policy = HeaderValue::from_str(&policy);
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        policy.unwrap_or(HeaderValue::from_static("default-src 'none'")),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The address of a page may hold what is nobody else's.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// Replaces every part in one pass: what a part brings along is not looked at again. A name that is not
/// among `parts` becomes nothing.
pub fn fill(template: &'static str, parts: &[(&str, Markup)]) -> Markup {
    let mut page = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else { break };
        if let Some((_, part)) = parts.iter().find(|(known, _)| *known == name) {
            page.push_str(&part.0);
        }
        rest = after;
    }
    page.push_str(rest);
    Markup(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_put_in_once() {
        let parts = [("a", Markup::text("{{b}}")), ("b", Markup::own("<i>"))];
        assert_eq!(fill("1 {{a}} 2 {{b}} 3 {{c}}.", &parts).0, "1 {{b}} 2 <i> 3 .");
    }

    #[test]
    fn words_are_found_by_their_key_and_escaped() {
        let [chinese, english, none] = words("ab\tx\ty\na\t<1>\t2\n", "a");
        assert_eq!((chinese.as_str(), english.as_str(), none.as_str()), ("&lt;1&gt;", "2", ""));
    }

    #[test]
    fn a_page_says_what_may_run() {
        let response = answer(StatusCode::OK, Markup::own("<p>"), "p { }");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script"));
    }

    proptest! {
        #[test]
        fn no_text_can_open_or_close_anything(text in any::<String>()) {
            let page = fill("<p title=\"{{a}}\">{{a}}</p>", &[("a", Markup::text(&text))]).0;
            prop_assert_eq!(page.matches('<').count(), 2);
            prop_assert_eq!(page.matches('>').count(), 2);
            prop_assert_eq!(page.matches('"').count(), 2);
        }
    }
}
