//! Companies, people and accounts. None of them exists: region 99 is given out nowhere, so no code
//! made here can belong to a company or a citizen.

use crate::WorldError;
use crate::stream::Stream;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{
    AccountName, CitizenIdNumber, CompanyIdentity, CompanyName, OrganizationCode, Password,
    UnifiedSocialCreditCode,
};

const COMPANIES: &str = include_str!("../data/companies.txt");
const SURNAMES: &str = include_str!("../data/surnames.txt");
const GIVEN_NAMES: &str = include_str!("../data/given_names.txt");
/// GB 32100 characters that an organisation code may have inside a USCC.
const CODE_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Without what looks alike.
const PASSWORD_ALPHABET: &str = "abcdefghjkmnpqrstuvwxyz23456789";
/// The first company's code is agreed with the tests: 91120116 + this with its check characters.
const FIRST_ORGANIZATION: &str = "MA0T3K1X";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Company {
    /// Short ASCII name; account names begin with it.
    pub slug: String,
    pub identity: CompanyIdentity,
    pub legal_representative: Person,
    pub operator: Person,
}

/// `Debug` shows no number.
#[derive(Clone, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub citizen_id: CitizenIdNumber,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person")
            .field("name", &self.name)
            .field("citizen_id", &self.citizen_id.masked())
            .finish()
    }
}

/// An account at the portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub name: AccountName,
    pub password: Password,
    /// The company that it belongs to.
    pub company: UnifiedSocialCreditCode,
}

pub(crate) fn companies(seed: u64) -> Result<Vec<Company>, WorldError> {
    COMPANIES
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(slug, name)| company(seed, slug, name))
        .collect()
}

fn company(seed: u64, slug: &str, name: &str) -> Result<Company, WorldError> {
    let mut stream = Stream::new(seed, &format!("company {slug}"));
    let (region, body) = match slug {
        "haihe" => ("120116".to_owned(), FIRST_ORGANIZATION.to_owned()),
        _ => (format!("99{}", stream.digits(4)), format!("MA{}", stream.characters(CODE_ALPHABET, 6))),
    };
    let organization_code = OrganizationCode::complete(&body)?;
    let uscc = UnifiedSocialCreditCode::complete(&format!("91{region}{organization_code}"))?;
    let identity = CompanyIdentity { name: CompanyName::parse(name)?, organization_code, uscc };
    Ok(Company {
        slug: slug.into(),
        identity,
        legal_representative: person(seed, &format!("{slug} legal"))?,
        operator: person(seed, &format!("{slug} operator"))?,
    })
}

fn person(seed: u64, label: &str) -> Result<Person, WorldError> {
    let mut stream = Stream::new(seed, &format!("person {label}"));
    let surnames: Vec<char> = SURNAMES.trim().chars().collect();
    let given_names: Vec<&str> = GIVEN_NAMES.lines().collect();
    let mut name: String = stream.pick(&surnames).into_iter().collect();
    name.push_str(stream.pick(&given_names).copied().unwrap_or_default());
    let body = format!(
        "99{}{}{:02}{:02}{}",
        stream.digits(4),
        1960 + stream.below(40),
        1 + stream.below(12),
        1 + stream.below(28),
        stream.digits(3)
    );
    Ok(Person { name, citizen_id: CitizenIdNumber::complete(&body)? })
}

/// One account to a company, `SLUG-demo`, and a second one at the first company, `haihe-clerk`.
pub(crate) fn accounts(seed: u64, companies: &[Company]) -> Result<Vec<Account>, WorldError> {
    let mut accounts = Vec::new();
    for company in companies {
        accounts.push(account(seed, &format!("{}-demo", company.slug), company)?);
    }
    if let Some(first) = companies.first() {
        accounts.push(account(seed, &format!("{}-clerk", first.slug), first)?);
    }
    Ok(accounts)
}

fn account(seed: u64, name: &str, company: &Company) -> Result<Account, WorldError> {
    let mut stream = Stream::new(seed, &format!("password {name}"));
    let parts: Vec<String> = (0..3).map(|_| stream.characters(PASSWORD_ALPHABET, 4)).collect();
    Ok(Account {
        name: AccountName::parse(name)?,
        password: Password::from(parts.join("-")),
        company: company.identity.uscc.clone(),
    })
}
