//! Where CTID is opened: what its app has of the world, and all that it has.

use crate::failure::right_again;
use crate::registers::enter_identity;
use crate::{CtidAnswer, FaceAnswer, Identity, Outside, Unavailable};
use std::sync::Arc;
use tongguan_core::domain::platform::Slot;
use tongguan_core::domain::{CalendarDate, Timestamp};
use tongguan_core::fault::{Refusal, Register};
use tongguan_sandbox_world::picture::{Content, recognise};

/// For whoever comes with an identity card. All calls block.
#[derive(Debug, Clone)]
pub struct CtidDesk(Arc<Outside>);

/// Whose card the population register knows, and what of them was looked at. `Debug` shows the ends of the number
/// only.
#[derive(Debug, Clone)]
pub struct Applicant {
    identity: Identity,
    seen: Vec<Slot>,
}

/// Why it is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// The population register has no such card: name, number or one of the days differs.
    NoSuchCard,
    /// The card's last day has passed.
    Over,
    /// The register has exactly this already.
    Already,
    /// Something has not been shown yet.
    Incomplete,
    /// What a picture shows is not what it should be.
    Picture(Refusal),
    Silent(Unavailable),
}

impl From<Unavailable> for NotOpened {
    fn from(silent: Unavailable) -> Self {
        Self::Silent(silent)
    }
}

impl Applicant {
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether this was shown and is right.
    pub fn has_shown(&self, slot: Slot) -> bool {
        self.seen.contains(&slot)
    }
}

impl CtidDesk {
    pub fn new(outside: Arc<Outside>) -> Self {
        Self(outside)
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// [`NotOpened::Over`], `NoSuchCard`, `Already` or `Silent`.
    pub fn apply(&self, identity: Identity) -> Result<Applicant, NotOpened> {
        let Identity { name, document, validity } = &identity;
        if validity.is_over(CalendarDate::of(self.now())) {
            return Err(NotOpened::Over);
        }
        if !self.0.identity_card(&identity)? {
            return Err(NotOpened::NoSuchCard);
        }
        match self.0.ctid(name, document, validity)? {
            CtidAnswer::Match => Err(NotOpened::Already),
            // What it has of this card is not what it should be, and will be with the opening.
            CtidAnswer::Mismatch | CtidAnswer::NotFound => Ok(Applicant { identity, seen: Vec::new() }),
        }
    }

    /// [`NotOpened::Picture`] with `picture_side`, `picture_mismatch`, `picture_quality`, `picture_unreadable` or
    /// `face_mismatch`, or `Silent`; then it counts as not shown. The picture is not kept.
    pub fn show(&self, applicant: &mut Applicant, slot: Slot, file: &[u8]) -> Result<(), NotOpened> {
        applicant.seen.retain(|seen| *seen != slot);
        let shown = recognise(file).map_err(NotOpened::Picture)?;
        self.judge(&applicant.identity, slot, &shown)?;
        applicant.seen.push(slot);
        Ok(())
    }

    fn judge(&self, whom: &Identity, slot: Slot, shown: &Content) -> Result<(), NotOpened> {
        let refusal = match (slot, shown) {
            (Slot::IdFront, Content::Front { number, name }) => {
                (*number != whom.document.number || *name != whom.name).then_some(Refusal::PictureMismatch)
            }
            (Slot::IdBack, Content::Back(validity)) => {
                (*validity != whom.validity).then_some(Refusal::PictureMismatch)
            }
            (Slot::Face, Content::Face { number }) => match self.0.face(&whom.document, number)? {
                FaceAnswer::Match => None,
                FaceAnswer::PoorPicture => Some(Refusal::PictureQuality),
                FaceAnswer::Mismatch | FaceAnswer::NotFound => Some(Refusal::FaceMismatch),
            },
            (Slot::Face, _) => Some(Refusal::FaceMismatch),
            (Slot::IdFront | Slot::IdBack | Slot::Letter, _) => Some(Refusal::PictureSide),
        };
        refusal.map_or(Ok(()), |refusal| Err(NotOpened::Picture(refusal)))
    }

    /// From now on the register has this identity, whatever it had, or had not, before: [`NotOpened::Incomplete`] or
    /// `Silent`.
    pub fn open(&self, applicant: &Applicant) -> Result<(), NotOpened> {
        if ![Slot::IdFront, Slot::IdBack, Slot::Face].iter().all(|slot| applicant.has_shown(*slot)) {
            return Err(NotOpened::Incomplete);
        }
        let identity = &applicant.identity;
        let number = identity.document.number.as_str();
        Ok(self.0.ask(Register::Ctid, number, |c, _| {
            let t = c.unchecked_transaction()?;
            enter_identity(&t, identity)?;
            right_again(&t, Register::Ctid, number)?;
            t.commit()
        })?)
    }
}
