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
    let mut rows = Vec::new();
    rows.extend(commands::measure());
    rows.extend(own_time::measure());
    rows.extend(insertion::measure());
    rows.extend(proofs::measure());
    rows.extend(window::measure());
    println!("| what | ours | beside it, same run | ratio |\n|---|---|---|---|");
    for Row { what, ours, limit, ratio } in rows {
        println!("| {what} | {ours} | {limit} | {ratio} |");
    }
}
