//! Platforms, and what their descriptions are made of.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(crate) struct PlatformState {
    #[schema(pattern = "^[a-z0-9_]{2,32}$")]
    platform: String,
    /// The newest for each subject that has one. A matter's does not count for the next.
    certified: Vec<ProcedureReceipt>,
    /// Newest first.
    open: Vec<OpenedProcedure>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedProcedure {
    #[schema(format = "uuid")]
    id: String,
    path: String,
    step: String,
    opened_at: String,
    expires_at: String,
    /// Of a matter.
    #[schema(required)]
    title: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ProcedureReceipt {
    #[schema(pattern = "^[A-Z0-9_]{2,32}-[0-9]{4}-[0-9]{6,}$")]
    number: String,
    platform: String,
    path: String,
    subject: Subject,
    /// The person's name, the company's, or the matter's title.
    name: String,
    /// Of a person's document the ends; of a company its number.
    #[schema(required)]
    document: Option<String>,
    accepted_at: String,
    /// The ways that were chosen.
    ways: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Subject {
    Person,
    Company,
    Matter,
    /// The phone at the other end of a ticket.
    Phone,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Slot {
    IdFront,
    IdBack,
    Letter,
    Face,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case", as = Scanner)]
pub(crate) enum TicketReader {
    Alipay,
    AnyScanner,
    OwnApp,
    LegalRepresentative,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum PhoneSystem {
    Android,
    Ios,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum PersonRole {
    LegalRepresentative,
    Shareholder,
    Promoter,
    Director,
    Supervisor,
    Manager,
    Partner,
    ManagingPartnerDelegate,
    Investor,
    Agent,
    Liaison,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum MatterKind {
    Establishment,
    Change,
    Filing,
    Cancellation,
}

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Field {
    Name,
    DocumentKind,
    DocumentNumber,
    IdNumber,
    Phone,
    BankCard,
    ValidFrom,
    ValidUntil,
    FaceBy,
    CompanyName,
    CompanyNumber,
    LegalName,
    LegalIdNumber,
    LegalPhone,
    AccountNumber,
    Branch,
    MatterKind,
    MatterTitle,
    Role,
}

/// What is given, by [`Field`]; each value has its field's form.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Values {
    name: Option<String>,
    document_kind: Option<String>,
    document_number: Option<String>,
    id_number: Option<String>,
    phone: Option<String>,
    bank_card: Option<String>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    face_by: Option<String>,
    company_name: Option<String>,
    company_number: Option<String>,
    legal_name: Option<String>,
    legal_id_number: Option<String>,
    legal_phone: Option<String>,
    account_number: Option<String>,
    branch: Option<String>,
    matter_kind: Option<String>,
    matter_title: Option<String>,
    role: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Branch {
    #[schema(pattern = "^[0-9]{12}$")]
    number: String,
    name: String,
}
