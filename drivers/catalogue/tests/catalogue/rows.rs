//! The tables that are compiled in, and the user's own over them.

#![cfg(target_os = "linux")]

use crate::common::fixture::{PKCS11, SKF, native};
use crate::common::{Place, approve, inspect, listed};
use std::collections::HashSet;
use tongguan_core::domain::{
    LibraryKind, LibraryPath, LibrarySource, LibraryState, Sm2Input, Sm2Map, Sm2Output,
};
use tongguan_core::fault::Fault;

fn bank(id: &str, english: &str) -> String {
    format!(
        "[[bank]]\nid = \"{id}\"\nname = \"{english}\"\nenglish = \"{english}\"\n\
         mark = \"X\"\ntoken = \"key\"\ntoken_english = \"key\"\ncomponent = \"driver\"\n\
         component_english = \"driver\"\npage = \"https://bank.example.cn/certify\"\nissuers = [\"Own CA\"]\n\
         text = \"statement-v1\"\n"
    )
}

fn library(id: &str, path: &str, more: &str) -> String {
    format!(
        "[[library]]\nid = \"{id}\"\nmaker = \"Own\"\nname = \"Own {id}\"\nkind = \"pkcs11\"\n\
         linux = [\"{path}\"]\n{more}\n"
    )
}

fn broken_at(place: &Place, file: &str, line: usize) -> String {
    let faults = place.open().faults();
    let [Fault::InputInvalid { field, reason }] = &faults[..] else { panic!("{faults:?}") };
    assert_eq!(*field, format!("{}:{line}", place.state.path().join(file).display()), "{reason}");
    reason.clone()
}

#[test]
fn every_bank_of_the_catalogue_is_whole() {
    let place = Place::new();
    let banks = place.open().banks();
    let ids: Vec<&str> = banks.iter().map(|bank| bank.id.as_str()).collect();
    assert_eq!(ids, ["ccb", "abc", "cmbc"]);
    for bank in &banks {
        assert_eq!(bank.mark.chars().count(), 1);
        assert!(!bank.issuers.is_empty() && bank.page.is_none());
        assert!(
            bank.english.is_ascii() && bank.token_english.is_ascii() && bank.component_english.is_ascii()
        );
    }
    assert_eq!(place.open().faults(), []);
}

#[test]
fn there_is_one_absent_row_for_each_maker() {
    let place = Place::new();
    let absent: Vec<_> =
        place.open().libraries().into_iter().filter(|row| row.state == LibraryState::Absent).collect();
    let names: HashSet<&str> = absent.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), absent.len());
    assert!(absent.iter().all(|row| row.path.as_str().starts_with('/')));
    assert!(!absent.is_empty());
}

#[test]
fn own_rows_are_added_and_replace_those_of_the_same_id() {
    let place = Place::new();
    place.own("banks.toml", &(bank("ccb", "Rehearsal") + &bank("icbc", "Another")));
    let banks = place.open().banks();
    assert_eq!(banks.iter().map(|bank| bank.id.as_str()).collect::<Vec<_>>(), ["ccb", "abc", "cmbc", "icbc"]);
    assert_eq!(banks[0].name.as_str(), "Rehearsal");
    assert_eq!(banks[0].page.as_deref(), Some("https://bank.example.cn/certify"));
    assert_eq!(banks[3].issuers, ["Own CA"]);
}

#[test]
fn own_rows_count_without_opening_the_catalogue_again() {
    let place = Place::new();
    let catalogue = place.open();
    place.own("banks.toml", &bank("icbc", "Another"));
    assert_eq!(catalogue.banks().len(), 4);
}

#[test]
fn an_own_library_row_finds_its_file_and_brings_its_profile() {
    let place = Place::new();
    let path = place.put("libown.so", &native(PKCS11, ""));
    let more = "banks = [\"icbc\"]\ninit_string = \"slots=4\"\nsm2 = \"mine\"\n\
                [sm2.mine]\nmechanism = 0x80001234\ninput = \"message\"\noutput = \"der\"";
    place.own("banks.toml", &bank("icbc", "Another"));
    place.own("libraries.toml", &library("own", path.to_str().unwrap(), more));
    let catalogue = place.open();
    assert_eq!(catalogue.faults(), []);
    let row = listed(&catalogue, &path);
    assert_eq!((row.name.as_str(), row.source), ("Own own", LibrarySource::Own));
    assert!(matches!(row.state, LibraryState::Found { .. }));
    approve(&catalogue, &path);
    let profile = &catalogue.orders()[0].profile;
    assert_eq!(profile.init_string.as_deref(), Some("slots=4"));
    let map = Sm2Map { mechanism: 0x8000_1234, input: Sm2Input::Message, output: Sm2Output::Der };
    assert_eq!(profile.sm2, Some(map));
}

#[test]
fn an_own_row_may_use_a_map_of_the_catalogue() {
    let place = Place::new();
    let path = place.put("libown.so", &native(PKCS11, ""));
    place.own("libraries.toml", &library("own", path.to_str().unwrap(), "sm2 = \"A\""));
    approve(&place.open(), &path);
    let map = Sm2Map { mechanism: 0x8000_8105, input: Sm2Input::Digest, output: Sm2Output::Raw };
    assert_eq!(place.open().orders()[0].profile.sm2, Some(map));
}

#[test]
fn a_row_is_known_by_its_file_name_wherever_the_file_lies() {
    let place = Place::new();
    let path = place.put("libgm3000.1.0.so", &native(SKF, ""));
    let library = inspect(&place.open(), &path);
    assert!(library.name.contains("GM3000"));
    assert_eq!((library.kind, library.source), (LibraryKind::Skf, LibrarySource::Own));
}

#[test]
fn a_broken_own_file_is_named_with_its_line_and_takes_nothing_away() {
    let place = Place::new();
    let before = place.open().libraries();
    place.own("banks.toml", "\n\n[[bank]\n");
    broken_at(&place, "banks.toml", 3);
    assert_eq!(place.open().banks().len(), 3);
    std::fs::remove_file(place.state.path().join("banks.toml")).unwrap();
    place.own("libraries.toml", &(library("good", "/opt/libgood.so", "") + "\n[[library]]\nid = \"x y\"\n"));
    broken_at(&place, "libraries.toml", 10);
    assert_eq!(place.open().libraries(), before);
}

#[test]
fn rows_that_cannot_be_are_refused() {
    let twice = library("own", "/opt/a.so", "") + &library("own", "/opt/b.so", "");
    let cases = [
        (library("own", "libx.so", ""), 6, ""),
        (library("own", "/opt/<arch>/x.so", ""), 6, ""),
        (library("own", r"C:\\x.dll", ""), 1, "paths"),
        (library("own", "/opt/x.so", "banks = [\"nobank\"]"), 1, "bank_unknown"),
        (library("own", "/opt/x.so", "sm2 = \"Z\""), 1, "sm2_unknown"),
        (library("own", "/opt/x.so", "surprise = 1"), 7, ""),
        (twice, 8, "duplicate"),
    ];
    for (text, line, reason) in cases {
        let place = Place::new();
        place.own("libraries.toml", &text);
        let told = broken_at(&place, "libraries.toml", line);
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn a_bank_page_with_a_query_is_refused() {
    let place = Place::new();
    place.own("banks.toml", &bank("icbc", "Another").replace("certify\"", "certify?to=x\""));
    broken_at(&place, "banks.toml", 10);
    let place = Place::new();
    place.own("banks.toml", &bank("icbc", "Another").replace("statement-v1", "html"));
    broken_at(&place, "banks.toml", 12);
}

#[test]
fn a_broken_library_at_a_known_place_is_shown_with_its_fault() {
    let place = Place::new();
    let path = place.put("libown.so", b"no library");
    place.own("libraries.toml", &library("own", path.to_str().unwrap(), ""));
    let row = listed(&place.open(), &path);
    assert!(matches!(row.state, LibraryState::Unusable { facts: None, fault: Fault::LibraryRefused { .. } }));
}

#[test]
fn one_file_at_two_places_is_one_library() {
    let place = Place::new();
    let path = place.put("libown.so", &native(PKCS11, ""));
    let link = path.with_file_name("liblink.so");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let places = [library("one", path.to_str().unwrap(), ""), library("two", link.to_str().unwrap(), "")];
    place.own("libraries.toml", &places.concat());
    listed(&place.open(), &path);
    let link = LibraryPath::parse(link.to_str().unwrap()).unwrap();
    assert!(place.open().libraries().iter().all(|library| library.path != link));
}
