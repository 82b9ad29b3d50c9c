//! A filter that most hashes fail: one step instead of a look-up in a table of a few thousand words.

/// Bits of the largest filter.
const MOST_BITS: usize = 1 << 16;

/// Bits for each hash: one of a thousand others passes.
const BITS_A_HASH: usize = 64;

/// Remembers two bits of each hash (Bloom 1970).
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
        for bit in self.bits(hash) {
            self.0[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether a hash may have been remembered; never false of one that was.
    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        self.bits(hash).into_iter().all(|bit| self.0[bit / 64] >> (bit % 64) & 1 == 1)
    }

    #[inline]
    fn bits(&self, hash: u64) -> [usize; 2] {
        [hash, hash >> 32].map(|hash| hash as usize & (64 * self.0.len() - 1))
    }
}
