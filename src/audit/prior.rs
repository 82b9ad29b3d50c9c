//! What is remembered of a site on the first reading: the pages with the smallest hashes, with their titles, the first words of
//! their prose, and the words that end their sentences. At most about 30 KB a site.
//!
//! Like the sample that rules are learned from, it is a function of the *set* of pages: merging is commutative,
//! associative and idempotent. It is much smaller, because it has only to say what is usual.

use super::keys::key;
use super::known::{Known, PoolsBuilder, SiteKnown};
use super::languages::Language;
use super::shape::{End, Shape, ends_sentences};
use crate::text::lines::lines;
use crate::text::words::hash_words;
use serde::{Deserialize, Serialize};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Pages that are remembered of a site.
pub const MOST_PAGES: usize = 24;

/// Words of its prose that are remembered of a page.
pub const MOST_WORDS: usize = 240;

/// Words at the ends of sentences that are remembered of a page.
const MOST_ENDS: usize = 24;

/// Bytes of prose that are looked at; enough for the words.
const MOST_LOOKED_AT: usize = 8 << 10;

/// Bytes of prose that are remembered as they stand.
const MOST_PROSE: usize = 600;

/// Bytes of a title that are remembered.
const MOST_TITLE: usize = 160;

/// What is remembered of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SampledPage {
    /// Its title, or the beginning of it; empty without one.
    pub title: String,
    /// Keys of the first words of its prose, in order.
    pub words: Vec<u32>,
    /// Keys of words that end its sentences.
    pub ends: Vec<u32>,
    /// The beginning of its prose, by which its language is told.
    pub prose: String,
    /// Words of its title that were looked for in its prose, and found.
    pub title_words: (u16, u16),
}

impl SampledPage {
    /// What is to be remembered of a page; the text as it came.
    pub fn read(text: &str, title: Option<&str>) -> Self {
        let title = cut(title.unwrap_or_default().trim(), MOST_TITLE).to_owned();
        let mut page = Self { title, ..Self::default() };
        let (mut hashes, mut of_ends) = (Vec::new(), Vec::new());
        let mut prose = String::new();
        for line in lines(text).map(|range| text[range].trim()) {
            let shape = Shape::of(line);
            if !shape.is_prose() {
                continue;
            }
            if page.ends.len() < MOST_ENDS {
                page.read_ends(line, shape, &mut of_ends);
            }
            if hashes.len() < MOST_WORDS {
                hash_words(line, &mut hashes);
            }
            prose.push_str(line);
            prose.push('\n');
            if prose.len() >= MOST_LOOKED_AT {
                break;
            }
        }
        page.words = hashes.iter().take(MOST_WORDS).map(|&word| key(word)).collect();
        page.title_words = super::headline::found(&page.title, &prose);
        cut(&prose, MOST_PROSE).clone_into(&mut page.prose);
        page
    }

    /// Bytes of what it lists and says, about.
    fn bytes(&self) -> usize {
        64 + self.title.len() + self.prose.len() + 4 * (self.words.len() + self.ends.len())
    }

    /// Remembers the words before the marks that end sentences.
    fn read_ends(&mut self, line: &str, shape: Shape, hashes: &mut Vec<u64>) {
        let marks = line.match_indices(ends_sentences).map(|(at, _)| at);
        let end = (shape.end == End::Open).then_some(line.len());
        for at in marks.chain(end) {
            hashes.clear();
            hash_words(last_token(&line[..at]), hashes);
            self.ends.extend(hashes.last().map(|&word| key(word)));
        }
        self.ends.truncate(MOST_ENDS);
    }
}

/// What stands behind the last blank.
pub(super) fn last_token(text: &str) -> &str {
    text.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default()
}

/// The beginning of a text, cut between characters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The sample of one site: the pages with the smallest hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePrior {
    pages: BTreeMap<u64, SampledPage>,
}

impl SitePrior {
    fn wants(&self, hash: u64) -> bool {
        self.pages.len() < MOST_PAGES || self.pages.last_key_value().is_some_and(|(&last, _)| hash <= last)
    }

    fn insert(&mut self, hash: u64, page: SampledPage) {
        // One text may come under several titles: of these the greatest, so that their order does not matter.
        let known = self.pages.entry(hash).or_default();
        if *known < page {
            *known = page;
        }
        if self.pages.len() > MOST_PAGES {
            self.pages.pop_last();
        }
    }

    /// Takes another sample of the same site in.
    pub fn merge(&mut self, other: Self) {
        other.pages.into_iter().for_each(|(hash, page)| self.insert(hash, page));
    }

    /// Bytes that it takes, about.
    fn bytes(&self) -> u64 {
        // A node has room for eleven pages.
        let room = self.pages.len().next_multiple_of(11) * size_of::<(u64, SampledPage)>();
        (size_of::<Self>() + room + self.pages.values().map(SampledPage::bytes).sum::<usize>()) as u64
    }

    /// Its pages, by hash.
    pub fn pages(&self) -> impl ExactSizeIterator<Item = (u64, &SampledPage)> {
        self.pages.iter().map(|(&hash, page)| (hash, page))
    }
}

/// The samples of all sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prior {
    sites: BTreeMap<String, SitePrior>,
}

impl Prior {
    /// Whether a page of this hash ([`page_hash`](crate::boilerplate::sample::page_hash)) would be remembered; worth
    /// asking before [`SampledPage::read`].
    pub fn wants(&self, site: &str, hash: u64) -> bool {
        self.sites.get(site).is_none_or(|site| site.wants(hash))
    }

    /// Takes a page in, if it belongs here.
    pub fn insert(&mut self, site: &str, hash: u64, page: SampledPage) {
        match self.sites.get_mut(site) {
            Some(known) => known.insert(hash, page),
            None => self.sites.entry(site.to_owned()).or_default().insert(hash, page),
        }
    }

    /// Takes other samples in; gives the bytes that all take more, or less.
    pub fn merge(&mut self, other: Self) -> i64 {
        let mut more = 0;
        for (name, site) in other.sites {
            let known = self.sites.entry(name);
            let is_new = matches!(known, Entry::Vacant(_));
            let name = if is_new { known.key().len() } else { 0 };
            let known = known.or_default();
            let before = if is_new { 0 } else { known.bytes().cast_signed() };
            known.merge(site);
            more += (name as u64 + known.bytes()).cast_signed() - before;
        }
        more
    }

    /// All sites by name, given away.
    pub fn into_sites(self) -> impl Iterator<Item = (String, SitePrior)> {
        self.sites.into_iter()
    }

    /// What follows from the samples.
    pub fn freeze(&self) -> Known {
        let mut pools = PoolsBuilder::default();
        let sites: Vec<(&String, &SitePrior, Option<Language>)> =
            self.sites.iter().map(|(name, site)| (name, site, pools.take(site))).collect();
        let pools = pools.finish();
        let known = sites
            .into_iter()
            .map(|(name, site, language)| (name.clone(), Arc::new(SiteKnown::new(site, language, &pools))));
        Known::new(Box::new(known.collect::<HashMap<String, Arc<SiteKnown>>>()), &pools)
    }
}
