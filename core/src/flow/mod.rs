//! One module per user goal.

pub mod certify_token;
