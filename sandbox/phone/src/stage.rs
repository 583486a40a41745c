//! The step that is open, as a phone shows it: one page for each kind.

use crate::camera;
use crate::fields::{self, Before};
use crate::look::Look;
use crate::owner::Filling;
use crate::page::{Page, alert, both, calm, input_alert, way};
use crate::portal::open_step;
use crate::trouble::Trouble;
use crate::words::{Pair, button, hint, said, value};
use axum::http::StatusCode;
use axum::response::Response;
use tongguan_core::domain::platform::{Field, NoticeId, WayId};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::ports::{Closed, CodeSent, Fact, PendingMatter, Procedure, ProcedureReceipt, Stage};
use tongguan_sandbox_pages::{Markup, fill};

const FORM: &str = include_str!("../pages/form.html");
const HINT: &str = include_str!("../pages/hint.html");
const BUTTON: &str = include_str!("../pages/button.html");
const AGAIN: &str = include_str!("../pages/again.html");
const CODE: &str = include_str!("../pages/code.html");
const CODE_ENTRY: &str = include_str!("../pages/code_entry.html");
const PHOTO: &str = include_str!("../pages/photo.html");
const MATTER: &str = include_str!("../pages/matter.html");
const MATTERS: &str = include_str!("../pages/matters.html");
const SIGNATURE: &str = include_str!("../pages/signature.html");
const CHOOSE: &str = include_str!("../pages/choose.html");
const DONE: &str = include_str!("../pages/done.html");
const OVER: &str = include_str!("../pages/over.html");

/// Where the pages of a procedure are.
pub(crate) fn place(id: &RequestId) -> String {
    format!("/p/{id}")
}

/// A procedure and where its page stands.
pub(crate) struct View<'a> {
    pub(crate) procedure: &'a Procedure,
    /// Actions of a face that were done.
    pub(crate) done: usize,
    /// A picture is to be taken anew.
    pub(crate) retake: bool,
    pub(crate) before: Before<'a>,
    pub(crate) filling: Filling,
}

impl View<'_> {
    pub(crate) fn place(&self) -> Markup {
        Markup::text(&place(&self.procedure.id))
    }

    pub(crate) fn version(&self) -> Markup {
        Markup::text(&self.procedure.version.to_string())
    }

    pub(crate) fn show(&self) -> Response {
        let look = Look::of(&self.procedure.platform, &self.procedure.path);
        let over = matches!(self.procedure.stage, Stage::Done { .. } | Stage::Closed { .. });
        let alert = match self.before.trouble {
            Some(Trouble::Input { field, reason }) => input_alert(field, reason),
            Some(other) => alert(said(other.key())),
            None => Markup::default(),
        };
        let status = self.before.trouble.map_or(StatusCode::OK, Trouble::status);
        let open = (!over).then(|| place(&self.procedure.id));
        let hint = open_step(self.procedure).and_then(|step| hint(&self.procedure.platform, step));
        // Of the form, which is not there yet.
        let hint = hint.filter(|_| !matches!(self.filling, Filling::Ask(_)));
        let hint = hint.map(|words| both(HINT, words, &[])).unwrap_or_default();
        let body = [hint, self.body()].into_iter().collect();
        Page { alert, body, open, to: None }.show(&look, status)
    }

    fn body(&self) -> Markup {
        match &self.procedure.stage {
            Stage::Form { fields, notices } => {
                let (above, filled) = self.filling.shown(self.procedure, fields);
                if matches!(self.filling, Filling::Ask(_)) {
                    return above;
                }
                let asked = fields.iter().filter(|entry| !self.filling.has(entry));
                let asked = asked.map(|entry| fields::field(entry, self.before));
                let all = std::iter::once(filled).chain(asked).collect();
                let key = if notices.is_empty() { "next" } else { "agree" };
                let words = self.button("yes").unwrap_or_else(|| said(key));
                let form = form_with(self, all, fields::notices(notices, self.before), words);
                [above, form].into_iter().collect()
            }
            Stage::Choose { ways, .. } => ways.iter().map(|way| self.choose(way)).collect(),
            Stage::Code { to, sent, notices } => {
                self.code(to.as_ref().map(ToString::to_string), sent.as_ref(), notices)
            }
            Stage::Pictures { slots } => camera::pictures(self, slots),
            Stage::Face { actions, picture } => {
                camera::face(self, actions, picture.as_ref().is_some_and(|picture| picture.kept))
            }
            Stage::Confirm { facts, notices, photo, again } => {
                self.confirm(facts, notices, photo.as_deref().map(String::as_str), *again)
            }
            Stage::Pending { matters } => self.pending(matters),
            Stage::Signature { facts } => {
                let parts =
                    [("place", self.place()), ("version", self.version()), ("facts", fields::facts(facts))];
                fill(SIGNATURE, &parts)
            }
            Stage::Done { receipt } => done(receipt),
            Stage::Closed { reason: Closed::Expired } => over("expired", Markup::default()),
            Stage::Closed { reason: Closed::Left } => over("closed", Markup::default()),
            Stage::Closed { reason: Closed::HolderChanged | Closed::LegalRepresentativeChanged } => {
                over("others_now", Markup::default())
            }
            Stage::Scan { .. } | Stage::Transfer { .. } | Stage::People { .. } => {
                over("elsewhere", Markup::default())
            }
        }
    }

    fn choose(&self, way: &WayId) -> Markup {
        let words = said(&format!("way.{way}"));
        let named = !words[0].as_str().is_empty();
        let words = if named { words } else { [Markup::text(way.as_str()), Markup::default()] };
        let parts =
            [("place", self.place()), ("version", self.version()), ("way", Markup::text(way.as_str()))];
        both(CHOOSE, words, &parts)
    }

    fn code(&self, to: Option<String>, sent: Option<&CodeSent>, notices: &[NoticeId]) -> Markup {
        let entry = sent.map(|_| {
            let field = fill(CODE_ENTRY, &[("invalid", self.before.invalid_code())]);
            form(self, field, fields::notices(notices, self.before), "next")
        });
        let parts = [
            ("place", self.place()),
            ("to", Markup::text(&to.unwrap_or_default())),
            ("quiet", Markup::own(if sent.is_some() { " class=\"quiet\"" } else { "" })),
            ("entry", entry.unwrap_or_default()),
        ];
        fill(CODE, &parts)
    }

    fn confirm(&self, facts: &[Fact], notices: &[NoticeId], photo: Option<&str>, again: bool) -> Markup {
        let photo = photo.map(|photo| fill(PHOTO, &[("photo", Markup::text(photo))]));
        let shown = [photo.unwrap_or_default(), fields::facts(facts)].into_iter().collect();
        let key = match (again, notices.is_empty()) {
            (_, false) => "agree_use",
            (_, true) => "confirm",
        };
        let yes = self.button("yes").unwrap_or_else(|| said(key));
        let yes = form_with(self, shown, fields::notices(notices, self.before), yes);
        let words = || self.button("again").unwrap_or_else(|| said("again"));
        let parts = [("place", self.place()), ("version", self.version())];
        let again = again.then(|| both(AGAIN, words(), &parts));
        [yes, again.unwrap_or_default()].into_iter().collect()
    }

    fn button(&self, which: &str) -> Option<Pair> {
        button(&self.procedure.platform, open_step(self.procedure)?, which)
    }

    fn pending(&self, matters: &[PendingMatter]) -> Markup {
        if matters.is_empty() {
            let reload = way(&place(&self.procedure.id), said("retry"));
            return over_with(said("pending.none"), said("pending.none.next"), reload);
        }
        let matter = |matter: &PendingMatter| {
            let parts = [
                ("place", self.place()),
                ("version", self.version()),
                ("matter", Markup::text(matter.id.as_str())),
                ("title", Markup::text(&matter.title)),
                ("company", Markup::text(matter.company.as_str())),
                ("kind", value(Field::MatterKind, &word(&matter.kind))),
                ("role", value(Field::Role, &word(&matter.role))),
                ("at", Markup::text(&matter.opened_at.to_string())),
                ("shown", moment(matter.opened_at)),
            ];
            fill(MATTER, &parts)
        };
        fill(MATTERS, &[("matters", matters.iter().map(matter).collect())])
    }
}

/// To the minute, in China.
fn moment(at: Timestamp) -> Markup {
    let text = at.to_string();
    Markup::text(&text.get(..16).unwrap_or(&text).replace('T', " "))
}

/// A word of a closed list, as it is on the wire.
fn word(value: &impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The form of the step, with one button.
pub(crate) fn form(view: &View<'_>, fields: Markup, notices: Markup, key: &str) -> Markup {
    form_with(view, fields, notices, said(key))
}

fn form_with(view: &View<'_>, fields: Markup, notices: Markup, words: Pair) -> Markup {
    form_at([view.place(), view.version()], fields, notices, words)
}

/// The same wherever it is sent: a place, and the version that is shown.
pub(crate) fn form_at([place, version]: [Markup; 2], fields: Markup, notices: Markup, words: Pair) -> Markup {
    let parts = [
        ("place", place),
        ("version", version),
        ("fields", fields),
        ("notices", notices),
        ("buttons", both(BUTTON, words, &[])),
    ];
    fill(FORM, &parts)
}

fn done(receipt: &ProcedureReceipt) -> Markup {
    let parts = [
        ("number", Markup::text(&receipt.number)),
        ("name", Markup::text(&receipt.name)),
        ("at", Markup::text(&receipt.accepted_at.to_string())),
        ("shown", moment(receipt.accepted_at)),
    ];
    both(DONE, said("done.why"), &parts)
}

pub(crate) fn over(key: &str, more: Markup) -> Markup {
    over_with(said(key), said(&format!("{key}.why")), more)
}

fn over_with(title: Pair, why: Pair, more: Markup) -> Markup {
    [calm(title), both(OVER, why, &[("more", more)])].into_iter().collect()
}
