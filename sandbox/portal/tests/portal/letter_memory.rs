//! A small letter that would become a large one in memory.

use crate::common::case;
use crate::transfer::at_reverse;
use lopdf::{Stream, dictionary};
use std::process::Command;

/// Bytes that a letter may take beyond what the portal had before it.
const MOST: u64 = 32 << 20;
/// Several thousand would find room in the file; these take long enough for whoever reads each of them.
const NUMBERS: usize = 40;
/// Set in the process that is measured.
const MEASURED: &str = "TONGGUAN_LETTER_MEASURED";
const OWN_NAME: &str = "letter_memory::a_small_letter_takes_the_portal_little_memory";

/// A page, and a stream of objects that says of all its numbers that they are the same array (ISO 32000-1, 7.5.7).
fn many_of_one_array() -> Vec<u8> {
    let index: String = (0..NUMBERS).map(|number| format!("{} 0 ", number + 9)).collect();
    let objects = [index.as_bytes(), b"[", &b"0 ".repeat(100_000), b"]"].concat();
    let mut packed = Stream::new(dictionary! {}, objects);
    packed.compress().unwrap();
    let (first, length) = (index.len(), packed.content.len());
    let head = format!("<</Type/ObjStm/N 200/First {first}/Filter/FlateDecode/Length {length}>>\nstream\n");
    let stream = [head.as_bytes(), &packed.content, b"\nendstream"].concat();
    let objects: [&[u8]; 4] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        &stream,
    ];
    let (mut file, mut table) = (b"%PDF-1.7\n".to_vec(), "xref\n0 5\n0000000000 65535 f \n".to_owned());
    for (object, number) in objects.iter().zip(1..) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend([format!("{number} 0 obj\n").as_bytes(), *object, b"\nendobj\n"].concat());
    }
    let start = file.len();
    file.extend(format!("{table}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// Bytes: the most that this process ever had (proc_pid_status(5)).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[test]
fn a_small_letter_takes_the_portal_little_memory() {
    if std::env::var_os(MEASURED).is_none() {
        // Alone: what other tests take at the same time is not a letter's.
        let own = std::env::current_exe().unwrap();
        let mut child = Command::new(own);
        let child = child.args(["--exact", OWN_NAME, "--nocapture"]).env(MEASURED, "1").output().unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        let complained = String::from_utf8_lossy(&child.stderr);
        assert!(child.status.success() && said.contains("1 passed"), "{said}{complained}");
        return;
    }
    let case = case();
    let walker = at_reverse(&case, "haihe-demo");
    let file = many_of_one_array();
    assert!(file.len() < 100_000, "{}", file.len());
    // What looking at a letter takes whatever it holds is not this one's.
    assert_eq!(walker.flaw("letter", b"%PDF-1.7\nhello\n"), "damaged");
    let before = peak();
    walker.upload("letter", &file);
    let grown = peak() - before;
    assert!(grown < MOST, "{} MiB", grown >> 20);
}
