//! Which pages of a sample tell one item, so that it testifies once, however often the site has posted it?
//!
//! Two pages are one item if they share seven tenths of their shingles that are not *widespread*. Widespread is a shingle
//! on more sampled pages than one item is posted on (`most_posts`). Without that exception all pages of a site whose menu
//! is most of their text would be one item, and nothing of the menu would count as frame.
//!
//! Candidates are pages that share enough of a fourth of their shingles, the same fourth on all pages: a sketch. A shingle
//! that is not widespread makes few pairs, so the work is linear in the sample. Candidates are compared exactly.

use super::Key;
use crate::similarity::Threshold;

/// Jaccard from which two pages are one item.
const ONE_ITEM: Threshold = Threshold::tenths(7);

/// Jaccard of the sketches from which two pages are compared.
const CANDIDATE: Threshold = Threshold::tenths(4);

/// A shingle on a page: its key above, the number of the page below.
pub type Occurrence = u64;

const fn key_of(occurrence: Occurrence) -> Key {
    (occurrence >> 32) as Key
}

const fn page_of(occurrence: Occurrence) -> u32 {
    occurrence as u32
}

/// Whether a shingle is of the fourth that finds candidates.
const fn is_sketched(key: Key) -> bool {
    key & 3 == 0
}

/// Where shingles stand that are on three pages or more, those of the sketches on two; ascending. Some of others are
/// among them.
pub fn repeated(pages: &[&[Key]]) -> Vec<Occurrence> {
    // Most shingles stand on one page: they are counted, by their upper bits, and never sorted.
    let total: usize = pages.iter().map(|page| page.len()).sum();
    let bits = (2 * total).next_power_of_two().trailing_zeros().clamp(1, 26);
    let counter = |key: Key| (key >> (32 - bits)) as usize;
    let mut counts = vec![0u8; 1 << bits];
    for key in pages.iter().copied().flatten() {
        let count = &mut counts[counter(*key)];
        *count = count.saturating_add(1);
    }
    let mut occurrences: Vec<Occurrence> = Vec::new();
    for (page, number) in pages.iter().zip(0u64..) {
        let several =
            page.iter().filter(|key| counts[counter(**key)] >= if is_sketched(**key) { 2 } else { 3 });
        occurrences.extend(several.map(|&key| u64::from(key) << 32 | number));
    }
    occurrences.sort_unstable();
    occurrences.dedup();
    occurrences
}

/// A shingle and the pages that it stands on, two or more.
pub fn by_shingle(
    occurrences: &[Occurrence],
) -> impl Iterator<Item = (Key, impl Iterator<Item = u32> + Clone)> {
    runs(occurrences).map(|run| (key_of(run[0]), run.iter().map(|&occurrence| page_of(occurrence))))
}

fn runs(occurrences: &[Occurrence]) -> impl Iterator<Item = &[Occurrence]> {
    occurrences.chunk_by(|a, b| key_of(*a) == key_of(*b)).filter(|run| run.len() > 1)
}

/// The item of each page, named by its first page.
pub fn items(pages: &[&[Key]], occurrences: &[Occurrence], most_posts: usize) -> Vec<u32> {
    let widespread: Vec<Key> =
        runs(occurrences).filter(|run| run.len() > most_posts).map(|run| key_of(run[0])).collect();
    let mut items: Vec<u32> = (0..pages.len() as u32).collect();
    for (a, b) in candidates(pages, occurrences, most_posts) {
        let is_known = first(&items, a) == first(&items, b);
        if !is_known && is_one_item(pages[a as usize], pages[b as usize], &widespread) {
            join(&mut items, a, b);
        }
    }
    (0..items.len() as u32).map(|page| first(&items, page)).collect()
}

/// Pairs whose sketches are alike.
fn candidates(pages: &[&[Key]], occurrences: &[Occurrence], most_posts: usize) -> Vec<(u32, u32)> {
    let sketch_size =
        |page: &&[Key]| distinct(page.iter().copied().filter(|key| is_sketched(*key))).len() as u64;
    let mut sizes: Vec<u64> = pages.iter().map(sketch_size).collect();
    let mut pairs: Vec<u64> = Vec::new();
    for run in runs(occurrences).filter(|run| is_sketched(key_of(run[0]))) {
        if run.len() > most_posts {
            run.iter().for_each(|&occurrence| sizes[page_of(occurrence) as usize] -= 1);
            continue;
        }
        for (at, &a) in run.iter().enumerate() {
            pairs.extend(run[at + 1..].iter().map(|&b| u64::from(page_of(a)) << 32 | u64::from(page_of(b))));
        }
    }
    pairs.sort_unstable();
    let alike = pairs.chunk_by(|x, y| x == y).filter_map(|pair| {
        let (a, b) = ((pair[0] >> 32) as u32, pair[0] as u32);
        let shared = pair.len() as u64;
        CANDIDATE.is_met(shared, sizes[a as usize] + sizes[b as usize] - shared).then_some((a, b))
    });
    alike.collect()
}

/// Whether two pages are alike in what is not widespread.
fn is_one_item(a: &[Key], b: &[Key], widespread: &[Key]) -> bool {
    let rare =
        |page: &[Key]| distinct(page.iter().copied().filter(|key| widespread.binary_search(key).is_err()));
    let (a, b) = (rare(a), rare(b));
    let shared = a.iter().filter(|key| b.binary_search(key).is_ok()).count() as u64;
    shared > 0 && ONE_ITEM.is_met(shared, (a.len() + b.len()) as u64 - shared)
}

fn distinct(keys: impl Iterator<Item = Key>) -> Vec<Key> {
    let mut keys: Vec<Key> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
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
