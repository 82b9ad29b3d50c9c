//! The frozen frame of one site: the shingles that three items or more of its sample use.

use super::Key;
use super::items::{by_shingle, items, repeated};
use super::sample::{FEWEST_PAGES, SiteSample};

/// Pages of a sample that one item is posted on, at most. Measured: `docs/accuracy.md`, "Templates".
pub const MOST_POSTS: usize = 8;

/// Items that must use a shingle for it to be frame.
pub const FEWEST_ITEMS: usize = 3;

/// The frame of a site, ascending; none if its sample is too small to show what it repeats.
pub fn freeze(sample: &SiteSample) -> Option<Vec<Key>> {
    let pages: Vec<&[Key]> = sample.pages().collect();
    (pages.len() >= FEWEST_PAGES).then(|| of_pages(&pages, MOST_POSTS))
}

/// The shingles that three items of these pages use, if one item is posted on at most `most_posts` of them; ascending.
pub fn of_pages(pages: &[&[Key]], most_posts: usize) -> Vec<Key> {
    let occurrences = repeated(pages);
    let items = items(pages, &occurrences, most_posts);
    let mut of_shingle = Vec::new();
    let mut is_frame = |pages: &mut dyn Iterator<Item = u32>| {
        of_shingle.clear();
        of_shingle.extend(pages.map(|page| items[page as usize]));
        of_shingle.sort_unstable();
        of_shingle.dedup();
        of_shingle.len() >= FEWEST_ITEMS
    };
    let shingles = by_shingle(&occurrences);
    shingles.filter_map(|(key, mut pages)| is_frame(&mut pages).then_some(key)).collect()
}
