//! The core of Tongguan: values that parse, ports to the outside, one flow per user goal.

pub mod api;
pub mod domain;
pub mod fault;
pub mod flow;
pub mod ports;
