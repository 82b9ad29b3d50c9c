//! A site's sample of pages: all that is remembered of a site, at most 0.3 MB.
//!
//! Two samples, each a function of the *set* of pages ([`bottom`](super::bottom)):
//!
//! * the **whole**: the pages with the smallest hashes of site and text. A small site is remembered whole, a large
//!   one evenly;
//! * the **newest**: the pages of the latest days, and of one day those with the smallest hashes. After a redesign the
//!   new template is rare in the whole for long; here it stands after a few pages. Pages without a day are not in it.
//!
//! One text may come with several titles, authors and dates, and is one page all the same. In the whole its earliest
//! day counts. In the newest a day is part of the key, so a text that comes again on another day stands there twice:
//! if its latest day counted, a page that was forgotten could come back under a better key and find its place taken,
//! and what is remembered would depend on the order of deliveries. Whoever counts articles counts them once.
//!
//! What a page costs depends on the page alone. A page of very many lines is remembered by its first and last
//! [`MOST_LINES`] / 2, so that one page cannot take the place of all others.

use super::bottom::{BottomK, Limits, PageKey};
use super::line::{Line, LineReader, Own};
use super::title::Title;
use crate::hash;
use crate::page::Strings;
use crate::text::lines::{count, lines as lines_of};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What the whole may take.
pub const WHOLE: Limits = Limits { pages: 512, bytes: 224 << 10, text: 28 << 10 };

/// What the newest pages may take: ten to twenty of them on most sites.
pub const NEWEST: Limits = Limits { pages: 64, bytes: 32 << 10, text: 8 << 10 };

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
    pub texts: Strings,
}

impl SampledPage {
    /// What is to be remembered of a page of which this is wanted.
    pub fn read(
        wanted: Wanted,
        hash: u64,
        day: Option<i32>,
        text: &str,
        title: &str,
        author: Option<&str>,
        reader: &mut LineReader,
    ) -> Self {
        let title = Title::new(title);
        let own = Own::new(&title, author);
        let mut lines = Vec::with_capacity(count(text));
        let mut ranges = Vec::with_capacity(if wanted < Wanted::Examples { 0 } else { lines.capacity() });
        for range in lines_of(text) {
            let line = reader.read(text, range.clone(), &own);
            if !line.is_blank() {
                lines.push(line);
                ranges.extend((wanted >= Wanted::Examples).then_some(range));
            }
        }
        if let Some(surplus) = lines.len().checked_sub(MOST_LINES) {
            let middle = MOST_LINES / 2..MOST_LINES / 2 + surplus;
            lines.drain(middle.clone());
            ranges.drain(middle.start.min(ranges.len())..middle.end.min(ranges.len()));
        }
        lines.shrink_to_fit();
        let mut left = MOST_PAGE_TEXT;
        let mut texts = Strings::default();
        for range in ranges {
            let example = example(&text[range]);
            let is_remembered = example.len() <= left;
            left -= if is_remembered { example.len() } else { left };
            texts.push(if is_remembered { example } else { "" });
        }
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

/// What of a page would be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// Nothing: its lines need not be read.
    Nothing,
    /// Its lines.
    Lines,
    /// Its lines and the beginnings of their texts.
    Examples,
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

/// Hash of site and text: the key of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByHash(pub u64);

impl PageKey for ByHash {
    fn of(page: &SampledPage) -> Option<Self> {
        Some(Self(page.hash))
    }
}

/// The latest day first, then the hash: the key of the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByDay(pub Reverse<i32>, pub u64);

impl PageKey for ByDay {
    fn of(page: &SampledPage) -> Option<Self> {
        Some(Self(Reverse(page.day?), page.hash))
    }
}

/// The sample of one site.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteSample {
    /// The pages with the smallest hashes.
    pub whole: BottomK<ByHash>,
    /// The pages of the latest days.
    pub newest: BottomK<ByDay>,
}

impl Default for SiteSample {
    fn default() -> Self {
        Self { whole: BottomK::new(WHOLE), newest: BottomK::new(NEWEST) }
    }
}

impl SiteSample {
    /// What of a page of this hash and day would be remembered; worth asking before its lines are read.
    pub fn wants(&self, hash: u64, day: Option<i32>) -> Wanted {
        let of_newest = day.map(|day| self.newest.wants(ByDay(Reverse(day), hash)));
        self.whole.wants(ByHash(hash)).max(of_newest.unwrap_or(Wanted::Nothing))
    }

    /// Takes a page in, where it belongs.
    pub fn insert(&mut self, page: SampledPage) {
        // Most pages are only in the whole.
        if ByDay::of(&page).is_some_and(|key| self.newest.wants(key) > Wanted::Nothing) {
            self.newest.insert(page.clone());
        }
        self.whole.insert(page);
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        self.whole.merge(other.whole);
        self.newest.merge(other.newest);
    }

    /// All pages that are remembered, each text once, by hash; with examples if either sample has them.
    pub fn pages(&self) -> Vec<SampledPage> {
        let mut pages: BTreeMap<u64, SampledPage> =
            self.whole.pages().map(|page| (page.hash, page.clone())).collect();
        for page in self.newest.pages() {
            let known = pages.entry(page.hash).or_insert_with(|| page.clone());
            if known.texts.is_empty() && known.lines.len() == page.lines.len() {
                known.texts.clone_from(&page.texts);
            }
        }
        pages.into_values().collect()
    }

    /// All pages that are remembered, each text once.
    pub fn different(&self) -> impl Iterator<Item = &SampledPage> {
        let mut seen = BTreeSet::new();
        let others = self.newest.pages().filter(|page| !self.whole.has(ByHash(page.hash)));
        self.whole.pages().chain(others.filter(move |page| seen.insert(page.hash)))
    }

    /// How many different pages are remembered.
    pub fn len(&self) -> usize {
        self.different().count()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.newest.is_empty()
    }
}
