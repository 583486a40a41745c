//! Whether a PDF is a page to read and nothing else (ISO 32000-1). What it shows is not looked at: a person does that.
//!
//! Objects may lie wherever a file says they do. So all that is not the content of a stream is read for names, a
//! stream that could hide an object is refused, and streams of objects are unpacked and read as well. In those there
//! are no streams (section 7.5.7): what is unpacked is not unpacked again.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use tongguan_core::fault::FileFlaw;

/// Bytes: what may be sent at most.
const LARGEST: usize = 10 << 20;
/// Bytes that all streams of objects may unpack to.
const MOST_OBJECTS: usize = 8 << 20;

/// Names with which a file runs, opens, fetches or carries something.
const ACTIVE: [&[u8]; 15] = [
    b"AA",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"Filespec",
    b"GoToE",
    b"GoToR",
    b"ImportData",
    b"JS",
    b"JavaScript",
    b"Launch",
    b"OpenAction",
    b"Rendition",
    b"RichMedia",
    b"SubmitForm",
    b"XFA",
];

pub(crate) fn check(file: &[u8]) -> Result<(), FileFlaw> {
    if file.len() > LARGEST {
        return Err(FileFlaw::TooLarge);
    }
    let end = file.get(file.len().saturating_sub(1024)..).unwrap_or_default();
    if find(end, b"%%EOF").is_none() {
        return Err(FileFlaw::Damaged);
    }
    let mut left = MOST_OBJECTS;
    read(file, Some(&mut left))
}

/// `left`: how much may still be unpacked; `None` of what was.
fn read(text: &[u8], mut left: Option<&mut usize>) -> Result<(), FileFlaw> {
    let mut rest = text;
    let mut stream = Stream::default();
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            b'%' => after.get(line(after)..).unwrap_or_default(),
            b'(' => after.get(string(after)..).unwrap_or_default(),
            b'/' => {
                let length = word(after);
                stream.name(&plain(after.get(..length).unwrap_or_default()))?;
                after.get(length..).unwrap_or_default()
            }
            b's' if after.starts_with(b"tream") => {
                let left = left.as_deref_mut().ok_or(FileFlaw::ActiveContent)?;
                let content = after.get(5..).unwrap_or_default();
                let end = find(content, b"endstream").ok_or(FileFlaw::Damaged)?;
                let (content, behind) = content.split_at_checked(end).unwrap_or_default();
                std::mem::take(&mut stream).content(content, left)?;
                behind.get(9..).unwrap_or_default()
            }
            // A word is passed whole: none that only ends like a keyword is one.
            first if is_regular(first) => after.get(word(after)..).unwrap_or_default(),
            _ => after,
        };
    }
    Ok(())
}

/// What the names since the last stream say of the next one.
#[derive(Default)]
struct Stream {
    of_objects: bool,
    deflated: bool,
    other_filter: bool,
}

impl Stream {
    fn name(&mut self, name: &[u8]) -> Result<(), FileFlaw> {
        match name {
            b"Encrypt" => return Err(FileFlaw::Locked),
            b"ObjStm" => self.of_objects = true,
            b"FlateDecode" | b"Fl" => self.deflated = true,
            b"DecodeParms" | b"DP" => self.other_filter = true,
            name if name.ends_with(b"Decode") => self.other_filter = true,
            name if ACTIVE.contains(&name) => return Err(FileFlaw::ActiveContent),
            _ => {}
        }
        Ok(())
    }

    fn content(&self, content: &[u8], left: &mut usize) -> Result<(), FileFlaw> {
        if hides_object(content) {
            return Err(FileFlaw::ActiveContent);
        }
        if !self.of_objects {
            return Ok(());
        }
        // Packed in a way that nothing common writes.
        if !self.deflated || self.other_filter {
            return Err(FileFlaw::ActiveContent);
        }
        let packed = content.strip_prefix(b"\r\n").or(content.strip_prefix(b"\n")).unwrap_or(content);
        let objects =
            decompress_to_vec_zlib_with_limit(packed, *left).map_err(|_| FileFlaw::ActiveContent)?;
        *left = left.saturating_sub(objects.len());
        read(&objects, None)
    }
}

/// `7 0 obj` within the content of a stream.
fn hides_object(content: &[u8]) -> bool {
    let mut rest = content;
    while let Some(at) = find(rest, b"obj") {
        let before = rest.get(..at).unwrap_or_default().trim_ascii_end();
        if before.last().is_some_and(u8::is_ascii_digit) {
            return true;
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    false
}

/// A name as it is meant: `#4A` is `J`.
fn plain(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| first == b'#').and_then(|two| std::str::from_utf8(two).ok());
        let code = code.and_then(|two| u8::from_str_radix(two, 16).ok());
        plain.push(code.unwrap_or(first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    plain
}

/// Length of the rest of a comment.
fn line(rest: &[u8]) -> usize {
    rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len())
}

/// Length of the rest of a string with its closing bracket; brackets within it come in pairs or after `\`.
fn string(rest: &[u8]) -> usize {
    let (mut depth, mut escaped) = (1_u32, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

/// Length of the regular characters in front (section 7.2.2).
fn word(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len())
}

fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
