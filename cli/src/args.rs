//! The command line. A PIN or password has no argument and no environment variable here: both show
//! in `ps` and in shell histories.

use crate::words::Language;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "tongguan", version, about = "Certify a company with its hardware token, from the terminal")]
#[command(
    after_help = "Exit codes: `tongguan exit-codes`. Logs: TONGGUAN_LOG=debug. State: TONGGUAN_STATE=DIR."
)]
pub(crate) struct Arguments {
    /// One JSON document on standard output, faults included
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
    /// Readers, cards, UKeys and the certificates on them
    Tokens(TokensArgs),
    /// Certify the company
    #[command(subcommand)]
    Certify(CertifyTask),
    /// Vendors' libraries: what lies on this machine, and which of them may be loaded
    Libraries(LibrariesArgs),
    /// Show and check a signed statement
    Verify(VerifyArgs),
    /// What was signed on this machine
    Journal(JournalArgs),
    /// List the exit codes
    ExitCodes,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CertifyTask {
    /// With an electronic-port IC card
    IcCard(CertifyArgs),
    /// With the UKey of the company's bank
    Ukey(UkeyArgs),
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
pub(crate) struct UkeyArgs {
    /// The bank, by its id in the catalogue: ccb, abc, cmbc
    #[arg(long, value_name = "ID")]
    pub bank: String,
    /// Use this library and no other; an absolute path
    #[arg(long, value_name = "PATH", conflicts_with = "at_bank")]
    pub module: Option<String>,
    /// Agree to load --module if this is its SHA-256, instead of typing yes
    #[arg(long, value_name = "HEX", requires = "module")]
    pub module_sha256: Option<String>,
    /// On the bank's own page, in the system browser
    #[arg(long, conflicts_with_all = ["token", "key", "out", "pin_fd", "consent", "last_try"])]
    pub at_bank: bool,
    #[command(flatten)]
    pub certify: CertifyArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TokensArgs {
    /// Go on, and write every change; ends with Ctrl-C. With --json: one document per change and line
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CertifyArgs {
    /// Address of the portal, for example https://portal.example.cn
    #[arg(long, value_name = "URL", env = "TONGGUAN_PORTAL")]
    pub portal: String,
    /// Account at the portal
    #[arg(long, value_name = "NAME")]
    pub account: String,
    /// Which token, by its id in `tongguan tokens` or by its reader's name; needed if there are several
    #[arg(long, value_name = "ID|READER")]
    pub token: Option<String>,
    /// Which key of the token; needed if several can sign
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Keep the signed statement in this file
    #[arg(long, value_name = "FILE.p7s")]
    pub out: Option<PathBuf>,
    /// Read the PIN as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub pin_fd: Option<u32>,
    /// Read the password as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub password_fd: Option<u32>,
    /// Agree to the statement beforehand, instead of typing yes after reading it
    #[arg(long)]
    pub consent: bool,
    /// Agree to use the last try of the PIN: a wrong entry locks the card
    #[arg(long)]
    pub last_try: bool,
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
