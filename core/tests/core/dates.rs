//! Dates on documents, generated right and broken.

use proptest::prelude::*;
use tongguan_core::domain::{CalendarDate, Timestamp, ValidUntil, Validity};
use tongguan_core::fault::Fault;

fn refused<T>(outcome: Result<T, Fault>) -> (String, String) {
    match outcome {
        Err(Fault::InputInvalid { field, reason }) => (field, reason),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

fn day(text: &str) -> CalendarDate {
    CalendarDate::parse(text).unwrap()
}

#[test]
fn a_day_is_written_as_people_read_it() {
    assert_eq!(day("20160405").hyphenated(), "2016-04-05");
}

#[test]
fn a_date_that_is_none_is_refused_with_the_field_and_the_reason() {
    for (from, until, field, reason) in [
        ("2016425", "20260425", "valid_from", "length"),
        ("2016-4-25", "20260425", "valid_from", "character"),
        ("20160431", "20260425", "valid_from", "no_such_day"),
        ("00000000", "20260425", "valid_from", "no_such_day"),
        ("20160425", "0000000", "valid_until", "length"),
        ("20160425", "20261301", "valid_until", "no_such_day"),
        ("20160425", "20160425", "valid_until", "before_start"),
        ("20160425", "20160424", "valid_until", "before_start"),
        ("20160425", "18991231", "valid_until", "no_such_day"),
    ] {
        assert_eq!(refused(Validity::parse(from, until)), (field.into(), reason.into()), "{from} {until}");
    }
}

#[test]
fn eight_noughts_are_without_end() {
    let validity = Validity::parse("20160425", "00000000").unwrap();
    assert_eq!(validity.until, ValidUntil::LongTerm);
    assert!(!validity.is_over(day("99991231")));
    assert!(validity.has_usual_span());
    assert_eq!(serde_json::to_string(&validity).unwrap(), r#"{"from":"20160425","until":"00000000"}"#);
}

#[test]
fn a_document_is_good_on_its_last_day_and_over_on_the_next() {
    let validity = Validity::parse("20160425", "20360425").unwrap();
    assert!(!validity.is_over(day("20360425")));
    assert!(validity.is_over(day("20360426")));
}

#[test]
fn the_day_is_chinas() {
    let late = Timestamp::parse("2026-11-22T00:30:00+08:00").unwrap();
    assert_eq!(CalendarDate::of(late), day("20261122"));
}

#[test]
fn an_unusual_span_is_told_apart() {
    for (until, usual) in
        [("20210425", true), ("20260425", true), ("20360425", true), ("20260424", false), ("20230425", false)]
    {
        assert_eq!(Validity::parse("20160425", until).unwrap().has_usual_span(), usual, "{until}");
    }
}

#[test]
fn a_validity_from_outside_is_checked_whole() {
    let validity = |text: &str| serde_json::from_str::<Validity>(text);
    assert!(validity(r#"{"from":"20160425","until":"20260425"}"#).is_ok());
    assert!(validity(r#"{"from":"20260425","until":"20160425"}"#).is_err());
    assert!(validity(r#"{"from":"00000000","until":"20160425"}"#).is_err());
    assert!(validity(r#"{"from":"20160425","until":"20260425","x":1}"#).is_err());
    assert!(validity(r#"{"from":20160425,"until":"20260425"}"#).is_err());
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 31,
    }
}

proptest! {
    #[test]
    fn exactly_the_days_of_the_calendar_are_taken(year in 0u32..10_000, month in 0u32..14, day in 0u32..33) {
        let text = format!("{year:04}{month:02}{day:02}");
        let right = year >= 1900 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        let parsed = CalendarDate::parse(&text);
        prop_assert_eq!(parsed.is_ok(), right, "{}", text);
        if let Ok(date) = parsed { prop_assert_eq!(date.to_string(), text); }
    }

    #[test]
    fn a_span_begins_before_it_ends(from in 1900u32..2100, until in 1900u32..2100, day in 1u32..29) {
        let (first, last) = (format!("{from}06{day:02}"), format!("{until}06{day:02}"));
        prop_assert_eq!(Validity::parse(&first, &last).is_ok(), from < until);
    }

    #[test]
    fn no_text_panics(from in any::<String>(), until in any::<String>()) {
        let _ = Validity::parse(&from, &until);
        let _ = CalendarDate::parse(&from);
        let _ = ValidUntil::parse(&until);
    }
}
