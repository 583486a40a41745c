//! Pictures of documents and of the face.

use crate::page::{both, other_way};
use crate::stage::{View, form};
use crate::words::said;
use tongguan_core::domain::platform::Slot;
use tongguan_core::ports::{FaceAction, SlotState};
use tongguan_sandbox_pages::{Markup, fill};

const PICTURE: &str = include_str!("../pages/picture.html");
const KEPT: &str = include_str!("../pages/kept.html");
const ACTION: &str = include_str!("../pages/action.html");
const DIGITS: &str = include_str!("../pages/digits.html");

pub(crate) fn pictures(view: &View<'_>, slots: &[SlotState]) -> Markup {
    let all: Markup = slots.iter().map(|slot| picture(view.place(), slot.slot, slot.kept)).collect();
    if !slots.iter().all(|slot| slot.kept) {
        return all;
    }
    [all, form(view, Markup::default(), Markup::default(), "submit_pictures")].into_iter().collect()
}

/// `place` is where pictures are sent, below `/pictures`.
pub(crate) fn picture(place: Markup, slot: Slot, kept: bool) -> Markup {
    let key = format!("slot.{slot}");
    let [hint, hint_english] = said(&format!("{key}.hint"));
    let facing = if slot == Slot::Face { "user" } else { "environment" };
    let parts = [
        ("place", place),
        ("slot", Markup::text(&slot.to_string())),
        ("hint", hint),
        ("hint_english", hint_english),
        ("facing", Markup::own(facing)),
        ("kept", Markup::own(if kept { KEPT } else { "" })),
        ("quiet", Markup::own(if kept { " class=\"quiet\"" } else { "" })),
    ];
    both(PICTURE, said(&key), &parts)
}

/// First the picture, then one action after the other.
pub(crate) fn face(view: &View<'_>, actions: &[FaceAction], kept: bool) -> Markup {
    if !kept || view.retake {
        return picture(view.place(), Slot::Face, kept);
    }
    let again = other_way(&format!("/p/{}?retake=1", view.procedure.id), said("retake"));
    let step = match actions.get(view.done) {
        Some(action) => self::action([view.place(), view.version()], *action, (view.done, actions.len())),
        None => {
            let done = Markup::text(&actions.len().to_string());
            let hidden = fill("<input type=\"hidden\" name=\"done\" value=\"{{done}}\">", &[("done", done)]);
            form(view, hidden, Markup::default(), "submit_pictures")
        }
    };
    [step, again].into_iter().collect()
}

/// `done` of `all` are behind.
pub(crate) fn action(
    [place, version]: [Markup; 2],
    action: FaceAction,
    (done, all): (usize, usize),
) -> Markup {
    let (key, digits) = match action {
        FaceAction::Blink => ("blink", None),
        FaceAction::OpenMouth => ("open_mouth", None),
        FaceAction::TurnLeft => ("turn_left", None),
        FaceAction::TurnRight => ("turn_right", None),
        FaceAction::Nod => ("nod", None),
        FaceAction::Read { digits } => ("read", Some(digits)),
    };
    let digits = digits.map(|digits| fill(DIGITS, &[("digits", Markup::text(&format!("{digits:04}")))]));
    let at = done + 1;
    let number = |number: usize| Markup::text(&number.to_string());
    let parts = [
        ("place", place),
        ("version", version),
        ("at", number(at)),
        ("before", number(done)),
        ("all", number(all)),
        ("digits", digits.unwrap_or_default()),
        // The last one sends them all.
        ("method", Markup::own(if at == all { "post" } else { "get" })),
    ];
    both(ACTION, said(&format!("action.{key}")), &parts)
}
