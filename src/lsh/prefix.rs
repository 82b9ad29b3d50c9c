//! The exact join: every pair at or above a threshold, found by rare shingles.
//!
//! If two sets of sizes x and y have Jaccard ≥ t, they share at least `t/(1+t)·(x+y)` elements; so, in any
//! order of all elements, their prefixes of length `x - ⌈t·x⌉ + 1` have an element in common (prefix filter;
//! Chaudhuri, Ganti, Kaushik 2006; AllPairs, Bayardo, Ma, Srikant 2007). Rare shingles go first, so that
//! prefixes seldom meet by chance. Pairs whose sizes alone rule the threshold out are skipped (`t·x ≤ y`).
//!
//! Rarity needs no exact counts, only one order for all pages: [`RarityTable`] counts in a table of fixed
//! size, by hash. A shingle counted once stands on one page only and cannot be met.
//!
//! Not for large or hostile inputs: memory grows with the text (12 bytes a prefix shingle), and a million
//! pages that are near to each other are listed as the 5·10¹¹ pairs that they are.

use crate::shingle::ShingleSet;
use crate::similarity::Threshold;
use rayon::prelude::*;

/// Counters of the table: 64 MB.
const COUNTERS: usize = 1 << 24;

/// How many pages hold a shingle, at least: shingles that share a counter are counted together.
#[derive(Debug)]
pub struct RarityTable(Vec<u32>);

impl Default for RarityTable {
    fn default() -> Self {
        Self(vec![0; COUNTERS])
    }
}

impl RarityTable {
    /// Counts the distinct shingles of a page.
    pub fn count(&mut self, set: &ShingleSet) {
        for &shingle in set.as_slice() {
            let counter = &mut self.0[slot(shingle)];
            *counter = counter.saturating_add(1);
        }
    }

    /// The shingles of which one at least is shared with any page at or above the threshold; rarest first.
    pub fn prefix(&self, set: &ShingleSet, threshold: Threshold) -> Vec<u64> {
        let len = set.len() as u64;
        let prefix = (len - threshold.least(len).min(len) + 1).min(len) as usize;
        let mut ranked: Vec<(u32, u64)> =
            set.as_slice().iter().map(|&shingle| (self.0[slot(shingle)], shingle)).collect();
        ranked.sort_unstable();
        ranked.truncate(prefix);
        ranked.into_iter().filter(|&(count, _)| count > 1).map(|(_, shingle)| shingle).collect()
    }
}

fn slot(shingle: u64) -> usize {
    // The high bits: shingles are sums whose low bits are as good, but the sketch uses neither alone.
    (shingle >> 40) as usize & (COUNTERS - 1)
}

/// Postings of prefix shingles.
#[derive(Debug)]
pub struct PrefixJoin {
    threshold: Threshold,
    postings: Vec<(u64, u32)>,
    sizes: Vec<(u32, u32)>,
}

impl PrefixJoin {
    /// An empty join at `threshold`.
    pub const fn new(threshold: Threshold) -> Self {
        Self { threshold, postings: Vec::new(), sizes: Vec::new() }
    }

    /// Adds a page by its prefix and the size of its whole set; pages must come in ascending order.
    pub fn add(&mut self, page: u32, size: u32, prefix: &[u64]) {
        self.sizes.push((page, size));
        self.postings.extend(prefix.iter().map(|&shingle| (shingle, page)));
    }

    /// Every pair whose prefixes meet and whose sizes allow the threshold, `a < b`, ascending.
    pub fn pairs(mut self, may_pair: impl Fn(u32, u32) -> bool + Sync) -> Vec<(u32, u32)> {
        self.postings.par_sort_unstable();
        let size = |page: u32| {
            let at = self.sizes.partition_point(|&(other, _)| other < page);
            u64::from(self.sizes[at].1)
        };
        let buckets: Vec<&[(u64, u32)]> =
            self.postings.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1).collect();
        let mut pairs: Vec<(u32, u32)> = buckets
            .par_chunks(4096)
            .flat_map_iter(|buckets| {
                let mut found = Vec::new();
                for bucket in buckets {
                    for (i, &(_, a)) in bucket.iter().enumerate() {
                        let size_a = size(a);
                        for &(_, b) in &bucket[i + 1..] {
                            let size_b = size(b);
                            let (small, large) = (size_a.min(size_b), size_a.max(size_b));
                            if small >= self.threshold.least(large) && may_pair(a, b) {
                                found.push((a, b));
                            }
                        }
                    }
                }
                found.sort_unstable();
                found.dedup();
                found
            })
            .collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        pairs
    }
}
