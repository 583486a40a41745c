//! `tongguan certify`: the ways of certification.

use super::{SignInArgs, TokenArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum CertifyTask {
    /// With an electronic-port IC card or UKey
    IcCard(CertifyArgs),
    /// With the UKey of the company's bank
    Ukey(UkeyArgs),
    /// With the documents of the legal representative and of the account's owner
    Legal(LegalArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CertifyArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[command(flatten)]
    pub token: TokenArgs,
    /// Keep the signed statement in this file
    #[arg(long, value_name = "FILE.p7s")]
    pub out: Option<PathBuf>,
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

/// Without `--file`, step by step on the terminal, from where the open one stands.
#[derive(Debug, Args)]
pub(crate) struct LegalArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Take every value from this TOML file, which nobody else may be able to read
    #[arg(long, value_name = "FILE.toml")]
    pub file: Option<PathBuf>,
    /// Read each code that is sent to a phone as one line from this open file descriptor
    #[arg(long, value_name = "N", requires = "file")]
    pub code_fd: Option<u32>,
    /// Show where the open one stands
    #[arg(long, conflicts_with_all = ["file", "leave"])]
    pub status: bool,
    /// Close the open one; what was given is deleted
    #[arg(long, conflicts_with = "file")]
    pub leave: bool,
}
