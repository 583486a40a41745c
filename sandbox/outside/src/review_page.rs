//! The review desk's page: letters that wait, each with its scan, to accept or to refuse with a reason.

use crate::page::{Place, Trouble, failed, path, said, shown};
use crate::records::value;
use crate::review::{Media, Reason, WaitingLetter};
use crate::routes::{Desk, SHOWN, blocking};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tongguan_core::domain::RequestId;
use tongguan_sandbox_pages::{Markup, fill};

const REVIEW: &str = include_str!("../pages/review.html");
const LETTER: &str = include_str!("../pages/letter.html");
const SCAN: &str = include_str!("../pages/scan.html");
const SCAN_PDF: &str = include_str!("../pages/scan_pdf.html");
/// Of a scan: it runs nothing and loads nothing, whatever is in it.
const SCAN_POLICY: &str = "default-src 'none'; sandbox";

#[derive(Deserialize)]
pub(crate) struct Decision {
    token: String,
    id: String,
    decision: Word,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Passed,
    Refused,
}

impl Decision {
    fn reason(&self) -> Result<Option<Reason>, Trouble> {
        match self.decision {
            Word::Passed => Ok(None),
            Word::Refused => Reason::parse(&self.reason).map(Some).map_err(|_| Trouble::Value),
        }
    }
}

pub(crate) async fn show(State(desk): State<Desk>) -> Response {
    blocking(Place::Review, move || {
        let letters = desk.outside.waiting_letters(SHOWN)?;
        let [note, note_english] = said("review.note");
        let [count, count_english] = said(if letters.is_empty() { "review.none" } else { "review.some" });
        let records = letters.iter().map(|waiting| letter(waiting, &desk.token)).collect();
        let parts = [
            ("note", note),
            ("note_english", note_english),
            ("count", count),
            ("count_english", count_english),
            ("records", records),
        ];
        let mut page = shown(Place::Review, fill(REVIEW, &parts));
        show_own_pictures(&mut page);
        Ok(page)
    })
    .await
}

/// Pictures of this page's own origin, besides what every page may.
fn show_own_pictures(page: &mut Response) {
    let Some(policy) = page.headers().get(header::CONTENT_SECURITY_POLICY) else { return };
    let with = [policy.as_bytes(), b"; img-src 'self'"].concat();
    if let Ok(policy) = HeaderValue::from_bytes(&with) {
        page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

pub(crate) async fn decide(
    State(desk): State<Desk>,
    form: Result<Form<Decision>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return failed(Place::Review, Trouble::Value) };
    blocking(Place::Review, move || {
        desk.gave(&form.token)?;
        let id = RequestId::parse(&form.id).map_err(|_| Trouble::Letter)?;
        desk.outside.decide(&id, form.reason()?.as_ref())?;
        Ok(Redirect::to(&path(Place::Review)).into_response())
    })
    .await
}

pub(crate) async fn file(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    blocking(Place::Review, move || {
        let id = RequestId::parse(&id).map_err(|_| Trouble::Letter)?;
        let (media, file) = desk.outside.letter_file(&id)?.ok_or(Trouble::Letter)?;
        Ok(scan(media, file))
    })
    .await
}

/// A PDF is never shown here: the browser's own viewer is not ours to bound.
fn scan(media: Media, file: Vec<u8>) -> Response {
    let place = match media {
        Media::Jpeg | Media::Png => "inline",
        Media::Pdf => "attachment; filename=letter.pdf",
    };
    let headers = [
        (header::CONTENT_TYPE, media.media_type()),
        (header::CONTENT_DISPOSITION, place),
        (header::CONTENT_SECURITY_POLICY, SCAN_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, file).into_response()
}

fn letter(letter: &WaitingLetter, token: &str) -> Markup {
    let id = Markup::text(letter.id.as_str());
    let name = Markup::text(letter.facts.company.as_str());
    let values = [
        value("platform", Markup::text(letter.facts.platform.as_str())),
        value("company_number", Markup::text(&letter.facts.number)),
        value("legal_representative", Markup::text(letter.facts.legal_representative.as_str())),
    ];
    let template = if letter.media == Media::Pdf { SCAN_PDF } else { SCAN };
    fill(
        LETTER,
        &[
            ("scan", fill(template, &[("id", id.clone()), ("name", name.clone())])),
            ("id", id),
            ("name", name),
            ("since", Markup::text(&letter.since.to_string())),
            ("values", values.into_iter().collect()),
            ("token", Markup::text(token)),
        ],
    )
}
