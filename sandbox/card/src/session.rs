//! What the card forgets without power.

/// Which application answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Application {
    /// None: the master file, as after reset.
    #[default]
    MasterFile,
    Own,
    Pkcs15,
    Piv,
}

impl Application {
    /// P2 of VERIFY and CHANGE REFERENCE DATA; it is the same PIN everywhere.
    pub(crate) fn pin_reference(self) -> Option<u8> {
        match self {
            Self::MasterFile => None,
            Self::Own | Self::Pkcs15 => Some(0x81),
            Self::Piv => Some(0x80),
        }
    }
}

/// What the last VERIFY is still worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PinStatus {
    #[default]
    Unverified,
    /// Verified, and nothing signed since.
    Fresh,
    /// Verified, and signed since: enough for keys that do not ask for the PIN every time.
    Used,
}

#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) application: Application,
    /// The selected elementary file.
    pub(crate) file: Option<u16>,
    pub(crate) pin: PinStatus,
    /// The key chosen by MANAGE SECURITY ENVIRONMENT.
    pub(crate) key: Option<u8>,
}

impl Session {
    /// Another application starts without the rights of the one before.
    pub(crate) fn enter(&mut self, application: Application) {
        *self = Self { application, ..Self::default() };
    }
}
