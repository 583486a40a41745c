//! Status words: ISO/IEC 7816-4, tables 6 and 7.

/// How a command ended, as the two last bytes of every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `9000`
    Success,
    /// `61xx`: so many bytes wait for GET RESPONSE; 0 says 256 or more.
    MoreData(u8),
    /// `63Cx`: wrong PIN, or the PIN is not verified; so many tries are left.
    TriesLeft(u8),
    /// `6581`: the card could not store the try counter or the PIN.
    MemoryFailure,
    /// `6700`: the lengths in the command contradict each other or the command's rules.
    WrongLength,
    /// `6982`: the PIN has to be verified first.
    SecurityStatusNotSatisfied,
    /// `6983`: no tries are left.
    PinBlocked,
    /// `6985`: a command that has to come first did not come.
    ConditionsNotSatisfied,
    /// `6986`: no elementary file is selected.
    NoCurrentFile,
    /// `6A80`: the data field is not what the command expects.
    WrongData,
    /// `6A82`: no such file, application or data object.
    FileNotFound,
    /// `6A84`: a command chain longer than the card's buffer.
    NotEnoughMemory,
    /// `6A86`: P1 or P2 has no meaning here.
    WrongParameters,
    /// `6A88`: no such key, PIN or certificate.
    ReferenceNotFound,
    /// `6B00`: the offset lies behind the end of the file.
    WrongOffset,
    /// `6Cxx`: Le is wrong; exactly so many bytes are there, 0 says 256.
    WrongExpectedLength(u8),
    /// `6D00`
    UnknownInstruction,
    /// `6E00`
    UnknownClass,
}

impl Status {
    /// SW1 and SW2.
    #[must_use]
    pub fn bytes(self) -> [u8; 2] {
        match self {
            Self::MoreData(count) => [0x61, count],
            Self::TriesLeft(tries) => [0x63, 0xC0 | (tries & 0x0F)],
            Self::WrongExpectedLength(count) => [0x6C, count],
            other => other.fixed().to_be_bytes(),
        }
    }

    fn fixed(self) -> u16 {
        match self {
            Self::Success => 0x9000,
            Self::MemoryFailure => 0x6581,
            Self::WrongLength => 0x6700,
            Self::SecurityStatusNotSatisfied => 0x6982,
            Self::PinBlocked => 0x6983,
            Self::ConditionsNotSatisfied => 0x6985,
            Self::NoCurrentFile => 0x6986,
            Self::WrongData => 0x6A80,
            Self::FileNotFound => 0x6A82,
            Self::NotEnoughMemory => 0x6A84,
            Self::WrongParameters => 0x6A86,
            Self::ReferenceNotFound => 0x6A88,
            Self::WrongOffset => 0x6B00,
            Self::UnknownInstruction => 0x6D00,
            Self::UnknownClass => 0x6E00,
            Self::MoreData(_) => 0x6100,
            Self::TriesLeft(_) => 0x63C0,
            Self::WrongExpectedLength(_) => 0x6C00,
        }
    }
}
