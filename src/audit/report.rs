//! The document `report.json`: everything that the audit found. `docs/report.schema.json` describes it to programs.
//!
//! Shares are counts with their base; an interval is the Wilson interval at 95 % (Wilson 1927), there because a site's
//! pages of one night are a sample of what its scraper delivers.

use super::metric::Metric;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the document.
pub const REPORT_VERSION: u32 = 1;

/// The document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// Version of the program.
    pub tamis: String,
    /// Version of this document.
    pub report_version: u32,
    /// Digest of pages and settings: equal for equal batches.
    pub batch: String,
    /// The "today" of date checks, as YYYY-MM-DD; none without dates.
    pub as_of: Option<String>,
    /// All pages.
    pub total: Figures,
    /// Records that could not be used.
    pub rejected: Share,
    /// The sites, by name.
    pub sites: Vec<Site>,
    /// What matters most, the weightiest first.
    pub findings: Vec<Finding>,
    /// Pages that went from site to site, the most first.
    pub syndication: Vec<Flow>,
    /// Sample pages in place, by site and id.
    pub samples: Vec<Sample>,
    /// Clusters with a difference to look at, the largest first.
    pub clusters: Vec<Cluster>,
    /// Records that could not be used, the first of each reason.
    pub rejects: Vec<Reject>,
    /// What the document leaves out.
    pub left_out: LeftOut,
    /// What changed since an earlier report, if one was named.
    pub changes: Option<Changes>,
    /// What the gates said, if there were any.
    pub gates: Option<Vec<Gate>>,
}

/// One site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Site {
    /// Its name; empty for pages without one.
    pub site: String,
    /// What was counted.
    #[serde(flatten)]
    pub figures: Figures,
    /// The language of most of its pages, as an ISO 639-3 code.
    pub language: Option<String>,
    /// What changed in its template, if something did.
    pub drift: Option<String>,
    /// The lines that were stripped most, by pages.
    pub lines: Vec<JunkLine>,
}

/// What was counted of some pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Figures {
    /// Pages, each delivery counted.
    pub pages: u64,
    /// Of these, pages that are kept.
    pub kept: u64,
    /// Characters of their texts.
    pub characters: u64,
    /// Of these, stripped.
    pub stripped: u64,
    /// Characters of what is left of a page: the least, the quartiles and the most.
    pub lengths: [u64; 5],
    /// Pages by what is left of them: from 0, 1, 2, 4, ... 2^22 characters.
    pub length_classes: Vec<u64>,
    /// By metric. A metric that cannot be measured, such as missing titles where there are none, is not there.
    pub metrics: BTreeMap<Metric, Share>,
}

/// A count of pages, of those that it could be true of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// Pages.
    pub count: u64,
    /// Of so many.
    pub of: u64,
    /// Lower end of the interval of the share.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Id of a page that has it: the one with the smallest key.
    pub example: Option<String>,
}

impl Share {
    /// A count with its base, its interval and an example.
    pub fn of(count: u64, of: u64, example: Option<String>) -> Self {
        let (low, high) = interval(count, of);
        Self { count, of, low, high, example }
    }
}

/// The 95 % interval of a share of which `count` of `of` were seen (Wilson 1927).
pub(super) fn interval(count: u64, of: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (of as f64, count as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let low = if count == 0 { 0.0 } else { (middle - half) / scale };
    let high = if count == of { 1.0 } else { (middle + half) / scale };
    (low, high)
}

/// Something that a person should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// The site; none if it is said of all pages.
    pub site: Option<String>,
    /// What was measured.
    pub metric: Metric,
    /// How much of it.
    pub share: Share,
    /// The finding as a sentence without the site.
    pub text: String,
    /// What it is about: a line, a title, a date; empty if nothing can be shown.
    pub excerpt: String,
}

/// A line of a site's template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JunkLine {
    /// As it stands on one of the pages.
    pub line: String,
    /// Articles that have it.
    pub pages: u32,
    /// Of so many.
    pub of: u32,
    /// `strip`, `suggest`, `waits` or `recurrent`.
    pub tier: String,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// Pages that went from one site to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Flow {
    /// The site of the earliest page.
    pub from: String,
    /// The site that has it too.
    pub to: String,
    /// Pages.
    pub pages: u64,
    /// Whether it is known which site was first.
    pub is_directed: bool,
}

/// A page, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sample {
    /// Its site.
    pub site: String,
    /// Its id.
    pub id: String,
    /// Its URL.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its date as it stands.
    pub date: Option<String>,
    /// What was found of this page.
    pub metrics: Vec<Metric>,
    /// Its lines, in order.
    pub lines: Vec<SampleLine>,
    /// Lines that are left out behind these.
    pub more: u64,
}

/// A line of a sample page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SampleLine {
    /// The line, or its beginning.
    pub text: String,
    /// Whether it was stripped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stripped: bool,
    /// Why, where it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// A cluster, with one member beside the kept page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cluster {
    /// Its name.
    pub cluster: String,
    /// Members, the kept page too.
    pub members: u64,
    /// Their sites, ascending; the first ten.
    pub sites: Vec<String>,
    /// Ids of the pages shown: the kept page and the member most unlike it.
    pub ids: [String; 2],
    /// Their titles.
    pub titles: [Option<String>; 2],
    /// Their relation.
    pub relation: String,
    /// Their Jaccard.
    pub jaccard: f64,
    /// Where they differ, in order: runs of both, of the kept page alone, or of the member alone.
    pub runs: Vec<Run>,
}

/// A run of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Run {
    /// Whose words they are.
    pub side: Side,
    /// The words as they stand in the text.
    pub text: String,
}

/// Whose words a run is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Both pages have them.
    Both,
    /// The kept page alone.
    Kept,
    /// The other page alone.
    Removed,
}

/// Records that could not be used, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reject {
    /// The reason.
    pub reason: String,
    /// Records.
    pub records: u64,
    /// Where the first stands.
    pub file: String,
    /// Its number.
    pub record: u64,
}

/// What a report leaves out to stay small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// Sites without a sample page in place.
    pub samples: u64,
    /// Clusters without a difference.
    pub clusters: u64,
    /// Pairs of sites.
    pub flows: u64,
    /// Findings.
    pub findings: u64,
}

/// What changed since an earlier report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Changes {
    /// The batch of the earlier report.
    pub batch: String,
    /// Share of the changes listed that are expected to be noise: the false discovery rate that was kept.
    pub false_discovery_rate: f64,
    /// Comparisons that were made.
    pub comparisons: u64,
    /// What changed beyond noise, the least likely by chance first.
    pub changes: Vec<Change>,
    /// Sites that are new, by name.
    pub new_sites: Vec<String>,
    /// Sites that are gone, by name.
    pub gone_sites: Vec<String>,
}

/// A figure that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// The site; none if it is said of all pages.
    pub site: Option<String>,
    /// A metric's name, or `junk`, `length`, `pages`.
    pub figure: String,
    /// The figure before: a share, or characters, or pages.
    pub before: f64,
    /// The figure now.
    pub now: f64,
    /// Probability of a change at least as large by chance alone.
    pub p: f64,
    /// Whether it got worse; none where neither way is.
    pub is_worse: Option<bool>,
}

/// What a gate said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Gate {
    /// Its name.
    pub gate: String,
    /// The site that was measured; none if all pages were.
    pub site: Option<String>,
    /// Whether it passed; none if it could not be asked, for example without a baseline.
    pub passed: Option<bool>,
    /// What was measured and what was wanted.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_textbook() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        let cases = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ];
        for (count, of, low, high) in cases {
            let share = Share::of(count, of, None);
            assert!((share.low - low).abs() < 5e-5 && (share.high - high).abs() < 5e-5, "{share:?}");
        }
    }

    #[test]
    fn the_schema_describes_the_document() {
        let schema = schemars::schema_for!(Report);
        let found = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
        if std::env::var_os("TAMIS_WRITE_GOLDEN").is_some() {
            std::fs::write(file, &found).unwrap();
        }
        let expected = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            expected == found,
            "docs/report.schema.json differs: run with TAMIS_WRITE_GOLDEN=1 and read the diff"
        );
    }
}
