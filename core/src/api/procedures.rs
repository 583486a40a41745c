//! The commands about platforms: one question to the portal each, but for files, which go in parts.

use super::app::{Desk, lock};
use super::{SavedProof, View};
use crate::domain::platform::{Field, PathId, Platform, PlatformId, Slot, StepId};
use crate::domain::{RequestId, Timestamp};
use crate::fault::{Fault, FileFlaw};
use crate::ports::{
    AskTicket, Branch, CodeSent, FileFacts, PlatformState, Procedure, Stage, StepAnswer, Ticket,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use ts_rs::TS;
use zeroize::{Zeroize, Zeroizing};

/// So long a host waits with [`Desk::await_procedure`].
const PATIENCE: Duration = Duration::from_secs(20);

/// The descriptions, and how the account stands with each.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Platforms {
    pub platforms: Vec<Platform>,
    pub states: Vec<PlatformState>,
}

/// A ticket as it is shown.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TicketView {
    pub address: String,
    pub qr: Qr,
    /// By this machine's clock.
    pub expires_at: Timestamp,
}

/// A QR code (ISO/IEC 18004) without its quiet zone: rows from above, `1` is dark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Qr {
    pub rows: Vec<String>,
}

/// What was given on one platform may be taken on another; nothing of it is sent unless the user does.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
pub struct Offer {
    pub field: Field,
    pub value: String,
    pub platform: PlatformId,
}

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Sending {
    pub procedure: RequestId,
    pub slot: Slot,
    /// Bytes.
    pub sent: u32,
    pub size: u32,
}

/// What the user picked, in standard base64. Wiped when dropped.
#[derive(Deserialize, TS)]
#[serde(transparent)]
#[ts(as = "String")]
pub struct FileContent(String);

/// A file on its way, and what ends it.
pub(super) struct Underway {
    pub(super) shown: Sending,
    cancelled: Arc<AtomicBool>,
}

impl Underway {
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    fn is(&self, id: &RequestId, slot: Slot) -> bool {
        self.shown.procedure == *id && self.shown.slot == slot
    }
}

impl Desk {
    pub(super) fn platforms(&self) -> Result<Platforms, Fault> {
        let states = self.in_session(|portal, session| portal.platforms(session))?;
        Ok(Platforms { platforms: self.ports.platforms.platforms().to_vec(), states })
    }

    pub(super) fn open_procedure(&self, platform: PlatformId, path: PathId) -> Result<Procedure, Fault> {
        let key = RequestId::random();
        self.in_session(|portal, session| portal.open_procedure(session, &platform, &path, &key))
    }

    pub(super) fn procedure(&self, id: RequestId) -> Result<Procedure, Fault> {
        self.in_session(|portal, session| portal.procedure(session, &id))
    }

    pub(super) fn await_procedure(&self, id: RequestId, version: u32) -> Result<Procedure, Fault> {
        self.in_session(|portal, session| portal.await_procedure(session, &id, version, PATIENCE))
    }

    pub(super) fn answer_step(
        &self,
        id: RequestId,
        version: u32,
        step: StepId,
        answer: StepAnswer,
    ) -> Result<Procedure, Fault> {
        let after =
            self.in_session(|portal, session| portal.answer_step(session, &id, version, &step, &answer))?;
        if let StepAnswer::Form { values, .. } = &answer {
            let mut state = lock(&self.state);
            for (field, value) in values.fields().filter(|(field, _)| field.is_offered()) {
                state.given.retain(|offer| offer.field != field);
                let platform = after.platform.clone();
                state.given.push(Offer { field, value: value.into(), platform });
            }
        }
        Ok(after)
    }

    pub(super) fn send_step_code(&self, id: RequestId) -> Result<CodeSent, Fault> {
        self.in_session(|portal, session| portal.send_step_code(session, &id))
    }

    pub(super) fn open_ticket(&self, id: RequestId, asked: AskTicket) -> Result<TicketView, Fault> {
        let before = self.ports.clock.now();
        let ticket = self.in_session(|portal, session| portal.open_ticket(session, &id, &asked))?;
        TicketView::of(&ticket, before)
    }

    pub(super) fn offers(&self) -> Result<Vec<Offer>, Fault> {
        self.signed_in()?;
        Ok(lock(&self.state).given.clone())
    }

    pub(super) fn send_file(
        &self,
        id: RequestId,
        slot: Slot,
        content: FileContent,
    ) -> Result<Procedure, Fault> {
        let picked = content.decode(slot)?;
        let file = self.ports.pictures.prepare(slot, &picked)?;
        drop(picked);
        let size = u32::try_from(file.len()).unwrap_or(u32::MAX);
        if size > FileFacts::LARGEST {
            return Err(Fault::FileUnusable { slot, reason: FileFlaw::TooLarge });
        }
        let facts = FileFacts { slot, size, sha256: hex::encode(Sha256::digest(&*file)) };
        let cancelled = self.begin_sending(&id, &facts)?;
        let outcome = self.send_parts(&id, &facts, &file, &cancelled);
        let mut state = lock(&self.state);
        state.sending.retain(|underway| !underway.is(&id, slot));
        self.push(state);
        outcome?;
        self.procedure(id)
    }

    fn begin_sending(&self, id: &RequestId, facts: &FileFacts) -> Result<Arc<AtomicBool>, Fault> {
        let mut state = lock(&self.state);
        if state.sending.iter().any(|underway| underway.is(id, facts.slot)) {
            return Err(Fault::FlowBusy);
        }
        let cancelled = Arc::new(AtomicBool::new(false));
        let shown = Sending { procedure: id.clone(), slot: facts.slot, sent: 0, size: facts.size };
        state.sending.push(Underway { shown, cancelled: Arc::clone(&cancelled) });
        self.push(state);
        Ok(cancelled)
    }

    /// Part by part, from where the portal stands. A lost part is asked about and sent again, as long as each look
    /// finds the portal further than the one before.
    fn send_parts(
        &self,
        id: &RequestId,
        facts: &FileFacts,
        file: &[u8],
        cancelled: &AtomicBool,
    ) -> Result<(), Fault> {
        let mut upload = self.in_session(|portal, session| portal.begin_upload(session, id, facts))?;
        let mut lost_at = None;
        loop {
            self.show_sent(id, facts.slot, upload.offset);
            if cancelled.load(Ordering::SeqCst) {
                return Err(Fault::Cancelled);
            }
            let part = part_of(file, upload.offset);
            if part.is_empty() {
                return Ok(());
            }
            let sent = self.in_session(|portal, session| portal.send_part(session, id, &upload, part));
            upload = match sent {
                Ok(upload) => upload,
                Err(fault) if is_lost(&fault) && lost_at != Some(upload.offset) => {
                    lost_at = Some(upload.offset);
                    self.in_session(|portal, session| portal.upload(session, id, &upload.id))?
                }
                Err(fault) => return Err(fault),
            };
        }
    }

    fn show_sent(&self, id: &RequestId, slot: Slot, sent: u32) {
        let mut state = lock(&self.state);
        if let Some(underway) = state.sending.iter_mut().find(|underway| underway.is(id, slot)) {
            underway.shown.sent = sent;
        }
        self.push(state);
    }

    pub(super) fn cancel_sending(&self, id: RequestId, slot: Slot) -> Result<View, Fault> {
        let state = lock(&self.state);
        state.sending.iter().filter(|underway| underway.is(&id, slot)).for_each(Underway::cancel);
        Ok(self.push(state))
    }

    pub(super) fn save_letter(&self, id: RequestId) -> Result<SavedProof, Fault> {
        let letter = self.in_session(|portal, session| portal.letter(session, &id))?;
        let path = self.ports.shelf.save(&format!("authorisation-{}.pdf", short(&id)), &letter)?;
        Ok(SavedProof { path })
    }

    pub(super) fn branches(&self, find: String) -> Result<Vec<Branch>, Fault> {
        self.in_session(|portal, session| portal.branches(session, &find))
    }

    pub(super) fn leave_procedure(&self, id: RequestId) -> Result<View, Fault> {
        self.in_session(|portal, session| portal.leave_procedure(session, &id))?;
        self.view()
    }
}

impl Procedure {
    /// Whether nothing more can be done with it.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Done { .. } | Stage::Closed { .. })
    }
}

impl TicketView {
    /// The portal's clock need not agree with this one: a ticket lives as long as one may.
    fn of(ticket: &Ticket, asked: Timestamp) -> Result<Self, Fault> {
        let life = (ticket.expires_at.unix() - asked.unix()).clamp(30, 3600);
        Ok(Self {
            address: ticket.address.clone(),
            qr: Qr::of(&ticket.address)?,
            expires_at: asked.plus_seconds(life),
        })
    }
}

impl Qr {
    /// Error correction M.
    ///
    /// # Errors
    /// [`Fault::PortalAnswer`] for a text that no QR code holds.
    pub fn of(text: &str) -> Result<Self, Fault> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| Fault::PortalAnswer { reason: crate::fault::AnswerFlaw::TooLarge })?;
        let dark = |color: &Color| if *color == Color::Dark { '1' } else { '0' };
        let colors = code.to_colors();
        Ok(Self { rows: colors.chunks(code.width()).map(|row| row.iter().map(dark).collect()).collect() })
    }
}

impl FileContent {
    /// Bytes; before anything is copied, whether they are too many.
    const LARGEST: usize = 20 << 20;

    pub fn of(bytes: &[u8]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    fn decode(&self, slot: Slot) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if self.0.len() / 4 * 3 > Self::LARGEST {
            return Err(Fault::FileUnusable { slot, reason: FileFlaw::TooLarge });
        }
        let bytes = STANDARD.decode(&self.0);
        bytes.map(Zeroizing::new).map_err(|_| Fault::FileUnusable { slot, reason: FileFlaw::Damaged })
    }
}

impl Drop for FileContent {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileContent(..)")
    }
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.field.shown(&self.value);
        f.debug_struct("Offer").field("field", &self.field).field("value", &value).finish_non_exhaustive()
    }
}

fn part_of(file: &[u8], offset: u32) -> &[u8] {
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(file.len());
    let rest = file.get(from..).unwrap_or_default();
    let most = usize::try_from(FileFacts::LARGEST_PART).unwrap_or(usize::MAX);
    rest.get(..most).unwrap_or(rest)
}

/// The portal may have it, or not.
fn is_lost(fault: &Fault) -> bool {
    matches!(fault, Fault::PortalUnreachable | Fault::PortalTimeout | Fault::RecordChanged)
}

fn short(id: &RequestId) -> &str {
    id.as_str().get(..8).unwrap_or_default()
}
