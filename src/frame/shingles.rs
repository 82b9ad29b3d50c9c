//! The shingles that are frame, and what pages have of them.

use super::common::Common;
use super::{Key, key};
use crate::hash;
use crate::shingle::ShingleSet;

/// Keys that share their leading bits, on average: so few that a look reads one line of memory besides the one that says where.
const TOGETHER: usize = 8;

/// A set of shingles, by their keys: 4.5 bytes each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameShingles {
    /// Ascending, without repetitions.
    keys: Vec<Key>,
    /// Where the keys with each leading bits begin, so that a look costs no search.
    starts: Vec<u32>,
    shift: u32,
}

impl Default for FrameShingles {
    fn default() -> Self {
        Self::from_ascending(Vec::new())
    }
}

impl FrameShingles {
    /// The shingles with these keys, which ascend without repetitions.
    pub fn from_ascending(keys: Vec<Key>) -> Self {
        let bits = (keys.len() / TOGETHER).next_power_of_two().trailing_zeros().max(1);
        let shift = 32 - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (at, key) in keys.iter().enumerate() {
            starts.resize(starts.len().max((key >> shift) as usize + 1), at as u32);
        }
        starts.resize((1 << bits) + 1, keys.len() as u32);
        Self { keys, starts, shift }
    }

    /// Ascending, without repetitions.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Whether a shingle is frame.
    pub fn has(&self, shingle: u64) -> bool {
        let key = key(shingle);
        let at = (key >> self.shift) as usize;
        self.keys[self.starts[at] as usize..self.starts[at + 1] as usize].contains(&key)
    }

    /// Counts what of two pages is frame. Cost: one look a shingle, and one more for each that they share.
    pub fn common(&self, a: &ShingleSet, b: &ShingleSet) -> Common {
        let in_frame = |set: &ShingleSet| self.count(set.as_slice().iter().copied());
        Common { shared: self.count(a.shared(b)), in_a: in_frame(a), in_b: in_frame(b) }
    }

    fn count(&self, shingles: impl Iterator<Item = u64>) -> u32 {
        shingles.filter(|&shingle| self.has(shingle)).count() as u32
    }

    /// How many shingles are in both pages and not frame. Cost: a walk through both, and one look for each that they share.
    pub fn own_of_both(&self, a: &ShingleSet, b: &ShingleSet) -> u32 {
        a.shared(b).filter(|&shingle| !self.has(shingle)).count() as u32
    }

    /// The fingerprint of what of a page is frame: pages of one template have the same one, or about as likely as their
    /// frames are alike (MinHash of one slot). None for a page without frame.
    pub fn form(&self, page: &ShingleSet) -> Option<u64> {
        let of_frame = page.as_slice().iter().filter(|shingle| self.has(**shingle));
        of_frame.map(|&shingle| hash::in_round(shingle, 0)).min()
    }
}
