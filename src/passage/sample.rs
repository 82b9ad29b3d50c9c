//! A few shingles of each page, chosen so that two pages which share a passage choose some of the same.
//!
//! Shingles of five words are ordered by a hash of their own; a page keeps those in the lowest eighth of all
//! hashes, and at least the [`FEWEST`] lowest. Whether a shingle is kept depends on nothing around it (Broder 1997,
//! "On the resemblance and containment of documents", the sketch modulo m), but for short pages, which keep more.
//! What the figures give and cost is measured in `docs/accuracy.md`, "Passages".

use crate::hash;
use crate::shingle::{Ngram, hash_shingles};

/// One shingle in so many is kept.
pub const ONE_IN: u64 = 8;
/// Shingles that a page keeps at least, if it has as many.
pub const FEWEST: usize = 16;

/// The round of [`hash::in_round`] that no sketch comes to: samples and signatures are chosen independently.
const ROUND: u64 = u64::MAX - 1;

/// Takes samples; keeps its working space.
#[derive(Debug, Default)]
pub struct Sampler {
    shingles: Vec<u64>,
    low: Vec<u64>,
}

impl Sampler {
    /// The sampled shingles of a page of these words, as hashes in ascending order, without repetitions.
    pub fn sample(&mut self, words: &[u64]) -> &[u64] {
        self.shingles.clear();
        hash_shingles(words, Ngram::SAMPLED, &mut self.shingles);
        self.shingles.iter_mut().for_each(|shingle| *shingle = hash::in_round(*shingle, ROUND));
        self.low.clear();
        self.low.extend(self.shingles.iter().filter(|hash| **hash <= u64::MAX / ONE_IN));
        sort_distinct(&mut self.low);
        if self.low.len() < FEWEST {
            sort_distinct(&mut self.shingles);
            self.shingles.truncate(FEWEST);
            std::mem::swap(&mut self.shingles, &mut self.low);
        }
        &self.low
    }
}

fn sort_distinct(hashes: &mut Vec<u64>) {
    hashes.sort_unstable();
    hashes.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn words(count: u64, seed: u64) -> Vec<u64> {
        (0..count).map(|number| hash::in_round(number ^ seed << 32, 7)).collect()
    }

    /// What a sample is, said slowly.
    fn sampled_slowly(words: &[u64]) -> Vec<u64> {
        let mut shingles = Vec::new();
        hash_shingles(words, Ngram::SAMPLED, &mut shingles);
        let hashes: BTreeSet<u64> = shingles.iter().map(|&shingle| hash::in_round(shingle, ROUND)).collect();
        let is_low = |hash: u64| hash <= u64::MAX / ONE_IN;
        hashes
            .iter()
            .enumerate()
            .filter(|&(at, &hash)| at < FEWEST || is_low(hash))
            .map(|(_, &hash)| hash)
            .collect()
    }

    #[test]
    fn the_sample_is_the_lowest_eighth_and_at_least_sixteen() {
        let mut sampler = Sampler::default();
        for count in (0..40).chain([100, 200, 250, 300, 1000, 10_000]) {
            for seed in 0..20 {
                let mut words = words(count, seed);
                words.extend_from_within(..words.len() / 3);
                let sample = sampler.sample(&words).to_vec();
                assert_eq!(sample, sampled_slowly(&words), "{count} words");
                assert!(sample.len() >= FEWEST.min(count.saturating_sub(4) as usize), "{count} words");
            }
        }
        let share = sampler.sample(&words(100_000, 3)).len() as f64 / 100_000.0;
        assert!((share * ONE_IN as f64 - 1.0).abs() < 0.05, "{share} of the shingles");
    }

    #[test]
    fn a_repeated_passage_counts_once() {
        let once = words(40, 1);
        let mut sampler = Sampler::default();
        let repeated = sampler.sample(&once.repeat(500)).to_vec();
        assert!(repeated.len() <= 44, "{} shingles of a page that repeats itself", repeated.len());
    }
}
