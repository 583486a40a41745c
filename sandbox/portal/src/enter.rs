//! The world's companies, accounts and cards, as far as the portal does not know them yet.

use crate::column::word_of;
use crate::error::PortalError;
use crate::password::{Hashing, StoredPassword};
use crate::person::columns;
use crate::rights::rights_column;
use rusqlite::{Connection, Transaction, params};
use tongguan_core::domain::{AccountName, CardKind, Certificate, RequestId, Timestamp};
use tongguan_sandbox_world::{Account, CardKey, Company, World};

/// The country of everybody in the world.
const COUNTRY: &str = "CHN";

/// What is there stays as it is: it may have been changed since, and a card taken off.
pub(crate) fn enter(
    c: &mut Connection,
    world: &World,
    now: Timestamp,
    hashing: &Hashing,
) -> Result<(), PortalError> {
    let t = c.transaction()?;
    for company in &world.companies {
        enter_company(&t, company)?;
    }
    for account in &world.accounts {
        if enter_account(&t, account, now, hashing)? {
            for (keys, kind) in bound_to(world, account) {
                enter_card(&t, account, keys, kind, world.made_at)?;
            }
        }
    }
    t.commit()?;
    Ok(())
}

fn enter_company(t: &Transaction<'_>, company: &Company) -> Result<(), PortalError> {
    let (identity, legal) = (&company.identity, &company.legal_representative);
    let [kind, number, from, until] = columns(Some(&legal.document), Some(&legal.validity));
    // The second half is for a row of an earlier schema, which had no people.
    t.execute(
        "INSERT INTO company (entered_as, uscc, name, organization_code, legal_name, legal_document_kind,
         legal_document_number, legal_valid_from, legal_valid_until, legal_country, address)
         VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (entered_as) DO UPDATE SET version = 1, legal_name = excluded.legal_name,
         legal_document_kind = excluded.legal_document_kind,
         legal_document_number = excluded.legal_document_number, legal_valid_from = excluded.legal_valid_from,
         legal_valid_until = excluded.legal_valid_until, legal_country = excluded.legal_country,
         address = excluded.address WHERE version = 0",
        params![
            identity.uscc.as_str(),
            identity.name.as_str(),
            identity.organization_code.as_str(),
            legal.name.as_str(),
            kind,
            number,
            from,
            until,
            COUNTRY,
            company.address.as_str()
        ],
    )?;
    Ok(())
}

/// Whether it is new.
fn enter_account(
    t: &Transaction<'_>,
    account: &Account,
    now: Timestamp,
    hashing: &Hashing,
) -> Result<bool, PortalError> {
    let name = account.name.as_str();
    let known: bool =
        t.query_row("SELECT EXISTS (SELECT 1 FROM account WHERE name = ?1)", [name], |row| row.get(0))?;
    if !known {
        let stored = StoredPassword::new(account.password.expose(), hashing)?;
        t.execute(
            "INSERT INTO account (name, company, salt, hash, password_at, role, rights, holder_name, version)
             VALUES (?1, (SELECT id FROM company WHERE entered_as = ?2), ?3, ?4, ?5, ?6, ?7, '', 0)",
            params![
                name,
                account.company.as_str(),
                stored.salt,
                stored.hash,
                now.unix(),
                word_of(account.role),
                rights_column(&account.rights)
            ],
        )?;
    }
    enter_holder(t, account)?;
    Ok(!known)
}

/// For a new row, and for one of an earlier schema.
fn enter_holder(t: &Transaction<'_>, account: &Account) -> Result<(), PortalError> {
    let holder = &account.holder;
    let [kind, number, from, until] = columns(Some(&holder.document), Some(&holder.validity));
    t.execute(
        "UPDATE account SET version = 1, holder_name = ?2, holder_document_kind = ?3, holder_document_number = ?4,
         holder_valid_from = ?5, holder_valid_until = ?6, phone = ?7, email = ?8
         WHERE name = ?1 AND version = 0",
        params![
            account.name.as_str(),
            holder.name.as_str(),
            kind,
            number,
            from,
            until,
            account.phone.as_str(),
            account.email.as_ref().map(|email| email.as_str())
        ],
    )?;
    Ok(())
}

/// The cards and the electronic port's UKeys that sign the account in.
fn bound_to<'a>(world: &'a World, account: &Account) -> impl Iterator<Item = (&'a [CardKey], CardKind)> {
    let is_his = |name: &Option<AccountName>| name.as_ref() == Some(&account.name);
    let cards = world.cards.iter().filter(move |card| is_his(&card.account));
    let ukeys = world.ukeys.iter().filter(move |ukey| is_his(&ukey.account));
    let cards = cards.map(|card| (card.keys.as_slice(), card.kind));
    cards.chain(ukeys.map(|ukey| (ukey.keys.as_slice(), CardKind::Operator)))
}

fn enter_card(
    t: &Transaction<'_>,
    account: &Account,
    keys: &[CardKey],
    kind: CardKind,
    at: Timestamp,
) -> Result<(), PortalError> {
    let Some(key) = keys.first() else { return Ok(()) };
    let certificate = Certificate::parse(&key.certificate)?;
    t.execute(
        "INSERT INTO card (id, number, company, account, holder, kind, bound_at)
         VALUES (?1, ?2, (SELECT company FROM account WHERE name = ?3), ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        params![
            RequestId::random().as_str(),
            certificate.card_number(),
            account.name.as_str(),
            certificate.holder(),
            word_of(kind),
            at.unix()
        ],
    )?;
    Ok(())
}
