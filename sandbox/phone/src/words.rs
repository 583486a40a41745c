//! What the pages say: Chinese, and English below. Tests see to it that nothing is without words.

use tongguan_core::domain::platform::{Field, NoticeId, PlatformId, StepId};
use tongguan_sandbox_pages::{Markup, words};

/// `key TAB Chinese TAB English`.
pub(crate) const WORDS: &str = include_str!("../pages/words.txt");
/// The same: a title under the notice's name, its paragraphs under `NAME.1`, `NAME.2` and so on.
pub(crate) const NOTICES: &str = include_str!("../pages/notices.txt");
/// Title, `.why` and `.next` of each refusal.
pub(crate) const REFUSALS: &str = include_str!("../pages/refusals.txt");

/// `PLATFORM/STEP TAB Chinese TAB English`, for steps that say more than their fields do.
const HINTS: &str = include_str!("../pages/hints.txt");
/// `PLATFORM/STEP/BUTTON TAB Chinese TAB English`, where a manual calls them otherwise.
const BUTTONS: &str = include_str!("../pages/buttons.txt");

/// Chinese and English.
pub(crate) type Pair = [Markup; 2];

pub(crate) fn said(key: &str) -> Pair {
    words(WORDS, key)
}

pub(crate) fn is_said(pair: &Pair) -> bool {
    pair.iter().all(|words| !words.as_str().is_empty())
}

/// The words of the first key that has some.
pub(crate) fn first_said(keys: &[&str]) -> Pair {
    keys.iter().map(|key| said(key)).find(is_said).unwrap_or_default()
}

pub(crate) fn field(field: Field) -> Pair {
    said(&format!("field.{}", field.name()))
}

/// What may be chosen for a field; none for one that is typed.
pub(crate) fn choices(field: Field) -> Vec<(&'static str, Pair)> {
    let prefix = format!("value.{}.", field.name());
    let keys = WORDS.lines().filter_map(|line| line.split('\t').next());
    keys.filter_map(|key| Some((key.strip_prefix(prefix.as_str())?, said(key)))).collect()
}

/// A value as a person reads it.
pub(crate) fn value(field: Field, value: &str) -> Markup {
    let [chinese, english] = said(&format!("value.{}.{value}", field.name()));
    if english.as_str().is_empty() {
        return Markup::text(value);
    }
    [chinese, Markup::own(" <span lang=\"en\">"), english, Markup::own("</span>")].into_iter().collect()
}

/// What a button of a form or confirmation says at this step: `yes` or `again`.
pub(crate) fn button(platform: &PlatformId, step: &StepId, which: &str) -> Option<Pair> {
    Some(words(BUTTONS, &format!("{platform}/{step}/{which}"))).filter(is_said)
}

pub(crate) fn hint(platform: &PlatformId, step: &StepId) -> Option<Pair> {
    Some(words(HINTS, &format!("{platform}/{step}"))).filter(is_said)
}

pub(crate) fn notice(notice: &NoticeId) -> (Pair, Vec<Pair>) {
    let paragraphs = (1..).map(|at| words(NOTICES, &format!("{notice}.{at}"))).take_while(is_said);
    (words(NOTICES, notice.as_str()), paragraphs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use tongguan_core::domain::platform::{Platform, Rule, Slot, Subject};
    use tongguan_core::fault::{FileFlaw, Refusal};

    fn platforms() -> Vec<Platform> {
        tongguan_catalogue::platforms().unwrap()
    }

    /// Of all paths that phones walk.
    fn steps(platform: &Platform) -> HashSet<&StepId> {
        let phones = platform.paths.iter().filter(|path| path.subject == Subject::Phone);
        let mut steps: HashSet<&StepId> = HashSet::new();
        let mut open: Vec<&StepId> = phones.map(|path| &path.first).collect();
        while let Some(at) = open.pop() {
            if steps.insert(at) {
                open.extend(platform.step(at).unwrap().nexts());
            }
        }
        steps
    }

    #[test]
    fn whatever_a_path_asks_a_phone_for_has_its_words() {
        for platform in platforms() {
            for step in steps(&platform) {
                let (notices, fields) = match &platform.step(step).unwrap().rule {
                    Rule::Form { fields, notices, .. } => {
                        (notices.clone(), fields.iter().map(|rule| rule.field).collect())
                    }
                    Rule::Code { notices, .. } => (notices.clone(), Vec::new()),
                    Rule::Confirm { shows, notices, .. } => (notices.clone(), shows.clone()),
                    _ => continue,
                };
                for id in notices {
                    let (title, paragraphs) = notice(&id);
                    assert!(is_said(&title) && !paragraphs.is_empty(), "{id}");
                }
                for asked in fields {
                    assert!(is_said(&field(asked)), "{asked:?}");
                }
            }
        }
        for all in Field::ALL {
            assert!(is_said(&field(all)), "{all:?}");
        }
        for slot in Slot::ALL {
            assert!(is_said(&said(&format!("slot.{slot}"))) && is_said(&said(&format!("slot.{slot}.hint"))));
        }
    }

    #[test]
    fn every_hint_and_button_is_of_a_step_of_a_phone() {
        let buttons = BUTTONS.lines().filter_map(|line| line.split('\t').next()?.rsplit_once('/'));
        let hints = HINTS.lines().filter_map(|line| line.split('\t').next());
        for key in hints.chain(buttons.map(|(step, _)| step)) {
            let known = platforms().iter().any(|platform| {
                steps(platform).into_iter().any(|step| format!("{}/{step}", platform.id) == key)
            });
            assert!(known, "{key}");
        }
    }

    #[test]
    fn every_app_that_a_platform_tells_of_is_had_and_no_other() {
        let mut told = HashSet::new();
        for platform in platforms() {
            for step in &platform.steps {
                let Rule::Scan { run, systems, .. } = &step.rule else { continue };
                for system in systems {
                    let system = serde_json::to_value(system).unwrap();
                    let system = system.as_str().unwrap();
                    assert!(is_said(&said(&format!("system.{system}"))), "{system}");
                    told.insert(format!("{}\t{system}\t{run}", platform.id));
                }
            }
        }
        assert!(!told.is_empty());
        assert_eq!(told, crate::app::APPS.lines().map(str::to_owned).collect());
    }

    #[test]
    fn every_path_of_a_phone_has_a_look_of_its_own() {
        for platform in platforms() {
            for path in platform.paths.iter().filter(|path| path.subject == Subject::Phone) {
                let look = crate::look::Look::of(&platform.id, &path.id);
                assert_eq!(look.key, format!("{}/{}", platform.id, path.id));
                assert!(is_said(&look.app) && is_said(&look.title));
            }
        }
        for (_, to) in crate::look::doors() {
            let mut parts = to.split('/').skip(2);
            let (id, path) = (parts.next().unwrap(), parts.next().unwrap());
            let platform = platforms().into_iter().find(|platform| platform.id.as_str() == id).unwrap();
            assert!(platform.paths.iter().any(|known| known.id.as_str() == path && known.walk_in));
        }
    }

    #[test]
    fn every_refusal_and_every_flaw_says_why_and_what_to_do() {
        for refusal in Refusal::ALL {
            for suffix in ["", ".why", ".next"] {
                assert!(is_said(&words(REFUSALS, &format!("{refusal}{suffix}"))), "{refusal}{suffix}");
            }
        }
        for flaw in FileFlaw::ALL {
            assert!(is_said(&said(flaw.code())) && is_said(&said(&format!("{flaw}.why"))), "{flaw}");
        }
        for key in ["changed", "too_often", "register", "ended", "foreign", "missing", "portal"]
            .into_iter()
            .chain(["ctid_card", "ctid_already", "ctid_over"])
        {
            for suffix in ["", ".why", ".next"] {
                assert!(is_said(&said(&format!("{key}{suffix}"))), "{key}{suffix}");
            }
        }
    }

    #[test]
    fn every_key_that_the_pages_use_has_words_in_both_languages() {
        let sources = [
            include_str!("app.rs"),
            include_str!("stage.rs"),
            include_str!("camera.rs"),
            include_str!("fields.rs"),
            include_str!("page.rs"),
            include_str!("owner.rs"),
            include_str!("routes.rs"),
            include_str!("support.rs"),
            include_str!("tickets.rs"),
            include_str!("start.rs"),
            include_str!("ctid/mod.rs"),
            include_str!("ctid/page.rs"),
        ];
        for line in WORDS
            .lines()
            .chain(HINTS.lines())
            .chain(BUTTONS.lines())
            .chain(NOTICES.lines())
            .chain(REFUSALS.lines())
        {
            assert_eq!(line.split('\t').filter(|part| !part.is_empty()).count(), 3, "{line}");
        }
        for key in sources.iter().flat_map(|source| source.split("said(\"").skip(1)) {
            let key = key.split('"').next().unwrap();
            assert!(is_said(&said(key)), "{key}");
        }
    }
}
