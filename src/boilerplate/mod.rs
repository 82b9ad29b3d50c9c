//! Which lines of a page are its site's and not its own?
//!
//! A site repeats its menus, footers, forms and lists on every page; a page says its own text once. What is repeated
//! *in the same place* is the site's. This half of Tamis learns that from the pages themselves, without labels and
//! without HTML:
//!
//! ```text
//!  text ──> line: keys with slots ──> sample: pages of a site ──> profile: all sites, one file
//!                                        │
//!                                        v
//!                    clusters ──> statistics: counts over clusters
//!                                        │
//!            page ──> evidence <─────────┘
//!                        │
//!                        v
//!                 model: log-odds ──> calibrate ──> judge: tiers ──> spans: cut, put back
//! ```
//!
//! * [`line`](mod@line), [`title`], `own`, `slots`, `lexicon` (with a `filter`): what a line is known by; `recent` remembers
//!   lines so that none is taken apart twice. `tables/` holds words and phrases.
//! * [`bottom`], [`sample`], [`profile`], [`encoding`], [`edits`]: what is remembered of a site, merged in any order.
//! * [`clusters`], [`statistics`] (with `anchors`, [`bounds`], `counts`, `keys`, `positions`): what the sampled pages say together; each article counts once.
//! * [`epochs`], `template`: **the templates that a site has had**; each page is judged among those of its own.
//! * [`drift`]: does a site still have the template that was learned? [`quarantine`]: what newly goes, and waits.
//! * [`features`], [`evidence`], `layout`: what is measured of a line before it is judged.
//! * `phrases`, `reasons`: the same in plain words.
//! * [`model`], [`calibrate`]: how evidence is weighed, and where a site's own zero lies.
//! * [`guards`]: what stands above the score of a line.
//! * [`judge`]: **which lines are stripped, and why.** `learning`: a rule for each line, from all its places.
//! * [`rules`]: what was learned, as a text that people read, compare and edit.
//! * [`spans`]: lines cut out of a text, and put back.

mod anchors;
pub mod bottom;
pub mod bounds;
pub mod calibrate;
pub mod clusters;
mod counts;
pub mod drift;
pub mod edits;
pub mod encoding;
pub mod epochs;
pub mod evidence;
pub mod features;
mod filter;
pub mod guards;
pub mod judge;
mod keys;
mod layout;
mod learning;
pub mod lexicon;
pub mod line;
mod line_words;
pub mod model;
mod own;
mod phrases;
mod positions;
pub mod profile;
pub mod quarantine;
mod reasons;
mod recent;
pub mod rules;
pub mod sample;
mod slots;
pub mod spans;
pub mod statistics;
mod template;
pub mod title;
