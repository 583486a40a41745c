//! The company, its operators and cards.

use super::{Document, MaskedDocument, PersonRecord};
use utoipa::ToSchema;

#[derive(ToSchema)]
pub(crate) struct Company {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// GB 11714, 9 characters.
    #[schema(pattern = "^[0-9A-Z]{8}[0-9X]$", example = "34801880X")]
    organization_code: String,
    /// GB 32100, 18 characters.
    #[schema(pattern = "^[0-9A-HJ-NP-RTUWXY]{18}$", example = "9113000034801880XB")]
    uscc: String,
}

#[derive(ToSchema)]
pub(crate) struct CompanyRecord {
    version: i64,
    identity: Company,
    legal_representative: PersonRecord,
    #[schema(required)]
    address: Option<String>,
    /// Saved since sign-in: it takes effect at the next one.
    sign_in_again: bool,
}

/// Every value as it shall be.
#[derive(ToSchema)]
pub(crate) struct CompanyEdit {
    /// Of the record that the edit starts from.
    version: i64,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(pattern = "^[0-9A-HJ-NP-RTUWXY]{18}$", example = "9113000034801880XB")]
    uscc: String,
    /// Positions 9 to 17 of the unified code.
    #[schema(pattern = "^[0-9A-Z]{8}[0-9X]$", example = "34801880X")]
    organization_code: String,
    #[schema(min_length = 2, max_length = 60)]
    legal_representative: String,
    #[schema(max_length = 200)]
    address: Option<String>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Names a company, but does nothing for it yet.
    Personal,
    Operator,
    Administrator,
}

/// Of an operator; an administrator has all.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Right {
    Certify,
    EditCompany,
}

#[derive(ToSchema)]
pub(crate) struct Operator {
    account: String,
    name: String,
    #[schema(required)]
    document: Option<MaskedDocument>,
    /// Only the ends are left.
    #[schema(required)]
    phone: Option<String>,
    role: Role,
    enabled: bool,
    rights: Vec<Right>,
    /// A personal account that asks to be made an operator.
    asks_upgrade: bool,
    #[schema(required)]
    last_sign_in: Option<String>,
}

#[derive(ToSchema)]
pub(crate) struct NewOperator {
    #[schema(min_length = 1, max_length = 64)]
    account: String,
    #[schema(min_length = 2, max_length = 60)]
    name: String,
    document: Document,
    #[schema(pattern = "^1[3-9][0-9]{9}$", example = "19900000000")]
    phone: String,
    rights: Vec<Right>,
    /// For the first sign-in; the operator is asked for another then.
    #[schema(format = Password, min_length = 8, max_length = 64)]
    password: String,
}

/// What is not given stays as it is.
#[derive(ToSchema)]
pub(crate) struct OperatorSet {
    enabled: Option<bool>,
    rights: Option<Vec<Right>>,
}

#[derive(ToSchema)]
pub(crate) struct Decision {
    accept: bool,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum CardKind {
    LegalPerson,
    Operator,
    BankUkey,
    Unknown,
}

#[derive(ToSchema)]
pub(crate) struct BoundCard {
    #[schema(format = "uuid")]
    id: String,
    /// Only the ends are left.
    number: String,
    holder: String,
    kind: CardKind,
    bound_at: String,
}
