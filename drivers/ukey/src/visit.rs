//! A session for one errand, and a login that ends with it.

use crate::ckr::Trouble;
use crate::module::Module;
use crate::raw::{self, Wanted};
use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism;
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::types::RawAuthPin;
use cryptoki_sys::{CK_ATTRIBUTE_TYPE, CK_OBJECT_HANDLE};
use tongguan_core::domain::Pin;
use tongguan_core::fault::Fault;

/// How the holder shows that it is he.
pub(crate) enum Entry {
    /// On the device (CKF_PROTECTED_AUTHENTICATION_PATH): C_Login gets no PIN.
    Pad,
    /// Wiped on drop.
    Pin(RawAuthPin),
}

impl Entry {
    pub(crate) fn of(pin: &Pin) -> Self {
        // As long as the PIN from the start: no growth leaves a copy behind.
        Self::Pin(RawAuthPin::new(Box::new(pin.expose().to_vec())))
    }
}

/// A session, for one errand.
pub(crate) struct Visit<'m> {
    module: &'m Module,
    session: Session,
}

impl<'m> Visit<'m> {
    pub(crate) fn new(module: &'m Module, session: Session) -> Self {
        Self { module, session }
    }
}

impl Visit<'_> {
    fn fault(&self, trouble: Trouble) -> Fault {
        trouble.fault(self.module.library())
    }

    pub(crate) fn find(&self, wanted: &[Wanted<'_>]) -> Result<Vec<CK_OBJECT_HANDLE>, Fault> {
        self.module.functions().find(&self.session, wanted).map_err(|trouble| self.fault(trouble))
    }

    /// Empty where the object does not have the attribute or does not show it.
    pub(crate) fn attribute(
        &self,
        object: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
    ) -> Result<Option<Vec<u8>>, Fault> {
        self.module.functions().attribute(&self.session, object, kind).map_err(|trouble| self.fault(trouble))
    }

    /// Ends a login that this call did not make: nothing is signed on it.
    pub(crate) fn leave_foreign_login(&self) -> Result<(), Fault> {
        // A module that does not tell will say it at C_Login.
        let state = self.session.get_session_info().map(|info| info.session_state());
        match state {
            Ok(SessionState::RoUser | SessionState::RwUser | SessionState::RwSecurityOfficer) => {
                tracing::warn!("logged in without our doing");
                self.logout()
            }
            _ => Ok(()),
        }
    }

    /// C_Login, once. Dropping what comes back logs out.
    pub(crate) fn login(&self, entry: &Entry) -> Result<Login<'_>, Fault> {
        match self.enter(UserType::User, entry) {
            Ok(()) => Ok(Login { visit: self }),
            Err(trouble) => {
                if trouble.value() == Some(RvError::UserAlreadyLoggedIn) {
                    // Not with this PIN. The next try finds nobody logged in.
                    self.logout()?;
                }
                Err(self.fault(trouble))
            }
        }
    }

    fn enter(&self, user: UserType, entry: &Entry) -> Result<(), Trouble> {
        let outcome = match entry {
            Entry::Pad => self.session.login(user, None),
            Entry::Pin(pin) => self.session.login_with_raw(user, pin),
        };
        outcome.map_err(|error| Trouble::of("C_Login", &error))
    }

    fn logout(&self) -> Result<(), Fault> {
        self.session.logout().map_err(|error| self.fault(Trouble::of("C_Logout", &error)))
    }

    pub(crate) fn set_pin(&self, pins: Option<(&Pin, &Pin)>) -> Result<(), Fault> {
        self.module.functions().set_pin(&self.session, pins).map_err(|trouble| self.fault(trouble))
    }
}

/// While it lives, the holder is logged in by our own C_Login.
pub(crate) struct Login<'v> {
    visit: &'v Visit<'v>,
}

impl Login<'_> {
    /// C_SignInit and C_Sign. `again`: the key wants its holder to enter the PIN once more in between
    /// (CKA_ALWAYS_AUTHENTICATE); it is the PIN that C_Login has just found right.
    pub(crate) fn sign(
        &self,
        mechanism: &Mechanism<'_>,
        key: CK_OBJECT_HANDLE,
        data: &[u8],
        again: Option<&Entry>,
    ) -> Result<Vec<u8>, Trouble> {
        raw::sign_init(&self.visit.session, mechanism, key)?;
        if let Some(entry) = again {
            self.visit.enter(UserType::ContextSpecific, entry)?;
        }
        self.visit.module.functions().sign(&self.visit.session, data)
    }

    pub(crate) fn fault(&self, trouble: Trouble) -> Fault {
        self.visit.fault(trouble)
    }
}

impl Drop for Login<'_> {
    fn drop(&mut self) {
        // A token that is gone took its login along; a fault here says nothing that the user needs.
        if let Err(fault) = self.visit.logout() {
            tracing::warn!(code = fault.code(), "not logged out");
        }
    }
}
