use cryptoki_sys::{
    CK_BYTE, CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG, CKR_ARGUMENTS_BAD,
};

use crate::{
    border::{At, border},
    module,
    pointer::{Buffer, items},
};

pub(super) unsafe extern "C" fn C_SignInit(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    border("C_SignInit", At::Session(session), |_| {
        // SAFETY: NULL or one mechanism (section 5.11).
        let mechanism = unsafe { mechanism.as_ref() }.ok_or(CKR_ARGUMENTS_BAD)?;
        module::with(|module| module.sign_init(session, (mechanism.mechanism, mechanism.ulParameterLen), key))
    })
}

pub(super) unsafe extern "C" fn C_Sign(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    length: CK_ULONG,
    signature: *mut CK_BYTE,
    signature_length: *mut CK_ULONG,
) -> CK_RV {
    border("C_Sign", At::Session(session), |honesty| {
        // SAFETY: `length` bytes at `data`; `signature_length` tells the room in `signature`.
        let (data, mut out) =
            unsafe { (items(data, length)?, Buffer::sized(signature, signature_length, honesty)?) };
        module::with(|module| module.sign(session, data, &mut out))
    })
}

pub(super) unsafe extern "C" fn C_SignUpdate(
    session: CK_SESSION_HANDLE,
    part: *mut CK_BYTE,
    length: CK_ULONG,
) -> CK_RV {
    border("C_SignUpdate", At::Session(session), |_| {
        // SAFETY: `length` bytes at `part`.
        let part = unsafe { items(part, length) }?;
        module::with(|module| module.sign_update(session, part))
    })
}

pub(super) unsafe extern "C" fn C_SignFinal(
    session: CK_SESSION_HANDLE,
    signature: *mut CK_BYTE,
    signature_length: *mut CK_ULONG,
) -> CK_RV {
    border("C_SignFinal", At::Session(session), |honesty| {
        // SAFETY: `signature_length` tells the room in `signature`.
        let mut out = unsafe { Buffer::sized(signature, signature_length, honesty) }?;
        module::with(|module| module.sign_final(session, &mut out))
    })
}
