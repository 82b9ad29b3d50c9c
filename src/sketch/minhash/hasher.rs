//! Shingles to a signature.

use crate::hash::in_round;

/// Makes signatures of a fixed number of slots. Keeps its working space, so one hasher serves many pages.
#[derive(Clone, Debug)]
pub struct MinHasher {
    /// Round and hash of the smallest arrival of each bin; the round in the upper half.
    bins: Vec<u64>,
}

/// Above every arrival: the round of the last one is below 2³¹.
const EMPTY: u64 = u64::MAX;

impl MinHasher {
    /// A hasher of `slots` slots, at least 1.
    pub fn new(slots: u16) -> Self {
        Self { bins: vec![EMPTY; usize::from(slots.max(1))] }
    }

    /// Appends the signature of a set of shingles, given in any order and with any repetitions; no shingles
    /// give slots of zero, which say nothing.
    ///
    /// Expected cost: `s + k·ln k` hashes for s shingles and k slots.
    pub fn sketch(&mut self, shingles: &[u64], out: &mut Vec<u16>) {
        self.fill(shingles);
        // The smallest arrivals have small high bits; the low ones are uniform.
        out.extend(self.bins.iter().map(|&bin| bin as u16));
    }

    fn fill(&mut self, shingles: &[u64]) {
        if shingles.is_empty() {
            return self.bins.fill(0);
        }
        self.bins.fill(EMPTY);
        let slots = self.bins.len() as u64;
        // In each of the first k rounds a shingle falls into one bin, where a later round never displaces an
        // earlier one.
        for round in 0..slots {
            for &shingle in shingles {
                let hash = in_round(shingle, round);
                let bin = ((hash >> 32) * slots) >> 32;
                let arrival = (round << 32) | (hash & 0xFFFF_FFFF);
                let bin = &mut self.bins[bin as usize];
                *bin = arrival.min(*bin);
            }
            if !self.bins.contains(&EMPTY) {
                return;
            }
        }
        // What k rounds leave empty (pages of very few shingles) is filled bin by bin.
        for (bin, round) in self.bins.iter_mut().zip(slots..) {
            if *bin == EMPTY {
                let hashes = shingles.iter().map(|&shingle| in_round(shingle, round) & 0xFFFF_FFFF);
                *bin = hashes.min().unwrap_or(0);
            }
        }
    }
}
