//! Which lines of a page are the site's and not the page's?

pub mod calibrate;
pub mod clusters;
pub mod evidence;
pub mod features;
mod lexicon;
pub mod line;
pub mod model;
pub mod sample;
mod slots;
pub mod spans;
pub mod statistics;
pub mod title;
