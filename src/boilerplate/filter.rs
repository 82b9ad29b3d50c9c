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
        for hash in [hash, hash >> 32] {
            let (word, bit) = self.place(hash);
            self.0[word] |= bit;
        }
    }

    /// Whether a hash may have been remembered; never false of one that was.
    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let is_set = |hash| {
            let (word, bit) = self.place(hash);
            self.0[word] & bit != 0
        };
        is_set(hash) && is_set(hash >> 32)
    }

    /// The word and the bit of it that stand for a hash.
    #[inline]
    const fn place(&self, hash: u64) -> (usize, u64) {
        // The length is a power of two.
        ((hash as usize / 64) & (self.0.len() - 1), 1 << (hash % 64))
    }
}
