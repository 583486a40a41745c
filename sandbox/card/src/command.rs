//! The card's commands: what an [`Apdu`] means, before any application looks at it.

use crate::{
    Status,
    apdu::{Apdu, Instruction},
    pin::{self, Pin},
    tlv,
};

/// What SELECT names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// P1 00, with or without identifier (then the master file).
    Identifier(u16),
    /// P1 01.
    Directory(u16),
    /// P1 02.
    Elementary(u16),
    /// P1 03.
    Parent,
    /// P1 04: the AID or its beginning.
    Name(&'a [u8]),
    /// P1 08.
    PathFromMaster(Vec<u16>),
    /// P1 09.
    PathFromCurrent(Vec<u16>),
}

/// P2 of SELECT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Information {
    /// 00: file control information, template `6F`.
    Control,
    /// 04: file control parameters, template `62`.
    Parameters,
    /// 0C.
    Nothing,
}

#[derive(Debug)]
pub(crate) enum Command<'a> {
    Select {
        target: Target<'a>,
        information: Information,
    },
    /// From the selected file.
    ReadBinary {
        offset: usize,
    },
    /// From a file that is selected by its short identifier on the way.
    ReadShort {
        short_id: u8,
        offset: usize,
    },
    GetResponse,
    /// CA: P1 and P2.
    GetData {
        high: u8,
        low: u8,
    },
    /// CB 3FFF: the tag of a PIV object.
    GetObject(&'a [u8]),
    /// VERIFY without data.
    PinState {
        reference: u8,
    },
    /// VERIFY with P1 = FF.
    ForgetPin {
        reference: u8,
    },
    Verify {
        reference: u8,
        pin: Pin,
    },
    ChangePin {
        reference: u8,
        old: Pin,
        new: Pin,
    },
    /// MANAGE SECURITY ENVIRONMENT: SET for a digital signature.
    ChooseKey {
        algorithm: Option<u8>,
        key: u8,
    },
    /// PERFORM SECURITY OPERATION: COMPUTE DIGITAL SIGNATURE.
    ComputeSignature(&'a [u8]),
    GeneralAuthenticate {
        algorithm: u8,
        key: u8,
        challenge: &'a [u8],
    },
}

impl<'a> TryFrom<&'a Apdu> for Command<'a> {
    type Error = Status;

    fn try_from(apdu: &'a Apdu) -> Result<Self, Status> {
        match apdu.instruction {
            Instruction::Select => select(apdu),
            Instruction::ReadBinary => read_binary(apdu),
            Instruction::GetResponse => Ok(Self::GetResponse),
            Instruction::GetData => Ok(Self::GetData { high: apdu.p1, low: apdu.p2 }),
            Instruction::GetDataByTagList => get_object(apdu),
            Instruction::Verify => verify(apdu),
            Instruction::ChangeReferenceData => change_pin(apdu),
            Instruction::ManageSecurityEnvironment => choose_key(apdu),
            Instruction::PerformSecurityOperation => compute_signature(apdu),
            Instruction::GeneralAuthenticate => general_authenticate(apdu),
        }
    }
}

fn select(apdu: &Apdu) -> Result<Command<'_>, Status> {
    let information = match apdu.p2 {
        0x00 => Information::Control,
        0x04 => Information::Parameters,
        0x0C => Information::Nothing,
        _ => return Err(Status::WrongParameters),
    };
    let target = match (apdu.p1, apdu.data.as_slice()) {
        (0x00, []) => Target::Identifier(crate::file::MASTER_FILE),
        (0x00, id) => Target::Identifier(identifier(id)?),
        (0x01, id) => Target::Directory(identifier(id)?),
        (0x02, id) => Target::Elementary(identifier(id)?),
        (0x03, _) => Target::Parent,
        (0x04, name) => Target::Name(name),
        (0x08, path) => Target::PathFromMaster(identifiers(path)?),
        (0x09, path) => Target::PathFromCurrent(identifiers(path)?),
        _ => return Err(Status::WrongParameters),
    };
    Ok(Command::Select { target, information })
}

fn identifier(bytes: &[u8]) -> Result<u16, Status> {
    bytes.try_into().map(u16::from_be_bytes).map_err(|_| Status::WrongLength)
}

fn identifiers(path: &[u8]) -> Result<Vec<u16>, Status> {
    path.chunks(2).map(identifier).collect()
}

fn read_binary(apdu: &Apdu) -> Result<Command<'_>, Status> {
    if apdu.p1 & 0x80 == 0 {
        return Ok(Command::ReadBinary { offset: u16::from_be_bytes([apdu.p1, apdu.p2]).into() });
    }
    match apdu.p1 & 0x7F {
        short_id @ 1..=30 => Ok(Command::ReadShort { short_id, offset: apdu.p2.into() }),
        _ => Err(Status::WrongParameters),
    }
}

fn get_object(apdu: &Apdu) -> Result<Command<'_>, Status> {
    if (apdu.p1, apdu.p2) != (0x3F, 0xFF) {
        return Err(Status::WrongParameters);
    }
    tlv::find(&apdu.data, 0x5C).map(Command::GetObject).ok_or(Status::WrongData)
}

fn verify(apdu: &Apdu) -> Result<Command<'_>, Status> {
    let reference = apdu.p2;
    match (apdu.p1, apdu.data.as_slice()) {
        (0x00, []) => Ok(Command::PinState { reference }),
        (0x00, pin) => Ok(Command::Verify { reference, pin: Pin::try_from(pin)? }),
        (0xFF, []) => Ok(Command::ForgetPin { reference }),
        _ => Err(Status::WrongParameters),
    }
}

fn change_pin(apdu: &Apdu) -> Result<Command<'_>, Status> {
    if apdu.p1 != 0 {
        return Err(Status::WrongParameters);
    }
    let (old, new) = apdu.data.split_at_checked(pin::LENGTH).ok_or(Status::WrongLength)?;
    Ok(Command::ChangePin { reference: apdu.p2, old: Pin::try_from(old)?, new: Pin::try_from(new)? })
}

fn choose_key(apdu: &Apdu) -> Result<Command<'_>, Status> {
    if (apdu.p1, apdu.p2) != (0x41, 0xB6) {
        return Err(Status::WrongParameters);
    }
    let one = |tag| match tlv::find(&apdu.data, tag) {
        Some([byte]) => Ok(Some(*byte)),
        Some(_) => Err(Status::WrongData),
        None => Ok(None),
    };
    Ok(Command::ChooseKey { algorithm: one(0x80)?, key: one(0x84)?.ok_or(Status::WrongData)? })
}

fn compute_signature(apdu: &Apdu) -> Result<Command<'_>, Status> {
    match (apdu.p1, apdu.p2) {
        (0x9E, 0x9A) => Ok(Command::ComputeSignature(&apdu.data)),
        _ => Err(Status::WrongParameters),
    }
}

/// Dynamic authentication template `7C` with an empty response `82` and the challenge `81`.
fn general_authenticate(apdu: &Apdu) -> Result<Command<'_>, Status> {
    let template = tlv::find(&apdu.data, 0x7C).ok_or(Status::WrongData)?;
    let challenge = tlv::find(template, 0x81).ok_or(Status::WrongData)?;
    match tlv::find(template, 0x82) {
        Some([]) => Ok(Command::GeneralAuthenticate { algorithm: apdu.p1, key: apdu.p2, challenge }),
        _ => Err(Status::WrongData),
    }
}
