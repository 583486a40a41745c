//! `tongguan-sandbox`: the stage and its parts from the command line.

mod run;

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Sandbox for Tongguan: software cards, reference backend, browser host. Generated data only.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// The reference backend alone.
    Portal {
        /// Without it: where a client looks for a sandbox on its computer, or a free port if that one is taken.
        #[arg(long, value_name = "IP:PORT")]
        listen: Option<SocketAddr>,
        #[arg(long, default_value = ".state")]
        state: PathBuf,
    },
    /// One software card in a virtual reader, until it is pulled.
    Card {
        /// As `world` lists it, for example haihe-operator-sm2.
        name: String,
        #[arg(long, default_value = ".state")]
        state: PathBuf,
        /// Where vpcd waits for a card.
        #[arg(long, default_value = "127.0.0.1:35963")]
        vpcd: SocketAddr,
    },
    /// Lists companies, accounts and cards, with passwords and PINs.
    World {
        #[arg(long)]
        json: bool,
        #[arg(long, default_value = ".state")]
        state: PathBuf,
    },
    /// Draws everybody's face and identity card, to be held into a camera or chosen as a file.
    Pictures {
        dir: PathBuf,
        #[arg(long, default_value = ".state")]
        state: PathBuf,
    },
    /// Everything together, until a signal comes or standard input closes.
    Stage {
        #[arg(long, default_value = ".state")]
        state: PathBuf,
        /// No page; the control only.
        #[arg(long)]
        no_ui: bool,
        /// The folder with the built page.
        #[arg(long, default_value = "ui/dist")]
        ui: PathBuf,
        /// Where a program beside this one keeps its state: it is told of the sandbox's banks there.
        #[arg(long, value_name = "DIR")]
        program_state: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    // Started by itself to hold a vendor's library: then it is that and nothing else.
    if let Some(end) = tongguan_wiring::serve_worker() {
        return end;
    }
    let done = match Arguments::parse().part {
        Part::Portal { listen, state } => run::portal(listen, &state),
        Part::Card { name, state, vpcd } => run::card(&name, &state, vpcd),
        Part::World { json, state } => run::world(json, &state),
        Part::Pictures { dir, state } => run::pictures(&dir, &state),
        Part::Stage { state, no_ui, ui, program_state } => {
            run::stage(&state, (!no_ui).then_some(ui), program_state.as_deref())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => run::complain(&*error),
    }
}
