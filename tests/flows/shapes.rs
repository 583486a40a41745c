//! Numbers, looked for in whatever shape a program may have written them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use lopdf::{Document, Object};
use std::collections::HashMap;

/// As it would stand in a file, whoever wrote it: plain, UTF-16, hex of both, and base64 from each of three places.
fn shapes(number: &str) -> Vec<Vec<u8>> {
    let plain = number.as_bytes().to_vec();
    let big: Vec<u8> = number.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = number.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut all = vec![plain.clone(), little];
    for bytes in [&plain, &big] {
        all.extend([hex::encode(bytes).into_bytes(), hex::encode_upper(bytes).into_bytes()]);
    }
    all.push(big);
    for before in 0..3_usize {
        let padded = [&vec![0; before][..], &plain].concat();
        // The first and the last letters also depend on what stands around.
        let text = BASE64_STANDARD_NO_PAD.encode(&padded);
        let (from, until) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        all.push(text.as_bytes()[from..until].to_vec());
    }
    all
}

/// Shapes by their first bytes: logs are long, and numbers many.
const HEAD: usize = 8;

/// How often each of them stands in the text, in whatever shape.
pub(crate) fn counts(numbers: &[&str], text: &[u8]) -> Vec<usize> {
    let mut by_head: HashMap<Vec<u8>, Vec<(usize, Vec<u8>)>> = HashMap::new();
    for (place, number) in numbers.iter().enumerate() {
        for shape in shapes(number) {
            by_head.entry(shape[..HEAD].to_vec()).or_default().push((place, shape));
        }
    }
    let mut found = vec![0; numbers.len()];
    for (at, head) in text.windows(HEAD).enumerate() {
        for (place, shape) in by_head.get(head).into_iter().flatten() {
            found[*place] += usize::from(text[at..].starts_with(shape));
        }
    }
    found
}

pub(crate) fn stands(number: &str, text: &[u8]) -> bool {
    counts(&[number], text) != [0]
}

/// All that a PDF says, unpacked.
pub(crate) fn unpacked(file: &[u8]) -> Vec<u8> {
    let letter = Document::load_mem(file).unwrap();
    let said = letter.objects.values().map(|object| match object {
        Object::Stream(stream) => stream.get_plain_content().unwrap_or_else(|_| stream.content.clone()),
        other => format!("{other:?}").into_bytes(),
    });
    said.collect::<Vec<_>>().concat()
}

#[test]
fn a_number_is_found_in_every_shape() {
    let number = "110101199003070011";
    for before in ["", "a", "ab", "abc"] {
        let text = format!("{before}{number}Z");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let shapes = [
            text.clone().into_bytes(),
            BASE64_STANDARD_NO_PAD.encode(&text).into_bytes(),
            hex::encode(&wide).into_bytes(),
            wide,
        ];
        for shape in shapes {
            assert!(stands(number, &shape), "{before}");
        }
        assert!(!stands("110101199003070012", text.as_bytes()));
    }
}
