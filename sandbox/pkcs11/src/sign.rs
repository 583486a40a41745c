//! C_SignInit to C_SignFinal.

use cryptoki_sys::{
    CK_MECHANISM_TYPE, CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CK_ULONG, CKR_KEY_FUNCTION_NOT_PERMITTED,
    CKR_KEY_HANDLE_INVALID, CKR_KEY_TYPE_INCONSISTENT, CKR_MECHANISM_PARAM_INVALID, CKR_OPERATION_ACTIVE,
    CKR_OPERATION_NOT_INITIALIZED, CKR_USER_NOT_LOGGED_IN,
};
use tongguan_sandbox_ukey::KeyAlgorithm;

use crate::{
    Answer,
    mechanism::Mechanism,
    module::Module,
    object::{Class, Object},
    pointer::Buffer,
};

/// A signature that was begun.
#[derive(Debug)]
pub(crate) struct Operation {
    mechanism: Mechanism,
    key: Object,
    /// What C_SignUpdate brought; `None` before the first.
    parts: Option<Vec<u8>>,
    /// By a context-specific login.
    pub(crate) authenticated: bool,
}

impl Operation {
    /// Upper bound in bytes; a PKCS#11 caller asks for it before it lets the module sign.
    fn length(&self) -> usize {
        match self.mechanism.algorithm() {
            KeyAlgorithm::Rsa => self.key.modulus_length(),
            KeyAlgorithm::P256 | KeyAlgorithm::Sm2 => self.mechanism.curve_signature_length(),
        }
    }
}

impl Module {
    /// `parameter`: the length of the mechanism's parameter, of which none of the standard's needs one.
    pub(crate) fn sign_init(
        &mut self,
        session: CK_SESSION_HANDLE,
        mechanism: (CK_MECHANISM_TYPE, CK_ULONG),
        key: CK_OBJECT_HANDLE,
    ) -> Answer {
        let slot = self.session(session)?.0.slot;
        if self.session(session)?.0.operation.is_some() {
            return Err(CKR_OPERATION_ACTIVE);
        }
        let (number, parameter) = mechanism;
        let mechanism = self.mechanism(slot, number)?;
        if parameter != 0 && mechanism.algorithm() != KeyAlgorithm::Sm2 {
            return Err(CKR_MECHANISM_PARAM_INVALID);
        }
        if !self.logged_in(session)? {
            return Err(CKR_USER_NOT_LOGGED_IN);
        }
        let key = self.object(session, key).map_err(|_| CKR_KEY_HANDLE_INVALID)?;
        if key.class != Class::PrivateKey || key.algorithm() != mechanism.algorithm() {
            return Err(CKR_KEY_TYPE_INCONSISTENT);
        }
        if key.key.encipherment {
            return Err(CKR_KEY_FUNCTION_NOT_PERMITTED);
        }
        let operation = Operation { mechanism, key, parts: None, authenticated: false };
        self.session(session)?.0.operation = Some(operation);
        Ok(())
    }

    /// C_Sign. Who only asks for the size, or has too little room, may call again.
    pub(crate) fn sign(&mut self, session: CK_SESSION_HANDLE, data: &[u8], out: &mut Buffer<u8>) -> Answer {
        if self.operation(session)?.parts.is_some() {
            return Err(CKR_OPERATION_ACTIVE);
        }
        self.finish(session, Some(data), out)
    }

    pub(crate) fn sign_update(&mut self, session: CK_SESSION_HANDLE, part: &[u8]) -> Answer {
        self.operation(session)?.parts.get_or_insert_default().extend_from_slice(part);
        Ok(())
    }

    pub(crate) fn sign_final(&mut self, session: CK_SESSION_HANDLE, out: &mut Buffer<u8>) -> Answer {
        self.finish(session, None, out)
    }

    fn operation(&mut self, session: CK_SESSION_HANDLE) -> Answer<&mut Operation> {
        self.session(session)?.0.operation.as_mut().ok_or(CKR_OPERATION_NOT_INITIALIZED)
    }

    fn finish(&mut self, session: CK_SESSION_HANDLE, data: Option<&[u8]>, out: &mut Buffer<u8>) -> Answer {
        let length = self.operation(session)?.length();
        if out.asks() || out.room() < length {
            return out.need(length);
        }
        // From here on the operation is over, however it ends.
        let begun = self.session(session)?.0.operation.take().ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
        let wants_own_login = begun.key.always_authenticate && !begun.authenticated;
        if wants_own_login || !self.logged_in(session)? {
            return Err(CKR_USER_NOT_LOGGED_IN);
        }
        let data = data.or(begun.parts.as_deref()).unwrap_or_default();
        out.fill(&begun.mechanism.sign(&begun.key.key, data)?)
    }
}
