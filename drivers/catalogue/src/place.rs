//! Where a library may lie: an absolute path with placeholders from a fixed list.

use serde::Deserialize;
use std::path::Path;
use tongguan_core::domain::LibraryPath;
use tongguan_core::fault::Fault;

const NUMBER: &str = "<number>";
/// More numbered folders than any installer makes.
const NUMBERS_MAX: usize = 64;

/// `/usr/lib/<triplet>/libx.so`, `%System%\x.dll`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Place(String);

impl TryFrom<String> for Place {
    type Error = Fault;

    /// A place is a library's path once each placeholder has its usual value.
    fn try_from(place: String) -> Result<Self, Fault> {
        let usual = place.replace(NUMBER, "0");
        for path in Folders::usual().fill(&usual) {
            LibraryPath::parse(&path)?;
            if path.contains(['<', '>', '%', '*', '?']) {
                return Err(Fault::InputInvalid { field: "path".into(), reason: "placeholder".into() });
            }
        }
        Ok(Self(place))
    }
}

impl Place {
    /// The last part of the path.
    pub(crate) fn file_name(&self) -> &str {
        self.0.rsplit(['/', '\\']).next().unwrap_or(&self.0)
    }

    /// A path of Windows, not of a POSIX system.
    pub(crate) fn is_windows(&self) -> bool {
        !self.0.starts_with('/')
    }

    /// The paths on this machine, whether there is a file or not. Never empty unless a folder `<number>` is.
    pub(crate) fn paths(&self, folders: &Folders) -> Vec<String> {
        folders.fill(&self.0).iter().flat_map(|path| numbered(path)).collect()
    }
}

/// The folders whose names are numbers, in the place of `<number>`.
fn numbered(path: &str) -> Vec<String> {
    let Some((folder, rest)) = path.split_once(NUMBER) else { return vec![path.to_owned()] };
    let entries = Path::new(folder).read_dir().into_iter().flatten().filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    let mut names: Vec<String> = names.filter(is_number).take(NUMBERS_MAX).collect();
    names.sort();
    names.into_iter().map(|name| format!("{folder}{name}{rest}")).collect()
}

/// What the placeholders stand for.
#[derive(Debug, Clone)]
pub(crate) struct Folders(Vec<(&'static str, Vec<String>)>);

impl Folders {
    /// On this machine.
    pub(crate) fn here() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    fn usual() -> Self {
        Self::new(|_| None)
    }

    /// The environment may name other folders, but only in full: a relative one would lead to the folder
    /// that the program was started in, a UNC one to another machine.
    fn new(environment: impl Fn(&str) -> Option<String>) -> Self {
        let folder = |name: &str, usual: &str| match environment(name) {
            Some(folder) if is_on_drive(&folder) => folder.trim_end_matches(['\\', '/']).to_owned(),
            _ => usual.to_owned(),
        };
        let root = folder("SystemRoot", r"C:\Windows");
        let programs = folder("ProgramFiles", r"C:\Program Files");
        let programs_32 = folder("ProgramFiles(x86)", r"C:\Program Files (x86)");
        let triplet = if cfg!(target_arch = "aarch64") { "aarch64-linux-gnu" } else { "x86_64-linux-gnu" };
        Self(vec![
            ("<triplet>", vec![triplet.to_owned()]),
            ("%System%", vec![format!(r"{root}\System32"), format!(r"{root}\SysWOW64")]),
            ("%SystemRoot%", vec![root]),
            ("%ProgramFiles%", vec![programs, programs_32]),
        ])
    }

    /// `place` once for each value of each placeholder in it, in their order.
    fn fill(&self, place: &str) -> Vec<String> {
        self.0.iter().fold(vec![place.to_owned()], |places, (word, folders)| {
            let filled = |place: String| match place.contains(word) {
                true => folders.iter().map(|folder| place.replace(word, folder)).collect(),
                false => vec![place],
            };
            places.into_iter().flat_map(filled).collect()
        })
    }
}

fn is_on_drive(folder: &str) -> bool {
    folder.as_bytes().get(1) == Some(&b':') && LibraryPath::parse(folder).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(text: &str) -> Result<Place, Fault> {
        Place::try_from(text.to_owned())
    }

    #[test]
    fn a_relative_place_is_refused() {
        for bad in ["", "libx.so", "./libx.so", "x/libx.so", "/opt/../libx.so", "x.dll", r"System32\x.dll"] {
            assert!(place(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_unknown_placeholder_is_refused() {
        for bad in ["/opt/<arch>/libx.so", r"%TEMP%\x.dll", r"C:\%USERPROFILE%\x.dll", "/opt/*/libx.so"] {
            assert!(place(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_placeholder_gives_each_of_its_folders() {
        let folders = Folders::new(|name| (name == "SystemRoot").then(|| r"D:\Win\".to_owned()));
        let dll = place(r"%System%\x.dll").unwrap();
        assert_eq!(dll.paths(&folders), [r"D:\Win\System32\x.dll", r"D:\Win\SysWOW64\x.dll"]);
        let dll = place(r"%ProgramFiles%\A B\x.dll").unwrap();
        assert_eq!(dll.paths(&folders).len(), 2);
        assert!(
            place("/usr/lib/<triplet>/libx.so").unwrap().paths(&folders)[0].ends_with("-linux-gnu/libx.so")
        );
    }

    #[test]
    fn a_planted_system_root_is_not_followed() {
        for planted in ["", ".", "evil", r"\evil", r"\\evil\share", "C:evil", r"C:\a\..\evil", "/evil"] {
            let folders = Folders::new(|_| Some(planted.to_owned()));
            let paths = place(r"%SystemRoot%\x.dll").unwrap().paths(&folders);
            assert_eq!(paths, [r"C:\Windows\x.dll"], "{planted}");
        }
    }

    #[test]
    fn numbered_folders_are_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["2", "10", "x1"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let text = format!("{}/<number>/libx.so", dir.path().display());
        let paths = place(&text).unwrap().paths(&Folders::usual());
        let root = dir.path().display();
        assert_eq!(paths, [format!("{root}/10/libx.so"), format!("{root}/2/libx.so")]);
        assert_eq!(place("/nowhere/<number>/libx.so").unwrap().paths(&Folders::usual()), [""; 0]);
    }

    proptest! {
        #[test]
        fn an_accepted_place_gives_only_absolute_paths(text in "[/\\\\%<>A-Za-z.:]{0,40}") {
            if let Ok(place) = place(&text) {
                for path in place.paths(&Folders::here()) {
                    prop_assert!(LibraryPath::parse(&path).is_ok(), "{}", path);
                }
            }
        }
    }
}
