//! The structures of GM/T 0016-2012 section 6.4: packed to one byte, `ULONG` of 32 bits on every system.

/// VERSION.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed)]
pub(crate) struct Version {
    pub(crate) major: u8,
    pub(crate) minor: u8,
}

/// DEVINFO. Texts are filled up with NUL, by some libraries with blanks or 0xFF.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub(crate) struct DevInfo {
    pub(crate) version: Version,
    pub(crate) manufacturer: [u8; 64],
    pub(crate) issuer: [u8; 64],
    pub(crate) label: [u8; 32],
    pub(crate) serial_number: [u8; 32],
    pub(crate) hardware: Version,
    pub(crate) firmware: Version,
    pub(crate) symmetric: u32,
    pub(crate) asymmetric: u32,
    pub(crate) digests: u32,
    pub(crate) device_authentication: u32,
    pub(crate) total_space: u32,
    pub(crate) free_space: u32,
    pub(crate) max_ecc_buffer: u32,
    pub(crate) max_buffer: u32,
    pub(crate) reserved: [u8; 64],
}

/// RSAPUBLICKEYBLOB.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub(crate) struct RsaPublicKeyBlob {
    pub(crate) algorithm: u32,
    pub(crate) bit_length: u32,
    pub(crate) modulus: [u8; 256],
    pub(crate) exponent: [u8; 4],
}

/// ECCPUBLICKEYBLOB: coordinates are right-aligned.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub(crate) struct EccPublicKeyBlob {
    pub(crate) bit_length: u32,
    pub(crate) x: [u8; 64],
    pub(crate) y: [u8; 64],
}

/// ECCSIGNATUREBLOB: numbers are right-aligned.
#[derive(Clone, Copy)]
#[repr(C, packed)]
pub(crate) struct EccSignatureBlob {
    pub(crate) r: [u8; 64],
    pub(crate) s: [u8; 64],
}

// The sizes that libraries are built with.
const _: () = assert!(size_of::<Version>() == 2);
const _: () = assert!(size_of::<DevInfo>() == 294);
const _: () = assert!(size_of::<RsaPublicKeyBlob>() == 268);
const _: () = assert!(size_of::<EccPublicKeyBlob>() == 132);
const _: () = assert!(size_of::<EccSignatureBlob>() == 128);

impl Version {
    const ZERO: Self = Self { major: 0, minor: 0 };
}

impl DevInfo {
    pub(crate) const ZERO: Self = Self {
        version: Version::ZERO,
        manufacturer: [0; 64],
        issuer: [0; 64],
        label: [0; 32],
        serial_number: [0; 32],
        hardware: Version::ZERO,
        firmware: Version::ZERO,
        symmetric: 0,
        asymmetric: 0,
        digests: 0,
        device_authentication: 0,
        total_space: 0,
        free_space: 0,
        max_ecc_buffer: 0,
        max_buffer: 0,
        reserved: [0; 64],
    };
}

impl RsaPublicKeyBlob {
    pub(crate) const ZERO: Self = Self { algorithm: 0, bit_length: 0, modulus: [0; 256], exponent: [0; 4] };
}

impl EccPublicKeyBlob {
    pub(crate) const ZERO: Self = Self { bit_length: 0, x: [0; 64], y: [0; 64] };
}

impl EccSignatureBlob {
    pub(crate) const ZERO: Self = Self { r: [0; 64], s: [0; 64] };
}

/// Bytes behind everything that a library writes into.
const ROOM: usize = 4096;
/// The room as it was handed out. Held against it at once: byte by byte takes longer than some calls.
static KEPT: [u8; ROOM] = [0; ROOM];

/// Something that a library writes into, and zeroes behind it. A library that writes more than it may spoils
/// the zeroes and not this program; one that was built with a `ULONG` of 64 bits leaves them as they are.
#[repr(C)]
pub(crate) struct Out<T> {
    value: T,
    room: [u8; ROOM],
}

impl<T: Copy> Out<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, room: [0; ROOM] }
    }

    /// Good for `T` and for [`ROOM`] bytes more.
    pub(crate) fn pointer(&mut self) -> *mut T {
        (&raw mut *self).cast()
    }

    /// None if the library wrote beyond `T`.
    pub(crate) fn take(&self) -> Option<T> {
        (self.room == KEPT).then_some(self.value)
    }
}

/// A buffer of a size asked for, and zeroes behind it.
pub(crate) struct OutBytes {
    bytes: Vec<u8>,
    size: usize,
}

impl OutBytes {
    pub(crate) fn new(size: usize) -> Self {
        Self { bytes: vec![0; size.saturating_add(ROOM)], size }
    }

    /// Good for the size and for [`ROOM`] bytes more.
    pub(crate) fn pointer(&mut self) -> *mut u8 {
        self.bytes.as_mut_ptr()
    }

    /// The first `length` bytes; none if that is more than there was room for, or more was written.
    pub(crate) fn take(mut self, length: u32) -> Option<Vec<u8>> {
        let length = usize::try_from(length).ok().filter(|length| *length <= self.size)?;
        let kept = self.bytes.get(self.size..)? == KEPT;
        self.bytes.truncate(length);
        kept.then_some(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_where_the_standard_puts_them() {
        assert_eq!(std::mem::offset_of!(DevInfo, manufacturer), 2);
        assert_eq!(std::mem::offset_of!(DevInfo, label), 130);
        assert_eq!(std::mem::offset_of!(DevInfo, serial_number), 162);
        assert_eq!(std::mem::offset_of!(DevInfo, symmetric), 198);
        assert_eq!(std::mem::offset_of!(EccPublicKeyBlob, x), 4);
        assert_eq!(std::mem::offset_of!(RsaPublicKeyBlob, modulus), 8);
    }

    #[test]
    fn a_length_beyond_the_buffer_is_seen() {
        assert_eq!(OutBytes::new(4).take(4), Some(vec![0; 4]));
        assert_eq!(OutBytes::new(4).take(2), Some(vec![0; 2]));
        assert_eq!(OutBytes::new(4).take(5), None);
        assert_eq!(OutBytes::new(4).take(u32::MAX), None);
    }

    #[test]
    fn a_byte_written_behind_the_buffer_is_seen() {
        let mut buffer = OutBytes::new(4);
        buffer.bytes[4] = 1;
        assert_eq!(buffer.take(4), None);
        let mut number = Out::new(7u32);
        assert_eq!(number.take(), Some(7));
        number.room[ROOM - 1] = 1;
        assert_eq!(number.take(), None);
    }
}
