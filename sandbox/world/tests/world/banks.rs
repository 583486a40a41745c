//! Banks, their authorities and the UKeys of their customers, judged by OpenSSL where it can be.

use crate::common::{now, openssl, pem, world};
use std::collections::BTreeSet;
use tongguan_core::domain::{Certificate, OrganizationCode};
use tongguan_sandbox_world::{KeyAlgorithm, UkeyBlueprint};

fn ukey(name: &str) -> &'static UkeyBlueprint {
    world().ukey(name).unwrap_or_else(|| panic!("{name}"))
}

fn read(name: &str) -> Certificate {
    Certificate::parse(&ukey(name).keys[0].certificate).unwrap()
}

#[test]
fn each_bank_has_two_authorities_and_knows_the_first_company() {
    let ids: Vec<&str> = world().banks.iter().map(|bank| bank.id.as_str()).collect();
    assert_eq!(ids, ["ccb", "abc", "cmbc"]);
    let mut issuers = BTreeSet::new();
    for bank in &world().banks {
        let names: Vec<&str> = bank.authorities.iter().map(|a| a.name.as_str()).collect();
        let mark = bank.id.as_str().to_uppercase();
        assert_eq!(
            names,
            [format!("Tongguan sandbox {mark} SM2 CA"), format!("Tongguan sandbox {mark} RSA CA")]
        );
        for (authority, der) in bank.authorities.iter().zip(world().bank_anchors(bank.id.as_str())) {
            assert_eq!(Certificate::parse(&der).unwrap().issuer(), authority.name);
            assert!(issuers.insert(authority.key.private_key.expose().to_vec()), "a key of its own");
        }
        assert_eq!(bank.customer(&world().companies[0].identity.uscc).unwrap(), &bank.customers[0]);
    }
    assert_eq!(issuers.len(), 6);
    assert!(world().bank_anchors("nobody").is_empty());
}

#[test]
fn one_bank_has_a_former_name_of_the_first_company_in_its_books() {
    let identity = &world().companies[0].identity;
    let customer = |bank: &str| world().bank(bank).unwrap().customer(&identity.uscc).unwrap().identity();
    assert_eq!(customer("ccb"), *identity);
    assert_eq!(customer("cmbc"), *identity);
    assert_ne!(customer("abc").name, identity.name);
    assert_eq!(customer("abc").organization_code, identity.organization_code);
    assert_eq!(read("haihe-abc-sm2").company(), Some(customer("abc").name.as_str()));
    assert!(world().bank("abc").unwrap().customer(&world().companies[1].identity.uscc).is_none());
}

#[test]
fn the_trust_anchors_for_cards_are_no_bank_s() {
    let anchors = world().trust_anchors();
    assert_eq!(anchors.len(), 2);
    for anchor in anchors.iter().map(|der| Certificate::parse(der).unwrap()) {
        for key in world().ukeys.iter().filter(|ukey| ukey.bank.is_some()).flat_map(|ukey| &ukey.keys) {
            assert!(Certificate::parse(&key.certificate).unwrap().verify_issued_by(&anchor).is_err());
        }
    }
}

#[test]
fn openssl_verifies_every_ukey_certificate_against_its_bank_and_not_the_impostor_s() {
    let dir = tempfile::tempdir().unwrap();
    let moment = now().unix().to_string();
    for (ukey, bank) in world().ukeys.iter().filter_map(|ukey| Some((ukey, ukey.bank.as_ref()?))) {
        for key in &ukey.keys {
            let path = pem(dir.path(), &format!("{}-{}", ukey.name, key.reference), &key.certificate);
            let anchors = world().bank_anchors(bank.as_str());
            let anchor = &anchors[usize::from(key.pair.algorithm != KeyAlgorithm::Sm2)];
            let root = pem(dir.path(), "root", anchor);
            let mut arguments = vec!["verify", "-CAfile", &root];
            match ukey.name.as_str() {
                "haihe-ccb-expired" => arguments.push("-no_check_time"),
                _ => arguments.extend(["-attime", &moment]),
            }
            if key.pair.algorithm == KeyAlgorithm::Sm2 {
                arguments.extend(["-vfyopt", "distid:1234567812345678"]);
            }
            arguments.push(&path);
            if ukey.name == "haihe-ccb-untrusted" {
                let output = std::process::Command::new("openssl").args(&arguments).output().unwrap();
                assert!(!output.status.success());
                continue;
            }
            openssl(&arguments);
        }
    }
}

#[test]
fn openssl_reads_the_shape_of_a_bank_s_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let path = pem(dir.path(), "ukey", &ukey("haihe-ccb-sm2").keys[0].certificate);
    let text = openssl(&["x509", "-in", &path, "-noout", "-text", "-nameopt", "utf8,sep_comma_plus,sname"]);
    let uscc = &world().companies[0].identity.uscc;
    assert!(text.contains(&format!("organizationIdentifier=NTRCN-{uscc}")), "{text}");
    assert!(text.contains(&format!("O={}", world().companies[0].identity.name)), "{text}");
    assert!(text.contains("Digital Signature, Non Repudiation"), "{text}");
    let path = pem(dir.path(), "mixed", &ukey("haihe-ccb-mixed").keys[0].certificate);
    let text = openssl(&["x509", "-in", &path, "-noout", "-text"]);
    assert!(text.contains("Key Encipherment") && !text.contains("Digital Signature"), "{text}");
}

#[test]
fn openssl_finds_the_revoked_ukey_on_its_bank_s_list_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    for bank in &world().banks {
        for (authority, der) in bank.authorities.iter().zip(world().bank_revocation_lists(bank.id.as_str())) {
            let list = dir.path().join("list.crl");
            std::fs::write(&list, der).unwrap();
            let text = openssl(&["crl", "-inform", "DER", "-in", list.to_str().unwrap(), "-noout", "-text"]);
            let expected = usize::from(authority.name == "Tongguan sandbox CCB SM2 CA");
            assert_eq!(text.matches("Serial Number").count(), expected, "{}", authority.name);
            let serial = read("haihe-ccb-revoked").serial().to_uppercase();
            assert_eq!(text.contains(&serial), expected == 1, "{text}");
        }
    }
}

#[test]
fn the_core_reads_whose_ukey_it_is() {
    for name in ["haihe-ccb-sm2", "haihe-ccb-rsa", "haihe-ccb-p256", "haihe-abc-rsa", "haihe-cmbc-p256"] {
        let organization: &OrganizationCode = &world().companies[0].identity.organization_code;
        assert_eq!(read(name).organization_code(), Some(organization), "{name}");
        assert!(read(name).may_sign());
        assert_eq!(read(name).card_number(), None);
    }
    let second = &world().companies[1].identity;
    for name in ["second-ccb-sm2", "second-ccb-rsa"] {
        assert_eq!(read(name).organization_code(), Some(&second.organization_code), "{name}");
        assert_eq!(read(name).company(), Some(second.name.as_str()));
    }
    assert_eq!(read("haihe-cmbc-p256").issuer(), "Tongguan sandbox CMBC RSA CA");
}

#[test]
fn each_flawed_ukey_has_its_flaw_and_no_other() {
    assert!(read("haihe-ccb-expired").check_validity(now()).is_err());
    let issuer = Certificate::parse(&world().bank_anchors("ccb")[0]).unwrap();
    for name in ["haihe-ccb-expired", "haihe-ccb-revoked", "haihe-ccb-sm2"] {
        read(name).verify_issued_by(&issuer).unwrap();
    }
    let untrusted = read("haihe-ccb-untrusted");
    assert_eq!(untrusted.issuer(), issuer.holder(), "the name is right, the key is not");
    assert!(untrusted.verify_issued_by(&issuer).is_err());
    assert!(untrusted.check_validity(now()).is_ok());
}

#[test]
fn some_ukeys_carry_two_certificates() {
    let parsed = |name: &str| -> Vec<Certificate> {
        ukey(name).keys.iter().map(|key| Certificate::parse(&key.certificate).unwrap()).collect()
    };
    let two = parsed("haihe-ccb-two");
    assert!(two.len() == 2 && two.iter().all(Certificate::may_sign));
    assert_eq!(two[0].company(), two[1].company());
    assert_ne!(two[0].serial(), two[1].serial());
    let mixed = parsed("haihe-ccb-mixed");
    assert_eq!(mixed.iter().map(Certificate::may_sign).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn the_electronic_port_s_ukey_is_a_card_in_another_shape() {
    let (ukey, read) = (ukey("second-port-sm2"), read("second-port-sm2"));
    let account = world().account("bohai-demo").unwrap();
    assert_eq!((&ukey.bank, ukey.account.as_ref()), (&None, Some(&account.name)));
    assert_eq!((read.holder(), read.may_sign()), (account.holder.name.as_str(), true));
    assert_eq!(read.organization_code(), Some(&world().companies[1].identity.organization_code));
    assert!(read.card_number().is_some_and(|number| world().cards.iter().all(|card| card.serial != number)));
    read.verify_issued_by(&Certificate::parse(&world().authorities.sm2.certificate).unwrap()).unwrap();
    assert!(world().ukeys.iter().all(|other| other.bank.is_some() != (other.name == ukey.name)));
}

#[test]
fn secrets_are_of_their_form_and_debug_shows_none() {
    let mut serials = BTreeSet::new();
    for ukey in &world().ukeys {
        let pin = ukey.pin.expose();
        assert!(pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()));
        assert!(pin.bytes().any(|b| b != pin.as_bytes()[0]));
        assert!(!format!("{ukey:?}").contains(pin), "Debug shows no PIN");
        assert!(ukey.label.len() <= 32 && ukey.serial.len() == 12 && serials.insert(&ukey.serial));
    }
    let mut secrets = BTreeSet::new();
    for bank in &world().banks {
        assert!(bank.secret.expose().len() == 52 && secrets.insert(bank.secret.expose()));
        assert!(!format!("{bank:?}").contains(bank.secret.expose()), "Debug shows no secret");
    }
}
