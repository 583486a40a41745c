//! Procedures: a platform's description is walked here, one answer at a time. Which step follows is the core's
//! ([`tongguan_core::flow::procedure`]); what a step asks, and what it takes for an answer, is here, a file for
//! each kind.

mod after;
mod answer;
mod api;
mod bells;
#[cfg(test)]
mod between;
mod branch;
mod checks;
mod code;
mod events;
mod file;
mod form;
mod given;
mod letter;
mod live;
mod matter;
#[cfg(test)]
mod meanwhile;
mod open;
mod paper;
mod parcel;
mod payment;
mod pending;
mod people;
mod phone;
mod picture;
mod platforms;
mod scan;
mod setting;
mod stage;
mod status;
mod store;
mod ticket;
mod transfer;
mod transfer_store;
mod upload;
mod walk;

pub(crate) use api::routes;
pub(crate) use bells::Bells;
pub(crate) use platforms::{void_account_s, void_company_s};
pub(crate) use store::forget_ended;
