//! What platforms are given, and the fields they ask for.

use proptest::prelude::*;
use std::collections::BTreeMap;
use tongguan_core::domain::platform::{
    AccountNumber, BranchNumber, Fen, Field, FieldRule, FieldSource, Platform, Rule, StepRule, Values, When,
};
use tongguan_core::fault::Fault;

/// For each field something that it takes.
const GOOD: [(Field, &str); 19] = [
    (Field::Name, "Li Hai"),
    (Field::DocumentKind, "id_card"),
    (Field::DocumentNumber, "11010519491231002X"),
    (Field::IdNumber, "11010519491231002X"),
    (Field::Phone, "13800000001"),
    (Field::BankCard, "6212345678901234569"),
    (Field::ValidFrom, "20160425"),
    (Field::ValidUntil, "00000000"),
    (Field::FaceBy, "alipay"),
    (Field::CompanyName, "Haihe Trade Ltd."),
    (Field::CompanyNumber, "9113000034801880XB"),
    (Field::LegalName, "Li Hai"),
    (Field::LegalIdNumber, "11010519491231002X"),
    (Field::LegalPhone, "13800000001"),
    (Field::AccountNumber, "6222020200112233445"),
    (Field::Branch, "102100099996"),
    (Field::MatterKind, "change"),
    (Field::MatterTitle, "Another name"),
    (Field::Role, "agent"),
];

fn flaw(fault: Fault) -> (String, String) {
    match fault {
        Fault::InputInvalid { field, reason } => (field, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_field_takes_its_form_and_refuses_others_by_its_name() {
    for ((field, good), known) in GOOD.into_iter().zip(Field::ALL) {
        assert_eq!(field, known);
        assert_eq!(field.check(good), Ok(()), "{field:?}");
        assert_eq!(flaw(field.check("").unwrap_err()), (field.name().into(), "empty".into()));
        assert_eq!(flaw(field.check("\u{1}").unwrap_err()).0, field.name());
        assert_eq!(serde_json::to_value(field).unwrap(), field.name());
    }
    assert_eq!(flaw(Field::FaceBy.check("mirror").unwrap_err()).1, "unknown");
    assert_eq!(flaw(Field::LegalPhone.check("12").unwrap_err()).0, "legal_phone");
}

#[test]
fn numbers_of_people_are_shown_by_their_ends_alone() {
    for (field, good) in GOOD {
        let shown = field.shown(good);
        assert_eq!(shown == good, !field.is_private(), "{field:?}");
    }
    let private = Field::ALL.into_iter().filter(|field| field.is_private());
    assert_eq!(private.count(), 7);
    assert!(!Field::FaceBy.is_offered() && Field::BankCard.is_offered());
}

#[test]
fn values_are_checked_as_they_come_in_and_hidden_in_the_log() {
    let mut values = Values::default();
    for (field, good) in GOOD {
        values.set(field, good).unwrap();
    }
    assert!(values.set(Field::Phone, "1").is_err());
    assert_eq!(values.get(Field::Phone), Some("13800000001"), "what is refused changes nothing");
    let debug = format!("{values:?}");
    for private in ["11010519491231002X", "13800000001", "6212345678901234569", "6222020200112233445"] {
        assert!(!debug.contains(private), "{debug}");
    }
    let wire = serde_json::to_string(&values).unwrap();
    assert_eq!(serde_json::from_str::<Values>(&wire).unwrap(), values);
    for bad in [r#"{"phone":"1"}"#, r#"{"phone":""}"#, r#"{"shoe_size":"43"}"#, r#"{"phone":13800000001}"#] {
        assert!(serde_json::from_str::<Values>(bad).is_err(), "{bad}");
    }
}

#[test]
fn later_values_stand_over_earlier_ones() {
    let of = |rows: &[(Field, &str)]| {
        let rows: BTreeMap<Field, String> = rows.iter().map(|(f, v)| (*f, (*v).to_owned())).collect();
        Values::try_from(rows).unwrap()
    };
    let mut values = of(&[(Field::Name, "Li Hai"), (Field::FaceBy, "quick")]);
    values.merge(&of(&[(Field::FaceBy, "alipay")]));
    assert_eq!(values, of(&[(Field::Name, "Li Hai"), (Field::FaceBy, "alipay")]));
    values.remove(Field::Name);
    assert_eq!(values.fields().collect::<Vec<_>>(), [(Field::FaceBy, "alipay")]);
}

#[test]
fn amounts_have_two_digits_behind_the_point() {
    assert_eq!(Fen::parse("0.37"), Ok(Fen(37)));
    assert_eq!(Fen::parse("12.00"), Ok(Fen(1200)));
    for bad in ["", "1", ".37", "0.3", "0.370", "-0.37", "+0.37", "0,37", "0.3 ", "99999999999.00"] {
        assert_eq!(flaw(Fen::parse(bad).unwrap_err()), ("amount".into(), "format".into()), "{bad}");
    }
}

#[test]
fn accounts_and_branches_are_digits() {
    assert!(AccountNumber::parse("12345678").is_ok() && AccountNumber::parse(&"1".repeat(32)).is_ok());
    assert_eq!(flaw(AccountNumber::parse("1234567").unwrap_err()).1, "length");
    assert_eq!(flaw(AccountNumber::parse("1234567A").unwrap_err()).1, "character");
    assert_eq!(flaw(BranchNumber::parse("10210009999").unwrap_err()).1, "length");
    assert_eq!(flaw(BranchNumber::parse("10210009999X").unwrap_err()), ("branch".into(), "character".into()));
}

#[test]
fn a_field_is_written_by_its_name_or_in_full() {
    let step: StepRule = serde_json::from_str(
        r#"{"id":"form","kind":"form","fields":["name",{"field":"phone","from":"earlier","optional":true}],
        "when":{"missing":"phone"},"next":"end"}"#,
    )
    .unwrap();
    let plain = FieldRule { field: Field::Name, from: None, fixed: false, optional: false };
    let full =
        FieldRule { field: Field::Phone, from: Some(FieldSource::Earlier), optional: true, ..plain.clone() };
    assert!(matches!(&step.rule, Rule::Form { fields, .. } if *fields == [plain, full]));
    assert_eq!(step.when, Some(When::Missing { missing: Field::Phone }));
    let both = r#"{"id":"form","kind":"signature","when":{"missing":"phone","field":"name","is":[]}}"#;
    assert!(serde_json::from_str::<StepRule>(both).is_err());
}

proptest! {
    #[test]
    fn an_amount_is_read_as_it_is_written(fen in any::<u32>()) {
        prop_assert_eq!(Fen::parse(&Fen(fen).to_string()), Ok(Fen(fen)));
    }

    #[test]
    fn no_field_fails_over_what_it_is_given(value in any::<String>()) {
        for field in Field::ALL {
            if let Err(fault) = field.check(&value) {
                prop_assert_eq!(flaw(fault).0, field.name());
            }
            let _ = field.shown(&value);
            let _ = Fen::parse(&value);
        }
    }

    #[test]
    fn a_description_of_anything_is_read_or_refused(text in "[a-z_\\[\\]{}\":, 0-9]{0,200}") {
        if let Ok(platform) = serde_json::from_str::<Platform>(&text) {
            let _ = platform.check();
        }
    }
}
