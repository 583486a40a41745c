//! What the software card signs is checked by programs of other hands: OpenSSL, and a second SM2.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod bench_desk;
mod certificates;
mod envelopes;
