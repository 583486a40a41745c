//! `/ctid`: the app with which a person opens a trusted identity. No platform has it in its description, and the portal
//! knows nothing of it: the app goes to CTID's own desk, and the register has the identity afterwards. `GET` shows the
//! step that is open, `POST` answers it; `/ctid/pictures/SLOT` takes a picture, `/ctid/cancel` forgets everything.

mod openings;
mod page;

use crate::cookie;
use crate::entry::Sent;
use crate::fields::Before;
use crate::trouble::Trouble;
use crate::upload::{file, in_turn, named};
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use openings::{Opening, Openings, Step, drawn, facts};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tongguan_core::domain::platform::{Field, NoticeId, Slot, Values};
use tongguan_core::domain::{Document, DocumentKind, PersonName, Validity};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{FieldEntry, Pictures as _};
use tongguan_picture::Pictures;
use tongguan_sandbox_outside::{Applicant, CtidDesk, Identity, NotOpened};

const FIELDS: [Field; 4] = [Field::Name, Field::IdNumber, Field::ValidFrom, Field::ValidUntil];

#[derive(Clone)]
struct App {
    desk: CtidDesk,
    openings: Arc<Openings>,
    /// For making pictures fit, together with all other pages.
    easel: Arc<Semaphore>,
}

/// `largest` is of the form with a picture, in bytes.
pub(crate) fn router(desk: CtidDesk, easel: Arc<Semaphore>, largest: usize) -> Router {
    let pictures = post(picture).layer(DefaultBodyLimit::max(largest));
    Router::new()
        .route("/ctid", get(show).post(answer))
        .route("/ctid/cancel", post(cancel))
        .route("/ctid/pictures/{slot}", pictures)
        .with_state(App { desk, openings: Arc::default(), easel })
}

impl From<NotOpened> for Trouble {
    fn from(why: NotOpened) -> Self {
        match why {
            NotOpened::NoSuchCard => Self::NoSuchCard,
            NotOpened::Already => Self::AlreadyOpen,
            NotOpened::Over => Self::input("valid_until", "over"),
            NotOpened::Picture(refusal) => Self::Refused(refusal),
            NotOpened::Incomplete => Self::Changed,
            NotOpened::Silent(_) => Self::Register,
        }
    }
}

fn notice() -> Vec<NoticeId> {
    NoticeId::parse("ctid").into_iter().collect()
}

fn entries() -> [FieldEntry; 4] {
    FIELDS.map(|field| FieldEntry { field, value: None, fixed: false, optional: false })
}

fn back() -> Response {
    Redirect::to("/ctid").into_response()
}

/// Forgotten here, and by the browser.
fn ended(mut response: Response) -> Response {
    cookie::keep_ctid(response.headers_mut(), None);
    response
}

impl App {
    /// `None`: this browser has begun nothing.
    fn found(&self, headers: &HeaderMap) -> Option<Result<(String, Opening), Trouble>> {
        let token = cookie::ctid(headers)?;
        let opening = self.openings.get(token, self.desk.now());
        Some(opening.map(|opening| (token.to_owned(), opening)).ok_or(Trouble::RanOut))
    }

    /// The registers and the pictures are asked on a thread of their own.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&CtidDesk) -> Result<T, NotOpened> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.openings.count(self.desk.now())?;
        let desk = self.desk.clone();
        let asked = tokio::task::spawn_blocking(move || work(&desk)).await;
        Ok(asked.map_err(|_| Trouble::Portal)??)
    }

    async fn step(&self, opening: &Opening, sent: &Sent) -> Result<Step, Trouble> {
        match &opening.step {
            Step::Form => {
                let identity = identity(sent)?;
                let action = drawn()?;
                let applicant = self.ask(move |desk| desk.apply(identity)).await?;
                Ok(Step::Shown { applicant, action })
            }
            Step::Shown { applicant, .. } if sent.done() == 1 => {
                let applicant = applicant.clone();
                let applicant = self.ask(move |desk| desk.open(&applicant).map(|()| applicant)).await?;
                Ok(Step::Opened(facts(&applicant)))
            }
            Step::Shown { .. } => Err(Trouble::Refused(Refusal::LivenessFailed)),
            Step::Opened(_) => Err(Trouble::Changed),
        }
    }

    /// The applicant with it.
    async fn shown(&self, applicant: &Applicant, slot: Slot, file: Vec<u8>) -> Result<Applicant, Trouble> {
        self.openings.count(self.desk.now())?;
        let (desk, mut applicant) = (self.desk.clone(), applicant.clone());
        in_turn(&self.easel, move || {
            let file = Pictures.prepare(slot, &file)?;
            desk.show(&mut applicant, slot, &file)?;
            Ok(applicant)
        })
        .await?
    }
}

fn identity(sent: &Sent) -> Result<Identity, Trouble> {
    let values = sent.values(&entries())?;
    let given = |field| Values::get(&values, field).unwrap_or_default();
    Ok(Identity {
        name: PersonName::parse(given(Field::Name))?,
        document: Document::parse(DocumentKind::IdCard, given(Field::IdNumber))?,
        validity: Validity::parse(given(Field::ValidFrom), given(Field::ValidUntil))?,
    })
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    match app.found(&headers) {
        None => page::door(Before::default()),
        Some(Ok((_, opening))) => page::step(&opening, Before::default()),
        Some(Err(trouble)) => ended(page::failed(&trouble, None)),
    }
}

/// With the first form of a browser it begins.
async fn answer(
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let sent = Sent::new(form.map(|Form(pairs)| pairs).unwrap_or_default());
    let (token, opening) = match app.found(&headers) {
        None => return begin(&app, &sent),
        Some(Ok(found)) => found,
        Some(Err(trouble)) => return ended(page::failed(&trouble, None)),
    };
    if sent.get("version") != Some(opening.version.to_string().as_str()) {
        return back();
    }
    match app.step(&opening, &sent).await {
        Ok(step) => {
            app.openings.put(&token, &opening, step);
            back()
        }
        Err(Trouble::Changed) => back(),
        Err(trouble @ (Trouble::Input { .. } | Trouble::NoSuchCard)) => {
            page::step(&opening, Before { sent: Some(&sent), trouble: Some(&trouble) })
        }
        // There is nothing left to do.
        Err(trouble @ Trouble::AlreadyOpen) => {
            app.openings.forget(&token);
            ended(page::failed(&trouble, None))
        }
        Err(trouble) => page::failed(&trouble, Some(&opening)),
    }
}

fn begin(app: &App, sent: &Sent) -> Response {
    if sent.agreed(&notice()).is_empty() {
        let trouble = Trouble::input("agreed", "missing");
        return page::door(Before { sent: Some(sent), trouble: Some(&trouble) });
    }
    match app.openings.begin(app.desk.now()) {
        Ok(token) => {
            let mut response = back();
            cookie::keep_ctid(response.headers_mut(), Some(&token));
            response
        }
        Err(trouble) => page::failed(&trouble, None),
    }
}

async fn picture(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slot): Path<String>,
    form: Multipart,
) -> Response {
    // To its end, whatever becomes of it: a browser that is cut off while it sends does not show the answer.
    let file = file(form).await;
    let (token, opening) = match app.found(&headers) {
        None => return back(),
        Some(Ok(found)) => found,
        Some(Err(trouble)) => return ended(page::failed(&trouble, None)),
    };
    let Some(slot) = named(&slot) else { return page::failed(&Trouble::Missing, Some(&opening)) };
    let Step::Shown { applicant, action } = &opening.step else { return back() };
    if !opening.step.asked().contains(&slot) {
        return back();
    }
    let shown = match file {
        Ok(file) => app.shown(applicant, slot, file).await,
        Err(trouble) => Err(trouble),
    };
    match shown {
        Ok(applicant) => {
            app.openings.put(&token, &opening, Step::Shown { applicant, action: *action });
            back()
        }
        Err(trouble) => page::failed(&trouble, Some(&opening)),
    }
}

async fn cancel(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Some(token) = cookie::ctid(&headers) {
        app.openings.forget(token);
    }
    ended(page::cancelled())
}
