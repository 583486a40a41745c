//! A file, its row and the user's yes, as the library that is shown.

use crate::approvals::Approval;
use crate::file::LibraryFile;
use crate::row::LibraryRow;
use tongguan_core::domain::{Library, LibraryKind, LibraryPath, LibrarySource, LibraryState};
use tongguan_core::fault::{Fault, LibraryFlaw};

/// The row a file belongs to, and whose row it is.
pub(crate) type Row<'a> = Option<(&'a LibraryRow, LibrarySource)>;

pub(crate) fn library(file: &LibraryFile, row: Row<'_>, approved: &[Approval]) -> Library {
    let name = row.map_or(file.path.file_name(), |(row, _)| row.name.0.as_str());
    Library {
        path: file.path.clone(),
        kind: kind(file, row),
        name: name.to_owned(),
        source: row.map_or(LibrarySource::Own, |(_, source)| source),
        state: state(file, approved),
    }
}

/// The row's kind if the file has its entry points.
pub(crate) fn kind(file: &LibraryFile, row: Row<'_>) -> LibraryKind {
    let told = row.map(|(row, _)| row.kind).filter(|kind| file.kinds.contains(kind));
    told.or(file.kinds.first().copied()).unwrap_or(LibraryKind::Pkcs11)
}

fn state(file: &LibraryFile, approved: &[Approval]) -> LibraryState {
    let facts = file.facts.clone();
    let unusable = |flaw| refused(&file.path, flaw);
    if let Some(flaw) = file.flaw {
        return LibraryState::Unusable { facts: Some(facts), fault: unusable(flaw) };
    }
    match approved.iter().find(|approval| approval.path == file.path) {
        None => LibraryState::Found { facts },
        Some(approval) if approval.sha256 == facts.sha256 => LibraryState::Approved { facts, fault: None },
        Some(_) => LibraryState::Unusable { facts: Some(facts), fault: unusable(LibraryFlaw::Changed) },
    }
}

pub(crate) fn described(
    path: LibraryPath,
    row: &LibraryRow,
    source: LibrarySource,
    state: LibraryState,
) -> Library {
    Library { path, kind: row.kind, name: row.name.0.clone(), source, state }
}

pub(crate) fn unusable(approval: &Approval, row: Row<'_>, fault: Fault) -> Library {
    let name = row.map_or(approval.path.file_name(), |(row, _)| row.name.0.as_str());
    Library {
        path: approval.path.clone(),
        kind: approval.kind,
        name: name.to_owned(),
        source: row.map_or(LibrarySource::Own, |(_, source)| source),
        state: LibraryState::Unusable { facts: None, fault },
    }
}

pub(crate) fn refused(path: &LibraryPath, reason: LibraryFlaw) -> Fault {
    Fault::LibraryRefused { library: path.file_name().to_owned(), reason }
}
