//! What frames every page, and the pages that say why it does not go on.

use crate::look::Look;
use crate::trouble::Trouble;
use crate::words::{Pair, REFUSALS, first_said, is_said, said};
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_sandbox_pages::{Markup, allowing, fill, words};

const FRAME: &str = include_str!("../pages/frame.html");
const REFRESH: &str = include_str!("../pages/refresh.html");
const ALERT: &str = include_str!("../pages/alert.html");
const CANCEL: &str = include_str!("../pages/cancel.html");
const SUPPORT: &str = include_str!("../pages/support_link.html");
const WAY: &str = include_str!("../pages/way.html");
const REFUSED: &str = include_str!("../pages/refused.html");
const CAUSES: &str = include_str!("../pages/causes.html");
const CAUSE: &str = include_str!("../pages/cause.html");
const STYLE: &str = include_str!("../pages/style.css");
/// `PLATFORM/PATH TAB keys of troubles TAB cause TAB cause in English`.
const ALL_CAUSES: &str = include_str!("../pages/causes.txt");
/// Its own script, and the picture of a face that stands in the page itself.
const MORE: &str = "script-src 'self'; img-src data:";

const CALM: &str = " calm";

/// What a page is made of.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) alert: Markup,
    pub(crate) body: Markup,
    /// Where it is, while it can be cancelled.
    pub(crate) open: Option<String>,
    /// Where the browser goes at once.
    pub(crate) to: Option<String>,
}

impl Page {
    pub(crate) fn show(self, look: &Look, status: StatusCode) -> Response {
        let style = fill(STYLE, &[("mark", look.colour.clone())]);
        let [title, title_english] = look.title.clone();
        let [app, app_english] = look.app.clone();
        let to = |to: &String| fill(REFRESH, &[("to", Markup::text(to))]);
        let foot = [self.open.as_deref().map(cancel), look.support.as_deref().map(support)];
        let page = fill(
            FRAME,
            &[
                ("title", title),
                ("title_english", title_english),
                ("app", app),
                ("app_english", app_english),
                ("style", style.clone()),
                ("refresh", self.to.as_ref().map(to).unwrap_or_default()),
                ("alert", self.alert),
                ("body", self.body),
                ("foot", foot.into_iter().flatten().collect()),
            ],
        );
        allowing(MORE, status, page, style.as_str())
    }
}

fn cancel(place: &str) -> Markup {
    fill(CANCEL, &[("place", Markup::text(place))])
}

fn support(to: &str) -> Markup {
    fill(SUPPORT, &[("to", Markup::text(to))])
}

/// A template with two languages, and parts of its own.
pub(crate) fn both(template: &'static str, [chinese, english]: Pair, parts: &[(&str, Markup)]) -> Markup {
    let mut all = vec![("chinese", chinese), ("english", english)];
    all.extend(parts.iter().cloned());
    fill(template, &all)
}

pub(crate) fn way(to: &str, words: Pair) -> Markup {
    both(WAY, words, &[("to", Markup::text(to))])
}

/// One that is not what most will take.
pub(crate) fn other_way(to: &str, words: Pair) -> Markup {
    both(WAY, words, &[("to", Markup::text(to)), ("class", Markup::own(" quiet"))])
}

pub(crate) fn alert(words: Pair) -> Markup {
    both(ALERT, words, &[])
}

/// For what is no failure: it was wanted so, or is well.
pub(crate) fn calm(words: Pair) -> Markup {
    both(ALERT, words, &[("tone", Markup::own(CALM))])
}

/// Which field, and what is wrong with it.
pub(crate) fn input_alert(field: &str, reason: &str) -> Markup {
    let [name, name_english] = first_said(&[&format!("field.{field}"), &format!("input.{field}"), "input"]);
    let [flaw, flaw_english] = first_said(&[&format!("reason.{reason}"), "reason.other"]);
    let joined = |parts: [Markup; 3]| parts.into_iter().collect::<Markup>();
    alert([joined([name, Markup::own(": "), flaw]), joined([name_english, Markup::own(": "), flaw_english])])
}

/// A page of its own for what is in the way; `open` is where it can be cancelled, `ways` how it goes on.
pub(crate) fn failed(look: &Look, open: Option<&str>, trouble: &Trouble, ways: Markup) -> Response {
    let key = trouble.key();
    let told = |suffix: &str| match trouble {
        Trouble::Refused(_) => words(REFUSALS, &format!("{key}{suffix}")),
        _ => said(&format!("{key}{suffix}")),
    };
    let next = [told(".next"), said("file.next")].into_iter().find(is_said).unwrap_or_default();
    let ([why, why_english], [next, next_english]) = (told(".why"), next);
    let parts = [
        ("why", why),
        ("why_english", why_english),
        ("next", next),
        ("next_english", next_english),
        ("tone", Markup::own(if *trouble == Trouble::AlreadyOpen { CALM } else { "" })),
        ("causes", causes(look, key)),
        ("ways", ways),
    ];
    let body = both(REFUSED, told(""), &parts);
    Page { body, open: open.map(str::to_owned), ..Page::default() }.show(look, trouble.status())
}

/// All that the app's manual names; the one that it was is marked.
fn causes(look: &Look, key: &str) -> Markup {
    let rows = ALL_CAUSES.lines().filter_map(|line| {
        let mut parts = line.split('\t');
        (parts.next()? == look.key).then_some(())?;
        let keys = parts.next()?;
        let words = [Markup::text(parts.next()?), Markup::text(parts.next()?)];
        Some((keys.split(' ').any(|known| known == key), words))
    });
    let rows: Vec<(bool, Pair)> = rows.collect();
    if !rows.iter().any(|(this, _)| *this) {
        return Markup::default();
    }
    let cause = |(this, words): (bool, Pair)| {
        both(CAUSE, words, &[("this", Markup::own(if this { " data-this" } else { "" }))])
    };
    fill(CAUSES, &[("causes", rows.into_iter().map(cause).collect())])
}
