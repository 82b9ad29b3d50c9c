//! What a run is asked to do, validated once for the command line and for library users alike.

use super::budget::Budget;
use crate::cluster::keep::KeepPolicy;
use crate::error::{Error, Result};
use crate::io::discover::discover;
use crate::io::fields::FieldNames;
use crate::io::output::Existing;
use crate::io::source::Sources;
use crate::io::table::Table;
use crate::io::tables::TableFormat;
use crate::shingle::Ngram;
use crate::similarity::Threshold;
use crate::site::SiteBy;
use crate::sketch::simhash::signature::Distance;
use crate::verify::{Relation, Rule};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How candidate pairs are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Signatures and bands: linear, with the promised recall.
    #[default]
    MinHash,
    /// Fingerprints of 64 bits: linear, with eight bytes a page and no promise of recall.
    SimHash,
    /// The exact join: every pair, at the cost of memory that grows with the text.
    Exact,
}

/// Which pages may be duplicates of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Any two.
    #[default]
    All,
    /// Two of one site.
    WithinSite,
    /// Two of different sites.
    AcrossSites,
}

/// What a bad record does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// It becomes a row of `rejects.jsonl`, and the run goes on.
    #[default]
    Reject,
    /// It ends the run.
    Fail,
}

/// Where kept pages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Everything into one folder.
    Folder(PathBuf),
    /// Pages to standard output, the rest into a folder.
    StandardOutput {
        /// The folder for everything but the pages.
        evidence: PathBuf,
    },
    /// What was decided into a folder; pages that came as a table are given back as one ([`Outcome::kept`]).
    ///
    /// [`Outcome::kept`]: super::dedup::Outcome::kept
    Evidence(PathBuf),
    /// No page goes anywhere; the report goes into a folder.
    Report(PathBuf),
}

impl Destination {
    /// What the manifest calls it.
    pub const fn pages(&self) -> &'static str {
        match self {
            Self::Folder(_) => "pages.jsonl",
            Self::StandardOutput { .. } => "standard output",
            Self::Evidence(_) | Self::Report(_) => "nowhere",
        }
    }
}

/// What is read, and how: alike for every command that reads pages.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Files and folders; `-` is standard input.
    pub inputs: Vec<PathBuf>,
    /// A table in place of files and folders.
    pub table: Option<Table>,
    /// Take the inputs as given instead of sorted by path.
    pub in_order: bool,
    /// Which field is which.
    pub fields: FieldNames,
    /// What counts as one site.
    pub site_by: SiteBy,
    /// What a bad record does.
    pub on_error: OnError,
    /// Share of rejected records from which a run counts as failed, 0 to 1.
    pub max_rejects: f64,
    /// Bytes of the longest record that is read.
    pub longest_record: usize,
    /// Where spools go.
    pub temp_dir: PathBuf,
    /// What may be held in memory.
    pub memory: Budget,
    /// Keep what is finished beside the output until all is, and go on from what was kept before.
    pub resume: bool,
}

impl Reading {
    /// The defaults, for these inputs.
    pub fn new(inputs: Vec<PathBuf>) -> Self {
        Self {
            inputs,
            table: None,
            in_order: false,
            fields: FieldNames::default(),
            site_by: SiteBy::Host,
            on_error: OnError::Reject,
            max_rejects: 0.01,
            longest_record: 128 << 20,
            temp_dir: std::env::temp_dir(),
            memory: Budget::of_free_memory(),
            resume: false,
        }
    }

    /// Fails at the first setting that cannot be used, naming its flag.
    pub fn validate(&self) -> Result<()> {
        if !(0.0..=1.0).contains(&self.max_rejects) {
            return Err(Error::usage("--max-rejects", format!("{} is not a share", self.max_rejects)));
        }
        if !(1 << 16..1 << 32).contains(&self.longest_record) {
            return Err(Error::usage("--longest-record", "is outside 64 KiB to 4 GiB"));
        }
        Ok(())
    }

    /// Whether there is anything to read.
    pub const fn has_inputs(&self) -> bool {
        self.table.is_some() || !self.inputs.is_empty()
    }

    /// The input files, and how many files in folders were left alone. The `output` folder is not read.
    pub fn open(&self, output: Option<&Path>) -> Result<(Sources, u64)> {
        if let Some(table) = &self.table {
            return Ok((self.of_table(table.clone()), 0));
        }
        let found = discover(&self.inputs, self.in_order, output)?;
        Ok((self.of_files(found.files), found.left_alone))
    }

    /// These files in place of the inputs.
    pub fn of_files(&self, files: Vec<PathBuf>) -> Sources {
        let sources = Sources::new(files, self.temp_dir.clone(), self.longest_record);
        sources.with_fields(self.fields.clone())
    }

    /// A table in place of the inputs.
    pub fn of_table(&self, table: Table) -> Sources {
        let sources = Sources::of_table(table, self.temp_dir.clone(), self.longest_record);
        sources.with_fields(self.fields.clone())
    }

    /// Whether more of these records were rejected than allowed.
    pub fn is_too_many(&self, rejected: u64, records: u64) -> bool {
        // A share such as 29 % is no round number in binary; a billionth of a record is no record.
        rejected as f64 > self.max_rejects * records as f64 + 1e-9
    }
}

/// The settings of `tamis dedup`.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is asked for on its own")]
pub struct Settings {
    /// What is read, and how.
    pub reading: Reading,
    /// Where the results go.
    pub destination: Destination,
    /// What to do if they are there already.
    pub existing: Existing,
    /// Jaccard from which two pages are near-duplicates.
    pub threshold: Threshold,
    /// Share of the pairs at the threshold that must be found, between 0 and 1; with [`Method::MinHash`].
    pub recall: f64,
    /// Bits in which the fingerprints of a candidate pair may differ; with [`Method::SimHash`].
    pub distance: Distance,
    /// Words a shingle.
    pub ngram: Ngram,
    /// How candidates are found.
    pub method: Method,
    /// Which page of a cluster stays.
    pub keep: KeepPolicy,
    /// Relations for which a page is removed.
    pub remove: Vec<Relation>,
    /// Which pages may be duplicates.
    pub scope: Scope,
    /// Pages to choose the bands for; counted if not given.
    pub expect_pages: Option<u64>,
    /// Also write every verified pair.
    pub pairs: bool,
    /// Also look for shared passages, and write them.
    pub passages: bool,
    /// Also find what kind each containment is, although nobody asked for pairs.
    pub kinds: bool,
    /// Keep all pages and mark them instead.
    pub annotate: bool,
    /// What tables are written as.
    pub tables: TableFormat,
    /// The index of earlier batches, to which this one is added.
    pub index: Option<PathBuf>,
    /// Whether an index that is begun now keeps what old pages are proved by.
    pub keep_proofs: bool,
}

impl Settings {
    /// The defaults, for these inputs and this folder.
    pub fn new(inputs: Vec<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self {
            reading: Reading::new(inputs),
            destination: Destination::Folder(folder.into()),
            existing: Existing::Refuse,
            threshold: Threshold::tenths(5),
            recall: 0.99,
            distance: Distance::MOST,
            ngram: Ngram::DEFAULT,
            method: Method::MinHash,
            keep: KeepPolicy::MostLinked,
            remove: vec![Relation::Exact, Relation::Near],
            scope: Scope::All,
            expect_pages: None,
            pairs: false,
            passages: false,
            kinds: false,
            annotate: false,
            tables: TableFormat::default(),
            index: None,
            keep_proofs: true,
        }
    }

    /// Fails at the first setting that cannot be used, naming its flag.
    pub fn validate(&self) -> Result<()> {
        if !(self.recall > 0.0 && self.recall < 1.0) {
            let fault = format!("{} is not between 0 and 1", self.recall);
            return Err(Error::usage("--recall", fault).next_step("for every pair use --method exact"));
        }
        self.reading.validate()?;
        if self.index.is_some() && self.method != Method::MinHash {
            return Err(
                Error::usage("--index", "remembers MinHash signatures only").next_step("leave --method out")
            );
        }
        if self.annotate && matches!(self.destination, Destination::Evidence(_)) {
            return Err(
                Error::usage("--annotate", "marks pages, and they go nowhere").next_step("use -o DIR")
            );
        }
        if self.remove.is_empty() {
            return Err(
                Error::usage("--remove", "names no relation").next_step("to remove nothing use --annotate")
            );
        }
        Ok(())
    }

    /// The folder that takes everything, or everything but the pages.
    pub fn folder(&self) -> &PathBuf {
        match &self.destination {
            Destination::Folder(folder)
            | Destination::StandardOutput { evidence: folder }
            | Destination::Evidence(folder)
            | Destination::Report(folder) => folder,
        }
    }

    /// Whether pages that share a passage are looked for.
    pub fn seeks_passages(&self) -> bool {
        self.passages || self.remove.contains(&Relation::Contained)
    }

    /// Whether pages and tables are written, and not a report alone.
    pub const fn writes_tables(&self) -> bool {
        !matches!(self.destination, Destination::Report(_))
    }

    /// Whether it is asked what kind each containment is.
    pub const fn seeks_kinds(&self) -> bool {
        self.kinds || self.pairs
    }

    /// Where `near` begins.
    pub const fn rule(&self) -> Rule {
        Rule { threshold: self.threshold }
    }
}
