//! A scan as PDF (ISO 32000-1). It shows pages and does nothing else: what could run, open, send or carry anything
//! is refused, wherever it stands.

use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object};
use tongguan_core::fault::FileFlaw;

/// Names that a scan has no use for. Those of four characters and less occur in pictures by chance.
const ACTIVE: [&[u8]; 22] = [
    b"JavaScript",
    b"JS",
    b"OpenAction",
    b"AA",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"Filespec",
    b"FileAttachment",
    b"RichMedia",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"3D",
    b"SubmitForm",
    b"ImportData",
    b"GoToR",
    b"GoToE",
    b"XFA",
    b"AcroForm",
    b"Collection",
    b"URI",
];
const SHORT: usize = 4;
const ENCRYPTED: &[u8] = b"Encrypt";
/// What one stream of objects may become, in bytes: writers put some hundred objects into one.
const MOST_UNPACKED: usize = 512 << 10;
/// Streams of objects in one file, by their name or by what they hold: 8 MiB in all.
const MOST_STREAMS: usize = 16;
const MOST_PAGES: usize = 50;
/// Deeper nothing is nested that anybody wrote.
const DEEPEST: usize = 40;

pub(super) fn inspect(file: &[u8]) -> Result<(), FileFlaw> {
    // Readers disagree about where objects are: long names are looked for in every byte.
    if names(file).any(|name| name == ENCRYPTED) {
        return Err(FileFlaw::Locked);
    }
    if names(file).any(|name| name.len() > SHORT && is_active(&name)) {
        return Err(FileFlaw::ActiveContent);
    }
    if names(file).filter(|name| name == b"ObjStm").count() > MOST_STREAMS {
        return Err(FileFlaw::TooLarge);
    }
    let options = LoadOptions::with_max_decompressed_size(MOST_UNPACKED);
    let document = Document::load_mem_with_options(file, options).map_err(|error| flaw(&error))?;
    if document.was_encrypted() || document.is_encrypted() {
        return Err(FileFlaw::Locked);
    }
    if !(1..=MOST_PAGES).contains(&document.page_iter().take(MOST_PAGES + 1).count()) {
        return Err(FileFlaw::Damaged);
    }
    if document.objects.values().filter(|found| holds_objects(found)).count() > MOST_STREAMS {
        return Err(FileFlaw::TooLarge);
    }
    dictionary(&document.trailer, 0)?;
    document.objects.values().try_for_each(|found| object(found, 0))
}

/// Whoever does not call a stream one of objects may read it as one all the same.
fn holds_objects(found: &Object) -> bool {
    matches!(found, Object::Stream(stream) if stream.dict.has(b"N") && stream.dict.has(b"First"))
}

fn flaw(error: &Error) -> FileFlaw {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => FileFlaw::TooLarge,
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => {
            FileFlaw::Locked
        }
        _ => FileFlaw::Damaged,
    }
}

fn object(found: &Object, depth: usize) -> Result<(), FileFlaw> {
    if depth > DEEPEST {
        return Err(FileFlaw::Damaged);
    }
    match found {
        Object::Name(name) if is_active(name) => Err(FileFlaw::ActiveContent),
        Object::Array(all) => all.iter().try_for_each(|one| object(one, depth + 1)),
        Object::Dictionary(all) => dictionary(all, depth + 1),
        Object::Stream(stream) => {
            dictionary(&stream.dict, depth + 1)?;
            if holds_objects(found) {
                let plain =
                    stream.get_plain_content_with_limit(MOST_UNPACKED).map_err(|error| flaw(&error))?;
                return if names(&plain).any(|name| is_active(&name)) {
                    Err(FileFlaw::ActiveContent)
                } else {
                    Ok(())
                };
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn dictionary(all: &Dictionary, depth: usize) -> Result<(), FileFlaw> {
    all.iter().try_for_each(
        |(key, value)| {
            if is_active(key) { Err(FileFlaw::ActiveContent) } else { object(value, depth) }
        },
    )
}

fn is_active(name: &[u8]) -> bool {
    ACTIVE.contains(&name)
}

/// What stands behind each solidus up to the next character that is none of a name's, with its `#xx` read
/// (7.3.5).
fn names(file: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    file.split(|byte| *byte == b'/').skip(1).map(|rest| {
        let end = rest.iter().take(128).position(|byte| !is_regular(*byte)).unwrap_or(rest.len().min(128));
        unescaped(rest.get(..end).unwrap_or_default())
    })
}

/// 7.2.2, table 1 and 2.
fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | 9 | 10 | 12 | 13 | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%'
    )
}

fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut read = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, behind)) = rest.split_first() {
        let escaped = behind.get(..2).filter(|_| *first == b'#').and_then(|two| hex::decode(two).ok());
        match (escaped.as_deref(), behind.get(2..)) {
            (Some([byte]), Some(behind)) => {
                read.push(*byte);
                rest = behind;
            }
            _ => {
                read.push(*first);
                rest = behind;
            }
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Stream, dictionary};

    /// One page, and whatever `change` makes of it.
    fn made(change: impl FnOnce(&mut Document, lopdf::ObjectId)) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, Object::Dictionary(tree));
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        change(&mut document, catalog);
        let mut file = Vec::new();
        document.save_to(&mut file).unwrap();
        file
    }

    fn with(key: &'static str, value: Object) -> Vec<u8> {
        made(|document, catalog| {
            document.get_dictionary_mut(catalog).unwrap().set(key, value);
        })
    }

    #[test]
    fn a_plain_page_is_taken() {
        assert_eq!(inspect(&made(|_, _| ())), Ok(()));
        assert_eq!(inspect(&with("Lang", Object::string_literal("zh-CN"))), Ok(()));
    }

    #[test]
    fn whatever_is_active_is_refused_and_what_is_locked() {
        let script = || dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("cmd.exe") };
        let cases = [
            with("OpenAction", script().into()),
            with("AA", dictionary! { "WC" => script() }.into()),
            with("Names", dictionary! { "EmbeddedFiles" => dictionary! {} }.into()),
            with("X", Object::Array(vec![launch.into()])),
            with("X", dictionary! { "Type" => "EmbeddedFile" }.into()),
            with("X", dictionary! { "AA" => 1 }.into()),
            with("AcroForm", dictionary! { "XFA" => 1 }.into()),
        ];
        for (index, file) in cases.iter().enumerate() {
            assert_eq!(inspect(file), Err(FileFlaw::ActiveContent), "{index}");
        }
        let mut locked = made(|_, _| ());
        locked.splice(9..9, b"%/Encrypt 1 0 R\n".iter().copied());
        assert_eq!(inspect(&locked), Err(FileFlaw::Locked));
    }

    #[test]
    fn a_name_that_is_written_otherwise_is_the_same_name() {
        let file = with("OpenActions", dictionary! { "S" => "JavaScripts" }.into());
        assert_eq!(inspect(&file), Ok(()));
        let text = String::from_utf8_lossy(&file).replace("/JavaScripts", "/Java#53cript");
        assert_eq!(inspect(text.as_bytes()), Err(FileFlaw::ActiveContent));
    }

    #[test]
    fn what_is_packed_into_a_stream_of_objects_is_found() {
        let packed = |key: &'static str, value: &'static str| {
            let mut document = Document::load_mem(&made(|_, _| ())).unwrap();
            let script = document.add_object(dictionary! { key => value });
            document.catalog_mut().unwrap().set("X", script);
            let mut file = Vec::new();
            document.save_modern(&mut file).unwrap();
            let shown = |text: &str| file.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(shown("/ObjStm") && !shown(value), "it is packed");
            file
        };
        assert_eq!(inspect(&packed("S", "JavaScripts")), Ok(()));
        assert_eq!(inspect(&packed("S", "JavaScript")), Err(FileFlaw::ActiveContent));
        assert_eq!(inspect(&packed("JS", "Harmless")), Err(FileFlaw::ActiveContent));
    }

    /// A page and this stream, by hand: the library writes no stream of objects as one.
    fn beside(dictionary: &str, content: &[u8]) -> Vec<u8> {
        let mut stream = Stream::new(Dictionary::new(), content.to_vec());
        stream.compress().unwrap();
        let filter = if stream.dict.has(b"Filter") { "/Filter /FlateDecode" } else { "" };
        let length = stream.content.len();
        let head = format!("<< {dictionary} {filter} /Length {length} >>\nstream\n");
        let stream = [head.as_bytes(), &stream.content, b"\nendstream"].concat();
        let objects: [&[u8]; 4] = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            &stream,
        ];
        let (mut file, mut table) =
            (b"%PDF-1.7\n".to_vec(), String::from("xref\n0 5\n0000000000 65535 f \n"));
        for (object, number) in objects.iter().zip(1..) {
            table.push_str(&format!("{:010} 00000 n \n", file.len()));
            file.extend(
                format!("{number} 0 obj\n").bytes().chain(object.iter().copied()).chain(*b"\nendobj\n"),
            );
        }
        let start = file.len();
        file.extend(
            format!("{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes(),
        );
        file
    }

    #[test]
    fn a_stream_that_hides_what_it_is_is_looked_into() {
        let script = b"9 0 << /S /JavaScript /JS (app.alert(1)) >> ".repeat(9);
        for kind in ["/Type /ObjStm", "/Type 1 0 R", ""] {
            let file = beside(&format!("{kind} /N 1 /First 4"), &script);
            assert_eq!(inspect(&file), Err(FileFlaw::ActiveContent), "{kind}");
        }
        assert_eq!(inspect(&beside("/N 1 /First 4", &b"9 0 (nothing)".repeat(9))), Ok(()));
    }

    #[test]
    fn a_stream_that_becomes_too_much_is_not_unpacked() {
        for kind in ["/Type /ObjStm", ""] {
            let file = beside(&format!("{kind} /N 1 /First 4"), &vec![b' '; 2 * MOST_UNPACKED]);
            assert!(file.len() < 100_000);
            assert_eq!(inspect(&file), Err(FileFlaw::TooLarge), "{kind}");
        }
    }

    #[test]
    fn many_streams_of_objects_are_too_much_together() {
        let with = |count| {
            made(|document, _| {
                for _ in 0..count {
                    let about = dictionary! { "N" => 1, "First" => 4 };
                    document.add_object(Stream::new(about, b"9 0 (nothing)".to_vec()));
                }
            })
        };
        assert_eq!(inspect(&with(MOST_STREAMS)), Ok(()));
        assert_eq!(inspect(&with(MOST_STREAMS + 1)), Err(FileFlaw::TooLarge));
        let named = b"% /ObjStm /ObjStm\n".repeat(MOST_STREAMS);
        assert_eq!(inspect(&[made(|_, _| ()), named].concat()), Err(FileFlaw::TooLarge));
    }

    #[test]
    fn nothing_is_followed_without_end_into_what_was_packed() {
        for within in [&b"["[..], b"<</A", b"9 0 <</Type/ObjStm/N 1/First 4>>stream\n"] {
            let deep = [b"9 0 ".as_slice(), &within.repeat(MOST_UNPACKED / 2 / within.len())].concat();
            let file = beside("/Type /ObjStm /N 1 /First 4", &deep);
            assert!(matches!(inspect(&file), Ok(()) | Err(FileFlaw::Damaged)), "{}", within.escape_ascii());
        }
    }

    #[test]
    fn what_is_cut_off_or_no_pdf_is_damaged() {
        assert_eq!(inspect(b"%PDF-1.7\nhello"), Err(FileFlaw::Damaged));
        let nested = [b"%PDF-1.7\n1 0 obj\n".as_slice(), &[b'['; 500_000]].concat();
        assert_eq!(inspect(&nested), Err(FileFlaw::Damaged));
    }
}
