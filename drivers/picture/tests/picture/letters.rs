//! Authorisation letters as PDF.

use crate::{flaw, sent};
use miniz_oxide::deflate::compress_to_vec_zlib;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;

/// A page, and further objects. Viewers repair the missing table of references; so does whoever hides something.
pub(crate) fn pdf(objects: &[&[u8]]) -> Vec<u8> {
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

pub(crate) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

pub(crate) fn packed(text: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(text, 6)
}

/// A stream of objects, packed as writers do it.
pub(crate) fn objects(text: &[u8]) -> Vec<u8> {
    stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &packed(text))
}

#[test]
fn a_page_to_read_is_sent_as_it_is() {
    let text = b"BT /F1 12 Tf (/JavaScript in a text) Tj ET ".repeat(9);
    let page = stream("/Filter/FlateDecode", &packed(&text));
    let scan =
        stream("/Type/XObject/Subtype/Image/Filter/DCTDecode", b"\xFF\xD8\xFF/JS /AA (7 obj 8\xFF\xD9");
    let title = b"<</Title(/AA \\) /JS (nested) % no comment)>> % /JS in a comment\n".to_vec();
    let outlines = b"<</First 8 0 R/Last 8 0 R/F 4>>".to_vec();
    let begins = b"<</Type/Catalog/OpenAction [3 0 R /XYZ null null 0]/Pages 2 0 R>>".to_vec();
    let file = pdf(&[&page, &outlines, &scan, &objects(b"9 0 <</Type/Font>>"), &title, &begins]);
    assert_eq!(sent(Slot::Letter, &file), file);
}

/// Each with what it stands in: by itself, and within something that acts as it does in files.
const ACTIVE: [&str; 30] = [
    "<</Subtype/3D>>",
    "<</3DD 5 0 R>>",
    "<</AA<</O 5 0 R>>>>",
    "<</AcroForm<</Fields[]>>>>",
    "<</Collection<</View/T>>>>",
    "<</EF<</F 5 0 R>>>>",
    "<</EmbeddedFDFs[]>>",
    "<</Type/EmbeddedFile>>",
    "<</Names<</EmbeddedFiles 5 0 R>>>>",
    "<</FDecodeParms null>>",
    "<</FFilter/FlateDecode>>",
    "<</Subtype/FileAttachment>>",
    "<</Type/Filespec>>",
    "<</S/GoTo3DView>>",
    "<</S/GoToE>>",
    "<</S/GoToR>>",
    "<</S/ImportData>>",
    "<</JS(app.alert(1))>>",
    "<</S/JavaScript>>",
    "<</S/Launch/F(cmd.exe)>>",
    "<</Subtype/Movie>>",
    "<</OpenAction 5 0 R>>",
    "<</S/Rendition>>",
    "<</Subtype/RichMedia>>",
    "<</Type/RichMediaContent>>",
    "<</S/RichMediaExecute>>",
    "<</Subtype/Sound>>",
    "<</S/SubmitForm/F(https://elsewhere.example)>>",
    "<</S/URI/URI(https://elsewhere.example)>>",
    "<</XFA 5 0 R>>",
];

/// Its names with some of their letters as numbers (section 7.3.5).
fn escaped(object: &str) -> String {
    let mut written = String::new();
    let mut is_name = false;
    for letter in object.chars() {
        let escape = is_name && !matches!(letter, 'a'..='h') && letter.is_ascii_alphanumeric();
        match letter {
            '/' | '<' | '>' | '(' | '[' | ' ' => is_name = letter == '/',
            _ => {}
        }
        if escape {
            written.push_str(&format!("#{:02x}", u32::from(letter)));
        } else {
            written.push(letter);
        }
    }
    written
}

#[test]
fn what_acts_is_refused_wherever_it_stands() {
    for object in ACTIVE {
        let within = |place: &str, object: &[u8]| {
            assert_eq!(flaw(Slot::Letter, &pdf(&[object])), FileFlaw::ActiveContent, "{place}: {object:?}");
        };
        let text = escaped(object);
        assert!(text.contains('#'), "{text}");
        within("plain", object.as_bytes());
        within("escaped", text.as_bytes());
        within("array", format!("[null [{object}]]").as_bytes());
        within("stream", &stream(&format!("/X {object}"), b"0 0 m"));
        for packed in [object, &text] {
            within("packed", &objects(format!("9 0 {packed}").as_bytes()));
            within("packed in a string", &objects(format!("9 5 ({packed})").as_bytes()));
        }
        let later = [pdf(&[]), format!("9 0 obj\n{object}\nendobj\n%%EOF\n").into_bytes()].concat();
        assert_eq!(flaw(Slot::Letter, &later), FileFlaw::ActiveContent, "added later: {object}");
        let trailer = pdf(&[]);
        let trailer = String::from_utf8_lossy(&trailer).replace("<</Root", &format!("<</X {object}/Root"));
        assert_eq!(flaw(Slot::Letter, trailer.as_bytes()), FileFlaw::ActiveContent, "trailer: {object}");
    }
}

#[test]
fn objects_are_unpacked_up_to_a_bound() {
    let bomb = objects(&vec![b' '; 9 << 20]);
    assert!(bomb.len() < 100_000);
    assert_eq!(flaw(Slot::Letter, &pdf(&[&bomb])), FileFlaw::ActiveContent);
    let half = objects(&vec![b' '; 5 << 20]);
    assert!(!sent(Slot::Letter, &pdf(&[&half])).is_empty());
    assert_eq!(
        flaw(Slot::Letter, &pdf(&[&half, &half])),
        FileFlaw::ActiveContent,
        "together they are too many"
    );
}

#[test]
fn a_locked_cut_or_heavy_file_is_refused() {
    let locked = String::from_utf8_lossy(&pdf(&[])).replace("/Root", "/Encrypt 9 0 R/Root");
    assert_eq!(flaw(Slot::Letter, locked.as_bytes()), FileFlaw::Locked);
    let unread = [&pdf(&[])[..], b"9 0 obj<</Type/XRef/#45ncrypt 8 0 R>>endobj\n%%EOF"].concat();
    assert_eq!(flaw(Slot::Letter, &unread), FileFlaw::Locked);
    let whole = pdf(&[&stream("", b"0 0 m")]);
    assert_eq!(flaw(Slot::Letter, &whole[..whole.len() - 10]), FileFlaw::Damaged);
    let open = pdf(&[b"<<>>\nstream\n0 0 m"]);
    assert_eq!(flaw(Slot::Letter, &open), FileFlaw::Damaged, "a stream without an end");
    let empty = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";
    assert_eq!(flaw(Slot::Letter, empty), FileFlaw::Damaged, "nothing to read");
    let heavy = pdf(&[&stream("/Filter/DCTDecode", &vec![0; 11 << 20])]);
    assert_eq!(flaw(Slot::Letter, &heavy), FileFlaw::TooLarge);
}
