//! `tamis strip`: the lines that a judge condemns, cut out of every page, in one pass over the inputs.
//!
//! Who judges is not said here: [`Judge`] is asked for each page which lines stay. Everything else is bookkeeping,
//! so that `tamis restore` gives back every byte that was read: what was cut (`strip/cutter.rs`, `strip/cut.rs`), and what of the
//! inputs is no page (`strip/gaps.rs`). A page that loses nothing is copied byte for byte.
//!
//! Pages are judged on all threads and written in input order. In memory stay the ids of stripped pages and
//! the places of gaps; the stripped lines wait in a temporary file until their rows are sorted by id.

mod cut;
pub(super) mod cutter;
mod gaps;
mod losses;
pub mod manifest;
pub mod rows;
pub(super) mod waiting;

use super::Observer;
use super::clock::Clock;
use super::formats::{ConvertedPage, write_converted};
use super::manifest::{InputsReport, MANIFEST, MemoryReport, OUTPUT_VERSION};
use super::records::{Tally, Worked, read_records};
use super::resume::{Units, journal};
use super::rows::{InputRow, hex};
use super::settings::Reading;
use crate::boilerplate::drift::Drift;
use crate::boilerplate::judge::Strictness;
use crate::boilerplate::spans::{Span, cut};
use crate::error::{Error, ErrorKind, Result};
use crate::io::output::{Existing, OutputFolder};
use crate::io::record::Record;
use crate::io::resident;
use crate::io::source::Sources;
use crate::io::table::Table;
use crate::io::tables::{TableFormat, TableWriter, write_document};
use crate::page;
use cut::{Cut, Worker};
use gaps::Gaps;
use losses::{Losses, SiteLosses};
use manifest::{CountsReport, Manifest, SettingsReport};
use rows::{LineRow, PageHead};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use waiting::WaitingSpans;

/// Says which lines of a page stay.
pub trait Judge: Sync {
    /// What a thread that judges keeps from page to page.
    type Workspace: Default + Send;

    /// Judges a page of `site`. `keep` comes empty and takes one flag for each line of the record's text, split at
    /// `\n`. A page that would lose all its lines loses none.
    fn judge(
        &self,
        workspace: &mut Self::Workspace,
        site: &str,
        record: &Record<'_>,
        keep: &mut Vec<bool>,
    ) -> Result<Verdict>;

    /// Appends the words of the lines that stay of the page that was judged last, if the workspace holds them.
    fn words(_: &Self::Workspace, _text: &str, _keep: &[bool], _out: &mut Vec<u64>) -> bool {
        false
    }

    /// What is to be remembered of the page that was judged last, if anything is.
    fn seen(_workspace: &mut Self::Workspace) -> Option<Seen> {
        None
    }

    /// Remembers pages of these sites, in input order. The same pages again change nothing.
    fn see<'a>(&self, _sites: impl Iterator<Item = &'a str>, _seen: Vec<Seen>) -> Result<()> {
        Ok(())
    }

    /// Asked when all pages are judged: hands to `tell` how each line was judged, the rows of `lines.jsonl`, by site, line and
    /// template, and says what became of sites.
    fn conclude(&self, tell: &mut dyn FnMut(LineRow) -> Result<()>) -> Result<Conclusion>;
}

/// What became of the sites whose pages were judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conclusion {
    /// Sites whose pages have another template than those that were learned from, by name.
    pub drifts: BTreeMap<String, Drift>,
    /// Sites that are left alone because no articles were found, by name.
    pub left_alone: Vec<String>,
}

/// What a judge remembers of a page: judging changes nothing, so that it need not be done twice to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The site.
    pub site: String,
    /// The day of the page, counted from 1970.
    pub day: Option<i32>,
    /// The hash of the page.
    pub hash: u64,
    /// Keys of its lines.
    pub keys: Vec<u32>,
}

/// What a page is, besides its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it has an article. A page without one loses nothing, whatever the flags say.
    pub article: bool,
    /// Fingerprint of the lines that go, by which templates are told apart; 0 if none goes.
    pub form: u64,
}

impl Verdict {
    /// A page of which nothing is known but whether it has an article.
    pub const fn formless(article: bool) -> Self {
        Self { article, form: 0 }
    }
}

/// The settings of `tamis strip`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is read, and how.
    pub reading: Reading,
    /// Where the results go.
    pub folder: PathBuf,
    /// What to do if they are there already.
    pub existing: Existing,
    /// Digest of the profile that the judge goes by.
    pub profile: String,
    /// How sure the judge is to be.
    pub strictness: Strictness,
    /// Also write `mask.jsonl`.
    pub mask: bool,
    /// What tables are written as.
    pub tables: TableFormat,
}

impl Settings {
    /// The defaults, for these inputs, this folder and this profile.
    pub fn new(inputs: Vec<PathBuf>, folder: impl Into<PathBuf>, profile: impl Into<String>) -> Self {
        Self {
            reading: Reading::new(inputs),
            folder: folder.into(),
            existing: Existing::Refuse,
            profile: profile.into(),
            strictness: Strictness::Usual,
            mask: false,
            tables: TableFormat::default(),
        }
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Outcome {
    /// Also written to the folder.
    pub manifest: Manifest,
    /// Input files.
    pub files: usize,
    /// Files in walked folders that were left alone.
    pub left_alone: u64,
    /// What every site lost.
    pub sites: SiteLosses,
    /// The table with what is left of its texts, if one was read.
    pub kept: Option<Table>,
    /// Whether more records were rejected than the settings allow.
    pub too_many_rejects: bool,
}

/// What the pages of a site lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteCounts {
    /// Pages.
    pub pages: u64,
    /// Characters of their texts.
    pub characters: u64,
    /// Of these, stripped.
    pub stripped_characters: u64,
}

/// What is left of one text of a site, the lines that went, and whether it has an article; all of it if nothing is to go, or if what
/// is known of its site cannot be read back from a temporary file.
pub fn strip_text<'r, J: Judge>(
    judge: &J,
    workspace: &mut J::Workspace,
    site: &str,
    record: &'r Record<'_>,
) -> (String, Vec<Span<'r>>, bool) {
    let mut keep = Vec::new();
    let verdict = judge.judge(workspace, site, record, &mut keep);
    let (article, is_judged) = (verdict.as_ref().is_ok_and(|verdict| verdict.article), verdict.is_ok());
    let stripped =
        if is_judged && article && keep.contains(&false) { cut(&record.text, &keep) } else { None };
    let (rest, spans) = stripped.unwrap_or_else(|| (record.text.to_string(), Vec::new()));
    (rest, spans, article)
}

/// Strips all pages of the inputs. The folder is complete or absent.
pub fn strip<J: Judge>(settings: &Settings, judge: &J, observer: &dyn Observer) -> Result<Outcome> {
    settings.reading.validate()?;
    OutputFolder::ensure_free(&settings.folder, settings.existing)?;
    let (sources, left_alone) = settings.reading.open(Some(&settings.folder))?;
    let mut sources = sources.with_digests();
    refuse_equal_names(&sources)?;
    let output = OutputFolder::create(&settings.folder, settings.existing)?;
    let described = (manifest::COMMAND, &settings.profile, settings.strictness, settings.mask);
    let journal = journal(&settings.reading, &sources, &settings.folder, &described, observer)?;
    let folder = output.path();
    let mut clock = Clock::start();

    observer.phase("reading", sources.packed_bytes());
    let mut writer = Writer::new(folder, settings, sources.list().len())?;
    let mut rejects = TableWriter::create(folder, "rejects.jsonl", settings.tables)?;
    let met = read_records(
        &mut sources,
        &settings.reading,
        &mut Units::new(&journal, 0),
        observer,
        || Worker::new(settings, judge),
        Worker::page,
        |mut cut, batch| {
            judge.see(cut.sites.keys().map(String::as_str), std::mem::take(&mut cut.seen))?;
            writer.take(cut, batch).map(|()| ControlFlow::Continue(()))
        },
        &mut |row| rejects.row(&row),
    )?;
    rejects.finish()?;
    for (role, name, records) in met.stand_ins(&settings.reading.fields) {
        observer.note(&format!("the {} is read from field {name:?} in {records} records", role.name()));
    }
    clock.phase("strip");

    let Written { counts, sites, text_bytes, digest, kept } = writer.finish(folder, &sources, &met)?;
    let Conclusion { drifts, left_alone: no_articles } = write_lines(folder, settings.tables, judge)?;
    let inputs = sources.list().iter().zip(&met.by_source);
    let inputs = inputs.map(|(source, counts)| InputRow::new(source, *counts));
    table(folder, "inputs.jsonl", settings.tables, inputs)?;
    clock.phase("write");

    let settings_report = SettingsReport::new(settings);
    let inputs = InputsReport { records: met.records, text_bytes, digest: hex(digest) };
    let manifest = Manifest {
        tamis: env!("CARGO_PKG_VERSION").to_owned(),
        output_version: OUTPUT_VERSION,
        command: manifest::COMMAND.to_owned(),
        batch: settings_report.batch_name(&inputs)?,
        pages: "pages.jsonl".to_owned(),
        settings: settings_report,
        inputs,
        counts,
        drifts,
        no_articles,
        timing: clock.report(),
        memory: MemoryReport { peak_bytes: resident::peak_bytes() },
    };
    write_document(folder, MANIFEST, &manifest)?;
    output.finish()?;
    journal.remove()?;
    let too_many_rejects = settings.reading.is_too_many(met.rejected, met.records);
    Ok(Outcome { manifest, files: sources.list().len(), left_alone, sites, kept, too_many_rejects })
}

/// The table of lines.
pub(super) const LINES: &str = "lines.jsonl";

/// Writes `lines.jsonl`: how each line was judged.
fn write_lines<J: Judge>(folder: &Path, format: TableFormat, judge: &J) -> Result<Conclusion> {
    let mut lines = TableWriter::create(folder, LINES, format)?;
    let conclusion = judge.conclude(&mut |row| lines.row(&row))?;
    lines.finish()?;
    Ok(conclusion)
}

/// Rows name files; `tamis restore` could not tell files of one name apart.
fn refuse_equal_names(sources: &Sources) -> Result<()> {
    let mut seen = BTreeSet::new();
    match sources.list().iter().find(|source| !seen.insert(&source.name)) {
        None => Ok(()),
        Some(source) => {
            let fault = "is the printed name of two files, whose names are not UTF-8";
            Err(Error::new(ErrorKind::Input, &source.name, fault).next_step("rename one of them"))
        }
    }
}

fn table<R: Serialize>(
    folder: &Path,
    name: &str,
    format: TableFormat,
    rows: impl IntoIterator<Item = R>,
) -> Result<()> {
    let mut table = TableWriter::create(folder, name, format)?;
    for row in rows {
        table.row(&row)?;
    }
    table.finish()
}

/// Writes what batches gave, in input order.
struct Writer<'a> {
    settings: &'a Settings,
    pages: TableWriter,
    mask: Option<TableWriter>,
    spans: WaitingSpans,
    gaps: Gaps,
    /// Pages of converted formats.
    converted: Vec<ConvertedPage>,
    written: u64,
    counts: CountsReport,
    sites: Losses,
    text_bytes: u64,
    digest: u128,
}

/// What is left to say when all pages are written.
struct Written {
    counts: CountsReport,
    sites: SiteLosses,
    text_bytes: u64,
    digest: u128,
    kept: Option<Table>,
}

impl<'a> Writer<'a> {
    fn new(folder: &Path, settings: &'a Settings, files: usize) -> Result<Self> {
        let mask = || TableWriter::create(folder, "mask.jsonl", settings.tables);
        Ok(Self {
            settings,
            pages: TableWriter::create(folder, "pages.jsonl", TableFormat::default())?,
            mask: settings.mask.then(mask).transpose()?,
            spans: WaitingSpans::new(&settings.reading.temp_dir)?,
            gaps: Gaps::new(files),
            converted: Vec::new(),
            written: 0,
            counts: CountsReport::default(),
            sites: Losses::new(&settings.reading.temp_dir, settings.reading.memory),
            text_bytes: 0,
            digest: 0,
        })
    }

    fn take(&mut self, cut: Cut, batch: &Worked<'_>) -> Result<()> {
        if let Some(fault) = cut.fault {
            return Err(fault);
        }
        self.pages.lines(&cut.pages)?;
        let mut row = Vec::new();
        for (page, given) in cut.list.iter().zip(cut.ids.iter()) {
            let record = batch.lines_before + page.line;
            let made;
            let id = if given.is_empty() {
                made = format!("{}:{record}", batch.file);
                &made
            } else {
                given
            };
            self.digest = self.digest.wrapping_add(page::key(id, page.digest));
            self.written += 1;
            if page.is_converted {
                let (source, line) = (batch.source, self.written);
                let is_stripped = !page.spans.is_empty();
                self.converted.push(ConvertedPage { source, record, line, is_stripped });
            }
            self.gaps.page(batch.source, page.start, page.end);
            if let Some(mask) = &mut self.mask {
                PageHead::of(id).row(&cut.masks[page.mask.clone()], &mut row)?;
                mask.lines(&row)?;
            }
            if !page.spans.is_empty() {
                self.spans.push((id, 0), (batch.source, record), &cut.spans[page.spans.clone()])?;
            }
        }
        self.counts.add(&cut.counts);
        self.text_bytes += cut.text_bytes;
        self.sites.take(cut.sites)
    }

    fn finish(self, folder: &Path, sources: &Sources, met: &Tally) -> Result<Written> {
        let Self { settings, pages, mask, spans, gaps, converted, mut counts, .. } = self;
        let Self { sites, text_bytes, digest, .. } = self;
        pages.finish()?;
        let kept = write_converted(folder, sources, &converted, &settings.reading.fields)?;
        mask.map_or(Ok(()), TableWriter::finish)?;
        // Every page is written, so its line needs no telling.
        spans.write(folder, settings.tables, sources, |_| None)?;
        let mut table = TableWriter::create(folder, "gaps.jsonl", settings.tables)?;
        gaps.write(sources, &mut table)?;
        table.finish()?;
        counts.rejected = met.rejected;
        let sites = sites.finish()?;
        counts.sites = sites.named()?;
        Ok(Written { counts, sites, text_bytes, digest, kept })
    }
}
