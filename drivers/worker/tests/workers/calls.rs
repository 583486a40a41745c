//! Every call of a token, through a worker and back.

use crate::fake::CERTIFICATE;
use crate::stage::{Stage, certificate, key, order, pid, pin, resident_pages, sign, signs, tokens};
use tongguan_core::domain::{Application, CardKind, PinState};
use tongguan_core::fault::Fault;
use tongguan_core::ports::TokenSource;

crate::tests!(
    a_token_crosses_as_it_is,
    tokens_of_two_libraries_have_different_names,
    every_call_of_a_token_crosses,
    a_message_may_be_large,
    a_wrong_pin_is_the_library_s_answer,
    a_device_with_a_pad_gets_no_pin,
    a_dropped_token_is_closed,
    noise_on_standard_output_disturbs_nothing,
    a_thousand_signatures_keep_memory_flat,
);

fn a_token_crosses_as_it_is() {
    let stage = Stage::open(&["good"]);
    let snapshot = stage.workers.list();
    assert_eq!((&snapshot.service, snapshot.readers.len()), (&None, 1));
    assert_eq!(snapshot.readers[0].library, Some(stage.path("good")));
    let token = &tokens(&snapshot)[0];
    assert_eq!((token.reader.as_str(), token.pin_pad), ("fake 0", false));
    assert_eq!((token.application, token.kind), (Application::Pkcs11, CardKind::BankUkey));
    assert_eq!(token.library, Some(stage.path("good")));
    assert_eq!(token.identities[0].key, key());
    assert_eq!(token.identities[0].certificate.der(), CERTIFICATE);
    assert_eq!(stage.workers.open(&token.id).unwrap().info(), token);
    assert_ne!(pid(token), std::process::id());
    assert_eq!(stage.fault("good"), None);
}

fn tokens_of_two_libraries_have_different_names() {
    let stage = Stage::open(&["good", "any-pin"]);
    let tokens = tokens(&stage.workers.list());
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0].id, tokens[1].id);
    assert_ne!(pid(&tokens[0]), pid(&tokens[1]));
    for token in tokens {
        assert_eq!(stage.workers.open(&token.id).unwrap().info(), &token);
    }
}

fn every_call_of_a_token_crosses() {
    let stage = Stage::open(&["good"]);
    let mut token = stage.opened("good");
    assert_eq!(token.pin_state(&key()), Ok(PinState::Ready { tries_left: 3 }));
    assert_eq!(sign(token.as_mut(), b"abc").unwrap(), b"cba");
    assert_eq!(token.change_pin(&key(), &pin("135790"), &pin("246802")), Ok(()));
    let wrong = Err(Fault::PinWrong { tries_left: None });
    assert_eq!(token.change_pin(&key(), &pin("246802"), &pin("135790")), wrong);
    assert_eq!(stage.count("good", "pins"), 3);
}

fn a_message_may_be_large() {
    let stage = Stage::open(&["good"]);
    let mut token = stage.opened("good");
    // Its "signature" is as long, which no signature is.
    let lied = Fault::LibraryLied { library: "good.so".into(), call: "sign".into() };
    assert_eq!(sign(token.as_mut(), &vec![7; 3_000_000]).err(), Some(lied));
    // This one never leaves the program.
    let defect = Fault::Defect { place: "worker: frame".into() };
    assert_eq!(sign(stage.opened("good").as_mut(), &vec![7; 5_000_000]).err(), Some(defect));
    assert_eq!(stage.count("good", "pins"), 1);
    signs(&stage, "good");
}

fn a_wrong_pin_is_the_library_s_answer() {
    let stage = Stage::open(&["good"]);
    let mut token = stage.opened("good");
    let expected = certificate(token.as_ref());
    let answer = token.sign(&key(), &expected, b"abc", Some(&pin("000000")));
    assert_eq!(answer, Err(Fault::PinWrong { tries_left: Some(2) }));
    assert_eq!(sign(token.as_mut(), b"abc").unwrap(), b"cba");
}

fn a_device_with_a_pad_gets_no_pin() {
    let stage = Stage::open(&["pad", "good"]);
    let mut pad = stage.opened("pad");
    assert!(pad.info().pin_pad);
    let expected = certificate(pad.as_ref());
    assert_eq!(pad.sign(&key(), &expected, b"abc", None).unwrap(), b"abc");
    let without = stage.opened("good").sign(&key(), &expected, b"abc", None);
    assert_eq!(without, Err(Fault::PinFormat { min: 4, max: 16 }));
}

fn a_dropped_token_is_closed() {
    let stage = Stage::open(&["good"]);
    for _ in 0..3 {
        drop(stage.opened("good"));
    }
    let token = stage.opened("good"); // answered after what came before it
    assert_eq!((stage.count("good", "opens"), stage.count("good", "closes")), (4, 3));
    drop(token);
}

fn noise_on_standard_output_disturbs_nothing() {
    let stage = Stage::open(&["noisy"]);
    signs(&stage, "noisy");
    assert_eq!(stage.fault("noisy"), None);
}

fn a_thousand_signatures_keep_memory_flat() {
    let stage = Stage::open(&["good"]);
    let mut token = stage.opened("good");
    let (own, worker) = (std::process::id(), pid(token.info()));
    for _ in 0..200 {
        sign(token.as_mut(), &[7; 1000]).unwrap();
    }
    let before = [own, worker].map(resident_pages);
    for _ in 0..1000 {
        sign(token.as_mut(), &[7; 1000]).unwrap();
    }
    let after = [own, worker].map(resident_pages);
    for (before, after) in before.into_iter().zip(after) {
        assert!(after - before < 64, "{before} pages became {after}");
    }
    assert_eq!(order(&stage.file("good", "so")), stage.order("good"));
}
