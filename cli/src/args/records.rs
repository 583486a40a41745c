//! Records of company and account. What shows in `ps` holds no number of a person.

use super::{KeyArgs, SignInArgs};
use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;
use tongguan_core::domain::DocumentKind;
use tongguan_core::ports::Right;

#[derive(Debug, Subcommand)]
pub(crate) enum CompanyTask {
    /// What the portal has on the company
    Show(SignInArgs),
    /// Change name, codes, the legal representative's name, or the address
    Edit(EditCompany),
    /// Change the legal representative's document
    LegalRepresentative(RepresentativeArgs),
}

/// Of name, USCC and organisation code at most two may change at once.
#[derive(Debug, Args)]
pub(crate) struct EditCompany {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[arg(long)]
    pub name: Option<String>,
    /// Unified social credit code; the organisation code follows it
    #[arg(long, value_name = "CODE")]
    pub uscc: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub organization_code: Option<String>,
    /// Name of the legal representative
    #[arg(long, value_name = "NAME")]
    pub legal_representative: Option<String>,
    #[arg(long)]
    pub address: Option<String>,
    /// Say yes to the changes beforehand
    #[arg(long)]
    pub yes: bool,
}

/// A person and the person's document, as they shall be.
#[derive(Debug, Args)]
pub(crate) struct PersonArgs {
    #[arg(long)]
    pub name: Option<String>,
    /// Kind of a new document: id-card, passport (issued by the PRC), home-return-permit, taiwan-permit or
    /// foreign-permanent-residence. Its number is asked for
    #[arg(long, value_name = "KIND", value_parser = word::<DocumentKind>)]
    pub document: Option<DocumentKind>,
    /// Read the number of the document as one line from this open file descriptor
    #[arg(long, value_name = "N", requires = "document")]
    pub number_fd: Option<u32>,
    /// First day of an ID card's validity
    #[arg(long, value_name = "YYYYMMDD")]
    pub valid_from: Option<String>,
    /// Last day of an ID card's validity; 00000000 for long-term
    #[arg(long, value_name = "YYYYMMDD")]
    pub valid_until: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RepresentativeArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[command(flatten)]
    pub person: PersonArgs,
    /// ISO 3166-1 alpha-3, for example CHN
    #[arg(long, value_name = "CODE")]
    pub country: Option<String>,
    /// Say yes to the changes beforehand
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountTask {
    /// What the portal has on the account and its owner
    Show(SignInArgs),
    /// Change the owner's data, the access region or the notifications
    Edit(EditAccount),
    /// Another phone number: it is asked for, and a code is sent there
    Phone(ContactArgs),
    /// Another e-mail address: it is asked for, and a code is sent there
    Email(ContactArgs),
    /// Another password
    Password(PasswordArgs),
    /// Another PIN on the IC card; no portal is asked
    CardPin(PinArgs),
}

#[derive(Debug, Args)]
pub(crate) struct EditAccount {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[command(flatten)]
    pub person: PersonArgs,
    /// Access region: the first two digits of GB/T 2260, for example 13 for Hebei
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// Be told of this: sign-in, certification or expiry; may be given several times
    #[arg(long, value_name = "WHAT", value_parser = ["sign-in", "certification", "expiry"])]
    pub notify: Vec<String>,
    /// Not be told of this any more
    #[arg(long, value_name = "WHAT", value_parser = ["sign-in", "certification", "expiry"])]
    pub no_notify: Vec<String>,
    /// Say yes to the changes beforehand
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ContactArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Read the new number or address as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub to_fd: Option<u32>,
    /// Read the code as one line from this open file descriptor, once it was sent
    #[arg(long, value_name = "N")]
    pub code_fd: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct PasswordArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Read the present password as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub old_fd: Option<u32>,
    /// Read the new password as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub new_fd: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct PinArgs {
    #[command(flatten)]
    pub which: KeyArgs,
    /// Read the new PIN as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub new_pin_fd: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OperatorTask {
    /// The company's accounts
    List(SignInArgs),
    /// A new operator, with a password for the first sign-in
    Add(NewOperatorArgs),
    /// Enable or disable an operator, or give other rights
    Set(SetOperatorArgs),
    /// A personal account asks to be made an operator; an administrator decides
    Upgrade(UpgradeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct NewOperatorArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Name of the new account
    #[arg(value_name = "ACCOUNT")]
    pub operator: String,
    /// The person's name
    #[arg(long)]
    pub name: String,
    /// Kind of the person's document, as for `account edit`; its number and the phone number are asked for
    #[arg(long, value_name = "KIND", value_parser = word::<DocumentKind>, default_value = "id-card")]
    pub document: DocumentKind,
    /// Read the number of the document as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub number_fd: Option<u32>,
    /// Read the phone number as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub phone_fd: Option<u32>,
    /// Read the password for the first sign-in as one line from this open file descriptor
    #[arg(long, value_name = "N")]
    pub new_password_fd: Option<u32>,
    /// What the operator may: certify or edit-company; may be given several times
    #[arg(long = "right", value_name = "RIGHT", value_parser = word::<Right>)]
    pub rights: Vec<Right>,
}

#[derive(Debug, Args)]
pub(crate) struct SetOperatorArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    #[arg(value_name = "ACCOUNT")]
    pub operator: String,
    #[arg(long)]
    pub enable: bool,
    /// Ends the operator's sessions, too
    #[arg(long, conflicts_with = "enable")]
    pub disable: bool,
    /// These rights and no others: certify or edit-company
    #[arg(long = "right", value_name = "RIGHT", value_parser = word::<Right>)]
    pub rights: Vec<Right>,
    /// No rights at all
    #[arg(long, conflicts_with = "rights")]
    pub no_rights: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UpgradeArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// The account that asked; only an administrator names one
    #[arg(value_name = "ACCOUNT", requires = "decision")]
    pub operator: Option<String>,
    #[arg(long, group = "decision", requires = "operator")]
    pub accept: bool,
    #[arg(long, group = "decision", requires = "operator")]
    pub decline: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CardTask {
    /// Cards that are bound to this account
    List(SignInArgs),
    /// Have a card sign in no more
    Unbind {
        #[command(flatten)]
        sign_in: SignInArgs,
        /// The card, by its id in `tongguan cards list`
        #[arg(value_name = "ID")]
        id: String,
        /// Say yes beforehand
        #[arg(long)]
        yes: bool,
    },
}

/// A value of a closed list, written as on the wire or with hyphens.
fn word<T: DeserializeOwned>(value: &str) -> Result<T, String> {
    let word = serde_json::Value::String(value.replace('-', "_"));
    serde_json::from_value(word).map_err(|_| "not one of the words that `--help` names".into())
}
