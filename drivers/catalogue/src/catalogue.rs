use crate::approvals::{Approval, Approvals};
use crate::file::Files;
use crate::place::Folders;
use crate::row::LibraryRow;
use crate::rows::Rows;
use crate::shown::{described, kind, library, refused, unusable};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tongguan_core::domain::{Bank, Library, LibraryPath, LibrarySource, LibraryState, LoadOrder, Timestamp};
use tongguan_core::fault::{Fault, LibraryFlaw};

/// Banks and libraries: the rows that are compiled in, the user's own (`banks.toml`, `libraries.toml` in
/// the state folder) over them, what is on this machine, and what the user approved (`approved.toml`).
///
/// The user's files are read anew at every call, so that another program's change counts at once.
#[derive(Debug)]
pub struct Catalogue {
    state_dir: PathBuf,
    built_in: Rows,
    approvals: Approvals,
    files: Files,
    folders: Folders,
}

impl Catalogue {
    /// # Errors
    /// [`Fault::InputInvalid`] for a broken table of the program's own, which the tests forbid.
    pub fn open(state_dir: &Path) -> Result<Self, Fault> {
        Ok(Self {
            state_dir: state_dir.to_owned(),
            built_in: Rows::built_in()?,
            approvals: Approvals::new(state_dir),
            files: Files::new(),
            folders: Folders::here(),
        })
    }

    fn rows(&self) -> Rows {
        self.built_in.clone().with_own(&self.state_dir).0
    }

    /// What stands against the user's own files, each with file and line; such a file adds nothing.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.built_in.clone().with_own(&self.state_dir).1;
        faults.extend(self.approvals.read().err());
        faults
    }

    pub fn banks(&self) -> Vec<Bank> {
        self.rows().banks()
    }

    /// Looks again: what is there of the catalogue's and the user's rows, what the user approved from
    /// elsewhere, and one absent row for each maker nothing is there of. Each file once, links followed.
    pub fn libraries(&self) -> Vec<Library> {
        let (rows, approved) = (self.rows(), self.approvals.read_or_none());
        let (mut list, mut absent) = self.of_rows(&rows, &approved);
        let known: HashSet<LibraryPath> = list.iter().map(|library| library.path.clone()).collect();
        let picked = approved.iter().filter(|approval| !known.contains(&approval.path));
        list.extend(picked.map(|approval| self.picked(approval, &rows, &approved)));
        list.append(&mut absent);
        list
    }

    /// What is there of the rows, and the absent rows.
    fn of_rows(&self, rows: &Rows, approved: &[Approval]) -> (Vec<Library>, Vec<Library>) {
        let (mut there, mut absent): (Vec<Library>, Vec<(&str, Library)>) = Default::default();
        let (mut paths, mut makers) = (HashSet::new(), HashSet::new());
        for (row, source) in rows.libraries() {
            let place_paths: Vec<String> =
                row.places().iter().flat_map(|place| place.paths(&self.folders)).collect();
            let found = place_paths.iter().filter_map(|path| self.at_place(path, row, source, approved));
            for library in found {
                makers.insert(row.maker.0.as_str());
                if paths.insert(library.path.clone()) {
                    there.push(library);
                }
            }
            let path = place_paths.first().and_then(|path| LibraryPath::parse(path).ok());
            let missing = |path| (row.maker.0.as_str(), described(path, row, source, LibraryState::Absent));
            absent.extend(path.map(missing));
        }
        // `makers` holds who has something; whoever comes first of the others is the maker's one row.
        let absent = absent.into_iter().filter(|(maker, _)| makers.insert(maker));
        (there, absent.map(|(_, library)| library).collect())
    }

    /// `None` where there is no file.
    fn at_place(
        &self,
        path: &str,
        row: &LibraryRow,
        source: LibrarySource,
        approved: &[Approval],
    ) -> Option<Library> {
        match self.files.look(path) {
            Ok(file) => Some(library(&file, Some((row, source)), approved)),
            Err(Fault::LibraryMissing { .. }) => None,
            Err(fault) => {
                let state = LibraryState::Unusable { facts: None, fault };
                Some(described(LibraryPath::parse(path).ok()?, row, source, state))
            }
        }
    }

    /// An approved file that lies at no known place.
    fn picked(&self, approval: &Approval, rows: &Rows, approved: &[Approval]) -> Library {
        let row = rows.row_of(&approval.path, &self.folders);
        match self.files.look(approval.path.as_str()) {
            Ok(file) if file.path == approval.path => library(&file, row, approved),
            Ok(_) => unusable(approval, row, refused(&approval.path, LibraryFlaw::Changed)),
            Err(fault) => unusable(approval, row, fault),
        }
    }

    /// What the file at an absolute path says of itself. The answer's path has every link followed.
    ///
    /// # Errors
    /// [`Fault::LibraryMissing`], or [`Fault::LibraryRefused`] with the reason for what is no such library
    /// at all. One that only this program cannot load is answered as [`LibraryState::Unusable`].
    pub fn inspect(&self, path: &str) -> Result<Library, Fault> {
        let file = self.files.look(path)?;
        let rows = self.rows();
        let row = rows.row_of(&file.path, &self.folders);
        Ok(library(&file, row, &self.approvals.read_or_none()))
    }

    /// The user's yes to the file at `path` as long as its content has this SHA-256 (lower-case hex). It
    /// takes the place of an earlier yes to the same path.
    ///
    /// # Errors
    /// As [`inspect`](Self::inspect); [`LibraryFlaw::Changed`] where the content is another one by now;
    /// [`Fault::FileUnwritable`].
    pub fn approve(&self, path: &LibraryPath, sha256: &str) -> Result<(), Fault> {
        let file = self.files.look(path.as_str())?;
        if let Some(flaw) = file.flaw {
            return Err(refused(path, flaw));
        }
        if file.path != *path || file.facts.sha256 != sha256 {
            return Err(refused(path, LibraryFlaw::Changed));
        }
        let rows = self.rows();
        let kind = kind(&file, rows.row_of(&file.path, &self.folders));
        let approval =
            Approval { path: file.path, kind, sha256: file.facts.sha256, approved_at: Timestamp::now() };
        self.approvals.change(|approved| {
            approved.retain(|earlier| earlier.path != approval.path);
            approved.push(approval);
        })
    }

    /// Takes the yes back; nothing happens if there was none.
    ///
    /// # Errors
    /// [`Fault::FileUnwritable`].
    pub fn withdraw(&self, path: &LibraryPath) -> Result<(), Fault> {
        self.approvals.change(|approved| approved.retain(|approval| approval.path != *path))
    }

    /// What may be loaded now: every approved file whose content is still the approved one.
    pub fn orders(&self) -> Vec<LoadOrder> {
        let (rows, approved) = (self.rows(), self.approvals.read_or_none());
        let usable = |approval: &Approval| {
            let file = self.files.look(approval.path.as_str()).ok()?;
            let same = file.path == approval.path && file.facts.sha256 == approval.sha256;
            let kind = approval.kind;
            (same && file.flaw.is_none() && file.kinds.contains(&kind)).then(|| LoadOrder {
                profile: rows
                    .row_of(&approval.path, &self.folders)
                    .map(|(row, _)| rows.profile(row))
                    .unwrap_or_default(),
                path: file.path,
                kind,
                sha256: file.facts.sha256,
            })
        };
        approved.iter().filter_map(usable).collect()
    }
}
