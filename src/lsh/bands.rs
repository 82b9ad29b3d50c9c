//! Band keys as sorted runs.
//!
//! A run of a band is a list of (key, page), 32 bits each in a register, sorted; pages with one key are
//! neighbours and make a bucket. No hash map, sequential access only, so that a run may as well lie on a disk:
//! whoever wants buckets asks [`SortedBands`] and does not learn where they come from.
//!
//! Thirty-two bits of key let unrelated pages meet once in 4 billion pairs a band; what follows removes them.

use super::banding::Banding;
use crate::sketch::minhash::signature::Signatures;

/// Sorted runs of band keys, wherever they lie.
pub trait SortedBands: Sync {
    /// The number of bands.
    fn bands(&self) -> usize;

    /// Calls `visit` with the pages of each bucket of a band, two or more in ascending order.
    fn for_each_bucket(&self, band: usize, visit: &mut dyn FnMut(&[u32]));
}

/// Runs made from signatures in memory, one when it is asked for. Memory: 8 bytes a page and band at work.
pub struct MemoryBands<'a> {
    /// The signatures.
    pub signatures: &'a Signatures,
    /// How they are cut.
    pub banding: Banding,
    /// The pages that take part, ascending.
    pub pages: &'a [u32],
    /// A number for each page; pages of unlike numbers share no bucket.
    pub salt: &'a (dyn Fn(u32) -> u32 + Sync),
}

impl SortedBands for MemoryBands<'_> {
    fn bands(&self) -> usize {
        usize::from(self.banding.bands)
    }

    fn for_each_bucket(&self, band: usize, visit: &mut dyn FnMut(&[u32])) {
        let entry = |&page: &u32| {
            let key = self.banding.key(self.signatures.get(page), band, (self.salt)(page));
            u64::from(key) << 32 | u64::from(page)
        };
        let mut run: Vec<u64> = self.pages.iter().map(entry).collect();
        run.sort_unstable();
        let mut members = Vec::new();
        for bucket in run.chunk_by(|a, b| a >> 32 == b >> 32).filter(|bucket| bucket.len() > 1) {
            members.clear();
            members.extend(bucket.iter().map(|&entry| entry as u32));
            visit(&members);
        }
    }
}
