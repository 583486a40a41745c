//! The PIN is nowhere after the library had it, and a library finds nothing that it should not have.

use crate::program::{self, veiled};
use crate::stage::{Stage, in_memory};

crate::tests!(
    the_pin_is_nowhere_after_the_library_had_it,
    a_library_finds_a_clean_environment,
    a_worker_leaves_no_core,
);

fn the_pin_is_nowhere_after_the_library_had_it() {
    const CANARY: &str = "#Kq7!canary:Zw2";
    let stage = Stage::open(&[]);
    let mut program = program::start("signs", &stage.order("any-pin"), &[&veiled(CANARY)]);
    let worker: u32 = program.say().parse().unwrap();
    assert_eq!(program.say(), "Ok([99, 98, 97])");
    assert_eq!(stage.count("any-pin", "pins"), 1);
    // The search finds what is there.
    assert!(in_memory(program.pid(), veiled(CANARY).as_bytes()) > 0);
    assert!(in_memory(worker, b"any-pin.so") > 0);
    assert_eq!(in_memory(program.pid(), CANARY.as_bytes()), 0, "the PIN is still in the program");
    assert_eq!(in_memory(worker, CANARY.as_bytes()), 0, "the PIN is still in the worker");
}

fn a_library_finds_a_clean_environment() {
    let stage = Stage::open(&[]);
    let environment =
        [("LD_LIBRARY_PATH", "/planted"), ("LD_BIND_NOW", "1"), ("DYLD_X", "1"), ("KEPT", "yes")];
    let mut program = program::start_with("lists", &stage.order("surroundings"), &[], &environment);
    let mut lines = Vec::new();
    loop {
        match program.say() {
            line if line.is_empty() => break,
            line => lines.push(line),
        }
    }
    assert!(lines.contains(&"cwd /".into()) && lines.contains(&"env KEPT=yes".into()), "{lines:?}");
    assert!(
        !lines.iter().any(|line| line.starts_with("env LD_") || line.starts_with("env DYLD_")),
        "{lines:?}"
    );
    // Three times nothing, and of the program's own no more than the two ways to it, out of the way.
    for standard in 0..3 {
        assert!(lines.contains(&format!("fd {standard} /dev/null")), "{lines:?}");
    }
    let sockets: Vec<&String> = lines.iter().filter(|line| line.contains(" socket:")).collect();
    assert_eq!(sockets.len(), 2, "{sockets:?}");
    assert!(sockets.iter().all(|line| line[3..].split(' ').next().unwrap().parse::<u32>().unwrap() >= 100));
}

fn a_worker_leaves_no_core() {
    let stage = Stage::open(&["good"]);
    let worker = crate::stage::pid(&stage.token("good"));
    let limits = std::fs::read_to_string(format!("/proc/{worker}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
}
