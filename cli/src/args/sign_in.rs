//! Signing in, alone and before another task.

use clap::Args;
use std::path::PathBuf;

/// Without `--account`, the kept session serves; where none is kept, the account is asked for.
#[derive(Debug, Args)]
pub(crate) struct SignInArgs {
    /// Address of the portal, for example https://portal.example.cn; the last one if not given
    #[arg(long, value_name = "URL", env = "TONGGUAN_PORTAL")]
    pub portal: Option<String>,
    /// Account at the portal: signs in for this run, whatever session is kept
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Read the password as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub password_fd: Option<u32>,
    /// Read the answer to the captcha as one line from this open file descriptor, once it was asked
    #[arg(long, value_name = "N")]
    pub captcha_fd: Option<u32>,
    /// Have the captcha as a picture in this file instead of a question in words
    #[arg(long, value_name = "FILE.png")]
    pub image: Option<PathBuf>,
}

/// Which key of which token, and its PIN.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// Which token, by its id in `tongguan tokens` or by its reader's name; needed if there are several
    #[arg(long, value_name = "ID|READER")]
    pub token: Option<String>,
    /// Which key of the token; needed if several can sign
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Read the PIN as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub pin_fd: Option<u32>,
    /// Agree to use the last try of the PIN: a wrong entry locks the card
    #[arg(long)]
    pub last_try: bool,
}

/// Which key signs, and the yes to what it signs.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(flatten)]
    pub which: KeyArgs,
    /// Agree to the statement beforehand, instead of typing yes after reading it
    #[arg(long)]
    pub consent: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// By the electronic-port IC card or UKey that is bound to the account, instead of password and captcha
    #[arg(long, conflicts_with_all = ["account", "password_fd", "captcha_fd", "image"])]
    pub card: bool,
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[command(flatten)]
    pub token: TokenArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LogoutArgs {
    /// End every session of the account, on every machine
    #[arg(long)]
    pub everywhere: bool,
}
