//! What the pages say: Chinese, and English below. Tests see to it that nothing is without words.

use tongguan_core::domain::platform::{Field, NoticeId};
use tongguan_sandbox_pages::{Markup, words};

/// `key TAB Chinese TAB English`.
pub(crate) const WORDS: &str = include_str!("../pages/words.txt");
/// The same: a title under the notice's name, its paragraphs under `NAME.1`, `NAME.2` and so on.
pub(crate) const NOTICES: &str = include_str!("../pages/notices.txt");
/// Title, `.why` and `.next` of each refusal.
pub(crate) const REFUSALS: &str = include_str!("../pages/refusals.txt");

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

pub(crate) fn notice(notice: &NoticeId) -> (Pair, Vec<Pair>) {
    let paragraphs = (1..).map(|at| words(NOTICES, &format!("{notice}.{at}"))).take_while(is_said);
    (words(NOTICES, notice.as_str()), paragraphs.collect())
}
