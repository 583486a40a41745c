//! What the return values of PKCS#11 mean (PKCS#11 3.1 section 5.1), for every one of them.

use cryptoki::error::{Error, RvError};
use tongguan_core::domain::Pin;
use tongguan_core::fault::Fault;

/// How a call into the module ended, if not well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The module answered something else than CKR_OK.
    Answer { call: &'static str, value: RvError },
    /// It answered CKR_OK with a length or count that cannot be.
    Lie { call: &'static str },
}

impl Trouble {
    /// What `cryptoki` made of the answer to `call`.
    pub(crate) fn of(call: &'static str, error: &Error) -> Self {
        match error {
            Error::Pkcs11(value, _) => Self::Answer { call, value: *value },
            // An entry that is not in the function list is one that the module does not have.
            Error::NullFunctionPointer | Error::NotSupported => {
                Self::Answer { call, value: RvError::FunctionNotSupported }
            }
            _ => Self::Lie { call },
        }
    }

    /// The answer, if it was one.
    pub fn value(&self) -> Option<RvError> {
        match self {
            Self::Answer { value, .. } => Some(*value),
            Self::Lie { .. } => None,
        }
    }

    /// The fault of it. `library` is the module's file name.
    pub fn fault(&self, library: &str) -> Fault {
        match self {
            Self::Answer { call, value } => fault(library, call, *value),
            Self::Lie { call } => Fault::LibraryLied { library: library.into(), call: (*call).into() },
        }
    }
}

/// The fault of a return value. Total: what has no meaning of its own is named as it is.
pub fn fault(library: &str, call: &str, value: RvError) -> Fault {
    use RvError as R;
    let (library, call, answer) = (library.into(), call.into(), name(value));
    match value {
        // These two say "no" and nothing else: never taken for a wrong PIN, never for a pulled token.
        R::GeneralError | R::FunctionFailed => Fault::LibrarySilent { library, call, answer },
        // A token that is pulled takes its sessions and, with some modules, its slot along.
        R::DeviceRemoved
        | R::TokenNotPresent
        | R::SessionHandleInvalid
        | R::SessionClosed
        | R::SlotIdInvalid => Fault::CardRemoved,
        R::PinIncorrect => Fault::PinWrong { tries_left: None },
        R::PinLocked => Fault::PinLocked,
        R::PinInvalid | R::PinLenRange | R::PinTooWeak => Fault::PinFormat { min: Pin::MIN, max: Pin::MAX },
        R::PinExpired | R::UserPinNotInitialized | R::NewPinMode => Fault::PinNotSet,
        // The user pressed cancel on the device, or refused there what it displayed.
        R::Cancel | R::FunctionCanceled | R::FunctionRejected => Fault::Cancelled,
        R::KeyHandleInvalid => Fault::KeyMissing,
        _ => Fault::LibraryFailed { library, call, answer },
    }
}

/// The standard's name of a return value, such as `CKR_PIN_LEN_RANGE`; a number where it has none.
pub fn name(value: RvError) -> String {
    match value {
        RvError::VendorDefined(number) => format!("CKR_0x{number:08X}"),
        RvError::UnknownErrorCode(number) => match later_name(number) {
            Some(name) => name.into(),
            None => format!("CKR_0x{number:08X}"),
        },
        // The variants are the standard's words in another case.
        named => format!("{named:?}").chars().fold(String::from("CKR"), |mut name, c| {
            if c.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(c.to_ascii_uppercase());
            name
        }),
    }
}

/// Values of PKCS#11 3.0 to 3.2 that `cryptoki` has no name for.
fn later_name(number: cryptoki_sys::CK_RV) -> Option<&'static str> {
    Some(match number {
        cryptoki_sys::CKR_AEAD_DECRYPT_FAILED => "CKR_AEAD_DECRYPT_FAILED",
        cryptoki_sys::CKR_TOKEN_RESOURCE_EXCEEDED => "CKR_TOKEN_RESOURCE_EXCEEDED",
        cryptoki_sys::CKR_OPERATION_CANCEL_FAILED => "CKR_OPERATION_CANCEL_FAILED",
        cryptoki_sys::CKR_KEY_EXHAUSTED => "CKR_KEY_EXHAUSTED",
        cryptoki_sys::CKR_PENDING => "CKR_PENDING",
        cryptoki_sys::CKR_SESSION_ASYNC_NOT_SUPPORTED => "CKR_SESSION_ASYNC_NOT_SUPPORTED",
        cryptoki_sys::CKR_SEED_RANDOM_REQUIRED => "CKR_SEED_RANDOM_REQUIRED",
        cryptoki_sys::CKR_OPERATION_NOT_VALIDATED => "CKR_OPERATION_NOT_VALIDATED",
        cryptoki_sys::CKR_TOKEN_NOT_INITIALIZED => "CKR_TOKEN_NOT_INITIALIZED",
        cryptoki_sys::CKR_PARAMETER_SET_NOT_SUPPORTED => "CKR_PARAMETER_SET_NOT_SUPPORTED",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cryptoki::error::Rv;
    use cryptoki_sys::*;

    fn value(number: CK_RV) -> RvError {
        match Rv::from(number) {
            Rv::Error(value) => value,
            Rv::Ok => panic!("{number:#x} is not an error"),
        }
    }

    macro_rules! named {
        ($($name:ident)*) => { &[$((stringify!($name), $name)),*] };
    }

    /// All named values but CKR_OK, as the headers of PKCS#11 3.2 have them.
    const NAMED: &[(&str, CK_RV)] = named! {
        CKR_CANCEL CKR_HOST_MEMORY CKR_SLOT_ID_INVALID CKR_GENERAL_ERROR CKR_FUNCTION_FAILED
        CKR_ARGUMENTS_BAD CKR_NO_EVENT CKR_NEED_TO_CREATE_THREADS CKR_CANT_LOCK CKR_ATTRIBUTE_READ_ONLY
        CKR_ATTRIBUTE_SENSITIVE CKR_ATTRIBUTE_TYPE_INVALID CKR_ATTRIBUTE_VALUE_INVALID CKR_ACTION_PROHIBITED
        CKR_DATA_INVALID CKR_DATA_LEN_RANGE CKR_DEVICE_ERROR CKR_DEVICE_MEMORY CKR_DEVICE_REMOVED
        CKR_ENCRYPTED_DATA_INVALID CKR_ENCRYPTED_DATA_LEN_RANGE CKR_AEAD_DECRYPT_FAILED
        CKR_FUNCTION_CANCELED CKR_FUNCTION_NOT_PARALLEL CKR_FUNCTION_NOT_SUPPORTED CKR_KEY_HANDLE_INVALID
        CKR_KEY_SIZE_RANGE CKR_KEY_TYPE_INCONSISTENT CKR_KEY_NOT_NEEDED CKR_KEY_CHANGED CKR_KEY_NEEDED
        CKR_KEY_INDIGESTIBLE CKR_KEY_FUNCTION_NOT_PERMITTED CKR_KEY_NOT_WRAPPABLE CKR_KEY_UNEXTRACTABLE
        CKR_MECHANISM_INVALID CKR_MECHANISM_PARAM_INVALID CKR_OBJECT_HANDLE_INVALID CKR_OPERATION_ACTIVE
        CKR_OPERATION_NOT_INITIALIZED CKR_PIN_INCORRECT CKR_PIN_INVALID CKR_PIN_LEN_RANGE CKR_PIN_EXPIRED
        CKR_PIN_LOCKED CKR_SESSION_CLOSED CKR_SESSION_COUNT CKR_SESSION_HANDLE_INVALID
        CKR_SESSION_PARALLEL_NOT_SUPPORTED CKR_SESSION_READ_ONLY CKR_SESSION_EXISTS
        CKR_SESSION_READ_ONLY_EXISTS CKR_SESSION_READ_WRITE_SO_EXISTS CKR_SIGNATURE_INVALID
        CKR_SIGNATURE_LEN_RANGE CKR_TEMPLATE_INCOMPLETE CKR_TEMPLATE_INCONSISTENT CKR_TOKEN_NOT_PRESENT
        CKR_TOKEN_NOT_RECOGNIZED CKR_TOKEN_WRITE_PROTECTED CKR_UNWRAPPING_KEY_HANDLE_INVALID
        CKR_UNWRAPPING_KEY_SIZE_RANGE CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT CKR_USER_ALREADY_LOGGED_IN
        CKR_USER_NOT_LOGGED_IN CKR_USER_PIN_NOT_INITIALIZED CKR_USER_TYPE_INVALID
        CKR_USER_ANOTHER_ALREADY_LOGGED_IN CKR_USER_TOO_MANY_TYPES CKR_WRAPPED_KEY_INVALID
        CKR_WRAPPED_KEY_LEN_RANGE CKR_WRAPPING_KEY_HANDLE_INVALID CKR_WRAPPING_KEY_SIZE_RANGE
        CKR_WRAPPING_KEY_TYPE_INCONSISTENT CKR_RANDOM_SEED_NOT_SUPPORTED CKR_RANDOM_NO_RNG
        CKR_DOMAIN_PARAMS_INVALID CKR_CURVE_NOT_SUPPORTED CKR_BUFFER_TOO_SMALL CKR_SAVED_STATE_INVALID
        CKR_INFORMATION_SENSITIVE CKR_STATE_UNSAVEABLE CKR_CRYPTOKI_NOT_INITIALIZED
        CKR_CRYPTOKI_ALREADY_INITIALIZED CKR_MUTEX_BAD CKR_MUTEX_NOT_LOCKED CKR_NEW_PIN_MODE CKR_NEXT_OTP
        CKR_EXCEEDED_MAX_ITERATIONS CKR_FIPS_SELF_TEST_FAILED CKR_LIBRARY_LOAD_FAILED CKR_PIN_TOO_WEAK
        CKR_PUBLIC_KEY_INVALID CKR_FUNCTION_REJECTED CKR_TOKEN_RESOURCE_EXCEEDED CKR_OPERATION_CANCEL_FAILED
        CKR_KEY_EXHAUSTED CKR_PENDING CKR_SESSION_ASYNC_NOT_SUPPORTED CKR_SEED_RANDOM_REQUIRED
        CKR_OPERATION_NOT_VALIDATED CKR_TOKEN_NOT_INITIALIZED CKR_PARAMETER_SET_NOT_SUPPORTED
    };

    fn meaning(number: CK_RV) -> Fault {
        fault("lib.so", "C_Login", value(number))
    }

    #[test]
    fn every_named_value_goes_by_its_name() {
        assert_eq!(NAMED.len(), 103);
        for (text, number) in NAMED {
            assert_eq!(name(value(*number)), *text);
        }
    }

    #[test]
    fn every_named_value_has_one_meaning() {
        for (text, number) in NAMED {
            let (library, call, answer) = ("lib.so".into(), "C_Login".into(), (*text).into());
            let expected = match *text {
                "CKR_GENERAL_ERROR" | "CKR_FUNCTION_FAILED" => Fault::LibrarySilent { library, call, answer },
                "CKR_DEVICE_REMOVED"
                | "CKR_TOKEN_NOT_PRESENT"
                | "CKR_SESSION_HANDLE_INVALID"
                | "CKR_SESSION_CLOSED"
                | "CKR_SLOT_ID_INVALID" => Fault::CardRemoved,
                "CKR_PIN_INCORRECT" => Fault::PinWrong { tries_left: None },
                "CKR_PIN_LOCKED" => Fault::PinLocked,
                "CKR_PIN_INVALID" | "CKR_PIN_LEN_RANGE" | "CKR_PIN_TOO_WEAK" => {
                    Fault::PinFormat { min: 4, max: 16 }
                }
                "CKR_PIN_EXPIRED" | "CKR_USER_PIN_NOT_INITIALIZED" | "CKR_NEW_PIN_MODE" => Fault::PinNotSet,
                "CKR_CANCEL" | "CKR_FUNCTION_CANCELED" | "CKR_FUNCTION_REJECTED" => Fault::Cancelled,
                "CKR_KEY_HANDLE_INVALID" => Fault::KeyMissing,
                _ => Fault::LibraryFailed { library, call, answer },
            };
            assert_eq!(meaning(*number), expected, "{text}");
        }
    }

    #[test]
    fn only_one_value_is_a_wrong_pin() {
        // All low numbers, and what vendors do with theirs.
        for number in (1..0x1000).chain(CKR_VENDOR_DEFINED..CKR_VENDOR_DEFINED + 0x1000) {
            let wrong = matches!(meaning(number), Fault::PinWrong { .. });
            assert_eq!(wrong, number == CKR_PIN_INCORRECT, "{number:#x}");
        }
    }

    #[test]
    fn a_vendors_value_keeps_its_number() {
        let answer = "CKR_0x80000101".into();
        let expected = Fault::LibraryFailed { library: "lib.so".into(), call: "C_Login".into(), answer };
        assert_eq!(meaning(CKR_VENDOR_DEFINED + 0x101), expected);
        assert_eq!(name(value(0x7FFF)), "CKR_0x00007FFF");
    }

    #[test]
    fn an_entry_that_is_not_there_is_a_function_that_is_not_supported() {
        let trouble = Trouble::of("C_SetPIN", &Error::NullFunctionPointer);
        assert_eq!(trouble.value(), Some(RvError::FunctionNotSupported));
        let lie = Trouble::of("C_GetSessionInfo", &Error::InvalidValue);
        let call = "C_GetSessionInfo".into();
        assert_eq!(lie.fault("lib.so"), Fault::LibraryLied { library: "lib.so".into(), call });
    }
}
