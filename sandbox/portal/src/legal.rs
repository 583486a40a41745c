//! Certification by documents: company, legal representative, account holder. The registers are asked before
//! the transaction that keeps their answer, which looks again whether it is still this step's turn.

use crate::account::holder;
use crate::certification::{Passed, accept, void_account_s};
use crate::codes_store::use_code;
use crate::keyed::Mark;
use crate::legal_check::Checked;
use crate::legal_store::{self, Legal, Step, Turn, close, find, open};
use crate::notice::Notice;
use crate::operator::document_is_free;
use crate::person::columns;
use crate::problem::Problem;
use crate::session::Session;
use crate::wire::Address;
use crate::{Portal, Transaction};
use rusqlite::params;
use serde::Serialize;
use std::cell::RefCell;
use tongguan_core::domain::{Document, Method, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{
    BankCard, CodeSent, LegalCertification, LegalCompany, LegalHolder, PersonCheck, Right,
};

impl Portal {
    /// The open one; [`Problem::NotFound`] if there is none.
    pub(crate) fn legal(&self, session: &Session) -> Result<LegalCertification, Problem> {
        let legal = self.legal_there(session)?;
        if legal.step == Step::Done { Err(Problem::NotFound) } else { self.legal_shown(session, &legal) }
    }

    pub(crate) fn begin_legal(&self, session: &Session) -> Result<LegalCertification, Problem> {
        session.may(Right::Certify)?;
        let now = self.now();
        self.forget_ended()?;
        self.change(|t| {
            if find(t, session, now)?.is_none_or(|legal| legal.step == Step::Done) {
                open(t, session, now)?;
            }
            Ok(())
        })?;
        self.legal(session)
    }

    pub(crate) fn leave_legal(&self, session: &Session) -> Result<(), Problem> {
        session.may(Right::Certify)?;
        self.change(|t| Ok(close(t, session)?))?;
        self.wipe_log()
    }

    pub(crate) fn legal_company(
        &self,
        session: &Session,
        address: &Address,
        given: &LegalCompany,
    ) -> Result<LegalCertification, Problem> {
        self.born(&given.document)?;
        if given.company.organization_code != given.company.uscc.organization_code() {
            return Err(Problem::input("organization_code", "other_than_uscc"));
        }
        self.step(session, address, Step::Company, given, |_| {
            // The account certifies its own company and no other one.
            if given.company.uscc != session.company.uscc {
                return Err(Problem::DataRefused(Refusal::EnterpriseMismatch));
            }
            self.registered(&given.company, &given.legal_representative, Some(&given.document))?;
            Ok(|t: &Transaction<'_>, legal: &Legal, mark: &Mark| {
                Ok(legal_store::pass_company(t, legal, given, mark)?)
            })
        })
    }

    pub(crate) fn legal_code(
        &self,
        session: &Session,
        address: &Address,
        card: &BankCard,
    ) -> Result<CodeSent, Problem> {
        let legal = self.legal_there(session)?;
        self.send_card_code(session, address, &legal, card)
    }

    pub(crate) fn legal_person(
        &self,
        session: &Session,
        address: &Address,
        check: &PersonCheck,
    ) -> Result<LegalCertification, Problem> {
        self.step(session, address, Step::LegalRepresentative, check, |legal| {
            let (name, document) = legal.legal()?;
            let checked = self.check_person(session, legal, &name, &document, check)?;
            Ok(move |t: &Transaction<'_>, legal: &Legal, mark: &Mark| {
                spend(t, &checked)?;
                Ok(legal_store::pass_legal(t, legal, checked.by, checked.ends_at(), mark)?)
            })
        })
    }

    pub(crate) fn legal_holder(
        &self,
        session: &Session,
        address: &Address,
        given: &LegalHolder,
    ) -> Result<LegalCertification, Problem> {
        given.document.iter().try_for_each(|document| self.born(document))?;
        let now = self.now();
        let before = self.legal_there(session)?.step;
        let told = RefCell::new(Vec::new());
        let over = &told;
        let shown = self.step(session, address, Step::Holder, given, |legal| {
            let document = self.change(|t| holders_document(t, session, given))?;
            let checked = self.check_person(session, legal, &given.name, &document, &given.check)?;
            Ok(move |t: &Transaction<'_>, legal: &Legal, mark: &Mark| {
                spend(t, &checked)?;
                document_is_free(t, session.company_id, session.account.as_str(), &document)?;
                over.replace(keep_holder(t, session, given, &document, &checked, now)?);
                let ends = [checked.ends_at().map(Timestamp::unix), legal.legal_ends_at];
                let passed = Passed {
                    method: Method::LegalRepresentative,
                    request_id: &legal.id,
                    fingerprint: None,
                    proof: None,
                    bank: None,
                    expires_at: ends
                        .into_iter()
                        .flatten()
                        .min()
                        .and_then(|end| Timestamp::from_unix(end).ok()),
                };
                accept(t, session, &passed, now)?;
                Ok(legal_store::pass_holder(t, session, legal, checked.by, mark)?)
            })
        })?;
        self.settle(&told.into_inner())?;
        if before == Step::Holder {
            self.wipe_log()?;
            self.notify(session.account.as_str(), Notice::Certification);
        }
        Ok(shown)
    }

    /// One step: `ask` asks the registers and gives what is to be kept if it is still the step's turn then.
    fn step<K>(
        &self,
        session: &Session,
        address: &Address,
        step: Step,
        given: &impl Serialize,
        ask: impl FnOnce(&Legal) -> Result<K, Problem>,
    ) -> Result<LegalCertification, Problem>
    where
        K: FnOnce(&Transaction<'_>, &Legal, &Mark) -> Result<(), Problem>,
    {
        let legal = self.legal_there(session)?;
        let mark = mark(session, &legal, given)?;
        if legal.turn(step, &mark)? == Turn::Again {
            return self.legal_shown(session, &legal);
        }
        self.count_guess(session, address, "legal")?;
        let now = self.now();
        let keep = match ask(&legal) {
            Ok(keep) => keep,
            // The same request side by side may have passed, and spent the code.
            Err(problem) => {
                let meanwhile = self.legal_there(session)?;
                let passed = matches!(meanwhile.turn(step, &mark), Ok(Turn::Again));
                return if passed { self.legal_shown(session, &meanwhile) } else { Err(problem) };
            }
        };
        self.change(|t| {
            let meanwhile = find(t, session, now)?.ok_or(Problem::NotFound)?;
            if meanwhile.id != legal.id {
                return Err(Problem::RecordChanged);
            }
            match meanwhile.turn(step, &mark)? {
                Turn::Now => keep(t, &meanwhile, &mark),
                Turn::Again => Ok(()),
            }
        })?;
        self.legal_shown(session, &self.legal_there(session)?)
    }

    /// The one that is open, or that has passed and is not over yet.
    fn legal_there(&self, session: &Session) -> Result<Legal, Problem> {
        session.may(Right::Certify)?;
        let now = self.now();
        self.store(|c| find(c, session, now))?.ok_or(Problem::NotFound)
    }
}

/// Bound to the certification, so that the same data have another one in the next.
fn mark(session: &Session, legal: &Legal, given: &impl Serialize) -> Result<Mark, Problem> {
    let text = serde_json::to_vec(given).map_err(|_| Problem::Internal)?;
    let keys = session.keys.as_ref().ok_or(Problem::Internal)?;
    Ok(Mark::new(keys, &[legal.id.as_str().as_bytes(), &text]))
}

fn spend(t: &Transaction<'_>, checked: &Checked) -> Result<(), Problem> {
    checked.code.as_ref().map_or(Ok(()), |code| use_code(t, code))
}

/// The one that is given, or the one on record; nobody else's in the company.
fn holders_document(
    t: &Transaction<'_>,
    session: &Session,
    given: &LegalHolder,
) -> Result<Document, Problem> {
    let account = session.account.as_str();
    let document = match &given.document {
        Some(document) => Some(document.clone()),
        None => holder(t, account)?.1.document,
    };
    let document = document.ok_or(Problem::input("document_number", "empty"))?;
    document_is_free(t, session.company_id, account, &document)?;
    Ok(document)
}

/// The account belongs to whoever has been checked. Those procedures that are over with it are to be told.
fn keep_holder(
    t: &Transaction<'_>,
    session: &Session,
    given: &LegalHolder,
    document: &Document,
    checked: &Checked,
    now: Timestamp,
) -> Result<Vec<RequestId>, Problem> {
    let account = session.account.as_str();
    let (_, found) = holder(t, account)?;
    let same_document = found.document.as_ref() == Some(document);
    let validity = checked.validity.or(found.validity.filter(|_| same_document));
    if same_document && found.name == given.name && found.validity == validity {
        return Ok(Vec::new());
    }
    let [kind, number, from, until] = columns(Some(document), validity.as_ref());
    t.execute(
        "UPDATE account SET version = version + 1, holder_name = ?2, holder_document_kind = ?3,
         holder_document_number = ?4, holder_valid_from = ?5, holder_valid_until = ?6 WHERE name = ?1",
        params![account, given.name.as_str(), kind, number, from, until],
    )?;
    if found.is(&given.name, Some(document)) { Ok(Vec::new()) } else { void_account_s(t, account, now) }
}
