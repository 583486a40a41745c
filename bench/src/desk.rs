//! Where the application is measured: the desk of the tests, its libraries held by the very program that
//! users get.

use std::path::{Path, PathBuf};
use tongguan_tests::Desk;
use tongguan_wiring::Deadlines;

/// Names the folder of the run, in which SoftHSM2 finds its tokens from the start.
pub(crate) const DIR: &str = "TONGGUAN_BENCH_DIR";

pub(crate) fn open(deadlines: Deadlines) -> Desk {
    let dir = PathBuf::from(std::env::var_os(DIR).expect("a folder"));
    Desk::in_folder(&dir, program(), deadlines)
}

/// Where a stage in `dir` configures SoftHSM2.
pub(crate) fn softhsm2_conf(dir: &Path) -> PathBuf {
    dir.join("stage/libraries/softhsm/softhsm2.conf")
}

/// The program with the window, built beside this one: as a worker it opens none.
pub(crate) fn program() -> PathBuf {
    let program = std::env::current_exe().unwrap().with_file_name("tongguan-desktop");
    assert!(program.is_file(), "{} is not built", program.display());
    program
}
