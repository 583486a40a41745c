//! The module as C sees it, where a careful binding would hide something.
#![allow(unsafe_code, reason = "PKCS#11 is a C interface")]

use std::ffi::CString;
use std::ptr::null_mut;

use cryptoki_sys::*;

use crate::desk::Desk;

/// Initialised and not wrapped. Dropping it leaves the module loaded: another thread may be inside.
pub(crate) struct Raw {
    _library: std::mem::ManuallyDrop<Pkcs11>,
    pub(crate) list: *mut CK_FUNCTION_LIST,
}

// SAFETY: the list is constant, and Cryptoki's functions may be called from every thread (CKF_OS_LOCKING_OK).
unsafe impl Sync for Raw {}

/// Calls a function of the list.
macro_rules! call {
    ($raw:expr, $name:ident($($argument:expr),*)) => {{
        // SAFETY: the list lives as long as the library, every pointer as long as the call.
        unsafe { ((*$raw.list).$name.unwrap())($($argument),*) }
    }};
}
pub(crate) use call;

impl Raw {
    pub(crate) fn open(desk: &Desk) -> Self {
        let mut list = null_mut();
        // SAFETY: the module is this workspace's own.
        let library = unsafe { Pkcs11::new(&desk.module) }.unwrap();
        // SAFETY: room for one pointer.
        assert_eq!(unsafe { library.C_GetFunctionList(&mut list) }, CKR_OK);
        Self { _library: std::mem::ManuallyDrop::new(library), list }
    }

    pub(crate) fn load(desk: &Desk) -> Self {
        let raw = Self::open(desk);
        assert_eq!(raw.initialize(CKF_OS_LOCKING_OK, None), CKR_OK);
        raw
    }

    pub(crate) fn list(&self) -> *const CK_FUNCTION_LIST {
        self.list
    }

    pub(crate) fn initialize(&self, flags: CK_FLAGS, reserved: Option<&str>) -> CK_RV {
        let text = reserved.map(|text| CString::new(text).unwrap());
        let place = text.as_ref().map_or(null_mut(), |text| text.as_ptr().cast_mut().cast());
        let mut arguments = CK_C_INITIALIZE_ARGS { flags, pReserved: place, ..Default::default() };
        call!(self, C_Initialize((&raw mut arguments).cast()))
    }

    pub(crate) fn finalize(&self) -> CK_RV {
        call!(self, C_Finalize(null_mut()))
    }

    pub(crate) fn wait(&self) -> CK_RV {
        let mut slot = 0;
        call!(self, C_WaitForSlotEvent(0, &mut slot, null_mut()))
    }

    pub(crate) fn slots(&self) -> Vec<CK_SLOT_ID> {
        let (mut slots, mut count) = ([0; 8], 8);
        assert_eq!(call!(self, C_GetSlotList(CK_TRUE, slots.as_mut_ptr(), &mut count)), CKR_OK);
        slots[..usize::try_from(count).unwrap()].to_vec()
    }

    pub(crate) fn mechanisms(&self, slot: CK_SLOT_ID) -> Vec<CK_MECHANISM_TYPE> {
        let mut count = 0;
        assert_eq!(call!(self, C_GetMechanismList(slot, null_mut(), &mut count)), CKR_OK);
        let mut list = vec![0; usize::try_from(count).unwrap()];
        assert_eq!(call!(self, C_GetMechanismList(slot, list.as_mut_ptr(), &mut count)), CKR_OK);
        for mechanism in &list {
            let mut info = CK_MECHANISM_INFO::default();
            assert_eq!(call!(self, C_GetMechanismInfo(slot, *mechanism, &mut info)), CKR_OK);
            assert_ne!(info.flags & CKF_SIGN, 0);
        }
        list
    }

    pub(crate) fn label(&self, slot: CK_SLOT_ID) -> [u8; 32] {
        let mut info = CK_TOKEN_INFO::default();
        assert_eq!(call!(self, C_GetTokenInfo(slot, &mut info)), CKR_OK);
        info.label
    }

    /// A session with the first token, logged in, and a signature begun with its first key, which is RSA.
    pub(crate) fn begin(&self) -> CK_SESSION_HANDLE {
        let mut session = 0;
        let flags = CKF_SERIAL_SESSION;
        assert_eq!(
            call!(self, C_OpenSession(self.slots()[0], flags, null_mut(), None, &mut session)),
            CKR_OK
        );
        let mut pin = crate::desk::PIN.as_bytes().to_vec();
        assert_eq!(call!(self, C_Login(session, CKU_USER, pin.as_mut_ptr(), pin.len() as CK_ULONG)), CKR_OK);
        let mut class = CKO_PRIVATE_KEY;
        let mut template = CK_ATTRIBUTE {
            type_: CKA_CLASS,
            pValue: (&raw mut class).cast(),
            ulValueLen: size_of::<CK_OBJECT_CLASS>() as CK_ULONG,
        };
        assert_eq!(call!(self, C_FindObjectsInit(session, &mut template, 1)), CKR_OK);
        let (mut key, mut count) = (0, 0);
        assert_eq!(call!(self, C_FindObjects(session, &mut key, 1, &mut count)), CKR_OK);
        assert_eq!((count, call!(self, C_FindObjectsFinal(session))), (1, CKR_OK));
        let mut mechanism =
            CK_MECHANISM { mechanism: CKM_SHA256_RSA_PKCS, pParameter: null_mut(), ulParameterLen: 0 };
        assert_eq!(call!(self, C_SignInit(session, &mut mechanism, key)), CKR_OK);
        session
    }

    /// C_Sign of a short message into a buffer of `room` bytes; `None` asks for the size. The answer and the length.
    pub(crate) fn sign(&self, session: CK_SESSION_HANDLE, room: Option<usize>) -> (CK_RV, CK_ULONG) {
        let mut data = b"data".to_vec();
        let mut signature = vec![0; room.unwrap_or(0)];
        let place = if room.is_some() { signature.as_mut_ptr() } else { null_mut() };
        let mut length = signature.len() as CK_ULONG;
        let answer =
            call!(self, C_Sign(session, data.as_mut_ptr(), data.len() as CK_ULONG, place, &mut length));
        (answer, length)
    }
}
