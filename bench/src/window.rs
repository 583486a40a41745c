//! The window's start and memory, against an empty window of the same framework.

use crate::row::Row;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Built by `./dev bench` beside this program.
const OURS: &str = "tongguan-desktop";
const EMPTY: &str = "examples/empty_window";

struct Measured {
    /// Until the window is on the screen.
    visible: Duration,
    /// Proportional set size of all its processes, KiB.
    pss: u64,
}

pub(crate) fn measure() -> Vec<Row> {
    if std::env::var_os("DISPLAY").is_none() {
        return vec![Row {
            what: "window".into(),
            ours: "not measured: no display".into(),
            limit: String::new(),
            ratio: String::new(),
        }];
    }
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let (ours, empty) = (best(&folder.join(OURS)), best(&folder.join(EMPTY)));
    let ratio = ours.visible.as_secs_f64() / empty.visible.as_secs_f64();
    let start = Row::new(
        "window visible after start",
        format!("{} ms", ours.visible.as_millis()),
        format!("{} ms (empty window)", empty.visible.as_millis()),
        ratio,
    );
    #[expect(clippy::cast_precision_loss, reason = "a ratio of memory sizes")]
    let ratio = ours.pss as f64 / empty.pss as f64;
    let mib = |kib: u64| format!("{} MiB", kib / 1024);
    let memory = Row::new(
        "memory at rest, all processes (PSS)",
        mib(ours.pss),
        format!("{} (empty window)", mib(empty.pss)),
        ratio,
    );
    vec![start, memory]
}

/// The better of three starts: the first one warms the disk.
fn best(program: &Path) -> Measured {
    assert!(program.is_file(), "{} is not built", program.display());
    (0..3).map(|_| start(program)).min_by_key(|m| m.visible).unwrap()
}

fn start(program: &Path) -> Measured {
    let home = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let mut child = Command::new(program)
        .env("TONGGUAN_STATE", home.path())
        .env("XDG_DATA_HOME", home.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A window that changes while it is looked at makes the search fail: it is asked again.
    let found = (0..20).any(|_| is_visible(child.id()));
    assert!(found, "no window of {}", program.display());
    let visible = started.elapsed();
    settle(&child);
    let pss = pss_of_tree(child.id());
    end(&mut child);
    Measured { visible, pss }
}

/// Waits for a window of the process on the screen, 10 s at most.
fn is_visible(pid: u32) -> bool {
    let search = ["10", "xdotool", "search", "--sync", "--onlyvisible", "--pid", &pid.to_string()];
    Command::new("timeout").args(search).stdout(Stdio::null()).status().unwrap().success()
}

/// Until the page stands: the processes have burned no time between two looks.
fn settle(child: &Child) {
    let mut last = 0;
    for _ in 0..40 {
        let _ = Command::new("xdotool").args(["sleep", "0.25"]).status();
        let now: u64 = tree(child.id()).iter().map(|pid| ticks(*pid)).sum();
        if now == last {
            return;
        }
        last = now;
    }
}

fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    fields.iter().skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum()
}

fn tree(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied() {
        let children = std::fs::read_to_string(PathBuf::from(format!("/proc/{pid}/task/{pid}/children")));
        found.extend(children.unwrap_or_default().split_whitespace().filter_map(|c| c.parse::<u32>().ok()));
        at += 1;
    }
    found
}

fn pss_of_tree(root: u32) -> u64 {
    let pss = |pid: &u32| {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap_or("").to_owned();
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0)
    };
    tree(root).iter().map(pss).sum()
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
