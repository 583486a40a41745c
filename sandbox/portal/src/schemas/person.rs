//! People and their documents.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum DocumentKind {
    IdCard,
    /// Issued by the PRC.
    Passport,
    HomeReturnPermit,
    TaiwanPermit,
    ForeignPermanentResidence,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Document {
    kind: DocumentKind,
    /// Its form follows from the kind.
    #[schema(pattern = "^[0-9A-Z]{1,18}$", example = "11010519491231002X")]
    number: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MaskedDocument {
    kind: DocumentKind,
    /// Only the ends are left.
    number: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Validity {
    #[schema(pattern = "^[0-9]{8}$", example = "20160425")]
    from: String,
    /// `00000000` for one that does not end.
    #[schema(pattern = "^[0-9]{8}$", example = "20360425")]
    until: String,
}

#[derive(ToSchema)]
pub(crate) struct PersonRecord {
    name: String,
    #[schema(required)]
    document: Option<MaskedDocument>,
    #[schema(required)]
    validity: Option<Validity>,
    /// Of a legal representative only.
    #[schema(required)]
    country: Option<String>,
}

/// Every value as it shall be; a document that is not given stays as it is.
#[derive(ToSchema)]
pub(crate) struct PersonEdit {
    /// Of the record that the edit starts from.
    version: i64,
    #[schema(min_length = 2, max_length = 60)]
    name: String,
    document: Option<Document>,
    /// An ID card has one.
    validity: Option<Validity>,
    /// ISO 3166-1 alpha-3; of a legal representative only.
    #[schema(pattern = "^[A-Z]{3}$", example = "CHN")]
    country: Option<String>,
}
