//! C_GetTokenInfo.

use cryptoki_sys::{
    CK_FLAGS, CK_SLOT_ID, CK_TOKEN_INFO, CK_UNAVAILABLE_INFORMATION, CK_VERSION, CKF_LOGIN_REQUIRED,
    CKF_PROTECTED_AUTHENTICATION_PATH, CKF_RNG, CKF_TOKEN_INITIALIZED, CKF_USER_PIN_COUNT_LOW,
    CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_INITIALIZED, CKF_USER_PIN_LOCKED, CKR_GENERAL_ERROR,
};
use encoding_rs::GBK;
use tongguan_sandbox_ukey::{PIN_LENGTH, SoftToken};

use crate::{Answer, module::Module, pointer::count};

impl Module {
    pub(crate) fn token_info(&mut self, slot: CK_SLOT_ID) -> Answer<CK_TOKEN_INFO> {
        let token = self.token_in(slot)?;
        let behaviour = self.behaviour();
        if behaviour.token_info_fails {
            return Err(CKR_GENERAL_ERROR);
        }
        let pad = if behaviour.pin_pad { CKF_PROTECTED_AUTHENTICATION_PATH } else { 0 };
        let sessions = self.sessions.values().filter(|session| session.slot == slot);
        let (writing, reading): (Vec<bool>, Vec<bool>) =
            sessions.map(|session| session.read_write).partition(|read_write| *read_write);
        let version = CK_VERSION { major: 1, minor: 0 };
        Ok(CK_TOKEN_INFO {
            label: label(&token.label, behaviour.gbk_label),
            manufacturerID: padded(token.manufacturer.as_bytes(), b' '),
            model: padded(b"Software UKey", b' '),
            serialNumber: padded(token.serial.as_bytes(), b' '),
            flags: CKF_RNG
                | CKF_LOGIN_REQUIRED
                | CKF_USER_PIN_INITIALIZED
                | CKF_TOKEN_INITIALIZED
                | tries(&token)
                | pad,
            ulMaxSessionCount: 0,
            ulSessionCount: count(writing.len().saturating_add(reading.len())),
            ulMaxRwSessionCount: 0,
            ulRwSessionCount: count(writing.len()),
            ulMaxPinLen: count(*PIN_LENGTH.end()),
            ulMinPinLen: count(*PIN_LENGTH.start()),
            ulTotalPublicMemory: CK_UNAVAILABLE_INFORMATION,
            ulFreePublicMemory: CK_UNAVAILABLE_INFORMATION,
            ulTotalPrivateMemory: CK_UNAVAILABLE_INFORMATION,
            ulFreePrivateMemory: CK_UNAVAILABLE_INFORMATION,
            hardwareVersion: version,
            firmwareVersion: version,
            utcTime: padded(b"", b' '),
        })
    }
}

fn tries(token: &SoftToken) -> CK_FLAGS {
    match token.tries_left {
        0 => CKF_USER_PIN_LOCKED,
        1 => CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY,
        left if left < token.max_tries => CKF_USER_PIN_COUNT_LOW,
        _ => 0,
    }
}

/// The standard wants UTF-8 and blanks. A module that writes GBK also ends its label with NUL, as C does.
fn label(text: &str, gbk: bool) -> [u8; 32] {
    if gbk { padded(&GBK.encode(text).0, 0) } else { padded(text.as_bytes(), b' ') }
}

/// A field of fixed length; what does not fit is cut off.
pub(crate) fn padded<const LENGTH: usize>(text: &[u8], fill: u8) -> [u8; LENGTH] {
    let mut field = [fill; LENGTH];
    for (place, byte) in field.iter_mut().zip(text) {
        *place = *byte;
    }
    field
}
