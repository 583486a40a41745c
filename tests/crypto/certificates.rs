use crate::bench_desk::BenchDesk;
use tongguan_core::domain::{Algorithm, Certificate, Timestamp};
use tongguan_sandbox_world::RsaEra;

#[test]
fn the_rsa_generation_is_read() {
    let desk = BenchDesk::new();
    let company = &desk.world.companies[0];
    let era = RsaEra::generate(7, Timestamp::now(), company).unwrap();
    let certificate = Certificate::parse(&era.certificate).unwrap();
    let issuer = Certificate::parse(&era.issuer).unwrap();
    // BMPString in the name, GBK bytes in an IA5String extension.
    assert_eq!(certificate.holder(), company.operator.name.as_str());
    assert_eq!(certificate.company(), Some(company.identity.name.as_str()));
    assert_eq!(certificate.organization_code(), Some(&company.identity.organization_code));
    assert_eq!(certificate.serial().len(), 8);
    assert!(certificate.card_number().is_some());
    certificate.verify_issued_by(&issuer).unwrap();
    let signature = era.pair.sign(b"text").unwrap();
    certificate.public_key().verify(Algorithm::RsaSha1, b"text", &signature).unwrap();
    assert!(certificate.public_key().verify(Algorithm::RsaSha1, b"Text", &signature).is_err());
}

#[test]
fn the_sm2_generation_is_read() {
    let desk = BenchDesk::new();
    let company = &desk.world.companies[0];
    for card in ["haihe-operator-sm2", "haihe-legal-sm2", "haihe-operator-rsa", "haihe-operator-p256"] {
        let certificate = Certificate::parse(&desk.world.card(card).unwrap().keys[0].certificate).unwrap();
        assert_eq!(certificate.company(), Some(company.identity.name.as_str()), "{card}");
        assert_eq!(certificate.organization_code(), Some(&company.identity.organization_code), "{card}");
        assert!(certificate.may_sign() && certificate.key_usage().is_some_and(|usage| usage.non_repudiation));
        assert!(certificate.check_validity(Timestamp::now()).is_ok());
        let anchors = desk.world.trust_anchors();
        let issued =
            anchors.iter().filter(|a| certificate.verify_issued_by(&Certificate::parse(a).unwrap()).is_ok());
        assert_eq!(issued.count(), 1, "{card}");
    }
    let serial = desk.world.card("haihe-operator-sm2").unwrap().keys[0].certificate.clone();
    let serial = Certificate::parse(&serial).unwrap().serial().to_owned();
    assert!(serial.len() == 16 && serial.starts_with("03"), "{serial}");
}

#[test]
fn a_holders_number_is_masked_wherever_it_goes() {
    let desk = BenchDesk::new();
    let company = &desk.world.companies[0];
    let number = company.operator.document.number.as_str();
    let certificate =
        Certificate::parse(&desk.world.card("haihe-operator-sm2").unwrap().keys[0].certificate).unwrap();
    assert_eq!(certificate.holder_id(), Some(&company.operator.document.number.masked()));
    let shown = format!("{certificate:?} {}", serde_json::to_string(&certificate).unwrap());
    assert!(!shown.contains(number) && !shown.contains(&number[6..14]), "{shown}");
}

#[test]
fn a_changed_certificate_is_not_issued_by_its_issuer() {
    let desk = BenchDesk::new();
    let anchors: Vec<Certificate> =
        desk.world.trust_anchors().iter().map(|a| Certificate::parse(a).unwrap()).collect();
    let der = desk.world.card("haihe-operator-sm2").unwrap().keys[0].certificate.clone();
    for byte in (0..der.len()).step_by(3) {
        let mut changed = der.clone();
        changed[byte] ^= 4;
        if let Ok(certificate) = Certificate::parse(&changed) {
            assert!(anchors.iter().all(|a| certificate.verify_issued_by(a).is_err()), "byte {byte}");
        }
    }
}
