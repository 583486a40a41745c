//! The authorisation letter on paper: one page of PDF (ISO 32000-1). Its font is one of those that every viewer has
//! an equivalent of for Chinese (9.7.5.2), so that no font travels with it. What it says stands in a data file.

use super::setting::{NARROW, lines, width};
use crate::problem::Problem;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

/// `KIND TAB text`; `{name}` stands for a fact.
const TEXTS: &str = include_str!("../../data/letter.txt");
/// A4, in points.
const PAPER: [f32; 2] = [595.0, 842.0];
const MARGIN: f32 = 72.0;
const SIZE: f32 = 12.0;
const TITLE: f32 = 22.0;
const LEADING: f32 = 22.0;
/// Where the value of a fact begins.
const COLUMN: f32 = 170.0;
/// The frame for the stamp, which is 40 mm wide at most.
const STAMP: f32 = 130.0;
const GREY: f32 = 0.55;
pub(super) struct Facts<'a> {
    pub(super) platform: &'a str,
    pub(super) company: &'a str,
    pub(super) number: &'a str,
    pub(super) legal_representative: &'a str,
    pub(super) holder: &'a str,
}

impl Facts<'_> {
    fn put_into(&self, text: &str) -> String {
        let parts = [
            ("{platform}", self.platform),
            ("{company}", self.company),
            ("{number}", self.number),
            ("{legal_representative}", self.legal_representative),
            ("{holder}", self.holder),
        ];
        // What a part brings along is not looked at again.
        let mut done = String::new();
        let mut rest = text;
        while let Some(place) = rest.find('{') {
            let (before, from) = rest.split_at(place);
            done.push_str(before);
            let known = parts.iter().find_map(|(name, value)| Some((value, from.strip_prefix(name)?)));
            let (value, behind) = known.map_or(("", ""), |(value, behind)| (*value, behind));
            done.push_str(value);
            rest = behind;
        }
        done.push_str(rest);
        done
    }
}

/// What has been set so far, from above.
struct Sheet {
    operations: Vec<Operation>,
    /// Of the next line.
    y: f32,
}

pub(super) fn draw(facts: &Facts<'_>) -> Result<Vec<u8>, Problem> {
    let mut sheet = Sheet { operations: Vec::new(), y: PAPER[1] - 100.0 };
    for line in TEXTS.lines() {
        let (kind, text) = line.split_once('\t').unwrap_or((line, ""));
        sheet.set(kind, &facts.put_into(text));
    }
    file(sheet.operations).map_err(|_| Problem::Internal)
}

impl Sheet {
    fn set(&mut self, kind: &str, text: &str) {
        match kind {
            "title" => {
                let x = (PAPER[0] - width(text) * TITLE) / 2.0;
                self.line(x, TITLE, text);
                self.y -= 2.0 * LEADING;
            }
            "text" => self.paragraph(MARGIN, text),
            "fact" => {
                let (name, value) = text.split_once('\t').unwrap_or((text, ""));
                self.line(MARGIN, SIZE, name);
                self.paragraph(MARGIN + COLUMN, value);
            }
            "gap" => self.y -= LEADING / 2.0,
            "sign" => {
                self.y -= LEADING / 2.0;
                self.line(MARGIN, SIZE, text);
                self.y -= 1.5 * LEADING;
            }
            "stamp" => self.stamp(text),
            _ => {}
        }
    }

    /// Down to the last of its lines.
    fn paragraph(&mut self, x: f32, text: &str) {
        for line in lines(text, (PAPER[0] - MARGIN - x) / SIZE, said("closing")) {
            self.line(x, SIZE, &line);
            self.y -= LEADING;
        }
    }

    fn line(&mut self, x: f32, size: f32, text: &str) {
        let utf16 = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        self.put("BT", vec![]);
        self.put("Tf", vec!["F1".into(), size.into()]);
        self.put("Td", vec![x.into(), self.y.into()]);
        self.put("Tj", vec![Object::String(utf16, StringFormat::Hexadecimal)]);
        self.put("ET", vec![]);
    }

    /// Beside the lines to be signed.
    fn stamp(&mut self, text: &str) {
        let (x, below) = (PAPER[0] - MARGIN - STAMP, self.y + LEADING - 20.0);
        self.put("q", vec![]);
        self.put("G", vec![GREY.into()]);
        self.put("g", vec![GREY.into()]);
        self.put("d", vec![Object::Array(vec![4.into(), 4.into()]), 0.into()]);
        self.put("re", vec![x.into(), below.into(), STAMP.into(), STAMP.into()]);
        self.put("S", vec![]);
        let line = self.y;
        self.y = below + STAMP / 2.0 - SIZE / 3.0;
        self.line(x + (STAMP - width(text) * SIZE) / 2.0, SIZE, text);
        self.y = line;
        self.put("Q", vec![]);
    }

    fn put(&mut self, operator: &str, operands: Vec<Object>) {
        self.operations.push(Operation::new(operator, operands));
    }
}

/// The first text of this kind.
fn said(kind: &str) -> &'static str {
    let of = |line: &'static str| line.strip_prefix(kind)?.strip_prefix('\t');
    TEXTS.lines().find_map(of).unwrap_or_default()
}

fn file(operations: Vec<Operation>) -> lopdf::Result<Vec<u8>> {
    let mut document = Document::with_version("1.7");
    let font = font(&mut document);
    let content = document.add_object(Stream::new(Dictionary::new(), Content { operations }.encode()?));
    let pages = document.new_object_id();
    let edges = vec![0.into(), 0.into(), PAPER[0].into(), PAPER[1].into()];
    let page = document.add_object(dictionary! {
        "Type" => "Page",
        "Parent" => pages,
        "MediaBox" => edges,
        "Contents" => content,
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog",
        "Pages" => pages,
        "Lang" => Object::string_literal("zh-CN"),
    });
    let info = document.add_object(dictionary! { "Title" => lopdf::text_string(said("name")) });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

/// Chinese of the collection Adobe-GB1, by UTF-16.
fn font(document: &mut Document) -> ObjectId {
    let descriptor = document.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => "STSong-Light",
        "Flags" => 6,
        "FontBBox" => vec![(-25).into(), (-254).into(), 1000.into(), 880.into()],
        "ItalicAngle" => 0,
        "Ascent" => 880,
        "Descent" => -120,
        "CapHeight" => 880,
        "StemV" => 93,
    });
    let glyphs = document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType0",
        "BaseFont" => "STSong-Light",
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("GB1"),
            "Supplement" => 4,
        },
        "FontDescriptor" => descriptor,
        "DW" => 1000,
        "W" => vec![1.into(), Object::Array(NARROW.map(|width| i64::from(width).into()).to_vec())],
    });
    document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => "STSong-Light",
        "Encoding" => "UniGB-UTF16-H",
        "DescendantFonts" => vec![glyphs.into()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongguan_picture::check_letter;

    fn facts() -> Facts<'static> {
        Facts {
            platform: "Example {company} Exchange",
            company: "Haihe (Group) Ltd. of a long name that takes more than one line of the paper, as some do",
            number: "91120116MA0T3K1X0A",
            legal_representative: "Li Lei",
            holder: "Han Meimei",
        }
    }

    /// What the page says, in the order of its lines.
    fn said(file: &[u8]) -> String {
        let document = Document::load_mem(file).unwrap();
        let page = document.page_iter().next().unwrap();
        let content = Content::decode(&document.get_page_content(page)).unwrap();
        let shown = content.operations.iter().filter(|operation| operation.operator == "Tj");
        let lines = shown.map(|operation| {
            let bytes = operation.operands[0].as_str().unwrap();
            let units: Vec<u16> = bytes.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
            String::from_utf16(&units).unwrap()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_letter_says_whose_it_is_and_for_whom() {
        let file = draw(&facts()).unwrap();
        let said = said(&file);
        let one_line = said.replace('\n', "");
        let facts = facts();
        for fact in [facts.platform, facts.company, facts.number, facts.legal_representative, facts.holder] {
            assert!(one_line.contains(fact), "{fact}: {said}");
        }
        assert_eq!(
            check_letter(&file),
            Ok(()),
            "a letter that is sent back unstamped is the desk's to refuse"
        );
        assert_eq!(draw(&facts).unwrap(), file, "the same each time");
    }

    #[test]
    fn every_line_of_the_data_is_of_a_kind_and_ends_on_the_paper() {
        let kinds = ["name", "title", "text", "gap", "fact", "sign", "stamp", "closing"];
        assert!(TEXTS.lines().all(|line| kinds.contains(&line.split('\t').next().unwrap())));
        let mut sheet = Sheet { operations: Vec::new(), y: PAPER[1] - 100.0 };
        for line in TEXTS.lines() {
            let (kind, text) = line.split_once('\t').unwrap();
            sheet.set(kind, &facts().put_into(text));
        }
        assert!(sheet.y > MARGIN, "{}", sheet.y);
    }
}
