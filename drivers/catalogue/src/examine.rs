//! What a shared library says of itself, read from its bytes.

use crate::version;
use object::read::NameOrOrdinal;
use object::read::elf::{ElfFile, FileHeader};
use object::read::macho::{FatArch, MachHeader, MachOFatFile32, MachOFatFile64, MachOFile};
use object::read::pe::{ImageNtHeaders, PeFile, ResourceNameOrId};
use object::{Endianness, File, FileKind, Object, ObjectKind, elf, macho, pe};
use tongguan_core::domain::{Architecture, LibraryKind};
use tongguan_core::fault::LibraryFlaw;

/// More exports than any library of this kind has; a file that goes on is not read on.
const EXPORTS_MAX: usize = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Elf,
    MachO,
    Pe,
}

/// What a process can load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    pub(crate) format: Format,
    pub(crate) architecture: Architecture,
}

impl Machine {
    /// Of this program.
    pub(crate) const THIS: Self = Self {
        format: if cfg!(windows) {
            Format::Pe
        } else if cfg!(target_vendor = "apple") {
            Format::MachO
        } else {
            Format::Elf
        },
        architecture: if cfg!(target_arch = "x86_64") {
            Architecture::X8664
        } else if cfg!(target_arch = "aarch64") {
            Architecture::Aarch64
        } else {
            Architecture::Other
        },
    };
}

/// A shared library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Examined {
    format: Format,
    pub(crate) architecture: Architecture,
    is_64: bool,
    pub(crate) version: Option<String>,
    /// By its entry points; one file may speak both.
    pub(crate) kinds: Vec<LibraryKind>,
}

impl Examined {
    /// Why `machine` cannot load it.
    pub(crate) fn flaw(&self, machine: Machine) -> Option<LibraryFlaw> {
        if self.format != machine.format {
            return Some(LibraryFlaw::OtherSystem);
        }
        if !self.is_64 {
            return Some(LibraryFlaw::ThirtyTwoBit);
        }
        (self.architecture != machine.architecture).then_some(LibraryFlaw::OtherArchitecture)
    }
}

/// `None`: not a shared library. Of a Mach-O file for several machines, the part for `machine` counts.
pub(crate) fn examine(name: &str, data: &[u8], machine: Machine) -> Option<Examined> {
    let data = match FileKind::parse(data).ok()? {
        FileKind::MachOFat32 => slice(MachOFatFile32::parse(data).ok()?.arches(), data, machine)?,
        FileKind::MachOFat64 => slice(MachOFatFile64::parse(data).ok()?.arches(), data, machine)?,
        _ => data,
    };
    let file = File::parse(data).ok()?;
    let (format, is_library, version) = match &file {
        File::Elf32(elf) => (Format::Elf, is_dynamic(elf), elf_version(elf, name)),
        File::Elf64(elf) => (Format::Elf, is_dynamic(elf), elf_version(elf, name)),
        File::MachO32(dylib) => (Format::MachO, is_dylib(dylib), dylib_version(dylib)),
        File::MachO64(dylib) => (Format::MachO, is_dylib(dylib), dylib_version(dylib)),
        File::Pe32(dll) => (Format::Pe, is_dynamic(dll), dll_version(dll)),
        File::Pe64(dll) => (Format::Pe, is_dynamic(dll), dll_version(dll)),
        _ => return None,
    };
    is_library.then(|| Examined {
        format,
        architecture: architecture(file.architecture()),
        is_64: file.is_64(),
        version,
        kinds: kinds(&file, format),
    })
}

fn slice<'data, Fat: FatArch>(parts: &[Fat], data: &'data [u8], machine: Machine) -> Option<&'data [u8]> {
    let fits = |part: &&Fat| architecture(part.architecture()) == machine.architecture;
    parts.iter().find(fits).or(parts.first())?.data(data).ok()
}

fn architecture(architecture: object::Architecture) -> Architecture {
    match architecture {
        object::Architecture::I386 => Architecture::X86,
        object::Architecture::X86_64 | object::Architecture::X86_64_X32 => Architecture::X8664,
        object::Architecture::Aarch64 => Architecture::Aarch64,
        _ => Architecture::Other,
    }
}

/// PKCS#11 and GM/T 0016 ask for more functions; these two every library of the kind has.
fn kinds(file: &File<'_>, format: Format) -> Vec<LibraryKind> {
    let (mut pkcs11, mut skf) = (false, false);
    for export in file.exports().into_iter().flatten().take(EXPORTS_MAX).filter_map(Result::ok) {
        let NameOrOrdinal::Name(name) = export.name() else { continue };
        // Mach-O writes C names with an underscore in front.
        let name = if format == Format::MachO { name.strip_prefix(b"_").unwrap_or(name) } else { name };
        pkcs11 |= name == b"C_GetFunctionList";
        skf |= name == b"SKF_EnumDev";
    }
    let found = [(pkcs11, LibraryKind::Pkcs11), (skf, LibraryKind::Skf)];
    found.into_iter().filter_map(|(is, kind)| is.then_some(kind)).collect()
}

fn is_dynamic<'data>(file: &impl Object<'data>) -> bool {
    file.kind() == ObjectKind::Dynamic
}

fn is_dylib<Mach: MachHeader<Endian = Endianness>>(file: &MachOFile<'_, Mach>) -> bool {
    let kind = file.macho_header().filetype(file.endian());
    kind == macho::MH_DYLIB || kind == macho::MH_BUNDLE
}

fn elf_version<Elf: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, Elf>, name: &str) -> Option<String> {
    version::in_name(name).or_else(|| {
        let table = file.elf_dynamic_table().ok()?;
        let entry = table.iter().find(|entry| entry.tag == elf::DT_SONAME)?;
        version::in_name(std::str::from_utf8(table.string(entry).ok()?).ok()?)
    })
}

fn dylib_version<Mach: MachHeader<Endian = Endianness>>(file: &MachOFile<'_, Mach>) -> Option<String> {
    let mut commands = file.macho_load_commands().ok()?;
    while let Some(command) = commands.next().ok()? {
        if command.cmd() == macho::LC_ID_DYLIB {
            let dylib: &macho::DylibCommand<Endianness> = command.data().ok()?;
            return version::in_dylib(dylib.dylib.current_version.get(file.endian()).0);
        }
    }
    None
}

/// The first version resource (type, name, language: three tables), in whatever language.
fn dll_version<Pe: ImageNtHeaders>(file: &PeFile<'_, Pe>) -> Option<String> {
    let sections = file.section_table();
    let directory = file.data_directories().resource_directory(file.data(), &sections).ok()??;
    let root = directory.root().ok()?;
    let is_version = |id: ResourceNameOrId| id.id() == Some(pe::RT_VERSION);
    let versions = root.entries.iter().find(|entry| is_version(entry.name_or_id()))?;
    let names = versions.data(directory).ok()?.table()?;
    let languages = names.entries.first()?.data(directory).ok()?.table()?;
    let entry = languages.entries.first()?.data(directory).ok()?.data()?;
    let data = sections.pe_data_at(file.data(), entry.offset_to_data.get(object::LittleEndian))?;
    version::in_resource(data)
}

#[cfg(test)]
#[path = "../tests/catalogue/common/fixture.rs"]
mod fixture;

#[cfg(test)]
mod tests {
    use super::fixture::{PKCS11, SKF, dylib, elf as elf_file, fat, pe as pe_file};
    use super::*;
    use proptest::prelude::*;

    const LINUX: Machine = Machine { format: Format::Elf, architecture: Architecture::X8664 };
    const WINDOWS: Machine = Machine { format: Format::Pe, architecture: Architecture::X8664 };
    const MAC: Machine = Machine { format: Format::MachO, architecture: Architecture::Aarch64 };

    #[test]
    fn an_elf_library_tells_machine_version_and_kind() {
        let file = elf_file(true, elf::EM_X86_64, "libx.so.3.1", &["other", SKF]);
        let examined = examine("libx.so", &file, LINUX).unwrap();
        assert_eq!(examined.architecture, Architecture::X8664);
        assert_eq!(examined.version.as_deref(), Some("3.1"));
        assert_eq!(examined.kinds, [LibraryKind::Skf]);
        assert_eq!(examined.flaw(LINUX), None);
        assert_eq!(examined.flaw(WINDOWS), Some(LibraryFlaw::OtherSystem));
        assert_eq!(examine("libx.so.4", &file, LINUX).unwrap().version.as_deref(), Some("4"));
    }

    #[test]
    fn a_windows_library_tells_machine_version_and_kind() {
        let file = pe_file(true, pe::IMAGE_FILE_MACHINE_AMD64, [1, 2, 3, 40000], PKCS11);
        let examined = examine("x.dll", &file, WINDOWS).unwrap();
        assert_eq!(examined.architecture, Architecture::X8664);
        assert_eq!(examined.version.as_deref(), Some("1.2.3.40000"));
        assert_eq!(examined.kinds, [LibraryKind::Pkcs11]);
        assert_eq!(examined.flaw(WINDOWS), None);
        assert_eq!(examined.flaw(LINUX), Some(LibraryFlaw::OtherSystem));
    }

    #[test]
    fn a_mac_library_tells_machine_version_and_kind() {
        let file = dylib(true, macho::CPU_TYPE_ARM64, macho::Version::new(1, 0, 9), SKF);
        let examined = examine("libx.dylib", &file, MAC).unwrap();
        assert_eq!(examined.architecture, Architecture::Aarch64);
        assert_eq!(examined.version.as_deref(), Some("1.0.9"));
        assert_eq!(examined.kinds, [LibraryKind::Skf]);
        assert_eq!(examined.flaw(MAC), None);
    }

    #[test]
    fn a_mac_file_for_several_machines_counts_by_our_part() {
        let part = |cpu, version| (cpu, dylib(true, cpu, macho::Version::new(version, 0, 0), PKCS11));
        let both = fat(&[part(macho::CPU_TYPE_X86_64, 1), part(macho::CPU_TYPE_ARM64, 2)]);
        let examined = examine("libx.dylib", &both, MAC).unwrap();
        assert_eq!((examined.version.as_deref(), examined.flaw(MAC)), (Some("2.0.0"), None));
        let other = fat(&[part(macho::CPU_TYPE_X86_64, 1)]);
        let examined = examine("libx.dylib", &other, MAC).unwrap();
        assert_eq!(examined.flaw(MAC), Some(LibraryFlaw::OtherArchitecture));
    }

    #[test]
    fn thirty_two_bits_are_named_on_every_system() {
        let dll = pe_file(false, pe::IMAGE_FILE_MACHINE_I386, [1, 0, 0, 0], SKF);
        let so = elf_file(false, elf::EM_386, "libx.so", &[SKF]);
        let mac = dylib(false, macho::CPU_TYPE_X86, macho::Version::new(1, 0, 0), SKF);
        for (file, machine) in [(dll, WINDOWS), (so, LINUX), (mac, MAC)] {
            let examined = examine("x", &file, machine).unwrap();
            assert_eq!(examined.architecture, Architecture::X86);
            assert_eq!(examined.kinds, [LibraryKind::Skf]);
            assert_eq!(examined.flaw(machine), Some(LibraryFlaw::ThirtyTwoBit));
        }
    }

    #[test]
    fn a_library_for_another_machine_is_named() {
        let file = elf_file(true, elf::EM_AARCH64, "libx.so", &[PKCS11]);
        assert_eq!(examine("x", &file, LINUX).unwrap().flaw(LINUX), Some(LibraryFlaw::OtherArchitecture));
    }

    #[test]
    fn a_library_of_both_kinds_says_both() {
        let file = elf_file(true, elf::EM_X86_64, "libx.so", &[PKCS11, SKF]);
        assert_eq!(examine("x", &file, LINUX).unwrap().kinds, [LibraryKind::Pkcs11, LibraryKind::Skf]);
    }

    #[test]
    fn what_is_no_library_is_none() {
        for bytes in [&b""[..], b"MZ", b"\x7fELF", b"#!/bin/sh\n", b"INPUT(libx.so.1)", &[0; 4096]] {
            assert_eq!(examine("x", bytes, LINUX), None);
        }
        let mut program = elf_file(true, elf::EM_X86_64, "libx.so", &[PKCS11]);
        program[16] = 2; // ET_EXEC
        assert_eq!(examine("x", &program, LINUX), None);
    }

    fn samples() -> [Vec<u8>; 4] {
        let mac = dylib(true, macho::CPU_TYPE_ARM64, macho::Version::new(1, 0, 0), SKF);
        [
            elf_file(true, elf::EM_X86_64, "libx.so.1", &[PKCS11, SKF]),
            pe_file(true, pe::IMAGE_FILE_MACHINE_AMD64, [1, 2, 3, 4], PKCS11),
            fat(&[(macho::CPU_TYPE_ARM64, mac.clone())]),
            mac,
        ]
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
            examine("x", &bytes, LINUX);
        }

        #[test]
        fn a_damaged_library_is_read_or_refused(
            which in 0..4usize,
            damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut file = samples()[which].clone();
            for (at, byte) in damage {
                let at = at.index(file.len());
                file[at] = byte;
            }
            examine("x", &file, MAC);
            file.truncate(cut.index(file.len()));
            examine("x", &file, WINDOWS);
        }
    }
}
