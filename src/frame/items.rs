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
type Occurrence = u64;

const fn key_of(occurrence: Occurrence) -> Key {
    (occurrence >> 32) as Key
}

const fn page_of(occurrence: Occurrence) -> u32 {
    occurrence as u32
}

/// Whether a shingle is of the fourth that finds candidates.
const fn is_sketched(key: Key) -> bool {
    key.trailing_zeros() >= 2
}

/// What the pages of a sample repeat.
pub struct Repeated {
    /// Where shingles stand that are on three pages or more, those of the sketches on two; ascending. Some of others are
    /// among them.
    occurrences: Vec<Occurrence>,
    /// Distinct shingles of each page's sketch.
    sketch_sizes: Vec<u32>,
}

impl Repeated {
    /// What these pages repeat; their shingles are in any order and may stand several times. Cost: linear, and two looks into a
    /// table of two to four bytes a shingle, 64 MiB at most.
    pub fn of(pages: &[&[Key]]) -> Self {
        // Most shingles stand on one page: they are counted, by their upper bits, and never sorted.
        let total: usize = pages.iter().map(|page| page.len()).sum();
        let shift = 32 - (2 * total).next_power_of_two().trailing_zeros().clamp(1, 26);
        let mut counts = vec![0u8; 1 << (32 - shift)];
        for key in pages.iter().copied().flatten() {
            let count = &mut counts[(key >> shift) as usize];
            *count = count.saturating_add(1);
        }
        let mut occurrences: Vec<Occurrence> = Vec::new();
        let mut sketch_sizes = vec![0; pages.len()];
        for ((page, number), size) in pages.iter().zip(0u64..).zip(&mut sketch_sizes) {
            // Nobody foresees which shingle is repeated: all are written, and the next one over those that are not.
            let mut end = occurrences.len();
            occurrences.resize(end + page.len(), 0);
            for &key in *page {
                let is_sketched = is_sketched(key);
                let is_several = counts[(key >> shift) as usize] >= if is_sketched { 2 } else { 3 };
                occurrences[end] = u64::from(key) << 32 | number;
                end += usize::from(is_several);
                *size += u32::from(is_sketched && !is_several);
            }
            occurrences.truncate(end);
        }
        let mut occurrences = in_order(&occurrences);
        occurrences.dedup();
        for &occurrence in occurrences.iter().filter(|occurrence| is_sketched(key_of(**occurrence))) {
            sketch_sizes[page_of(occurrence) as usize] += 1;
        }
        Self { occurrences, sketch_sizes }
    }

    /// Shingles and the pages that each stands on, two or more; ascending.
    pub fn by_shingle(&self) -> impl Iterator<Item = (Key, impl Iterator<Item = u32> + Clone)> {
        self.runs().map(|run| (key_of(run[0]), run.iter().map(|&occurrence| page_of(occurrence))))
    }

    fn runs(&self) -> impl Iterator<Item = &[Occurrence]> {
        let by_key = self.occurrences.chunk_by(|a, b| key_of(*a) == key_of(*b));
        by_key.filter(|run| run.len() > 1)
    }
}

/// Occurrences of ascending pages in ascending order.
///
/// Keys are hashes, so as many buckets by upper bits as there are occurrences hold few keys each; and a key that fills a bucket by itself is
/// in order there already, since the pages ascend.
fn in_order(occurrences: &[Occurrence]) -> Vec<Occurrence> {
    let shift = 64 - occurrences.len().next_power_of_two().trailing_zeros().clamp(1, 26);
    let bucket = |occurrence: Occurrence| (occurrence >> shift) as usize;
    // Where each bucket begins, and once all are placed where it ends.
    let mut places = vec![0u32; (1 << (64 - shift)) + 1];
    occurrences.iter().for_each(|&occurrence| places[bucket(occurrence) + 1] += 1);
    for at in 1..places.len() {
        places[at] += places[at - 1];
    }
    let mut placed = vec![0; occurrences.len()];
    for &occurrence in occurrences {
        let place = &mut places[bucket(occurrence)];
        placed[*place as usize] = occurrence;
        *place += 1;
    }
    let mut start = 0;
    for &end in &places[..places.len() - 1] {
        placed[start..end as usize].sort_unstable();
        start = end as usize;
    }
    placed
}

/// The item of each page, named by its first page.
pub fn items(pages: &[&[Key]], repeated: &Repeated, most_posts: usize) -> Vec<u32> {
    let widespread: Vec<Key> =
        repeated.runs().filter(|run| run.len() > most_posts).map(|run| key_of(run[0])).collect();
    let mut items: Vec<u32> = (0..pages.len() as u32).collect();
    for (a, b) in candidates(repeated, most_posts) {
        let is_known = first(&items, a) == first(&items, b);
        if !is_known && is_one_item(pages[a as usize], pages[b as usize], &widespread) {
            join(&mut items, a, b);
        }
    }
    (0..items.len() as u32).map(|page| first(&items, page)).collect()
}

/// Pairs whose sketches are alike.
fn candidates(repeated: &Repeated, most_posts: usize) -> Vec<(u32, u32)> {
    let mut sizes = repeated.sketch_sizes.clone();
    let mut pairs: Vec<u64> = Vec::new();
    for run in repeated.runs().filter(|run| is_sketched(key_of(run[0]))) {
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
        let sizes = u64::from(sizes[a as usize]) + u64::from(sizes[b as usize]);
        CANDIDATE.is_met(shared, sizes - shared).then_some((a, b))
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
