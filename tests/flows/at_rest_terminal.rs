//! What is left in the folders of the terminal's user after everything: nothing of a person, and no secret.

use crate::answers::phone;
use crate::canary::in_files;
use crate::legal_terminal::{at_home, by_bank_card, by_id_card, code_to, file_of};
use crate::own_bus::beside_keyring;
use crate::terminal_program::{Ended, Program, command};
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tongguan_core::domain::EmailAddress;
use tongguan_core::ports::{CodeTarget, Vault};
use tongguan_sandbox_world::{Company, Person};
use tongguan_store::KeyringVault;
use tongguan_tests::Desk;

const PASSPORT: &str = "E99777777";
const PHONE: &str = "19900009999";
const EMAIL: &str = "canary.at.rest@example.cn";
const PASSWORD: &str = "password-canary-77";
const CARD: &str = "haihe-operator-sm2";

/// A user with a home, as the system gives it to the program.
struct User<'a> {
    desk: &'a Desk,
    home: PathBuf,
    /// Everything that the program logs, beside the home.
    log: PathBuf,
}

impl User<'_> {
    fn start(&self, arguments: &[&str]) -> Program {
        let mut command = command(self.desk, &self.home, arguments);
        command.env_remove("TONGGUAN_STATE").env("HOME", &self.home).env("TONGGUAN_LOG", "trace");
        for (name, folder) in [
            ("XDG_STATE_HOME", "state"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("TMPDIR", "temporary"),
        ] {
            fs::create_dir_all(self.home.join(folder)).unwrap();
            command.env(name, self.home.join(folder));
        }
        let log: File = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        Program::start_logging(command, log)
    }

    /// In the session that is kept.
    fn run(&self, arguments: &[&str], lines: &[&str]) -> Ended {
        let mut program = self.start(arguments);
        lines.iter().for_each(|line| program.tell(line));
        done(program.end())
    }

    /// The same where a code goes to this address first.
    fn coded(&self, what: &str, typed: &str, to: &CodeTarget) -> Ended {
        let mut program = self.start(&["account", what, "--to-fd", "0", "--code-fd", "0"]);
        program.tell(typed);
        program.asks("code");
        let messages = self.desk.stage.outside().messages_to(to, 1).unwrap();
        program.tell(messages[0].code.as_ref().unwrap().as_str());
        done(program.end())
    }
}

fn done(end: Ended) -> Ended {
    assert_eq!(end.code, 0, "{}", end.written);
    end
}

/// What the account's holder gives to be certified by bank card.
fn by_own_card(person: &Person) -> String {
    format!(
        "agreed = [\"ningbo_authorisation\", \"ningbo_service\"]\n[ways]\nway = \"bank_card\"\n[values]\n\
        name = \"{}\"\nid_number = \"{}\"\nbank_card = \"{}\"\nphone = \"{}\"\n",
        person.name,
        person.document.number.as_str(),
        person.bank_card.as_str(),
        person.phone.as_str()
    )
}

/// Everything that the terminal does with people, in one session that is kept; what it wrote for its user.
fn do_everything(user: &User, company: &Company, file: &Path, answers: &Path) -> Vec<Ended> {
    let (desk, portal) = (user.desk, user.desk.stage.portal_origin());
    let login = ["login", "--portal", &portal, "--account", desk.stage.account()];
    let mut login = user.start(&[&login[..], &["--password-fd", "0", "--captcha-fd", "0"]].concat());
    login.sign_in(&desk.stage, desk.stage.password());
    let login = done(login.end());
    let mut legal = user.start(&["certify", "legal", "--file", file.to_str().unwrap(), "--code-fd", "0"]);
    legal.asks("code");
    legal.tell(&code_to(desk, &company.legal_representative));
    let legal = done(legal.end());
    let walk = ["procedure", "go", "ningbo", "person", "--code-fd", "0", "--answers"];
    let mut walk = user.start(&[&walk[..], &[answers.to_str().unwrap()]].concat());
    walk.asks("code");
    walk.tell(&code_to(desk, &company.operator));
    let walk = done(walk.end());
    desk.insert(0, CARD);
    let email = CodeTarget::Email { email: EmailAddress::parse(EMAIL).unwrap() };
    let passport = ["account", "edit", "--yes", "--document", "passport", "--number-fd", "0"];
    vec![
        login,
        legal,
        walk,
        user.run(&["procedure", "open", "beijing", "web"], &[]),
        user.run(&["platforms"], &[]),
        user.run(&["company", "show"], &[]),
        user.run(&["company", "edit", "--yes", "--address", "1 Harbour Road"], &[]),
        user.run(&["certify", "ic-card", "--consent", "--pin-fd", "0"], &[desk.stage.pin(CARD)]),
        user.run(&passport, &[PASSPORT]),
        user.coded("email", EMAIL, &email),
        user.coded("phone", PHONE, &phone(PHONE)),
        user.run(
            &["account", "password", "--old-fd", "0", "--new-fd", "0"],
            &[desk.stage.password(), PASSWORD],
        ),
        user.run(&["account", "show"], &[]),
        user.run(&["operators", "list"], &[]),
    ]
}

/// What must not be found, of the people and of the account.
fn secrets(desk: &Desk, company: &Company, bearer: &str) -> Vec<(&'static str, String)> {
    let people = [&company.legal_representative, &company.operator];
    let of_people = people.into_iter().flat_map(|person| {
        [
            ("document", person.document.number.as_str().to_owned()),
            ("bank card", person.bank_card.as_str().to_owned()),
            ("phone", person.phone.as_str().to_owned()),
        ]
    });
    let of_account = [
        ("new document", PASSPORT),
        ("new phone", PHONE),
        ("e-mail", EMAIL),
        ("password", desk.stage.password()),
        ("new password", PASSWORD),
        ("PIN", desk.stage.pin(CARD)),
        ("bearer", bearer),
    ];
    of_people.chain(of_account.map(|(what, secret)| (what, secret.to_owned()))).collect()
}

#[test]
fn no_folder_of_the_user_holds_a_person_or_a_secret() {
    let test = "at_rest_terminal::no_folder_of_the_user_holds_a_person_or_a_secret";
    let Some(folder) = beside_keyring(test) else { return };
    let (desk, elsewhere, company) = at_home();
    let (person, holder) = (&company.legal_representative, &company.operator);
    let file = elsewhere.path().join("legal.toml");
    let answers = elsewhere.path().join("answers.toml");
    fs::write(&file, file_of(&company, &by_bank_card(person), &by_id_card(holder))).unwrap();
    fs::write(&answers, by_own_card(holder)).unwrap();
    for file in [&file, &answers] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let user = User { desk: &desk, home: folder.join("home"), log: folder.join("log") };
    let runs = do_everything(&user, &company, &file, &answers);
    // The search finds what is there.
    assert!(!in_files(&user.home, desk.stage.portal_origin().as_bytes()).is_empty());
    let log = fs::read_to_string(&user.log).unwrap();
    assert!(log.contains("TRACE") && log.contains("/v1/legal-certification"), "{log}");
    let session = KeyringVault::of(&user.home.join("data/tongguan")).load().unwrap().unwrap();
    for (what, secret) in secrets(&desk, &company, session.bearer.expose()) {
        let found = in_files(&user.home, secret.as_bytes());
        assert_eq!(found, Vec::<PathBuf>::new(), "the {what} is in a file");
        assert!(!log.contains(&secret), "the {what} is in the log");
        for run in &runs {
            assert!(!run.written.contains(&secret), "the {what} is in {}", run.written);
        }
    }
    // Names are shown to the user and kept nowhere.
    for name in [person.name.as_str(), holder.name.as_str()] {
        assert_eq!(in_files(&user.home, name.as_bytes()), Vec::<PathBuf>::new(), "a name is in a file");
        assert!(
            !log.lines().any(|line| line.contains("TRACE") && line.contains(name)),
            "a name is in the log"
        );
    }
}
