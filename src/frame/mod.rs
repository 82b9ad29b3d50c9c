//! Which shingles are a site's and not a page's?
//!
//! Weather bulletins, telegrams, job advertisements and pages under one photo gallery share most of their words and are
//! different items all the same. What they share is what *many items of the site* use: its **frame**. It is learned
//! from a sample of each site, frozen, and then only looked at.
//!
//! * [`sample`]: the pages of a site that are looked at: as many as fit, chosen by hash, mergeable.
//! * [`items`]: which sampled pages tell one item, so that it testifies once.
//! * [`site`]: the frozen frame of one site: shingles that three items or more use.
//! * [`shingles`]: what is frame to any site, and what pages have of it.
//! * [`common`]: what of an overlap is frame; the frozen frames of all sites.
//! * [`encoding`]: the frames in a file.
//!
//! Here a shingle is known by the upper half of its hash, its [`Key`]: that halves memory. Of the shingles that are no frame, a frame
//! of n shingles takes n in 2³² for one: one in a thousand where the sites of a crawl repeat four million shingles.

pub mod common;
pub mod encoding;
pub mod items;
pub mod sample;
pub mod shingles;
pub mod site;

/// The upper half of a shingle's hash; keys are in the order of their shingles.
pub type Key = u32;

/// The key of a shingle.
pub const fn key(shingle: u64) -> Key {
    (shingle >> 32) as u32
}
