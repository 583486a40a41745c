//! Codes by SMS in a procedure.

use super::status;
use super::walk::{Caller, Effect, Keep, Walk};
use crate::Portal;
use crate::codes::{CodePurpose, Order, sent};
use crate::codes_store::{last_open, use_code};
use crate::keyed::SubjectKey;
use crate::problem::Problem;
use crate::wire::Address;
use rusqlite::{Connection, OptionalExtension};
use tongguan_core::domain::platform::{CodeTo, Field, NoticeId, Rule};
use tongguan_core::domain::{AccountName, PhoneNumber, RequestId, Timestamp};
use tongguan_core::fault::Refusal;
use tongguan_core::ports::{CodeEntered, CodeSent, CodeTarget, Stage};

/// What its codes are kept as.
pub(super) fn purpose(walk: &Walk) -> String {
    CodePurpose::Procedure(walk.id.clone()).column()
}

impl Portal {
    /// It leaves the version as it is: whoever asked enters the code at the version that they know.
    pub(crate) fn send_step_code(
        &self,
        caller: &Caller,
        address: &Address,
        id: &RequestId,
    ) -> Result<CodeSent, Problem> {
        let walk = self.walk(caller, id)?;
        let Rule::Code { to, .. } = self.rule(&walk)?.rule else { return Err(Problem::RecordChanged) };
        let phone = self.store(|c| target(c, &walk, to))?.ok_or(Problem::input("phone", "empty"))?;
        let subject = of_step(self.subject_key(), &walk, &phone)?;
        let order = Order {
            purpose: CodePurpose::Procedure(walk.id.clone()),
            to: &CodeTarget::Phone { phone },
            subject,
            keep_address: false,
        };
        self.send_code(walk.account.as_ref().map(AccountName::as_str), address, &order)
    }

    pub(super) fn take_code(
        &self,
        walk: &Walk,
        to: CodeTo,
        status: bool,
        entered: CodeEntered,
    ) -> Result<Keep, Problem> {
        let account = walk.account.as_ref().map(AccountName::as_str);
        let good = self.try_code(account, &CodePurpose::Procedure(walk.id.clone()), &entered)?;
        let expired = || Problem::DataRefused(Refusal::SmsExpired);
        let phone = self.store(|c| target(c, walk, to))?.ok_or_else(expired)?;
        if good.used || good.subject != of_step(self.subject_key(), walk, &phone)? {
            return Err(expired());
        }
        Ok(Box::new(move |t, walk| {
            use_code(t, &entered.id)?;
            let certified = if status { status::of(t, walk)? } else { None };
            Ok(certified.map_or(Effect::Pass(None), Effect::Certified))
        }))
    }
}

pub(super) fn shown(
    c: &Connection,
    walk: &Walk,
    to: CodeTo,
    notices: &[NoticeId],
    key: &SubjectKey,
    now: Timestamp,
) -> Result<Stage, Problem> {
    let phone = target(c, walk, to)?;
    let account = walk.account.as_ref().map(AccountName::as_str);
    let last = match &phone {
        Some(phone) => last_open(c, account, &purpose(walk), &of_step(key, walk, phone)?, now)?,
        None => None,
    };
    let to = phone.map(|phone| phone.masked());
    let sent = to.clone().zip(last).map(|(to, (id, at))| sent(id, to, at));
    Ok(Stage::Code { to, sent, notices: notices.to_vec() })
}

/// Good for this step and phone alone.
fn of_step(key: &SubjectKey, walk: &Walk, phone: &PhoneNumber) -> Result<Vec<u8>, Problem> {
    Ok(key.subject(&[walk.id.as_str(), walk.step()?.as_str(), phone.as_str()]))
}

fn target(c: &Connection, walk: &Walk, to: CodeTo) -> rusqlite::Result<Option<PhoneNumber>> {
    let parse = |text: &str| PhoneNumber::parse(text).ok();
    match to {
        CodeTo::GivenPhone => Ok(walk.values.get(Field::Phone).and_then(parse)),
        CodeTo::AccountPhone => {
            let Some(account) = &walk.account else { return Ok(None) };
            let query = "SELECT phone FROM account WHERE name = ?1";
            let phone = c.query_row(query, [account.as_str()], |row| row.get::<_, Option<String>>(0));
            Ok(phone.optional()?.flatten().as_deref().and_then(parse))
        }
    }
}
