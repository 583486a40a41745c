//! The engine: from a description and what was given to the step that follows.

use proptest::prelude::*;
use tongguan_core::domain::platform::{
    Field, FieldRule, Path, PathId, Platform, PlatformId, Rule, StepId, StepRule, Subject, Values, Way,
    WayId, When,
};
use tongguan_core::flow::procedure::{after, ahead, entered};

fn id(number: usize) -> StepId {
    StepId::parse(&format!("step_{number}")).unwrap()
}

fn way(number: usize) -> WayId {
    WayId::parse(&format!("way_{number}")).unwrap()
}

fn form(number: usize, next: Option<usize>, when: Option<When>) -> StepRule {
    let fields = [Field::Name, Field::FaceBy, Field::Phone];
    let fields = fields.map(|field| FieldRule { field, from: None, fixed: false, optional: true }).into();
    let rule = Rule::Form { fields, notices: Vec::new(), check: Vec::new() };
    StepRule { id: id(number), rule, when, next: next.map(id) }
}

fn choice(number: usize, nexts: &[usize]) -> StepRule {
    let ways = nexts.iter().enumerate().map(|(n, next)| Way { way: way(n), next: id(*next) }).collect();
    StepRule { id: id(number), rule: Rule::Choose { ways, default: None }, when: None, next: None }
}

fn platform(steps: Vec<StepRule>) -> Platform {
    let path = |name: &str, subject, first| Path {
        id: PathId::parse(name).unwrap(),
        subject,
        first: id(first),
        walk_in: false,
    };
    Platform {
        id: PlatformId::parse("example").unwrap(),
        name: "Example".into(),
        english: "Example".into(),
        mark: "E".into(),
        help: None,
        banks: Vec::new(),
        who: Vec::new(),
        paths: vec![path("person", Subject::Person, 0)],
        steps,
    }
}

fn by(face: &str) -> Option<When> {
    Some(When::Is { field: Field::FaceBy, is: vec![face.into()] })
}

fn values(rows: &[(Field, &str)]) -> Values {
    let mut values = Values::default();
    rows.iter().for_each(|(field, value)| values.set(*field, value).unwrap());
    values
}

fn number(step: Option<&StepRule>) -> Option<String> {
    step.map(|step| step.id.to_string())
}

#[test]
fn a_step_is_passed_over_where_its_condition_does_not_hold() {
    let rules = platform(vec![
        form(0, Some(1), None),
        form(1, Some(2), by("alipay")),
        form(2, Some(3), by("quick")),
        form(3, None, Some(When::Missing { missing: Field::Phone })),
    ]);
    assert_eq!(rules.check(), Ok(()));
    let next = |values: &Values| number(after(&rules, &rules.steps[0], None, values));
    assert_eq!(next(&values(&[(Field::FaceBy, "alipay")])).as_deref(), Some("step_1"));
    assert_eq!(next(&values(&[(Field::FaceBy, "quick")])).as_deref(), Some("step_2"));
    assert_eq!(next(&values(&[])).as_deref(), Some("step_3"));
    assert_eq!(next(&values(&[(Field::Phone, "13800000001")])), None, "all are passed over: the end");
    assert_eq!(number(entered(&rules, Some(&id(1)), &values(&[]))).as_deref(), Some("step_3"));
    assert_eq!(number(entered(&rules, None, &values(&[]))), None);
}

#[test]
fn a_choice_leads_where_it_says_and_nothing_is_known_behind_it() {
    let rules = platform(vec![
        form(0, Some(1), None),
        choice(1, &[2, 3]),
        form(2, Some(4), None),
        form(3, Some(4), None),
        form(4, None, None),
    ]);
    assert_eq!(rules.check(), Ok(()));
    let none = Values::default();
    let chosen = |n| number(after(&rules, &rules.steps[1], Some(&way(n)), &none));
    assert_eq!(
        (chosen(0).as_deref(), chosen(1).as_deref(), chosen(2)),
        (Some("step_2"), Some("step_3"), None)
    );
    assert_eq!(number(after(&rules, &rules.steps[1], None, &none)), None, "without a way there is none");
    assert_eq!(ahead(&rules, &rules.steps[0], &none), [&id(1)]);
    assert!(ahead(&rules, &rules.steps[1], &none).is_empty());
    assert_eq!(ahead(&rules, &rules.steps[3], &none), [&id(4)]);
}

/// Steps that lead forward for the most part, as a description does, and now and then anywhere.
fn descriptions() -> impl Strategy<Value = Platform> {
    let when = prop_oneof![
        3 => Just(None),
        1 => Just(by("alipay")),
        1 => Just(Some(When::Missing { missing: Field::Phone })),
    ];
    let step = (prop::bool::weighted(0.3), prop::collection::vec((0_usize..8, 0_usize..40), 1..4), when);
    prop::collection::vec(step, 1..12).prop_map(|rows| {
        let count = rows.len();
        let steps = rows.into_iter().enumerate().map(|(number, (chooses, leads, when))| {
            let next = |(on, anywhere): (usize, usize)| match anywhere {
                0 => on % count,
                _ => number + 1 + on % 2,
            };
            let nexts: Vec<usize> = leads.into_iter().map(next).filter(|next| *next < count).collect();
            if chooses && !nexts.is_empty() {
                choice(number, &nexts)
            } else {
                form(number, (number + 1 < count).then_some(number + 1), when)
            }
        });
        let mut rules = platform(steps.collect());
        // What no way leads to is no part of it.
        while let Err(fault) = rules.check() {
            let tongguan_core::fault::Fault::InputInvalid { field, reason } = fault else { break };
            if reason != "unreachable" {
                break;
            }
            rules.steps.retain(|step| step.id.as_str() != field);
        }
        rules
    })
}

proptest! {
    #[test]
    fn whatever_passed_its_check_ends_whatever_is_given(
        rules in descriptions(),
        face in prop::option::of(prop::sample::select(vec!["alipay", "quick"])),
        phone in any::<bool>(),
        ways in prop::collection::vec(0_usize..4, 24),
    ) {
        let mut given = Values::default();
        face.iter().for_each(|face| given.set(Field::FaceBy, face).unwrap());
        if phone {
            given.set(Field::Phone, "13800000001").unwrap();
        }
        let sound = rules.check().is_ok();
        let mut at = entered(&rules, Some(&id(0)), &given);
        let mut walked = 0;
        while let Some(step) = at.filter(|_| walked <= ways.len()) {
            prop_assert!(ahead(&rules, step, &given).len() <= rules.steps.len());
            let chosen = match &step.rule {
                Rule::Choose { ways: known, .. } => Some(known[ways[walked % 24] % known.len()].way.clone()),
                _ => None,
            };
            at = after(&rules, step, chosen.as_ref(), &given);
            walked += 1;
        }
        prop_assert!(!sound || walked <= rules.steps.len(), "{walked} steps of {}", rules.steps.len());
    }
}
