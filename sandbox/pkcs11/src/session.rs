//! Sessions, and who is logged in.

use cryptoki_sys::{
    CK_FLAGS, CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SLOT_ID, CK_USER_TYPE, CKF_RW_SESSION,
    CKF_SERIAL_SESSION, CKR_ARGUMENTS_BAD, CKR_DEVICE_REMOVED, CKR_GENERAL_ERROR,
    CKR_OPERATION_NOT_INITIALIZED, CKR_SESSION_HANDLE_INVALID, CKR_SESSION_PARALLEL_NOT_SUPPORTED,
    CKR_SESSION_READ_ONLY, CKR_USER_ALREADY_LOGGED_IN, CKR_USER_NOT_LOGGED_IN, CKR_USER_TYPE_INVALID,
    CKS_RO_PUBLIC_SESSION, CKS_RO_USER_FUNCTIONS, CKS_RW_PUBLIC_SESSION, CKS_RW_USER_FUNCTIONS,
    CKU_CONTEXT_SPECIFIC, CKU_USER,
};
use tongguan_sandbox_ukey::{SoftFault, SoftToken};
use zeroize::Zeroizing;

use crate::{
    Answer,
    module::{Module, value},
    sign::Operation,
};

/// A session is good for one insertion of its token.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) slot: CK_SLOT_ID,
    pub(crate) name: String,
    pub(crate) insertion: u64,
    pub(crate) read_write: bool,
    /// What a search has found and not handed out yet.
    pub(crate) found: Option<Vec<CK_OBJECT_HANDLE>>,
    pub(crate) operation: Option<Operation>,
}

impl Module {
    pub(crate) fn open(&mut self, slot: CK_SLOT_ID, flags: CK_FLAGS) -> Answer<CK_SESSION_HANDLE> {
        if flags & CKF_SERIAL_SESSION == 0 {
            return Err(CKR_SESSION_PARALLEL_NOT_SUPPORTED);
        }
        let token = self.token_in(slot)?;
        let handle = self.next_session;
        self.next_session = handle.saturating_add(1);
        let session = Session {
            slot,
            name: token.name.clone(),
            insertion: token.insertion,
            read_write: flags & CKF_RW_SESSION != 0,
            found: None,
            operation: None,
        };
        self.sessions.insert(handle, session);
        Ok(handle)
    }

    /// The last session with a token takes the user's login with it.
    pub(crate) fn close(&mut self, handle: CK_SESSION_HANDLE) -> Answer {
        let closed = self.sessions.remove(&handle).ok_or(CKR_SESSION_HANDLE_INVALID)?;
        if !self.sessions.values().any(|session| session.slot == closed.slot) {
            self.set_login(closed.slot, None);
        }
        Ok(())
    }

    pub(crate) fn close_all(&mut self, slot: CK_SLOT_ID) -> Answer {
        self.slot_info(slot)?;
        self.sessions.retain(|_, session| session.slot != slot);
        self.set_login(slot, None);
        Ok(())
    }

    /// A session and its token as it is now. CKR_DEVICE_REMOVED for ever once the token was pulled.
    pub(crate) fn session(&mut self, handle: CK_SESSION_HANDLE) -> Answer<(&mut Session, SoftToken)> {
        let session = self.sessions.get_mut(&handle).ok_or(CKR_SESSION_HANDLE_INVALID)?;
        let token = self.library.token(&session.name).map_err(value)?;
        if token.insertion == session.insertion { Ok((session, token)) } else { Err(CKR_DEVICE_REMOVED) }
    }

    pub(crate) fn name_of_session(&mut self, handle: CK_SESSION_HANDLE) -> Answer<String> {
        Ok(self.session(handle)?.0.name.clone())
    }

    pub(crate) fn session_info(&mut self, handle: CK_SESSION_HANDLE) -> Answer<CK_SESSION_INFO> {
        let (slot, read_write) =
            self.session(handle).map(|(session, _)| (session.slot, session.read_write))?;
        let state = match (read_write, self.logged_in(handle)?) {
            (false, false) => CKS_RO_PUBLIC_SESSION,
            (false, true) => CKS_RO_USER_FUNCTIONS,
            (true, false) => CKS_RW_PUBLIC_SESSION,
            (true, true) => CKS_RW_USER_FUNCTIONS,
        };
        let flags = CKF_SERIAL_SESSION | if read_write { CKF_RW_SESSION } else { 0 };
        Ok(CK_SESSION_INFO { slotID: slot, state, flags, ulDeviceError: 0 })
    }

    pub(crate) fn logged_in(&mut self, handle: CK_SESSION_HANDLE) -> Answer<bool> {
        let (slot, insertion) =
            self.session(handle).map(|(session, token)| (session.slot, token.insertion))?;
        Ok(self.slots.iter().any(|other| other.id == slot && other.logged_in == Some(insertion)))
    }

    fn set_login(&mut self, slot: CK_SLOT_ID, insertion: Option<u64>) {
        for slot in self.slots.iter_mut().filter(|other| other.id == slot) {
            slot.logged_in = insertion;
        }
    }

    /// C_Login. A context-specific login belongs to the signature that was begun (section 5.6).
    pub(crate) fn login(
        &mut self,
        handle: CK_SESSION_HANDLE,
        user: CK_USER_TYPE,
        pin: Option<&[u8]>,
    ) -> Answer {
        let logged_in = self.logged_in(handle)?;
        let (session, token) = self.session(handle)?;
        let (slot, begun) = (session.slot, session.operation.is_some());
        match user {
            CKU_USER if logged_in => return Err(CKR_USER_ALREADY_LOGGED_IN),
            CKU_CONTEXT_SPECIFIC if !begun => return Err(CKR_OPERATION_NOT_INITIALIZED),
            CKU_USER | CKU_CONTEXT_SPECIFIC => {}
            _ => return Err(CKR_USER_TYPE_INVALID),
        }
        self.verify(&token, pin)?;
        if user == CKU_USER {
            self.set_login(slot, Some(token.insertion));
        } else if let Some(operation) = &mut self.session(handle)?.0.operation {
            operation.authenticated = true;
        }
        Ok(())
    }

    /// A device with a pad takes no PIN from the host, one without takes it from nowhere else.
    fn verify(&self, token: &SoftToken, pin: Option<&[u8]>) -> Answer {
        let behaviour = self.behaviour();
        let pin = match (pin, behaviour.pin_pad) {
            (Some(pin), false) => Zeroizing::new(pin.to_vec()),
            (None, true) => Zeroizing::new(token.pin.clone().into_bytes()),
            (Some(_), true) | (None, false) => return Err(CKR_ARGUMENTS_BAD),
        };
        self.library.verify_pin(&token.name, &pin).map_err(|fault| match fault {
            SoftFault::PinWrong { .. } | SoftFault::PinLocked if behaviour.wrong_pin_is_general_error => {
                CKR_GENERAL_ERROR
            }
            fault => value(fault),
        })
    }

    pub(crate) fn logout(&mut self, handle: CK_SESSION_HANDLE) -> Answer {
        if !self.logged_in(handle)? {
            return Err(CKR_USER_NOT_LOGGED_IN);
        }
        let slot = self.session(handle)?.0.slot;
        self.set_login(slot, None);
        // What the user began ends with him.
        for session in self.sessions.values_mut().filter(|session| session.slot == slot) {
            session.found = None;
            session.operation = None;
        }
        Ok(())
    }

    /// C_SetPIN: the old one costs a try if it is wrong.
    pub(crate) fn set_pin(&mut self, handle: CK_SESSION_HANDLE, old: &[u8], new: &[u8]) -> Answer {
        let (session, token) = self.session(handle)?;
        if !session.read_write {
            return Err(CKR_SESSION_READ_ONLY);
        }
        self.library.change_pin(&token.name, old, new).map_err(value)
    }
}
