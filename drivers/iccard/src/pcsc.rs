//! The only file that names the PC/SC library. Cards are left as they are, always: never reset.

use crate::link::{Exchange, Link, Protocol, Work};
use crate::scard;
use crate::table::{Presence, Seen};
use ::pcsc::{Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};
use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};
use tongguan_core::fault::Fault;

/// How long another program may hold a card for itself before it counts as busy.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the service may take to notice a pulled card after the reader has failed to reach it.
const NOTICE: Duration = Duration::from_secs(2);
/// Connecting is tried so often within that time, each time after a change that the service reported.
const ROUNDS: usize = 8;

fn fault(error: Error, reader: &str) -> Fault {
    scard::fault(error as u32, reader)
}

/// What failed without a card being involved: unless it says no to this user, the service is gone.
/// pcsc-lite reports its end as a communication error.
fn service_fault(error: Error) -> Fault {
    match fault(error, "") {
        Fault::CardServiceDenied => Fault::CardServiceDenied,
        _ => {
            tracing::warn!(?error, "smart-card service");
            Fault::CardServiceStopped
        }
    }
}

/// A context of the smart-card service.
#[derive(Clone)]
pub(crate) struct Service(Context);

impl Service {
    /// # Errors
    /// [`Fault::CardServiceStopped`] at once if the service does not run: nothing is waited for here.
    pub(crate) fn establish() -> Result<Self, Fault> {
        Context::establish(Scope::User).map(Self).map_err(service_fault)
    }

    /// Ends a wait on this context that runs in another thread; nothing if none runs.
    pub(crate) fn cancel(&self) {
        if let Err(error) = self.0.cancel() {
            tracing::debug!(?error, "nothing to cancel");
        }
    }

    /// State of one reader now.
    fn state_of(&self, reader: &CStr) -> Result<ReaderState, Fault> {
        let mut states = [ReaderState::new(reader, State::UNAWARE)];
        match self.0.get_status_change(Duration::ZERO, &mut states) {
            Ok(()) | Err(Error::Timeout) => {
                let [state] = states;
                Ok(state)
            }
            Err(error @ (Error::UnknownReader | Error::ReaderUnavailable)) => {
                Err(fault(error, &reader.to_string_lossy()))
            }
            Err(error) => Err(service_fault(error)),
        }
    }
}

/// All readers, with what was last seen of them.
pub(crate) struct Readers(Vec<ReaderState>);

impl Readers {
    pub(crate) fn new() -> Self {
        Self(vec![ReaderState::new(::pcsc::PNP_NOTIFICATION(), State::UNAWARE)])
    }

    /// What is there now, without waiting.
    pub(crate) fn look(&mut self, service: &Service) -> Result<Vec<Seen>, Fault> {
        self.change(service, Some(Duration::ZERO))
    }

    /// Sleeps until a reader or a card comes or goes, or the context is cancelled.
    pub(crate) fn wait(&mut self, service: &Service) -> Result<Vec<Seen>, Fault> {
        self.change(service, None)
    }

    fn change(&mut self, service: &Service, timeout: Option<Duration>) -> Result<Vec<Seen>, Fault> {
        self.take_names(service)?;
        match service.0.get_status_change(timeout, &mut self.0) {
            Ok(()) | Err(Error::Timeout | Error::Cancelled) => {}
            // A reader was pulled between the list and the look: the next list does without it.
            Err(Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable) => {
                self.take_names(service)?;
            }
            Err(error) => return Err(service_fault(error)),
        }
        self.0.iter_mut().for_each(ReaderState::sync_current_state);
        Ok(self.0.iter().filter(|state| state.name() != ::pcsc::PNP_NOTIFICATION()).map(seen).collect())
    }

    /// Drops readers that are gone, adds new ones.
    fn take_names(&mut self, service: &Service) -> Result<(), Fault> {
        let names = match service.0.list_readers_owned() {
            Ok(names) => names,
            Err(Error::NoReadersAvailable) => Vec::new(),
            Err(error) => return Err(service_fault(error)),
        };
        let pnp = ::pcsc::PNP_NOTIFICATION();
        self.0
            .retain(|state| state.name() == pnp || names.iter().any(|name| name.as_c_str() == state.name()));
        for name in names {
            if !self.0.iter().any(|state| state.name() == name.as_c_str()) {
                self.0.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(())
    }
}

fn seen(state: &ReaderState) -> Seen {
    let flags = state.event_state();
    let presence = if !flags.contains(State::PRESENT) {
        Presence::Empty
    } else if flags.contains(State::MUTE) {
        Presence::Mute
    } else {
        Presence::Card { atr: state.atr().to_vec(), held: flags.contains(State::EXCLUSIVE) }
    };
    Seen { reader: state.name().to_string_lossy().into_owned(), count: state.event_count(), presence }
}

/// One insertion of one card. Connected only while a transaction runs, so that other programs find it free.
pub(crate) struct PcscLink {
    service: Service,
    reader: CString,
    name: String,
    count: u32,
    atr: Vec<u8>,
}

impl PcscLink {
    /// # Errors
    /// [`Fault::TokenGone`] if the reader is not at insertion `count` any more.
    pub(crate) fn new(name: &str, count: u32) -> Result<Self, Fault> {
        let service = Service::establish()?;
        let reader = CString::new(name).map_err(|_| Fault::Defect { place: "iccard: reader name".into() })?;
        match service.state_of(&reader) {
            Ok(state) if state.event_state().contains(State::PRESENT) && state.event_count() == count => {
                let atr = state.atr().to_vec();
                Ok(Self { service, reader, name: name.into(), count, atr })
            }
            Ok(_) | Err(Fault::ReaderUnavailable { .. }) => Err(Fault::TokenGone),
            Err(fault) => Err(fault),
        }
    }

    fn fault(&self, error: Error) -> Fault {
        fault(error, &self.name)
    }

    fn connect(&self) -> Result<Connection, Fault> {
        let until = Instant::now() + PATIENCE;
        for _ in 0..ROUNDS {
            match self.service.0.connect(&self.reader, ShareMode::Shared, Protocols::T0 | Protocols::T1) {
                Ok(card) => return Ok(Connection(Some(card))),
                Err(Error::SharingViolation) => self.wait_until_free(until)?,
                Err(error) => return Err(self.fault(error)),
            }
        }
        Err(Fault::CardBusy { reader: self.name.clone() })
    }

    /// Sleeps while another program holds the card, until the service reports a change.
    fn wait_until_free(&self, until: Instant) -> Result<(), Fault> {
        let mut states = [self.service.state_of(&self.reader)?];
        states.iter_mut().for_each(ReaderState::sync_current_state);
        if !states.iter().any(|state| state.current_state().contains(State::EXCLUSIVE)) {
            return Ok(());
        }
        match self.service.0.get_status_change(until.saturating_duration_since(Instant::now()), &mut states) {
            Ok(()) => Ok(()),
            Err(Error::Timeout) => Err(Fault::CardBusy { reader: self.name.clone() }),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// Looked at with the connection open: from here on the service itself notices a pulled card.
    fn check_insertion(&self) -> Result<(), Fault> {
        let state = self.service.state_of(&self.reader)?;
        if self.is_inserted(&state) { Ok(()) } else { Err(Fault::CardRemoved) }
    }

    /// A reader fails to reach a pulled card before the service notices that it is gone: the service is
    /// given a moment to say so, or else it was `otherwise`.
    fn removed_or(&self, otherwise: Fault) -> Fault {
        let Ok(state) = self.service.state_of(&self.reader) else { return otherwise };
        if !self.is_inserted(&state) {
            return Fault::CardRemoved;
        }
        let mut states = [state];
        states.iter_mut().for_each(ReaderState::sync_current_state);
        let changed = self.service.0.get_status_change(NOTICE, &mut states).is_ok();
        let [state] = states;
        if changed && !self.is_inserted(&state) { Fault::CardRemoved } else { otherwise }
    }

    fn is_inserted(&self, state: &ReaderState) -> bool {
        state.event_count() == self.count && state.event_state().contains(State::PRESENT)
    }
}

impl Link for PcscLink {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        let mut connection = self.connect()?;
        self.check_insertion()?;
        let card = connection.0.as_mut().ok_or_else(|| Fault::Defect { place: "iccard::pcsc".into() })?;
        let transaction = match card.transaction2() {
            Ok(transaction) => transaction,
            // Another program reset the card before our first command: taking note of it is all it needs.
            Err((card, Error::ResetCard)) => {
                card.reconnect(ShareMode::Shared, Protocols::T0 | Protocols::T1, Disposition::LeaveCard)
                    .map_err(|error| fault(error, &self.name))?;
                card.transaction().map_err(|error| fault(error, &self.name))?
            }
            Err((_, error)) => return Err(fault(error, &self.name)),
        };
        let status = transaction.status2_owned().map_err(|error| fault(error, &self.name))?;
        let protocol = match status.protocol2() {
            Some(::pcsc::Protocol::T0) => Protocol::T0,
            _ => Protocol::T1,
        };
        // Dropped, the transaction ends and leaves the card; so it does on the way out of an error.
        work(&mut PcscExchange { card: &transaction, protocol, link: self })
    }
}

struct PcscExchange<'a> {
    card: &'a ::pcsc::Card,
    protocol: Protocol,
    link: &'a PcscLink,
}

impl Exchange for PcscExchange<'_> {
    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut buffer = vec![0; ::pcsc::MAX_BUFFER_SIZE_EXTENDED];
        match self.card.transmit(command, &mut buffer) {
            Ok(answer) if answer.len() >= 2 => Ok(answer.to_vec()),
            Ok(_) => Err(self.link.removed_or(Fault::CardCommunication { scard: "no answer".into() })),
            Err(error @ (Error::NotTransacted | Error::CommError)) => {
                Err(self.link.removed_or(self.link.fault(error)))
            }
            Err(error) => Err(self.link.fault(error)),
        }
    }
}

/// The library resets a card whose handle is dropped; this one leaves it.
struct Connection(Option<::pcsc::Card>);

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(card) = self.0.take() else { return };
        if let Err((card, error)) = card.disconnect(Disposition::LeaveCard) {
            tracing::debug!(?error, "card was not disconnected");
            // Kept rather than dropped: dropping would ask for a reset. The service closes it with the context.
            std::mem::forget(card);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole list of the library.
    #[rustfmt::skip]
    const EVERY_ERROR: [Error; 62] = [
        Error::InternalError, Error::Cancelled, Error::InvalidHandle, Error::InvalidParameter,
        Error::InvalidTarget, Error::NoMemory, Error::WaitedTooLong, Error::InsufficientBuffer,
        Error::UnknownReader, Error::Timeout, Error::SharingViolation, Error::NoSmartcard,
        Error::UnknownCard, Error::CantDispose, Error::ProtoMismatch, Error::NotReady, Error::InvalidValue,
        Error::SystemCancelled, Error::CommError, Error::UnknownError, Error::InvalidAtr,
        Error::NotTransacted, Error::ReaderUnavailable, Error::Shutdown, Error::PciTooSmall,
        Error::ReaderUnsupported, Error::DuplicateReader, Error::CardUnsupported, Error::NoService,
        Error::ServiceStopped, Error::IccInstallation, Error::IccCreateorder, Error::UnsupportedFeature,
        Error::DirNotFound, Error::FileNotFound, Error::NoDir, Error::NoFile, Error::NoAccess,
        Error::WriteTooMany, Error::BadSeek, Error::InvalidChv, Error::UnknownResMng,
        Error::NoSuchCertificate, Error::CertificateUnavailable, Error::NoReadersAvailable,
        Error::CommDataLost, Error::NoKeyContainer, Error::ServerTooBusy, Error::UnsupportedCard,
        Error::UnresponsiveCard, Error::UnpoweredCard, Error::ResetCard, Error::RemovedCard,
        Error::SecurityViolation, Error::WrongChv, Error::ChvBlocked, Error::Eof, Error::CancelledByUser,
        Error::CardNotAuthenticated, Error::CacheItemNotFound, Error::CacheItemStale,
        Error::CacheItemTooBig,
    ];

    #[test]
    fn every_error_of_the_library_has_a_name_of_its_own() {
        let mut names: Vec<_> = EVERY_ERROR.iter().filter_map(|error| scard::name(*error as u32)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EVERY_ERROR.len());
    }

    #[test]
    fn every_error_of_the_library_becomes_a_fault_that_fits() {
        for error in EVERY_ERROR {
            let expected = match error {
                Error::NoService
                | Error::ServiceStopped
                | Error::Shutdown
                | Error::SystemCancelled
                | Error::InvalidHandle => Fault::CardServiceStopped,
                Error::NoAccess | Error::SecurityViolation => Fault::CardServiceDenied,
                Error::UnknownReader
                | Error::ReaderUnavailable
                | Error::NotReady
                | Error::ReaderUnsupported
                | Error::DuplicateReader
                | Error::NoReadersAvailable => Fault::ReaderUnavailable { reader: "r".into() },
                Error::SharingViolation | Error::ServerTooBusy => Fault::CardBusy { reader: "r".into() },
                Error::NoSmartcard | Error::RemovedCard => Fault::CardRemoved,
                Error::ResetCard => Fault::CardReset,
                Error::ProtoMismatch
                | Error::InvalidAtr
                | Error::CardUnsupported
                | Error::UnsupportedCard
                | Error::UnresponsiveCard
                | Error::UnpoweredCard => Fault::CardMute,
                Error::InvalidParameter | Error::InvalidValue | Error::PciTooSmall => {
                    let name = scard::name(error as u32).unwrap();
                    Fault::Defect { place: format!("iccard: {name}") }
                }
                _ => Fault::CardCommunication { scard: scard::name(error as u32).unwrap().into() },
            };
            assert_eq!(fault(error, "r"), expected, "{error:?}");
        }
    }
}
