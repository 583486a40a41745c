//! T=0, chaining and extended length.

use crate::own_card::{SELECT, fci};
use crate::script::{EXTENDED, PIN_BLOCK, RSA, SHORT, SM2, Script, certificate, ok};
use tongguan_core::fault::Fault;
use tongguan_iccard::apdu::{Answer, Command, Form, Response, ins};
use tongguan_iccard::channel::Channel;
use tongguan_iccard::link::Protocol;

fn send(script: &Script, form: Form, command: &Command) -> Result<Response, Fault> {
    let mut response = None;
    script.link().transact(&mut |exchange| {
        response = Some(Channel::new(exchange, form).send(command)?);
        Ok(())
    })?;
    Ok(response.unwrap())
}

fn signature_input() -> Command {
    Command::new(ins::PERFORM_SECURITY_OPERATION, 0x9E, 0x9A).data(&[0xAB; 256]).answer(Answer::Short)
}

#[test]
fn over_t0_answers_are_fetched_and_lengths_corrected() {
    let script = Script::new("3B00", Protocol::T0);
    let answer = fci();
    let length = answer.len() / 2 - 2;
    let (first, rest) = SM2.split_at(256);
    script
        .step("SELECT goes without Le", SELECT.strip_suffix("00").unwrap(), &format!("61{length:02X}"))
        .step("GET RESPONSE", &format!("00C00000{length:02X}"), &answer)
        .step("GET DATA: key list, Le unknown", "00CA010000", "6C08")
        .step("GET DATA: with the right Le", "00CA010008", "E1068301018001019000")
        .step("GET DATA: certificate", "00CA020100", "6100")
        .step(
            "GET RESPONSE: 256 bytes and more",
            "00C0000000",
            &format!("{}61{:02X}", hex::encode(first), rest.len()),
        )
        .step("GET RESPONSE: the rest", &format!("00C00000{:02X}", rest.len()), &ok(rest));
    let token = script.recognise().unwrap();
    assert_eq!(token.info().identities[0].certificate, certificate(SM2));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_pin_is_not_sent_again_for_another_length() {
    for status in ["6C08", "6700", "6110"] {
        for (form, protocol) in [(Form::Extended, Protocol::T1), (Form::Short, Protocol::T0)] {
            let script = Script::new(EXTENDED, protocol);
            script.step("VERIFY", &format!("0020008108{PIN_BLOCK}"), status);
            let verify = Command::new(ins::VERIFY, 0, 0x81).data(b"123456\xFF\xFF");
            let response = send(&script, form, &verify).unwrap();
            assert_eq!(format!("{:04X}", response.status), status);
            assert_eq!(script.presented(), 1);
        }
    }
}

#[test]
fn long_data_are_chained_in_the_short_form() {
    let script = Script::new(SHORT, Protocol::T1);
    script.step("255 bytes, more to come", &format!("102A9E9AFF{}", "AB".repeat(255)), "9000").step(
        "the last byte",
        "002A9E9A01AB00",
        &ok(&[1, 2, 3]),
    );
    assert_eq!(send(&script, Form::Short, &signature_input()).unwrap().data, [1, 2, 3]);
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_chain_ends_where_the_card_refuses_it() {
    let script = Script::new(SHORT, Protocol::T1);
    script.step("chaining not supported", &format!("102A9E9AFF{}", "AB".repeat(255)), "6884");
    assert_eq!(send(&script, Form::Short, &signature_input()).unwrap().status, 0x6884);
    assert_eq!(script.presented(), 0);
}

#[test]
fn long_data_go_in_one_piece_where_the_card_can() {
    let script = Script::new(EXTENDED, Protocol::T1);
    let command = format!("002A9E9A000100{}0000", "AB".repeat(256));
    script.step("extended Lc and Le", &command, &ok(&[9]));
    assert_eq!(send(&script, Form::Extended, &signature_input()).unwrap().data, [9]);
    assert_eq!(script.presented(), 0);
}

#[test]
fn extended_length_is_never_used_over_t0() {
    let script = Script::new(EXTENDED, Protocol::T0);
    script.step("255 bytes, more to come", &format!("102A9E9AFF{}", "AB".repeat(255)), "9000").step(
        "the last byte",
        "002A9E9A01AB",
        "9000",
    );
    assert!(send(&script, Form::Extended, &signature_input()).unwrap().is_ok());
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_card_that_refuses_extended_length_is_asked_in_the_short_form() {
    let script = Script::new(EXTENDED, Protocol::T1);
    script
        .step("SELECT", SELECT, &fci())
        .step("GET DATA: key list", "00CA010000", "E1068301028001029000")
        .step("GET DATA: extended, wrong length", "00CA0202000000", "6700")
        .step("GET DATA: short", "00CA020200", &format!("{}6100", hex::encode(&RSA[..256])))
        .step("GET RESPONSE", "00C0000000", &format!("{}6100", hex::encode(&RSA[256..512])))
        .step("GET RESPONSE", "00C0000000", &format!("{}6157", hex::encode(&RSA[512..768])))
        .step("GET RESPONSE", "00C0000057", &ok(&RSA[768..]));
    let token = script.recognise().unwrap();
    assert_eq!(token.info().identities[0].certificate, certificate(RSA));
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_reader_that_fails_on_extended_length_is_asked_in_the_short_form() {
    let script = Script::new(EXTENDED, Protocol::T1);
    let fault = Fault::CardCommunication { scard: "SCARD_E_NOT_TRANSACTED".into() };
    script.fails("GET DATA: extended", "00CA0201000000", fault).step(
        "GET DATA: short",
        "00CA020100",
        "019000",
    );
    let read = Command::new(ins::GET_DATA, 2, 1).answer(Answer::Long);
    assert_eq!(send(&script, Form::Extended, &read).unwrap().data, [1]);
    assert_eq!(script.presented(), 0);
}

#[test]
fn an_answer_that_never_ends_is_given_up() {
    let script = Script::new(SHORT, Protocol::T1);
    script.step("GET DATA", "00CA020100", "6110").step(
        "GET RESPONSE: nothing, and more",
        "00C0000010",
        "6110",
    );
    let read = Command::new(ins::GET_DATA, 2, 1).answer(Answer::Long);
    let endless = Fault::CardMalformed { object: "response".into(), reason: "never ends".into() };
    assert_eq!(send(&script, Form::Short, &read), Err(endless));
    assert_eq!(script.presented(), 0);
}
