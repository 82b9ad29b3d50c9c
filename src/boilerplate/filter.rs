//! A filter that most hashes fail: one step instead of a look-up in a table of a few thousand words.

/// Bits of a filter.
const BITS: usize = 1 << 16;

/// Remembers of each hash one bit.
pub(super) struct Filter(Vec<u64>);

impl Filter {
    pub(super) fn new() -> Self {
        Self(vec![0; BITS / 64])
    }

    /// Remembers a hash.
    pub(super) fn insert(&mut self, hash: u64) {
        let bit = hash as usize % BITS;
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether a hash may have been remembered; never false of one that was.
    #[inline]
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let bit = hash as usize % BITS;
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }
}
