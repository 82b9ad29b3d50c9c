//! The pages of a site that its frame is learned from.
//!
//! A *bottom-k* sample: the [`MOST_PAGES`] pages with the smallest hashes of site and text. So it is a function of the
//! *set* of texts of the site: merging is commutative, associative and idempotent, whatever the order, the sharding and
//! the number of deliveries (the tests state it as a law). A page is its distinct shingles, of a very long page the
//! smallest [`MOST_KEYS`], which are the same ones on every page that has them. So a site takes at most 32 MB, and
//! usually one or two.

use super::{Key, key};
use crate::hash;
use crate::shingle::ShingleSet;
use std::collections::BTreeMap;

/// Pages of a sample, at most. Bulletins are few among a site's pages: a quarter as many pages miss most of them
/// (`docs/accuracy.md`, "Templates").
pub const MOST_PAGES: usize = 2048;

/// Shingles of a page that are remembered.
pub const MOST_KEYS: usize = 4096;

/// Pages that a site's sample must have for a frame to be made of it: fewer cannot show what a site repeats.
pub const FEWEST_PAGES: usize = 20;

/// The hash by which a page is sampled, of its site and the digest of its text.
pub fn page_hash(site: &str, digest: u128) -> u64 {
    hash::seeded(&digest.to_le_bytes(), hash::checksum(site.as_bytes()))
}

/// What is remembered of a page, ascending.
pub fn keys(shingles: &ShingleSet) -> Vec<Key> {
    remembered(shingles.as_slice().iter().map(|&shingle| key(shingle)).collect())
}

/// The same, of its shingles in any order and with repetitions.
pub fn remembered(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(MOST_KEYS);
    keys
}

/// The sample of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSample {
    pages: BTreeMap<u64, Vec<Key>>,
}

impl SiteSample {
    /// Takes a page in, if it is among the first.
    pub fn insert(&mut self, hash: u64, keys: Vec<Key>) {
        // Two texts of one hash, should they ever meet: the choice must not depend on which came first.
        let page = self.pages.entry(hash).or_default();
        if keys > *page {
            *page = keys;
        }
        if self.pages.len() > MOST_PAGES {
            self.pages.pop_last();
        }
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        for (hash, keys) in other.pages {
            self.insert(hash, keys);
        }
    }

    /// The shingles of each page, ascending; pages by hash.
    pub fn pages(&self) -> impl ExactSizeIterator<Item = &[Key]> {
        self.pages.values().map(Vec::as_slice)
    }

    /// How many pages it holds.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }
}
