//! Technical support: a QR code to an account, and the help behind it.

use crate::look::Look;
use crate::page::{Page, failed, other_way};
use crate::trouble::Trouble;
use crate::words::said;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;
use tongguan_core::domain::platform::{PathId, PlatformId};
use tongguan_sandbox_pages::{Markup, fill};

const SUPPORT: &str = include_str!("../pages/support.html");
const ACCOUNT: &str = include_str!("../pages/account.html");
const QUESTION: &str = include_str!("../pages/question.html");
/// `number TAB question TAB in English TAB answer TAB in English`.
const QUESTIONS: &str = include_str!("../pages/faq.txt");

/// A look that has support.
fn look((platform, path): &(String, String)) -> Result<(Look, String), Trouble> {
    let missing = |_| Trouble::Missing;
    let (platform, path) =
        (PlatformId::parse(platform).map_err(missing)?, PathId::parse(path).map_err(missing)?);
    let look = Look::of(&platform, &path);
    let to = look.support.clone().ok_or(Trouble::Missing)?;
    // There is no link from the page to itself.
    Ok((Look { support: None, ..look }, to))
}

pub(crate) async fn show(headers: HeaderMap, Path(path): Path<(String, String)>) -> Response {
    let drawn = look(&path).and_then(|(look, to)| {
        let to = format!("{to}/account");
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let (size, code) = code(&format!("http://{host}{to}")).ok_or(Trouble::Missing)?;
        let parts = [
            ("size", Markup::text(&size.to_string())),
            ("path", Markup::text(&code)),
            ("to", Markup::text(&to)),
        ];
        let door = other_way(&format!("/w/{}", look.key), said("back"));
        Ok((look, [fill(SUPPORT, &parts), door].into_iter().collect()))
    });
    shown(drawn)
}

pub(crate) async fn account(Path(path): Path<(String, String)>) -> Response {
    shown(look(&path).map(|(look, to)| {
        let help = fill(ACCOUNT, &[("questions", questions())]);
        (look, [help, other_way(&to, said("back"))].into_iter().collect())
    }))
}

fn shown(drawn: Result<(Look, Markup), Trouble>) -> Response {
    match drawn {
        Ok((look, body)) => Page { body, ..Page::default() }.show(&look, StatusCode::OK),
        Err(trouble) => failed(&Look::plain(), None, &trouble, Markup::default()),
    }
}

fn questions() -> Markup {
    let question = |line: &'static str| {
        let mut parts = line.split('\t').skip(1).map(Markup::text);
        let names = ["question", "question_english", "answer", "answer_english"];
        fill(QUESTION, &names.map(|name| (name, parts.next().unwrap_or_default())))
    };
    QUESTIONS.lines().map(question).collect()
}

/// Modules with the quiet zone of ISO/IEC 18004, and the dark ones as a path of squares.
fn code(text: &str) -> Option<(usize, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width + 4, at / width + 4);
        }
    }
    Some((width + 8, path))
}
