//! What is on a picture. It is read as it lies: a card that was taken upright is the same card.

use crate::Portal;
use crate::problem::Problem;
use tongguan_core::domain::{CalendarDate, Document, PersonName, Validity};
use tongguan_core::fault::Refusal;
use tongguan_sandbox_outside::FaceAnswer;
use tongguan_sandbox_world::picture::{Content, recognise};

/// Whose ID card it should be.
pub(crate) struct Expected<'a> {
    pub(crate) name: Option<&'a PersonName>,
    pub(crate) number: &'a str,
    /// If it was given.
    pub(crate) validity: Option<Validity>,
    pub(crate) today: CalendarDate,
}

impl Portal {
    /// Both sides. [`Problem::DataRefused`] with `picture_side`, `picture_unreadable`, `picture_quality`,
    /// `picture_mismatch`, `validity_mismatch`. The side that is not asked for is `None`.
    pub(crate) fn judge_id_pictures(
        &self,
        front: Option<&[u8]>,
        back: Option<&[u8]>,
        whom: &Expected<'_>,
    ) -> Result<(), Problem> {
        let (front, back) = {
            let _place = self.unpacking().enter();
            (front.map(seen).transpose()?, back.map(seen).transpose()?)
        };
        sides(front.as_ref(), back.as_ref(), whom).map_err(Problem::DataRefused)
    }

    /// Whether it is the face that the population register has for this document:
    /// `face_mismatch`, `picture_quality`, `picture_unreadable`.
    pub(crate) fn judge_face(&self, face: &[u8], whom: &Document) -> Result<(), Problem> {
        let seen = {
            let _place = self.unpacking().enter();
            seen(face)?
        };
        let Content::Face { number } = seen else {
            return Err(Problem::DataRefused(Refusal::FaceMismatch));
        };
        match self.outside().face(whom, &number)? {
            FaceAnswer::Match => Ok(()),
            FaceAnswer::PoorPicture => Err(Problem::DataRefused(Refusal::PictureQuality)),
            FaceAnswer::Mismatch | FaceAnswer::NotFound => Err(Problem::DataRefused(Refusal::FaceMismatch)),
        }
    }
}

fn seen(file: &[u8]) -> Result<Content, Problem> {
    recognise(file).map_err(Problem::DataRefused)
}

/// Whether each is the side that it should be, before whose it is.
fn sides(front: Option<&Content>, back: Option<&Content>, whom: &Expected<'_>) -> Result<(), Refusal> {
    let is_front = |content: &Content| matches!(content, Content::Front { .. });
    let is_back = |content: &Content| matches!(content, Content::Back(_));
    if !front.is_none_or(is_front) || !back.is_none_or(is_back) {
        return Err(Refusal::PictureSide);
    }
    if let Some(Content::Front { number, name }) = front
        && (number.as_str() != whom.number || whom.name.is_some_and(|whom| whom != name))
    {
        return Err(Refusal::PictureMismatch);
    }
    if let Some(Content::Back(validity)) = back
        && (validity.is_over(whom.today) || whom.validity.is_some_and(|given| given != *validity))
    {
        return Err(Refusal::ValidityMismatch);
    }
    Ok(())
}
