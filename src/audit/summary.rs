//! From facts and decisions to the report: shares with their bases, intervals and examples, and what matters most.
//!
//! Some faults can only be seen when all pages are known: that a text stands under many addresses, that a date is the same on
//! all pages, that pages of a site do not usually end like this one. Those are decided here (`verdicts`, `walls`,
//! `endings`, `headlines`, `fields`, `copies`); the rest was decided page by page. Nothing depends on the order of pages: of equals, the one with the
//! smallest page key speaks.

mod copies;
mod endings;
mod fields;
mod figures;
mod findings;
mod headlines;
mod verdicts;
mod walls;

use super::facts::{Facts, Flags};
use super::known::Known;
use super::report::{Flow, JunkLine, LeftOut, REPORT_VERSION, Reject, Report, Share, Site};
use crate::date::day_name;
use crate::page::Pages;
use crate::passage::kind::Kind;
use crate::verify::Relation;
use std::collections::BTreeMap;

/// A page that was removed, or would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The page.
    pub page: u32,
    /// The kept page that it was verified against.
    pub kept: u32,
    /// What it is to the kept page.
    pub relation: Relation,
}

/// A page that stands in a larger one; verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The page.
    pub page: u32,
    /// The larger one.
    pub larger: u32,
    /// What the larger one is besides.
    pub kind: Kind,
}

/// Everything that is known when all pages are decided. Pages are named by their numbers.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// All pages.
    pub pages: &'a Pages,
    /// Facts of each.
    pub facts: &'a [Facts],
    /// What was known of the sites.
    pub known: &'a Known,
    /// Pages delivered before, ascending.
    pub redelivered: &'a [u32],
    /// Pages that are removed.
    pub removed: &'a [Removed],
    /// Pages of groups of one template.
    pub template: &'a [u32],
    /// Pages that stand in larger ones, removed or not.
    pub held: &'a [Held],
    /// Pages that went from site to site, the most first.
    pub syndication: Vec<Flow>,
    /// By site: the lines that were stripped most.
    pub lines: BTreeMap<String, Vec<JunkLine>>,
    /// By site: what changed in its template.
    pub drifts: BTreeMap<String, String>,
    /// Records that could not be used, the first of each reason.
    pub rejects: Vec<Reject>,
    /// The "today" of date checks; if none is given, it is found among the dates.
    pub as_of: Option<i32>,
    /// Digest of pages and settings.
    pub digest: String,
}

/// The report, and what it was made of.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The document, but for samples, clusters, excerpts, changes and gates.
    pub report: Report,
    /// What was found of each page, all things considered.
    pub flags: Vec<Flags>,
    /// For each finding of the report, the page that is its example: what its excerpt is to be taken from.
    pub examples: Vec<u32>,
}

/// Sums up. Cost: a few sorts of the pages.
pub fn summarise(mut batch: Batch<'_>) -> Summary {
    let (mut lines, drifts) = (std::mem::take(&mut batch.lines), std::mem::take(&mut batch.drifts));
    let as_of = batch.as_of.or_else(|| fields::latest_day(batch.facts));
    let verdicts = verdicts::all(&batch, as_of);
    let sites = verdicts.sites.iter().map(|(number, pages)| {
        let site = batch.pages.site(pages[0]).to_owned();
        debug_assert_eq!(batch.pages.row(pages[0]).site, *number);
        let figures = figures::of(&batch, &verdicts, pages);
        let language = batch.known.language(&site).map(str::to_owned);
        let (drift, lines) = (drifts.get(&site).cloned(), lines.remove(&site).unwrap_or_default());
        Site { site, figures, language, drift, lines }
    });
    let mut sites: Vec<Site> = sites.collect();
    sites.sort_by(|a, b| a.site.cmp(&b.site));
    let all: Vec<u32> = (0..batch.pages.len() as u32).collect();
    let total = figures::of(&batch, &verdicts, &all);
    let found = findings::all(&batch, &verdicts, &sites, &total);
    let (rejected, pages) = (batch.rejects.iter().map(|reject| reject.records).sum(), total.pages);
    let report = Report {
        tamis: env!("CARGO_PKG_VERSION").to_owned(),
        report_version: REPORT_VERSION,
        batch: batch.digest,
        as_of: as_of.map(day_name),
        total,
        rejected: Share::of(rejected, pages + rejected, None),
        sites,
        findings: found.findings,
        syndication: batch.syndication,
        samples: Vec::new(),
        clusters: Vec::new(),
        rejects: batch.rejects,
        left_out: LeftOut { findings: found.left_out, ..LeftOut::default() },
        changes: None,
        gates: None,
    };
    Summary { report, flags: verdicts.found, examples: found.examples }
}
