//! Companies and accounts. None of them exists: region 99 is given out nowhere, so no code made here can
//! belong to a company.

use crate::WorldError;
use crate::people::{People, Person};
use crate::stream::Stream;
use serde::{Deserialize, Serialize};
use tongguan_core::domain::{
    AccountName, Address, CompanyIdentity, CompanyName, EmailAddress, OrganizationCode, Password,
    PhoneNumber, RegistrationNumber, UnifiedSocialCreditCode,
};
use tongguan_core::ports::{Right, Role};

const COMPANIES: &str = include_str!("../data/companies.txt");
const STREETS: &str = include_str!("../data/streets.txt");
/// A street with its house number.
const ADDRESS: &str = include_str!("../data/address.txt");
/// GB 32100 characters that an organisation code may have inside a USCC.
const CODE_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Without what looks alike.
const PASSWORD_ALPHABET: &str = "abcdefghjkmnpqrstuvwxyz23456789";
/// The first company's code is agreed with the tests: 91120116 + this with its check characters.
const FIRST_ORGANIZATION: &str = "MA0T3K1X";
/// RFC 2606: nobody has it.
const MAIL_DOMAIN: &str = "tongguan.example";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Company {
    /// Short ASCII name; account names begin with it.
    pub slug: String,
    pub identity: CompanyIdentity,
    /// Under which it was registered before there was a unified code.
    pub registration: RegistrationNumber,
    pub address: Address,
    pub legal_representative: Person,
    pub operator: Person,
}

/// An account at the portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub name: AccountName,
    pub password: Password,
    /// The company that it belongs to.
    pub company: UnifiedSocialCreditCode,
    pub role: Role,
    /// Of an operator.
    pub rights: Vec<Right>,
    pub holder: Person,
    pub phone: PhoneNumber,
    pub email: Option<EmailAddress>,
}

pub(crate) fn companies(seed: u64, people: &mut People) -> Result<Vec<Company>, WorldError> {
    COMPANIES
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(slug, name)| company(seed, people, slug, name))
        .collect()
}

fn company(seed: u64, people: &mut People, slug: &str, name: &str) -> Result<Company, WorldError> {
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
        registration: registration(seed, slug)?,
        address: address(seed, slug)?,
        legal_representative: people.person(&format!("{slug} legal"))?,
        operator: people.person(&format!("{slug} operator"))?,
    })
}

/// Of the ten last digits one fits. Registry 999 is none.
fn registration(seed: u64, slug: &str) -> Result<RegistrationNumber, WorldError> {
    let mut stream = Stream::new(seed, &format!("registration {slug}"));
    let body = format!("999{}", stream.digits(11));
    (0..10)
        .find_map(|digit| RegistrationNumber::parse(&format!("{body}{digit}")).ok())
        .ok_or(WorldError::Data("registration numbers"))
}

fn address(seed: u64, slug: &str) -> Result<Address, WorldError> {
    let mut stream = Stream::new(seed, &format!("address {slug}"));
    let streets: Vec<&str> = STREETS.lines().collect();
    let street = stream.pick(&streets).copied().ok_or(WorldError::Data("streets.txt"))?;
    let house = 1 + stream.below(200);
    Ok(Address::parse(&ADDRESS.trim().replace("{street}", street).replace("{house}", &house.to_string()))?)
}

/// To each company `SLUG-demo`, which its operator administers. At the first one also `haihe-clerk`, an
/// operator who may certify, and `haihe-guest`, who is nothing yet.
pub(crate) fn accounts(
    seed: u64,
    people: &mut People,
    companies: &[Company],
) -> Result<Vec<Account>, WorldError> {
    let mut accounts = Vec::new();
    for company in companies {
        let holder = company.operator.clone();
        accounts.push(account(seed, "demo", company, Role::Administrator, holder)?);
    }
    if let Some(first) = companies.first() {
        for (title, role) in [("clerk", Role::Operator), ("guest", Role::Personal)] {
            let holder = people.person(&format!("{} {title}", first.slug))?;
            accounts.push(account(seed, title, first, role, holder)?);
        }
    }
    Ok(accounts)
}

fn account(
    seed: u64,
    title: &str,
    company: &Company,
    role: Role,
    holder: Person,
) -> Result<Account, WorldError> {
    let name = format!("{}-{title}", company.slug);
    let mut stream = Stream::new(seed, &format!("password {name}"));
    let parts: Vec<String> = (0..3).map(|_| stream.characters(PASSWORD_ALPHABET, 4)).collect();
    let email = match role {
        Role::Personal => None,
        _ => Some(EmailAddress::parse(&format!("{name}@{MAIL_DOMAIN}"))?),
    };
    Ok(Account {
        name: AccountName::parse(&name)?,
        password: Password::from(parts.join("-")),
        company: company.identity.uscc.clone(),
        role,
        rights: if role == Role::Operator { vec![Right::Certify] } else { Vec::new() },
        phone: holder.phone.clone(),
        holder,
        email,
    })
}
