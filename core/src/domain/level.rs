use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the portal lets an account do (the level bar of the certification centre).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecurityLevel {
    Low,
    Medium,
    High,
}
