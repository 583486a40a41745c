//! Cards that sign in an account.

use crate::Portal;
use crate::column::{moment, parsed, word};
use crate::notice::Notice;
use crate::problem::Problem;
use crate::proof::Judged;
use crate::remembered::{is_remembered, remember};
use crate::session::Session;
use rusqlite::{OptionalExtension, Transaction, params};
use tongguan_core::domain::{MaskedText, RequestId, Timestamp};
use tongguan_core::ports::BoundCard;

/// What is remembered of a card that was taken off.
const UNBOUND: &str = "unbound";

impl Portal {
    /// The account's own.
    pub(crate) fn cards(&self, session: &Session) -> Result<Vec<BoundCard>, Problem> {
        self.store(|c| {
            let mut statement = c.prepare(
                "SELECT id, number, holder, kind, bound_at FROM card WHERE account = ?1 ORDER BY bound_at, id",
            )?;
            let rows = statement.query_map([session.account.as_str()], |row| {
                Ok(BoundCard {
                    id: parsed(row, 0)?,
                    number: MaskedText::of(&row.get::<_, String>(1)?),
                    holder: row.get(2)?,
                    kind: word(row, 3)?,
                    bound_at: moment(row, 4)?,
                })
            })?;
            rows.collect()
        })
    }

    /// The card signs in nobody any more; certifying with it binds it again. One that was taken off is taken
    /// off again.
    pub(crate) fn unbind_card(&self, session: &Session, id: &RequestId) -> Result<(), Problem> {
        let account = session.account.as_str();
        self.change(|t| {
            let gone =
                t.execute("DELETE FROM card WHERE id = ?1 AND account = ?2", [id.as_str(), account])? == 1;
            if !gone && !is_remembered(t, account, UNBOUND, id)? {
                return Err(Problem::NotFound);
            }
            Ok(remember(t, account, UNBOUND, id)?)
        })
    }
}

impl Portal {
    /// A card that has certified, but signs in a colleague: both are told.
    pub(crate) fn tell_whose_card(&self, session: &Session, judged: &Judged) {
        let Some(number) = judged.card_number() else { return };
        let owner = self.store(|c| {
            c.query_row("SELECT account FROM card WHERE number = ?1", [number], |row| row.get(0)).optional()
        });
        let owner: Option<String> = owner.ok().flatten().flatten();
        let account = session.account.as_str();
        if let Some(owner) = owner.filter(|owner| owner != account) {
            self.notify(account, Notice::CardKept);
            self.notify(&owner, Notice::CardUsed);
        }
    }
}

impl Judged {
    /// Of an IC card.
    fn card_number(&self) -> Option<&str> {
        self.signed.certificate.card_number().filter(|_| self.bank.is_none())
    }
}

/// Binds the card to account and company; `false` if it is another company's. One that is bound within the
/// company stays whose it is, unless that account is disabled. A bank's UKey is the bank's affair; the
/// electronic port's own is a card.
pub(crate) fn bind_card(
    t: &Transaction<'_>,
    session: &Session,
    judged: &Judged,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let certificate = &judged.signed.certificate;
    let Some(number) = judged.card_number() else { return Ok(true) };
    t.execute(
        "INSERT INTO card (id, number, company, account, holder, kind, bound_at)
         SELECT ?1, ?2, c.id, ?4, ?5, iif(c.legal_name = ?5, 'legal_person', 'operator'), ?6
         FROM company c WHERE c.id = ?3
         ON CONFLICT (number) DO UPDATE SET account = excluded.account, holder = excluded.holder,
         kind = excluded.kind, bound_at = excluded.bound_at
         WHERE company = excluded.company AND NOT EXISTS
             (SELECT 1 FROM account a WHERE a.name = card.account AND a.enabled)",
        params![
            RequestId::random().as_str(),
            number,
            session.company_id,
            session.account.as_str(),
            certificate.holder(),
            now.unix()
        ],
    )?;
    t.query_row(
        "SELECT company = ?2 FROM card WHERE number = ?1",
        params![number, session.company_id],
        |row| row.get(0),
    )
}
