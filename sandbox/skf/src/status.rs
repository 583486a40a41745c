//! What every function returns: the error numbers of GM/T 0016-2012, annex A.

use tongguan_sandbox_ukey::SoftFault;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) u32);

impl Status {
    pub(crate) const OK: Self = Self(0);
    pub(crate) const FAIL: Self = Self(0x0A00_0001);
    pub(crate) const NOT_SUPPORTED: Self = Self(0x0A00_0003);
    pub(crate) const INVALID_HANDLE: Self = Self(0x0A00_0005);
    pub(crate) const INVALID_PARAMETER: Self = Self(0x0A00_0006);
    pub(crate) const TIMEOUT: Self = Self(0x0A00_000F);
    pub(crate) const INPUT_LENGTH: Self = Self(0x0A00_0010);
    pub(crate) const RANDOM: Self = Self(0x0A00_0012);
    pub(crate) const KEY_NOT_FOUND: Self = Self(0x0A00_001B);
    pub(crate) const CERTIFICATE_NOT_FOUND: Self = Self(0x0A00_001C);
    pub(crate) const BUFFER_TOO_SMALL: Self = Self(0x0A00_0020);
    pub(crate) const KEY_TYPE: Self = Self(0x0A00_0021);
    pub(crate) const NO_EVENT: Self = Self(0x0A00_0022);
    pub(crate) const DEVICE_REMOVED: Self = Self(0x0A00_0023);
    pub(crate) const PIN_INCORRECT: Self = Self(0x0A00_0024);
    pub(crate) const PIN_LOCKED: Self = Self(0x0A00_0025);
    pub(crate) const PIN_LENGTH: Self = Self(0x0A00_0027);
    pub(crate) const USER_TYPE: Self = Self(0x0A00_002A);
    pub(crate) const NOT_LOGGED_IN: Self = Self(0x0A00_002D);
    pub(crate) const APPLICATION_ABSENT: Self = Self(0x0A00_002E);
    /// SAR_FILE_NOT_EXIST: what tokens say of a container that is not there.
    pub(crate) const FILE_ABSENT: Self = Self(0x0A00_0031);
}

impl From<SoftFault> for Status {
    fn from(fault: SoftFault) -> Self {
        match fault {
            SoftFault::Absent => Self::DEVICE_REMOVED,
            SoftFault::PinWrong { .. } => Self::PIN_INCORRECT,
            SoftFault::PinLocked => Self::PIN_LOCKED,
            SoftFault::PinLength => Self::PIN_LENGTH,
            SoftFault::Input => Self::INPUT_LENGTH,
            SoftFault::Key | SoftFault::File(_) | SoftFault::Json(_) => Self::FAIL,
        }
    }
}
