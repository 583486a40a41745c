//! The rules of the house, kept by a machine.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use tongguan_core::fault::Refusal;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Files that git knows or would take in, with one of the endings.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "git does not list the files");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let wanted =
        |name: &&str| endings.iter().any(|ending| name.ends_with(ending)) && root().join(name).is_file();
    let found: Vec<PathBuf> = listed.lines().filter(wanted).map(PathBuf::from).collect();
    assert!(!found.is_empty());
    found
}

/// Crate -> the workspace's crates that it is built from (development dependencies apart).
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let out = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let mut arrows = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let uses = package["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null());
        let uses = uses.map(|d| d["name"].as_str().unwrap().to_owned()).collect();
        arrows.insert(package["name"].as_str().unwrap().to_owned(), uses);
    }
    arrows
}

#[test]
fn arrows_point_inwards() {
    const DRIVERS: [&str; 9] = [
        "tongguan-catalogue",
        "tongguan-iccard",
        "tongguan-picture",
        "tongguan-portal",
        "tongguan-program",
        "tongguan-skf",
        "tongguan-store",
        "tongguan-ukey",
        "tongguan-worker",
    ];
    const WIRING: &str = "tongguan-wiring";
    const HOSTS: [&str; 3] = ["tongguan", "tongguan-desktop", "tongguan-sandbox"];
    let is_sandbox = |name: &str| name.starts_with("tongguan-sandbox");
    let arrows = arrows();
    for (from, uses) in &arrows {
        for to in uses.iter().filter(|name| arrows.contains_key(*name)) {
            let allowed = match from.as_str() {
                "tongguan-core" => false,
                driver if DRIVERS.contains(&driver) => to == "tongguan-core",
                WIRING => to == "tongguan-core" || DRIVERS.contains(&to.as_str()),
                "tongguan" | "tongguan-desktop" => {
                    to == "tongguan-core" || to == WIRING || DRIVERS.contains(&to.as_str())
                }
                "tongguan-sandbox-card" | "tongguan-sandbox-world" => to == "tongguan-core",
                // A phone knows the portal by its HTTP alone; CTID, which is nobody's platform, by its desk.
                "tongguan-sandbox-phone" => matches!(
                    to.as_str(),
                    "tongguan-core"
                        | "tongguan-picture"
                        | "tongguan-sandbox-pages"
                        | "tongguan-sandbox-outside"
                ),
                sandbox if is_sandbox(sandbox) => !matches!(to.as_str(), "tongguan" | "tongguan-desktop"),
                _ => !matches!(to.as_str(), "tongguan" | "tongguan-desktop"),
            };
            assert!(allowed, "{from} must not depend on {to}");
        }
    }
    for name in DRIVERS.iter().chain(&HOSTS).chain(&["tongguan-core"]) {
        assert!(arrows.contains_key(*name), "{name} is gone: mend this test");
    }
}

#[test]
fn a_phone_has_of_the_world_what_its_apps_have_alone() {
    for file in files(&[".rs"]).iter().filter(|file| file.starts_with("sandbox/phone/src")) {
        let text = read(file);
        let imports = text.split("tongguan_sandbox_outside::").skip(1);
        for name in imports.flat_map(|rest| rest.split(';').next().unwrap().split([',', '{', '}', ' '])) {
            let ctid = ["Applicant", "CtidDesk", "Identity", "NotOpened"].contains(&name);
            let known = ctid || ["", "AccountHolder", "Wallet"].contains(&name);
            assert!(known, "{} has {name} of the world", file.display());
        }
    }
}

#[test]
fn the_core_does_no_io_and_knows_no_host() {
    let banned =
        ["tokio", "reqwest", "rusqlite", "pcsc", "axum", "tauri", "keyring", "libloading", "cryptoki"];
    let uses = &arrows()["tongguan-core"];
    for name in banned {
        assert!(!uses.contains(name), "the core uses {name}");
    }
    for file in files(&[".rs"]).iter().filter(|f| f.starts_with("core/src")) {
        let text = read(file);
        let code = text.split("#[cfg(test)]").next().unwrap();
        for word in ["std::fs", "std::net", "std::thread", "async fn", "println!"] {
            assert!(!code.contains(word), "{} has {word}", file.display());
        }
    }
}

#[test]
fn only_one_file_names_pcsc() {
    for file in
        files(&[".rs"]).iter().filter(|f| f.starts_with("drivers") && f.to_string_lossy().contains("/src/"))
    {
        let uses = read(file)
            .lines()
            .any(|l| l.contains("pcsc::") && !l.contains("crate::pcsc") && !l.trim_start().starts_with("//"));
        let may = ["pcsc.rs", "service.rs", "scard.rs"].iter().any(|name| file.ends_with(name));
        assert!(!uses || may, "{} names the PC/SC library", file.display());
    }
}

/// Texts for people live in words; the statement's in one file; the sandbox's people are data.
#[test]
fn no_words_for_people_in_rust() {
    let is_han = |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
    for file in files(&[".rs"]) {
        if file.starts_with("sandbox/world") {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            assert!(!line.chars().any(is_han), "{}:{} has Chinese text", file.display(), number + 1);
        }
    }
}

/// Views made up for the gallery and the tests of parts.
fn is_fixture(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    file.starts_with("ui/src/host") && name.starts_with("fixture.")
}

#[test]
fn no_words_for_people_in_screens() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for file in files(&[".svelte", ".ts"]) {
        if !file.starts_with("ui/src") || file.starts_with("ui/src/words") || is_fixture(&file) {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            assert!(!line.chars().any(is_han), "{}:{} has Chinese text", file.display(), number + 1);
        }
    }
}

/// A platform is a description: words, looks, fixtures and tests may name one, and no code that walks it.
#[test]
fn no_code_names_a_platform() {
    let platforms: Vec<String> = std::fs::read_dir(root().join("assets/platforms"))
        .unwrap()
        .map(|file| stem(&file.unwrap().path()))
        .collect();
    assert!(platforms.len() >= 3, "{platforms:?}");
    for file in files(&[".rs", ".ts", ".svelte"]) {
        let part = |name: &str| file.components().any(|part| part.as_os_str() == name);
        let words = file.starts_with("ui/src/words") || is_fixture(&file) || file.ends_with("api.gen.ts");
        // What a test or the bench walks has a name.
        if words || part("tests") || part("test") || part("bench") || is_test_module(&file) {
            continue;
        }
        let text = read(&file);
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            let line = line.trim_start();
            let tells = line.starts_with("//") || line.starts_with("#[schema(") || line.starts_with('*');
            let named = platforms.iter().find(|name| line.to_lowercase().contains(name.as_str()));
            assert!(tells || named.is_none(), "{}:{} names {named:?}", file.display(), number + 1);
        }
    }
}

/// Declared for tests alone.
fn is_test_module(file: &Path) -> bool {
    let declared = format!("#[cfg(test)]\nmod {};", stem(file));
    let beside = |name: &str| root().join(file.with_file_name(name));
    ["mod.rs", "lib.rs"]
        .into_iter()
        .any(|name| std::fs::read_to_string(beside(name)).is_ok_and(|text| text.contains(&declared)))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn colours_live_in_one_file() {
    for file in files(&[".svelte", ".css"]) {
        if !file.starts_with("ui/src") || file.ends_with("app.css") {
            continue;
        }
        let text = read(&file);
        let style = text.split("<style").nth(1).unwrap_or(if file.extension().unwrap() == "css" {
            &text
        } else {
            ""
        });
        for (number, line) in style.lines().enumerate() {
            let hex = line.split('#').skip(1).any(|rest| {
                let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
                matches!(digits, 3 | 4 | 6 | 8)
            });
            let named = ["rgb(", "rgba(", "hsl(", "oklch("].iter().any(|f| line.contains(f));
            assert!(!hex && !named, "{} style line {number}: {line}", file.display());
        }
    }
}

#[test]
fn every_fault_has_a_handbook_entry() {
    let handbook = read("docs/faults.md");
    let headings: BTreeSet<String> = handbook
        .lines()
        .filter_map(|line| line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")))
        .map(|heading| heading.trim().trim_matches('`').to_owned())
        .collect();
    let generated = read("ui/src/host/api.gen.ts");
    let fault = generated.lines().find(|line| line.starts_with("export type Fault =")).unwrap();
    let codes: Vec<&str> =
        fault.split("\"code\": \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(codes.len() > 40, "{codes:?}");
    for code in codes.into_iter().chain(Refusal::ALL.map(Refusal::code)) {
        assert!(headings.contains(code), "docs/faults.md has no entry {code}");
    }
}

/// The one place that speaks to the desktop framework.
#[test]
fn only_the_host_folder_imports_tauri() {
    for file in files(&[".svelte", ".ts"]) {
        if file.starts_with("ui/src") && !file.starts_with("ui/src/host") {
            assert!(!read(&file).contains("@tauri-apps"), "{}", file.display());
        }
    }
}

#[test]
fn a_test_neither_sleeps_nor_is_ignored() {
    for file in files(&[".rs"]) {
        let text = read(&file);
        for word in [
            concat!("thread::", "sleep("),
            concat!("time::", "sleep("),
            concat!("#[", "ignore"),
            concat!("todo", "!("),
            concat!("unimplemented", "!("),
        ] {
            let found = text.lines().any(|line| line.contains(word) && !line.contains("for word in"));
            assert!(!found, "{} has {word}", file.display());
        }
    }
}

/// What changes belongs to whoever opened it. A signal's handler has no other place, and so has a library that is
/// loaded once for a whole process.
#[test]
fn no_state_in_statics() {
    let exempt = [
        "cli/src/interrupt.rs",
        "sandbox/pkcs11/",
        "sandbox/skf/",
        "sandbox/ukey/",
        "drivers/skf/src/binding/fake/",
    ];
    for file in files(&[".rs"]) {
        let path = file.to_string_lossy().replace('\\', "/");
        if !path.contains("/src/")
            || path.starts_with("tests/")
            || path.starts_with("bench/")
            || is_test_module(&file)
        {
            continue;
        }
        let text = read(&file);
        let code = text.split("#[cfg(test)]").next().unwrap();
        let state = ["OnceLock", "OnceCell", "Mutex", "RwLock", "Atomic", "RefCell"];
        let found = code.lines().map(str::trim_start).find(|line| {
            let declares =
                line.starts_with("static ") || line.starts_with("pub static ") || line.contains(") static ");
            declares && state.iter().any(|word| line.contains(word))
        });
        assert!(found.is_none() || exempt.iter().any(|e| path.starts_with(e)), "{path}: {found:?}");
    }
}

#[test]
fn unsafe_code_stays_where_a_foreign_api_demands_it() {
    for file in files(&[".rs"]) {
        let text = read(&file);
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap();
            if code.contains(concat!("unsafe", " {")) || code.contains(concat!("unsafe", " impl")) {
                let above = lines[i.saturating_sub(4)..i].join("\n");
                assert!(above.contains("SAFETY"), "{}:{} has no SAFETY line", file.display(), i + 1);
            }
        }
    }
}
