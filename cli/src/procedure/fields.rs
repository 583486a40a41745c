//! Fields as they are asked for on the terminal.

use super::ask::Walk;
use super::talk::defect;
use crate::legal::talk::{agrees, hidden, typed};
use crate::secret::invalid;
use crate::terminal::Terminal;
use tongguan_core::api::{Answer, Command, Offer};
use tongguan_core::domain::platform::Field;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Branch, FieldEntry};
use zeroize::Zeroizing;

/// All words of a field that has a closed list, and what they are listed under. Where a step takes only some of
/// them, it says which.
pub(super) fn list_of(field: Field) -> Option<(&'static str, &'static [&'static str])> {
    match field {
        Field::FaceBy => Some(("face_by", &["quick", "alipay"])),
        Field::DocumentKind => Some((
            "document",
            &["id_card", "passport", "home_return_permit", "taiwan_permit", "foreign_permanent_residence"],
        )),
        Field::MatterKind => Some(("matter_kind", &["establishment", "change", "filing", "cancellation"])),
        Field::Role => Some((
            "role_in",
            &[
                "legal_representative",
                "shareholder",
                "promoter",
                "director",
                "supervisor",
                "manager",
                "partner",
                "managing_partner_delegate",
                "investor",
                "agent",
                "liaison",
            ],
        )),
        _ => None,
    }
}

/// The place in a list that is shown with numbers.
pub(super) fn choose(terminal: &mut Terminal, what: &str, names: &[String]) -> Result<usize, Fault> {
    for (at, name) in names.iter().enumerate() {
        terminal.say("legal.choice", &[("number", &(at + 1).to_string()), ("word", name)]);
    }
    typed(terminal, what, Some("1"), |answer| {
        let at = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        at.filter(|at| *at < names.len()).ok_or_else(|| invalid(what, "unknown"))
    })
}

/// A word of the field's closed list.
fn word(terminal: &mut Terminal, field: Field) -> Result<String, Fault> {
    let (list, words) = list_of(field).ok_or_else(defect)?;
    let names: Vec<String> =
        words.iter().map(|word| terminal.words.plain(&format!("{list}.{word}"))).collect();
    let at = choose(terminal, field.name(), &names)?;
    words.get(at).map(|word| (*word).to_owned()).ok_or_else(defect)
}

/// `None`: left empty. What is offered was given before, and is shown before it is taken over.
pub(super) fn field(
    walk: &mut Walk<'_>,
    entry: &FieldEntry,
    offer: Option<&Offer>,
) -> Result<Option<Zeroizing<String>>, Fault> {
    let field = entry.field;
    if list_of(field).is_some() {
        return word(walk.terminal, field).map(|word| Some(Zeroizing::new(word)));
    }
    let known = entry.value.as_deref().or(offer.map(|offer| offer.value.as_str()));
    let parse = |text: &str| match text {
        "" if entry.optional => Ok(None),
        text => field.check(text).map(|()| Some(Zeroizing::new(text.to_owned()))),
    };
    if !field.is_private() {
        return match field {
            Field::Branch => branch(walk).map(|number| Some(Zeroizing::new(number))),
            _ => typed(walk.terminal, field.name(), known, parse),
        };
    }
    if let Some(known) = known.filter(|known| field.check(known).is_ok()) {
        let (name, shown) = (walk.terminal.words.field(field.name()), field.shown(known));
        if agrees(walk.terminal, "ask.offer", &[("field", &name), ("value", &shown)])? {
            return Ok(Some(Zeroizing::new(known.to_owned())));
        }
    }
    let masked =
        |value: &Option<Zeroizing<String>>| value.as_ref().map(|v| field.shown(v)).unwrap_or_default();
    hidden(walk.terminal, &format!("ask.hidden.{}", field.name()), parse, masked)
}

/// By number, or looked for by what the bank is called.
fn branch(walk: &mut Walk<'_>) -> Result<String, Fault> {
    loop {
        let find = typed(walk.terminal, "branch", None, |text| Ok::<_, Fault>(text.to_owned()))?;
        if Field::Branch.check(&find).is_ok() {
            return Ok(find);
        }
        let Answer::Branches(found) = walk.app.call(Command::Branches { find })? else {
            return Err(defect());
        };
        if found.is_empty() {
            walk.terminal.say("branch.none", &[]);
            continue;
        }
        let name = |branch: &Branch| format!("{}  {}", branch.number, branch.name);
        let names: Vec<String> = found.iter().map(name).collect();
        let at = choose(walk.terminal, "branch", &names)?;
        return found.get(at).map(|branch| branch.number.to_string()).ok_or_else(defect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};
    use serde::de::DeserializeOwned;
    use tongguan_core::domain::DocumentKind;
    use tongguan_core::domain::platform::{FaceBy, MatterKind, PersonRole};

    /// What the type itself says that it takes.
    fn expected<T: DeserializeOwned>() -> Vec<String> {
        let fault = serde_json::from_str::<T>("\"none of them\"").err().unwrap().to_string();
        let (_, names) = fault.split_once("expected").unwrap();
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn a_closed_list_is_whole_and_has_words_in_both_languages() {
        let all = [
            (Field::FaceBy, expected::<FaceBy>()),
            (Field::DocumentKind, expected::<DocumentKind>()),
            (Field::MatterKind, expected::<MatterKind>()),
            (Field::Role, expected::<PersonRole>()),
        ];
        for (field, expected) in all {
            let (list, words) = list_of(field).unwrap();
            assert_eq!(words, expected, "{list}");
            for language in [Language::Zh, Language::En] {
                let texts = Words::new(language);
                let said = |word: &&str| texts.plain(&format!("{list}.{word}"));
                assert!(words.iter().all(|word| said(word) != format!("{list}.{word}")), "{list}");
            }
        }
    }
}
