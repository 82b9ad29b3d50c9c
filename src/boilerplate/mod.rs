//! Which lines of a page are the site's and not the page's?

pub mod clusters;
pub mod edits;
pub mod encoding;
pub mod evidence;
pub mod features;
mod lexicon;
pub mod line;
pub mod profile;
pub mod sample;
mod slots;
pub mod spans;
pub mod statistics;
pub mod title;
