//! The first generation of electronic-port certificates, for parsers: RSA-1024 with SHA-1, BMPString
//! names, GBK bytes inside IA5String extensions, a serial number of four bytes.

use crate::WorldError;
use crate::authority::serial;
use crate::card::card_number;
use crate::certificate::{Generation, Holder, Terms, authority_name, card, root};
use crate::key::{KeyAlgorithm, KeyPair};
use crate::population::Company;
use crate::stream::Stream;
use tongguan_core::domain::Timestamp;

const DAY: i64 = 86_400;
const ROOT_NAME: &str = "Tongguan sandbox RSA-1024 root";

/// A certificate of the RSA era with its key and its root.
#[derive(Debug, Clone)]
pub struct RsaEra {
    pub certificate: Vec<u8>,
    pub issuer: Vec<u8>,
    pub pair: KeyPair,
}

impl RsaEra {
    /// For the operator of `company`.
    pub fn generate(seed: u64, now: Timestamp, company: &Company) -> Result<Self, WorldError> {
        let algorithm = KeyAlgorithm::Rsa1024Sha1;
        let root_key = KeyPair::generate(algorithm, Stream::new(seed, "rsa era root"))?;
        let pair = KeyPair::generate(algorithm, Stream::new(seed, "rsa era card"))?;
        let from = now.plus_seconds(-400 * DAY);
        let until = now.plus_seconds(400 * DAY);
        let issuer = root(&root_key, ROOT_NAME, &serial(seed, "rsa era root", algorithm), from, until)?;
        let number = card_number(seed, "rsa era");
        let holder = Holder {
            name: company.operator.name.as_str(),
            document: company.operator.document.number.as_str(),
            company: company.identity.name.as_str(),
            organization_code: company.identity.organization_code.as_str(),
            card_number: number.strip_prefix("03-").unwrap_or(&number),
        };
        let serial = serial(seed, "rsa era card", algorithm);
        let terms = Terms { serial: &serial, from, until, generation: Generation::Rsa, may_sign: true };
        let certificate = card(&root_key, &authority_name(ROOT_NAME)?, &pair, &holder, &terms)?;
        Ok(Self { certificate, issuer, pair })
    }
}
