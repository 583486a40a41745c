//! The captcha: a question in words, which a screen reader reads and a program passes on; or a picture in a file.

use crate::args::SignInArgs;
use crate::outside;
use crate::secret;
use crate::terminal::Terminal;
use crate::words::Language;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::path::Path;
use tongguan_core::api::{Answer, App, Command};
use tongguan_core::fault::{AnswerFlaw, Fault};
use tongguan_core::ports::{Captcha, CaptchaAnswer, CaptchaContent, CaptchaKind};

/// Fetches one, shows it, and takes the answer.
pub(crate) fn answer(
    terminal: &mut Terminal,
    app: &App,
    portal: &str,
    args: &SignInArgs,
) -> Result<CaptchaAnswer, Fault> {
    let kind = if args.image.is_some() { CaptchaKind::Image } else { CaptchaKind::Question };
    let Answer::Captcha(captcha) = app.call(Command::Captcha { portal: portal.to_owned(), kind })? else {
        return Err(Fault::Defect { place: "cli::captcha".into() });
    };
    show(terminal, &captcha, args.image.as_deref())?;
    let answer = secret::answer(terminal, args.captcha_fd, "captcha_fd", "ask.captcha")?;
    Ok(CaptchaAnswer { id: captcha.id, answer })
}

/// As a document first, for a program that reads here and answers at `--captcha-fd`.
fn show(terminal: &mut Terminal, captcha: &Captcha, image: Option<&Path>) -> Result<(), Fault> {
    match (&captcha.content, image) {
        (CaptchaContent::Question { chinese, english }, _) => {
            terminal.document(&json!({ "ask": "captcha", "captcha": captcha }))?;
            let question = match terminal.words.language {
                Language::Zh => chinese,
                Language::En => english,
            };
            terminal.say("captcha.question", &[("question", question)]);
        }
        (CaptchaContent::Image { png }, Some(file)) => {
            let malformed = |_| Fault::PortalAnswer { reason: AnswerFlaw::Malformed };
            let path = outside::keep(file, ".png", &STANDARD.decode(png).map_err(malformed)?, "image")?;
            let (id, expires_at) = (&captcha.id, captcha.expires_at);
            let shown = json!({ "id": id, "expires_at": expires_at, "kind": "image", "path": path });
            terminal.document(&json!({ "ask": "captcha", "captcha": shown }))?;
            terminal.say("captcha.image", &[("path", &path)]);
        }
        (CaptchaContent::Image { .. }, None) => {
            return Err(Fault::PortalAnswer { reason: AnswerFlaw::Malformed });
        }
    }
    Ok(())
}
