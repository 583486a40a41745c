//! What a form sends, as an answer to the step that is open.

use crate::trouble::Trouble;
use tongguan_core::domain::platform::{NoticeId, Values, WayId};
use tongguan_core::domain::{RequestId, VerificationCode};
use tongguan_core::ports::{FieldEntry, Stage, StepAnswer};

/// Names and values of a form. `Debug` is not there: they are a person's.
pub(crate) struct Sent(Vec<(String, String)>);

impl Sent {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// By the app, whatever the form sent of these.
    pub(crate) fn fill_in(&mut self, values: Vec<(String, String)>) {
        self.0.retain(|(name, _)| values.iter().all(|(filled, _)| filled != name));
        self.0.extend(values);
    }

    pub(crate) fn agreed(&self, notices: &[NoticeId]) -> Vec<NoticeId> {
        let ticked = |notice: &&NoticeId| self.get(&format!("agree_{notice}")).is_some();
        notices.iter().filter(ticked).cloned().collect()
    }

    pub(crate) fn values(&self, fields: &[FieldEntry]) -> Result<Values, Trouble> {
        let mut values = Values::default();
        for entry in fields.iter().filter(|entry| !entry.fixed) {
            let given = self.get(entry.field.name()).unwrap_or_default();
            if !(entry.optional && given.is_empty()) {
                values.set(entry.field, given)?;
            }
        }
        Ok(values)
    }

    /// So many actions of a face were done.
    pub(crate) fn done(&self) -> usize {
        self.get("done").and_then(|done| done.parse().ok()).unwrap_or(0)
    }

    /// [`Trouble::Changed`]: the form is not of this step.
    pub(crate) fn answer(&self, stage: &Stage) -> Result<StepAnswer, Trouble> {
        if self.get("again").is_some() {
            return Ok(StepAnswer::Again);
        }
        Ok(match stage {
            Stage::Form { fields, notices } => {
                StepAnswer::Form { values: self.values(fields)?, agreed: self.agreed(notices) }
            }
            Stage::Choose { .. } => {
                StepAnswer::Way { way: WayId::parse(self.get("way").unwrap_or_default())? }
            }
            Stage::Code { sent, notices, .. } => StepAnswer::Code {
                id: sent.as_ref().map(|sent| sent.id.clone()).ok_or(Trouble::input("code", "empty"))?,
                code: VerificationCode::parse(self.get("code").unwrap_or_default())?,
                agreed: self.agreed(notices),
            },
            Stage::Pictures { .. } => StepAnswer::Pictures,
            Stage::Face { actions, .. } => {
                StepAnswer::Face { actions: actions.iter().take(self.done()).copied().collect() }
            }
            Stage::Confirm { notices, .. } => StepAnswer::Confirm { agreed: self.agreed(notices) },
            Stage::Pending { .. } => {
                let matter = self.get("matter").unwrap_or_default();
                StepAnswer::Pending { matter: RequestId::parse(matter)? }
            }
            Stage::Signature { .. } => {
                let strokes = serde_json::from_str(self.get("strokes").unwrap_or_default());
                StepAnswer::Signature { strokes: strokes.map_err(|_| Trouble::input("strokes", "format"))? }
            }
            Stage::Scan { .. }
            | Stage::Transfer { .. }
            | Stage::People { .. }
            | Stage::Done { .. }
            | Stage::Closed { .. } => return Err(Trouble::Changed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tongguan_core::domain::platform::Field;

    fn form(field: Field) -> Stage {
        let entry = FieldEntry { field, value: None, fixed: false, optional: false };
        Stage::Form { fields: vec![entry], notices: vec![NoticeId::parse("notice").unwrap()] }
    }

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent::new(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn what_is_not_asked_for_is_not_sent_on() {
        let given = sent(&[("phone", "19900001234"), ("bank_card", "x"), ("agree_notice", "1")]);
        let StepAnswer::Form { values, agreed } = given.answer(&form(Field::Phone)).unwrap() else {
            panic!()
        };
        assert_eq!(values.fields().collect::<Vec<_>>(), [(Field::Phone, "19900001234")]);
        assert_eq!(agreed.len(), 1);
        assert_eq!(sent(&[]).answer(&form(Field::Phone)), Err(Trouble::input("phone", "empty")));
        let done = Stage::Closed { reason: tongguan_core::ports::Closed::Left };
        assert_eq!(given.answer(&done), Err(Trouble::Changed));
        assert_eq!(sent(&[("again", "1")]).answer(&done), Ok(StepAnswer::Again));
    }

    proptest! {
        #[test]
        fn no_form_panics(
            pairs in proptest::collection::vec(("[a-z_]{0,9}", any::<String>()), 0..6),
            value in any::<String>(),
        ) {
            let names = ["code", "way", "matter", "strokes", "done", "phone", "name"];
            let named = names.iter().map(|name| ((*name).to_owned(), value.clone()));
            let sent = Sent::new(pairs.into_iter().chain(named).collect());
            let stages = [
                form(Field::Phone),
                form(Field::Name),
                Stage::Choose { ways: Vec::new(), default: None },
                Stage::Pending { matters: Vec::new() },
                Stage::Signature { facts: Vec::new() },
                Stage::Face { actions: Vec::new(), picture: None },
            ];
            for stage in stages {
                let _ = sent.answer(&stage);
            }
        }
    }
}
