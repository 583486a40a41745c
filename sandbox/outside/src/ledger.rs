//! The bank's ledger: accounts of companies and platforms, and what was paid between them.

use crate::listing::{Entry, entered};
use crate::{Event, Failure, Outside, OutsideError, Unavailable, branches};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use tongguan_core::domain::platform::{AccountNumber, BranchNumber, Fen};
use tongguan_core::domain::{CompanyName, Timestamp, UnifiedSocialCreditCode};
use tongguan_core::fault::Register;

/// No bank's account numbers begin like that.
const PREFIX: &str = "9900";
const DIGITS: usize = 15;
const ACCOUNT: &str = "number, holder, branch";
const LINE: &str = "id, paid_at, amount, payer, payer_account, payee, payee_account, remark";

/// A corporate account. `Debug` shows the ends of its number only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorporateAccount {
    pub number: AccountNumber,
    pub holder: CompanyName,
    pub branch: BranchNumber,
}

/// One payment as it is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    pub id: i64,
    pub paid_at: Timestamp,
    pub amount: Fen,
    /// As the payer's bank sends it.
    pub payer: CompanyName,
    pub payer_account: AccountNumber,
    pub payee: CompanyName,
    pub payee_account: AccountNumber,
    pub remark: String,
}

/// What somebody has their bank do.
#[derive(Debug, Clone)]
pub struct Order {
    pub from: AccountNumber,
    /// Other than the account's holder: whom the payer's bank names.
    pub payer: Option<CompanyName>,
    pub to: AccountNumber,
    pub amount: Fen,
    pub remark: String,
}

impl Outside {
    /// Whether there is such an account at this branch and in this name. It does not say which differs.
    pub fn account_is_of(
        &self,
        number: &AccountNumber,
        branch: &BranchNumber,
        holder: &CompanyName,
    ) -> Result<bool, Unavailable> {
        self.ask(Register::Payments, number.as_str(), |c, failure| {
            let known = account(c, number)?;
            let same = known.is_some_and(|known| known.branch == *branch && known.holder == *holder);
            Ok(same && failure.is_none())
        })
    }

    /// The platform's own account, which it has from its first question on.
    pub fn platform_account(&self, platform: &CompanyName) -> Result<CorporateAccount, OutsideError> {
        self.store(|c| platform_account(c, platform))
    }

    /// The company's account.
    pub fn account_of(
        &self,
        uscc: &UnifiedSocialCreditCode,
    ) -> Result<Option<CorporateAccount>, OutsideError> {
        let query = format!("SELECT {ACCOUNT} FROM account WHERE uscc = ?1");
        self.store(|c| c.query_row(&query, [uscc.as_str()], account_from).optional())
    }

    /// The platform pays. A payment that is taken need not arrive.
    pub fn pay_out(
        &self,
        platform: &CompanyName,
        to: &AccountNumber,
        amount: Fen,
        remark: &str,
    ) -> Result<(), Unavailable> {
        let now = self.clock.now();
        self.ask(Register::Payments, to.as_str(), |c, failure| {
            let from = platform_account(c, platform)?;
            match account(c, to)?.filter(|_| failure != Some(Failure::Absent)) {
                Some(to) => book(c, now, (&from.holder, &from.number), &to, amount, remark),
                None => Ok(()),
            }
        })
    }

    /// Somebody pays from their account; whoever listens hears it.
    pub fn pay(&self, order: &Order) -> Result<(), OutsideError> {
        let now = self.clock.now();
        let booked = self.store(|c| {
            let (Some(from), Some(to)) = (account(c, &order.from)?, account(c, &order.to)?) else {
                return Ok(false);
            };
            let payer = order.payer.as_ref().unwrap_or(&from.holder);
            book(c, now, (payer, &from.number), &to, order.amount, &order.remark)?;
            Ok(true)
        })?;
        if !booked {
            return Err(OutsideError::NoRecord(Register::Payments));
        }
        self.tell(Event::Payment);
        Ok(())
    }

    /// What came to the platform since then in exactly this amount, and in this name: numbers of lines, oldest
    /// first.
    pub fn arrivals(
        &self,
        platform: &CompanyName,
        payer: &CompanyName,
        amount: Fen,
        since: Timestamp,
    ) -> Result<Vec<i64>, Unavailable> {
        let own = self.platform_account(platform).map_err(|_| Unavailable::broken(Register::Payments))?;
        self.ask(Register::Payments, own.number.as_str(), |c, failure| {
            if failure.is_some() {
                return Ok(Vec::new());
            }
            // What fails at the payer's bank has not come.
            let query = "SELECT id FROM payment WHERE payee_account = ?1 AND payer = ?2 AND amount = ?3
                         AND paid_at >= ?4 AND payer_account NOT IN
                         (SELECT record FROM failure WHERE register = 'payments') ORDER BY id";
            let key = params![own.number.as_str(), payer.as_str(), amount.0, since.unix()];
            c.prepare(query)?.query_map(key, |row| row.get(0))?.collect()
        })
    }

    /// Those of companies whose name or number has `find` in it, in the order of their names.
    pub fn accounts(&self, find: &str, limit: u32) -> Result<Vec<Entry<CorporateAccount>>, OutsideError> {
        let query = format!(
            "SELECT {ACCOUNT} FROM account WHERE uscc IS NOT NULL
             AND instr(holder || ' ' || number || ' ' || branch || ' ' || uscc, ?1) ORDER BY holder LIMIT ?2"
        );
        let found = self.look(&query, find, limit, account_from)?;
        self.with_failures(Register::Payments, found, |account| account.number.as_str())
    }

    pub fn platform_accounts(&self) -> Result<Vec<CorporateAccount>, OutsideError> {
        let query = format!("SELECT {ACCOUNT} FROM account WHERE uscc IS NULL ORDER BY holder");
        self.store(|c| c.prepare(&query)?.query_map([], account_from)?.collect())
    }

    /// Those of whose names or numbers one has `find` in it, newest first.
    pub fn payments(&self, find: &str, limit: u32) -> Result<Vec<LedgerLine>, OutsideError> {
        let query = format!(
            "SELECT {LINE} FROM payment
             WHERE instr(payer || ' ' || payer_account || ' ' || payee || ' ' || payee_account, ?1)
             ORDER BY id DESC LIMIT ?2"
        );
        self.look(&query, find, limit, line_from)
    }
}

/// The company's account; which one follows from the world.
pub(crate) fn enter_account(
    c: &Connection,
    seed: u64,
    uscc: &UnifiedSocialCreditCode,
    holder: &CompanyName,
) -> rusqlite::Result<()> {
    enter(c, &format!("{seed} {uscc}"), holder, Some(uscc))
}

fn platform_account(c: &Connection, platform: &CompanyName) -> rusqlite::Result<CorporateAccount> {
    let query = format!("SELECT {ACCOUNT} FROM account WHERE holder = ?1 AND uscc IS NULL");
    if let Some(known) = c.query_row(&query, [platform.as_str()], account_from).optional()? {
        return Ok(known);
    }
    enter(c, platform.as_str(), platform, None)?;
    c.query_row(&query, [platform.as_str()], account_from)
}

fn enter(
    c: &Connection,
    label: &str,
    holder: &CompanyName,
    uscc: Option<&UnifiedSocialCreditCode>,
) -> rusqlite::Result<()> {
    let drawn = Sha256::digest(format!("account {label}"));
    let digits: String = drawn.iter().take(DIGITS).map(|byte| char::from(b'0' + byte % 10)).collect();
    let place = drawn.iter().rev().take(4).fold(0, |sum, byte| sum * 256 + usize::from(*byte));
    let branch = branches::drawn(place).ok_or(rusqlite::Error::InvalidQuery)?;
    c.execute(
        "INSERT INTO account VALUES (?1, ?2, ?3, ?4)",
        params![
            format!("{PREFIX}{digits}"),
            holder.as_str(),
            branch.number.as_str(),
            uscc.map(UnifiedSocialCreditCode::as_str)
        ],
    )?;
    Ok(())
}

fn account(c: &Connection, number: &AccountNumber) -> rusqlite::Result<Option<CorporateAccount>> {
    let query = format!("SELECT {ACCOUNT} FROM account WHERE number = ?1");
    c.query_row(&query, [number.as_str()], account_from).optional()
}

fn book(
    c: &Connection,
    now: Timestamp,
    (payer, from): (&CompanyName, &AccountNumber),
    to: &CorporateAccount,
    amount: Fen,
    remark: &str,
) -> rusqlite::Result<()> {
    c.execute(
        "INSERT INTO payment (paid_at, amount, payer, payer_account, payee, payee_account, remark)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            now.unix(),
            amount.0,
            payer.as_str(),
            from.as_str(),
            to.holder.as_str(),
            to.number.as_str(),
            remark
        ],
    )?;
    Ok(())
}

fn account_from(row: &Row<'_>) -> rusqlite::Result<CorporateAccount> {
    let text: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
    let [number, holder, branch] = text;
    Ok(CorporateAccount {
        number: entered(AccountNumber::parse(&number))?,
        holder: entered(CompanyName::parse(&holder))?,
        branch: entered(BranchNumber::parse(&branch))?,
    })
}

fn line_from(row: &Row<'_>) -> rusqlite::Result<LedgerLine> {
    let text: [String; 4] = [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
    let [payer, payer_account, payee, payee_account] = text;
    Ok(LedgerLine {
        id: row.get(0)?,
        paid_at: entered(Timestamp::from_unix(row.get(1)?))?,
        amount: Fen(row.get(2)?),
        payer: entered(CompanyName::parse(&payer))?,
        payer_account: entered(AccountNumber::parse(&payer_account))?,
        payee: entered(CompanyName::parse(&payee))?,
        payee_account: entered(AccountNumber::parse(&payee_account))?,
        remark: row.get(7)?,
    })
}
