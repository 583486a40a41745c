//! Whether a PDF is a page to read and nothing else (ISO 32000-1). What it shows is not looked at: a person does that.
//!
//! Viewers disagree about where objects are, and mend what is broken. So nothing is followed: not the table of
//! references, not the length of a stream, not the tree of pages. Names that act are looked for in every byte
//! ([`names`]), the file is read once from its beginning to its end, whatever could begin an object where this reads none
//! is refused ([`hidden`]), and streams of objects are unpacked and looked through as well. In those there are no streams
//! (section 7.5.7): what is unpacked is not unpacked again. It takes the memory of the largest such stream, and no
//! stack.

mod hidden;
mod lex;
mod names;

use lex::{Nest, is_regular, spaced};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::FileFacts;

/// Bytes that all streams of objects may unpack to.
const MOST_OBJECTS: usize = 8 << 20;

/// The one check of letters: before one is sent, and again where it arrives.
pub fn check_letter(file: &[u8]) -> Result<(), FileFlaw> {
    if u32::try_from(file.len()).map_or(true, |bytes| bytes > FileFacts::LARGEST) {
        return Err(FileFlaw::TooLarge);
    }
    names::in_any_byte(file)?;
    let end = file.get(file.len().saturating_sub(1024)..).unwrap_or_default();
    if lex::find(end, b"%%EOF").is_none() {
        return Err(FileFlaw::Damaged);
    }
    let mut walk = Walk { left: MOST_OBJECTS, ..Walk::default() };
    walk.read(file)?;
    if walk.has_page { Ok(()) } else { Err(FileFlaw::Damaged) }
}

/// From the beginning to the end.
#[derive(Default)]
struct Walk {
    nest: Nest,
    object: Object,
    has_page: bool,
    /// Bytes that may still be unpacked.
    left: usize,
}

/// What stands between `obj` and `stream`.
#[derive(Default)]
struct Object {
    /// A stream with `First` may be read as one of objects, whatever it is called.
    of_objects: bool,
    deflated: bool,
    /// Packed in a way that nothing common writes.
    otherwise: bool,
}

impl Walk {
    fn read(&mut self, file: &[u8]) -> Result<(), FileFlaw> {
        let mut rest = file;
        while let Some((&first, after)) = rest.split_first() {
            let length = match first {
                b'%' => shown(after, lex::line(after))?,
                b'(' => shown(after, lex::string(after).ok_or(FileFlaw::Damaged)?)?,
                b'<' if after.first() != Some(&b'<') => lex::hex_string(after).ok_or(FileFlaw::Damaged)?,
                b'<' | b'>' | b'[' | b']' => self.nest.bracket(first, after).ok_or(FileFlaw::Damaged)?,
                b'/' => self.name(after)?,
                first if is_regular(first) => self.word(rest)?,
                _ => 0,
            };
            rest = after.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    fn name(&mut self, after: &[u8]) -> Result<usize, FileFlaw> {
        let length = lex::word(after);
        let (name, rest) = after.split_at_checked(length).unwrap_or_default();
        let name = names::plain(name);
        names::judge(&name, rest)?;
        match &*name {
            b"Page" => self.has_page = true,
            b"ObjStm" | b"First" => self.object.of_objects = true,
            b"Filter" => {
                self.object.otherwise |= self.object.deflated || !is_deflate(rest);
                self.object.deflated = true;
            }
            b"F" | b"DecodeParms" | b"DP" => self.object.otherwise = true,
            _ => {}
        }
        Ok(length)
    }

    /// A word is passed whole: none that only ends like a keyword is one. Gives what to pass behind its first letter.
    fn word(&mut self, rest: &[u8]) -> Result<usize, FileFlaw> {
        let keyword = rest.starts_with(b"obj") || rest.starts_with(b"stream");
        if !keyword {
            return Ok(lex::word(rest) - 1);
        }
        if !self.nest.is_empty() {
            return Err(FileFlaw::Damaged);
        }
        let Some(content) = rest.strip_prefix(b"stream") else {
            self.object = Object::default();
            return Ok(2);
        };
        let end = lex::find(content, b"endstream").ok_or(FileFlaw::Damaged)?;
        self.stream(content.get(..end).unwrap_or_default())?;
        Ok(5 + end + 9)
    }

    fn stream(&mut self, content: &[u8]) -> Result<(), FileFlaw> {
        if hidden::is_in(content) {
            return Err(FileFlaw::ActiveContent);
        }
        if !self.object.of_objects {
            return Ok(());
        }
        if self.object.otherwise {
            return Err(FileFlaw::ActiveContent);
        }
        if !self.object.deflated {
            return self.objects(content);
        }
        let packed = content.strip_prefix(b"\r\n").or(content.strip_prefix(b"\n")).unwrap_or(content);
        let objects = decompress_to_vec_zlib_with_limit(packed, self.left);
        let objects = objects.map_err(|_| FileFlaw::ActiveContent)?;
        self.left = self.left.saturating_sub(objects.len());
        self.objects(&objects)
    }

    /// They may begin anywhere, in a string or a comment too.
    fn objects(&mut self, objects: &[u8]) -> Result<(), FileFlaw> {
        if lex::find(objects, b"endstream").is_some() {
            return Err(FileFlaw::ActiveContent);
        }
        self.has_page |= names::in_objects(objects)?;
        Ok(())
    }
}

/// The rest of a comment or a string, in which no object begins.
fn shown(after: &[u8], length: usize) -> Result<usize, FileFlaw> {
    let hides = hidden::is_in(after.get(..length).unwrap_or_default());
    if hides { Err(FileFlaw::ActiveContent) } else { Ok(length) }
}

/// What follows `Filter`: this one alone, by its name (section 7.4.1).
fn is_deflate(rest: &[u8]) -> bool {
    let (listed, rest) = match spaced(rest).strip_prefix(b"[") {
        Some(rest) => (true, spaced(rest)),
        None => (false, spaced(rest)),
    };
    let Some(rest) = rest.strip_prefix(b"/FlateDecode") else { return false };
    let ends = rest.first().is_none_or(|next| !is_regular(*next));
    ends && (!listed || spaced(rest).starts_with(b"]"))
}
