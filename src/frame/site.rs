//! The frozen frame of one site: the shingles that three items or more of its sample use.

use super::items::{by_shingle, items, repeated};
use super::sample::{FEWEST_PAGES, SiteSample};
use super::{Key, key};
use crate::hash;
use crate::shingle::ShingleSet;
use serde::{Deserialize, Serialize};

/// Pages of a sample that one item is posted on, at most. Measured: `docs/accuracy.md`, "Templates".
pub const MOST_POSTS: usize = 8;

/// Items that must use a shingle for it to be frame.
pub const FEWEST_ITEMS: usize = 3;

/// The shingles of a site's templates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFrame {
    /// Ascending.
    keys: Vec<Key>,
    /// Where the keys with each leading bits begin: about one key each, so that a look costs no search.
    starts: Vec<u32>,
    shift: u32,
}

impl SiteFrame {
    /// The frame of a site; none if its sample is too small to show what it repeats.
    pub fn freeze(sample: &SiteSample) -> Option<Self> {
        let pages: Vec<&[Key]> = sample.pages().collect();
        (pages.len() >= FEWEST_PAGES).then(|| Self::of(&pages, MOST_POSTS))
    }

    /// The shingles that three items of these pages use, if one item is posted on at most `most_posts` of them.
    pub fn of(pages: &[&[Key]], most_posts: usize) -> Self {
        let occurrences = repeated(pages);
        let items = items(pages, &occurrences, most_posts);
        let mut of_shingle = Vec::new();
        let mut is_frame = |pages: &mut dyn Iterator<Item = u32>| {
            of_shingle.clear();
            of_shingle.extend(pages.map(|page| items[page as usize]));
            of_shingle.sort_unstable();
            of_shingle.dedup();
            of_shingle.len() >= FEWEST_ITEMS
        };
        let shingles = by_shingle(&occurrences);
        let frame = shingles.filter_map(|(key, mut pages)| is_frame(&mut pages).then_some(key));
        Self::from_keys(frame.collect())
    }

    /// A frame of these keys, which ascend.
    pub(super) fn from_keys(keys: Vec<Key>) -> Self {
        let bits = keys.len().next_power_of_two().trailing_zeros().clamp(1, 24);
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

    /// The fingerprint of the frame of a page: pages of one template have the same one, or about as likely as their
    /// frames are alike (MinHash of one slot). None for a page without frame.
    pub fn form(&self, page: &ShingleSet) -> Option<u64> {
        let of_frame = page.as_slice().iter().filter(|shingle| self.has(**shingle));
        of_frame.map(|&shingle| hash::in_round(shingle, 0)).min()
    }

    /// Whether the site uses this shingle in three items or more.
    pub fn has(&self, shingle: u64) -> bool {
        let key = key(shingle);
        let at = (key >> self.shift) as usize;
        self.keys[self.starts[at] as usize..self.starts[at + 1] as usize].contains(&key)
    }
}
