//! The schemas of the OpenAPI document. They only describe; tests hold them against what is answered.
#![allow(dead_code, reason = "fields are read by the derive alone")]

mod account;
mod certify;
mod company;
mod legal;
mod person;
mod platform;
mod problem;
mod procedure;
mod sign_in;
mod stage;

pub(crate) use account::*;
pub(crate) use certify::*;
pub(crate) use company::*;
pub(crate) use legal::*;
pub(crate) use person::*;
pub(crate) use platform::*;
pub(crate) use problem::*;
pub(crate) use procedure::*;
pub(crate) use sign_in::*;
pub(crate) use stage::*;
