//! No byte string panics a parser.

use proptest::prelude::*;
use tongguan_core::domain::{Certificate, PublicKey, SignedStatement};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = Certificate::parse(&bytes);
        let _ = SignedStatement::open(&bytes);
        let _ = PublicKey::from_spki(&bytes);
    }

    #[test]
    fn of_nested_sequences(bytes in prop::collection::vec(any::<u8>(), 0..300), depth in 1usize..40) {
        let mut der = bytes;
        for _ in 0..depth {
            let length = u16::try_from(der.len()).unwrap().to_be_bytes();
            der = [&[0x30, 0x82, length[0], length[1]], der.as_slice()].concat();
        }
        let _ = Certificate::parse(&der);
        let _ = SignedStatement::open(&der);
    }
}
