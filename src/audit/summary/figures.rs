//! Counts of some pages.

use super::super::metric::Metric;
use super::super::report::{Figures, Share};
use super::Batch;
use super::verdicts::Verdicts;
use std::collections::BTreeMap;

/// Length classes: 0, 1, 2, 4, ... 2^22 characters.
const CLASSES: usize = 24;

/// The class of a length.
fn class(characters: u32) -> usize {
    (u32::BITS - characters.leading_zeros()).min(CLASSES as u32 - 1) as usize
}

/// What is counted of these pages.
pub(super) fn of(batch: &Batch<'_>, verdicts: &Verdicts, pages: &[u32]) -> Figures {
    let facts = |page: u32| &batch.facts[page as usize];
    let mut lengths: Vec<u64> = pages.iter().map(|&page| u64::from(facts(page).left)).collect();
    lengths.sort_unstable();
    let mut length_classes = vec![0; CLASSES];
    pages.iter().for_each(|&page| length_classes[class(facts(page).left)] += 1);
    let characters: u64 = pages.iter().map(|&page| u64::from(facts(page).characters)).sum();
    let left: u64 = lengths.iter().sum();
    let gone = |&&page: &&u32| !verdicts.is_new[page as usize] || verdicts.is_removed[page as usize];
    Figures {
        pages: pages.len() as u64,
        kept: (pages.len() - pages.iter().filter(gone).count()) as u64,
        characters,
        stripped: characters.saturating_sub(left),
        lengths: quartiles(&lengths),
        length_classes,
        metrics: metrics(batch, verdicts, pages),
    }
}

/// The least, the quartiles and the most of sorted values.
fn quartiles(sorted: &[u64]) -> [u64; 5] {
    let last = sorted.len().saturating_sub(1);
    [0, 1, 2, 3, 4].map(|quarter| sorted.get((quarter * last).div_ceil(4)).copied().unwrap_or_default())
}

fn metrics(batch: &Batch<'_>, verdicts: &Verdicts, pages: &[u32]) -> BTreeMap<Metric, Share> {
    let share = |&metric: &Metric| {
        let asked = pages.iter().filter(|&&page| verdicts.asked[page as usize].has(metric)).count();
        if asked == 0 {
            return None;
        }
        let found: Vec<u32> = pages.iter().copied().filter(|&page| verdicts.has(metric, page)).collect();
        let example = example(batch, &found).map(|page| batch.pages.id(page).to_owned());
        Some((metric, Share::of(found.len() as u64, asked as u64, example)))
    };
    Metric::ALL.iter().filter_map(share).collect()
}

/// Of some pages, the one with the smallest key.
pub(super) fn example(batch: &Batch<'_>, pages: &[u32]) -> Option<u32> {
    pages.iter().copied().min_by_key(|&page| (batch.pages.key(page), page))
}
