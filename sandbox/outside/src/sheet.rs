//! The page of one register: its failures, the search, its records.

use crate::Failure;
use crate::failure::register_code;
use crate::page::{path, said, shown};
use axum::response::Response;
use tongguan_core::fault::Register;
use tongguan_sandbox_pages::{Markup, fill};

const REGISTER: &str = include_str!("../pages/register.html");
const WHOLE: &str = include_str!("../pages/whole.html");
const FAILURE: &str = include_str!("../pages/failure.html");
const RECORD: &str = include_str!("../pages/record.html");
const ADDRESS: &str = include_str!("../pages/address.html");
const OPTION: &str = include_str!("../pages/option.html");
const FIND: &str = include_str!("../pages/find.html");
const ENTRY: &str = include_str!("../pages/entry.html");
const BADGE: &str = include_str!("../pages/badge.html");

/// What every page of a register has.
pub(crate) struct Sheet<'a> {
    pub(crate) register: Register,
    /// Of this start; it stands in every form.
    pub(crate) token: &'a str,
    pub(crate) find: &'a str,
    /// Of the whole register.
    pub(crate) failure: Option<Failure>,
}

impl Sheet<'_> {
    pub(crate) fn show(&self, count: usize, records: Markup) -> Response {
        let code = register_code(self.register);
        let [note, note_english] = said(&format!("{code}.note"));
        let [counted, counted_english] = said(if count == 0 { "count.none" } else { "count.some" });
        let find =
            fill(FIND, &[("path", Markup::text(&path(self.register))), ("find", Markup::text(self.find))]);
        // Whoever opens the messages wants to read them first.
        let (above, below) = match self.register {
            Register::Sms => (Markup::default(), self.whole()),
            _ => (self.whole(), Markup::default()),
        };
        let body = fill(
            REGISTER,
            &[
                ("note", note),
                ("note_english", note_english),
                ("above", above),
                ("find", find),
                ("count", counted),
                ("count_english", counted_english),
                ("records", records),
                ("below", below),
            ],
        );
        shown(self.register, body)
    }

    /// The form for the whole register; that of messages takes an address as well.
    fn whole(&self) -> Markup {
        let record = if self.register == Register::Sms {
            Markup::own(ADDRESS)
        } else {
            fill(RECORD, &[("record", Markup::default())])
        };
        let label = format!("{}.whole", register_code(self.register));
        let failure = self.form("whole", &label, record, self.failure);
        fill(WHOLE, &[("badge", self.badge(self.failure)), ("failure", failure)])
    }

    fn badge(&self, failure: Option<Failure>) -> Markup {
        let Some(failure) = failure else { return Markup::default() };
        let [chinese, english] = failure_words(self.register, Some(failure));
        fill(BADGE, &[("chinese", chinese), ("english", english)])
    }

    pub(crate) fn entry(
        &self,
        key: &str,
        name: Markup,
        values: Markup,
        more: Markup,
        failure: Option<Failure>,
    ) -> Markup {
        let record = fill(RECORD, &[("record", Markup::text(key))]);
        let forms = [self.form(key, "record", record, failure), more];
        fill(
            ENTRY,
            &[
                ("id", Markup::text(key)),
                ("name", name),
                ("failing", Markup::own(if failure.is_some() { " data-failing" } else { "" })),
                ("badge", self.badge(failure)),
                ("values", values),
                ("forms", forms.into_iter().collect()),
            ],
        )
    }

    fn form(&self, id: &str, label: &str, record: Markup, failure: Option<Failure>) -> Markup {
        let [chinese, english] = said(label);
        let every = [None].into_iter().chain(Failure::ALL.map(Some));
        let fitting = every.filter(|mode| mode.is_none_or(|mode| mode.fits(self.register)));
        let options: Markup = fitting.map(|mode| option(self.register, mode, failure)).collect();
        fill(
            FAILURE,
            &[
                ("token", Markup::text(self.token)),
                ("register", Markup::own(register_code(self.register))),
                ("record", record),
                ("id", Markup::text(id)),
                ("chinese", chinese),
                ("english", english),
                ("options", options),
            ],
        )
    }
}

fn option(register: Register, mode: Option<Failure>, set: Option<Failure>) -> Markup {
    let [chinese, english] = failure_words(register, mode);
    fill(
        OPTION,
        &[
            ("value", Markup::own(mode.map_or("none", Failure::code))),
            ("selected", Markup::own(if mode == set { " selected" } else { "" })),
            ("chinese", chinese),
            ("english", english),
        ],
    )
}

fn failure_words(register: Register, mode: Option<Failure>) -> [Markup; 2] {
    match (register, mode) {
        (Register::Sms, Some(Failure::Absent)) => said("sms.absent"),
        (_, mode) => said(mode.map_or("none", Failure::code)),
    }
}
