//! What is known of a site before its pages are judged: its titles, its language, and how its prose is written.

use super::headline;
use super::keys::{KeySet, key};
use super::languages::Language;
use super::prior::{SampledPage, SitePrior};
use super::tongue::Tongue;
use crate::boilerplate::title::Title;
use crate::text::words::hash_words;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasher;
use std::sync::Arc;

/// Pages from which on a site speaks for itself; below, all pages in its language do.
const FEWEST_PAGES: usize = 8;

/// Pages of a language, or of the batch, that are enough.
const FEWEST_OTHERS: usize = 4;

/// Pages of one language that are looked at together, those with the smallest hashes.
const MOST_OTHERS: usize = 256;

/// Titles that a strange one is compared with.
const MOST_TITLES: usize = 10;

/// Titles from which on a part that many of them have is the name of the site.
const FEWEST_TITLES: usize = 4;

/// What is known of one site.
#[derive(Clone, Debug, Default)]
pub struct SiteKnown {
    /// Stems of the titles of sampled pages.
    pub(super) titles: Vec<Vec<String>>,
    /// Words of parts that stand in many titles, such as the name of the site.
    pub(super) name: KeySet,
    /// The language of most of its pages, if most are in one.
    pub(super) language: Option<Language>,
    /// How its prose is written.
    pub(super) tongue: Arc<Tongue>,
    /// How the prose of its language is written on all sites: what is rare is better known.
    pub(super) language_tongue: Arc<Tongue>,
    /// Share of its own title's words that a page has in its prose, usually.
    pub(super) own_title: f32,
}

impl SiteKnown {
    /// The key of a headline, by which it is known on other pages; 0 for none.
    pub(super) fn headline_key(&self, headline: &str, words: &mut Vec<u64>) -> u32 {
        headline::key_of(headline, |word| self.name.has(key(word)), words)
    }

    /// Whether a word says nothing about one page: it is common, or part of the site's name.
    pub(super) fn is_common(&self, word: u64) -> bool {
        self.tongue.frequent.has(key(word)) || self.tongue.common.has(key(word)) || self.name.has(key(word))
    }

    /// Whether a word stands on many pages, and not on most: that it stands on this one as well says a little.
    pub(super) fn is_frequent(&self, word: u64) -> bool {
        let key = key(word);
        self.tongue.frequent.has(key) && !self.tongue.common.has(key) && !self.name.has(key)
    }

    /// The parts of the words of a title that are looked for, common words aside.
    pub(super) fn stems(&self, title: &str, hashes: &mut Vec<u64>) -> Vec<String> {
        headline::stems(title, |word| {
            hashes.clear();
            hash_words(word, hashes);
            hashes.iter().all(|&word| self.is_common(word))
        })
    }

    /// Whether a word never ends a sentence.
    pub(super) fn is_never_last(&self, word: u64) -> bool {
        self.language_tongue.never_last.has(key(word))
    }

    /// How often a text that is cut at any word ends in a word that never ends a sentence.
    pub(super) fn never_last_share(&self) -> f64 {
        f64::from(self.language_tongue.never_last_share)
    }
}

/// Where what is known of sites comes from, if it is not held.
pub trait Source: Send + Sync {
    /// What is known of a site.
    fn site(&self, name: &str) -> Option<Arc<SiteKnown>>;

    /// The language of most of its pages.
    fn language(&self, name: &str) -> Option<Language>;
}

/// What is known of all sites.
pub struct Known {
    source: Box<dyn Source>,
    unknown: Arc<SiteKnown>,
}

impl Known {
    /// What `source` knows; of other sites what all pages say.
    pub fn new(source: Box<dyn Source>, pools: &Pools) -> Self {
        let unknown = SiteKnown {
            own_title: headline::USUAL,
            tongue: Arc::clone(&pools.all),
            language_tongue: Arc::clone(&pools.all),
            ..SiteKnown::default()
        };
        Self { source, unknown: Arc::new(unknown) }
    }

    /// What is known of a site.
    pub(super) fn site(&self, name: &str) -> Arc<SiteKnown> {
        self.source.site(name).unwrap_or_else(|| Arc::clone(&self.unknown))
    }

    /// The language of most of a site's pages, as an ISO 639-3 code.
    pub fn language(&self, site: &str) -> Option<&'static str> {
        self.source.language(site).map(Language::code)
    }
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("unknown", &self.unknown).finish_non_exhaustive()
    }
}

impl<S: BuildHasher + Send + Sync> Source for HashMap<String, Arc<SiteKnown>, S> {
    fn site(&self, name: &str) -> Option<Arc<SiteKnown>> {
        self.get(name).cloned()
    }

    fn language(&self, name: &str) -> Option<Language> {
        self.get(name)?.language
    }
}

/// How prose is written on the sites of each language, and on all.
#[derive(Clone, Debug)]
pub struct Pools {
    languages: BTreeMap<Language, Arc<Tongue>>,
    all: Arc<Tongue>,
}

/// Gathers the pages with the smallest hashes, of each language and of all.
#[derive(Debug, Default)]
pub struct PoolsBuilder {
    languages: BTreeMap<Language, Pool>,
    all: Pool,
}

#[derive(Debug, Default)]
struct Pool(BTreeSet<(u64, SampledPage)>);

impl Pool {
    fn insert(&mut self, hash: u64, page: &SampledPage) {
        let is_full = self.0.len() >= MOST_OTHERS;
        if !is_full || self.0.last().is_some_and(|(last, _)| hash <= *last) {
            self.0.insert((hash, page.clone()));
        }
        if self.0.len() > MOST_OTHERS {
            self.0.pop_last();
        }
    }

    fn tongue(&self) -> Arc<Tongue> {
        let is_enough = self.0.len() >= FEWEST_OTHERS;
        let pages: Vec<&SampledPage> = self.0.iter().map(|(_, page)| page).collect();
        Arc::new(Tongue::of(if is_enough { &pages } else { &[] }))
    }
}

impl PoolsBuilder {
    /// Takes the pages of a site in; gives the language of most of them.
    pub fn take(&mut self, site: &SitePrior) -> Option<Language> {
        let language = majority(site);
        for (hash, page) in site.pages() {
            self.all.insert(hash, page);
            if let Some(language) = language {
                self.languages.entry(language).or_default().insert(hash, page);
            }
        }
        language
    }

    /// How they are written.
    pub fn finish(self) -> Pools {
        let languages = self.languages.into_iter().map(|(name, pool)| (name, pool.tongue())).collect();
        Pools { languages, all: self.all.tongue() }
    }
}

impl SiteKnown {
    /// What follows from the pages of a site, most of which are in this language, and from those of others.
    pub fn new(site: &SitePrior, language: Option<Language>, pools: &Pools) -> Self {
        let pages: Vec<&SampledPage> = site.pages().map(|(_, page)| page).collect();
        // The whole batch says more than a few pages in one language.
        let pool = language
            .and_then(|language| pools.languages.get(&language))
            .filter(|pool| !pool.common.is_empty());
        let language_tongue = Arc::clone(pool.unwrap_or(&pools.all));
        let is_enough = pages.len() >= FEWEST_PAGES;
        let tongue = if is_enough { Arc::new(Tongue::of(&pages)) } else { Arc::clone(&language_tongue) };
        let titles: Vec<String> =
            pages.iter().filter(|page| !page.title.is_empty()).map(|page| page.title.clone()).collect();
        let own_title = headline::usual(pages.iter().map(|page| page.title_words));
        let name = name(&titles);
        let mut known = Self { titles: Vec::new(), name, language, tongue, language_tongue, own_title };
        let mut hashes = Vec::new();
        known.titles = titles.iter().take(MOST_TITLES).map(|title| known.stems(title, &mut hashes)).collect();
        known
    }

    /// Bytes that it takes, about, but for what it shares with other sites.
    pub fn bytes(&self) -> u64 {
        let titles: usize = self.titles.iter().flatten().map(|stem| stem.len() + 40).sum();
        let is_own = !Arc::ptr_eq(&self.tongue, &self.language_tongue);
        let tongue = if is_own { self.tongue.bytes() } else { 0 };
        (size_of::<Self>() + titles + 32 * self.titles.len() + self.name.bytes() + tongue) as u64
    }
}

/// Pages of a site that are asked for their language.
const ASKED: usize = 12;

/// The language of two thirds of the pages that are asked and have one. Once it has them whatever the others say, these are not asked.
fn majority(site: &SitePrior) -> Option<Language> {
    let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
    let asked = site.pages().len().min(ASKED);
    let mut all = 0;
    for (number, (_, page)) in site.pages().take(asked).enumerate() {
        let Some(language) = Language::of(&page.prose) else { continue };
        all += 1;
        let count = counts.entry(language).or_default();
        *count += 1;
        if 3 * *count >= 2 * (all + asked - number - 1) {
            return Some(language);
        }
    }
    counts.into_iter().find(|&(_, count)| 3 * count >= 2 * all).map(|(language, _)| language)
}

/// The words of parts that stand in a third of the titles.
fn name(titles: &[String]) -> KeySet {
    let mut counts: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    for title in titles.iter().map(|title| Title::new(title)).filter(|title| title.parts().len() > 1) {
        title.parts().iter().for_each(|part| *counts.entry(part.words.clone()).or_default() += 1);
    }
    let enough = (titles.len() / 3).max(FEWEST_TITLES);
    let parts = counts.into_iter().filter(|(_, count)| *count >= enough);
    let words: Vec<u32> = parts.flat_map(|(words, _)| words).map(key).collect();
    KeySet::new(words.into_iter())
}
