//! `./dev bench`: a table of what this program costs. No figure stands alone: each has beside it what the
//! same machine needs, in the same run, for the part that cannot be saved.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that fails ends the run"
)]

mod commands;
mod insertion;
mod own_time;
mod proofs;
mod row;
mod window;

use row::Row;

fn main() {
    println!("| what | ours | beside it, same run | ratio |\n|---|---|---|---|");
    let parts = [commands::measure, own_time::measure, insertion::measure, proofs::measure, window::measure];
    for Row { what, ours, limit, ratio } in parts.into_iter().flat_map(|measure| measure()) {
        println!("| {what} | {ours} | {limit} | {ratio} |");
    }
}
