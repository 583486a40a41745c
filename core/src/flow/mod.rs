//! One module per user goal.

pub mod certify_token;
pub mod visit_bank;
