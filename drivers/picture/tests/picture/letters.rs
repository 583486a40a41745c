//! Authorisation letters as PDF.

use crate::{flaw, sent};
use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;
use tongguan_core::ports::Pictures as _;
use tongguan_picture::Pictures;

/// A page, and further objects. Viewers repair the missing table of references; so does whoever hides something.
fn pdf(objects: &[&[u8]]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n".to_vec();
    file.extend(b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
    file.extend(b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>\nendobj\n");
    for (number, object) in objects.iter().enumerate() {
        file.extend(format!("{} 0 obj\n", number + 4).bytes());
        file.extend(*object);
        file.extend(b"\nendobj\n");
    }
    file.extend(b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
    file
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn packed(text: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(text, 6)
}

#[test]
fn a_page_to_read_is_sent_as_it_is() {
    let page = stream("/Filter/FlateDecode", &packed(b"BT /F1 12 Tf (/JavaScript in a text) Tj ET"));
    let scan =
        stream("/Type/XObject/Subtype/Image/Filter/DCTDecode", b"\xFF\xD8\xFF/JS /AA (Launch \xFF\xD9");
    let objects = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &packed(b"9 0 <</Type/Font>>"));
    let title = b"<</Title(/OpenAction \\) /JS (nested) % no comment)>> % /Launch in a comment\n".to_vec();
    let file = pdf(&[&page, &scan, &objects, &title]);
    assert_eq!(sent(Slot::Letter, &file), file);
}

#[test]
fn what_acts_is_refused_wherever_it_stands() {
    let hidden = packed(b"9 0 <</S/JavaScript/JS(app.alert\\(1\\))>>");
    let objects: [&[u8]; 11] = [
        b"<</S/JavaScript/JS(app.alert(1))>>",
        b"<</S /#4AavaScript /J#53 (x)>>",
        b"<</OpenAction 5 0 R>>",
        b"<</S/Launch/F(cmd.exe)>>",
        b"<</AA<</O 5 0 R>>>>",
        b"<</Names<</EmbeddedFiles 5 0 R>>>>",
        b"<</AcroForm<</XFA 5 0 R>>>>",
        b"<</S/SubmitForm/F(https://elsewhere.example)>>",
        &stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &hidden),
        &stream("/Type/ObjStm/N 1/First 4/Filter[/FlateDecode]", &hidden),
        &stream("/Type/EmbeddedFile", b"anything"),
    ];
    for object in objects {
        assert_eq!(flaw(Slot::Letter, &pdf(&[object])), FileFlaw::ActiveContent, "{}", object.escape_ascii());
    }
}

#[test]
fn what_could_hide_something_that_acts_is_refused() {
    let within = stream("", b"9 0 obj <</S/JavaScript/JS(x)>> endobj");
    let unpacked = stream("/Type/ObjStm/N 1/First 4/Filter/LZWDecode", b"\x80\x0b\x60\x50");
    let twice = stream("/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]", b"789c");
    let broken = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", b"no zlib");
    let foretold =
        stream("/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>", &packed(b"9 0 null"));
    for object in [within, unpacked, twice, broken, foretold] {
        assert_eq!(
            flaw(Slot::Letter, &pdf(&[&object])),
            FileFlaw::ActiveContent,
            "{}",
            object.escape_ascii()
        );
    }
}

#[test]
fn objects_are_unpacked_up_to_a_bound() {
    let bomb = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &packed(&vec![b' '; 9 << 20]));
    assert!(bomb.len() < 100_000);
    assert_eq!(flaw(Slot::Letter, &pdf(&[&bomb])), FileFlaw::ActiveContent);
    let half = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &packed(&vec![b' '; 5 << 20]));
    assert!(!sent(Slot::Letter, &pdf(&[&half])).is_empty());
    assert_eq!(
        flaw(Slot::Letter, &pdf(&[&half, &half])),
        FileFlaw::ActiveContent,
        "together they are too many"
    );
}

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

#[test]
fn a_locked_cut_or_heavy_file_is_refused() {
    let locked = String::from_utf8_lossy(&pdf(&[])).replace("/Root", "/Encrypt 9 0 R/Root");
    assert_eq!(flaw(Slot::Letter, locked.as_bytes()), FileFlaw::Locked);
    let whole = pdf(&[&stream("", b"0 0 m")]);
    assert_eq!(flaw(Slot::Letter, &whole[..whole.len() - 10]), FileFlaw::Damaged);
    let open = pdf(&[b"<<>>\nstream\n0 0 m"]);
    assert_eq!(flaw(Slot::Letter, &open), FileFlaw::Damaged, "a stream without an end");
    let heavy = pdf(&[&stream("/Filter/DCTDecode", &vec![0; 11 << 20])]);
    assert_eq!(flaw(Slot::Letter, &heavy), FileFlaw::TooLarge);
}

proptest! {
    #[test]
    fn a_letter_with_changed_bytes_is_sent_or_refused(
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..12),
    ) {
        let objects = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &packed(b"9 0 <</Type/Font>>"));
        let mut file = pdf(&[&objects]);
        let at = at.index(file.len());
        file.splice(at..at, bytes);
        let _ = Pictures.prepare(Slot::Letter, &file);
    }
}
