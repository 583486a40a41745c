//! One module per user goal, and what those with a token share.

pub mod card_sign_in;
pub mod certify_token;
pub mod change_pin;
pub mod procedure;
pub mod signing;
pub mod visit_bank;
