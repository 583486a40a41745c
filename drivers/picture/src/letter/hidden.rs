//! Where a viewer might begin to read although it is within something: `7 0 obj`, or `trailer <<`.

use super::lex::{find, is_space, spaced};

pub(super) fn is_in(content: &[u8]) -> bool {
    places(content, b"obj").any(|(before, _)| is_header(before))
        || places(content, b"trailer").any(|(_, behind)| matches!(spaced(behind).first(), Some(b'<' | b'%')))
}

/// What stands before and behind each.
fn places<'a>(content: &'a [u8], wanted: &'static [u8]) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + find(content.get(from..)?, wanted)?;
        from = at + wanted.len();
        Some((content.get(..at)?, content.get(from..)?))
    })
}

/// Whether the numbers of an object end it, with white space or a comment between them.
fn is_header(before: &[u8]) -> bool {
    let Gap::Space(generation) = gap(before) else { return gap(before) == Gap::Comment };
    let number = unnumbered(generation);
    if number.len() == generation.len() {
        return false;
    }
    match gap(number) {
        Gap::Comment => true,
        // Without anything between them, it is one number.
        Gap::Space(rest) => rest.len() < number.len() && unnumbered(rest).len() < rest.len(),
    }
}

#[derive(PartialEq, Eq)]
enum Gap<'a> {
    /// What stands in front of it.
    Space(&'a [u8]),
    /// A line with `%` is in front of this one.
    Comment,
}

fn gap(text: &[u8]) -> Gap<'_> {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let length = text.iter().rposition(|byte| !is_space(*byte)).map_or(0, |at| at + 1);
    let (rest, space) = text.split_at_checked(length).unwrap_or_default();
    let line = rest.iter().rev().take_while(|byte| !is_end(byte));
    if space.iter().any(is_end) && line.into_iter().any(|byte| *byte == b'%') {
        return Gap::Comment;
    }
    Gap::Space(rest)
}

/// Without the number at its end.
fn unnumbered(text: &[u8]) -> &[u8] {
    let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-');
    let length = text.iter().rposition(|byte| !is_number(byte)).map_or(0, |at| at + 1);
    text.get(..length).unwrap_or_default()
}
