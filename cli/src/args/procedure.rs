//! `tongguan procedure`: one walk through a platform.

use super::SignInArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum ProcedureTask {
    /// Open one; of a person or a company the open one is found again
    Open(OpenArgs),
    /// Show where one stands
    Show(OneArgs),
    /// A ticket for a phone, as a QR code and an address; the one before is worth nothing any more
    Ticket(TicketArgs),
    /// Close one; what was given is deleted
    Leave(OneArgs),
    /// Walk one step by step, from where it stands
    Go(GoArgs),
}

#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// As `tongguan platforms` names it
    #[arg(value_name = "PLATFORM")]
    pub platform: String,
    #[arg(value_name = "PATH")]
    pub path: String,
}

#[derive(Debug, Args)]
pub(crate) struct OneArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[arg(value_name = "ID")]
    pub id: String,
}

#[derive(Debug, Args)]
pub(crate) struct TicketArgs {
    #[command(flatten)]
    pub one: OneArgs,
    /// In a matter: for this person, by the id that `show --json` tells
    #[arg(long, value_name = "ID", requires = "duty")]
    pub person: Option<String>,
    #[arg(long, value_enum, requires = "person")]
    pub duty: Option<DutyArg>,
    /// Have the link sent by SMS to the number that is one line of this open file descriptor
    #[arg(long, value_name = "N", conflicts_with = "person")]
    pub sms_to_fd: Option<u32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DutyArg {
    Signature,
    Certification,
}

/// Without `--answers`, each step is asked for on the terminal.
#[derive(Debug, Args)]
pub(crate) struct GoArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[arg(value_name = "PLATFORM", required_unless_present = "resume")]
    pub platform: Option<String>,
    /// Chosen on the terminal if there are several and none is given
    #[arg(value_name = "PATH")]
    pub path: Option<String>,
    /// Go on with this one
    #[arg(long, value_name = "ID", conflicts_with_all = ["platform", "path"])]
    pub resume: Option<String>,
    /// A picture or the stamped letter: id_front=FILE, id_back=FILE, letter=FILE; may be given several times
    #[arg(long, value_name = "SLOT=FILE")]
    pub file: Vec<String>,
    /// Take every answer from this TOML file, which nobody else may be able to read
    #[arg(long, value_name = "FILE.toml")]
    pub answers: Option<PathBuf>,
    /// Read each code that is sent to a phone as one line from this open file descriptor
    #[arg(long, value_name = "N", requires = "answers")]
    pub code_fd: Option<u32>,
}
