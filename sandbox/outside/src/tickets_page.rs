//! The page on which time passes for QR codes: what waits minutes otherwise is seen at once.

use crate::page::{Place, Trouble, failed, path, said, shown};
use crate::routes::{Desk, blocking};
use crate::{Event, Outside};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tongguan_sandbox_pages::{Markup, fill};

const TICKETS: &str = include_str!("../pages/tickets.html");

#[derive(Deserialize)]
pub(crate) struct Wish {
    token: String,
}

impl Outside {
    /// Whoever gives out QR codes ends those that nobody has opened.
    pub fn expire_tickets(&self) {
        self.tell(Event::TicketsExpired);
    }
}

pub(crate) async fn show(State(desk): State<Desk>) -> Response {
    let [note, note_english] = said("tickets.note");
    let [expire, expire_english] = said("tickets.expire");
    let parts = [
        ("note", note),
        ("note_english", note_english),
        ("expire", expire),
        ("expire_english", expire_english),
        ("token", Markup::text(&desk.token)),
    ];
    shown(Place::Tickets, fill(TICKETS, &parts))
}

pub(crate) async fn expire(State(desk): State<Desk>, form: Result<Form<Wish>, FormRejection>) -> Response {
    let Ok(Form(wish)) = form else { return failed(Place::Tickets, Trouble::Token) };
    blocking(Place::Tickets, move || {
        desk.gave(&wish.token)?;
        desk.outside.expire_tickets();
        Ok(Redirect::to(&path(Place::Tickets)).into_response())
    })
    .await
}
