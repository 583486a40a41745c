//! Names with which a file runs, opens, fetches or carries something. A page has no use for them.

use super::lex::{is_regular, spaced};
use std::borrow::Cow;
use tongguan_core::fault::FileFlaw;

const ACTIVE: [&[u8]; 30] = [
    b"3D",
    b"3DD",
    b"AA",
    b"AcroForm",
    b"Collection",
    b"EF",
    b"EmbeddedFDFs",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"FDecodeParms",
    b"FFilter",
    b"FileAttachment",
    b"Filespec",
    b"GoTo3DView",
    b"GoToE",
    b"GoToR",
    b"ImportData",
    b"JS",
    b"JavaScript",
    b"Launch",
    b"Movie",
    b"OpenAction",
    b"Rendition",
    b"RichMedia",
    b"RichMediaContent",
    b"RichMediaExecute",
    b"Sound",
    b"SubmitForm",
    b"URI",
    b"XFA",
];
/// Shorter ones are in every few MiB of a picture, by chance. Each of them acts by a longer one.
const SHORTEST: usize = 3;
/// As long as the longest may be written, with `#xx` for every letter.
const LONGEST: usize = 3 * 16;

/// Wherever a viewer may begin to read.
pub(super) fn in_any_byte(file: &[u8]) -> Result<(), FileFlaw> {
    each(file, |name, rest| if name.len() < SHORTEST { Ok(()) } else { judge(name, rest) })
}

/// The same in what was a stream of objects, and whether a page is among them.
pub(super) fn in_objects(text: &[u8]) -> Result<bool, FileFlaw> {
    let mut has_page = false;
    each(text, |name, rest| {
        has_page |= name == b"Page";
        if name == b"ObjStm" { Err(FileFlaw::ActiveContent) } else { judge(name, rest) }
    })?;
    Ok(has_page)
}

fn each(text: &[u8], mut look: impl FnMut(&[u8], &[u8]) -> Result<(), FileFlaw>) -> Result<(), FileFlaw> {
    let behind = text.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    for rest in behind.filter_map(|(at, _)| text.get(at + 1..)) {
        let window = rest.get(..LONGEST).unwrap_or(rest);
        let length = window.iter().position(|byte| !is_regular(*byte)).unwrap_or(window.len());
        let (name, rest) = rest.split_at_checked(length).unwrap_or_default();
        look(&plain(name), rest)?;
    }
    Ok(())
}

/// `rest` is what stands behind it: a place to begin to read at is an array, which does nothing (section 12.3.2.2).
pub(super) fn judge(name: &[u8], rest: &[u8]) -> Result<(), FileFlaw> {
    match name {
        b"Encrypt" => Err(FileFlaw::Locked),
        b"OpenAction" if spaced(rest).starts_with(b"[") => Ok(()),
        name if ACTIVE.contains(&name) => Err(FileFlaw::ActiveContent),
        _ => Ok(()),
    }
}

/// A name as it is meant: `#4A` is `J`. For some viewers it ends with a zero (section 7.3.5 has none in names).
pub(super) fn plain(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| first == b'#').and_then(code);
        if code == Some(0) {
            break;
        }
        plain.push(code.unwrap_or(first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    Cow::Owned(plain)
}

fn code(two: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match two {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    }
}
