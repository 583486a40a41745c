//! Texts live in `words/`: no Rust file of this crate holds any, and every text that one asks for is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file under `folder` with its text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn all() -> Vec<(PathBuf, String)> {
    let found = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.len() > 25);
    found
}

fn keys() -> BTreeSet<String> {
    let files = [include_str!("../../words/en-US.json"), include_str!("../../words/platforms.en-US.json")];
    let words = files.map(|file| serde_json::from_str::<serde_json::Map<_, _>>(file).unwrap());
    words.iter().flat_map(|words| words.keys().cloned()).collect()
}

#[test]
fn no_source_holds_han_characters() {
    for (path, text) in all() {
        assert!(!text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c)), "{}", path.display());
    }
}

#[test]
fn every_text_that_the_sources_ask_for_is_there() {
    let keys = keys();
    let groups: BTreeSet<&str> = keys.iter().filter_map(|key| Some(key.split_once('.')?.0)).collect();
    let mut asked = 0;
    for (path, text) in all() {
        let code = text.split("#[cfg(test)]").next().unwrap();
        for literal in code.split('"').skip(1).step_by(2) {
            let plain = literal.bytes().all(|b| b.is_ascii_lowercase() || b"._0123456789".contains(&b));
            let group = literal.split_once('.').map(|(group, _)| group);
            if plain && group.is_some_and(|group| groups.contains(group)) {
                assert!(keys.contains(literal), "{}: {literal}", path.display());
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "{asked}");
}
