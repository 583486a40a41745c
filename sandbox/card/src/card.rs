use std::path::Path;

use zeroize::{Zeroize, Zeroizing};

use crate::{
    ATR, CardFault, Personalisation, Status,
    apdu::{Apdu, Expected, Instruction},
    command::Command,
    file::FileTree,
    key::Key,
    memory::Memory,
    session::Session,
};

/// The longest chain of commands the card puts together.
const CHAIN_LENGTH: usize = 4096;

/// The card. Without power it keeps its PIN, its tries and its keys, and forgets everything else.
#[derive(Debug)]
pub struct Card {
    pub(crate) memory: Memory,
    pub(crate) keys: Vec<Key>,
    pub(crate) files: FileTree,
    pub(crate) session: Session,
    chain: Option<Chain>,
    /// What GET RESPONSE fetches.
    outbox: Vec<u8>,
}

/// The commands of a chain so far.
struct Chain {
    instruction: Instruction,
    p1: u8,
    p2: u8,
    data: Zeroizing<Vec<u8>>,
}

/// The data may hold a PIN.
impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chain").field("instruction", &self.instruction).finish_non_exhaustive()
    }
}

impl Card {
    /// A card in memory only: tries and PIN live as long as the value.
    ///
    /// # Errors
    /// [`CardFault`] when PIN, tries or a key are not what [`Personalisation`] asks for.
    pub fn new(personalisation: Personalisation) -> Result<Self, CardFault> {
        Self::from_memory(Memory::new(personalisation)?)
    }

    /// A new card whose state file (JSON, mode 0600) is written to `path`, in place of one that is there.
    ///
    /// # Errors
    /// As [`Card::new`], and [`CardFault::State`] when the file cannot be written.
    pub fn create(path: &Path, personalisation: Personalisation) -> Result<Self, CardFault> {
        Self::from_memory(Memory::create(path, personalisation)?)
    }

    /// The card of a state file, or a fresh card if the file is a bare [`Personalisation`].
    ///
    /// # Errors
    /// As [`Card::new`], and [`CardFault::State`] or [`CardFault::Form`] when the file cannot be read.
    pub fn open(path: &Path) -> Result<Self, CardFault> {
        Self::from_memory(Memory::open(path)?)
    }

    fn from_memory(memory: Memory) -> Result<Self, CardFault> {
        let personalisation = memory.personalisation();
        let mut keys: Vec<Key> = Vec::new();
        for key in &personalisation.keys {
            if key.reference == 0 || keys.iter().any(|other| other.reference == key.reference) {
                return Err(CardFault::KeyReference(key.reference));
            }
            keys.push(Key::try_from(key)?);
        }
        let files = FileTree::new(personalisation, &keys);
        Ok(Self { memory, keys, files, session: Session::default(), chain: None, outbox: Vec::new() })
    }

    /// Answer to reset.
    #[must_use]
    pub fn atr(&self) -> &[u8] {
        &ATR
    }

    /// Loss of power or warm reset: nothing is selected, no PIN is verified.
    pub fn reset(&mut self) {
        self.session = Session::default();
        self.chain = None;
        self.empty_outbox();
    }

    /// One command APDU, one response APDU: data, SW1, SW2. Every byte string gets an answer.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        match self.receive(command) {
            Ok(answer) => answer,
            Err(status) => status.bytes().to_vec(),
        }
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Status> {
        let apdu = Apdu::try_from(bytes).inspect_err(|_| self.chain = None)?;
        let Some(apdu) = self.collect(apdu)? else { return Ok(Status::Success.bytes().to_vec()) };
        let command = Command::try_from(&apdu)?;
        if matches!(command, Command::GetResponse) {
            return self.get_response(apdu.expected);
        }
        self.empty_outbox();
        self.outbox = self.exec(command, apdu.expected)?;
        Ok(self.send(apdu.expected.limit()))
    }

    /// Puts a command chain together (ISO/IEC 7816-4, clause 5.3.3); `None` while more is to come. A command that
    /// does not belong to the chain ends it and counts for itself.
    fn collect(&mut self, mut apdu: Apdu) -> Result<Option<Apdu>, Status> {
        let started = self
            .chain
            .take()
            .filter(|chain| (chain.instruction, chain.p1, chain.p2) == (apdu.instruction, apdu.p1, apdu.p2));
        if let Some(mut chain) = started {
            if chain.data.len().saturating_add(apdu.data.len()) > CHAIN_LENGTH {
                return Err(Status::NotEnoughMemory);
            }
            chain.data.extend_from_slice(&apdu.data);
            apdu.data = chain.data;
        }
        if !apdu.chained {
            return Ok(Some(apdu));
        }
        // Room for the whole chain at once: a growing buffer would leave copies of a PIN behind.
        let mut data = Zeroizing::new(Vec::with_capacity(CHAIN_LENGTH));
        data.extend_from_slice(&apdu.data);
        self.chain = Some(Chain { instruction: apdu.instruction, p1: apdu.p1, p2: apdu.p2, data });
        Ok(None)
    }

    fn get_response(&mut self, expected: Expected) -> Result<Vec<u8>, Status> {
        if self.outbox.is_empty() {
            return Err(Status::ConditionsNotSatisfied);
        }
        if expected.exact().is_some_and(|count| count > self.outbox.len()) {
            return Err(Status::WrongExpectedLength(count_byte(self.outbox.len())));
        }
        Ok(self.send(expected.limit()))
    }

    /// As much of the outbox as the terminal takes; `61xx` if some is left.
    fn send(&mut self, limit: usize) -> Vec<u8> {
        let rest = self.outbox.split_off(limit.min(self.outbox.len()));
        let mut answer = std::mem::replace(&mut self.outbox, rest);
        let status = match self.outbox.len() {
            0 => Status::Success,
            left => Status::MoreData(count_byte(left)),
        };
        answer.extend(status.bytes());
        answer
    }

    fn empty_outbox(&mut self) {
        self.outbox.zeroize();
    }
}

/// The count in `61xx` and `6Cxx`: 0 says 256 or more.
fn count_byte(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(0)
}
