//! Command APDU: ISO/IEC 7816-4, clause 5, short and extended lengths.

use zeroize::Zeroizing;

use crate::Status;

/// The instructions that some application of this card knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instruction {
    Verify,
    ManageSecurityEnvironment,
    ChangeReferenceData,
    PerformSecurityOperation,
    GeneralAuthenticate,
    Select,
    ReadBinary,
    GetResponse,
    GetData,
    GetDataByTagList,
}

impl TryFrom<u8> for Instruction {
    type Error = Status;

    fn try_from(byte: u8) -> Result<Self, Status> {
        Ok(match byte {
            0x20 => Self::Verify,
            0x22 => Self::ManageSecurityEnvironment,
            0x24 => Self::ChangeReferenceData,
            0x2A => Self::PerformSecurityOperation,
            0x87 => Self::GeneralAuthenticate,
            0xA4 => Self::Select,
            0xB0 => Self::ReadBinary,
            0xC0 => Self::GetResponse,
            0xCA => Self::GetData,
            0xCB => Self::GetDataByTagList,
            _ => return Err(Status::UnknownInstruction),
        })
    }
}

/// The Le field: how much data the terminal can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Absent,
    /// 0 says 256, "as much as there is".
    Short(u8),
    /// 0 says 65536, "as much as there is".
    Extended(u16),
}

impl Expected {
    /// The most bytes of data that may be answered; `Absent` takes none at once.
    pub(crate) fn limit(self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Short(0) => 0x100,
            Self::Short(count) => count.into(),
            Self::Extended(0) => 0x1_0000,
            Self::Extended(count) => count.into(),
        }
    }

    /// The number of bytes that a short Le names exactly.
    pub(crate) fn exact(self) -> Option<usize> {
        match self {
            Self::Short(count @ 1..) => Some(count.into()),
            _ => None,
        }
    }
}

/// One command, its lengths checked. The data field is wiped when dropped: it may hold a PIN.
pub(crate) struct Apdu {
    pub(crate) instruction: Instruction,
    /// More of the same command follows (class bit 5).
    pub(crate) chained: bool,
    pub(crate) p1: u8,
    pub(crate) p2: u8,
    pub(crate) data: Zeroizing<Vec<u8>>,
    pub(crate) expected: Expected,
}

impl TryFrom<&[u8]> for Apdu {
    type Error = Status;

    fn try_from(bytes: &[u8]) -> Result<Self, Status> {
        let [class, instruction, p1, p2, body @ ..] = bytes else { return Err(Status::WrongLength) };
        let chained = match class {
            0x00 => false,
            0x10 => true,
            _ => return Err(Status::UnknownClass),
        };
        let instruction = Instruction::try_from(*instruction)?;
        let (data, expected) = split(body)?;
        let data = Zeroizing::new(data.to_vec());
        Ok(Self { instruction, chained, p1: *p1, p2: *p2, data, expected })
    }
}

/// Data field and Le out of the body: the cases 1, 2, 3, 4 in their short and extended form.
fn split(body: &[u8]) -> Result<(&[u8], Expected), Status> {
    match body {
        [] => Ok((&[], Expected::Absent)),
        [le] => Ok((&[], Expected::Short(*le))),
        [0, high, low] => Ok((&[], Expected::Extended(u16::from_be_bytes([*high, *low])))),
        [0, high, low, rest @ ..] => {
            let count = usize::from(u16::from_be_bytes([*high, *low]));
            match rest.split_at_checked(count) {
                Some((data @ [_, ..], [])) => Ok((data, Expected::Absent)),
                Some((data @ [_, ..], [high, low])) => {
                    Ok((data, Expected::Extended(u16::from_be_bytes([*high, *low]))))
                }
                _ => Err(Status::WrongLength),
            }
        }
        [count, rest @ ..] => match rest.split_at_checked(usize::from(*count)) {
            Some((data @ [_, ..], [])) => Ok((data, Expected::Absent)),
            Some((data @ [_, ..], [le])) => Ok((data, Expected::Short(*le))),
            _ => Err(Status::WrongLength),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(bytes: &[u8]) -> Result<(Vec<u8>, Expected), Status> {
        Apdu::try_from(bytes).map(|apdu| (apdu.data.to_vec(), apdu.expected))
    }

    #[test]
    fn all_seven_cases_are_told_apart() {
        let header = [0x00, 0xCA, 0x01, 0x00];
        let case = |body: &[u8]| parts(&[&header, body].concat());
        assert_eq!(case(&[]), Ok((vec![], Expected::Absent)));
        assert_eq!(case(&[5]), Ok((vec![], Expected::Short(5))));
        assert_eq!(case(&[2, 7, 8]), Ok((vec![7, 8], Expected::Absent)));
        assert_eq!(case(&[2, 7, 8, 0]), Ok((vec![7, 8], Expected::Short(0))));
        assert_eq!(case(&[0, 1, 2]), Ok((vec![], Expected::Extended(0x0102))));
        assert_eq!(case(&[0, 0, 1, 9]), Ok((vec![9], Expected::Absent)));
        assert_eq!(case(&[0, 0, 1, 9, 0, 0]), Ok((vec![9], Expected::Extended(0))));
    }

    #[test]
    fn lengths_that_contradict_each_other_are_refused() {
        assert_eq!(parts(&[0x00, 0xCA, 0, 0, 5, 1, 2]), Err(Status::WrongLength));
        assert_eq!(parts(&[0x00, 0xCA, 0, 0, 0, 0, 0, 1]), Err(Status::WrongLength));
        assert_eq!(parts(&[0x00, 0xCA, 0]), Err(Status::WrongLength));
    }

    #[test]
    fn unknown_class_and_instruction_are_named() {
        assert_eq!(parts(&[0x80, 0xCA, 0, 0]), Err(Status::UnknownClass));
        assert_eq!(parts(&[0x00, 0x12, 0, 0]), Err(Status::UnknownInstruction));
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parts(&bytes);
        }
    }
}
