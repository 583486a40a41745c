//! Captchas: a picture of characters, or a sum in words for those who cannot see it. A sum keeps out less than
//! a picture does, so both are counted by client address.

use crate::picture::{CHARACTERS, draw};
use crate::problem::Problem;
use crate::wire::Address;
use crate::{Portal, Transaction, random};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::{OptionalExtension, params};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_core::ports::{Captcha, CaptchaAnswer, CaptchaContent, CaptchaKind};

/// Seconds.
const LIFE: i64 = 300;
const LENGTH: usize = 5;
/// `NUMBER TAB CHINESE TAB ENGLISH` from 1 on, and the sums that they stand in under their sign.
const QUESTIONS: &str = include_str!("../data/questions.txt");
const LARGEST: usize = 20;

impl Portal {
    pub(crate) fn captcha(&self, kind: CaptchaKind, address: &Address) -> Result<Captcha, Problem> {
        self.count_address(address)?;
        let (answer, content) = match kind {
            CaptchaKind::Image => image()?,
            CaptchaKind::Question => question()?,
        };
        let (id, now) = (RequestId::random(), self.now());
        let expires_at = now.plus_seconds(LIFE);
        self.change(|t| {
            t.execute("DELETE FROM captcha WHERE expires_at < ?1", [now.unix()])?;
            t.execute(
                "INSERT INTO captcha (id, answer, expires_at) VALUES (?1, ?2, ?3)",
                params![id.as_str(), answer, expires_at.unix()],
            )?;
            Ok(())
        })?;
        Ok(Captcha { id, expires_at, content })
    }

    /// The answer to an open captcha, for whoever runs the portal in its own process; no request tells it.
    pub fn captcha_answer(&self, id: &RequestId) -> Option<String> {
        self.store(|c| {
            c.query_row("SELECT answer FROM captcha WHERE id = ?1", [id.as_str()], |row| row.get(0))
                .optional()
        })
        .ok()
        .flatten()
    }
}

/// Spends the captcha, whatever the answer is; the inner result is the judgement. Small letters do as well.
pub(crate) fn take_captcha(
    t: &Transaction<'_>,
    given: &CaptchaAnswer,
    now: Timestamp,
) -> rusqlite::Result<Result<(), Problem>> {
    let expected: Option<String> = t
        .query_row(
            "DELETE FROM captcha WHERE id = ?1 RETURNING iif(expires_at >= ?2, answer, NULL)",
            params![given.id.as_str(), now.unix()],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    let right = expected.is_some_and(|expected| expected.eq_ignore_ascii_case(&given.answer));
    Ok(if right { Ok(()) } else { Err(Problem::CaptchaWrong) })
}

fn image() -> Result<(String, CaptchaContent), Problem> {
    let mut answer = String::new();
    for _ in 0..LENGTH {
        answer.extend(CHARACTERS.chars().nth(below(CHARACTERS.len())?));
    }
    let png = draw(&answer)?;
    Ok((answer, CaptchaContent::Image { png: STANDARD.encode(png) }))
}

/// The sum of two numbers, or what is left of the first; never less than one.
fn question() -> Result<(String, CaptchaContent), Problem> {
    let (a, b) = (1 + below(LARGEST)?, 1 + below(LARGEST)?);
    let (sign, a, b, answer) = match a.cmp(&b) {
        std::cmp::Ordering::Less => ("plus", a, b, a + b),
        std::cmp::Ordering::Equal => ("plus", a, b, a + b),
        std::cmp::Ordering::Greater => ("minus", a, b, a - b),
    };
    let line = |key: &str| {
        QUESTIONS.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('\t')?.split_once('\t'))
    };
    let words = (line(sign), line(&a.to_string()), line(&b.to_string()));
    let (Some(sum), Some(a), Some(b)) = words else { return Err(Problem::Internal) };
    let content = CaptchaContent::Question {
        chinese: sum.0.replace("{a}", a.0).replace("{b}", b.0),
        english: sum.1.replace("{a}", a.1).replace("{b}", b.1),
    };
    Ok((answer.to_string(), content))
}

/// Less than `end`, which is small: what the remainder favours does not matter.
fn below(end: usize) -> Result<usize, Problem> {
    Ok(usize::from(u16::from_le_bytes(random::<2>()?)) % end.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_and_sign_has_its_words() {
        let keys: Vec<&str> = QUESTIONS.lines().filter_map(|line| line.split('\t').next()).collect();
        for number in 1..=LARGEST {
            assert!(keys.contains(&number.to_string().as_str()), "{number}");
        }
        assert!(keys.contains(&"plus") && keys.contains(&"minus"));
        for _ in 0..200 {
            let (answer, content) = question().unwrap();
            assert!((1..=40).contains(&answer.parse::<u32>().unwrap()));
            let CaptchaContent::Question { chinese, english } = content else { panic!("a question") };
            assert!(!chinese.contains('{') && !english.contains('{'), "{english}");
        }
    }
}
