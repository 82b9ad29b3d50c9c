//! Which pages of a sample tell one item, so that it testifies once, however often the site has posted it?
//!
//! Two pages are one item if their shingles are equal, or if they share seven tenths of what is not *widespread*.
//! Widespread is a shingle on more sampled pages than one item is posted on (`most_posts`). Without that exception all pages of a site whose
//! menu is most of their text would be one item, and nothing of the menu would count as frame.
//!
//! No sketch is needed: a shingle that is not widespread makes few pairs, so all pairs that share one are counted
//! exactly, in a number of steps linear in the sample.

use super::Key;
use crate::similarity::Threshold;
use std::collections::BTreeMap;

/// Jaccard from which two pages are one item.
const ONE_ITEM: Threshold = Threshold::tenths(7);

/// The occurrences of shingles that stand on several pages, shingle by shingle.
pub type Occurrence = (Key, u32);

/// Shingles on two pages or more with these pages, ascending.
pub fn repeated(pages: &[&[Key]]) -> Vec<Occurrence> {
    // Most shingles stand on one page: they are counted, by their upper bits, and never sorted.
    let total: usize = pages.iter().map(|page| page.len()).sum();
    let bits = (4 * total).next_power_of_two().trailing_zeros().clamp(1, 26);
    let counter = |key: Key| (key >> (32 - bits)) as usize;
    let mut counts = vec![0u8; 1 << bits];
    for key in pages.iter().copied().flatten() {
        counts[counter(*key)] = counts[counter(*key)].saturating_add(1);
    }
    let mut occurrences: Vec<Occurrence> = Vec::new();
    for (page, number) in pages.iter().zip(0..) {
        let several = page.iter().filter(|key| counts[counter(**key)] > 1);
        occurrences.extend(several.map(|&key| (key, number)));
    }
    occurrences.sort_unstable();
    occurrences
}

/// The pages of each repeated shingle.
pub fn by_shingle(occurrences: &[Occurrence]) -> impl Iterator<Item = &[Occurrence]> {
    occurrences.chunk_by(|a, b| a.0 == b.0).filter(|pages| pages.len() > 1)
}

/// The item of each page, named by its first page.
pub fn items(pages: &[&[Key]], occurrences: &[Occurrence], most_posts: usize) -> Vec<u32> {
    let mut firsts: BTreeMap<&[Key], u32> = BTreeMap::new();
    let mut items: Vec<u32> =
        pages.iter().zip(0..).map(|(page, number)| *firsts.entry(page).or_insert(number)).collect();
    let mut sizes: Vec<u64> = pages.iter().map(|page| page.len() as u64).collect();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for some in by_shingle(occurrences) {
        if some.len() > most_posts {
            some.iter().for_each(|&(_, page)| sizes[page as usize] -= 1);
            continue;
        }
        for (at, &(_, a)) in some.iter().enumerate() {
            pairs.extend(some[at + 1..].iter().map(|&(_, b)| (a, b)));
        }
    }
    pairs.sort_unstable();
    for pair in pairs.chunk_by(|x, y| x == y) {
        let (a, b) = pair[0];
        let shared = pair.len() as u64;
        if ONE_ITEM.is_met(shared, sizes[a as usize] + sizes[b as usize] - shared) {
            join(&mut items, a, b);
        }
    }
    (0..items.len() as u32).map(|page| first(&items, page)).collect()
}

fn first(items: &[u32], mut page: u32) -> u32 {
    while items[page as usize] != page {
        page = items[page as usize];
    }
    page
}

fn join(items: &mut [u32], a: u32, b: u32) {
    let (a, b) = (first(items, a), first(items, b));
    items[a.max(b) as usize] = a.min(b);
}
