//! Values of people: documents, dates, addresses and bank cards, generated right and broken.

use proptest::prelude::*;
use tongguan_core::domain::{
    BankCardNumber, CalendarDate, CitizenIdNumber, Country, Document, DocumentKind, EmailAddress,
    OrganizationCode, PersonName, PhoneNumber, REGIONS, Region, Timestamp, UnifiedSocialCreditCode,
    VerificationCode,
};
use tongguan_core::fault::Fault;

const ID_CARD: DocumentKind = DocumentKind::IdCard;
const KINDS: [DocumentKind; 5] = [
    ID_CARD,
    DocumentKind::Passport,
    DocumentKind::HomeReturnPermit,
    DocumentKind::TaiwanPermit,
    DocumentKind::ForeignPermanentResidence,
];

fn refused<T>(outcome: Result<T, Fault>) -> (String, String) {
    match outcome {
        Err(Fault::InputInvalid { field, reason }) => (field, reason),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

fn number_refused(kind: DocumentKind, number: &str) -> String {
    let (field, reason) = refused(Document::parse(kind, number));
    assert_eq!(field, "document_number");
    reason
}

#[test]
fn the_published_examples_have_the_check_characters_that_their_standards_say() {
    // GB 32100 and GB 11714.
    assert_eq!(
        UnifiedSocialCreditCode::complete("91350100M000100Y4").unwrap().as_str(),
        "91350100M000100Y43"
    );
    assert_eq!(
        UnifiedSocialCreditCode::complete("9113000034801880X").unwrap().as_str(),
        "9113000034801880XB"
    );
    assert_eq!(OrganizationCode::complete("34801880").unwrap().as_str(), "34801880X");
    // GB 11643.
    assert_eq!(CitizenIdNumber::complete("11010519491231002").unwrap().as_str(), "11010519491231002X");
    assert_eq!(CitizenIdNumber::complete("44052418800101001").unwrap().as_str(), "440524188001010014");
    // ISO/IEC 7812.
    assert!(BankCardNumber::parse("6212345678901234569").is_ok());
}

#[test]
fn the_manuals_own_sample_of_a_code_is_refused_with_the_reason() {
    let sample = "DYCK12345671234567";
    assert_eq!(refused(UnifiedSocialCreditCode::parse(sample)), ("uscc".into(), "check_character".into()));
    let (field, reason) = refused(UnifiedSocialCreditCode::parse("DYCK1234567123456A"));
    assert_eq!((field.as_str(), reason.as_str()), ("uscc", "organization_code"), "A is the check character");
    // Even with the check character that belongs there, the organisation code inside is none.
    let mended = UnifiedSocialCreditCode::complete(&sample[..17]);
    assert_eq!(refused(mended), ("uscc".into(), "organization_code".into()));
    assert_eq!(OrganizationCode::complete("56712345").unwrap().as_str(), "567123458");
}

#[test]
fn each_kind_of_document_has_its_form() {
    for (kind, good) in [
        (ID_CARD, "11010519491231002X"),
        (ID_CARD, "810000199408230021"), // a residence permit of Hong Kong
        (DocumentKind::Passport, "E12345678"),
        (DocumentKind::Passport, "EA1234567"),
        (DocumentKind::HomeReturnPermit, "H12345678"),
        (DocumentKind::HomeReturnPermit, "M1234567890"),
        (DocumentKind::TaiwanPermit, "12345678"),
        (DocumentKind::ForeignPermanentResidence, "911124198108030024"),
    ] {
        assert_eq!(Document::parse(kind, good).unwrap().number.as_str(), good);
    }
    for (kind, bad, reason) in [
        (ID_CARD, "", "empty"),
        (ID_CARD, "1101051949123100", "length"),
        (ID_CARD, "11010519491231002x", "character"),
        (ID_CARD, "110105194912310021", "check_character"),
        (ID_CARD, "110105194913310021", "birth_date"),
        (DocumentKind::Passport, "123456789", "passport_not_prc"),
        (DocumentKind::Passport, "X12345678", "passport_not_prc"),
        (DocumentKind::Passport, "E1234567", "passport_not_prc"),
        (DocumentKind::Passport, "EAB123456", "passport_not_prc"),
        (DocumentKind::HomeReturnPermit, "T12345678", "character"),
        (DocumentKind::HomeReturnPermit, "H1234567", "length"),
        (DocumentKind::TaiwanPermit, "1234567", "length"),
        (DocumentKind::TaiwanPermit, "1234567A", "character"),
        (DocumentKind::ForeignPermanentResidence, "11010519491231002X", "character"),
    ] {
        assert_eq!(number_refused(kind, bad), reason, "{kind:?} {bad}");
    }
}

#[test]
fn the_first_identity_cards_are_older_than_any_calendar_of_documents() {
    let born = Document::parse(ID_CARD, "440524188001010014").unwrap();
    assert_eq!(born.born_by(CalendarDate::parse("19000101").unwrap()), Ok(()));
}

#[test]
fn a_document_from_outside_is_held_to_its_kind() {
    let document = |text: &str| serde_json::from_str::<Document>(text);
    assert!(document(r#"{"kind":"taiwan_permit","number":"12345678"}"#).is_ok());
    assert!(document(r#"{"kind":"passport","number":"12345678"}"#).is_err());
    assert!(document(r#"{"kind":"library_card","number":"12345678"}"#).is_err());
    assert!(document(r#"{"kind":"taiwan_permit","number":"12345678","issued":"x"}"#).is_err());
    assert!(document(r#"{"kind":"taiwan_permit"}"#).is_err());
}

#[test]
fn a_refusal_names_its_field() {
    assert_eq!(refused(PhoneNumber::parse("1990000000")), ("phone".into(), "length".into()));
    assert_eq!(refused(PhoneNumber::parse("12900000001")), ("phone".into(), "character".into()));
    assert_eq!(refused(PhoneNumber::parse("+8619900000")), ("phone".into(), "character".into()));
    assert_eq!(refused(EmailAddress::parse("")), ("email".into(), "empty".into()));
    assert_eq!(refused(Country::parse("cn")), ("country".into(), "character".into()));
    assert_eq!(refused(Region::parse("99")), ("region".into(), "unknown".into()));
    assert_eq!(refused(VerificationCode::parse("12345")), ("code".into(), "length".into()));
    assert_eq!(refused(VerificationCode::parse("12345a")), ("code".into(), "character".into()));
    assert_eq!(refused(PersonName::parse("L")), ("person_name".into(), "length".into()));
    assert_eq!(
        refused(BankCardNumber::parse("4111111111111111")),
        ("bank_card".into(), "not_unionpay".into())
    );
    assert_eq!(refused(BankCardNumber::parse("621234567890")), ("bank_card".into(), "length".into()));
    assert_eq!(
        refused(BankCardNumber::parse("6212345678901234560")),
        ("bank_card".into(), "check_character".into())
    );
    assert_eq!(
        refused(BankCardNumber::parse("6212 3456 7890 1234")),
        ("bank_card".into(), "character".into())
    );
}

#[test]
fn an_address_for_mail_has_a_name_and_a_domain() {
    for good in ["a@b.cn", "first.last+tag@mail.example.com", "x@sub-domain.example.cn"] {
        assert!(EmailAddress::parse(good).is_ok(), "{good}");
    }
    for bad in ["a", "@b.cn", "a@", "a@b", "a@b..cn", "a@-b.cn", "a@b.cn@c.cn", "a b@c.cn", "a@b.cn\n"] {
        assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn all_regions_are_taken_and_countries_have_three_letters() {
    assert!(REGIONS.iter().all(|region| Region::parse(region).is_ok()));
    for bad in ["", "1", "1 ", "130", "AA", "10", "66"] {
        assert!(Region::parse(bad).is_err(), "{bad:?}");
    }
    assert!(Country::parse("CHN").is_ok());
}

/// The digit that ISO/IEC 7812 wants behind these: the sum of doubled and single digits ends in nought.
fn luhn_digit(body: &str) -> u32 {
    let doubled = |digit: u32| (digit * 2) / 10 + (digit * 2) % 10;
    let digits = body.chars().rev().map(|c| c.to_digit(10).unwrap());
    let sum: u32 = digits.enumerate().map(|(at, d)| if at % 2 == 0 { doubled(d) } else { d }).sum();
    (10 - sum % 10) % 10
}

/// What one other character makes of a number; places beyond its end count from its beginning again.
fn with_other(number: &str, at: usize, other: &str) -> String {
    let (mut changed, at) = (number.to_owned(), at % number.len());
    changed.replace_range(at..=at, other);
    changed
}

/// GB 11714 reckons mod 11 with letters of up to 35: characters that are equal there are one to the check.
fn alike_mod_11(one: &str, other: &str) -> bool {
    let value = |c: char| c.to_digit(36).unwrap() % 11;
    one.chars().zip(other.chars()).all(|(one, other)| value(one) == value(other))
}

proptest! {
    #[test]
    fn a_completed_id_number_is_right_and_one_wrong_character_is_noticed(
        region in 100_000u32..900_000, year in 1900u32..2026, month in 1u32..13, day in 1u32..29,
        order in 0u32..1000, at in 0usize..18, other in "[0-9A-Zxa ]"
    ) {
        let number = CitizenIdNumber::complete(&format!("{region}{year}{month:02}{day:02}{order:03}")).unwrap();
        let document = Document::parse(ID_CARD, number.as_str()).unwrap();
        prop_assert_eq!(document.number.as_str(), number.as_str());
        let changed = with_other(number.as_str(), at, &other);
        prop_assert_eq!(CitizenIdNumber::parse(&changed).is_ok(), changed == number.as_str());
        prop_assert_eq!(Document::parse(ID_CARD, &changed).is_ok(), changed == number.as_str());
    }

    #[test]
    fn an_organisation_code_of_digits_has_its_check_character_and_one_wrong_one_is_noticed(
        body in "[0-9]{8}", at in 0usize..8, other in "[0-9a-z -]"
    ) {
        let code = OrganizationCode::complete(&body).unwrap();
        prop_assert_eq!(code.as_str().get(..8), Some(body.as_str()));
        let changed = with_other(code.as_str(), at, &other);
        prop_assert_eq!(OrganizationCode::parse(&changed).is_ok(), changed == code.as_str());
    }

    #[test]
    fn of_one_with_letters_every_wrong_character_that_the_standard_tells_apart_is_noticed(
        body in "[0-9A-Z]{8}", at in 0usize..8, other in "[0-9A-Z]"
    ) {
        let code = OrganizationCode::complete(&body).unwrap();
        let changed = with_other(code.as_str(), at, &other);
        prop_assert_eq!(OrganizationCode::parse(&changed).is_ok(), alike_mod_11(&changed, code.as_str()));
    }

    #[test]
    fn there_is_one_check_character_to_an_organisation_code(body in "[0-9A-Z]{8}", other in "[0-9A-Za-z]") {
        let code = OrganizationCode::complete(&body).unwrap();
        let changed = with_other(code.as_str(), 8, &other);
        prop_assert_eq!(OrganizationCode::parse(&changed).is_ok(), changed == code.as_str());
    }

    #[test]
    fn whoever_is_born_by_a_day_has_a_number_of_that_day_or_an_earlier_one(
        today in 0i64..40_000, distance in -400i64..400, order in 0u32..1000, foreigner in any::<bool>()
    ) {
        let day = |days: i64| CalendarDate::of(Timestamp::from_unix(days * 86_400).unwrap());
        let born = (today + distance).max(0);
        let (kind, region) = match foreigner {
            true => (DocumentKind::ForeignPermanentResidence, "911124"),
            false => (ID_CARD, "110105"),
        };
        let number = CitizenIdNumber::complete(&format!("{region}{}{order:03}", day(born))).unwrap();
        let document = Document::parse(kind, number.as_str()).unwrap();
        let outcome = document.born_by(day(today));
        if born <= today {
            prop_assert_eq!(outcome, Ok(()));
        } else {
            prop_assert_eq!(refused(outcome), ("document_number".into(), "birth_date".into()));
        }
    }

    #[test]
    fn a_number_without_a_birth_in_it_says_nothing_of_it(digits in "[0-9]{8}", days in 0i64..40_000) {
        let day = CalendarDate::of(Timestamp::from_unix(days * 86_400).unwrap());
        for (kind, number) in [
            (DocumentKind::Passport, format!("E{digits}")),
            (DocumentKind::HomeReturnPermit, format!("H{digits}")),
            (DocumentKind::TaiwanPermit, digits.clone()),
        ] {
            prop_assert_eq!(Document::parse(kind, &number).unwrap().born_by(day), Ok(()));
        }
    }

    #[test]
    fn only_prc_passports_are_taken(letters in "[A-Z]{1,2}", digits in "[0-9]{7,8}") {
        let number = format!("{letters}{digits}");
        let right = number.len() == 9 && letters.starts_with(['E', 'G', 'D', 'S', 'P']);
        prop_assert_eq!(Document::parse(DocumentKind::Passport, &number).is_ok(), right);
    }

    #[test]
    fn permits_have_their_letters_and_lengths(letter in "[A-Z]", digits in "[0-9]{6,11}") {
        let right = matches!(letter.as_str(), "H" | "M") && matches!(digits.len(), 8 | 10);
        let home = Document::parse(DocumentKind::HomeReturnPermit, &format!("{letter}{digits}"));
        prop_assert_eq!(home.is_ok(), right);
        prop_assert_eq!(Document::parse(DocumentKind::TaiwanPermit, &digits).is_ok(), digits.len() == 8);
    }

    #[test]
    fn a_bank_card_has_its_check_digit_and_one_wrong_character_is_noticed(
        body in "62[0-9]{10,16}", at in 0usize..19, other in "[0-9A-Z ]"
    ) {
        let number = format!("{body}{}", luhn_digit(&body));
        prop_assert!(BankCardNumber::parse(&number).is_ok());
        let changed = with_other(&number, at, &other);
        prop_assert_eq!(BankCardNumber::parse(&changed).is_ok(), changed == number);
    }

    #[test]
    fn a_phone_is_eleven_digits_from_13_to_19(second in 0u8..10, rest in "[0-9]{7,11}") {
        let right = (3..=9).contains(&second) && rest.len() == 9;
        prop_assert_eq!(PhoneNumber::parse(&format!("1{second}{rest}")).is_ok(), right);
    }

    #[test]
    fn no_text_panics_and_what_is_accepted_is_kept_as_it_is(text in any::<String>()) {
        for kind in KINDS {
            if let Ok(document) = Document::parse(kind, &text) {
                prop_assert_eq!(document.number.as_str(), text.as_str());
            }
        }
        if let Ok(value) = EmailAddress::parse(&text) { prop_assert_eq!(value.as_str(), text.as_str()); }
        if let Ok(value) = PersonName::parse(&text) { prop_assert_eq!(value.as_str(), text.as_str()); }
        if let Ok(value) = Country::parse(&text) { prop_assert_eq!(value.as_str(), text.as_str()); }
        for outcome in [
            PhoneNumber::parse(&text).map(String::from),
            BankCardNumber::parse(&text).map(String::from),
            VerificationCode::parse(&text).map(String::from),
        ] {
            prop_assert!(outcome.is_err() || outcome == Ok(text.clone()));
        }
    }

    #[test]
    fn nothing_private_is_whole_in_debug_or_masked(
        phone in "1[3-9][0-9]{9}", name in "[a-z]{5,20}", body in "62[0-9]{10,16}", code in "[0-9]{6}"
    ) {
        let phone = PhoneNumber::parse(&phone).unwrap();
        let email = EmailAddress::parse(&format!("{name}@example.cn")).unwrap();
        let card = BankCardNumber::parse(&format!("{body}{}", luhn_digit(&body))).unwrap();
        let code = VerificationCode::parse(&code).unwrap();
        let document = Document::parse(ID_CARD, "11010519491231002X").unwrap();
        let shown = format!("{phone:?} {email:?} {card:?} {code:?} {document:?} {:?} {} {}",
            document.masked(), phone.masked(), card.masked());
        for whole in [phone.as_str(), email.as_str(), card.as_str(), code.as_str(), document.number.as_str()] {
            prop_assert!(!shown.contains(whole), "{whole} in {shown}");
        }
        // The day of birth is in the middle.
        prop_assert!(!shown.contains("19491231"), "{shown}");
    }
}
