//! What a phone is asked for: a face, a yes, a signature.

use super::checks::validity;
use super::form::agreed;
use super::upload;
use super::walk::{Effect, Keep, Walk};
use crate::Portal;
use crate::problem::Problem;
use tongguan_core::domain::platform::{NoticeId, Slot, StepId, Values};
use tongguan_core::domain::{CalendarDate, DocumentKind, PersonName, RequestId};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::FaceAction;

/// A signature of fewer points than this is a slip of the finger, of more than that no signature.
const POINTS: std::ops::RangeInclusive<usize> = 10..=5_000;
const STROKES: usize = 200;
/// Of each coordinate.
const LARGEST: u16 = 1_000;

impl Portal {
    pub(super) fn take_face(&self, walk: &Walk, done: &[FaceAction]) -> Result<Keep, Problem> {
        let (upload, face) = self.picture(walk, Slot::Face)?;
        if done != walk.drawn {
            return Err(Problem::DataRefused(Refusal::LivenessFailed));
        }
        self.judge_face(&face, &self.face_of(walk)?)?;
        Ok(passed_with(vec![(Slot::Face, upload)]))
    }

    /// A picture that is not there yet is missing, not wrong.
    fn picture(&self, walk: &Walk, slot: Slot) -> Result<(RequestId, Vec<u8>), Problem> {
        let found = self.store(|c| upload::whole(c, &walk.id, slot))?;
        found.ok_or_else(|| Problem::input(&slot.to_string(), "empty"))
    }

    pub(super) fn take_pictures(&self, walk: &Walk, slots: &[Slot]) -> Result<Keep, Problem> {
        let pictures = slots.iter().map(|slot| Ok((*slot, self.picture(walk, *slot)?)));
        let pictures = pictures.collect::<Result<Vec<_>, Problem>>()?;
        let of = |wanted| pictures.iter().find(|(slot, _)| *slot == wanted).map(|(_, (_, bytes))| &**bytes);
        let name = name_of(&walk.values)?;
        let document = self.face_of(walk)?;
        if document.kind != DocumentKind::IdCard {
            return Err(Problem::input("document_kind", "id_card_only"));
        }
        let whom = super::picture::Expected {
            name: name.as_ref(),
            number: document.number.as_str(),
            validity: validity(&walk.values)?,
            today: CalendarDate::of(self.now()),
        };
        self.judge_id_pictures(of(Slot::IdFront), of(Slot::IdBack), &whom)?;
        of(Slot::Face).map_or(Ok(()), |face| self.judge_face(face, &document))?;
        Ok(passed_with(pictures.into_iter().map(|(slot, (upload, _))| (slot, upload)).collect()))
    }
}

/// Whose documents these are: the person, or the legal representative.
fn name_of(values: &Values) -> Result<Option<PersonName>, Problem> {
    use tongguan_core::domain::platform::Field;
    let name = values.get(Field::Name).or(values.get(Field::LegalName));
    Ok(name.map(PersonName::parse).transpose()?)
}

/// Another picture may have been sent while these were judged.
fn passed_with(judged: Vec<(Slot, RequestId)>) -> Keep {
    Box::new(move |t, walk| {
        for (slot, upload) in &judged {
            let there = upload::of_slot(t, &walk.id, *slot)?;
            there.filter(|there| there.id == *upload).ok_or(Problem::RecordChanged)?;
        }
        Ok(Effect::Pass(None))
    })
}

fn passed() -> Keep {
    Box::new(|_, _| Ok(Effect::Pass(None)))
}

pub(super) fn take_confirmation(notices: &[NoticeId], given: &[NoticeId]) -> Result<Keep, Problem> {
    agreed(notices, given)?;
    Ok(passed())
}

pub(super) fn take_again(again: &StepId) -> Keep {
    let again = again.clone();
    Box::new(move |_, _| Ok(Effect::Back(again)))
}

/// It is not kept: that there was one is.
pub(super) fn take_signature(strokes: &[Vec<[u16; 2]>]) -> Result<Keep, Problem> {
    let points = strokes.iter().map(Vec::len).sum::<usize>();
    let beside = strokes.iter().flatten().flatten().any(|coordinate| *coordinate > LARGEST);
    if beside || strokes.len() > STROKES || !POINTS.contains(&points) {
        return Err(Problem::input("strokes", "length"));
    }
    Ok(passed())
}
