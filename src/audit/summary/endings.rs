//! Bodies that break off, by how the pages of the site usually end.

use super::super::facts::{Ending, Facts};
use super::super::metric::Metric;
use super::Batch;
use super::verdicts::Verdicts;
use std::collections::BTreeMap;

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

/// Judges all pages, site by site.
pub(super) fn judge(batch: &Batch<'_>, verdicts: &mut Verdicts) {
    let sites: Vec<Vec<u32>> = verdicts.sites.values().cloned().collect();
    for pages in sites {
        let facts = |page: u32| &batch.facts[page as usize];
        let some: Vec<u32> = pages
            .into_iter()
            .filter(|&page| verdicts.is_new[page as usize] && facts(page).ending != Ending::None)
            .collect();
        let habit = Habit::of(some.iter().map(|&page| facts(page)));
        let cut = habit.lengths_of_cut(some.iter().map(|&page| facts(page)));
        for page in some {
            verdicts.ask(Metric::Truncated, page);
            if habit.is_broken(facts(page)) || cut.iter().any(|length| length.contains(&facts(page).left)) {
                verdicts.set(Metric::Truncated, page);
            }
        }
    }
}

/// How the paragraphs of a site end.
struct Habit {
    closes: bool,
    trails_off: bool,
}

impl Habit {
    fn of<'f>(pages: impl Iterator<Item = &'f Facts>) -> Self {
        let (mut prose, mut closed, mut ellipses) = (0u64, 0u64, 0u64);
        for facts in pages {
            prose += u64::from(facts.prose);
            closed += u64::from(facts.closed);
            ellipses += u64::from(facts.ellipses);
        }
        let share = |count: u64| count as f64 / prose.max(1) as f64;
        let is_known = prose >= FEWEST_PARAGRAPHS;
        Self {
            closes: is_known && share(closed + ellipses) >= CLOSED,
            trails_off: is_known && share(ellipses) >= ELLIPSES,
        }
    }

    fn is_broken(&self, facts: &Facts) -> bool {
        match facts.ending {
            Ending::Broken => true,
            Ending::Ellipsis => !self.trails_off,
            Ending::Open => self.closes,
            Ending::Closed | Ending::None => false,
        }
    }

    /// Lengths at which pages without an end pile up: texts cut at so many characters.
    fn lengths_of_cut<'f>(
        &self,
        pages: impl Iterator<Item = &'f Facts>,
    ) -> Vec<std::ops::RangeInclusive<u32>> {
        let mut lengths: BTreeMap<u32, usize> = BTreeMap::new();
        for facts in pages.filter(|facts| !matches!(facts.ending, Ending::Closed | Ending::None)) {
            *lengths.entry(facts.left).or_default() += 1;
        }
        let within = |from: u32, to: u32| lengths.range(from..=to).map(|(_, count)| count).sum::<usize>();
        let piles = lengths.keys().filter_map(|&last| {
            let first = last.saturating_sub(PILE_WIDTH);
            let piled = within(first, last);
            let beside = within(first.saturating_sub(PILE_WIDTH + 1), first.saturating_sub(1))
                .max(within(last + 1, last.saturating_add(PILE_WIDTH + 1)));
            (piled >= FEWEST_PILED && piled >= PILE_EXCESS * beside.max(1)).then_some(first..=last)
        });
        piles.collect()
    }
}
