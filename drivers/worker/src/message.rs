//! The calls, the answers, and tokens as they cross: certificates as DER in blobs, the rest as JSON.

use crate::frame::Frame;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{
    Application, CardKind, Certificate, Identity, KeyRef, LibraryPath, LoadOrder, PinState, TokenId,
    TokenInfo,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Reader, ReaderState, Snapshot};

/// `token` counts the tokens that this worker has opened.
#[derive(Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub(crate) enum Call {
    Load {
        order: LoadOrder,
    },
    List,
    /// From now on every change comes as an event.
    Watch,
    Open {
        id: TokenId,
    },
    PinState {
        token: u32,
        key: KeyRef,
    },
    /// Blobs: the expected certificate, the message, the PIN unless the device asks for it.
    Sign {
        token: u32,
        key: KeyRef,
    },
    /// Blobs: the old PIN, the new one.
    ChangePin {
        token: u32,
        key: KeyRef,
    },
    /// Has no answer.
    Close {
        token: u32,
    },
}

impl Call {
    /// As it stands in a fault.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Load { .. } => "load",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Open { .. } => "open",
            Self::PinState { .. } => "pin_state",
            Self::Sign { .. } => "sign",
            Self::ChangePin { .. } => "change_pin",
            Self::Close { .. } => "close",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Answer {
    Done,
    Listed {
        tokens: Tokens,
    },
    Opened {
        token: u32,
        info: Token,
    },
    PinState {
        state: PinState,
    },
    /// Blob: the signature.
    Signed,
    Failed {
        fault: Fault,
    },
}

impl Answer {
    pub(crate) fn done(self, _: Frame) -> Option<()> {
        matches!(self, Self::Done).then_some(())
    }

    pub(crate) fn listed(self, frame: Frame) -> Option<(Tokens, Frame)> {
        if let Self::Listed { tokens } = self { Some((tokens, frame)) } else { None }
    }
}

/// A [`Snapshot`]. Its certificates are the frame's blobs, in the order of the keys.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tokens {
    service: Option<Fault>,
    readers: Vec<(String, State)>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum State {
    Empty,
    Reading,
    Unusable { fault: Fault },
    Token { token: Token },
}

/// A [`TokenInfo`].
#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    id: TokenId,
    reader: String,
    label: String,
    application: Application,
    kind: CardKind,
    pin_pad: bool,
    keys: Vec<KeyRef>,
}

impl Tokens {
    pub(crate) fn pack(snapshot: &Snapshot) -> (Self, Vec<&[u8]>) {
        let mut blobs = Vec::new();
        let readers = snapshot.readers.iter().map(|reader| {
            let state = match &reader.state {
                ReaderState::Empty => State::Empty,
                ReaderState::Reading => State::Reading,
                ReaderState::Unusable { fault } => State::Unusable { fault: fault.clone() },
                ReaderState::Token { token } => {
                    let (token, certificates) = Token::pack(token);
                    blobs.extend(certificates);
                    State::Token { token }
                }
            };
            (reader.name.clone(), state)
        });
        (Self { service: snapshot.service.clone(), readers: readers.collect() }, blobs)
    }

    /// `None` for what no honest worker sends. The fault is the source's own, if it has one as a whole.
    pub(crate) fn unpack<'a>(
        self,
        origin: &Origin<'_>,
        mut blobs: impl Iterator<Item = &'a [u8]>,
    ) -> Option<(Vec<Reader>, Option<Fault>)> {
        let mut readers = Vec::with_capacity(self.readers.len());
        for (name, state) in self.readers {
            let state = match state {
                State::Empty => ReaderState::Empty,
                State::Reading => ReaderState::Reading,
                State::Unusable { fault } => ReaderState::Unusable { fault },
                State::Token { token } => ReaderState::Token { token: token.unpack(origin, &mut blobs)? },
            };
            readers.push(Reader { name, library: Some(origin.library.clone()), state });
        }
        blobs.next().is_none().then_some((readers, self.service))
    }
}

impl Token {
    pub(crate) fn pack(info: &TokenInfo) -> (Self, Vec<&[u8]>) {
        let token = Self {
            id: info.id.clone(),
            reader: info.reader.clone(),
            label: info.label.clone(),
            application: info.application,
            kind: info.kind,
            pin_pad: info.pin_pad,
            keys: info.identities.iter().map(|identity| identity.key.clone()).collect(),
        };
        (token, info.identities.iter().map(|identity| identity.certificate.der()).collect())
    }

    pub(crate) fn unpack<'a>(
        self,
        origin: &Origin<'_>,
        blobs: &mut impl Iterator<Item = &'a [u8]>,
    ) -> Option<TokenInfo> {
        let mut identities = Vec::with_capacity(self.keys.len());
        for key in self.keys {
            identities.push(Identity { key, certificate: Certificate::parse(blobs.next()?).ok()? });
        }
        Some(TokenInfo {
            id: origin.outer(&self.id)?,
            reader: self.reader,
            label: self.label,
            application: self.application,
            kind: self.kind,
            library: Some(origin.library.clone()),
            pin_pad: self.pin_pad,
            identities,
        })
    }
}

/// One start of one library's worker. Its tokens have names that no other start gives again.
pub(crate) struct Origin<'a> {
    pub(crate) library: &'a LibraryPath,
    pub(crate) number: u32,
    pub(crate) start: u32,
}

impl Origin<'_> {
    fn outer(&self, inner: &TokenId) -> Option<TokenId> {
        TokenId::parse(&format!("w{}.{}/{inner}", self.number, self.start)).ok()
    }
}

/// Number of the library, number of the start, and the name that the worker knows.
pub(crate) fn inner(id: &TokenId) -> Option<(u32, u32, TokenId)> {
    let (origin, inner) = id.as_str().strip_prefix('w')?.split_once('/')?;
    let (number, start) = origin.split_once('.')?;
    Some((number.parse().ok()?, start.parse().ok()?, TokenId::parse(inner).ok()?))
}
