//! What the codes of the PC/SC interface mean (PC/SC part 5; `winerror.h` names them).

use tongguan_core::fault::Fault;

/// Code, name, and what it is for the user.
type Row = (u32, &'static str, Meaning);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    ServiceStopped,
    ServiceDenied,
    ReaderUnavailable,
    Busy,
    Removed,
    Reset,
    Mute,
    /// The two sides do not understand each other; shown by name.
    Communication,
    /// This program asked for something that it cannot ask for.
    Ours,
}

/// Every code that a PC/SC library may answer. The test in `pcsc.rs` holds it against the library's list.
const CODES: [Row; 64] = {
    use Meaning::{
        Busy, Communication, Mute, Ours, ReaderUnavailable, Removed, Reset, ServiceDenied, ServiceStopped,
    };
    [
        (0x8010_0001, "SCARD_F_INTERNAL_ERROR", Communication),
        (0x8010_0002, "SCARD_E_CANCELLED", Communication),
        (0x8010_0003, "SCARD_E_INVALID_HANDLE", ServiceStopped),
        (0x8010_0004, "SCARD_E_INVALID_PARAMETER", Ours),
        (0x8010_0005, "SCARD_E_INVALID_TARGET", Communication),
        (0x8010_0006, "SCARD_E_NO_MEMORY", Communication),
        (0x8010_0007, "SCARD_F_WAITED_TOO_LONG", Communication),
        (0x8010_0008, "SCARD_E_INSUFFICIENT_BUFFER", Communication),
        (0x8010_0009, "SCARD_E_UNKNOWN_READER", ReaderUnavailable),
        (0x8010_000A, "SCARD_E_TIMEOUT", Communication),
        (0x8010_000B, "SCARD_E_SHARING_VIOLATION", Busy),
        (0x8010_000C, "SCARD_E_NO_SMARTCARD", Removed),
        (0x8010_000D, "SCARD_E_UNKNOWN_CARD", Communication),
        (0x8010_000E, "SCARD_E_CANT_DISPOSE", Communication),
        (0x8010_000F, "SCARD_E_PROTO_MISMATCH", Mute),
        (0x8010_0010, "SCARD_E_NOT_READY", ReaderUnavailable),
        (0x8010_0011, "SCARD_E_INVALID_VALUE", Ours),
        (0x8010_0012, "SCARD_E_SYSTEM_CANCELLED", ServiceStopped),
        (0x8010_0013, "SCARD_F_COMM_ERROR", Communication),
        (0x8010_0014, "SCARD_F_UNKNOWN_ERROR", Communication),
        (0x8010_0015, "SCARD_E_INVALID_ATR", Mute),
        (0x8010_0016, "SCARD_E_NOT_TRANSACTED", Communication),
        (0x8010_0017, "SCARD_E_READER_UNAVAILABLE", ReaderUnavailable),
        (0x8010_0018, "SCARD_P_SHUTDOWN", ServiceStopped),
        (0x8010_0019, "SCARD_E_PCI_TOO_SMALL", Ours),
        (0x8010_001A, "SCARD_E_READER_UNSUPPORTED", ReaderUnavailable),
        (0x8010_001B, "SCARD_E_DUPLICATE_READER", ReaderUnavailable),
        (0x8010_001C, "SCARD_E_CARD_UNSUPPORTED", Mute),
        (0x8010_001D, "SCARD_E_NO_SERVICE", ServiceStopped),
        (0x8010_001E, "SCARD_E_SERVICE_STOPPED", ServiceStopped),
        (0x8010_001F, "SCARD_E_UNEXPECTED", Communication),
        (0x8010_0020, "SCARD_E_ICC_INSTALLATION", Communication),
        (0x8010_0021, "SCARD_E_ICC_CREATEORDER", Communication),
        (0x8010_0022, "SCARD_E_UNSUPPORTED_FEATURE", Communication),
        (0x8010_0023, "SCARD_E_DIR_NOT_FOUND", Communication),
        (0x8010_0024, "SCARD_E_FILE_NOT_FOUND", Communication),
        (0x8010_0025, "SCARD_E_NO_DIR", Communication),
        (0x8010_0026, "SCARD_E_NO_FILE", Communication),
        (0x8010_0027, "SCARD_E_NO_ACCESS", ServiceDenied),
        (0x8010_0028, "SCARD_E_WRITE_TOO_MANY", Communication),
        (0x8010_0029, "SCARD_E_BAD_SEEK", Communication),
        (0x8010_002A, "SCARD_E_INVALID_CHV", Communication),
        (0x8010_002B, "SCARD_E_UNKNOWN_RES_MNG", Communication),
        (0x8010_002C, "SCARD_E_NO_SUCH_CERTIFICATE", Communication),
        (0x8010_002D, "SCARD_E_CERTIFICATE_UNAVAILABLE", Communication),
        (0x8010_002E, "SCARD_E_NO_READERS_AVAILABLE", ReaderUnavailable),
        (0x8010_002F, "SCARD_E_COMM_DATA_LOST", Communication),
        (0x8010_0030, "SCARD_E_NO_KEY_CONTAINER", Communication),
        (0x8010_0031, "SCARD_E_SERVER_TOO_BUSY", Busy),
        (0x8010_0065, "SCARD_W_UNSUPPORTED_CARD", Mute),
        (0x8010_0066, "SCARD_W_UNRESPONSIVE_CARD", Mute),
        (0x8010_0067, "SCARD_W_UNPOWERED_CARD", Mute),
        (0x8010_0068, "SCARD_W_RESET_CARD", Reset),
        (0x8010_0069, "SCARD_W_REMOVED_CARD", Removed),
        (0x8010_006A, "SCARD_W_SECURITY_VIOLATION", ServiceDenied),
        (0x8010_006B, "SCARD_W_WRONG_CHV", Communication),
        (0x8010_006C, "SCARD_W_CHV_BLOCKED", Communication),
        (0x8010_006D, "SCARD_W_EOF", Communication),
        (0x8010_006E, "SCARD_W_CANCELLED_BY_USER", Communication),
        (0x8010_006F, "SCARD_W_CARD_NOT_AUTHENTICATED", Communication),
        (0x8010_0070, "SCARD_W_CACHE_ITEM_NOT_FOUND", Communication),
        (0x8010_0071, "SCARD_W_CACHE_ITEM_STALE", Communication),
        (0x8010_0072, "SCARD_W_CACHE_ITEM_TOO_BIG", Communication),
        // pcsc-lite only: the card of another user's session.
        (0x8010_0073, "SCARD_W_CARD_NOT_AUTHORIZED", ServiceDenied),
    ]
};

/// The standard's name of a code; none for a number that is no code.
pub fn name(code: u32) -> Option<&'static str> {
    CODES.iter().find(|row| row.0 == code).map(|row| row.1)
}

/// The fault of any number that a PC/SC call may return other than success.
pub fn fault(code: u32, reader: &str) -> Fault {
    let Some((_, name, meaning)) = CODES.iter().find(|row| row.0 == code) else {
        return Fault::CardCommunication { scard: format!("{code:08X}") };
    };
    match meaning {
        Meaning::ServiceStopped => Fault::CardServiceStopped,
        Meaning::ServiceDenied => Fault::CardServiceDenied,
        Meaning::ReaderUnavailable => Fault::ReaderUnavailable { reader: reader.into() },
        Meaning::Busy => Fault::CardBusy { reader: reader.into() },
        Meaning::Removed => Fault::CardRemoved,
        Meaning::Reset => Fault::CardReset,
        Meaning::Mute => Fault::CardMute,
        Meaning::Communication => Fault::CardCommunication { scard: (*name).into() },
        Meaning::Ours => Fault::Defect { place: format!("iccard: {name}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_stands_twice_and_none_is_out_of_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_code_without_a_meaning_of_its_own_keeps_its_name() {
        for (code, name, meaning) in CODES {
            if meaning == Meaning::Communication {
                assert_eq!(fault(code, "r"), Fault::CardCommunication { scard: name.into() });
            }
        }
        assert_eq!(fault(0x1234, "r"), Fault::CardCommunication { scard: "00001234".into() });
    }

    #[test]
    fn pulling_resetting_and_holding_a_card_are_told_apart() {
        assert_eq!(fault(0x8010_0069, "r"), Fault::CardRemoved);
        assert_eq!(fault(0x8010_0068, "r"), Fault::CardReset);
        assert_eq!(fault(0x8010_000B, "r"), Fault::CardBusy { reader: "r".into() });
        assert_eq!(fault(0x8010_001D, "r"), Fault::CardServiceStopped);
    }
}
