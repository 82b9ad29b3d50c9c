//! Pages without content of their own: one short text under many addresses, or one that says so; and stubs.

use super::super::facts::Facts;
use super::super::metric::Metric;
use super::Batch;
use super::verdicts::Verdicts;
use std::collections::{BTreeMap, BTreeSet};

/// Pages under one text from which on it is nobody's content.
const FEWEST: usize = 3;

/// Pages that are nearly one text, likewise, one in so many pages of the site; of a few words.
const FEWEST_NEAR: usize = 5;
const ONE_IN: usize = 50;
const MOST_NEAR_WORDS: u32 = 60;

/// Words of the longest page that can be one.
const MOST_WORDS: u32 = 200;

/// Words below which a page is a stub on any site.
const STUB: u32 = 12;

/// Judges all pages.
pub(super) fn judge(batch: &Batch<'_>, verdicts: &mut Verdicts) {
    let usual = usual_words(batch, verdicts);
    let facts = |page: u32| &batch.facts[page as usize];
    let usual_of = |page: u32| usual[&batch.pages.row(page).site];
    let is_short = |page: u32, most: u32| {
        let words = facts(page).words;
        words > 0 && words <= MOST_WORDS && words <= most.max(usual_of(page) / 4)
    };
    let new: Vec<u32> =
        (0..batch.pages.len() as u32).filter(|&page| verdicts.is_new[page as usize]).collect();
    // Within a site: the same brief on many sites is an agency's.
    let mut equal: BTreeMap<(u32, u128), Vec<u32>> = BTreeMap::new();
    let mut alike: BTreeMap<(u32, [u32; 2]), Vec<u32>> = BTreeMap::new();
    for &page in &new {
        if is_short(page, 30) || facts(page).wall && is_short(page, 60) {
            let row = batch.pages.row(page);
            equal.entry((row.site, row.words)).or_default().push(page);
            alike.entry((row.site, facts(page).near)).or_default().push(page);
        }
    }
    let addresses = |pages: &[u32]| {
        let known: BTreeSet<u64> =
            pages.iter().map(|&page| facts(page).url).filter(|&url| url != 0).collect();
        if known.is_empty() { pages.len() } else { known.len() }
    };
    let titles = |pages: &[u32]| {
        let known: BTreeSet<u64> =
            pages.iter().map(|&page| facts(page).title).filter(|&title| title != 0).collect();
        known.len()
    };
    let mut walls: BTreeSet<u32> = BTreeSet::new();
    for pages in equal.values().filter(|pages| addresses(pages) >= FEWEST) {
        // A short item that came under a few addresses keeps its title; a wall stands under titles of articles.
        if titles(pages) != 1 || pages.len() >= FEWEST_NEAR || facts(pages[0]).wall {
            walls.extend(pages);
        }
    }
    let template: BTreeSet<u32> = batch.template.iter().copied().collect();
    for ((site, _), pages) in alike.iter().filter(|(_, pages)| addresses(pages) >= FEWEST_NEAR) {
        let is_wall = |&page: &u32| facts(page).words <= MOST_NEAR_WORDS && !template.contains(&page);
        if ONE_IN * pages.len() >= verdicts.sites[site].len() && pages.iter().all(is_wall) {
            walls.extend(pages);
        }
    }
    walls.extend(new.iter().copied().filter(|&page| facts(page).wall && is_short(page, 60)));
    walls.into_iter().for_each(|page| verdicts.set(Metric::Wall, page));
    for page in new {
        if is_stub(facts(page), usual_of(page)) {
            let other = [Metric::Wall, Metric::Menu, Metric::NoArticle];
            if !other.iter().any(|&metric| verdicts.has(metric, page)) {
                verdicts.set(Metric::Stub, page);
            }
        }
    }
}

/// Whether only a few words are left, also compared with the site.
fn is_stub(facts: &Facts, usual: u32) -> bool {
    let words = facts.words;
    words > 0 && (words < STUB || words < 25 && words < usual / 4 || words < 60 && words < usual / 8)
}

/// By site: the median of the words of pages that have some.
fn usual_words(batch: &Batch<'_>, verdicts: &Verdicts) -> BTreeMap<u32, u32> {
    let median = |pages: &Vec<u32>| {
        let mut words: Vec<u32> =
            pages.iter().map(|&page| batch.facts[page as usize].words).filter(|&words| words > 0).collect();
        words.sort_unstable();
        words.get(words.len() / 2).copied().unwrap_or_default()
    };
    verdicts.sites.iter().map(|(&site, pages)| (site, median(pages))).collect()
}
