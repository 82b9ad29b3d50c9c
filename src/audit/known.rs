//! What is known of a site before its pages are judged: its titles, its language, and how its prose is written.

use super::headline;
use super::keys::{KeySet, key};
use super::languages::Language;
use super::prior::{SampledPage, SitePrior};
use super::tongue::Tongue;
use crate::boilerplate::title::Title;
use crate::text::words::hash_words;
use std::collections::{BTreeMap, HashMap};
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

/// What is known of all sites.
#[derive(Clone, Debug, Default)]
pub struct Known {
    sites: HashMap<String, SiteKnown>,
    unknown: SiteKnown,
}

impl Known {
    pub(super) fn new<'a>(sites: impl Iterator<Item = (&'a str, &'a SitePrior)>) -> Self {
        let sites: Vec<(&str, &SitePrior, Option<Language>)> =
            sites.map(|(name, site)| (name, site, majority(site))).collect();
        let pools = Pools::new(&sites);
        let known = |&(name, site, language): &(&str, &SitePrior, Option<Language>)| {
            (name.to_owned(), known(site, language, &pools))
        };
        let sites = sites.iter().map(known).collect();
        Self {
            sites,
            unknown: SiteKnown {
                own_title: headline::USUAL,
                tongue: Arc::clone(&pools.all),
                language_tongue: pools.all,
                ..SiteKnown::default()
            },
        }
    }

    /// What is known of a site.
    pub(super) fn site(&self, name: &str) -> &SiteKnown {
        self.sites.get(name).unwrap_or(&self.unknown)
    }

    /// The language of most of a site's pages, as an ISO 639-3 code.
    pub fn language(&self, site: &str) -> Option<&'static str> {
        self.site(site).language.map(Language::code)
    }
}

/// How prose is written on the sites of each language, and on all.
struct Pools {
    languages: BTreeMap<Language, Arc<Tongue>>,
    all: Arc<Tongue>,
}

impl Pools {
    fn new(sites: &[(&str, &SitePrior, Option<Language>)]) -> Self {
        let pages =
            sites.iter().flat_map(|(_, site, language)| site.pages().map(move |page| (page, *language)));
        let mut pages: Vec<((u64, &SampledPage), Option<Language>)> = pages.collect();
        pages.sort_unstable();
        let mut languages: BTreeMap<Language, Vec<&SampledPage>> = BTreeMap::new();
        for ((_, page), language) in &pages {
            if let Some(language) = language {
                languages.entry(*language).or_default().push(page);
            }
        }
        let tongue = |pages: Vec<&SampledPage>| {
            let is_enough = pages.len() >= FEWEST_OTHERS;
            let some = if is_enough { &pages[..pages.len().min(MOST_OTHERS)] } else { &[] };
            Arc::new(Tongue::of(some))
        };
        let all = tongue(pages.iter().map(|((_, page), _)| *page).collect());
        Self { languages: languages.into_iter().map(|(name, pages)| (name, tongue(pages))).collect(), all }
    }
}

fn known(site: &SitePrior, language: Option<Language>, pools: &Pools) -> SiteKnown {
    let pages: Vec<&SampledPage> = site.pages().map(|(_, page)| page).collect();
    // The whole batch says more than a few pages in one language.
    let pool =
        language.and_then(|language| pools.languages.get(&language)).filter(|pool| !pool.common.is_empty());
    let language_tongue = Arc::clone(pool.unwrap_or(&pools.all));
    let is_enough = pages.len() >= FEWEST_PAGES;
    let tongue = if is_enough { Arc::new(Tongue::of(&pages)) } else { Arc::clone(&language_tongue) };
    let titles: Vec<String> =
        pages.iter().filter(|page| !page.title.is_empty()).map(|page| page.title.clone()).collect();
    let own_title = headline::usual(pages.iter().map(|page| page.title_words));
    let name = name(&titles);
    let mut known = SiteKnown { titles: Vec::new(), name, language, tongue, language_tongue, own_title };
    let mut hashes = Vec::new();
    known.titles = titles.iter().take(MOST_TITLES).map(|title| known.stems(title, &mut hashes)).collect();
    known
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
