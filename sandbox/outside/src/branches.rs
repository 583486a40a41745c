//! Branches of banks in the large-value payment system. Region 99 is given out nowhere, so no number made here
//! belongs to a branch.

use crate::{Outside, Unavailable};
use std::sync::LazyLock;
use tongguan_core::domain::platform::BranchNumber;
use tongguan_core::fault::Register;
use tongguan_core::ports::Branch;

/// `bank CODE NAME SHORT`, `city CODE NAME LATIN`, `branch CODE NAME`: each bank has each branch in each city.
const DATA: &str = include_str!("../data/branches.txt");
const REGION: &str = "99";
/// More are found by asking more exactly.
const SHOWN: usize = 50;

static BRANCHES: LazyLock<Vec<Known>> = LazyLock::new(known);

struct Known {
    branch: Branch,
    /// What it is found by, in small letters.
    text: String,
}

impl Outside {
    /// Those with every word of `find` in their name or number, or in the Latin name of bank or city: the first
    /// fifty.
    pub fn branches(&self, find: &str) -> Result<Vec<Branch>, Unavailable> {
        self.ask(Register::Payments, "", |_, _| Ok(found(find)))
    }
}

/// As it stands in the directory that every bank has.
pub fn branch(number: &BranchNumber) -> Option<&'static Branch> {
    BRANCHES.iter().map(|known| &known.branch).find(|branch| branch.number == *number)
}

fn found(find: &str) -> Vec<Branch> {
    let find = find.to_lowercase();
    let words: Vec<&str> = find.split_whitespace().collect();
    let fits = |known: &&Known| words.iter().all(|word| known.text.contains(word));
    BRANCHES.iter().filter(fits).take(SHOWN).map(|known| known.branch.clone()).collect()
}

/// The branch with this number in the list, counted around.
pub(crate) fn drawn(number: usize) -> Option<&'static Branch> {
    BRANCHES.get(number.checked_rem(BRANCHES.len())?).map(|known| &known.branch)
}

fn known() -> Vec<Known> {
    let mut all = Vec::new();
    for (bank, bank_name, short) in rows("bank ") {
        for (city, city_name, latin) in rows("city ") {
            for (code, name, _) in rows("branch ") {
                let body = format!("{bank}{REGION}{city}{code}");
                let number = format!("{body}{}", sum(&body) % 10);
                let name = format!("{bank_name}{city_name}{name}");
                let text = format!("{name} {number} {short} {latin}");
                if let Ok(number) = BranchNumber::parse(&number) {
                    all.push(Known { branch: Branch { number, name }, text });
                }
            }
        }
    }
    all
}

fn rows(kind: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    DATA.lines().filter_map(move |line| {
        let mut parts = line.strip_prefix(kind)?.split(' ');
        Some((parts.next()?, parts.next()?, parts.next().unwrap_or_default()))
    })
}

fn sum(digits: &str) -> u32 {
    digits.chars().filter_map(|digit| digit.to_digit(10)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_line_of_the_data_is_a_branch_with_a_number_of_its_own() {
        let lines = |kind| rows(kind).count();
        assert_eq!(BRANCHES.len(), lines("bank ") * lines("city ") * lines("branch "));
        assert_eq!(lines("bank ") + lines("city ") + lines("branch "), DATA.lines().count());
        let numbers: HashSet<&str> = BRANCHES.iter().map(|known| known.branch.number.as_str()).collect();
        assert_eq!(numbers.len(), BRANCHES.len());
    }

    #[test]
    fn a_branch_is_found_by_words_in_any_order_and_by_its_number() {
        let some = found("Ningbo CCB");
        assert_eq!(some.len(), rows("branch ").count());
        assert_eq!(found("ccb ningbo"), some);
        assert_eq!(found(some[0].number.as_str()), some[..1]);
        assert_eq!(found(&some[1].name), some[1..2]);
        assert_eq!((found("").len(), found("moon").len()), (SHOWN, 0));
    }
}
