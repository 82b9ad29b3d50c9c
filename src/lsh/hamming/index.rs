//! Was this fingerprint seen within k bits?

use super::layout::Layout;
use super::table::Table;
use crate::sketch::simhash::signature::{Distance, distance};
use std::hint::black_box;
use std::ops::{ControlFlow, Range};

/// Fingerprints to be asked for. It never changes: a later batch has its own, or makes it anew.
///
/// ```
/// use tamis::lsh::hamming::index::HammingIndex;
/// use tamis::sketch::simhash::signature::Distance;
///
/// let index = HammingIndex::new(vec![0b1011, u64::MAX], Distance::new(3)?);
/// assert!(index.has_within(0b0001));
/// assert_eq!(index.within(0b0001), [0b1011]);
/// assert_eq!(index.nearest(0b1111_0000), None);
/// # Ok::<(), tamis::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HammingIndex {
    distance: Distance,
    tables: Vec<Table>,
}

/// Buckets whose entries are fetched before any is compared.
const FETCHED: usize = 64;

impl HammingIndex {
    /// The index of these fingerprints, in any order and with any repetitions, by the cheapest layout.
    ///
    /// Memory: 8 bytes a fingerprint and table, and 4 a key ([`HammingIndex::bytes`]; `docs/speed.md`).
    pub fn new(mut fingerprints: Vec<u64>, distance: Distance) -> Self {
        fingerprints.sort_unstable();
        fingerprints.dedup();
        let layout = Layout::cheapest(distance, fingerprints.len());
        Self::with_layout(&fingerprints, &layout)
    }

    /// The index of distinct fingerprints by a given layout.
    pub fn with_layout(fingerprints: &[u64], layout: &Layout) -> Self {
        let tables = layout.blocks.iter().map(|block| Table::new(fingerprints, *block)).collect();
        Self { distance: layout.distance, tables }
    }

    /// Whether a fingerprint is there that differs in k bits at most. Cost: `docs/speed.md`; a bucket that somebody
    /// filled on purpose is read whole.
    pub fn has_within(&self, fingerprint: u64) -> bool {
        self.search(fingerprint, |_| ControlFlow::Break(())).is_break()
    }

    /// All fingerprints that differ in k bits at most, ascending.
    pub fn within(&self, fingerprint: u64) -> Vec<u64> {
        let mut found = Vec::new();
        let _ = self.search(fingerprint, |other| {
            found.push(other);
            ControlFlow::Continue(())
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The nearest fingerprint within k bits, with its distance; of several the smallest.
    pub fn nearest(&self, fingerprint: u64) -> Option<(u64, u32)> {
        let found = self.within(fingerprint).into_iter().map(|other| (other, distance(fingerprint, other)));
        found.min_by_key(|&(_, bits)| bits)
    }

    /// Bytes that the index takes.
    pub fn bytes(&self) -> usize {
        self.tables.iter().map(Table::bytes).sum()
    }

    /// Visits every fingerprint within k bits, once or more.
    fn search(&self, fingerprint: u64, mut visit: impl FnMut(u64) -> ControlFlow<()>) -> ControlFlow<()> {
        for table in &self.tables {
            let turned = table.turned(fingerprint);
            let key = table.key(turned);
            let entries = table.entries();
            for masks in table.masks().chunks(FETCHED) {
                // Where buckets begin, and what stands there, comes from memory for all of them at once; if
                // each were compared as it comes, the processor would wait for each.
                let mut ranges: [Range<usize>; FETCHED] = [const { 0..0 }; FETCHED];
                let mut fetched = 0;
                for (range, mask) in ranges.iter_mut().zip(masks) {
                    *range = table.range(key ^ mask);
                }
                for range in &ranges {
                    fetched ^= entries.get(range.start).copied().unwrap_or(0);
                }
                black_box(fetched);
                for range in &ranges[..masks.len()] {
                    for &entry in &entries[range.clone()] {
                        if self.distance.reaches(entry, turned) {
                            visit(table.turned_back(entry))?;
                        }
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}
