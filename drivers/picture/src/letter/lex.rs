//! Bytes of a PDF as they are read (ISO 32000-1 section 7.2). What a viewer might read otherwise is refused.

/// Deeper nothing is nested that anybody wrote.
const DEEPEST: u32 = 60;

/// Open brackets, the last one lowest: 1 for a dictionary, 0 for an array.
#[derive(Default)]
pub(super) struct Nest {
    open: u64,
    depth: u32,
}

impl Nest {
    pub(super) fn is_empty(&self) -> bool {
        self.depth == 0
    }

    /// How many bytes of `after` belong to it; `None` if it does not fit.
    pub(super) fn bracket(&mut self, first: u8, after: &[u8]) -> Option<usize> {
        let dictionary = matches!(first, b'<' | b'>');
        if dictionary && after.first() != Some(&first) {
            return None;
        }
        if matches!(first, b'<' | b'[') {
            self.depth = Some(self.depth + 1).filter(|depth| *depth <= DEEPEST)?;
            self.open = self.open << 1 | u64::from(dictionary);
        } else {
            self.depth = self.depth.checked_sub(1).filter(|_| (self.open & 1 == 1) == dictionary)?;
            self.open >>= 1;
        }
        Some(usize::from(dictionary))
    }
}

/// Length of the rest of a comment.
pub(super) fn line(rest: &[u8]) -> usize {
    rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len())
}

/// Length of the rest of a string with its closing bracket, if there is one; brackets within it come in pairs or
/// after `\`.
pub(super) fn string(rest: &[u8]) -> Option<usize> {
    let (mut depth, mut escaped) = (1_u32, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth = depth.checked_add(1)?,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The same for `<48656C6C6F>`, with nothing else in it.
pub(super) fn hex_string(rest: &[u8]) -> Option<usize> {
    let end = rest.iter().position(|byte| !byte.is_ascii_hexdigit() && !is_space(*byte))?;
    rest.get(end).filter(|byte| **byte == b'>').map(|_| end + 1)
}

/// Length of the regular characters in front.
pub(super) fn word(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len())
}

/// Without the white space in front.
pub(super) fn spaced(rest: &[u8]) -> &[u8] {
    let at = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
    rest.get(at..).unwrap_or_default()
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

pub(super) fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
