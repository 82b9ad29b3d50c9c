//! A site's sample of pages: all that is remembered of a site, at most about a quarter of a megabyte.
//!
//! The sample is the pages with the smallest hashes of site and text, as many as fit a budget of bytes: a small
//! site is remembered whole, a large one evenly. Formally it is the *bottom-k* sample with a budget for k: pages in
//! the order of their hashes up to the first that does not fit, whose hash becomes the **bound**; nothing at or
//! above the bound is ever taken in again. So the sample is a function of the *set* of pages: merging is
//! commutative, associative and idempotent, and gives the same bytes for any order, any sharding and any number of
//! deliveries (the tests state it as a law). Counters that add up would be none of these.
//!
//! One text may come with several titles, authors and dates, and is one page all the same. Of its versions the one
//! that costs most stays ([`SampledPage::join`]): then what a page costs can only grow, a page that did not fit once
//! never fits again, and the law holds.
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

/// Bytes of text that are remembered, as examples; of the pages with the smallest hashes.
pub const MOST_TEXT: usize = 48 << 10;

/// Bytes of text that are remembered of one page, so that one page cannot take the place of all others.
const MOST_PAGE_TEXT: usize = 8 << 10;

/// Lines of a page that are remembered.
pub const MOST_LINES: usize = 1024;

/// Bytes of a line that are remembered as an example, at most.
pub const MOST_EXAMPLE: usize = 160;

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
    /// The beginning of each line, on the pages whose texts serve as examples; else empty.
    pub texts: Vec<String>,
}

impl SampledPage {
    /// What is to be remembered of a page.
    pub fn read(
        hash: u64,
        day: Option<i32>,
        text: &str,
        title: &str,
        author: Option<&str>,
        reader: &mut LineReader,
    ) -> Self {
        let title = Title::new(title);
        let own = Own::new(&title, author);
        let all = lines(text).map(|range| (reader.read(text, range.clone(), &own), range));
        let (mut lines, mut ranges): (Vec<Line>, Vec<_>) = all.filter(|(line, _)| !line.is_blank()).unzip();
        if let Some(surplus) = lines.len().checked_sub(MOST_LINES) {
            let middle = MOST_LINES / 2..MOST_LINES / 2 + surplus;
            lines.drain(middle.clone());
            ranges.drain(middle);
        }
        let mut left = MOST_PAGE_TEXT;
        let mut remember = |range| {
            let example = example(&text[range]);
            let is_remembered = example.len() <= left;
            left -= if is_remembered { example.len() } else { left };
            if is_remembered { example.to_owned() } else { String::new() }
        };
        let texts = ranges.into_iter().map(&mut remember).collect();
        Self { hash, day, title, lines, texts }
    }

    /// Of two versions of one page: the earlier day, and all else from the version that costs more; between two that
    /// cost the same, from the greater one, so that it does not matter which came first.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let day = match (self.day, other.day) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let is_greater = (self.cost(), &self.title, &self.lines, &self.texts)
            > (other.cost(), &other.title, &other.lines, &other.texts);
        Self { day, ..if is_greater { self } else { other } }
    }

    /// Bytes that its examples take.
    pub fn text_cost(&self) -> usize {
        self.texts.iter().map(|text| text.len() + 2).sum()
    }

    /// Bytes that it takes.
    pub fn cost(&self) -> usize {
        let title: usize = self.title.parts().iter().map(|part| 8 * part.words.len() + 8).sum();
        64 + title + size_of::<Line>() * self.lines.len()
    }
}

/// The beginning of a line, without blanks around it.
pub fn example(line: &str) -> &str {
    let line = line.trim();
    let mut end = line.len().min(MOST_EXAMPLE);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

/// The hash by which a page is sampled.
pub fn page_hash(site: &str, text: &str) -> u64 {
    hash::seeded(text.as_bytes(), hash::checksum(site.as_bytes()))
}

/// The sample of one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteSample {
    pages: BTreeMap<u64, SampledPage>,
    lines: Budget,
    texts: Budget,
}

/// What is spent, and the hash from which on nothing is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Budget {
    spent: usize,
    bound: Option<u64>,
}

impl Budget {
    fn admits(self, hash: u64) -> bool {
        self.bound.is_none_or(|bound| hash < bound)
    }

    /// Lowers the bound to that of another sample.
    fn lower(&mut self, other: Self) {
        self.bound = match (self.bound, other.bound) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

impl SiteSample {
    /// A sample that was saved.
    pub fn from_parts(
        pages: impl IntoIterator<Item = SampledPage>,
        bound: Option<u64>,
        text_bound: Option<u64>,
    ) -> Self {
        let mut sample = Self::default();
        sample.lines.bound = bound;
        sample.texts.bound = text_bound;
        pages.into_iter().for_each(|page| sample.insert(page));
        sample
    }

    /// Whether a page of this hash belongs to the sample; worth asking before its lines are read. A page that is
    /// there already may come with another title.
    pub fn wants(&self, hash: u64) -> bool {
        self.lines.admits(hash)
    }

    /// Takes a page in, if it belongs to the sample.
    pub fn insert(&mut self, mut page: SampledPage) {
        if !self.wants(page.hash) {
            return;
        }
        if !self.texts.admits(page.hash) {
            page.texts = Vec::new();
        }
        if let Some(known) = self.pages.remove(&page.hash) {
            self.lines.spent -= known.cost();
            self.texts.spent -= known.text_cost();
            page = page.join(known);
        }
        self.lines.spent += page.cost();
        self.texts.spent += page.text_cost();
        self.pages.insert(page.hash, page);
        self.keep_within_budgets();
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        self.lines.lower(other.lines);
        self.texts.lower(other.texts);
        if let Some(bound) = self.lines.bound {
            for page in self.pages.split_off(&bound).into_values() {
                self.lines.spent -= page.cost();
                self.texts.spent -= page.text_cost();
            }
        }
        if let Some(bound) = self.texts.bound {
            for page in self.pages.range_mut(bound..).map(|(_, page)| page) {
                self.texts.spent -= page.text_cost();
                page.texts = Vec::new();
            }
        }
        for page in other.pages.into_values() {
            self.insert(page);
        }
        self.keep_within_budgets();
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
        self.lines.bound
    }

    /// Pages of hashes from here on have no examples.
    pub fn text_bound(&self) -> Option<u64> {
        self.texts.bound
    }

    /// Pages go from the top until lines fit; of those that stay, texts go from the top until they fit. One page
    /// always stays.
    fn keep_within_budgets(&mut self) {
        while (self.lines.spent > MOST_BYTES || self.pages.len() > MOST_PAGES) && self.pages.len() > 1 {
            let Some((hash, page)) = self.pages.pop_last() else { break };
            self.lines.spent -= page.cost();
            self.texts.spent -= page.text_cost();
            self.lines.bound = Some(hash);
        }
        while self.texts.spent > MOST_TEXT {
            let Some(page) = self.pages.values_mut().rev().find(|page| !page.texts.is_empty()) else { break };
            self.texts.spent -= page.text_cost();
            self.texts.bound = Some(page.hash);
            page.texts = Vec::new();
        }
        // A bound that no page can meet says nothing, and would depend on the order in which pages came.
        if self.lines.bound.is_some_and(|bound| self.texts.bound >= Some(bound)) {
            self.texts.bound = None;
        }
    }
}
