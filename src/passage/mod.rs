//! Which pages share a passage, where does it stand, and what is the rest?
//!
//! Jaccard is blind to a short page inside a long one. Passages are found in four steps:
//!
//! * [`sample`]: a few shingles of each page, chosen so that two pages choose alike.
//! * [`meetings`]: pages that share sampled shingles are worth comparing.
//! * [`align`](mod@align): equal words of two texts, extended as far as they go: **where does a passage begin and end?**
//! * [`kind`]: a contained page is an abridgement, an embedded item, or glued to another: **which?**
//!
//! Works on hashes of words. Whether a page is contained in another is decided in [`verify`](crate::verify), by
//! counting shingles.

pub mod align;
pub mod kind;
pub mod meetings;
pub mod sample;
