//! What is on a picture.

use crate::Portal;
use crate::problem::Problem;
use tongguan_core::domain::{CalendarDate, Document, PersonName};

/// Whose ID card it should be.
pub(crate) struct Expected<'a> {
    pub(crate) name: Option<&'a PersonName>,
    pub(crate) number: &'a str,
    pub(crate) today: CalendarDate,
}

impl Portal {
    /// Both sides. [`Problem::DataRefused`] with `picture_side`, `picture_unreadable`, `picture_quality`,
    /// `picture_mismatch`. The side that is not asked for is `None`.
    pub(crate) fn judge_id_pictures(
        &self,
        _front: Option<&[u8]>,
        _back: Option<&[u8]>,
        _whom: &Expected<'_>,
    ) -> Result<(), Problem> {
        Err(Problem::Internal)
    }

    /// Whether it is the face that the population register has for this document:
    /// `face_mismatch`, `picture_quality`, `picture_unreadable`.
    pub(crate) fn judge_face(&self, _face: &[u8], _whom: &Document) -> Result<(), Problem> {
        Err(Problem::Internal)
    }
}
