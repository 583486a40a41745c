//! The engine that walks a platform's description. It knows no platform: which step follows is read from the
//! description and from what was given. A portal walks with it, and a host shows with it what lies ahead.

use crate::domain::platform::{Platform, Rule, StepId, StepRule, Values, WayId, When};

/// The step that `at` leads to: itself, or the first one behind it that is not passed over. `None`: the end.
pub fn entered<'a>(platform: &'a Platform, at: Option<&StepId>, values: &Values) -> Option<&'a StepRule> {
    let mut step = platform.step(at?)?;
    // A description that passed its check has no loop; one that did not ends here all the same.
    for _ in 0..platform.steps.len() {
        if applies(step.when.as_ref(), values) {
            return Some(step);
        }
        step = platform.step(step.next.as_ref()?)?;
    }
    None
}

/// The step after `step`, which was passed with `way` if it is a choice.
pub fn after<'a>(
    platform: &'a Platform,
    step: &StepRule,
    way: Option<&WayId>,
    values: &Values,
) -> Option<&'a StepRule> {
    let next = match (&step.rule, way) {
        (Rule::Choose { ways, .. }, Some(way)) => ways.iter().find(|w| w.way == *way).map(|w| &w.next),
        _ => step.next.as_ref(),
    };
    entered(platform, next, values)
}

/// What certainly lies ahead of `step`: up to the next choice, and not behind it.
pub fn ahead<'a>(platform: &'a Platform, step: &'a StepRule, values: &Values) -> Vec<&'a StepId> {
    let mut ahead = Vec::new();
    let mut at = step;
    while ahead.len() < platform.steps.len() {
        if matches!(at.rule, Rule::Choose { .. }) {
            break;
        }
        let Some(next) = entered(platform, at.next.as_ref(), values) else { break };
        ahead.push(&next.id);
        at = next;
    }
    ahead
}

fn applies(when: Option<&When>, values: &Values) -> bool {
    match when {
        None => true,
        Some(When::Is { field, is }) => {
            values.get(*field).is_some_and(|value| is.iter().any(|known| known == value))
        }
        Some(When::Missing { missing }) => values.get(*missing).is_none(),
    }
}
