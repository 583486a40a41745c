//! Answer to reset: ISO/IEC 7816-3, clause 8; its historical bytes: ISO/IEC 7816-4, clause 12.1.1.

const LENGTH: usize = 21;

/// What the card says when it is switched on; `docs/card.md` explains every byte.
pub const ATR: [u8; LENGTH] = [
    0x3B, // TS: direct convention
    0x8E, // T0: TD1 follows, 14 historical bytes
    0x81, // TD1: TD2 follows, protocol T=1
    0x31, // TD2: TA3 and TB3 follow, for T=1
    0xFE, // TA3: blocks of up to 254 bytes
    0x45, // TB3: waiting times BWI 4, CWI 5
    0x80, // historical bytes are COMPACT-TLV objects
    0x73, // card capabilities, 3 bytes
    0xF4, // selection by full and partial AID, path and file identifier; short file identifiers
    0x01, // data units of one byte
    0xC0, // command chaining; extended Lc and Le
    0x58, // card issuer's data, 8 bytes
    b'T', b'O', b'N', b'G', b'G', b'U', b'A', b'N', //
    0x14, // TCK: the exclusive or of all bytes from T0 to TCK is 0
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_byte_closes_the_answer_to_reset() {
        assert_eq!(ATR[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
    }

    #[test]
    fn as_many_historical_bytes_come_as_are_announced() {
        let historical = &ATR[6..LENGTH - 1];
        assert_eq!(historical.len(), usize::from(ATR[1] & 0x0F));
        assert!(historical.ends_with(b"TONGGUAN"));
    }
}
