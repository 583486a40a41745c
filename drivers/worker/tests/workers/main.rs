//! Libraries that hang, die, lie and make noise. The test executable is its own worker, and for some tests
//! a program of its own that is killed or looked into.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

#[cfg(unix)]
mod calls;
#[cfg(unix)]
mod ends;
#[cfg(unix)]
mod fake;
#[cfg(unix)]
mod liar;
#[cfg(unix)]
mod loading;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod secrets;
#[cfg(unix)]
mod stage;
#[cfg(unix)]
mod watching;

/// What stands in for a vendor's library here, and the looks into other processes, know POSIX only.
#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    if let Some(exit) = tongguan_worker::serve(fake::load) {
        return exit;
    }
    match std::env::args().nth(1).as_deref() {
        Some(liar::ARGUMENT) => liar::run(),
        Some(program::ARGUMENT) => program::run(),
        _ => {}
    }
    let mut arguments = libtest_mimic::Arguments::from_args();
    arguments.test_threads = Some(1); // the children of this process are counted
    let tests = [calls::tests(), ends::tests(), loading::tests(), secrets::tests(), watching::tests()];
    libtest_mimic::run(&arguments, tests.into_iter().flatten().collect()).exit_code()
}

/// Names each test after its function.
#[cfg(unix)]
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        pub(crate) fn tests() -> Vec<libtest_mimic::Trial> {
            vec![$(libtest_mimic::Trial::test(stringify!($name), || {
                $name();
                Ok(())
            })),*]
        }
    };
}
#[cfg(unix)]
use tests;
