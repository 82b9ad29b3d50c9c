//! What a run was and what it counted. Only `timing` and `memory` may differ between equal runs.

use super::settings::{Method, Scope, Settings};
use super::strip;
use crate::boilerplate::drift::Drift;
use crate::error::Result;
use crate::hash;
use crate::io::fields::FieldNames;
use crate::lsh::banding::Banding;
use crate::scheme::Scheme;
use crate::shingle::Ngram;
use crate::similarity::Threshold;
use crate::site::SiteBy;
use crate::sketch::simhash::signature::Distance;
use crate::syndication::source::SourceBy;
use crate::verify::Relation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The file name in the output folder.
pub const MANIFEST: &str = "manifest.json";

/// Version of the tables and of this document.
pub const OUTPUT_VERSION: u32 = 1;

/// The document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the program.
    pub tamis: String,
    /// Version of the tables.
    pub output_version: u32,
    /// The command that wrote the folder.
    pub command: String,
    /// Digest of pages and settings: equal for equal batches.
    pub batch: String,
    /// Where the pages went: `pages.jsonl` or `standard output`.
    pub pages: String,
    /// What signatures or fingerprints were made with; none for the exact join.
    pub scheme: Option<Scheme>,
    /// How signatures were cut, and what that promises; with MinHash.
    pub banding: Option<BandingReport>,
    /// What templates were told by.
    pub frame: FrameReport,
    /// What was stripped before pages were compared, if anything was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub strip: Option<StripReport>,
    /// What was known before, with an index.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub index: Option<IndexReport>,
    /// What was asked for.
    pub settings: SettingsReport,
    /// What was read, whatever files it lay in.
    pub inputs: InputsReport,
    /// What came of it.
    pub counts: CountsReport,
    /// How long it took.
    pub timing: TimingReport,
    /// What it needed.
    pub memory: MemoryReport,
}

/// Bands, rows, and what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BandingReport {
    /// The shape.
    #[serde(flatten)]
    pub banding: Banding,
    /// Probability that a pair at the threshold is found.
    pub recall_at_threshold: f64,
    /// Pages that the shape was chosen for.
    pub chosen_for_pages: u64,
}

impl BandingReport {
    /// Of a shape that was chosen for so many pages.
    pub fn new(banding: Banding, chosen_for_pages: u64, settings: &Settings) -> Self {
        let recall_at_threshold = banding.recall_at(settings.threshold.as_f64());
        Self { banding, recall_at_threshold, chosen_for_pages }
    }
}

/// The index that a batch was decided against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexReport {
    /// Batches that came before.
    pub batches: u64,
    /// Their pages.
    pub pages: u64,
    /// Pages of this batch that it has from now on.
    pub added: u64,
    /// Old pages that pages of this batch were compared with.
    pub met: u64,
    /// Pages of this batch that an earlier one had delivered.
    pub redelivered: u64,
    /// Pages removed for an old page.
    pub removed: u64,
    /// Whether old pages can be proved; if not, they are listed in `matches.jsonl` and nothing is removed for them.
    pub proofs: bool,
}

/// What a run learned by, before its inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnSettings {
    /// Digest of the profiles that were merged.
    pub profile: String,
    /// Whether every line had to pass the strict threshold.
    pub strict: bool,
    /// The day of pages without a date.
    pub as_of: Option<i32>,
    /// Share of a site's text from which what is newly stripped waits for a person.
    pub approve_above: f32,
}

/// The saved frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameReport {
    /// Checksum of the plain bytes of `frame.bin`.
    pub digest: String,
    /// Sites that have a frame.
    pub sites: u64,
    /// Shingles that are frame to any of them.
    pub shingles: u64,
}

/// What pages were stripped by before they were compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripSettings {
    /// Digest of the profile, which lies in the folder.
    pub profile: String,
    /// Whether every line had to pass the strict threshold.
    pub strict: bool,
}

/// What was stripped before pages were compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StripReport {
    /// What was stripped by.
    #[serde(flatten)]
    pub of: StripSettings,
    /// What the pages lost.
    pub counts: strip::manifest::CountsReport,
    /// Sites whose newest pages have another template than was known of them.
    pub drifts: BTreeMap<String, Drift>,
    /// Sites that were left alone, because most of their pages would have lost nearly everything.
    pub no_articles: Vec<String>,
}

/// The settings that results depend on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettingsReport {
    /// Jaccard from which pages are near.
    pub threshold: Threshold,
    /// Promised share of the pairs at the threshold; with MinHash.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recall: Option<f64>,
    /// Bits in which fingerprints may differ; with SimHash.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance: Option<Distance>,
    /// Words a shingle.
    pub ngram: Ngram,
    /// How candidates were found.
    pub method: Method,
    /// Which page stays.
    pub keep: String,
    /// Preferred sites, best first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub keep_sites: Vec<String>,
    /// Relations for which pages are removed.
    pub remove: Vec<Relation>,
    /// Which pages may be duplicates.
    pub scope: Scope,
    /// What counts as one site.
    pub site_by: SiteBy,
    /// Field names by role, best first.
    pub fields: FieldNames,
    /// Inputs as given, not sorted.
    pub in_order: bool,
    /// Pages marked, not removed.
    pub annotate: bool,
    /// Passages looked for and written.
    #[serde(default)]
    pub passages: bool,
    /// Bytes of the longest record that was read.
    pub longest_record: usize,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputsReport {
    /// Records, usable or not.
    pub records: u64,
    /// Bytes of the texts.
    pub text_bytes: u64,
    /// Digest of the set of page keys: the same for the same pages, in whatever order and files they lie.
    pub digest: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsReport {
    /// Usable records.
    pub pages: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Pages delivered again with the same id and text.
    pub redelivered: u64,
    /// Pages without a word; kept, compared with nothing.
    pub empty: u64,
    /// Pages whose id another text has too.
    pub versions: u64,
    /// Pages that stay.
    pub kept: u64,
    /// Pages that go, by relation.
    pub removed: BTreeMap<Relation, u64>,
    /// Kept pages that others were removed for.
    pub clusters: u64,
    /// Clusters over several sites.
    pub syndicated: u64,
    /// Of these, by what their sources are proposed by.
    #[serde(default)]
    pub sources: BTreeMap<SourceBy, u64>,
    /// Sites whose date fields decide no source, since the crawler seems to have filled them in.
    #[serde(default)]
    pub crawl_dated_sites: u64,
    /// Sites that have a name.
    pub sites: u64,
    /// Pairs whose texts were compared.
    pub candidates: u64,
    /// Pairs found near, exact copies counted once.
    pub near_pairs: u64,
    /// Pairs alike by a template, exact copies counted once.
    pub template_pairs: u64,
    /// Groups of pages of one template.
    pub templates: u64,
    /// Pages in these groups.
    pub template_pages: u64,
    /// Pairs of which the larger page contains the smaller, exact copies counted once.
    #[serde(default)]
    pub contained_pairs: u64,
    /// What the search for passages met, if there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub passages: Option<PassagesReport>,
    /// Buckets too large for all their pairs to be listed.
    pub hot_buckets: u64,
    /// Words of the texts.
    pub words: u64,
    /// Dates that could not be read.
    pub unread_dates: u64,
}

/// What the search for passages met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassagesReport {
    /// Pairs that share enough sampled shingles for their texts to be compared.
    pub candidates: u64,
    /// Sampled shingles on too many pages to tell of a passage.
    pub common_shingles: u64,
    /// Pages with too many candidates for all to be compared.
    pub crowded_pages: u64,
    /// Pairs that share a passage, if passages were written.
    pub pairs: u64,
    /// Passages that were written.
    pub passages: u64,
}

/// How long it took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TimingReport {
    /// Threads at work.
    pub threads: usize,
    /// Seconds in all.
    pub seconds: f64,
    /// Seconds by phase, in order.
    pub phases: Vec<(String, f64)>,
}

/// What it needed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemoryReport {
    /// Peak resident bytes of the process, where the system tells.
    pub peak_bytes: Option<u64>,
}

impl SettingsReport {
    /// What results of these settings depend on.
    pub fn new(settings: &Settings) -> Self {
        let keep_sites = match &settings.keep {
            crate::cluster::keep::KeepPolicy::Sites(sites) => sites.clone(),
            _ => Vec::new(),
        };
        let mut remove = settings.remove.clone();
        remove.sort_unstable();
        remove.dedup();
        Self {
            threshold: settings.threshold,
            recall: (settings.method == Method::MinHash).then_some(settings.recall),
            distance: (settings.method == Method::SimHash).then_some(settings.distance),
            ngram: settings.ngram,
            method: settings.method,
            keep: settings.keep.name().to_owned(),
            keep_sites,
            remove,
            scope: settings.scope,
            site_by: settings.reading.site_by,
            fields: settings.reading.fields.clone(),
            in_order: settings.reading.in_order,
            annotate: settings.annotate,
            passages: settings.passages,
            longest_record: settings.reading.longest_record,
        }
    }

    /// The name of a batch of these inputs, learned from so or compared as they are, under these settings.
    pub fn batch_name(&self, inputs: &InputsReport, learn: Option<&LearnSettings>) -> Result<String> {
        let described = serde_json::to_vec(&(self, inputs, learn)).map_err(|cause| {
            crate::error::Error::new(crate::error::ErrorKind::Saved, MANIFEST, cause.to_string())
        })?;
        Ok(format!("{:016x}", hash::checksum(&described)))
    }
}

impl CountsReport {
    /// Pages that go, for whatever relation.
    pub fn removed_in_all(&self) -> u64 {
        self.removed.values().sum()
    }
}
