//! What happens between asking the registers and keeping what they said.

use super::given::{Given, Turn};
use super::store::save;
use super::walk::{At, Caller, Keep, Walk};
use crate::between::{Case, case};
use crate::problem::Problem;
use crate::wire::Address;
use tongguan_core::domain::RequestId;
use tongguan_core::domain::platform::{Field, PathId, PlatformId, Rule, StepId, Values};
use tongguan_core::ports::StepAnswer;

pub(super) struct Open {
    pub(super) case: Case,
    pub(super) caller: Caller,
    pub(super) walk: Walk,
    step: StepId,
    answer: StepAnswer,
}

impl Open {
    pub(super) fn new(platform: &str, path: &str, step: &str, answer: StepAnswer) -> Self {
        let case = case();
        let session = case.session();
        let (platform, path) = (PlatformId::parse(platform).unwrap(), PathId::parse(path).unwrap());
        let opened = case.portal.open_procedure(&session, &platform, &path, &RequestId::random()).unwrap();
        let caller = Caller::Account(session);
        let walk = case.portal.walk(&caller, &opened.id).unwrap();
        Self { case, caller, walk, step: StepId::parse(step).unwrap(), answer }
    }

    /// Its step is open, with these values.
    pub(super) fn put(mut self, values: &[(Field, &str)]) -> Self {
        let portal = &self.case.portal;
        self.walk.at = At::Step(self.step.clone());
        values.iter().for_each(|(field, value)| self.walk.values.set(*field, value).unwrap());
        let walk = &mut self.walk;
        let put = portal.change(|t| {
            if let Rule::Transfer { direction } = &portal.rule(walk)?.rule {
                portal.enter_transfer(t, walk, *direction)?;
            }
            save(t, walk)
        });
        put.unwrap();
        portal.settle(std::slice::from_ref(&self.walk.id)).unwrap();
        self.now()
    }

    /// As it stands.
    pub(super) fn now(mut self) -> Self {
        self.walk = self.case.portal.walk(&self.caller, &self.walk.id).unwrap();
        self
    }

    pub(super) fn given(&self) -> Given<'_> {
        let (version, step, answer) = (self.walk.version, &self.step, &self.answer);
        Given {
            id: &self.walk.id,
            version,
            step,
            answer,
            keys: self.case.portal.run_key().of_caller("a token"),
        }
    }

    pub(super) fn ask(&self) -> Keep {
        let rule = self.case.portal.rule(&self.walk).unwrap().rule.clone();
        let address = Address(String::new());
        self.case.portal.ask(&address, &self.walk, &rule, &self.answer).unwrap()
    }

    pub(super) fn keep(&self, keep: Keep) -> Result<(), Problem> {
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
    Open::new("henan", "matter", "materials", StepAnswer::Form { values, agreed: Vec::new() })
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

#[test]
fn what_was_given_is_known_again_to_whoever_gave_it_and_to_nobody_once_it_is_left() {
    let open = materials();
    assert_eq!(open.keep(open.ask()), Ok(()));
    let kept = || {
        let query = "SELECT coalesce(answered, '') || way FROM procedure WHERE id = ?1";
        let row = open.case.portal.store(|c| c.query_row(query, [open.walk.id.as_str()], |row| row.get(0)));
        row.map(|row: String| row).unwrap()
    };
    let walk = open.case.portal.walk(&open.caller, &open.walk.id).unwrap();
    let (stamp, mark) = (open.given().stamp().unwrap(), open.given().mark(&walk).unwrap());
    assert!(kept().starts_with(stamp.as_str()) && kept().contains(mark.as_str()));
    assert_eq!(open.given().turn(&walk), Ok(Turn::Again));
    let in_the_next_session =
        Given { keys: open.case.portal.run_key().of_caller("another token"), ..open.given() };
    assert_eq!(in_the_next_session.turn(&walk), Ok(Turn::Again));
    open.case.portal.leave_procedure(&open.caller, &open.walk.id).unwrap();
    assert!(kept().starts_with('[') && !kept().contains(mark.as_str()), "{}", kept());
}
