//! The generated world, judged by OpenSSL where it can be.

use crate::common::{SEED, now, openssl, pem, world};
use std::collections::BTreeSet;
use tongguan_core::domain::{CalendarDate, Certificate, DocumentKind, ValidUntil};
use tongguan_core::ports::{Right, Role};
use tongguan_sandbox_world::{KeyAlgorithm, Person, RsaEra, VERSION, World, WorldError};

fn certificate(card: &str) -> &'static [u8] {
    &world().card(card).unwrap().keys[0].certificate
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let again = World::generate(SEED, now()).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(world()).unwrap());
}

#[test]
fn the_first_company_is_the_agreed_one() {
    let company = &world().companies[0];
    assert_eq!(company.identity.name.as_str().chars().count(), 11);
    assert!(company.identity.uscc.as_str().starts_with("91120116MA0T3K1X"));
    assert_eq!(world().account("haihe-demo").unwrap().company, company.identity.uscc);
    assert_eq!(world().companies.len(), 8);
}

#[test]
fn nobody_else_carries_a_code_that_could_be_given_out() {
    for company in &world().companies[1..] {
        assert_eq!(&company.identity.uscc.as_str()[..4], "9199");
    }
    for company in &world().companies {
        for person in [&company.legal_representative, &company.operator] {
            assert!(person.document.number.as_str()[..4].contains("99"), "{person:?}");
        }
    }
}

#[test]
fn openssl_verifies_every_card_certificate_against_its_root() {
    let dir = tempfile::tempdir().unwrap();
    let authorities = &world().authorities;
    let roots = authorities.all().map(|a| (a, pem(dir.path(), &a.name.replace(' ', "-"), &a.certificate)));
    let moment = now().unix().to_string();
    for card in &world().cards {
        for key in &card.keys {
            let path = pem(dir.path(), &format!("{}-{}", card.name, key.reference), &key.certificate);
            let rogue = card.name == "haihe-untrusted";
            let (_, root) = roots
                .iter()
                .find(|(a, _)| {
                    a.trusted != rogue
                        && (rogue
                            || (a.key.algorithm == KeyAlgorithm::Sm2)
                                == (key.pair.algorithm == KeyAlgorithm::Sm2))
                })
                .unwrap();
            let mut arguments = vec!["verify", "-CAfile", root];
            match card.name.as_str() {
                "haihe-expired" | "haihe-not-yet" => arguments.push("-no_check_time"),
                _ => arguments.extend(["-attime", &moment]),
            }
            if key.pair.algorithm == KeyAlgorithm::Sm2 {
                arguments.extend(["-vfyopt", "distid:1234567812345678"]);
            }
            arguments.push(&path);
            openssl(&arguments);
        }
    }
}

#[test]
fn openssl_reads_the_electronic_port_shape() {
    let dir = tempfile::tempdir().unwrap();
    let path = pem(dir.path(), "card", certificate("haihe-operator-sm2"));
    let text = openssl(&["x509", "-in", &path, "-noout", "-text"]);
    for arc in [1, 3, 8, 9, 11, 12] {
        assert!(text.contains(&format!("1.3.6.1.4.1.5315.100.5.{arc}:")), "{text}");
    }
    assert!(text.contains("Digital Signature, Non Repudiation"), "{text}");
    assert!(text.contains("1.2.156.10197.1.501") || text.contains("SM2-with-SM3"), "{text}");
    assert!(openssl(&["x509", "-in", &path, "-noout", "-serial"]).starts_with("serial=03"));
}

#[test]
fn openssl_finds_the_revoked_card_on_the_list_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list.crl");
    std::fs::write(&list, &world().authorities.sm2.revocation_list).unwrap();
    let text = openssl(&["crl", "-inform", "DER", "-in", list.to_str().unwrap(), "-noout", "-text"]);
    let serial = |card: &str| {
        let path = pem(dir.path(), card, certificate(card));
        openssl(&["x509", "-in", &path, "-noout", "-serial"]).trim().trim_start_matches("serial=").to_owned()
    };
    assert!(text.contains(&serial("haihe-revoked")), "{text}");
    assert_eq!(text.matches("Serial Number").count(), 1, "{text}");
}

#[test]
fn openssl_verifies_a_signature_of_each_kind_of_key() {
    let dir = tempfile::tempdir().unwrap();
    let message = dir.path().join("message");
    std::fs::write(&message, b"message").unwrap();
    for key in &world().card("haihe-all").unwrap().keys {
        let path = pem(dir.path(), "card", &key.certificate);
        let public = dir.path().join("public.pem");
        openssl(&["x509", "-in", &path, "-noout", "-pubkey", "-out", public.to_str().unwrap()]);
        let bare = key.pair.sign(b"message").unwrap();
        let signature = dir.path().join("signature");
        let digest = if key.pair.algorithm == KeyAlgorithm::Sm2 { "-sm3" } else { "-sha256" };
        std::fs::write(&signature, if bare.len() == 64 { sequence(&bare) } else { bare }).unwrap();
        let mut arguments =
            vec!["pkeyutl", "-verify", "-pubin", "-inkey", public.to_str().unwrap(), "-rawin"];
        arguments.extend(["-digest", &digest[1..], "-in", message.to_str().unwrap()]);
        arguments.extend(["-sigfile", signature.to_str().unwrap()]);
        if key.pair.algorithm == KeyAlgorithm::Sm2 {
            arguments.extend(["-pkeyopt", "distid:1234567812345678"]);
        }
        openssl(&arguments);
    }
}

fn sequence(bare: &[u8]) -> Vec<u8> {
    use der::Encode;
    let (r, s) = bare.split_at(32);
    vec![der::asn1::Uint::new(r).unwrap(), der::asn1::Uint::new(s).unwrap()].to_der().unwrap()
}

#[test]
fn the_core_reads_what_was_put_in() {
    let card = world().card("haihe-operator-sm2").unwrap();
    let company = &world().companies[0];
    let read = Certificate::parse(certificate("haihe-operator-sm2")).unwrap();
    assert_eq!(read.company(), Some(company.identity.name.as_str()));
    assert_eq!(read.holder(), company.operator.name.as_str());
    assert_eq!(read.organization_code(), Some(&company.identity.organization_code));
    assert_eq!(read.card_number(), Some(card.serial.as_str()));
    assert!(read.may_sign());
    let root = Certificate::parse(&world().authorities.sm2.certificate).unwrap();
    read.verify_issued_by(&root).unwrap();
    let rogue = Certificate::parse(certificate("haihe-untrusted")).unwrap();
    assert!(rogue.verify_issued_by(&root).is_err());
}

#[test]
fn each_flawed_card_has_its_flaw() {
    let read = |card: &str| Certificate::parse(certificate(card)).unwrap();
    assert!(read("haihe-expired").check_validity(now()).is_err());
    assert!(read("haihe-not-yet").check_validity(now()).is_err());
    assert!(read("haihe-soon").check_validity(now()).is_ok());
    assert_eq!(read("haihe-soon").days_left(now()), 30);
    assert!(!read("haihe-no-signature").may_sign());
    let second = world().card("second-same-number").unwrap();
    assert_eq!(second.serial, world().card("haihe-operator-sm2").unwrap().serial);
}

#[test]
fn the_core_reads_the_rsa_era() {
    let company = &world().companies[0];
    let era = RsaEra::generate(SEED, now(), company).unwrap();
    let read = Certificate::parse(&era.certificate).unwrap();
    assert_eq!(read.company(), Some(company.identity.name.as_str()));
    assert_eq!(read.holder(), company.operator.name.as_str());
    assert_eq!(read.serial().len(), 8);
    read.verify_issued_by(&Certificate::parse(&era.issuer).unwrap()).unwrap();
}

#[test]
fn pins_have_eight_digits_and_are_not_the_factory_one() {
    for card in &world().cards {
        let pin = card.pin.expose();
        assert!(pin.len() == 8 && pin.bytes().all(|b| b.is_ascii_digit()) && pin != "88888888");
        assert!(!format!("{card:?}").contains(pin), "Debug shows no PIN");
    }
}

#[test]
fn a_world_is_written_once_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    world().write(dir.path()).unwrap();
    let opened = World::open(dir.path(), SEED).unwrap();
    assert_eq!(serde_json::to_string(&opened).unwrap(), serde_json::to_string(world()).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join("world.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(matches!(World::open(dir.path(), 8), Err(WorldError::OtherSeed { found: SEED, wanted: 8 })));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_file_of_an_earlier_program_is_made_anew_and_one_of_a_later_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("world.json");
    std::fs::write(&path, format!("{{\"seed\":{SEED},\"made_at\":\"2026-11-21T20:00:00+08:00\"}}")).unwrap();
    assert!(matches!(World::open(dir.path(), 8), Err(WorldError::OtherSeed { found: SEED, wanted: 8 })));
    let opened = World::open(dir.path(), SEED).unwrap();
    assert_eq!(opened.version, VERSION);
    assert_eq!(
        opened.card("haihe-all").unwrap().pin.expose(),
        world().card("haihe-all").unwrap().pin.expose()
    );
    let kept = World::open(dir.path(), SEED).unwrap();
    assert_eq!(serde_json::to_string(&kept).unwrap(), serde_json::to_string(&opened).unwrap());
    let later = format!("{{\"version\":{},\"seed\":{SEED}}}", VERSION + 1);
    std::fs::write(&path, &later).unwrap();
    assert!(matches!(World::open(dir.path(), SEED), Err(WorldError::OtherVersion { known: VERSION, .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), later);
}

fn people() -> Vec<&'static Person> {
    let staff = world().companies.iter().flat_map(|c| [&c.legal_representative, &c.operator]);
    // The administrators are the operators once more.
    let holders = world().accounts.iter().filter(|account| account.role != Role::Administrator);
    staff.chain(holders.map(|account| &account.holder)).collect()
}

#[test]
fn every_person_has_papers_that_are_valid_and_nobody_else_s() {
    let today = CalendarDate::of(now());
    let (mut phones, mut cards, mut documents) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for person in people() {
        assert!(person.validity.from < today && !person.validity.is_over(today), "{person:?}");
        assert!(person.validity.has_usual_span(), "{person:?}");
        assert!(person.phone.as_str().starts_with("1990000") && phones.insert(person.phone.as_str()));
        assert!(person.bank_card.as_str().starts_with("6200000") && cards.insert(person.bank_card.as_str()));
        assert!(documents.insert(person.document.number.as_str()));
    }
    assert!(people().iter().any(|person| person.validity.until == ValidUntil::LongTerm));
    assert!(people().iter().any(|person| person.validity.until != ValidUntil::LongTerm));
}

#[test]
fn somebody_has_each_kind_of_document_and_the_first_company_has_identity_cards() {
    for kind in [
        DocumentKind::IdCard,
        DocumentKind::Passport,
        DocumentKind::HomeReturnPermit,
        DocumentKind::TaiwanPermit,
        DocumentKind::ForeignPermanentResidence,
    ] {
        let mut legal = world().companies.iter().map(|company| &company.legal_representative);
        assert!(legal.any(|person| person.document.kind == kind), "{kind:?}");
    }
    let first = &world().companies[0];
    for person in [&first.legal_representative, &first.operator] {
        assert_eq!(person.document.kind, DocumentKind::IdCard);
    }
    assert!(!world().companies[0].address.as_str().contains('{'));
}

#[test]
fn a_persons_numbers_are_not_in_debug() {
    for person in people() {
        let shown = format!("{person:?}");
        for number in [person.document.number.as_str(), person.bank_card.as_str(), person.phone.as_str()] {
            assert!(!shown.contains(number), "{shown}");
        }
    }
}

#[test]
fn the_first_company_has_an_administrator_an_operator_and_a_guest() {
    let account = |name: &str| world().account(name).unwrap();
    let (demo, clerk, guest) = (account("haihe-demo"), account("haihe-clerk"), account("haihe-guest"));
    assert_eq!((demo.role, clerk.role, guest.role), (Role::Administrator, Role::Operator, Role::Personal));
    assert_eq!(clerk.rights, [Right::Certify]);
    assert!(demo.rights.is_empty() && guest.rights.is_empty() && guest.email.is_none());
    assert_eq!(demo.holder.document, world().companies[0].operator.document);
    assert_eq!(demo.email.as_ref().unwrap().as_str(), "haihe-demo@tongguan.example");
    assert_eq!(world().accounts.len(), 10);
    let bound: Vec<_> = world().cards.iter().filter(|card| card.account.is_some()).collect();
    assert!(bound.len() == 1 && bound[0].name == "haihe-legal-sm2");
    assert_eq!(bound[0].account.as_ref(), Some(&demo.name));
}
