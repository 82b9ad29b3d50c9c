//! What a run of `tamis strip` was and what it counted. Only `timing` and `memory` may differ between equal runs.

use super::Settings;
use crate::boilerplate::drift::Drift;
use crate::boilerplate::judge::Strictness;
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::io::fields::FieldNames;
use crate::pipeline::manifest::{InputsReport, MANIFEST, MemoryReport, TimingReport};
use crate::site::SiteBy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the manifest calls the command.
pub const COMMAND: &str = "strip";

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
    /// Where the pages went: `pages.jsonl`.
    pub pages: String,
    /// What was asked for.
    pub settings: SettingsReport,
    /// What was read, whatever files it lay in.
    pub inputs: InputsReport,
    /// What came of it.
    pub counts: CountsReport,
    /// Sites whose newest pages have another template than those that were learned from.
    #[serde(default)]
    pub drifts: BTreeMap<String, Drift>,
    /// Sites that were left alone, because most of their pages would have lost nearly everything.
    #[serde(default)]
    pub no_articles: Vec<String>,
    /// How long it took.
    pub timing: TimingReport,
    /// What it needed.
    pub memory: MemoryReport,
}

/// The settings that results depend on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettingsReport {
    /// Digest of the profile.
    pub profile: String,
    /// Whether every line had to pass the strict threshold.
    pub strict: bool,
    /// What counts as one site.
    pub site_by: SiteBy,
    /// Field names by role, best first.
    pub fields: FieldNames,
    /// Inputs as given, not sorted.
    pub in_order: bool,
    /// Bytes of the longest record that was read.
    pub longest_record: usize,
}

impl SettingsReport {
    /// What results of these settings depend on.
    pub fn new(settings: &Settings) -> Self {
        Self {
            profile: settings.profile.clone(),
            strict: settings.strictness == Strictness::Strict,
            site_by: settings.reading.site_by,
            fields: settings.reading.fields.clone(),
            in_order: settings.reading.in_order,
            longest_record: settings.reading.longest_record,
        }
    }

    /// The name of a batch of these inputs under these settings.
    pub fn batch_name(&self, inputs: &InputsReport) -> Result<String> {
        let described = serde_json::to_vec(&(COMMAND, self, inputs))
            .map_err(|cause| Error::new(ErrorKind::Saved, MANIFEST, cause.to_string()))?;
        Ok(format!("{:016x}", hash::checksum(&described)))
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsReport {
    /// Usable records.
    pub pages: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Pages that lost a line.
    pub stripped_pages: u64,
    /// Pages that are no article; they lost nothing.
    pub without_article: u64,
    /// Lines of all texts.
    pub lines: u64,
    /// Of these, stripped.
    pub stripped_lines: u64,
    /// Characters of all texts, line feeds too.
    pub characters: u64,
    /// Of these, stripped; the line feed that went with each line is counted.
    pub stripped_characters: u64,
    /// Bytes stripped likewise; those of all texts stand with the inputs.
    pub stripped_bytes: u64,
    /// Sites that have a name.
    pub sites: u64,
}

impl CountsReport {
    /// Adds what was counted of other pages; rejects and sites are counted once for all.
    pub(in crate::pipeline) fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.stripped_pages += other.stripped_pages;
        self.without_article += other.without_article;
        self.lines += other.lines;
        self.stripped_lines += other.stripped_lines;
        self.characters += other.characters;
        self.stripped_characters += other.stripped_characters;
        self.stripped_bytes += other.stripped_bytes;
    }
}
