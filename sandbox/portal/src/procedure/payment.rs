//! Money: what the platform pays, and what has come.

use super::store::by_id;
use super::transfer::{account, company};
use super::transfer_store::{self, ASKED};
use super::walk::Walk;
use crate::problem::Problem;
use crate::rate::{Limit, count, has_room};
use crate::{Portal, Transaction, random};
use rusqlite::{Connection, params};
use std::sync::Arc;
use tongguan_core::domain::platform::{Direction, Fen, Rule};
use tongguan_core::domain::{RequestId, Timestamp};
use tongguan_sandbox_outside::Event;

/// What stands beside a payment at the bank.
const REMARK: &str = include_str!("../../data/payment.txt");
/// Amounts are below one yuan.
const AMOUNTS: u8 = 99;
/// For one company, however many procedures it opens: each is three guesses in ninety-nine.
const DAILY: Limit = Limit { limit: 6, seconds: 86_400 };

impl Portal {
    /// Hears of payments and letters from here on, and looks at what came while it was away.
    pub(crate) fn attend(&self) {
        let portal = Arc::downgrade(&self.0);
        self.outside().listen(move |event| match portal.upgrade().map(Portal) {
            Some(portal) => {
                portal.hear(event);
                true
            }
            None => false,
        });
        self.clear_desk();
        self.hear(Event::Payment);
        self.hear(Event::Review);
    }

    pub(crate) fn attend_again(&self) {
        self.hear(Event::Payment);
    }

    fn hear(&self, event: Event) {
        let heard = match event {
            Event::Payment => self.look_at_payments(),
            Event::Review => self.look_at_letters(),
            Event::TicketsExpired => self.expire_tickets(),
        };
        if let Err(problem) = heard {
            tracing::warn!(?problem, ?event, "not looked at");
        }
    }

    /// After the transaction in which the step began: what is to be asked of the bank. A bank that does not answer
    /// stops nothing; whatever changed is told with [`Portal::recheck`].
    pub(crate) fn transfer_entered(&self, walk: &Walk, direction: Direction) -> Result<(), Problem> {
        let transfer = self.store(|c| transfer_store::of(c, &walk.id))?;
        match transfer.filter(|transfer| direction == Direction::Forward && transfer.is_due()) {
            Some(transfer) if self.pay(walk, transfer.payments)? => self.recheck(&walk.id),
            _ => Ok(()),
        }
    }

    /// Of every procedure that waits for one. One that cannot be looked at stops no other.
    fn look_at_payments(&self) -> Result<(), Problem> {
        let now = self.now();
        for (id, _) in self.store(|c| transfer_store::waiting(c, false))? {
            let Some(walk) = self.store(|c| by_id(c, &id, now))? else { continue };
            let Ok(Rule::Transfer { direction }) = self.rule(&walk).map(|step| &step.rule) else { continue };
            let looked = match direction {
                Direction::Forward => self.transfer_entered(&walk, *direction),
                Direction::Reverse => self.look_for_payment(&walk),
            };
            if let Err(problem) = looked {
                tracing::warn!(?problem, "a payment is not looked for");
            }
        }
        Ok(())
    }

    fn look_for_payment(&self, walk: &Walk) -> Result<(), Problem> {
        let Some(transfer) = self.store(|c| transfer_store::of(c, &walk.id))? else { return Ok(()) };
        let (own, payer) = (self.paying(walk)?, company(walk)?);
        let arrivals = self.outside().arrivals(&own, &payer, ASKED, transfer.since)?;
        let came = self.change(|t| claim(t, &walk.id, &arrivals))?;
        if came { self.recheck(&walk.id) } else { Ok(()) }
    }

    /// To the company's account, if one is due and so many have been made before. It is counted first: an end of the
    /// process in between costs a payment and no guess.
    fn pay(&self, walk: &Walk, made: u8) -> Result<bool, Problem> {
        let (own, (to, _)) = (self.paying(walk)?, account(walk)?);
        let (key, now) = (daily(walk), self.now());
        let ordered = self.change(|t| {
            let before = transfer_store::of(t, &walk.id)?;
            if !before.is_some_and(|before| before.payments == made && before.is_due()) {
                return Ok(None);
            }
            count(t, &key, DAILY, now)?;
            Ok(Some(order(t, &walk.id)?))
        })?;
        let Some(amount) = ordered else { return Ok(false) };
        if let Err(silent) = self.outside().pay_out(&own, &to, amount, REMARK.trim()) {
            self.change(|t| take_back(t, &walk.id, made, &key))?;
            return Err(silent.into());
        }
        self.change(|t| {
            let query = "UPDATE transfer SET paid_at = ?2
                WHERE procedure = ?1 AND payments = ?3 AND amount IS NOT NULL";
            Ok(t.execute(query, params![walk.id.as_str(), now.unix(), made + 1])?)
        })?;
        Ok(true)
    }
}

fn daily(walk: &Walk) -> String {
    format!("payments to {}", walk.company.as_ref().map_or("", |company| company.as_str()))
}

/// Whether the company may be paid to once more today.
pub(super) fn may_be_paid(c: &Connection, walk: &Walk, now: Timestamp) -> Result<(), Problem> {
    has_room(c, &daily(walk), DAILY, now)
}

fn order(t: &Transaction<'_>, id: &RequestId) -> Result<Fen, Problem> {
    let amount = draw()?;
    t.execute(
        "UPDATE transfer SET payments = payments + 1, amount = ?2, paid_at = NULL, tries = 0 WHERE procedure = ?1",
        params![id.as_str(), amount.0],
    )?;
    Ok(amount)
}

/// Unless another was ordered while the bank was asked.
pub(super) fn take_back(t: &Transaction<'_>, id: &RequestId, made: u8, key: &str) -> Result<(), Problem> {
    t.execute(
        "UPDATE transfer SET payments = ?2, amount = NULL WHERE procedure = ?1 AND payments = ?2 + 1 AND paid_at IS NULL",
        params![id.as_str(), made],
    )?;
    t.execute("UPDATE rate SET count = count - 1 WHERE key = ?1", [key])?;
    Ok(())
}

/// The first that nobody has counted yet.
fn claim(t: &Transaction<'_>, id: &RequestId, arrivals: &[i64]) -> Result<bool, Problem> {
    for payment in arrivals {
        let query = "INSERT OR IGNORE INTO arrival (payment, procedure) VALUES (?1, ?2)";
        if t.execute(query, params![payment, id.as_str()])? > 0 {
            let query = "UPDATE transfer SET passed = 1 WHERE procedure = ?1 AND direction = 'reverse'";
            return Ok(t.execute(query, [id.as_str()])? > 0);
        }
    }
    Ok(false)
}

/// Each as likely as any other.
fn draw() -> Result<Fen, Problem> {
    loop {
        let [drawn] = random::<1>()?;
        if drawn < 2 * AMOUNTS {
            return Ok(Fen(u32::from(drawn % AMOUNTS) + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_below_one_yuan_is_drawn_and_no_other() {
        let mut drawn = [0_u32; 100];
        for _ in 0..20_000 {
            let Fen(amount) = draw().unwrap();
            drawn[usize::try_from(amount).unwrap()] += 1;
        }
        assert_eq!(drawn[0], 0);
        assert!(drawn[1..].iter().all(|times| (80..400).contains(times)), "{drawn:?}");
    }
}
