//! The electronic port's own UKey: what stands on its cards, in a bank UKey's shape.

use crate::authority::serial;
use crate::card::{CardKey, card_number};
use crate::certificate::{Generation, Holder, Terms, card};
use crate::key::{KeyAlgorithm, KeyPair};
use crate::population::Company;
use crate::stream::Stream;
use crate::ukey::{UkeyBlueprint, made};
use crate::{Authorities, WorldError};
use tongguan_core::domain::{AccountName, Timestamp};

const NAME: &str = "second-port-sm2";
const TOKEN: &str = "电子口岸UKey";
const DAY: i64 = 86_400;

/// The company's operator has signed in with it before.
pub(crate) fn port_ukey(
    seed: u64,
    now: Timestamp,
    company: &Company,
    authorities: &Authorities,
) -> Result<UkeyBlueprint, WorldError> {
    let number = card_number(seed, NAME);
    let holder = Holder {
        name: company.operator.name.as_str(),
        document: company.operator.document.number.as_str(),
        company: company.identity.name.as_str(),
        organization_code: company.identity.organization_code.as_str(),
        card_number: &number,
    };
    let terms = Terms {
        serial: &serial(seed, &format!("{NAME} 1"), KeyAlgorithm::Sm2),
        from: now.plus_seconds(-30 * DAY),
        until: now.plus_seconds(1065 * DAY),
        generation: Generation::Sm2,
        may_sign: true,
    };
    let pair = KeyPair::generate(KeyAlgorithm::Sm2, Stream::new(seed, &format!("ukey key {NAME} 1")))?;
    let issuer = &authorities.sm2;
    let certificate = card(&issuer.key, &issuer.name_der()?, &pair, &holder, &terms)?;
    let keys = vec![CardKey { reference: 1, pair, certificate }];
    let account = AccountName::parse(&format!("{}-demo", company.slug))?;
    Ok(made(seed, NAME, TOKEN, (None, Some(account)), keys))
}
