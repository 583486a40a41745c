//! The catalogue that is compiled in, with the user's own rows over it.

use crate::place::{Folders, Place};
use crate::row::{BankRow, BankSheet, LibraryRow, LibrarySheet};
use crate::sheet::Sheet;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use toml::Spanned;
use tongguan_core::domain::{Bank, BankId, LibraryPath, LibraryProfile, LibrarySource, Sm2Map};
use tongguan_core::fault::Fault;

const BANKS: &str = include_str!("../../../assets/banks.toml");
const LIBRARIES: &str = include_str!("../../../assets/libraries.toml");

#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    banks: Vec<BankRow>,
    libraries: Vec<(LibraryRow, LibrarySource)>,
    maps: BTreeMap<String, Sm2Map>,
}

impl Rows {
    pub(crate) fn built_in() -> Result<Self, Fault> {
        let mut rows = Self::default();
        rows.add_banks(&Sheet::built_in("banks.toml", BANKS))?;
        rows.add_libraries(&Sheet::built_in("libraries.toml", LIBRARIES), LibrarySource::Catalogue)?;
        Ok(rows)
    }

    /// Puts the user's own rows over these. A file with a fault adds nothing at all.
    pub(crate) fn with_own(mut self, dir: &Path) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut add = |file: &str, add: &mut dyn FnMut(&Sheet) -> Result<(), Fault>| {
            let added =
                Sheet::own(&dir.join(file)).and_then(|sheet| sheet.map_or(Ok(()), |sheet| add(&sheet)));
            if let Err(fault) = added {
                tracing::debug!(%fault, file, "own rows left out");
                faults.push(fault);
            }
        };
        add("banks.toml", &mut |sheet| self.add_banks(sheet));
        add("libraries.toml", &mut |sheet| self.add_libraries(sheet, LibrarySource::Own));
        (self, faults)
    }

    fn add_banks(&mut self, sheet: &Sheet) -> Result<(), Fault> {
        let added: BankSheet = sheet.parse()?;
        unique(sheet, &added.bank, |row| row.id.as_str())?;
        for row in added.bank.into_iter().map(Spanned::into_inner) {
            match self.banks.iter_mut().find(|known| known.id == row.id) {
                Some(known) => *known = row,
                None => self.banks.push(row),
            }
        }
        Ok(())
    }

    fn add_libraries(&mut self, sheet: &Sheet, source: LibrarySource) -> Result<(), Fault> {
        let added: LibrarySheet = sheet.parse()?;
        unique(sheet, &added.library, |row| row.id.0.as_str())?;
        let mut maps = self.maps.clone();
        maps.extend(added.sm2.into_iter().map(|(name, row)| (name, row.map())));
        for row in &added.library {
            self.check(row.get_ref(), &maps).map_err(|reason| sheet.fault_at(row, reason))?;
        }
        self.maps = maps;
        for row in added.library.into_iter().map(Spanned::into_inner) {
            match self.libraries.iter_mut().find(|(known, _)| known.id == row.id) {
                Some(known) => *known = (row, source),
                None => self.libraries.push((row, source)),
            }
        }
        Ok(())
    }

    fn check(&self, row: &LibraryRow, maps: &BTreeMap<String, Sm2Map>) -> Result<(), &'static str> {
        if !row.places_fit() {
            return Err("paths");
        }
        if !row.banks.iter().all(|bank| self.has_bank(bank)) {
            return Err("bank_unknown");
        }
        if row.sm2.as_ref().is_some_and(|map| !maps.contains_key(map)) {
            return Err("sm2_unknown");
        }
        Ok(())
    }

    fn has_bank(&self, id: &BankId) -> bool {
        self.banks.iter().any(|bank| bank.id == *id)
    }

    pub(crate) fn banks(&self) -> Vec<Bank> {
        self.banks.iter().map(BankRow::bank).collect()
    }

    pub(crate) fn libraries(&self) -> impl Iterator<Item = (&LibraryRow, LibrarySource)> {
        self.libraries.iter().map(|(row, source)| (row, *source))
    }

    /// The row that `path` belongs to: by where the file lies, else by its name. The user's own rows first.
    pub(crate) fn row_of(
        &self,
        path: &LibraryPath,
        folders: &Folders,
    ) -> Option<(&LibraryRow, LibrarySource)> {
        let (own, catalogue): (Vec<_>, Vec<_>) =
            self.libraries().partition(|(_, source)| *source == LibrarySource::Own);
        let ordered = || own.iter().chain(&catalogue);
        if let Some(row) = ordered().find(|(row, _)| lies_at(row, path, folders)) {
            return Some(*row);
        }
        // Found elsewhere it is the user's own pick, whatever it is called.
        let named = |place: &Place| same_name(place.file_name(), path.file_name());
        ordered().find(|(row, _)| row.all_places().any(named)).map(|(row, _)| (*row, LibrarySource::Own))
    }

    pub(crate) fn profile(&self, row: &LibraryRow) -> LibraryProfile {
        LibraryProfile {
            init_string: row.init_string.as_ref().map(|text| text.0.clone()),
            sm2: row.sm2.as_ref().and_then(|map| self.maps.get(map).copied()),
        }
    }
}

fn unique<T>(sheet: &Sheet, rows: &[Spanned<T>], id: impl Fn(&T) -> &str) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    match rows.iter().find(|row| !seen.insert(id(row.get_ref()))) {
        Some(twice) => Err(sheet.fault_at(twice, "duplicate")),
        None => Ok(()),
    }
}

/// `path` is canonical; a place may lead to it over links.
fn lies_at(row: &LibraryRow, path: &LibraryPath, folders: &Folders) -> bool {
    let places = row.places().iter().flat_map(|place| place.paths(folders));
    places.into_iter().any(|place| {
        place == path.as_str()
            || Path::new(&place).canonicalize().is_ok_and(|real| real == Path::new(path.as_str()))
    })
}

fn same_name(a: &str, b: &str) -> bool {
    if cfg!(windows) { a.eq_ignore_ascii_case(b) } else { a == b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongguan_core::domain::LibraryKind;

    #[test]
    fn the_tables_that_are_compiled_in_are_sound() {
        let rows = Rows::built_in().unwrap();
        assert!(rows.banks.len() >= 3 && rows.libraries.len() >= 20);
        for system in [0, 1, 2] {
            let of = |row: &LibraryRow| {
                [row.windows.clone(), row.macos.clone(), row.linux.clone()][system].clone()
            };
            let places: Vec<Place> = rows.libraries().flat_map(|(row, _)| of(row)).collect();
            let names: HashSet<_> = places.iter().map(|place| format!("{place:?}").to_lowercase()).collect();
            assert_eq!(names.len(), places.len(), "a path twice");
        }
        assert!(rows.libraries().all(|(row, source)| row.places_fit() && source == LibrarySource::Catalogue));
    }

    #[test]
    fn every_public_file_name_is_in_the_catalogue() {
        let rows = Rows::built_in().unwrap();
        const PKCS11: [&str; 19] = [
            "eps2003csp11.dll",
            "eps2003csp11v2.dll",
            "libcastle.1.0.0.dylib",
            "libcastle.so.1.0.0",
            "libeps2003csp11.so",
            "ShuttleCsp11_3003.dll",
            "ngp11v211.dll",
            "ep2pk11.dll",
            "EP1PK111.dll",
            "WDPKCS.dll",
            "SignatureP11.dll",
            "wdpkcs_icp.dll",
            "libwdpkcs_Proxkey.dylib",
            "libwdpkcs_SignatureP11.so",
            "CryptoIDA_pkcs11.dll",
            "liblm_cryptoide_pkcs11.dylib",
            "opensc-pkcs11.dll",
            "opensc-pkcs11.so",
            "libsofthsm2.so",
        ];
        const SKF: [&str; 15] = [
            "USK218_GM.dll",
            "mtoken_gm3000.dll",
            "libgm3000.1.0.so",
            "SKF_APP_XS.dll",
            "SNCA_3000GM.dll",
            "NetcaSKF.dll",
            "SKFAPI20079.dll",
            "SKFAPI20549.dll",
            "lgu3073_p1514_gm.dll",
            "lgu3073_p1514_gm_x64.dll",
            "ePass3K3GM_for_guocai.dll",
            "gm3k_for_bjca.dll",
            "gdca_dal_szd3003_sm2.dll",
            "FT_SKFAPI.dll",
            "WDSKFAPI.dll",
        ];
        let of = |kind, names: &'static [&'static str]| names.iter().map(move |name| (kind, *name));
        for (kind, name) in of(LibraryKind::Pkcs11, &PKCS11).chain(of(LibraryKind::Skf, &SKF)) {
            let path = LibraryPath::parse(&format!("/elsewhere/{name}")).unwrap();
            let (row, source) = rows.row_of(&path, &Folders::here()).unwrap();
            assert_eq!((row.kind, source), (kind, LibrarySource::Own), "{name}");
        }
    }

    #[test]
    fn the_maps_are_those_that_are_public() {
        let maps = Rows::built_in().unwrap().maps;
        let number = |name: &str| maps[name].mechanism;
        assert_eq!((number("A"), number("B"), number("C")), (0x8000_8105, 0x8000_0004, 0x8005_000B));
    }
}
