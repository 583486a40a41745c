//! What the card keeps without power: PIN, tries and personalisation, in memory or in a state file.

use std::{
    fmt, fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::{CardFault, Personalisation, Status, pin::Pin};

const MOST_TRIES: u8 = 15;

/// The state file. A bare [`Personalisation`] is a state file too: that of a card nobody used yet.
#[derive(Serialize, Deserialize)]
struct State {
    #[serde(flatten)]
    personalisation: Personalisation,
    #[serde(default)]
    tries_left: Option<u8>,
}

pub(crate) struct Memory {
    personalisation: Personalisation,
    pin: Pin,
    tries_left: u8,
    file: Option<PathBuf>,
}

impl Memory {
    pub(crate) fn new(personalisation: Personalisation) -> Result<Self, CardFault> {
        Self::restore(personalisation, None, None)
    }

    pub(crate) fn create(file: &Path, personalisation: Personalisation) -> Result<Self, CardFault> {
        let memory = Self::restore(personalisation, None, Some(file))?;
        memory.write(file)?;
        Ok(memory)
    }

    pub(crate) fn open(file: &Path) -> Result<Self, CardFault> {
        let json = Zeroizing::new(fs::read(file)?);
        let State { personalisation, tries_left } = serde_json::from_slice(&json)?;
        Self::restore(personalisation, tries_left, Some(file))
    }

    fn restore(
        personalisation: Personalisation,
        tries_left: Option<u8>,
        file: Option<&Path>,
    ) -> Result<Self, CardFault> {
        let pin = Pin::from_text(&personalisation.pin).ok_or(CardFault::Pin)?;
        let tries = personalisation.tries;
        if !(1..=MOST_TRIES).contains(&tries) {
            return Err(CardFault::Tries(tries));
        }
        let tries_left = tries_left.unwrap_or(tries).min(tries);
        Ok(Self { personalisation, pin, tries_left, file: file.map(Path::to_path_buf) })
    }

    pub(crate) fn personalisation(&self) -> &Personalisation {
        &self.personalisation
    }

    /// `6983` or `63Cx`: the state of a PIN that is not verified.
    pub(crate) fn pin_state(&self) -> Status {
        match self.tries_left {
            0 => Status::PinBlocked,
            tries => Status::TriesLeft(tries),
        }
    }

    /// Compares. The try is taken, and stored, before the comparison, so that pulling the card or killing the
    /// process at any moment never gives it back.
    pub(crate) fn verify(&mut self, pin: &Pin) -> Result<(), Status> {
        if self.tries_left == 0 {
            return Err(Status::PinBlocked);
        }
        self.tries_left = self.tries_left.saturating_sub(1);
        self.store()?;
        if !self.pin.matches(pin) {
            return Err(self.pin_state());
        }
        self.tries_left = self.personalisation.tries;
        self.store()
    }

    /// Replaces the PIN when `old` is right; a wrong `old` costs one try like a wrong VERIFY.
    pub(crate) fn change(&mut self, old: &Pin, new: Pin) -> Result<(), Status> {
        self.verify(old)?;
        self.personalisation.pin.zeroize();
        self.personalisation.pin.push_str(&new.text());
        self.pin = new;
        self.store()
    }

    fn store(&self) -> Result<(), Status> {
        match &self.file {
            Some(file) => self.write(file).map_err(|_| Status::MemoryFailure),
            None => Ok(()),
        }
    }

    /// A new file of mode 0600 takes the place of the old one: there is never half a state.
    fn write(&self, file: &Path) -> Result<(), CardFault> {
        let mut state =
            State { personalisation: self.personalisation.clone(), tries_left: Some(self.tries_left) };
        let json = serde_json::to_vec_pretty(&state).map(Zeroizing::new);
        wipe(&mut state.personalisation);
        let json = json?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
        fresh.write_all(&json)?;
        fresh.as_file().sync_all()?;
        fresh.persist(file).map_err(|fault| fault.error)?;
        Ok(())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        wipe(&mut self.personalisation);
    }
}

fn wipe(personalisation: &mut Personalisation) {
    personalisation.pin.zeroize();
    personalisation.keys.iter_mut().for_each(|key| key.private_key.zeroize());
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("personalisation", &self.personalisation)
            .field("tries_left", &self.tries_left)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
