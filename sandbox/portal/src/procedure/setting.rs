//! How wide text is, and where its lines end.

/// Thousandths of an em, of the characters from space to tilde: the first of Adobe-GB1, as this font has them.
pub(super) const NARROW: [u16; 95] = [
    207, 270, 342, 467, 462, 797, 710, 239, 374, 374, 423, 605, 238, 375, 238, 334, 462, 462, 462, 462, 462,
    462, 462, 462, 462, 462, 238, 238, 605, 605, 605, 344, 748, 684, 560, 695, 739, 563, 511, 729, 793, 318,
    312, 666, 526, 896, 758, 772, 544, 772, 628, 465, 607, 753, 711, 972, 647, 620, 607, 374, 333, 374, 606,
    500, 239, 417, 503, 427, 529, 415, 264, 444, 518, 241, 230, 495, 228, 793, 527, 524, 524, 504, 338, 336,
    277, 517, 450, 652, 466, 452, 407, 370, 258, 370, 605,
];

/// In ems.
pub(super) fn width(text: &str) -> f32 {
    let thousandths = |c: char| {
        let place = u32::from(c).checked_sub(32).and_then(|place| usize::try_from(place).ok());
        place.and_then(|place| NARROW.get(place)).copied().unwrap_or(1_000)
    };
    text.chars().map(|c| f32::from(thousandths(c)) / 1_000.0).sum()
}

/// None begins with a closing mark, which hangs over the edge instead, and none ends within a word.
pub(super) fn lines(text: &str, most: f32, closing: &str) -> Vec<String> {
    let (mut all, mut line) = (Vec::new(), String::new());
    for word in words(text, most) {
        if width(&line) + width(&word) > most && !word.starts_with(|c: char| closing.contains(c)) {
            all.push(std::mem::take(&mut line));
        }
        line.push_str(&word);
    }
    all.push(line);
    all
}

/// What is not taken apart: letters and digits in a row, unless they are longer than a line, and any other
/// character.
fn words(text: &str, most: f32) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for c in text.chars() {
        match all.last_mut() {
            Some(word)
                if c.is_ascii_alphanumeric()
                    && word.ends_with(|last: char| last.is_ascii_alphanumeric())
                    && width(word) + width(c.encode_utf8(&mut [0; 4])) <= most =>
            {
                word.push(c);
            }
            _ => all.push(c.into()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_long_as_the_paper_is_wide_and_begins_with_no_closing_mark() {
        assert_eq!(lines("1 2 3 4", 1.5, ",."), ["1 2 ", "3 4"]);
        assert_eq!(lines("1 2, 3 4", 1.2, ",."), ["1 2,", " 3 ", "4"]);
        assert_eq!(lines("12 345", 1.5, ",."), ["12 ", "345"], "not within a number");
        assert_eq!(lines("12345678", 1.5, ",."), ["123", "456", "78"], "unless it is too long");
        assert_eq!(lines("", 2.0, ",."), [""]);
    }
}
