//! The world's companies and people in the registers.

use crate::carrier::enter_subscriber;
use crate::ledger::enter_account;
use crate::population::enter_citizen;
use crate::registers::{enter_card, enter_company, enter_identity};
use crate::{CardHolder, Identity, OutsideError, RegisteredCompany};
use rusqlite::{Connection, OptionalExtension, params};
use tongguan_core::domain::DocumentKind;
use tongguan_sandbox_world::{Company, Person, World};

/// Once for each world: what was changed since stays.
pub(crate) fn fill(c: &mut Connection, world: &World) -> Result<(), OutsideError> {
    let from: Option<(u32, i64, i64)> = c
        .query_row("SELECT version, seed, made_at FROM filled", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    if from != Some((world.version, world.seed.cast_signed(), world.made_at.unix())) {
        refill(c, world)?;
    }
    Ok(())
}

/// Everything anew, in one transaction.
pub(crate) fn refill(c: &mut Connection, world: &World) -> rusqlite::Result<()> {
    let t = c.transaction()?;
    t.execute_batch(
        "DELETE FROM filled; DELETE FROM company; DELETE FROM identity; DELETE FROM bank_card;
         DELETE FROM account; DELETE FROM citizen; DELETE FROM carrier;",
    )?;
    for company in &world.companies {
        enter_company(&t, &registered(company))?;
        enter_account(&t, world.seed, &company.identity.uscc, &company.identity.name)?;
        enter_person(&t, &company.legal_representative)?;
        enter_person(&t, &company.operator)?;
    }
    for account in &world.accounts {
        enter_person(&t, &account.holder)?;
    }
    t.execute(
        "INSERT INTO filled VALUES (?1, ?2, ?3)",
        params![world.version, world.seed.cast_signed(), world.made_at.unix()],
    )?;
    t.commit()
}

fn registered(company: &Company) -> RegisteredCompany {
    RegisteredCompany {
        identity: company.identity.clone(),
        legal_representative: company.legal_representative.name.clone(),
        document: company.legal_representative.document.clone(),
        registration: Some(company.registration.clone()),
    }
}

fn enter_person(c: &Connection, person: &Person) -> rusqlite::Result<()> {
    if person.document.kind == DocumentKind::IdCard {
        let identity = Identity {
            name: person.name.clone(),
            document: person.document.clone(),
            validity: person.validity,
        };
        enter_identity(c, &identity)?;
    }
    enter_citizen(c, person)?;
    enter_subscriber(c, person)?;
    enter_card(
        c,
        &CardHolder {
            card: person.bank_card.clone(),
            name: person.name.clone(),
            document: person.document.clone(),
            phone: person.phone.clone(),
        },
    )
}
