//! What an account may do.

use crate::column::{from_word, word_of};
use crate::problem::Problem;
use crate::session::Session;
use tongguan_core::ports::{Right, Role};

const ALL: [Right; 2] = [Right::Certify, Right::EditCompany];

impl Session {
    /// An administrator everything, an operator what was given, a personal account nothing.
    pub(crate) fn may(&self, right: Right) -> Result<(), Problem> {
        if self.rights.contains(&right) { Ok(()) } else { Err(Problem::NotAllowed) }
    }

    pub(crate) fn administers(&self) -> Result<(), Problem> {
        if self.role == Role::Administrator { Ok(()) } else { Err(Problem::NotAllowed) }
    }
}

/// Reads the column `rights` of an account with this role.
pub(crate) fn rights_from(role: Role, column: &str) -> Vec<Right> {
    match role {
        Role::Administrator => ALL.to_vec(),
        Role::Operator => column.split(',').filter_map(from_word).collect(),
        Role::Personal => Vec::new(),
    }
}

/// Each once, always in the same order.
pub(crate) fn rights_column(rights: &[Right]) -> String {
    let given = ALL.into_iter().filter(|right| rights.contains(right));
    given.map(word_of).collect::<Vec<_>>().join(",")
}
