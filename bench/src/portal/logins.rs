//! Logins: a captcha, then account and password.

use super::crowd::{self, Times};
use super::site::Site;
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::json;
use std::time::{Duration, Instant};
use tongguan_core::ports::Captcha;

/// Of one measurement, at least one for each client.
const LOGINS: usize = 160;
const BARE: u32 = 20;

pub(crate) fn measure(site: &Site, clients: usize) -> Times {
    let accounts = site.accounts(LOGINS.max(clients));
    crowd::run(clients, accounts, |client, account| {
        let asked = client.post(format!("{}/v1/captchas", site.origin)).json(&json!({"kind": "question"}));
        let captcha: Captcha = asked.send().unwrap().json().unwrap();
        let answer = site.portal.captcha_answer(&captcha.id).unwrap();
        let body = json!({
            "account": account,
            "password": site.password(&account),
            "captcha": {"id": captcha.id, "answer": answer},
        });
        let answer = client.post(format!("{}/v1/sessions", site.origin)).json(&body).send().unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().unwrap());
    })
}

/// One password hash with the portal's own figures, by itself.
pub(crate) fn bare() -> Duration {
    let argon2 =
        Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, Some(32)).unwrap());
    let mut hash = [0; 32];
    let started = Instant::now();
    for _ in 0..BARE {
        argon2.hash_password_into(b"a password of usual length", &[7; 16], &mut hash).unwrap();
    }
    started.elapsed() / BARE
}
