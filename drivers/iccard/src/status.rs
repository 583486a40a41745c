//! What the 65536 status words mean (ISO/IEC 7816-4 clause 5.6), each in the light of its command.

use crate::apdu::ins;
use tongguan_core::domain::PinState;
use tongguan_core::fault::Fault;

/// The fault of a status word that ends `command` (its INS) and is not about a PIN; none if it went well.
/// 62xx is a warning with data, such as "fewer bytes than Le"; 6281 says that the data may be wrong.
pub fn of_command(command: u8, status: u16) -> Option<Fault> {
    match status {
        0x9000 => None,
        0x6281 => Some(refused(command, status)),
        0x6200..=0x62FF if is_reading(command) => None,
        // Referenced data or reference data not found: the key named in the command is not there.
        0x6A88 if is_signing(command) => Some(Fault::KeyMissing),
        _ => Some(refused(command, status)),
    }
}

/// The fault of the status word that answered a command which presented a PIN (VERIFY, CHANGE REFERENCE DATA).
pub fn of_pin(command: u8, status: u16) -> Option<Fault> {
    match status {
        0x9000 => None,
        // 63C0: wrong, and that was the last try. 6983: blocked. 6984: reference data not usable.
        0x63C0 | 0x6983 | 0x6984 => Some(Fault::PinLocked),
        0x63C1..=0x63CF => Some(Fault::PinWrong { tries_left: Some(status.to_be_bytes()[1] & 0x0F) }),
        // Wrong, without a number.
        0x6300 => Some(Fault::PinWrong { tries_left: None }),
        _ => Some(refused(command, status)),
    }
}

/// What the answer to an empty VERIFY says. 9000 means verified or not needed, and no number of tries.
pub fn pin_state(status: u16) -> PinState {
    match status {
        0x63C0..=0x63CF => PinState::from_tries(status.to_be_bytes()[1] & 0x0F),
        0x6983 | 0x6984 => PinState::Locked,
        _ => PinState::Unknown,
    }
}

fn refused(command: u8, status: u16) -> Fault {
    Fault::CardRefused { command: command_name(command).into(), status: format!("{status:04X}") }
}

fn is_reading(command: u8) -> bool {
    matches!(command, ins::READ_BINARY | ins::GET_DATA | ins::GET_DATA_BY_TAG)
}

fn is_signing(command: u8) -> bool {
    matches!(
        command,
        ins::MANAGE_SECURITY_ENVIRONMENT | ins::PERFORM_SECURITY_OPERATION | ins::GENERAL_AUTHENTICATE
    )
}

/// The standard's name of a command.
pub fn command_name(command: u8) -> &'static str {
    match command {
        ins::VERIFY => "VERIFY",
        ins::MANAGE_SECURITY_ENVIRONMENT => "MANAGE SECURITY ENVIRONMENT",
        ins::CHANGE_REFERENCE_DATA => "CHANGE REFERENCE DATA",
        ins::PERFORM_SECURITY_OPERATION => "PERFORM SECURITY OPERATION",
        ins::GENERAL_AUTHENTICATE => "GENERAL AUTHENTICATE",
        ins::SELECT => "SELECT",
        ins::READ_BINARY => "READ BINARY",
        ins::GET_RESPONSE => "GET RESPONSE",
        ins::GET_DATA | ins::GET_DATA_BY_TAG => "GET DATA",
        _ => "command",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_COMMAND: [u8; 10] = [0x20, 0x22, 0x24, 0x2A, 0x87, 0xA4, 0xB0, 0xC0, 0xCA, 0xCB];

    #[test]
    fn every_status_word_is_either_success_or_a_fault_that_names_it() {
        for status in 0..=u16::MAX {
            for command in EVERY_COMMAND {
                match of_command(command, status) {
                    None => assert!(status == 0x9000 || status >> 8 == 0x62, "{status:04X}"),
                    Some(Fault::CardRefused { status: text, .. }) => {
                        assert_eq!(text, format!("{status:04X}"))
                    }
                    Some(fault) => assert_eq!((fault, status), (Fault::KeyMissing, 0x6A88)),
                }
            }
        }
    }

    #[test]
    fn only_a_pin_command_speaks_of_the_pin() {
        for status in 0..=u16::MAX {
            for command in EVERY_COMMAND {
                let fault = of_command(command, status);
                assert!(!matches!(fault, Some(Fault::PinWrong { .. } | Fault::PinLocked)), "{status:04X}");
            }
            let expected = match status {
                0x9000 => None,
                0x6300 => Some(Fault::PinWrong { tries_left: None }),
                0x63C0 | 0x6983 | 0x6984 => Some(Fault::PinLocked),
                0x63C1..=0x63CF => Some(Fault::PinWrong { tries_left: Some((status & 15) as u8) }),
                _ => Some(Fault::CardRefused { command: "VERIFY".into(), status: format!("{status:04X}") }),
            };
            assert_eq!(of_pin(ins::VERIFY, status), expected);
        }
    }

    #[test]
    fn the_state_is_known_only_where_the_card_tells_it() {
        for status in 0..=u16::MAX {
            let expected = match status {
                0x6983 | 0x6984 | 0x63C0 => PinState::Locked,
                0x63C1 => PinState::LastTry,
                0x63C2..=0x63CF => PinState::Ready { tries_left: (status & 15) as u8 },
                _ => PinState::Unknown,
            };
            assert_eq!(pin_state(status), expected, "{status:04X}");
        }
    }
}
