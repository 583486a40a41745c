//! What a page looks like, and what it is called: by the app that a path is opened in. A row of `looks.txt`.

use crate::words::Pair;
use tongguan_core::domain::platform::{PathId, PlatformId};
use tongguan_sandbox_pages::Markup;

/// `PLATFORM/PATH`, the name of what is no path's, or `*` for whatever has no row; then `TAB colour TAB app TAB app in
/// English TAB title TAB title in English TAB support`.
const LOOKS: &str = include_str!("../pages/looks.txt");
/// `NAME TAB PLATFORM TAB PATH` of short addresses: `/NAME` is `/w/PLATFORM/PATH`.
const DOORS: &str = include_str!("../pages/doors.txt");

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// `PLATFORM/PATH`
    pub(crate) key: String,
    pub(crate) colour: Markup,
    pub(crate) app: Pair,
    pub(crate) title: Pair,
    /// Its support page has an address.
    pub(crate) support: Option<String>,
}

impl Look {
    pub(crate) fn of(platform: &PlatformId, path: &PathId) -> Self {
        Self::named(&format!("{platform}/{path}"))
    }

    pub(crate) fn plain() -> Self {
        Self::row("*").unwrap_or_else(|| {
            let none = || [Markup::default(), Markup::default()];
            Self { key: String::new(), colour: Markup::default(), app: none(), title: none(), support: None }
        })
    }

    /// Of what is no path's.
    pub(crate) fn named(key: &str) -> Self {
        Self::row(key).unwrap_or_else(Self::plain)
    }

    fn row(key: &str) -> Option<Self> {
        let [colour, app, app_english, title, title_english, support] =
            tongguan_sandbox_pages::words(LOOKS, key);
        let known = !colour.as_str().is_empty();
        known.then(|| Self {
            key: key.to_owned(),
            colour,
            app: [app, app_english],
            title: [title, title_english],
            support: (support.as_str() == "support").then(|| format!("/support/{key}")),
        })
    }
}

/// Short addresses, and where they lead.
pub(crate) fn doors() -> impl Iterator<Item = (&'static str, String)> {
    DOORS.lines().filter_map(|line| {
        let mut parts = line.split('\t');
        let (name, platform, path) = (parts.next()?, parts.next()?, parts.next()?);
        Some((name, format!("/w/{platform}/{path}")))
    })
}
