//! Letters that show one thing to whoever looks them through and another to a viewer.

use crate::letters::{objects, packed, pdf, stream};
use crate::{flaw, sent};
use proptest::prelude::*;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::Pictures as _;
use tongguan_picture::Pictures;

/// Packed, but not made smaller (RFC 1950, RFC 1951 section 3.2.4). The last letters have a block of their own: the
/// end of a stream within is not read as the end of the one around it.
fn wrapped(text: &[u8]) -> Vec<u8> {
    let (head, end) = text.split_at(text.len() - 4);
    let block = |last: bool, part: &[u8]| {
        let length = u16::try_from(part.len()).unwrap();
        [&[u8::from(last)][..], &length.to_le_bytes(), &(!length).to_le_bytes(), part].concat()
    };
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in text {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    [&[0x78, 0x01][..], &block(false, head), &block(true, end), &((high << 16) | low).to_be_bytes()].concat()
}

/// Each of them holds the next: whoever followed them one by one would need a stack as deep.
#[test]
fn what_is_packed_again_within_objects_is_refused_however_deep() {
    let of_objects =
        |content: &[u8]| stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &wrapped(content));
    let mut deep = of_objects(b"9 0 <</Type/Font>>");
    assert!(!sent(Slot::Letter, &pdf(&[&deep])).is_empty());
    for _ in 0..300 {
        deep = of_objects(&deep);
        assert_eq!(flaw(Slot::Letter, &pdf(&[&deep])), FileFlaw::ActiveContent);
    }
}

/// A table of references may point into anything.
#[test]
fn an_object_within_something_else_is_refused() {
    for header in
        ["9 0 obj", "9 0\0obj", "9\r0obj", "9 0 %\nobj", "9%\n0 obj", "+9 -0 obj", "\n 12 0\t obj<<>>"]
    {
        for within in [
            stream("", format!("0 0 m {header} <</X 1>> endobj").as_bytes()),
            format!("<</Title(a {header} <</X 1>> endobj )>>").into_bytes(),
        ] {
            assert_eq!(flaw(Slot::Letter, &pdf(&[&within])), FileFlaw::ActiveContent, "{header:?}");
        }
    }
    let comment = b"null % 9 0 obj <</X 1>> endobj\n";
    let trailer = b"null % trailer <</Root<</X 1>>>>\n";
    for within in [&comment[..], trailer, &stream("", b"trailer%\n<</Root 9 0 R>>")] {
        assert_eq!(flaw(Slot::Letter, &pdf(&[within])), FileFlaw::ActiveContent, "{}", within.escape_ascii());
    }
}

#[test]
fn a_text_about_objects_is_one_to_read() {
    let texts = [
        "(3 objections, 12 objects) Tj",
        "endobj",
        "the trailer",
        "12obj",
        "9 0 R obj",
        "a0 obj",
        "% x\n9 m obj",
    ];
    for text in texts {
        assert!(!sent(Slot::Letter, &pdf(&[&stream("", text.as_bytes())])).is_empty(), "{text}");
    }
}

#[test]
fn a_stream_that_does_not_say_that_it_is_of_objects_is_looked_into() {
    let script = packed(b"9 0 <</S/JavaScript/JS(app.alert\\(1\\))>>");
    for kind in ["/Type/ObjStm", "/Type 7 0 R", "", "/#46irst 4"] {
        let first = if kind.contains('#') { "" } else { "/First 4" };
        let hidden = stream(&format!("{kind}/N 1{first}/Filter/FlateDecode"), &script);
        assert_eq!(flaw(Slot::Letter, &pdf(&[&hidden])), FileFlaw::ActiveContent, "{kind}");
    }
    let outside = b"9 0 obj null obj<</First 4/N 1/Filter/FlateDecode obj>>";
    assert_eq!(flaw(Slot::Letter, &pdf(&[outside])), FileFlaw::Damaged, "a keyword where none can be");
}

#[test]
fn objects_that_are_packed_in_another_way_are_refused() {
    let harmless = packed(b"9 0 <</Type/Font>>");
    let ways = [
        "/Filter/LZWDecode",
        "/Filter[/ASCIIHexDecode/FlateDecode]",
        "/Filter[/FlateDecode/FlateDecode]",
        "/Filter[/FlateDecode 7 0 R]",
        "/Filter[/Crypt/FlateDecode]",
        "/Filter 7 0 R",
        "/Filter[7 0 R]",
        "/Filter/FlateDecode/Filter/LZWDecode",
        "/Filter/Flate#44ecode",
        "/Filter/FlateDecodes",
        "/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
        "/Filter/FlateDecode/DecodeParms 7 0 R",
        "/Filter/FlateDecode/F(elsewhere.bin)",
    ];
    for way in ways {
        let packed = stream(&format!("/Type/ObjStm/N 1/First 4{way}"), &harmless);
        assert_eq!(flaw(Slot::Letter, &pdf(&[&packed])), FileFlaw::ActiveContent, "{way}");
    }
    let broken = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", b"no zlib");
    assert_eq!(flaw(Slot::Letter, &pdf(&[&broken])), FileFlaw::ActiveContent);
    for way in ["/Filter/FlateDecode", "/Filter [ /FlateDecode ] "] {
        let packed = stream(&format!("/Type/ObjStm/N 1/First 4{way}"), &harmless);
        assert!(!sent(Slot::Letter, &pdf(&[&packed])).is_empty(), "{way}");
    }
    let plain = stream("/Type/ObjStm/N 1/First 4", b"9 0 <</Type/Font>>");
    assert!(!sent(Slot::Letter, &pdf(&[&plain])).is_empty());
    let plain = stream("/Type/ObjStm/N 1/First 4", b"9 0 <</JS(x)>>");
    assert_eq!(flaw(Slot::Letter, &pdf(&[&plain])), FileFlaw::ActiveContent);
}

#[test]
fn what_a_viewer_may_read_otherwise_is_refused() {
    for object in [
        &b"<41(> /JS (x) )"[..],
        b"(never closed",
        b"<</X [1 >>",
        b"<</X 1]>>",
        b"] >>",
        b"<</X stream\nendstream>>",
        &[b"[".repeat(99), b"]".repeat(99)].concat(),
    ] {
        assert_eq!(flaw(Slot::Letter, &pdf(&[object])), FileFlaw::Damaged, "{}", object.escape_ascii());
    }
    let cut = b"<</S/JavaScript#00x>>";
    assert_eq!(flaw(Slot::Letter, &pdf(&[cut])), FileFlaw::ActiveContent, "a zero ends a name");
}

/// What a letter is made of, and what could turn one part of it into another.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&[u8]> = vec![
        b"obj",
        b"endobj",
        b" 9 0 obj ",
        b"stream\n",
        b"endstream",
        b"trailer",
        b"<<",
        b">>",
        b"[",
        b"]",
        b"(",
        b")",
        b"<",
        b">",
        b"%",
        b"\n",
        b"\\",
        b"#",
        b"/",
        b" ",
        b"/JS",
        b"/First 4",
        b"/Filter/FlateDecode",
        b"\0",
    ];
    prop_oneof![
        4 => prop::sample::select(words).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..12),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(|text| objects(&text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_letter_with_changed_bytes_is_sent_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), piece()), 1..6),
    ) {
        let mut file = pdf(&[&objects(b"9 0 <</Type/Font>>"), &stream("/Filter/DCTDecode", b"0 0 m"), b"<</Title(a)>>"]);
        for (at, piece) in changes {
            let at = at.index(file.len());
            file.splice(at..at, piece);
        }
        if let Ok(letter) = Pictures.prepare(Slot::Letter, &file) {
            prop_assert_eq!(&*letter, &file);
        }
    }

    /// Whatever is put around it, a script that begins as an object does is found.
    #[test]
    fn nothing_around_a_script_hides_it(before in prop::collection::vec(piece(), 0..8), after in piece()) {
        let before = before.concat();
        let file = pdf(&[&[&before[..], b"\n9 0 obj <</JS (x)>> endobj\n", &after].concat()]);
        prop_assert!(Pictures.prepare(Slot::Letter, &file).is_err());
    }
}
