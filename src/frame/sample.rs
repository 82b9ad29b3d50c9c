//! The pages of a site that its frame is learned from.
//!
//! The pages with the smallest hashes of site and words, as many as fit a budget of words: a small site is looked at
//! whole, a large one evenly. Formally a *bottom-k* sample with a budget for k: pages in the order of their hashes up to
//! the first that does not fit, whose hash becomes the **bound**; nothing at or above it is ever taken in again. So it is
//! a function of the *set* of pages: merging is commutative, associative and idempotent, whatever the order, the sharding
//! and the number of deliveries (the tests state it as a law). Pages of equal words are one page.
//!
//! A page is its distinct shingles, of a very long page the smallest [`MOST_KEYS`], which are the same ones on every page
//! that has them. So a site takes 4 MB at most.

use super::{Key, key};
use crate::hash;
use crate::shingle::ShingleSet;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Words of a sample, at most. Bulletins are few among a site's pages: a quarter as many pages miss most of them
/// (`docs/accuracy.md`, "Templates").
pub const MOST_WORDS: usize = 1 << 20;

/// Shingles of a page that are remembered, and words that a page costs, at most.
pub const MOST_KEYS: usize = 4096;

/// Pages that a site's sample must have for a frame to be made of it: fewer cannot show what a site repeats.
pub const FEWEST_PAGES: usize = 20;

/// The hash by which a page is sampled, of its site and the digest of its words.
pub fn page_hash(site: &str, words: u128) -> u64 {
    hash::seeded(&words.to_le_bytes(), hash::checksum(site.as_bytes()))
}

/// Words that a page of so many costs.
pub fn cost(words: u32) -> usize {
    (words as usize).clamp(1, MOST_KEYS)
}

/// What is remembered of a page.
pub fn keys(shingles: &ShingleSet) -> Vec<Key> {
    smallest(shingles.as_slice().iter().map(|&shingle| key(shingle)).collect())
}

/// The same, of its shingles in any order and with repetitions, which matter to nobody: sorting all would cost more than
/// the rest.
pub fn remembered(keys: &[Key]) -> Cow<'_, [Key]> {
    if keys.len() <= MOST_KEYS {
        return Cow::Borrowed(keys);
    }
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    Cow::Owned(smallest(keys))
}

fn smallest(mut ascending: Vec<Key>) -> Vec<Key> {
    ascending.dedup();
    ascending.truncate(MOST_KEYS);
    ascending
}

/// The sample of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSample {
    pages: BTreeMap<u64, SampledPage>,
    spent: usize,
    bound: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct SampledPage {
    cost: usize,
    keys: Vec<Key>,
}

impl SiteSample {
    /// Takes a page of so many words in, if it belongs to the sample.
    pub fn insert(&mut self, hash: u64, words: u32, keys: Vec<Key>) {
        self.take(hash, SampledPage { cost: cost(words), keys });
    }

    fn take(&mut self, hash: u64, page: SampledPage) {
        if self.bound.is_some_and(|bound| hash >= bound) {
            return;
        }
        // Two pages of one hash, should they ever meet: the greater one, whichever came first.
        let place = self.pages.entry(hash).or_default();
        if page > *place {
            self.spent += page.cost - place.cost;
            *place = page;
        }
        while self.spent > MOST_WORDS {
            let Some((hash, page)) = self.pages.pop_last() else { break };
            self.spent -= page.cost;
            self.bound = Some(hash);
        }
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        if let Some(bound) = other.bound {
            self.spent -= self.pages.split_off(&bound).values().map(|page| page.cost).sum::<usize>();
            self.bound = Some(self.bound.map_or(bound, |own| own.min(bound)));
        }
        for (hash, page) in other.pages {
            self.take(hash, page);
        }
    }

    /// The shingles of each page; pages by hash.
    pub fn pages(&self) -> impl ExactSizeIterator<Item = &[Key]> {
        self.pages.values().map(|page| page.keys.as_slice())
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
