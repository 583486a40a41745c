//! Randomness that can be had again: SHA-256 in counter mode over the seed and a label.
//!
//! Every value has a stream of its own, so that adding a card changes no other card. The keys of a
//! sandbox are thereby as secret as its seed, which is right for a data set that protects nothing.

use rsa::rand_core::{CryptoRng, Error, RngCore};
use sha2::{Digest, Sha256};

pub(crate) struct Stream {
    key: [u8; 32],
    counter: u64,
    block: Vec<u8>,
}

impl Stream {
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"tongguan sandbox world 1\0");
        hash.update(seed.to_be_bytes());
        hash.update(label.as_bytes());
        Self { key: hash.finalize().into(), counter: 0, block: Vec::new() }
    }

    fn byte(&mut self) -> u8 {
        loop {
            if let Some(byte) = self.block.pop() {
                return byte;
            }
            let mut hash = Sha256::new();
            hash.update(self.key);
            hash.update(self.counter.to_be_bytes());
            self.counter += 1;
            self.block = hash.finalize().to_vec();
        }
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    /// A number below `bound`; the bias of the remainder is below 2^-32 for the small bounds used here.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let wide = u64::from_be_bytes(self.bytes()) % u64::from(bound.max(1));
        u32::try_from(wide).unwrap_or(0)
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.characters("0123456789", count)
    }

    pub(crate) fn characters(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count).filter_map(|_| self.pick(&letters).copied()).collect()
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let bound = u32::try_from(from.len()).unwrap_or(u32::MAX);
        from.get(usize::try_from(self.below(bound)).unwrap_or(0))
    }
}

impl RngCore for Stream {
    fn next_u32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }

    fn fill_bytes(&mut self, destination: &mut [u8]) {
        destination.fill_with(|| self.byte());
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(destination);
        Ok(())
    }
}

impl CryptoRng for Stream {}
