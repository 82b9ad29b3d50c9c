//! A filter that most hashes fail: one step instead of a look-up in a table of a few thousand words.

/// Bits of the largest filter.
const MOST_BITS: usize = 1 << 16;

/// Bits for each hash: one of 64 others passes.
const BITS_A_HASH: usize = 64;

/// Remembers of each hash one bit.
pub(super) struct Filter(Vec<u64>);

impl Filter {
    /// A filter for about so many hashes: of millions of sites each has one, and most have few.
    pub(super) fn new(hashes: usize) -> Self {
        let bits = hashes.saturating_mul(BITS_A_HASH).clamp(BITS_A_HASH, MOST_BITS).next_power_of_two();
        Self(vec![0; bits / 64])
    }

    /// Bytes that it takes.
    pub(super) const fn bytes(&self) -> usize {
        8 * self.0.len()
    }

    /// Remembers a hash.
    pub(super) fn insert(&mut self, hash: u64) {
        let bit = self.bit(hash);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether a hash may have been remembered; never false of one that was.
    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let bit = self.bit(hash);
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn bit(&self, hash: u64) -> usize {
        hash as usize & (64 * self.0.len() - 1)
    }
}
