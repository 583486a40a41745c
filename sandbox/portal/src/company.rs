//! The company's record, held against the company register with every change.

use crate::certification::void_company_s;
use crate::column::{maybe, parsed};
use crate::legal_store::close_of_others;
use crate::person::{LEGAL, Person};
use crate::problem::Problem;
use crate::session::Session;
use crate::wire::Address as Client;
use crate::{Portal, Transaction};
use rusqlite::{Connection, params};
use tongguan_core::domain::{Address, CompanyIdentity, Document, PersonName};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{CompanyEdit, CompanyRecord, PersonEdit, Right};
use tongguan_sandbox_outside::RegisteredCompany;

/// Of name, unified code and organisation code.
const MOST_CHANGES: usize = 2;
/// What edits are counted as when they ask the register.
const REGISTER: &str = "register";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Company {
    pub(crate) version: i64,
    pub(crate) identity: CompanyIdentity,
    pub(crate) legal: Person,
    pub(crate) address: Option<Address>,
}

impl Portal {
    pub(crate) fn company(&self, session: &Session) -> Result<CompanyRecord, Problem> {
        let company = self.store(|c| company(c, session.company_id))?;
        Ok(record(company, session.company_changed))
    }

    /// What is on record already is answered as it is: an edit can be sent again after a lost answer.
    pub(crate) fn edit_company(
        &self,
        session: &Session,
        client: &Client,
        edit: CompanyEdit,
    ) -> Result<CompanyRecord, Problem> {
        session.may(Right::EditCompany)?;
        if edit.organization_code != edit.uscc.organization_code() {
            return Err(Problem::input("organization_code", "other_than_uscc"));
        }
        let found = self.store(|c| company(c, session.company_id))?;
        let mut wanted = Company {
            version: found.version,
            identity: CompanyIdentity {
                name: edit.name,
                organization_code: edit.organization_code,
                uscc: edit.uscc,
            },
            legal: Person { name: edit.legal_representative, ..found.legal.clone() },
            address: edit.address,
        };
        if wanted == found {
            return Ok(record(found, session.company_changed));
        }
        unchanged_since(edit.version, &found)?;
        if changes(&found.identity, &wanted.identity) > MOST_CHANGES {
            return Err(Problem::DataRefused(Refusal::TooManyChanges));
        }
        if found.identity != wanted.identity || found.legal.name != wanted.legal.name {
            self.count_guess(session, client, REGISTER)?;
            let registered = self.registered(&wanted.identity, &wanted.legal.name, None)?;
            // What else is on record was the person's before.
            let same = match &found.legal.document {
                Some(document) => *document == registered.document,
                None => found.legal.name == wanted.legal.name,
            };
            if !same {
                (wanted.legal.document, wanted.legal.validity, wanted.legal.country) = (None, None, None);
            }
        }
        self.keep_company(session, edit.version, &wanted)
    }

    pub(crate) fn edit_legal(
        &self,
        session: &Session,
        client: &Client,
        edit: &PersonEdit,
    ) -> Result<CompanyRecord, Problem> {
        session.may(Right::EditCompany)?;
        edit.document.iter().try_for_each(|document| self.born(document))?;
        let found = self.store(|c| company(c, session.company_id))?;
        let wanted = Company { legal: found.legal.edited(edit)?, ..found.clone() };
        if wanted == found {
            return Ok(record(found, session.company_changed));
        }
        unchanged_since(edit.version, &found)?;
        self.count_guess(session, client, REGISTER)?;
        self.registered(&wanted.identity, &wanted.legal.name, wanted.legal.document.as_ref())?;
        self.keep_company(session, edit.version, &wanted)
    }

    /// The company as the register has it, if it has it like this.
    pub(crate) fn registered(
        &self,
        identity: &CompanyIdentity,
        legal: &PersonName,
        document: Option<&Document>,
    ) -> Result<RegisteredCompany, Problem> {
        let found = self.outside().company(&identity.uscc)?;
        let refuse = |refusal| Err(Problem::DataRefused(refusal));
        match found {
            None => refuse(Refusal::EnterpriseNotFound),
            Some(found) if found.identity != *identity => refuse(Refusal::EnterpriseMismatch),
            Some(found)
                if found.legal_representative != *legal
                    || document.is_some_and(|document| *document != found.document) =>
            {
                refuse(Refusal::LegalPersonMismatch)
            }
            Some(found) => Ok(found),
        }
    }

    /// The register was asked outside the transaction, so the version is looked at in it again.
    fn keep_company(
        &self,
        session: &Session,
        version: i64,
        wanted: &Company,
    ) -> Result<CompanyRecord, Problem> {
        let (record, told) = self.change(|t| {
            let mut told = Vec::new();
            let id = session.company_id;
            let found = company(t, id)?;
            unchanged_since(version, &found)?;
            write(t, id, wanted)?;
            if !found.legal.is(&wanted.legal.name, wanted.legal.document.as_ref()) {
                told = void_company_s(t, id, self.now())?;
                close_of_others(t, id, &wanted.legal)?;
            }
            Ok((record(company(t, id)?, true), told))
        })?;
        self.settle(&told)?;
        Ok(record)
    }
}

fn unchanged_since(version: i64, found: &Company) -> Result<(), Problem> {
    if version == found.version { Ok(()) } else { Err(Problem::RecordChanged) }
}

fn changes(before: &CompanyIdentity, after: &CompanyIdentity) -> usize {
    [
        before.name != after.name,
        before.uscc != after.uscc,
        before.organization_code != after.organization_code,
    ]
    .into_iter()
    .filter(|changed| *changed)
    .count()
}

pub(crate) fn company(c: &Connection, id: i64) -> rusqlite::Result<Company> {
    c.query_row(
        &format!(
            "SELECT c.version, c.name, c.organization_code, c.uscc, c.address, {LEGAL} FROM company c WHERE c.id = ?1"
        ),
        [id],
        |row| {
            let identity = CompanyIdentity {
                name: parsed(row, 1)?,
                organization_code: parsed(row, 2)?,
                uscc: parsed(row, 3)?,
            };
            Ok(Company {
                version: row.get(0)?,
                identity,
                address: maybe(row, 4)?,
                legal: Person::read(row, 5)?,
            })
        },
    )
}

fn write(t: &Transaction<'_>, id: i64, company: &Company) -> Result<(), Problem> {
    let [kind, number, from, until] = company.legal.columns();
    let identity = &company.identity;
    // The register has the code once; a row that holds it already is another company's mistake.
    let taken: bool = t.query_row(
        "SELECT EXISTS (SELECT 1 FROM company WHERE uscc = ?1 AND id <> ?2)",
        params![identity.uscc.as_str(), id],
        |row| row.get(0),
    )?;
    if taken {
        return Err(Problem::DataRefused(Refusal::EnterpriseMismatch));
    }
    t.execute(
        "UPDATE company SET version = version + 1, name = ?2, organization_code = ?3, uscc = ?4, address = ?5,
         legal_name = ?6, legal_document_kind = ?7, legal_document_number = ?8, legal_valid_from = ?9,
         legal_valid_until = ?10, legal_country = ?11 WHERE id = ?1",
        params![
            id,
            identity.name.as_str(),
            identity.organization_code.as_str(),
            identity.uscc.as_str(),
            company.address.as_ref().map(Address::as_str),
            company.legal.name.as_str(),
            kind,
            number,
            from,
            until,
            company.legal.country.as_ref().map(|country| country.as_str()),
        ],
    )?;
    Ok(())
}

fn record(company: Company, sign_in_again: bool) -> CompanyRecord {
    CompanyRecord {
        version: company.version,
        identity: company.identity,
        legal_representative: company.legal.record(),
        address: company.address,
        sign_in_again,
    }
}
