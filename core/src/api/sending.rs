//! Files on their way to the portal: made fit, announced by their hash, sent in parts.

use super::View;
use super::app::{Desk, lock};
use crate::domain::RequestId;
use crate::domain::platform::Slot;
use crate::fault::{AnswerFlaw, Fault, FileFlaw};
use crate::ports::{FileFacts, Procedure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use ts_rs::TS;
use zeroize::{Zeroize, Zeroizing};

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Sending {
    pub procedure: RequestId,
    pub slot: Slot,
    /// Bytes.
    pub sent: u32,
    /// 0 while it is being made fit.
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
    pub(super) fn send_file(
        &self,
        id: RequestId,
        slot: Slot,
        content: FileContent,
    ) -> Result<Procedure, Fault> {
        // Known from here on: it may be cancelled while it is still being made fit.
        let cancelled = self.begin_sending(&id, slot)?;
        let outcome = self.send_fit(&id, slot, content, &cancelled);
        let mut state = lock(&self.state);
        state.sending.retain(|underway| !underway.is(&id, slot));
        self.push(state);
        outcome?;
        self.procedure(id)
    }

    fn send_fit(
        &self,
        id: &RequestId,
        slot: Slot,
        content: FileContent,
        cancelled: &AtomicBool,
    ) -> Result<(), Fault> {
        let picked = content.decode(slot)?;
        drop(content);
        let file = self.ports.pictures.prepare(slot, &picked)?;
        drop(picked);
        let size = u32::try_from(file.len()).unwrap_or(u32::MAX);
        if size > FileFacts::LARGEST {
            return Err(Fault::FileUnusable { slot, reason: FileFlaw::TooLarge });
        }
        let facts = FileFacts { slot, size, sha256: hex::encode(Sha256::digest(&*file)) };
        is_wanted(cancelled)?;
        self.send_parts(id, &facts, &file, cancelled)
    }

    fn begin_sending(&self, id: &RequestId, slot: Slot) -> Result<Arc<AtomicBool>, Fault> {
        let mut state = lock(&self.state);
        if state.sending.iter().any(|underway| underway.is(id, slot)) {
            return Err(Fault::FlowBusy);
        }
        let cancelled = Arc::new(AtomicBool::new(false));
        let shown = Sending { procedure: id.clone(), slot, sent: 0, size: 0 };
        state.sending.push(Underway { shown, cancelled: Arc::clone(&cancelled) });
        self.push(state);
        Ok(cancelled)
    }

    /// Part by part, from where the portal stands. A lost part is announced again with its file, as long as each
    /// look finds the portal further than the one before: of a file that is whole, that also tells its flaw.
    fn send_parts(
        &self,
        id: &RequestId,
        facts: &FileFacts,
        file: &[u8],
        cancelled: &AtomicBool,
    ) -> Result<(), Fault> {
        let begin = || self.in_session(|portal, session| portal.begin_upload(session, id, facts));
        let mut upload = begin()?;
        let mut found = None;
        loop {
            self.show_sent(id, facts, upload.offset);
            is_wanted(cancelled)?;
            let part = part_of(file, upload.offset);
            if part.is_empty() {
                return Ok(());
            }
            let sent = self.in_session(|portal, session| portal.send_part(session, id, &upload, part));
            upload = match sent {
                Ok(after) if after.offset > upload.offset => after,
                Ok(_) => return Err(Fault::PortalAnswer { reason: AnswerFlaw::Malformed }),
                Err(fault) if is_lost(&fault) => {
                    let now = begin()?;
                    if found.replace(now.offset).is_some_and(|before| now.offset <= before) {
                        return Err(fault);
                    }
                    now
                }
                Err(fault) => return Err(fault),
            };
        }
    }

    fn show_sent(&self, id: &RequestId, facts: &FileFacts, sent: u32) {
        let mut state = lock(&self.state);
        if let Some(underway) = state.sending.iter_mut().find(|underway| underway.is(id, facts.slot)) {
            underway.shown = Sending { sent, size: facts.size, ..underway.shown.clone() };
        }
        self.push(state);
    }

    /// Of a procedure that is left.
    pub(super) fn cancel_sendings(&self, id: &RequestId) {
        let state = lock(&self.state);
        state.sending.iter().filter(|underway| underway.shown.procedure == *id).for_each(Underway::cancel);
    }

    pub(super) fn cancel_sending(&self, id: RequestId, slot: Slot) -> Result<View, Fault> {
        let state = lock(&self.state);
        state.sending.iter().filter(|underway| underway.is(&id, slot)).for_each(Underway::cancel);
        Ok(self.push(state))
    }
}

impl FileContent {
    /// Bytes, 20 MiB: of what is picked, before it is made fit. Looked at before anything is copied.
    pub const LARGEST: usize = 20 << 20;

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

impl std::fmt::Debug for FileContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileContent(..)")
    }
}

fn is_wanted(cancelled: &AtomicBool) -> Result<(), Fault> {
    if cancelled.load(Ordering::SeqCst) { Err(Fault::Cancelled) } else { Ok(()) }
}

fn part_of(file: &[u8], offset: u32) -> &[u8] {
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(file.len());
    let rest = file.get(from..).unwrap_or_default();
    let most = usize::try_from(FileFacts::LARGEST_PART).unwrap_or(usize::MAX);
    rest.get(..most).unwrap_or(rest)
}

/// The portal may have it, or not.
fn is_lost(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::PortalUnreachable | Fault::PortalTimeout | Fault::PortalFailing { .. } | Fault::RecordChanged
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_is_not_in_the_log() {
        assert_eq!(format!("{:?}", FileContent::of(b"canary")), "FileContent(..)");
    }

    #[test]
    fn a_file_is_measured_before_it_is_copied() {
        let flaw = |content: FileContent| content.decode(Slot::Letter).unwrap_err();
        let unusable = |reason| Fault::FileUnusable { slot: Slot::Letter, reason };
        assert_eq!(flaw(FileContent("A".repeat(28 << 20))), unusable(FileFlaw::TooLarge));
        assert_eq!(flaw(FileContent("no base64".into())), unusable(FileFlaw::Damaged));
        assert_eq!(*FileContent::of(b"bytes").decode(Slot::Letter).unwrap(), b"bytes");
    }

    proptest! {
        #[test]
        fn a_part_begins_where_the_portal_stands(length in 0_usize..700_000, offset in any::<u32>()) {
            let file = vec![7; length];
            let left = length.saturating_sub(usize::try_from(offset).unwrap());
            prop_assert_eq!(part_of(&file, offset).len(), left.min(256 << 10));
        }
    }
}
