//! The platforms' descriptions, which are compiled in: nobody may send a user's data by a description of their own.

use crate::sheet::Sheet;
use std::collections::HashSet;
use tongguan_core::domain::platform::Platform;
use tongguan_core::fault::Fault;
use tongguan_core::ports;

/// Each file of `assets/platforms`, with its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/platforms.in"));

/// The platforms there are, each with a description that can be walked, in the order of their names.
///
/// # Errors
/// [`Fault::InputInvalid`] for a broken description, which the tests forbid.
pub fn platforms() -> Result<Vec<Platform>, Fault> {
    parsed(FILES)
}

/// The same, for the core.
#[derive(Debug)]
pub struct Platforms(Vec<Platform>);

impl Platforms {
    /// # Errors
    /// As [`platforms`].
    pub fn built_in() -> Result<Self, Fault> {
        platforms().map(Self)
    }
}

impl ports::Platforms for Platforms {
    fn platforms(&self) -> &[Platform] {
        &self.0
    }
}

fn parsed(files: &[(&str, &str)]) -> Result<Vec<Platform>, Fault> {
    let mut seen = HashSet::new();
    let one = |&(file, text): &(&str, &str)| {
        let platform: Platform = Sheet::built_in(file, text).parse()?;
        platform.check()?;
        if seen.insert(platform.id.clone()) {
            return Ok(platform);
        }
        Err(Fault::InputInvalid { field: platform.id.to_string(), reason: "twice".into() })
    };
    files.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A scan that a phone fulfils, before it a choice and a form that one of its steps asks about.
    const SOUND: &str = r#"
id = "example"
name = "Example"
english = "Example"
mark = "E"
[[path]]
id = "person"
subject = "person"
first = "way"
[[path]]
id = "phone"
subject = "phone"
first = "face"
[[step]]
id = "way"
kind = "choose"
default = "long"
ways = [{ way = "short", next = "form" }, { way = "long", next = "scan" }]
[[step]]
id = "scan"
kind = "scan"
by = "alipay"
run = "phone"
seconds = 60
next = "form"
[[step]]
id = "form"
kind = "form"
fields = ["name", { field = "phone", optional = true }]
next = "pictures"
[[step]]
id = "pictures"
kind = "pictures"
slots = ["id_front"]
when = { missing = "phone" }
next = "confirm"
[[step]]
id = "confirm"
kind = "confirm"
shows = ["name"]
again = "form"
[[step]]
id = "face"
kind = "face"
actions = 1
"#;

    /// What is said of [`SOUND`] with one place changed.
    fn flaw(from: &str, to: &str) -> (String, String) {
        assert_eq!(SOUND.matches(from).count(), 1, "{from}");
        match parsed(&[("example.toml", &SOUND.replace(from, to))]) {
            Err(Fault::InputInvalid { field, reason }) => (field, reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_descriptions_that_are_compiled_in_are_sound() {
        let platforms = platforms().unwrap();
        assert!(platforms.len() >= 3);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/platforms");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), platforms.len());
        for ((file, _), platform) in FILES.iter().zip(&platforms) {
            assert_eq!(*file, format!("{}.toml", platform.id));
        }
    }

    #[test]
    fn a_description_with_a_flaw_is_refused() {
        assert_eq!(parsed(&[("example.toml", SOUND)]).unwrap().len(), 1);
        let flaws = [
            ("first = \"way\"", "first = \"absent\"", "absent", "unknown"),
            ("next = \"pictures\"", "next = \"absent\"", "absent", "unknown"),
            ("next = \"scan\" }", "next = \"absent\" }", "absent", "unknown"),
            ("run = \"phone\"", "run = \"absent\"", "absent", "unknown"),
            ("again = \"form\"", "again = \"absent\"", "absent", "unknown"),
            ("id = \"phone\"", "id = \"person\"", "path person", "twice"),
            ("id = \"pictures\"", "id = \"form\"", "step form", "twice"),
            ("default = \"long\"", "default = \"absent\"", "absent", "unknown"),
            ("first = \"face\"", "first = \"form\"", "face", "unreachable"),
            ("again = \"form\"", "next = \"form\"", "form", "loop"),
            ("run = \"phone\"", "run = \"person\"", "person", "not_a_phone_path"),
            ("fields = [\"name\", { field = \"phone\", optional = true }]", "fields = []", "form", "empty"),
            ("slots = [\"id_front\"]", "slots = []", "pictures", "empty"),
            ("shows = [\"name\"]", "shows = []", "confirm", "empty"),
            ("missing = \"phone\"", "missing = \"branch\"", "branch", "field_not_asked"),
            ("mark = \"E\"", "mark = \"EE\"", "mark", "length"),
        ];
        for (from, to, field, reason) in flaws {
            assert_eq!(flaw(from, to), (field.into(), reason.into()), "{from} -> {to}");
        }
        let ways = "ways = [{ way = \"short\", next = \"form\" }, { way = \"long\", next = \"scan\" }]";
        assert_eq!(flaw(ways, "ways = []"), ("way".into(), "empty".into()));
    }

    #[test]
    fn a_word_that_is_not_known_is_refused_with_its_line() {
        for (from, to) in [
            ("kind = \"choose\"", "kind = \"chose\""),
            ("by = \"alipay\"", "by = \"anything\""),
            ("\"id_front\"", "\"passport\""),
            ("subject = \"phone\"", "subject = \"robot\""),
            ("mark = \"E\"", "mark = \"E\"\nmarks = 2"),
            ("mark = \"E\"", "mark = \"E\"\nhelp = \"http://help.example.cn\""),
            ("mark = \"E\"", "mark = \"E\"\nhelp = \"javascript:alert(1)\""),
        ] {
            assert!(flaw(from, to).0.starts_with("example.toml:"), "{from} -> {to}");
        }
    }

    #[test]
    fn two_descriptions_do_not_share_a_name() {
        let fault = parsed(&[("one.toml", SOUND), ("two.toml", SOUND)]).unwrap_err();
        assert_eq!(fault, Fault::InputInvalid { field: "example".into(), reason: "twice".into() });
    }

    proptest! {
        #[test]
        fn a_description_that_was_cut_off_is_refused_or_walked(end in 0..SOUND.len()) {
            if let Ok(platforms) = parsed(&[("example.toml", &SOUND[..end])]) {
                prop_assert!(platforms.iter().all(|platform| platform.check().is_ok()));
            }
        }
    }
}
