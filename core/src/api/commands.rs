//! The one list of commands.

use super::sending::FileContent;
use super::{App, Offer, Platforms, Qr, SavedProof, TicketView, Verified, View};
use crate::domain::platform::{PathId, PlatformId, Slot, StepId};
use crate::domain::{
    AccountName, BankId, KeyRef, Library, LibraryPath, Means, Password, PinState, RequestId, SealedPin,
    TokenId, WebAddress,
};
use crate::fault::Fault;
use crate::ports::{
    AccountRecord, AskTicket, BankCard, BoundCard, Branch, Captcha, CaptchaAnswer, CaptchaKind,
    Certification, CodeEntered, CodeSent, CodeTarget, CompanyEdit, CompanyRecord, JournalRow,
    LegalCertification, LegalCompany, LegalHolder, NewOperator, Operator, OperatorSet, PersonCheck,
    PersonEdit, PreferencesSet, Procedure, StepAnswer,
};
use serde::{Deserialize, Serialize};
use ts_rs::{Config, TS};

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident $method:ident { $($field:ident : $type:ty),* } -> $answer:ident($kind:ty);)*) => {
        /// A request of a host: `{"command": "sign_in", "portal": ..., ...}` on the wire.
        #[derive(Debug, Deserialize)]
        #[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
        pub enum Command {
            $($(#[$doc])* $variant { $($field: $type),* },)*
        }

        impl App {
            /// Runs one command. Blocks: a host calls it off its window thread.
            pub fn call(&self, command: Command) -> Result<Answer, Fault> {
                self.desk.end_if_left_alone();
                match command {
                    $(Command::$variant { $($field),* } => self.desk.$method($($field),*).map(Answer::$answer),)*
                }
            }
        }

        /// The TypeScript map of every command: its arguments and its answer.
        pub(super) fn command_map(config: &Config) -> String {
            let mut map = String::from("export interface Commands {\n");
            $({
                let fields: Vec<String> =
                    vec![$(format!("{}: {}", stringify!($field), <$type as TS>::name(config))),*];
                let fields = if fields.is_empty() { "Record<string, never>".into() } else { format!("{{ {} }}", fields.join("; ")) };
                map.push_str(&format!("  {}: {{ args: {fields}; answer: {} }};\n", stringify!($method), <$kind as TS>::name(config)));
            })*
            map.push_str("}\n");
            map
        }

        pub(super) fn visit_types(visitor: &mut impl ts_rs::TypeVisitor) {
            $($(visitor.visit::<$type>();)* visitor.visit::<$kind>();)*
        }
    };
}

commands! {
    /// What is there now.
    View view {} -> View(View);
    /// Signs an account in at a portal; the portal's origin becomes the audience of every statement.
    /// It answers one captcha that this portal gave.
    SignIn sign_in { portal: String, account: String, password: Password, captcha: CaptchaAnswer } -> View(View);
    Captcha captcha { portal: String, kind: CaptchaKind } -> Captcha(Captcha);
    /// Prepares a sign-in with this key of this token, up to the statement; then `sign`, `cancel` and `dismiss`
    /// as for a certification. Whoever is signed in leaves first.
    BeginCardSignIn begin_card_sign_in { portal: String, token: TokenId, key: KeyRef } -> View(View);
    SignOut sign_out {} -> View(View);
    /// Ends every session of the account, on every machine.
    SignOutEverywhere sign_out_everywhere {} -> View(View);
    /// Prepares a certification with this key of this token, up to the statement. Spends no PIN try.
    Begin begin { means: Means, token: TokenId, key: KeyRef } -> View(View);
    /// Signs the statement that is shown, and submits it. One call is at most one VERIFY. Without `pin` the
    /// token's own pad asks for it.
    Sign sign { pin: Option<SealedPin>, last_try: bool } -> View(View);
    /// Submits the signed statement again, after an answer was lost. No PIN, no new signature.
    Resubmit resubmit {} -> View(View);
    /// Leaves the statement unsigned, or keeps a signed one from being submitted.
    Cancel cancel {} -> View(View);
    /// Closes a result or a failure.
    Dismiss dismiss {} -> View(View);
    /// Keeps the signed statement as a file.
    SaveProof save_proof {} -> Saved(SavedProof);
    /// Asks the token how its PIN stands; no try is spent.
    CardPin card_pin { token: TokenId, key: KeyRef } -> Pin(PinState);
    /// On the token itself. One call is at most one try.
    ChangeCardPin change_card_pin { token: TokenId, key: KeyRef, old: SealedPin, new: SealedPin, last_try: bool } -> View(View);
    /// Opens the bank's own page in the user's browser; again while a visit is under way: the same visit.
    VisitBank visit_bank { bank: BankId } -> View(View);
    /// Waits for the visit to end, up to 20 s.
    AwaitBank await_bank {} -> View(View);
    /// Looks again for vendors' libraries. Loads nothing that was not approved.
    Libraries libraries {} -> View(View);
    /// What the file at this path says of itself; it is not loaded.
    InspectLibrary inspect_library { path: String } -> Library(Library);
    /// The user's yes to this file with this content.
    ApproveLibrary approve_library { path: LibraryPath, sha256: String } -> View(View);
    WithdrawLibrary withdraw_library { path: LibraryPath } -> View(View);
    Company company {} -> Company(CompanyRecord);
    EditCompany edit_company { edit: CompanyEdit } -> Company(CompanyRecord);
    EditLegalRepresentative edit_legal_representative { edit: PersonEdit } -> Company(CompanyRecord);
    Operators operators {} -> Operators(Vec<Operator>);
    /// The list as it is after a change, or nothing if it could not be read then: the change is made all the same.
    AddOperator add_operator { operator: NewOperator } -> OperatorsAfter(Option<Vec<Operator>>);
    SetOperator set_operator { account: AccountName, set: OperatorSet } -> OperatorsAfter(Option<Vec<Operator>>);
    AskUpgrade ask_upgrade {} -> View(View);
    DecideUpgrade decide_upgrade { account: AccountName, accept: bool } -> OperatorsAfter(Option<Vec<Operator>>);
    Cards cards {} -> Cards(Vec<BoundCard>);
    UnbindCard unbind_card { id: RequestId } -> CardsAfter(Option<Vec<BoundCard>>);
    Account account {} -> Account(AccountRecord);
    EditHolder edit_holder { edit: PersonEdit } -> Account(AccountRecord);
    ChangePassword change_password { old: Password, new: Password } -> View(View);
    /// To a phone or e-mail address that shall become the account's.
    SendCode send_code { to: CodeTarget } -> CodeSent(CodeSent);
    ConfirmCode confirm_code { code: CodeEntered } -> Account(AccountRecord);
    SetPreferences set_preferences { set: PreferencesSet } -> Account(AccountRecord);
    Certifications certifications {} -> Certifications(Vec<Certification>);
    /// The certification by documents that is open, if there is one.
    Legal legal {} -> OpenLegal(Option<LegalCertification>);
    BeginLegal begin_legal {} -> Legal(LegalCertification);
    LegalCompany legal_company { given: LegalCompany } -> Legal(LegalCertification);
    LegalCode legal_code { card: BankCard } -> CodeSent(CodeSent);
    LegalPerson legal_person { check: PersonCheck } -> Legal(LegalCertification);
    LegalHolder legal_holder { given: LegalHolder } -> Legal(LegalCertification);
    LeaveLegal leave_legal {} -> View(View);
    /// What platforms there are, and how the account stands with each.
    Platforms platforms {} -> Platforms(Platforms);
    OpenProcedure open_procedure { platform: PlatformId, path: PathId } -> Procedure(Procedure);
    Procedure procedure { id: RequestId } -> Procedure(Procedure);
    /// Waits until it is no longer at this version, up to 20 s.
    AwaitProcedure await_procedure { id: RequestId, version: u32 } -> Procedure(Procedure);
    AnswerStep answer_step { id: RequestId, version: u32, step: StepId, answer: StepAnswer } -> Procedure(Procedure);
    SendStepCode send_step_code { id: RequestId } -> CodeSent(CodeSent);
    /// For a phone; the one before is worth nothing any more.
    OpenTicket open_ticket { id: RequestId, asked: AskTicket } -> Ticket(TicketView);
    /// An address as a QR code. Drawn here: nobody is asked.
    DrawCode draw_code { address: WebAddress } -> Code(Qr);
    /// What was given in this session, on any platform: shown, and sent only by the user.
    Offers offers {} -> Offers(Vec<Offer>);
    /// Prepares a picture or file, base64, and sends it; the view says how far it is.
    SendFile send_file { id: RequestId, slot: Slot, content: FileContent } -> Procedure(Procedure);
    CancelSending cancel_sending { id: RequestId, slot: Slot } -> View(View);
    /// Keeps the authorisation letter to be stamped as a file.
    SaveLetter save_letter { id: RequestId } -> Saved(SavedProof);
    Branches branches { find: String } -> Branches(Vec<Branch>);
    LeaveProcedure leave_procedure { id: RequestId } -> View(View);
    Journal journal { before: Option<i32>, limit: u16 } -> Journal(Vec<JournalRow>);
    VerifyJournal verify_journal {} -> Verified(Verified);
}

/// What a command gives back: the bare value on the wire.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one answer at a time lives, and nearly all are views")]
pub enum Answer {
    View(View),
    Saved(SavedProof),
    Library(Library),
    Captcha(Captcha),
    Pin(PinState),
    Company(CompanyRecord),
    Operators(Vec<Operator>),
    OperatorsAfter(Option<Vec<Operator>>),
    Cards(Vec<BoundCard>),
    CardsAfter(Option<Vec<BoundCard>>),
    Account(AccountRecord),
    CodeSent(CodeSent),
    Certifications(Vec<Certification>),
    OpenLegal(Option<LegalCertification>),
    Legal(LegalCertification),
    Platforms(Platforms),
    Procedure(Procedure),
    Ticket(TicketView),
    Code(Qr),
    Offers(Vec<Offer>),
    Branches(Vec<Branch>),
    Journal(Vec<JournalRow>),
    Verified(Verified),
}
