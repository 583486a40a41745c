//! Signing in by password and captcha; what is kept of the session, and how it ends.

use crate::answers::{answer, company, sign_in, view};
use tongguan_core::api::{Answer, Command};
use tongguan_core::domain::Password;
use tongguan_core::fault::Fault;
use tongguan_core::ports::{CaptchaAnswer, CaptchaContent, CaptchaKind};
use tongguan_tests::Desk;

const HALF_AN_HOUR: i64 = 1_800;

fn enter(desk: &Desk, account: &str, password: &str, captcha: CaptchaAnswer) -> Result<Answer, Fault> {
    let (portal, password) = (desk.stage.portal_origin(), Password::from(password.to_owned()));
    desk.call(Command::SignIn { portal, account: account.into(), password, captcha })
}

fn captcha(desk: &Desk) -> CaptchaAnswer {
    desk.captcha(&desk.stage.portal_origin()).unwrap()
}

#[test]
fn the_first_start_asks_for_an_address_or_offers_the_sandbox_and_the_next_offers_what_was_used() {
    let desk = Desk::open();
    let first = desk.view();
    assert_eq!(first.portal, None);
    assert_eq!(first.sandbox.as_str(), desk.stage.portal_origin());
    desk.sign_in();
    assert_eq!(desk.view().portal.unwrap().as_str(), desk.stage.portal_origin());
    assert_eq!(desk.second_window().view().portal.unwrap().as_str(), desk.stage.portal_origin());
}

#[test]
fn a_captcha_is_a_picture_or_a_question_and_both_sign_in() {
    let desk = Desk::open();
    for kind in [CaptchaKind::Image, CaptchaKind::Question] {
        let ask = Command::Captcha { portal: desk.stage.portal_origin(), kind };
        let captcha = answer!(desk.call(ask), Captcha);
        match (&captcha.content, kind) {
            (CaptchaContent::Image { png }, CaptchaKind::Image) => assert!(png.starts_with("iVBORw0KGgo")),
            (CaptchaContent::Question { chinese, english }, CaptchaKind::Question) => {
                assert!(!chinese.is_empty() && english.is_ascii());
            }
            other => panic!("{other:?}"),
        }
        let answer = desk.stage.captcha_answer(&captcha.id).unwrap();
        let captcha = CaptchaAnswer { id: captcha.id, answer };
        assert!(view(enter(&desk, desk.stage.account(), desk.stage.password(), captcha)).session.is_some());
    }
}

#[test]
fn a_captcha_is_good_once_and_for_five_minutes() {
    let desk = Desk::open();
    let (account, password) = (desk.stage.account(), desk.stage.password());
    let given = captcha(&desk);
    let wrong = CaptchaAnswer { answer: "no".into(), ..given.clone() };
    assert_eq!(enter(&desk, account, password, wrong).unwrap_err(), Fault::CaptchaWrong);
    assert_eq!(enter(&desk, account, password, given).unwrap_err(), Fault::CaptchaWrong, "it is spent");
    // A wrong password spends it too.
    let given = captcha(&desk);
    assert_eq!(enter(&desk, account, "wrong-password", given.clone()).unwrap_err(), Fault::SignInRefused);
    assert_eq!(enter(&desk, account, password, given).unwrap_err(), Fault::CaptchaWrong);
    let given = captcha(&desk);
    desk.stage.advance_clock(301);
    assert_eq!(enter(&desk, account, password, given).unwrap_err(), Fault::CaptchaWrong, "it is over");
    enter(&desk, account, password, captcha(&desk)).unwrap();
}

/// Ten wrong passwords, waiting as told: what each wait was, and at last the lock.
fn until_locked(desk: &Desk, account: &str) -> (Vec<u32>, u32) {
    let mut waits = Vec::new();
    for _ in 0..40 {
        match enter(desk, account, "wrong-password", captcha(desk)).unwrap_err() {
            Fault::SignInRefused => {}
            Fault::SignInDelayed { seconds } => {
                waits.push(seconds);
                desk.stage.advance_clock(i64::from(seconds));
            }
            Fault::SignInLocked { seconds } => return (waits, seconds),
            other => panic!("{other:?}"),
        }
    }
    panic!("never locked: {waits:?}")
}

#[test]
fn wrong_passwords_make_wait_ever_longer_and_lock_known_and_unknown_names_alike() {
    let desk = Desk::open();
    let account = desk.stage.account();
    let (waits, lock) = until_locked(&desk, account);
    assert!(waits.len() >= 5 && waits.windows(2).all(|pair| pair[1] > pair[0]), "{waits:?}");
    assert!((600..=900).contains(&lock), "{lock}");
    assert_eq!(until_locked(&desk, "nobody-at-all").0.len(), waits.len());
    // The right password waits as well, and is taken afterwards.
    let right = || enter(&desk, account, desk.stage.password(), captcha(&desk));
    assert!(matches!(right().unwrap_err(), Fault::SignInLocked { .. }));
    desk.stage.advance_clock(i64::from(lock));
    right().unwrap();
}

#[test]
fn a_session_is_gone_on_in_after_a_restart_and_a_new_one_has_another_token() {
    let desk = Desk::open();
    desk.sign_in();
    assert!(desk.view().session.unwrap().kept);
    let first = desk.drawer.session().unwrap();
    let next = desk.next_start();
    let session = next.wait("the session", |view| view.session.clone());
    assert!(session.kept);
    assert_eq!(session.profile.account.as_str(), desk.stage.account());
    next.sign_in();
    assert_ne!(next.drawer.session().unwrap().bearer.expose(), first.bearer.expose());
    view(next.call(Command::SignOut {}));
    assert!(desk.drawer.session().is_none());
    let third = desk.next_start();
    assert_eq!(third.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    assert!(third.view().session.is_none());
}

#[test]
fn without_a_keyring_the_session_lives_in_memory_and_the_view_says_so() {
    let desk = Desk::open();
    desk.drawer.take_away();
    desk.sign_in();
    assert!(!desk.view().session.unwrap().kept);
    company(&desk);
    let next = desk.next_start();
    assert_eq!(next.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
}

#[test]
fn a_dead_portal_neither_holds_up_the_start_nor_ends_the_kept_session() {
    let desk = Desk::open();
    desk.sign_in();
    desk.stage.portal_down();
    let next = desk.next_start();
    assert!(next.view().session.is_none());
    assert_eq!(next.call(Command::Company {}).unwrap_err(), Fault::PortalUnreachable);
    assert!(desk.drawer.session().is_some());
    desk.stage.portal_up().unwrap();
    company(&next);
    assert!(next.view().session.is_some());
}

#[test]
fn a_session_that_ended_meanwhile_is_forgotten() {
    let desk = Desk::open();
    desk.sign_in();
    let other = desk.other_machine();
    other.sign_in();
    view(other.call(Command::SignOutEverywhere {}));
    assert!(other.view().session.is_none() && other.drawer.session().is_none());
    // The window that is open learns it with its next question, the next start at once.
    let next = desk.next_start();
    assert_eq!(next.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    assert!(desk.drawer.session().is_none());
    assert_eq!(desk.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    assert!(desk.view().session.is_none());
}

#[test]
fn signing_out_everywhere_is_not_claimed_while_the_portal_cannot_be_told() {
    let desk = Desk::open();
    desk.sign_in();
    desk.stage.portal_down();
    assert_eq!(desk.call(Command::SignOutEverywhere {}).unwrap_err(), Fault::PortalUnreachable);
    assert!(desk.view().session.is_some());
    // Leaving this machine needs nobody.
    assert!(view(desk.call(Command::SignOut {})).session.is_none());
    assert!(desk.drawer.session().is_none());
}

#[test]
fn a_session_that_is_left_alone_ends_here_and_use_keeps_it() {
    let desk = Desk::open();
    desk.sign_in();
    let ends = |desk: &Desk| desk.view().session.unwrap().profile.idle_ends_at.unix();
    let before = ends(&desk);
    desk.clock.advance(HALF_AN_HOUR - 60);
    company(&desk);
    assert!(ends(&desk) >= before + HALF_AN_HOUR - 60);
    desk.clock.advance(HALF_AN_HOUR - 60);
    assert!(desk.view().session.is_some());
    desk.clock.advance(60);
    assert!(desk.view().session.is_none());
    assert!(desk.drawer.session().is_none());
    assert_eq!(desk.call(Command::Company {}).unwrap_err(), Fault::SessionEnded);
    desk.sign_in();
}

#[test]
fn a_session_that_the_portal_ended_for_want_of_use_is_offered_again() {
    let desk = Desk::open();
    desk.sign_in();
    desk.stage.advance_clock(HALF_AN_HOUR + 1);
    assert_eq!(desk.call(Command::Account {}).unwrap_err(), Fault::SessionEnded);
    assert!(desk.view().session.is_none() && desk.drawer.session().is_none());
}

#[test]
fn another_account_takes_the_place_of_the_kept_one() {
    let desk = Desk::open();
    desk.sign_in();
    sign_in(&desk, "haihe-clerk");
    assert_eq!(desk.drawer.session().unwrap().account.as_str(), "haihe-clerk");
    let next = desk.next_start();
    let session = next.wait("the session", |view| view.session.clone());
    assert_eq!(session.profile.account.as_str(), "haihe-clerk");
}
