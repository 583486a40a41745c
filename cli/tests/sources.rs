//! Texts live in `words/`, so no Rust file of this crate holds any.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::fs;
use std::path::Path;

#[test]
fn no_source_holds_han_characters() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c)), "{}", path.display());
        seen += 1;
    }
    assert!(seen > 10);
}
