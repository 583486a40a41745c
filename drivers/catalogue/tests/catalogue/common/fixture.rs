//! Library files that say of themselves what a test wants, with no code in them.
#![allow(dead_code, reason = "each user takes its part")]

use object::endian::Endianness;
use object::write::elf::{FileHeader, Sym, Writer};
use object::write::{macho as write_macho, pe as write_pe};
use object::{elf, macho, pe};

pub(crate) const PKCS11: &str = "C_GetFunctionList";
pub(crate) const SKF: &str = "SKF_EnumDev";

/// A library for this machine, whose content differs by `salt`.
pub(crate) fn native(export: &str, salt: &str) -> Vec<u8> {
    let machine = if cfg!(target_arch = "aarch64") { elf::EM_AARCH64 } else { elf::EM_X86_64 };
    let mut bytes = elf(true, machine, "libfixture.so", &[export]);
    bytes.extend_from_slice(salt.as_bytes());
    bytes
}

pub(crate) fn elf(is_64: bool, machine: elf::Machine, soname: &str, exports: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = Writer::new(Endianness::Little, is_64, &mut bytes);
    file.reserve_file_header();
    let names: Vec<_> = exports.iter().map(|name| file.add_dynamic_string(name.as_bytes())).collect();
    let soname = file.add_dynamic_string(soname.as_bytes());
    file.reserve_null_dynamic_symbol_index();
    for _ in exports {
        file.reserve_dynamic_symbol_index();
    }
    file.reserve_dynstr_section_index();
    file.reserve_dynsym_section_index();
    file.reserve_dynamic_section_index();
    file.reserve_shstrtab_section_index();
    file.reserve_dynstr().unwrap();
    file.reserve_dynsym();
    file.reserve_dynamic(2);
    file.reserve_shstrtab().unwrap();
    file.reserve_section_headers();

    let header = FileHeader {
        os_abi: elf::ELFOSABI_NONE,
        abi_version: 0,
        e_type: elf::ET_DYN,
        e_machine: machine,
        e_entry: 0,
        e_flags: elf::FileFlags(0),
    };
    file.write_file_header(&header).unwrap();
    file.write_dynstr();
    file.write_null_dynamic_symbol();
    for name in names {
        let st_name = file.dynamic_string_offset(Some(name));
        file.write_dynamic_symbol(&Sym {
            section: Some(1),
            st_name,
            st_info: elf::SymbolInfo::new(elf::STB_GLOBAL, elf::STT_FUNC),
            st_other: elf::SymbolOther(0),
            st_shndx: elf::SHN_UNDEF,
            st_value: 0x1000,
            st_size: 0,
        });
    }
    file.write_align_dynamic();
    file.write_dynamic_string(elf::DT_SONAME, soname).unwrap();
    file.write_dynamic(elf::DT_NULL, 0).unwrap();
    file.write_shstrtab();
    file.write_null_section_header();
    file.write_dynstr_section_header(0);
    file.write_dynsym_section_header(0, 1);
    file.write_dynamic_section_header(0);
    file.write_shstrtab_section_header();
    bytes
}

/// `version`: the four numbers of VS_FIXEDFILEINFO.
pub(crate) fn pe(is_64: bool, machine: pe::Machine, version: [u16; 4], export: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut file = write_pe::Writer::new(is_64, 0x1000, 0x200, &mut bytes);
    file.reserve_dos_header();
    file.reserve_nt_headers(16);
    file.reserve_section_headers(2);
    let edata = file.reserve_edata_section(export_table(0, export).len().try_into().unwrap());
    let rsrc = file.reserve_rsrc_section(resources(0, version).len().try_into().unwrap());
    file.write_empty_dos_header().unwrap();
    file.write_nt_headers(write_pe::NtHeaders {
        machine,
        time_date_stamp: 0,
        characteristics: pe::IMAGE_FILE_DLL | pe::IMAGE_FILE_EXECUTABLE_IMAGE,
        major_linker_version: 0,
        minor_linker_version: 0,
        address_of_entry_point: 0,
        image_base: 0x1000_0000,
        major_operating_system_version: 6,
        minor_operating_system_version: 0,
        major_image_version: 0,
        minor_image_version: 0,
        major_subsystem_version: 6,
        minor_subsystem_version: 0,
        subsystem: pe::IMAGE_SUBSYSTEM_WINDOWS_GUI,
        dll_characteristics: pe::DllFlags(0),
        size_of_stack_reserve: 0,
        size_of_stack_commit: 0,
        size_of_heap_reserve: 0,
        size_of_heap_commit: 0,
    });
    file.write_section_headers();
    file.write_section(edata.file_offset, &export_table(edata.virtual_address, export));
    file.write_section(rsrc.file_offset, &resources(rsrc.virtual_address, version));
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// IMAGE_EXPORT_DIRECTORY (40 bytes), one address, one name pointer, one ordinal, the names.
fn export_table(at: u32, export: &str) -> Vec<u8> {
    let (addresses, names, ordinals, name) = (at + 40, at + 44, at + 48, at + 50);
    let mut table = words(&[0, 0, 0, name, 1, 1, 1, addresses, names, ordinals]);
    // An address within the table would be the name of a function elsewhere.
    table.extend(words(&[0x10, name]));
    table.extend(0u16.to_le_bytes());
    table.extend(export.as_bytes());
    table.push(0);
    table
}

/// Three tables of one entry each (type 16, name 1, language 0x0804), the data's place, VS_VERSIONINFO.
fn resources(at: u32, version: [u16; 4]) -> Vec<u8> {
    const TABLE: u32 = 0x8000_0000;
    let head = [0, 0, 0, 0x0001_0000];
    let mut bytes = words(&head);
    bytes.extend(words(&[16, TABLE | 24]));
    bytes.extend(words(&head));
    bytes.extend(words(&[1, TABLE | 48]));
    bytes.extend(words(&head));
    bytes.extend(words(&[0x0804, 72]));
    bytes.extend(words(&[at + 88, 92, 0, 0]));
    bytes.extend([92u16, 52, 0].iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend("VS_VERSION_INFO\0".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0, 0]);
    let pair = |high: u16, low: u16| u32::from(high) << 16 | u32::from(low);
    bytes.extend(words(&[0xFEEF_04BD, 0x0001_0000]));
    bytes.extend(words(&[pair(version[0], version[1]), pair(version[2], version[3])]));
    bytes.extend([0; 36]);
    bytes
}

pub(crate) fn dylib(is_64: bool, cpu: macho::CpuType, version: macho::Version, export: &str) -> Vec<u8> {
    let out = write_macho::Encoder::new(Endianness::Little, is_64);
    let name = b"/usr/local/lib/libfixture.dylib";
    let commands = out.dylib_command_size(name.len()) + out.symtab_command_size();
    let symbols = u32::try_from(out.mach_header_size() + commands).unwrap();
    let strings = symbols + u32::try_from(out.nlist_size()).unwrap();
    let mut bytes = Vec::new();
    out.mach_header(
        &mut bytes,
        &write_macho::MachHeader {
            cputype: cpu,
            cpusubtype: macho::CpuSubtype(3),
            filetype: macho::MH_DYLIB,
            ncmds: 2,
            sizeofcmds: commands.try_into().unwrap(),
            flags: macho::FileFlags(0),
        },
    );
    out.dylib_command(
        &mut bytes,
        &write_macho::DylibCommand {
            cmd: macho::LC_ID_DYLIB,
            name,
            timestamp: 0,
            current_version: version,
            compatibility_version: macho::Version(0),
        },
    );
    out.symtab_command(
        &mut bytes,
        &write_macho::SymtabCommand {
            symoff: symbols,
            nsyms: 1,
            stroff: strings,
            strsize: u32::try_from(export.len()).unwrap() + 3,
        },
    );
    out.nlist(
        &mut bytes,
        &write_macho::Nlist {
            n_strx: 1,
            n_type: macho::N_ABS | macho::N_EXT,
            n_sect: 0,
            n_desc: macho::SymbolDesc(0),
            n_value: 0x1000,
        },
    );
    bytes.extend(b"\0_");
    bytes.extend(export.as_bytes());
    bytes.push(0);
    bytes
}

/// A Mach-O file for several machines (`fat_header`, `fat_arch`: big-endian).
pub(crate) fn fat(parts: &[(macho::CpuType, Vec<u8>)]) -> Vec<u8> {
    const STEP: usize = 4096;
    let word = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut bytes = [macho::FAT_MAGIC.to_be_bytes(), word(parts.len())].concat();
    for (index, (cpu, part)) in parts.iter().enumerate() {
        bytes.extend(cpu.0.to_be_bytes());
        bytes.extend([word(3), word((index + 1) * STEP), word(part.len()), word(12)].concat());
    }
    for (index, (_, part)) in parts.iter().enumerate() {
        bytes.resize((index + 1) * STEP, 0);
        bytes.extend(part);
    }
    bytes
}
