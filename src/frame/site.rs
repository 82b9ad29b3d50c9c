//! The frozen frame of one site: the shingles that three items or more of its sample use.

use super::Key;
use super::items::{Repeated, items};
use super::sample::FEWEST_PAGES;

/// Pages of a sample that one item is posted on, at most. Measured: `docs/accuracy.md`, "Templates".
pub const MOST_POSTS: usize = 8;

/// Items that must use a shingle for it to be frame.
pub const FEWEST_ITEMS: usize = 3;

/// The frame of a site with these sampled pages, ascending; none if they are too few to show what it repeats.
pub fn freeze(pages: &[&[Key]]) -> Option<Vec<Key>> {
    (pages.len() >= FEWEST_PAGES).then(|| of_pages(pages, MOST_POSTS))
}

/// The shingles that three items of these pages use, if one item is posted on at most `most_posts` of them; ascending.
pub fn of_pages(pages: &[&[Key]], most_posts: usize) -> Vec<Key> {
    let repeated = Repeated::of(pages);
    let items = items(pages, &repeated, most_posts);
    let are_frame = repeated
        .by_shingle()
        .filter(|(_, pages)| are_several(pages.clone().map(|page| items[page as usize])));
    are_frame.map(|(key, _)| key).collect()
}

/// Whether [`FEWEST_ITEMS`] different ones are among these.
fn are_several(items: impl Iterator<Item = u32>) -> bool {
    let mut met = [None; FEWEST_ITEMS - 1];
    for item in items {
        match met.iter_mut().find(|met| met.is_none_or(|met| met == item)) {
            Some(place) => *place = Some(item),
            None => return true,
        }
    }
    false
}
