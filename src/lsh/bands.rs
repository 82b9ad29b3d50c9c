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

/// Counters of keys at most: 64 MB.
const MOST_COUNTERS: usize = 1 << 26;

/// Runs made from signatures in memory, one when it is asked for. Memory: up to 16 bytes a page and band at
/// work.
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
        let key = |&page: &u32| self.banding.key(self.signatures.get(page), band, (self.salt)(page));
        let keys: Vec<u32> = self.pages.iter().map(key).collect();
        for_each_bucket_of(&keys, self.pages, visit);
    }
}

/// Calls `visit` with the pages of each bucket of one band, two or more in ascending order. `keys` are those of `pages`,
/// which ascend. Memory: up to 12 bytes a page, and the counters.
pub fn for_each_bucket_of(keys: &[u32], pages: &[u32], visit: &mut dyn FnMut(&[u32])) {
    // Most keys stand alone: they are counted, by their low bits, and never sorted.
    let counters = (4 * keys.len()).next_power_of_two().min(MOST_COUNTERS);
    let counter = |key: u32| key as usize & (counters - 1);
    let mut counts = vec![0u8; counters];
    keys.iter().for_each(|&key| counts[counter(key)] = counts[counter(key)].saturating_add(1));
    let entries = keys.iter().zip(pages).filter(|(key, _)| counts[counter(**key)] > 1);
    let mut run: Vec<u64> = entries.map(|(&key, &page)| u64::from(key) << 32 | u64::from(page)).collect();
    run.sort_unstable();
    let mut members = Vec::new();
    for bucket in run.chunk_by(|a, b| a >> 32 == b >> 32).filter(|bucket| bucket.len() > 1) {
        members.clear();
        members.extend(bucket.iter().map(|&entry| entry as u32));
        visit(&members);
    }
}
