//! The authorisation letter: given out to be stamped, taken to the review desk, and what that says.

use super::after::refuse;
use super::paper::{self, Facts};
use super::store::{by_id, find};
use super::walk::{Caller, Walk};
use super::{transfer, transfer_store, upload};
use crate::account::holder;
use crate::problem::Problem;
use crate::{Portal, Transaction};
use rusqlite::params;
use tongguan_core::domain::platform::{Field, Rule, Slot};
use tongguan_core::domain::{PersonName, RequestId};
use tongguan_core::fault::Refusal;
use tongguan_sandbox_outside::{LetterFacts, Media, Review};

impl Portal {
    /// PDF, for the open step, which is a transfer.
    pub(crate) fn letter(&self, caller: &Caller, id: &RequestId) -> Result<Vec<u8>, Problem> {
        let account = caller.session()?.account.clone();
        let walk = self.walk(caller, id)?;
        if walk.is_over() || !matches!(self.rule(&walk)?.rule, Rule::Transfer { .. }) {
            return Err(Problem::NotFound);
        }
        let facts = self.letter_facts(&walk)?;
        let (_, person) = self.store(|c| holder(c, account.as_str()))?;
        paper::draw(&Facts {
            platform: facts.platform.as_str(),
            company: facts.company.as_str(),
            number: &facts.number,
            legal_representative: facts.legal_representative.as_str(),
            holder: person.name.as_str(),
        })
    }

    fn letter_facts(&self, walk: &Walk) -> Result<LetterFacts, Problem> {
        let given = |field| walk.values.get(field).ok_or(Problem::Internal);
        Ok(LetterFacts {
            platform: self.paying(walk)?,
            company: transfer::company(walk)?,
            number: given(Field::CompanyNumber)?.into(),
            legal_representative: PersonName::parse(given(Field::LegalName)?)?,
        })
    }

    /// A stamped one is whole: it goes to the review desk, and from here.
    pub(super) fn letter_came(
        &self,
        caller: &Caller,
        walk: &Walk,
        letter: &RequestId,
        (media, scan): (Media, &[u8]),
    ) -> Result<(), Problem> {
        let facts = self.letter_facts(walk)?;
        let sent = self.outside().submit_letter(letter, &facts, media, scan);
        sent.map_err(|_| Problem::Internal)?;
        let now = self.now();
        let kept = self.change(|t| {
            find(t, caller, &walk.id, now)?.filter(|walk| !walk.is_over()).ok_or(Problem::RecordChanged)?;
            if is_the_last(t, &walk.id, letter)? {
                return Ok(());
            }
            upload::keep(t, letter)?;
            upload::empty(t, letter)?;
            withdraw(t, &walk.id)?;
            t.execute(
                "UPDATE transfer SET letter = ?2, letter_since = ?3, letter_refused = NULL WHERE procedure = ?1",
                params![walk.id.as_str(), letter.as_str(), now.unix()],
            )?;
            Ok(())
        });
        if kept.is_err() {
            self.take_back_letter(letter)?;
        }
        kept?;
        self.wipe_log()?;
        // The desk may have been faster.
        if self.look_at_letter(&walk.id, letter)? { Ok(()) } else { self.recheck(&walk.id) }
    }

    /// Of every procedure that waits for the desk. One that cannot be looked at stops no other.
    pub(super) fn look_at_letters(&self) -> Result<(), Problem> {
        for (id, letter) in self.store(|c| transfer_store::waiting(c, true))? {
            let Some(letter) = letter else { continue };
            if let Err(problem) = self.look_at_letter(&id, &letter) {
                tracing::warn!(?problem, "a letter is not looked for");
            }
        }
        Ok(())
    }

    /// Whether it has been decided on, now or before.
    fn look_at_letter(&self, id: &RequestId, letter: &RequestId) -> Result<bool, Problem> {
        let verdict = match self.outside().review(letter).map_err(|_| Problem::Internal)? {
            Some(Review::Waiting { .. }) => return Ok(false),
            Some(Review::Refused { reason }) => {
                return self.letter_refused(id, letter, &reason).map(|()| true);
            }
            Some(Review::Passed) => Verdict::Passed,
            // The desk has been emptied: another letter is needed.
            None => Verdict::Lost,
        };
        if self.change(|t| decided(t, id, letter, &verdict))? {
            self.recheck(id)?;
        }
        Ok(true)
    }

    pub(super) fn letter_refused(
        &self,
        id: &RequestId,
        letter: &RequestId,
        reason: &str,
    ) -> Result<(), Problem> {
        let now = self.now();
        let told = self.change(|t| {
            if !decided(t, id, letter, &Verdict::Refused(reason))? {
                return Ok(false);
            }
            let walk = by_id(t, id, now)?.filter(|walk| !walk.is_over());
            match walk.map(|walk| self.rule(&walk).map(|step| matches!(step.rule, Rule::Transfer { .. }))) {
                Some(Ok(true)) => refuse(t, id, Refusal::LetterRefused, now).map(|()| true),
                // Told when somebody comes back to it.
                _ => Ok(false),
            }
        })?;
        if told {
            self.ring(id);
        }
        Ok(())
    }

    /// Those that nobody needs any more.
    pub(super) fn take_back_letters(&self) -> Result<(), Problem> {
        let letters: Vec<RequestId> = self.store(|c| {
            let mut statement = c.prepare("SELECT letter FROM withdrawn_letter")?;
            let rows = statement.query_map([], |row| crate::column::parsed(row, 0))?;
            rows.collect()
        })?;
        for letter in letters {
            self.take_back_letter(&letter)?;
            self.change(|t| {
                Ok(t.execute("DELETE FROM withdrawn_letter WHERE letter = ?1", [letter.as_str()])?)
            })?;
        }
        Ok(())
    }

    fn take_back_letter(&self, letter: &RequestId) -> Result<(), Problem> {
        self.outside().withdraw_letter(letter).map_err(|_| Problem::Internal)
    }
}

/// A sender that asked once more has it there already.
fn is_the_last(t: &Transaction<'_>, id: &RequestId, letter: &RequestId) -> rusqlite::Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM transfer WHERE procedure = ?1 AND letter = ?2)";
    t.query_row(query, [id.as_str(), letter.as_str()], |row| row.get(0))
}

/// The one before.
fn withdraw(t: &Transaction<'_>, id: &RequestId) -> rusqlite::Result<()> {
    t.execute(
        "INSERT OR IGNORE INTO withdrawn_letter
         SELECT letter FROM transfer WHERE procedure = ?1 AND letter IS NOT NULL",
        [id.as_str()],
    )
    .map(drop)
}

/// What has become of a letter.
enum Verdict<'a> {
    Passed,
    Refused(&'a str),
    Lost,
}

/// The upload is not needed any more: another may come. Whether it had not been decided on before: then that other
/// one may be on its way.
fn decided(
    t: &Transaction<'_>,
    id: &RequestId,
    letter: &RequestId,
    verdict: &Verdict<'_>,
) -> Result<bool, Problem> {
    let change = match verdict {
        Verdict::Passed | Verdict::Refused(_) => "letter_passed = ?3, letter_refused = ?4",
        Verdict::Lost => "letter = NULL, letter_since = NULL, letter_passed = ?3, letter_refused = ?4",
    };
    let reason = match verdict {
        Verdict::Refused(reason) => Some(reason),
        Verdict::Passed | Verdict::Lost => None,
    };
    let passed = matches!(verdict, Verdict::Passed);
    let query = format!(
        "UPDATE transfer SET {change} WHERE procedure = ?1 AND letter = ?2 AND letter_refused IS NULL AND letter_passed = 0"
    );
    let first = t.execute(&query, params![id.as_str(), letter.as_str(), passed, reason])? > 0;
    if first {
        upload::forget(t, id, &[Slot::Letter])?;
    }
    Ok(first)
}
