//! What the commands do, application by application.

use crate::{
    Card, Status,
    apdu::Expected,
    command::{Command, Information, Target},
    file::File,
    key::Key,
    own,
    pin::Pin,
    piv,
    session::{Application, PinStatus},
};

type Answer = Result<Vec<u8>, Status>;

impl Card {
    /// Runs one command; `expected` bounds READ BINARY.
    pub(crate) fn exec(&mut self, command: Command<'_>, expected: Expected) -> Answer {
        match command {
            Command::Select { target, information } => self.select(&target, information),
            Command::ReadBinary { offset } => {
                let file = self.files.current(&self.session).ok_or(Status::NoCurrentFile)?;
                read(file, offset, expected)
            }
            Command::ReadShort { short_id, offset } => self.read_short(short_id, offset, expected),
            Command::GetResponse => Err(Status::ConditionsNotSatisfied),
            Command::GetData { high, low } => {
                self.only_in(&[Application::Own])?;
                own::data(high, low, &self.keys)
            }
            Command::GetObject(tag) => {
                self.only_in(&[Application::Piv])?;
                piv::object(tag, &self.memory.personalisation().serial, &self.keys)
            }
            Command::PinState { reference } => self.pin_state(reference),
            Command::ForgetPin { reference } => self.forget_pin(reference),
            Command::Verify { reference, pin } => self.verify(reference, &pin),
            Command::ChangePin { reference, old, new } => self.change_pin(reference, &old, new),
            Command::ChooseKey { algorithm, key } => self.choose_key(algorithm, key),
            Command::ComputeSignature(input) => self.compute_signature(input),
            Command::GeneralAuthenticate { algorithm, key, challenge } => {
                self.general_authenticate(algorithm, key, challenge)
            }
        }
    }

    /// `6D00`: the instruction belongs to another application.
    fn only_in(&self, applications: &[Application]) -> Result<(), Status> {
        if applications.contains(&self.session.application) {
            Ok(())
        } else {
            Err(Status::UnknownInstruction)
        }
    }

    fn select(&mut self, target: &Target<'_>, information: Information) -> Answer {
        let (application, file) = self.files.locate(target, self.session.application)?;
        // Inside PKCS#15 terminals select files between VERIFY and signature; by name it starts anew.
        if application != self.session.application || matches!(target, Target::Name(_)) {
            self.session.enter(application);
        }
        self.session.file = file;
        Ok(self.files.describe(&self.session, information, self.memory.personalisation()))
    }

    fn read_short(&mut self, short_id: u8, offset: usize, expected: Expected) -> Answer {
        let file = self.files.by_short_id(self.session.application, short_id).ok_or(Status::FileNotFound)?;
        self.session.file = Some(file.id);
        read(file, offset, expected)
    }

    fn known_pin(&self, reference: u8) -> Result<(), Status> {
        if self.session.application.pin_reference() == Some(reference) {
            Ok(())
        } else {
            Err(Status::ReferenceNotFound)
        }
    }

    fn pin_state(&self, reference: u8) -> Answer {
        self.known_pin(reference)?;
        match self.session.pin {
            PinStatus::Unverified => Err(self.memory.pin_state()),
            PinStatus::Fresh | PinStatus::Used => Ok(Vec::new()),
        }
    }

    fn forget_pin(&mut self, reference: u8) -> Answer {
        self.known_pin(reference)?;
        self.session.pin = PinStatus::Unverified;
        Ok(Vec::new())
    }

    fn verify(&mut self, reference: u8, pin: &Pin) -> Answer {
        self.known_pin(reference)?;
        self.session.pin = PinStatus::Unverified;
        self.memory.verify(pin)?;
        self.session.pin = PinStatus::Fresh;
        Ok(Vec::new())
    }

    fn change_pin(&mut self, reference: u8, old: &Pin, new: Pin) -> Answer {
        self.known_pin(reference)?;
        self.session.pin = PinStatus::Unverified;
        self.memory.change(old, new)?;
        Ok(Vec::new())
    }

    fn choose_key(&mut self, algorithm: Option<u8>, reference: u8) -> Answer {
        self.only_in(&[Application::Own, Application::Pkcs15])?;
        let key = self.key(reference)?;
        if algorithm.is_some_and(|code| code != key.algorithm.code()) {
            return Err(Status::WrongData);
        }
        self.session.key = Some(reference);
        Ok(Vec::new())
    }

    fn key(&self, reference: u8) -> Result<&Key, Status> {
        self.keys.iter().find(|key| key.reference == reference).ok_or(Status::ReferenceNotFound)
    }

    fn compute_signature(&mut self, input: &[u8]) -> Answer {
        self.only_in(&[Application::Own, Application::Pkcs15])?;
        let reference = self.session.key.ok_or(Status::ConditionsNotSatisfied)?;
        if self.session.pin == PinStatus::Unverified {
            return Err(Status::SecurityStatusNotSatisfied);
        }
        let signature = self.key(reference)?.sign(input)?;
        self.session.pin = match self.session.application {
            Application::Own => PinStatus::Unverified,
            _ => PinStatus::Used,
        };
        Ok(signature)
    }

    fn general_authenticate(&mut self, algorithm: u8, reference: u8, challenge: &[u8]) -> Answer {
        self.only_in(&[Application::Piv])?;
        let key = piv::key(&self.keys, algorithm, reference)?;
        let enough = match self.session.pin {
            PinStatus::Unverified => false,
            PinStatus::Fresh => true,
            PinStatus::Used => reference != piv::SIGNATURE_KEY,
        };
        if !enough {
            return Err(Status::SecurityStatusNotSatisfied);
        }
        let answer = piv::authentication(&key.authenticate(challenge)?);
        self.session.pin = PinStatus::Used;
        Ok(answer)
    }
}

/// READ BINARY. `6Cxx` when a short Le asks for more than there is, for the terminal to ask again.
fn read(file: &File, offset: usize, expected: Expected) -> Answer {
    let rest = file.content.get(offset..).filter(|rest| !rest.is_empty()).ok_or(Status::WrongOffset)?;
    if expected.exact().is_some_and(|count| count > rest.len()) {
        // Fewer than 255 bytes are left here, so the count fits.
        return Err(Status::WrongExpectedLength(u8::try_from(rest.len()).unwrap_or(0)));
    }
    let limit = match expected {
        Expected::Absent => Expected::Short(0).limit(),
        given => given.limit(),
    };
    Ok(rest.iter().take(limit).copied().collect())
}
