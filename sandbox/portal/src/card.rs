//! Cards that sign in an account.

use crate::Portal;
use crate::column::{moment, parsed, word};
use crate::problem::Problem;
use crate::session::Session;
use tongguan_core::domain::{MaskedText, RequestId};
use tongguan_core::ports::BoundCard;

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

    /// The card signs in nobody any more; certifying with it binds it again.
    pub(crate) fn unbind_card(&self, session: &Session, id: &RequestId) -> Result<(), Problem> {
        let gone = self.store(|c| {
            c.execute(
                "DELETE FROM card WHERE id = ?1 AND account = ?2",
                [id.as_str(), session.account.as_str()],
            )
        })?;
        if gone == 0 { Err(Problem::NotFound) } else { Ok(()) }
    }
}
