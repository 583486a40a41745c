//! Letters as programs wrote them: cairo, Chromium, Ghostscript, img2pdf, LibreOffice and qpdf, all of a made-up page.

use crate::{flaw, sent};
use std::path::Path;
use tongguan_core::domain::platform::Slot;
use tongguan_core::fault::FileFlaw;

fn letters(kind: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/letters").join(kind);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = |path: std::path::PathBuf| (path.display().to_string(), std::fs::read(path).unwrap());
    let letters: Vec<_> = files.map(read).collect();
    assert!(letters.len() > 2);
    letters
}

#[test]
fn letters_that_only_show_pages_are_sent_as_they_are() {
    for (name, file) in letters("plain") {
        assert_eq!(sent(Slot::Letter, &file), file, "{name}");
    }
}

#[test]
fn letters_that_act_are_refused() {
    for (name, file) in letters("acting") {
        assert_eq!(flaw(Slot::Letter, &file), FileFlaw::ActiveContent, "{name}");
    }
}

#[test]
fn letters_under_a_password_are_refused() {
    for (name, file) in letters("locked") {
        assert_eq!(flaw(Slot::Letter, &file), FileFlaw::Locked, "{name}");
    }
}
