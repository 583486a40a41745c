//! Versions as library files carry them.

/// The version in the name of an ELF file or in its SONAME: `libx.so.1.0.0`, `libx.1.0.so`.
pub(crate) fn in_name(name: &str) -> Option<String> {
    let tail = match name.split_once(".so.") {
        Some((_, tail)) => tail,
        None => name.strip_suffix(".so")?.split_once('.')?.1,
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (tail.len() <= 32 && tail.split('.').all(is_number)).then(|| tail.to_owned())
}

/// VS_VERSIONINFO of a PE resource: 40 bytes of head with its key, then VS_FIXEDFILEINFO (dwSignature,
/// dwStrucVersion, dwFileVersionMS, dwFileVersionLS; Windows SDK, verrsrc.h).
pub(crate) fn in_resource(resource: &[u8]) -> Option<String> {
    let fixed = resource.get(40..56)?;
    let word = |at: usize| Some(u32::from_le_bytes(fixed.get(at..at + 4)?.try_into().ok()?));
    if word(0)? != 0xFEEF_04BD {
        return None;
    }
    let (high, low) = (word(8)?, word(12)?);
    Some(format!("{}.{}.{}.{}", high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF))
}

/// The current version of a Mach-O library: 16, 8 and 8 bits (mach-o/loader.h, struct dylib).
pub(crate) fn in_dylib(number: u32) -> Option<String> {
    (number != 0).then(|| format!("{}.{}.{}", number >> 16, (number >> 8) & 0xFF, number & 0xFF))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_may_carry_a_version() {
        let cases = [
            ("libcastle.so.1.0.0", Some("1.0.0")),
            ("libgm3000.1.0.so", Some("1.0")),
            ("libsofthsm2.so", None),
            ("libgm3000.so", None),
            ("opensc-pkcs11.so", None),
            ("libx.so.1.beta", None),
            ("libx.so.", None),
            ("x.dll", None),
        ];
        for (name, version) in cases {
            assert_eq!(in_name(name).as_deref(), version, "{name}");
        }
    }

    #[test]
    fn a_dylib_of_version_nought_has_none() {
        assert_eq!(in_dylib(0), None);
        assert_eq!(in_dylib(0x0001_0203).as_deref(), Some("1.2.3"));
    }

    proptest! {
        #[test]
        fn any_resource_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(version) = in_resource(&bytes) {
                prop_assert_eq!(version.split('.').count(), 4);
            }
        }

        #[test]
        fn any_name_gives_numbers_or_nothing(name in "\\PC{0,40}") {
            if let Some(version) = in_name(&name) {
                prop_assert!(version.split('.').all(|part| part.bytes().all(|b| b.is_ascii_digit())));
            }
        }
    }
}
