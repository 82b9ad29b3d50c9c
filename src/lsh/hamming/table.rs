//! Fingerprints by one block of their bits.

use super::layout::{Block, ball};
use rayon::prelude::*;
use std::ops::Range;

/// All fingerprints, turned so that the block stands in front, in ascending order. Memory: 8 bytes a
/// fingerprint and 4 a key.
#[derive(Clone, Debug)]
pub struct Table {
    block: Block,
    entries: Vec<u64>,
    /// Where each key's entries begin; one more at the end.
    starts: Vec<u32>,
    /// What the keys within the radius differ in, ascending: near keys lie near in memory.
    masks: Vec<u32>,
}

impl Table {
    /// The table of a block of at most 28 bits; at most 2³² - 1 fingerprints.
    pub fn new(fingerprints: &[u64], block: Block) -> Self {
        let mut entries: Vec<u64> =
            fingerprints.par_iter().map(|bits| bits.rotate_left(block.start)).collect();
        entries.par_sort_unstable();
        let mut starts = vec![0u32; (1 << block.width) + 1];
        for &entry in &entries {
            starts[key_of(entry, block.width) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let masks = (0..1u32 << block.width).filter(|mask| mask.count_ones() <= block.radius);
        let masks: Vec<u32> = masks.collect();
        debug_assert_eq!(masks.len() as u64, ball(block.width, block.radius));
        Self { block, entries, starts, masks }
    }

    /// The number of keys.
    pub const fn keys(&self) -> u32 {
        1 << self.block.width
    }

    /// A fingerprint as the table has it.
    #[inline]
    pub const fn turned(&self, fingerprint: u64) -> u64 {
        fingerprint.rotate_left(self.block.start)
    }

    /// The fingerprint of an entry.
    #[inline]
    pub const fn turned_back(&self, entry: u64) -> u64 {
        entry.rotate_right(self.block.start)
    }

    /// The key of an entry.
    #[inline]
    pub const fn key(&self, entry: u64) -> u32 {
        key_of(entry, self.block.width)
    }

    /// The entries of a key.
    #[inline]
    pub fn bucket(&self, key: u32) -> &[u64] {
        &self.entries[self.range(key)]
    }

    /// Where the entries of a key stand.
    #[inline]
    pub(super) fn range(&self, key: u32) -> Range<usize> {
        self.starts[key as usize] as usize..self.starts[key as usize + 1] as usize
    }

    /// All entries.
    pub(super) fn entries(&self) -> &[u64] {
        &self.entries
    }

    /// What keys within the radius differ in.
    pub(super) fn masks(&self) -> &[u32] {
        &self.masks
    }

    /// Bytes that the table takes.
    pub fn bytes(&self) -> usize {
        8 * self.entries.len() + 4 * (self.starts.len() + self.masks.len())
    }

    /// Puts the `count` entries of smallest rank first, in each bucket of more than `most`; how many such
    /// buckets there are.
    pub(super) fn put_leaders_first(&mut self, most: usize, count: usize, rank: fn(u64) -> u64) -> u64 {
        let turn = self.block.start;
        let mut hot = 0;
        for key in 0..self.keys() {
            let range = self.range(key);
            if range.len() > most {
                hot += 1;
                let rank = |entry: &u64| rank(entry.rotate_right(turn));
                self.entries[range].select_nth_unstable_by_key(count, rank);
            }
        }
        hot
    }
}

/// The first `width` bits.
#[inline]
const fn key_of(entry: u64, width: u32) -> u32 {
    // Two steps: a shift by all 64 bits is none.
    (entry >> 1 >> (63 - width)) as u32
}
