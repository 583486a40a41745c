//! The values of a certification by documents, from a file of the user's own.

use super::{Answers, Check, Holder};
use crate::secret::invalid;
use crate::terminal::Terminal;
use serde::Deserialize;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use tongguan_core::domain::{
    BankCardNumber, CompanyIdentity, CompanyName, Document, DocumentKind, OrganizationCode, PersonName,
    PhoneNumber, UnifiedSocialCreditCode, Validity,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{BankCard, CheckedPerson, LegalCertification, LegalCompany};

/// Longest file that is read, in bytes.
const LONGEST: u64 = 16 * 1024;
/// Mode bits of anybody but the owner (POSIX.1-2017, sys/stat.h).
const OTHERS: u32 = 0o077;

/// Every value parsed, before anybody is asked for anything.
#[derive(Debug)]
pub(crate) struct LegalFile {
    company: LegalCompany,
    representative: Check,
    holder: Holder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    company: CompanyText,
    legal_representative: PersonText,
    holder: PersonText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanyText {
    name: String,
    uscc: String,
    /// Positions 9 to 17 of the USCC, if it is not given.
    organization_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonText {
    name: String,
    document: Option<DocumentKind>,
    number: Option<String>,
    /// Both or neither: with them the ID card is checked, without them the bank card.
    valid_from: Option<String>,
    valid_until: Option<String>,
    bank_card: Option<String>,
    phone: Option<String>,
}

impl LegalFile {
    /// # Errors
    /// [`Fault::InputInvalid`] for `file`: `unreadable`, `readable_by_others`, `too_long` or the line that is not
    /// as it should be; for a value of it, the part and the field.
    pub(crate) fn read(path: &Path) -> Result<Self, Fault> {
        let unreadable = |_| invalid("file", "unreadable");
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.mode() & OTHERS != 0 {
            return Err(invalid("file", "readable_by_others"));
        }
        if about.len() > LONGEST {
            return Err(invalid("file", "too_long"));
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        // What the parser says of an error quotes the file: only the line goes on.
        let text: Text = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            invalid("file", &format!("line {line}"))
        })?;
        let representative = text.legal_representative;
        let name = name(&representative, "legal_representative")?;
        let document = document(&representative, "legal_representative")?
            .ok_or_else(|| invalid("legal_representative.document", "missing"))?;
        // Without one, it is the one on record.
        let holder_document = self::document(&text.holder, "holder")?;
        let kind = holder_document.as_ref().map(|document| document.kind);
        Ok(Self {
            representative: check(&representative, "legal_representative", Some(document.kind))?,
            company: company(text.company, name, document)?,
            holder: Holder {
                name: self::name(&text.holder, "holder")?,
                check: check(&text.holder, "holder", kind)?,
                document: holder_document,
            },
        })
    }

    /// An open one goes on only with the data that it was begun with.
    pub(super) fn fits(&self, open: Option<&LegalCertification>) -> Result<(), Fault> {
        match open.and_then(|open| open.company.as_ref()) {
            Some(company) if *company != self.company.company => Err(invalid("company", "other_is_open")),
            _ => Ok(()),
        }
    }
}

fn company(text: CompanyText, name: PersonName, document: Document) -> Result<LegalCompany, Fault> {
    let uscc = UnifiedSocialCreditCode::parse(&text.uscc).map_err(within("company"))?;
    let given = text.organization_code.as_deref().map(OrganizationCode::parse).transpose();
    let organization_code = given.map_err(within("company"))?.unwrap_or_else(|| uscc.organization_code());
    let company_name = CompanyName::parse(&text.name).map_err(within("company"))?;
    let company = CompanyIdentity { name: company_name, organization_code, uscc };
    Ok(LegalCompany { company, legal_representative: name, document })
}

fn name(person: &PersonText, part: &'static str) -> Result<PersonName, Fault> {
    PersonName::parse(&person.name).map_err(within(part))
}

fn document(person: &PersonText, part: &'static str) -> Result<Option<Document>, Fault> {
    match (person.document, &person.number) {
        (Some(kind), Some(number)) => Document::parse(kind, number).map(Some).map_err(within(part)),
        (None, None) => Ok(None),
        (Some(_), None) => Err(invalid(&format!("{part}.document_number"), "missing")),
        (None, Some(_)) => Err(invalid(&format!("{part}.document"), "missing")),
    }
}

fn check(person: &PersonText, part: &'static str, kind: Option<DocumentKind>) -> Result<Check, Fault> {
    match (&person.valid_from, &person.valid_until, &person.bank_card, &person.phone) {
        (Some(_), ..) | (_, Some(_), ..) if kind.is_some_and(|kind| kind != DocumentKind::IdCard) => {
            Err(invalid(&format!("{part}.validity"), "of_id_cards_only"))
        }
        (Some(from), Some(until), None, None) => {
            Validity::parse(from, until).map(Check::IdCard).map_err(within(part))
        }
        (None, None, Some(number), Some(phone)) => Ok(Check::BankCard(BankCard {
            number: BankCardNumber::parse(number).map_err(within(part))?,
            phone: PhoneNumber::parse(phone).map_err(within(part))?,
        })),
        _ => Err(invalid(&format!("{part}.check"), "one_way")),
    }
}

/// Names the part of the file, so that the user finds the value.
fn within(part: &'static str) -> impl Fn(Fault) -> Fault {
    move |fault| match fault {
        Fault::InputInvalid { field, reason } => invalid(&format!("{part}.{field}"), &reason),
        other => other,
    }
}

impl Answers for LegalFile {
    fn company(&mut self, _: &mut Terminal) -> Result<LegalCompany, Fault> {
        Ok(self.company.clone())
    }

    fn representative(&mut self, _: &mut Terminal, _: &CheckedPerson) -> Result<Check, Fault> {
        Ok(self.representative.clone())
    }

    fn holder(&mut self, _: &mut Terminal, _: Option<&CheckedPerson>) -> Result<Holder, Fault> {
        Ok(self.holder.clone())
    }

    fn repeats(&mut self, _: &mut Terminal, _: &Fault) -> Result<bool, Fault> {
        Ok(false)
    }

    fn mends(&mut self, _: &mut Terminal, _: &Fault, _: &[&'static str]) -> Result<bool, Fault> {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[company]
name = "Haihe (Tianjin) Co., Ltd."
uscc = "9113000034801880XB"

[legal_representative]
name = "Li Si"
document = "id_card"
number = "11010519491231002X"
valid_from = "20160425"
valid_until = "00000000"

[holder]
name = "Wang Wu"
bank_card = "6200000000000005"
phone = "13900000000"
"#;

    fn refused(text: &str) -> (String, String) {
        match LegalFile::parse(text) {
            Err(Fault::InputInvalid { field, reason }) => (field, reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_organisation_code_follows_the_uscc() {
        let file = LegalFile::parse(GOOD).unwrap();
        assert_eq!(file.company.company.organization_code.as_str(), "34801880X");
        assert!(matches!(file.representative, Check::IdCard(_)));
        assert!(matches!(file.holder.check, Check::BankCard(_)) && file.holder.document.is_none());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_part() {
        let field = |from: &str, to: &str| refused(&GOOD.replace(from, to)).0;
        assert_eq!(field("11010519491231002X", "110105194912310021"), "legal_representative.document_number");
        assert_eq!(field("9113000034801880XB", "DYCK12345671234567"), "company.uscc");
        assert_eq!(field("13900000000", "1390000000"), "holder.phone");
        assert_eq!(field("valid_until = \"00000000\"\n", ""), "legal_representative.check");
        assert_eq!(field("\"id_card\"", "\"passport\""), "legal_representative.document_number");
    }

    #[test]
    fn an_error_of_the_form_tells_the_line_and_nothing_of_the_file() {
        let (field, reason) =
            refused(&GOOD.replace("number = \"11010519491231002X\"", "number = 11010519491231002X"));
        assert_eq!((field.as_str(), reason.as_str()), ("file", "line 9"));
        assert!(refused(&GOOD.replace("[holder]", "[holder]\nface = 1")).1.starts_with("line "));
    }
}
