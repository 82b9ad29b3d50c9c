//! A site's sample of pages: all that is remembered of a site, at most about a quarter of a megabyte.
//!
//! The sample is the pages with the smallest hashes of site and text, as many as fit a budget of bytes: a small
//! site is remembered whole, a large one evenly. Formally it is the *bottom-k* sample with a budget for k: pages in
//! the order of their hashes up to the first that does not fit, whose hash becomes the **bound**; nothing at or
//! above the bound is ever taken in again. So the sample is a function of the *set* of pages: merging is
//! commutative, associative and idempotent, and gives the same bytes for any order, any sharding and any number of
//! deliveries (the tests state it as a law). Counters that add up would be none of these.
//!
//! What a page costs depends on the page alone. A page of very many lines is remembered by its first and last
//! [`MOST_LINES`] / 2, so that one page cannot take the place of all others.

use super::line::{Line, LineReader, Own};
use super::title::Title;
use crate::hash;
use crate::text::lines::lines;
use std::collections::BTreeMap;

/// Pages of a sample, at most.
pub const MOST_PAGES: usize = 512;

/// Bytes of a sample, at most, as they are counted by [`SampledPage::cost`].
pub const MOST_BYTES: usize = 224 << 10;

/// Lines of a page that are remembered.
pub const MOST_LINES: usize = 1024;

/// What is remembered of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampledPage {
    /// Hash of site and text.
    pub hash: u64,
    /// Day of its date, counted from 1970.
    pub day: Option<i32>,
    /// Its title.
    pub title: Title,
    /// Its lines but for blank ones.
    pub lines: Vec<Line>,
}

impl SampledPage {
    /// What is to be remembered of a page; `number` gives the place of each line among all lines of the text.
    pub fn read(hash: u64, day: Option<i32>, text: &str, title: &str, author: Option<&str>, reader: &mut LineReader) -> Self {
        let title = Title::new(title);
        let own = Own::new(&title, author);
        let all = lines(text).map(|range| reader.read(text, range, &own)).filter(|line| !line.is_blank());
        let mut lines: Vec<Line> = all.collect();
        if let Some(surplus) = lines.len().checked_sub(MOST_LINES) {
            lines.drain(MOST_LINES / 2..MOST_LINES / 2 + surplus);
        }
        Self { hash, day, title, lines }
    }

    /// Bytes that it takes.
    pub fn cost(&self) -> usize {
        let title: usize = self.title.parts().iter().map(|part| 8 * part.words.len() + 8).sum();
        64 + title + size_of::<Line>() * self.lines.len()
    }
}

/// The hash by which a page is sampled.
pub fn page_hash(site: &str, text: &str) -> u64 {
    hash::seeded(text.as_bytes(), hash::checksum(site.as_bytes()))
}

/// The sample of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteSample {
    pages: BTreeMap<u64, SampledPage>,
    cost: usize,
    /// Hashes from here on were left out.
    bound: Option<u64>,
}

impl Default for SiteSample {
    fn default() -> Self {
        Self { pages: BTreeMap::new(), cost: 0, bound: None }
    }
}

impl SiteSample {
    /// Whether a page of this hash would be taken in; worth asking before its lines are read.
    pub fn wants(&self, hash: u64) -> bool {
        self.bound.is_none_or(|bound| hash < bound) && !self.pages.contains_key(&hash)
    }

    /// Takes a page in, if it belongs to the sample.
    pub fn insert(&mut self, page: SampledPage) {
        if !self.wants(page.hash) {
            return;
        }
        self.cost += page.cost();
        self.pages.insert(page.hash, page);
        self.keep_within_budget();
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        if let Some(bound) = other.bound
            && self.bound.is_none_or(|own| bound < own)
        {
            self.bound = Some(bound);
            for page in self.pages.split_off(&bound).into_values() {
                self.cost -= page.cost();
            }
        }
        for page in other.pages.into_values() {
            self.insert(page);
        }
    }

    /// Its pages, by hash.
    pub fn pages(&self) -> impl Iterator<Item = &SampledPage> {
        self.pages.values()
    }

    /// How many pages it holds.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Hashes from here on are left out; none if the sample is the whole site.
    pub fn bound(&self) -> Option<u64> {
        self.bound
    }

    fn keep_within_budget(&mut self) {
        while (self.cost > MOST_BYTES || self.pages.len() > MOST_PAGES) && self.pages.len() > 1 {
            let Some((hash, page)) = self.pages.pop_last() else { break };
            self.cost -= page.cost();
            self.bound = Some(hash);
        }
    }
}
