//! What happens between two steps of a request: the steps are called in the order in which requests side by
//! side would take them.

use crate::codes::{CodePurpose, Order, target};
use crate::password::{DERIVED, PasswordCost, StoredPassword};
use crate::problem::Problem;
use crate::session::{Session, token_hash};
use crate::sign_in::stored_password;
use crate::wire::Address;
use crate::{Config, Portal};
use std::sync::Arc;
use tempfile::TempDir;
use tongguan_core::domain::{Origin, Password, PhoneNumber, Timestamp};
use tongguan_core::ports::CodeTarget;
use tongguan_sandbox_outside::Outside;
use tongguan_sandbox_world::World;

const CLERK: &str = "haihe-clerk";

pub(crate) struct Case {
    pub(crate) portal: Portal,
    pub(crate) world: World,
    password: Password,
    _dir: TempDir,
}

pub(crate) fn case() -> Case {
    let dir = tempfile::tempdir().unwrap();
    let world = World::for_tests(7, Timestamp::now()).unwrap();
    let audience = Origin::parse("http://127.0.0.1:1").unwrap();
    let config = Config { password_cost: PasswordCost::LEAST, ..Config::new(audience) };
    let outside = Outside::open(dir.path(), &world, Arc::clone(&config.clock)).unwrap();
    let portal = Portal::open(dir.path(), &world, config, Arc::new(outside)).unwrap();
    let password = world.account(CLERK).unwrap().password.clone();
    Case { portal, world, password, _dir: dir }
}

impl Case {
    /// What the clerk's password is hashed as; the right one matches it.
    fn matched(&self) -> StoredPassword {
        let stored = self.portal.store(|c| stored_password(c, CLERK)).unwrap().unwrap();
        assert!(stored.matches(self.password.expose(), self.portal.hashing()));
        stored
    }

    pub(crate) fn session(&self) -> Session {
        let now = self.portal.now();
        let (token, _) = self.portal.change(|t| self.portal.open_session(t, CLERK, None, now)).unwrap();
        self.portal.session_of(token_hash(&token)).unwrap()
    }

    fn sessions(&self) -> i64 {
        let query = "SELECT count(*) FROM session";
        self.portal.store(|c| c.query_row(query, [], |row| row.get(0))).unwrap()
    }

    fn set(&self, what: &str) {
        let query = format!("UPDATE account SET {what} WHERE name = ?1");
        self.portal.store(|c| c.execute(&query, [CLERK])).unwrap();
    }
}

#[test]
fn a_password_that_was_changed_while_it_was_hashed_opens_no_session() {
    let case = case();
    let (matched, now) = (case.matched(), case.portal.now());
    let session = case.session();
    let new = StoredPassword::chosen("another password", case.portal.hashing()).unwrap();
    case.portal.replace_password(&session, None, &matched, &new).unwrap();
    let opened = case.portal.admit(CLERK, &matched, now);
    assert_eq!(opened.err(), Some(Problem::SignInRefused));
    assert_eq!(case.sessions(), 1, "the one that changed it");
}

#[test]
fn an_account_that_was_disabled_while_its_password_was_hashed_opens_no_session() {
    let case = case();
    let (matched, now) = (case.matched(), case.portal.now());
    case.set("enabled = 0");
    assert_eq!(case.portal.admit(CLERK, &matched, now).err(), Some(Problem::SignInRefused));
    case.set("enabled = 1");
    assert!(case.portal.admit(CLERK, &matched, now).is_ok());
}

#[test]
fn of_two_changes_of_a_password_only_the_first_is_kept() {
    let case = case();
    let (here, there) = (case.session(), case.session());
    let matched = case.matched();
    let [first, second] = ["the first password", "the second one"]
        .map(|new| StoredPassword::chosen(new, case.portal.hashing()).unwrap());
    case.portal.replace_password(&here, None, &matched, &first).unwrap();
    // The first ended this session, and its old password is none any more.
    let late = case.portal.replace_password(&there, None, &matched, &second);
    assert_eq!(late.err(), Some(Problem::SessionEnded));
    let late = case.portal.replace_password(&here, None, &matched, &second);
    assert_eq!(late.err(), Some(Problem::SessionEnded));
    assert_eq!(case.portal.store(|c| stored_password(c, CLERK)).unwrap().unwrap().hash, first.hash);
}

#[test]
fn a_session_that_ended_while_its_password_was_hashed_changes_none() {
    let case = case();
    let (session, matched) = (case.session(), case.matched());
    case.portal.sign_out_everywhere(&session).unwrap();
    let new = StoredPassword::chosen("another password", case.portal.hashing()).unwrap();
    let late = case.portal.replace_password(&session, None, &matched, &new);
    assert_eq!(late.err(), Some(Problem::SessionEnded));
    assert!(case.matched().matches(case.password.expose(), case.portal.hashing()));
}

#[test]
fn who_has_to_wait_costs_no_hash() {
    let case = case();
    let session = case.session();
    let derived = |work: &dyn Fn() -> Option<Problem>| {
        DERIVED.set(0);
        (work(), DERIVED.get())
    };
    let to = CodeTarget::Phone { phone: PhoneNumber::parse("19900007777").unwrap() };
    let send = || {
        let (purpose, subject) = (CodePurpose::Phone, case.portal.subject_key().subject(&[&target(&to)]));
        let order = Order { purpose, to: &to, subject, keep_address: true };
        case.portal.send_code(Some(CLERK), &Address(String::new()), &order).err()
    };
    assert_eq!(derived(&send), (None, 1));
    let (refused, hashes) = derived(&send);
    assert!(matches!(refused, Some(Problem::TooOften { .. })), "{refused:?}");
    assert_eq!(hashes, 0);

    let (wrong, new) = (Password::from("a wrong one".to_owned()), Password::from("a new one".to_owned()));
    let change = || case.portal.change_password(&session, None, &wrong, &new).err();
    for _ in 0..3 {
        assert_eq!(derived(&change), (Some(Problem::SignInRefused), 1));
    }
    let (refused, hashes) = derived(&change);
    assert!(matches!(refused, Some(Problem::SignInDelayed { .. })), "{refused:?}");
    assert_eq!(hashes, 0);
}
