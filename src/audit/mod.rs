//! Is this crawl any good? What is measured of every page, summed up by site, compared and judged.
//!
//! ```text
//!  first pass:   page ──> prior: a small sample of each site ──> known: what its pages have in common
//!                                                                  │
//!  second pass:  page, stripped ──> examine ───────────────────────┴──> facts: a few dozen bytes a page
//!                                                                         │
//!  at the end:   facts + decisions ──> summary ──> report ──> baseline, gates
//! ```
//!
//! * [`metric`]: **what is measured**, each metric with its name and what it means.
//! * [`report`](mod@report): the document `report.json`; the HTML page shows nothing that is not in it.
//! * [`prior`], [`known`]: what is remembered of a site, merged in any order, and what follows from it.
//! * [`examine`]: **what is wrong with this page?** A function of the page and of what is known of its site. Its parts, one
//!   fault each: `shape` and `layout` (lines), `ending` (where texts break off), `headline` (titles), `glued` (second articles), `tongue` and
//!   [`languages`] (languages), [`encodings`] (mojibake), `lost` (replacement characters),
//!   `walls` (error pages); `phrases` (with `tables/`) looks for what software says.
//! * [`facts`]: what is kept of it.
//! * [`summary`]: shares, findings, the document.
//! * [`baseline`] (with `chance`): what changed beyond noise. [`gates`]: what must hold.

pub mod baseline;
mod chance;
pub mod encodings;
mod ending;
pub mod examine;
mod excerpt;
pub mod facts;
pub mod gates;
mod glued;
mod headline;
pub mod keys;
pub mod known;
pub mod languages;
mod layout;
mod lost;
pub mod metric;
mod mixture;
mod phrases;
pub mod prior;
pub mod report;
mod shape;

pub mod summary;
mod tongue;
mod walls;
