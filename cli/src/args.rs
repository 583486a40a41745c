//! The command line. A password, a PIN, a code or the number of a person has no argument and no environment
//! variable here: both show in `ps` and in shell histories.

mod certify;
mod procedure;
mod records;
mod sign_in;

pub(crate) use certify::{CertifyArgs, CertifyTask, LegalArgs, UkeyArgs};
pub(crate) use procedure::{DutyArg, GoArgs, OneArgs, OpenArgs, ProcedureTask, TicketArgs};
pub(crate) use records::{
    AccountTask, CardTask, CompanyTask, ContactArgs, EditAccount, EditCompany, NewOperatorArgs, OperatorTask,
    PasswordArgs, PersonArgs, PinArgs, RepresentativeArgs, SetOperatorArgs, UpgradeArgs,
};
pub(crate) use sign_in::{KeyArgs, LoginArgs, LogoutArgs, SignInArgs, TokenArgs};

use crate::words::Language;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "tongguan", version, about = "Certify a company with its hardware token, from the terminal")]
#[command(
    after_help = "Exit codes: `tongguan exit-codes`. Logs: TONGGUAN_LOG=debug. State: TONGGUAN_STATE=DIR."
)]
pub(crate) struct Arguments {
    /// JSON documents on standard output, one per line, faults included; the last one is the result
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the words; from LC_ALL, LC_MESSAGES or LANG if not given
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub lang: Option<Language>,
    #[command(subcommand)]
    pub command: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Sign in, and keep the session in the keyring of the operating system
    Login(LoginArgs),
    /// End the kept session
    Logout(LogoutArgs),
    /// Whose session is kept
    Whoami,
    /// Readers, cards, UKeys and the certificates on them
    Tokens(TokensArgs),
    /// Certify the company
    #[command(subcommand)]
    Certify(Box<CertifyTask>),
    /// Platforms on which the same people and company certify: what is done, and what is open
    Platforms(SignInArgs),
    /// One walk through a platform
    #[command(subcommand)]
    Procedure(Box<ProcedureTask>),
    /// Certifications that passed, newest first
    Certifications(SignInArgs),
    /// The company's record
    #[command(subcommand)]
    Company(Box<CompanyTask>),
    /// The account's own record
    #[command(subcommand)]
    Account(Box<AccountTask>),
    /// The company's people
    #[command(subcommand)]
    Operators(Box<OperatorTask>),
    /// IC cards that sign in this account
    #[command(subcommand)]
    Cards(Box<CardTask>),
    /// Vendors' libraries: what lies on this machine, and which of them may be loaded
    Libraries(LibrariesArgs),
    /// Show and check a signed statement
    Verify(VerifyArgs),
    /// What was signed on this machine
    Journal(JournalArgs),
    /// List the exit codes
    ExitCodes,
}

#[derive(Debug, Args)]
pub(crate) struct LibrariesArgs {
    #[command(subcommand)]
    pub task: Option<LibraryTask>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryTask {
    /// What a file says of itself; it is not loaded
    Inspect { path: String },
    /// Say yes to a library: it is loaded from now on, in a process of its own
    Allow {
        path: String,
        /// Its SHA-256, instead of typing yes after reading it
        #[arg(long, value_name = "HEX")]
        sha256: Option<String>,
    },
    /// Take the yes back
    Forget { path: String },
}

#[derive(Debug, Args)]
pub(crate) struct TokensArgs {
    /// Go on, and write every change; ends with Ctrl-C. With --json: one document per change and line
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The signed statement (CMS SignedData, DER)
    #[arg(value_name = "STATEMENT.p7s")]
    pub statement: PathBuf,
    /// Certificate of an issuer that is trusted (PEM or DER); may be given several times
    #[arg(long, value_name = "CA.pem")]
    pub trust: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct JournalArgs {
    /// Recompute the whole chain of rows
    #[arg(long)]
    pub verify: bool,
    /// Newest rows to show
    #[arg(long, value_name = "ROWS", default_value_t = 20)]
    pub limit: u32,
}
