//! Bodies that break off, by how the pages of the site usually end.

use super::super::facts::{Ending, Facts};
use super::super::metric::Metric;
use super::Batch;
use super::verdicts::Verdicts;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Share of a site's inner paragraphs that end like sentences, from which on an ending without a mark says something.
const CLOSED: f64 = 0.9;

/// Inner paragraphs that must be known for that.
const FEWEST_PARAGRAPHS: u64 = 40;

/// Share of inner paragraphs that end with an ellipsis, from which on that is the site's style.
const ELLIPSES: f64 = 0.03;

/// Characters within which lengths count as one, pages that make a pile, and how many times more than beside it.
const PILE_WIDTH: u32 = 12;
const FEWEST_PILED: usize = 5;
const PILE_EXCESS: usize = 4;

/// Share of pages without a mark at their end, above which that is how the site writes.
const OPEN: f64 = 0.5;

/// Pages that end with the same three words, from which on these are the site's.
const FEWEST_ALIKE: usize = 3;

/// Judges all pages, site by site.
pub(super) fn judge(batch: &Batch<'_>, verdicts: &mut Verdicts) {
    let sites: Vec<Vec<u32>> = verdicts.sites.values().cloned().collect();
    for pages in sites {
        let facts = |page: u32| &batch.facts[page as usize];
        let is_some = |page: &u32| verdicts.is_new[*page as usize] && facts(*page).ending != Ending::None;
        let some: Vec<u32> = pages.into_iter().filter(is_some).collect();
        let Some(&first) = some.first() else { continue };
        let all: Vec<&Facts> = some.iter().map(|&page| facts(page)).collect();
        let habit = Habit::of(&all, batch.known.site(batch.pages.site(first)).never_last_share());
        let cut = lengths_of_cut(&all);
        for page in some {
            verdicts.ask(Metric::Truncated, page);
            let is_cut = cut.iter().any(|cut| cut.has(facts(page)));
            if is_cut || habit.is_broken(facts(page)) {
                verdicts.set(Metric::Truncated, page);
            }
        }
    }
}

/// How the pages of a site end, and their paragraphs.
struct Habit {
    /// Paragraphs end with marks, and so do pages; those that do not are cut, not carelessly written.
    closes: bool,
    /// Paragraphs end with ellipses.
    trails_off: bool,
    /// Last words of many pages.
    tails: BTreeSet<u32>,
}

impl Habit {
    fn of(pages: &[&Facts], never_last_share: f64) -> Self {
        let sum = |count: fn(&Facts) -> u16| pages.iter().map(|facts| u64::from(count(facts))).sum::<u64>();
        let (prose, closed) = (sum(|facts| facts.prose), sum(|facts| facts.closed));
        let ellipses = sum(|facts| facts.ellipses);
        let share = |count: u64| count as f64 / prose.max(1) as f64;
        let is_known = prose >= FEWEST_PARAGRAPHS;
        let mut alike: BTreeMap<u32, usize> = BTreeMap::new();
        pages.iter().for_each(|facts| *alike.entry(facts.tail).or_default() += 1);
        let enough = FEWEST_ALIKE.max(pages.len() / 200);
        let tails: BTreeSet<u32> =
            alike.into_iter().filter(|(_, count)| *count >= enough).map(|(tail, _)| tail).collect();
        let count = |ending: Ending| {
            pages.iter().filter(|facts| facts.ending == ending && !tails.contains(&facts.tail)).count()
        };
        let (open, broken) = (count(Ending::Open), count(Ending::Broken));
        let is_usual = (open + broken) as f64 > OPEN * pages.len() as f64;
        let is_careless = are_too_few(broken, open + broken, never_last_share / 2.0);
        let closes = is_known && share(closed + ellipses) >= CLOSED && !is_usual && !is_careless;
        Self { closes, trails_off: is_known && share(ellipses) >= ELLIPSES, tails }
    }

    fn is_broken(&self, facts: &Facts) -> bool {
        let is_of_site = self.tails.contains(&facts.tail);
        match facts.ending {
            Ending::Broken => !is_of_site,
            Ending::Ellipsis => !self.trails_off,
            Ending::Open => self.closes && !is_of_site,
            Ending::Closed | Ending::None => false,
        }
    }
}

/// Whether so few of `of` texts that end without a mark end in the middle of a sentence that they were not cut: fewer than chance
/// would have at a share of `rate`, with a probability of 5 %.
fn are_too_few(count: usize, of: usize, rate: f64) -> bool {
    let mut term = (1.0 - rate).powf(of as f64);
    let mut sum = term;
    for k in 0..count {
        term *= (of - k) as f64 / (k + 1) as f64 * rate / (1.0 - rate);
        sum += term;
    }
    rate > 0.0 && sum < 0.05
}

/// A length at which texts were cut: a pile of texts without an end.
struct Cut {
    lengths: RangeInclusive<u32>,
    /// Lengths that many of them have exactly.
    exact: BTreeSet<u32>,
}

impl Cut {
    /// Whether a page is cut here. A text may end like a sentence by chance, but then at the very character.
    fn has(&self, facts: &Facts) -> bool {
        match facts.ending {
            Ending::Closed | Ending::None => self.exact.contains(&facts.left),
            _ => self.lengths.contains(&facts.left),
        }
    }
}

/// Lengths at which pages without an end pile up.
fn lengths_of_cut(pages: &[&Facts]) -> Vec<Cut> {
    let mut lengths: BTreeMap<u32, usize> = BTreeMap::new();
    for facts in pages.iter().filter(|facts| !matches!(facts.ending, Ending::Closed | Ending::None)) {
        *lengths.entry(facts.left).or_default() += 1;
    }
    let within = |from: u32, to: u32| lengths.range(from..=to).map(|(_, count)| count).sum::<usize>();
    let piles = lengths.keys().filter_map(|&last| {
        let first = last.saturating_sub(PILE_WIDTH);
        let piled = within(first, last);
        let below = within(first.saturating_sub(PILE_WIDTH + 1), first.saturating_sub(1));
        let above = within(last + 1, last.saturating_add(PILE_WIDTH + 1));
        let is_pile = piled >= FEWEST_PILED && piled >= PILE_EXCESS * below.max(above).max(1);
        let exact = || lengths.range(first..=last).filter(|(_, count)| **count >= FEWEST_PILED);
        is_pile.then(|| Cut { lengths: first..=last, exact: exact().map(|(&length, _)| length).collect() })
    });
    piles.collect()
}
