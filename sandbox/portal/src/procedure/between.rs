//! What happens between asking the registers and keeping what they said.

use super::given::Given;
use super::walk::{Caller, Keep, Walk};
use crate::between::{Case, case};
use crate::problem::Problem;
use crate::wire::Address;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Field, PathId, PlatformId, StepId, Values};
use tongguan_core::ports::StepAnswer;

struct Open {
    case: Case,
    caller: Caller,
    walk: Walk,
    step: StepId,
    answer: StepAnswer,
}

impl Open {
    fn new(path: &str, step: &str, answer: StepAnswer) -> Self {
        let case = case();
        let session = case.session();
        let (platform, path) = (PlatformId::parse("henan").unwrap(), PathId::parse(path).unwrap());
        let opened = case.portal.open_procedure(&session, &platform, &path, &RequestId::random()).unwrap();
        let caller = Caller::Account(session);
        let walk = case.portal.walk(&caller, &opened.id).unwrap();
        Self { case, caller, walk, step: StepId::parse(step).unwrap(), answer }
    }

    fn given(&self) -> Given<'_> {
        Given { id: &self.walk.id, version: self.walk.version, step: &self.step, answer: &self.answer }
    }

    fn ask(&self) -> Keep {
        let rule = self.case.portal.rule(&self.walk).unwrap().rule.clone();
        let address = Address(String::new());
        self.case.portal.ask(&address, &self.walk, &rule, &self.answer).unwrap()
    }

    fn keep(&self, keep: Keep) -> Result<(), Problem> {
        self.case.portal.keep(&self.caller, &self.given(), keep)
    }

    fn version(&self) -> u32 {
        self.case.portal.walk(&self.caller, &self.walk.id).unwrap().version
    }
}

/// A matter whose materials are about to be filled in.
fn materials() -> Open {
    let mut values = Values::default();
    values.set(Field::MatterKind, "change").unwrap();
    values.set(Field::MatterTitle, "Another address").unwrap();
    Open::new("matter", "materials", StepAnswer::Form { values, agreed: Vec::new() })
}

#[test]
fn what_was_asked_is_not_kept_of_a_procedure_that_was_left() {
    let open = materials();
    let keep = open.ask();
    open.case.portal.leave_procedure(&open.caller, &open.walk.id).unwrap();
    assert_eq!(open.keep(keep), Err(Problem::RecordChanged));
}

#[test]
fn of_the_same_answer_side_by_side_one_is_kept_and_both_are_answered() {
    let open = materials();
    let [first, second] = [open.ask(), open.ask()];
    assert_eq!(open.keep(first), Ok(()));
    let version = open.version();
    assert_eq!(open.keep(second), Ok(()));
    assert_eq!(open.version(), version);
}

#[test]
fn of_two_answers_side_by_side_the_first_is_kept() {
    let mut open = materials();
    let late = open.ask();
    assert_eq!(open.keep(open.ask()), Ok(()));
    let StepAnswer::Form { values, .. } = &mut open.answer else { panic!("a form") };
    values.set(Field::MatterTitle, "Something else").unwrap();
    assert_eq!(open.keep(late), Err(Problem::RecordChanged));
    let walk = open.case.portal.walk(&open.caller, &open.walk.id).unwrap();
    assert_eq!(walk.values.get(Field::MatterTitle), Some("Another address"));
}
