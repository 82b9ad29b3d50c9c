//! Is this crawl any good? What is measured of every page, summed up by site, compared and judged.
//!
//! * [`metric`]: **what is measured**, each metric with its name and what it means.
//! * [`report`](mod@report): the document `report.json`; the HTML page shows nothing that is not in it.

pub mod metric;
pub mod report;
