//! What the codes of SKF calls mean (GM/T 0016-2012 appendix A), each in the light of its call.

use tongguan_core::domain::Pin;
use tongguan_core::fault::Fault;

/// Code, name, and what it is for the user.
type Row = (u32, &'static str, Meaning);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The library does not tell why.
    Silent,
    /// Shown by its number.
    Failed,
    /// A buffer of the size that the library asked for is too small for it.
    Lied,
    Removed,
    KeyMissing,
    PinWrong,
    PinLocked,
    PinFormat,
    PinNotSet,
}

pub const OK: u32 = 0;
pub const NOT_SUPPORTED: u32 = 0x0A00_0003;
pub const TIMEOUT: u32 = 0x0A00_000F;
pub const IN_DATA_LENGTH: u32 = 0x0A00_0010;
pub const IN_DATA: u32 = 0x0A00_0011;
pub const CERTIFICATE_NOT_FOUND: u32 = 0x0A00_001C;
pub const BUFFER_TOO_SMALL: u32 = 0x0A00_0020;
pub const PIN_LOCKED: u32 = 0x0A00_0025;

/// The standard wants 6 to 16 characters of every PIN (MIN_PIN_LEN, MAX_PIN_LEN).
pub const PIN_LENGTH: (u8, u8) = (6, 16);

/// Every code of the standard.
const CODES: [Row; 50] = {
    use Meaning::{Failed, KeyMissing, Lied, PinFormat, PinLocked, PinNotSet, PinWrong, Removed, Silent};
    [
        (0x0A00_0001, "SAR_FAIL", Silent),
        (0x0A00_0002, "SAR_UNKNOWNERR", Silent),
        (0x0A00_0003, "SAR_NOTSUPPORTYETERR", Failed),
        (0x0A00_0004, "SAR_FILEERR", Failed),
        (0x0A00_0005, "SAR_INVALIDHANDLEERR", Failed),
        (0x0A00_0006, "SAR_INVALIDPARAMERR", Failed),
        (0x0A00_0007, "SAR_READFILEERR", Failed),
        (0x0A00_0008, "SAR_WRITEFILEERR", Failed),
        (0x0A00_0009, "SAR_NAMELENERR", Failed),
        (0x0A00_000A, "SAR_KEYUSAGEERR", Failed),
        (0x0A00_000B, "SAR_MODULUSLENERR", Failed),
        (0x0A00_000C, "SAR_NOTINITIALIZEERR", Failed),
        (0x0A00_000D, "SAR_OBJERR", Failed),
        (0x0A00_000E, "SAR_MEMORYERR", Failed),
        (0x0A00_000F, "SAR_TIMEOUTERR", Failed),
        (0x0A00_0010, "SAR_INDATALENERR", Failed),
        (0x0A00_0011, "SAR_INDATAERR", Failed),
        (0x0A00_0012, "SAR_GENRANDERR", Failed),
        (0x0A00_0013, "SAR_HASHOBJERR", Failed),
        (0x0A00_0014, "SAR_HASHERR", Failed),
        (0x0A00_0015, "SAR_GENRSAKEYERR", Failed),
        (0x0A00_0016, "SAR_RSAMODULUSLENERR", Failed),
        (0x0A00_0017, "SAR_CSPIMPRTPUBKEYERR", Failed),
        (0x0A00_0018, "SAR_RSAENCERR", Failed),
        (0x0A00_0019, "SAR_RSADECERR", Failed),
        (0x0A00_001A, "SAR_HASHNOTEQUALERR", Failed),
        (0x0A00_001B, "SAR_KEYNOTFOUNTERR", KeyMissing),
        (0x0A00_001C, "SAR_CERTNOTFOUNTERR", KeyMissing),
        (0x0A00_001D, "SAR_NOTEXPORTERR", Failed),
        (0x0A00_001E, "SAR_DECRYPTPADERR", Failed),
        (0x0A00_001F, "SAR_MACLENERR", Failed),
        (0x0A00_0020, "SAR_BUFFER_TOO_SMALL", Lied),
        (0x0A00_0021, "SAR_KEYINFOTYPEERR", Failed),
        (0x0A00_0022, "SAR_NOT_EVENTERR", Failed),
        (0x0A00_0023, "SAR_DEVICE_REMOVED", Removed),
        (0x0A00_0024, "SAR_PIN_INCORRECT", PinWrong),
        (0x0A00_0025, "SAR_PIN_LOCKED", PinLocked),
        (0x0A00_0026, "SAR_PIN_INVALID", PinFormat),
        (0x0A00_0027, "SAR_PIN_LEN_RANGE", PinFormat),
        (0x0A00_0028, "SAR_USER_ALREADY_LOGGED_IN", Failed),
        (0x0A00_0029, "SAR_USER_PIN_NOT_INITIALIZED", PinNotSet),
        (0x0A00_002A, "SAR_USER_TYPE_INVALID", Failed),
        (0x0A00_002B, "SAR_APPLICATION_NAME_INVALID", Failed),
        (0x0A00_002C, "SAR_APPLICATION_EXISTS", Failed),
        (0x0A00_002D, "SAR_USER_NOT_LOGGED_IN", Failed),
        (0x0A00_002E, "SAR_APPLICATION_NOT_EXISTS", KeyMissing),
        (0x0A00_002F, "SAR_FILE_ALREADY_EXIST", Failed),
        (0x0A00_0030, "SAR_NO_ROOM", Failed),
        (0x0A00_0031, "SAR_FILE_NOT_EXIST", Failed),
        (0x0A00_0032, "SAR_REACH_MAX_CONTAINER_COUNT", Failed),
    ]
};

/// The standard's name of a code; none for a number that is no code.
pub fn name(code: u32) -> Option<&'static str> {
    CODES.iter().find(|row| row.0 == code).map(|row| row.1)
}

/// The fault of any number other than [`OK`] that `call` of `library` (a file name) may return.
pub fn fault(library: &str, call: &str, code: u32) -> Fault {
    let meaning = CODES.iter().find(|row| row.0 == code).map_or(Meaning::Failed, |row| row.2);
    let (library, call) = (library.to_owned(), call.to_owned());
    // Only a call that presented a PIN can say something of it.
    let pin = matches!(call.as_str(), "SKF_VerifyPIN" | "SKF_ChangePIN");
    match meaning {
        Meaning::Silent => Fault::LibrarySilent { library, call, answer: number(code) },
        Meaning::Lied => Fault::LibraryLied { library, call },
        Meaning::Removed => Fault::CardRemoved,
        Meaning::KeyMissing => Fault::KeyMissing,
        Meaning::PinNotSet => Fault::PinNotSet,
        Meaning::PinWrong if pin => Fault::PinWrong { tries_left: None },
        Meaning::PinLocked if pin => Fault::PinLocked,
        Meaning::PinFormat if pin => pin_format(),
        Meaning::PinWrong | Meaning::PinLocked | Meaning::PinFormat | Meaning::Failed => {
            Fault::LibraryFailed { library, call, answer: number(code) }
        }
    }
}

/// What a PIN must look like that no token of this standard refuses for its form.
pub(crate) fn pin_format() -> Fault {
    Fault::PinFormat { min: PIN_LENGTH.0.max(Pin::MIN), max: PIN_LENGTH.1.min(Pin::MAX) }
}

fn number(code: u32) -> String {
    format!("0x{code:08X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: [&str; 5] =
        ["SKF_EnumDev", "SKF_ConnectDev", "SKF_VerifyPIN", "SKF_ECCSignData", "SKF_ChangePIN"];

    fn of(call: &str, code: u32) -> Fault {
        fault("libkey.so", call, code)
    }

    #[test]
    fn the_table_has_every_code_once_and_in_order() {
        let codes: Vec<u32> = CODES.iter().map(|row| row.0).collect();
        assert_eq!(codes, (0x0A00_0001..=0x0A00_0032).collect::<Vec<_>>());
        assert!(CODES.iter().all(|row| row.1.starts_with("SAR_")));
    }

    #[test]
    fn every_code_and_every_other_number_is_a_fault_that_names_library_call_and_number() {
        let beyond = [1, 0x0A00_0033, 0x0A00_00FF, 0x0B00_0001, u32::MAX];
        for call in CALLS {
            for code in (0x0A00_0001..=0x0A00_0032).chain(beyond) {
                let text = format!("0x{code:08X}");
                let (library, name) = ("libkey.so".to_owned(), call.to_owned());
                let pin = call == "SKF_VerifyPIN" || call == "SKF_ChangePIN";
                let expected = match code {
                    0x0A00_0001 | 0x0A00_0002 => Fault::LibrarySilent { library, call: name, answer: text },
                    0x0A00_001B | 0x0A00_001C | 0x0A00_002E => Fault::KeyMissing,
                    0x0A00_0020 => Fault::LibraryLied { library, call: name },
                    0x0A00_0023 => Fault::CardRemoved,
                    0x0A00_0024 if pin => Fault::PinWrong { tries_left: None },
                    0x0A00_0025 if pin => Fault::PinLocked,
                    0x0A00_0026 | 0x0A00_0027 if pin => Fault::PinFormat { min: 6, max: 16 },
                    0x0A00_0029 => Fault::PinNotSet,
                    _ => Fault::LibraryFailed { library, call: name, answer: text },
                };
                assert_eq!(of(call, code), expected, "{call} {code:08X}");
            }
        }
    }

    #[test]
    fn only_a_pin_call_speaks_of_the_pin() {
        for code in 0x0A00_0000..=0x0A00_0100 {
            let fault = of("SKF_ECCSignData", code);
            assert!(!matches!(fault, Fault::PinWrong { .. } | Fault::PinLocked | Fault::PinFormat { .. }));
        }
    }

    #[test]
    fn a_code_has_the_name_of_the_standard() {
        assert_eq!(name(0x0A00_0024), Some("SAR_PIN_INCORRECT"));
        assert_eq!(name(0x0A00_0033), None);
    }
}
