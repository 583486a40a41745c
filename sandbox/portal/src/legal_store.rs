//! The open certification of an account, as it is kept.

use crate::Portal;
use crate::account::holder;
use crate::certification::receipt;
use crate::column::{from_word, maybe, parsed, word, word_of};
use crate::keyed::Mark;
use crate::person::Person;
use crate::problem::Problem;
use crate::session::Session;
use crate::store::wipe_log;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{CompanyIdentity, Document, MaskedDocument, PersonName, RequestId, Timestamp};
use tongguan_core::ports::{CheckKind, CheckedPerson, LegalCertification, LegalCompany, LegalStep};

/// Seven days.
const LIFE: i64 = 7 * 86_400;
/// The columns that [`read`] reads.
const COLUMNS: &str = "id, expires_at, step, company_name, organization_code, uscc, legal_name, \
    legal_document_kind, legal_document_number, legal_passed_by, legal_ends_at, company_given, legal_given, \
    holder_given, holder_passed_by, legal_document_masked";

/// In their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Company,
    LegalRepresentative,
    Holder,
    Done,
}

/// A certification by documents; with its numbers only while it is open.
pub(crate) struct Legal {
    pub(crate) id: RequestId,
    pub(crate) step: Step,
    pub(crate) legal_ends_at: Option<i64>,
    expires_at: Timestamp,
    company: Option<CompanyIdentity>,
    legal: Option<LegalPerson>,
    legal_passed_by: Option<CheckKind>,
    holder_passed_by: Option<CheckKind>,
    /// The mark of what each step was passed with.
    given: [Option<Vec<u8>>; 3],
}

/// Whom step 2 is about.
struct LegalPerson {
    name: PersonName,
    masked: MaskedDocument,
    /// While the certification is open.
    number: Option<String>,
}

/// How a request for a step meets the certification.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is this step's turn.
    Now,
    /// It was passed with the same: the answer may have been lost.
    Again,
}

impl Legal {
    /// [`Problem::RecordChanged`] for a step whose turn has not come, and for one that was passed otherwise,
    /// by this client or by another.
    pub(crate) fn turn(&self, step: Step, given: &Mark) -> Result<Turn, Problem> {
        let [company, legal, holder] = &self.given;
        let passed_with = match step {
            Step::Company => company,
            Step::LegalRepresentative => legal,
            Step::Holder | Step::Done => holder,
        };
        match passed_with {
            _ if self.step == step => Ok(Turn::Now),
            Some(passed_with) if self.step > step && given.is(passed_with) => Ok(Turn::Again),
            _ => Err(Problem::RecordChanged),
        }
    }

    /// Whom step 2 is about; there once step 1 has passed, and while this is open.
    pub(crate) fn legal(&self) -> Result<(PersonName, Document), Problem> {
        let legal = self.legal.as_ref().ok_or(Problem::RecordChanged)?;
        let number = legal.number.as_ref().ok_or(Problem::RecordChanged)?;
        Ok((legal.name.clone(), Document::parse(legal.masked.kind, number)?))
    }

    fn shown(&self, c: &Connection, session: &Session) -> rusqlite::Result<LegalCertification> {
        let step = match self.step {
            Step::Company => LegalStep::Company,
            Step::LegalRepresentative => LegalStep::LegalRepresentative,
            Step::Holder => LegalStep::Holder,
            Step::Done => LegalStep::Done { receipt: receipt(c, session, &self.id)? },
        };
        let (_, Person { name, document, .. }) = holder(c, session.account.as_str())?;
        Ok(LegalCertification {
            id: self.id.clone(),
            expires_at: self.expires_at,
            step,
            company: self.company.clone(),
            legal_representative: self.legal.as_ref().map(|legal| CheckedPerson {
                name: legal.name.clone(),
                document: Some(legal.masked.clone()),
                passed_by: self.legal_passed_by,
            }),
            holder: Some(CheckedPerson {
                name,
                document: document.as_ref().map(Document::masked),
                passed_by: self.holder_passed_by,
            }),
        })
    }
}

impl Portal {
    /// What has ended, from the store and from its log.
    pub(crate) fn forget_ended(&self) -> Result<(), Problem> {
        self.forget_procedures()?;
        let now = self.now();
        if self.change(|t| Ok(forget_ended(t, now)?))? { self.wipe_log() } else { Ok(()) }
    }

    pub(crate) fn wipe_log(&self) -> Result<(), Problem> {
        self.store(|c| wipe_log(c))
    }

    /// As it is told to the client.
    pub(crate) fn legal_shown(
        &self,
        session: &Session,
        legal: &Legal,
    ) -> Result<LegalCertification, Problem> {
        self.store(|c| legal.shown(c, session))
    }
}

/// The account's certification of the company that the session stands for, if its time is not over.
pub(crate) fn find(c: &Connection, session: &Session, now: Timestamp) -> rusqlite::Result<Option<Legal>> {
    c.query_row(
        &format!(
            "SELECT {COLUMNS} FROM legal WHERE account = ?1 AND expires_at > ?2 AND (uscc IS NULL OR uscc = ?3)"
        ),
        params![session.account.as_str(), now.unix(), session.company.uscc.as_str()],
        read,
    )
    .optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Legal> {
    let company = match row.get::<_, Option<String>>(5)? {
        Some(_) => Some(CompanyIdentity {
            name: parsed(row, 3)?,
            organization_code: parsed(row, 4)?,
            uscc: parsed(row, 5)?,
        }),
        None => None,
    };
    let legal = match maybe(row, 6)? {
        Some(name) => {
            let masked = MaskedDocument { kind: word(row, 7)?, number: word(row, 15)? };
            Some(LegalPerson { name, masked, number: row.get(8)? })
        }
        None => None,
    };
    let passed_by = |index| -> rusqlite::Result<Option<CheckKind>> {
        Ok(row.get::<_, Option<String>>(index)?.as_deref().and_then(from_word))
    };
    Ok(Legal {
        id: parsed(row, 0)?,
        expires_at: crate::column::moment(row, 1)?,
        step: word(row, 2)?,
        company,
        legal,
        legal_passed_by: passed_by(9)?,
        legal_ends_at: row.get(10)?,
        given: [row.get(11)?, row.get(12)?, row.get(13)?],
        holder_passed_by: passed_by(14)?,
    })
}

/// In place of the last one.
pub(crate) fn open(t: &Transaction<'_>, session: &Session, now: Timestamp) -> rusqlite::Result<()> {
    close(t, session)?;
    t.execute(
        "INSERT INTO legal (account, id, expires_at, step) VALUES (?1, ?2, ?3, ?4)",
        params![
            session.account.as_str(),
            RequestId::random().as_str(),
            now.unix() + LIFE,
            word_of(Step::Company)
        ],
    )?;
    Ok(())
}

/// What was given is deleted, and with it the codes that were sent for it.
pub(crate) fn close(t: &Transaction<'_>, session: &Session) -> rusqlite::Result<()> {
    let account = session.account.as_str();
    t.execute("DELETE FROM legal WHERE account = ?1", [account])?;
    forget_codes(t, account)
}

fn forget_codes(t: &Transaction<'_>, account: &str) -> rusqlite::Result<()> {
    t.execute(
        "DELETE FROM code WHERE account = ?1 AND purpose IN ('legal_representative', 'holder')",
        [account],
    )?;
    Ok(())
}

/// Everybody's whose time is over; whether there was any.
pub(crate) fn forget_ended(c: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
    c.execute("DELETE FROM code WHERE expires_at <= ?1", [now.unix()])?;
    Ok(c.execute("DELETE FROM legal WHERE expires_at <= ?1", [now.unix()])? > 0)
}

/// Those of the company's accounts that are open and are about another legal representative than this one.
pub(crate) fn close_of_others(t: &Transaction<'_>, company: i64, legal: &Person) -> rusqlite::Result<()> {
    let number = legal.document.as_ref().map(|document| document.number.as_str());
    t.execute(
        "DELETE FROM legal WHERE account IN (SELECT name FROM account WHERE company = ?1)
         AND step IN ('legal_representative', 'holder')
         AND (legal_name <> ?2 OR legal_document_number <> ?3)",
        params![company, legal.name.as_str(), number],
    )?;
    Ok(())
}

pub(crate) fn pass_company(
    t: &Transaction<'_>,
    legal: &Legal,
    given: &LegalCompany,
    mark: &Mark,
) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE legal SET step = ?2, company_name = ?3, organization_code = ?4, uscc = ?5, legal_name = ?6,
         legal_document_kind = ?7, legal_document_number = ?8, company_given = ?9, legal_document_masked = ?10 WHERE id = ?1",
        params![
            legal.id.as_str(),
            word_of(Step::LegalRepresentative),
            given.company.name.as_str(),
            given.company.organization_code.as_str(),
            given.company.uscc.as_str(),
            given.legal_representative.as_str(),
            word_of(given.document.kind),
            given.document.number.as_str(),
            mark.as_str().as_bytes(),
            given.document.number.masked().as_str()
        ],
    )?;
    Ok(())
}

pub(crate) fn pass_legal(
    t: &Transaction<'_>,
    legal: &Legal,
    by: CheckKind,
    ends_at: Option<Timestamp>,
    mark: &Mark,
) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE legal SET step = ?2, legal_passed_by = ?3, legal_ends_at = ?4, legal_given = ?5 WHERE id = ?1",
        params![
            legal.id.as_str(),
            word_of(Step::Holder),
            word_of(by),
            ends_at.map(Timestamp::unix),
            mark.as_str().as_bytes()
        ],
    )?;
    Ok(())
}

/// From here on nobody needs the number of the legal representative.
pub(crate) fn pass_holder(
    t: &Transaction<'_>,
    session: &Session,
    legal: &Legal,
    by: CheckKind,
    mark: &Mark,
) -> rusqlite::Result<()> {
    t.execute(
        "UPDATE legal SET step = ?2, holder_passed_by = ?3, holder_given = ?4, legal_document_number = NULL,
         company_given = NULL, legal_given = NULL WHERE id = ?1",
        params![legal.id.as_str(), word_of(Step::Done), word_of(by), mark.as_str().as_bytes()],
    )?;
    forget_codes(t, session.account.as_str())
}
