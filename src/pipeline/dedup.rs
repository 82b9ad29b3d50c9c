//! The conductor of `tamis dedup`: reading, candidates, proof, decision, output.

use super::clock::Clock;
use super::copies::Copies;
use super::decide::{self, Removal};
use super::freeze::freeze;
use super::ingest::{Fingerprint, Ingested, ingest};
use super::manifest::{
    BandingReport, MANIFEST, Manifest, MemoryReport, OUTPUT_VERSION, SettingsReport, StripReport,
    StripSettings,
};
use super::passages::{Shared, shared_passages};
use super::prove::{Proof, prove};
use super::rows::SyndicationRow;
use super::sampled::{Sampled, by_sampled_shingles};
use super::settings::{Destination, Method, Settings};
use super::stories::Stories;
use super::stripped::{StrippedPages, Stripper};
use super::templates::{Template, templates};
use super::write::{PageSink, Writer};
use super::{Observer, counting, frames, propose};
use crate::audit::facts::Facts;
use crate::error::Result;
use crate::frame::common::Frame;
use crate::io::compression::Compression;
use crate::io::output::OutputFolder;
use crate::io::resident;
use crate::io::source::Sources;
use crate::io::tables::{TableWriter, write_document};
use crate::lsh::banding::{Banding, size_class};
use crate::lsh::candidates::Candidates;
use crate::page::Pages;
use crate::scheme::Scheme;
use crate::syndication::exchange::Exchange;
use bitvec::vec::BitVec;
use std::collections::BTreeMap;
use std::path::Path;

/// What a run did.
#[derive(Debug)]
pub struct Outcome {
    /// Also written to the folder.
    pub manifest: Manifest,
    /// Input files.
    pub files: usize,
    /// Files in walked folders that were left alone.
    pub left_alone: u64,
    /// The largest clusters: pages, sites, id of the kept page.
    pub largest: Vec<(usize, usize, String)>,
    /// Who reprints whom: the ways of most pages.
    pub exchange: Vec<SyndicationRow>,
    /// Whether more records were rejected than the settings allow.
    pub too_many_rejects: bool,
}

/// Removes near-duplicates. `standard_output` takes the pages if the settings send them there.
///
/// The folder is complete or absent. Memory grows with the number of pages, not with their texts (but for
/// [`Method::Exact`]).
pub fn dedup(
    settings: &Settings,
    observer: &dyn Observer,
    standard_output: &mut PageSink<'_>,
) -> Result<Outcome> {
    let job = Job::open(settings)?;
    let whole = Stripping { command: "dedup", by: None, pages: 0 };
    job.conduct(&whole, settings, observer, standard_output, |_| Ok(None))
}

/// Inputs and output of a run, opened.
pub(super) struct Job {
    /// The inputs.
    pub(super) sources: Sources,
    /// Files in walked folders that were left alone.
    left_alone: u64,
    output: OutputFolder,
    /// Runs since the job was opened.
    pub(super) clock: Clock,
}

/// What pages are before they are compared.
pub(super) struct Stripping<'a> {
    /// The command that asks.
    pub(super) command: &'static str,
    /// Who strips them, and by what; nobody if they are compared as they are.
    pub(super) by: Option<(Stripper<'a>, &'a StripSettings)>,
    /// Pages that there are, if they were counted.
    pub(super) pages: u64,
}

/// What was decided, before the manifest is written.
pub(super) struct Done<'a> {
    /// The folder that takes everything.
    pub(super) folder: &'a Path,
    /// The inputs.
    pub(super) sources: &'a Sources,
    /// All pages.
    pub(super) pages: &'a Pages,
    /// What equals what.
    pub(super) copies: &'a Copies,
    /// Verified pairs.
    pub(super) proof: &'a Proof,
    /// Pages that go.
    pub(super) removals: &'a [Removal],
    /// Who reprints whom.
    pub(super) exchange: &'a Exchange<'a>,
    /// One bit a page that is written to `pages.jsonl`.
    pub(super) written: &'a BitVec,
    /// What was asked for.
    pub(super) settings: &'a Settings,
    /// The name of the batch.
    pub(super) batch: &'a str,
    /// Pages of one template.
    pub(super) templates: &'a [Template],
    /// What pairs share; the kinds of contained ones.
    pub(super) shared: &'a [Shared],
    /// What was seen of each page, if they were examined.
    pub(super) facts: Vec<Facts>,
    /// What the pages lost before.
    pub(super) stripped: Option<StrippedPages>,
}

impl Job {
    /// Opens the inputs and makes the folder.
    pub(super) fn open(settings: &Settings) -> Result<Self> {
        settings.validate()?;
        OutputFolder::ensure_free(settings.folder(), settings.existing)?;
        let (sources, left_alone) = settings.reading.open(Some(settings.folder()))?;
        let output = OutputFolder::create(settings.folder(), settings.existing)?;
        Ok(Self { sources, left_alone, output, clock: Clock::start() })
    }

    /// The folder that is being written.
    pub(super) fn folder(&self) -> &Path {
        self.output.path()
    }

    /// Does the work. `also` writes what belongs to the folder besides, and reports on it.
    pub(super) fn conduct(
        self,
        stripping: &Stripping<'_>,
        settings: &Settings,
        observer: &dyn Observer,
        standard_output: &mut PageSink<'_>,
        also: impl FnOnce(Done<'_>) -> Result<Option<StripReport>>,
    ) -> Result<Outcome> {
        let Self { mut sources, left_alone, output, mut clock } = self;
        let (mut ingested, banding) = read(&mut sources, settings, stripping, output.path(), observer)?;
        for (role, name, records) in ingested.counts.met.stand_ins(&settings.reading.fields) {
            observer.note(&format!("the {} is read from field {name:?} in {records} records", role.name()));
        }
        clock.phase("read");

        let stripped = ingested.stripped.take();
        let facts = std::mem::take(&mut ingested.facts);
        let decided = Decided::of(
            &sources,
            &mut ingested,
            banding.map(|(banding, _)| banding),
            settings,
            &mut clock,
            observer,
        )?;
        let Decided { copies, proof, shared, removals, templates, .. } = &decided;
        let pages = &ingested.pages;
        let inputs = counting::inputs(pages, copies, &ingested.counts);
        let settings_report = SettingsReport::new(settings);
        let batch = settings_report.batch_name(&inputs, stripping.by.map(|(_, of)| of))?;
        let writer = Writer { pages, sources: &sources, copies, removals, settings, batch: &batch };
        let folder = output.path();
        match &settings.destination {
            Destination::Folder(_) => {
                let mut table = TableWriter::create(folder, "pages.jsonl", Compression::Plain)?;
                writer.pages(&mut |bytes| table.bytes(bytes), observer)?;
                table.finish()?;
            }
            Destination::StandardOutput { .. } => writer.pages(standard_output, observer)?,
            Destination::Report(_) => {}
        }
        writer.removed(folder)?;
        let stories = Stories::new(pages, copies);
        let clusters = writer.clusters(folder, &stories)?;
        writer.templates(folder, templates)?;
        let place = settings.writes_tables().then_some(folder);
        let frame_report = frames::write(place, &decided.frame, settings.ngram)?;
        if settings.pairs {
            writer.pairs(folder, proof, shared)?;
        }
        if settings.passages {
            writer.passages(folder, shared)?;
        }
        writer.inputs(folder, &ingested.counts.met.by_source)?;
        let done = Done {
            folder,
            sources: &sources,
            pages,
            copies,
            proof,
            removals,
            templates,
            shared,
            exchange: &clusters.exchange,
            written: &writer.written(),
            settings,
            batch: &batch,
            facts,
            stripped,
        };
        let strip = also(done)?;
        clock.phase("write");

        let counts = counting::counts(&ingested, &decided, &clusters, &stories, settings);
        let too_many_rejects = settings.reading.is_too_many(counts.rejected, ingested.counts.met.records);
        let manifest = Manifest {
            tamis: env!("CARGO_PKG_VERSION").to_owned(),
            output_version: OUTPUT_VERSION,
            command: stripping.command.to_owned(),
            batch: batch.clone(),
            pages: match settings.destination {
                Destination::Folder(_) => "pages.jsonl".to_owned(),
                Destination::StandardOutput { .. } => "standard output".to_owned(),
                Destination::Report(_) => "nowhere".to_owned(),
            },
            scheme: match (banding, settings.method) {
                (Some((banding, _)), _) => Some(Scheme::minhash(settings.ngram, banding.slots())?),
                (None, Method::SimHash) => Some(Scheme::simhash()),
                (None, _) => None,
            },
            banding: banding.map(|(banding, chosen_for_pages)| BandingReport {
                banding,
                recall_at_threshold: banding.recall_at(settings.threshold.as_f64()),
                chosen_for_pages,
            }),
            frame: frame_report,
            strip,
            settings: settings_report,
            inputs,
            counts,
            timing: clock.report(),
            memory: MemoryReport { peak_bytes: resident::peak_bytes() },
        };
        write_document(folder, MANIFEST, &manifest)?;
        let largest = largest(pages, removals);
        let exchange = clusters.exchange.largest(5).into_iter().map(SyndicationRow::new).collect();
        tell_crawl_dates(&stories, observer);
        output.finish()?;
        Ok(Outcome { manifest, files: sources.list().len(), left_alone, largest, exchange, too_many_rejects })
    }
}

/// What pages are to each other, and what becomes of them.
pub(super) struct Decided {
    pub(super) copies: Copies,
    pub(super) candidates: Candidates,
    pub(super) sampled: Option<Sampled>,
    frame: Frame,
    pub(super) proof: Proof,
    pub(super) shared: Vec<Shared>,
    pub(super) removals: Vec<Removal>,
    pub(super) templates: Vec<Template>,
}

impl Decided {
    /// Decides: candidates, frames, proof, removals.
    fn of(
        sources: &Sources,
        ingested: &mut Ingested,
        banding: Option<Banding>,
        settings: &Settings,
        clock: &mut Clock,
        observer: &dyn Observer,
    ) -> Result<Self> {
        let postings = ingested.postings.take();
        let pages = &ingested.pages;
        let copies = Copies::find(pages, settings.scope);
        let mut candidates = match (banding, &ingested.rarity) {
            (Some(banding), _) => propose::by_signatures(ingested, &copies, settings, banding),
            (None, Some(rarity)) => {
                propose::by_exact_join(sources, pages, rarity, &copies, settings, observer)?
            }
            (None, None) => propose::by_fingerprints(ingested, &copies, settings),
        };
        let sampled = postings
            .map(|postings| by_sampled_shingles(postings, pages, &copies, settings, observer))
            .transpose()?;
        if let Some(sampled) = &sampled {
            candidates.join(&sampled.pairs);
        }
        clock.phase("propose");

        let frame = freeze(sources, ingested, settings, observer)?;
        clock.phase("frame");

        let groups: Vec<u32> = copies.groups.iter().map(|(first, _)| *first).collect();
        let proof = prove(sources, pages, settings, &frame, &candidates.pairs, &groups, observer)?;
        clock.phase("prove");

        let shared = shared_passages(sources, pages, settings, &frame, &proof, observer)?;
        clock.phase("align");

        let removals = decide::decide(pages, &copies, &proof, settings);
        let templates = templates(&copies, &proof);
        clock.phase("decide");
        Ok(Self { copies, candidates, sampled, frame, proof, shared, removals, templates })
    }
}

/// Reads all inputs, with bands chosen for as many pages as there are.
fn read(
    sources: &mut Sources,
    settings: &Settings,
    stripping: &Stripping<'_>,
    folder: &Path,
    observer: &dyn Observer,
) -> Result<(Ingested, Option<(Banding, u64)>)> {
    let mut expected = size_class(settings.expect_pages.unwrap_or(stripping.pages));
    loop {
        observer.phase("reading", sources.packed_bytes());
        let banding = match settings.method {
            Method::MinHash => Some(Banding::for_promise(settings.threshold, settings.recall, expected)?),
            Method::SimHash | Method::Exact => None,
        };
        let fingerprint = match (banding, settings.method) {
            (Some(banding), _) => Fingerprint::MinHash { slots: banding.slots() },
            (None, Method::SimHash) => Fingerprint::SimHash,
            (None, _) => Fingerprint::Rarity,
        };
        // Whoever says how many pages to expect gets bands for so many, whatever comes; without bands, any number
        // will do.
        let any = settings.expect_pages.is_some() || banding.is_none();
        let most_pages = if any { u64::MAX } else { expected };
        let mut rejects = TableWriter::create(folder, "rejects.jsonl", settings.compression)?;
        let ingested = ingest(
            sources,
            settings,
            fingerprint,
            stripping.by.map(|(stripper, _)| stripper),
            most_pages,
            observer,
            &mut |row| rejects.row(&row),
        )?;
        if ingested.pages.len() as u64 <= most_pages {
            rejects.finish()?;
            return Ok((ingested, banding.map(|banding| (banding, expected))));
        }
        observer.note(&format!(
            "more than {most_pages} pages: reading again with bands for more (--expect-pages avoids this)"
        ));
        rejects.remove()?;
        sources.rewind()?;
        expected = size_class(expected + 1);
    }
}

/// Names sites whose dates decide nothing.
fn tell_crawl_dates(stories: &Stories<'_>, observer: &dyn Observer) {
    let sites = stories.crawl_dated_sites();
    if sites.is_empty() {
        return;
    }
    let named: Vec<String> = sites.iter().take(5).map(|site| format!("{site:?}")).collect();
    let more = if sites.len() > named.len() { ", …" } else { "" };
    observer.note(&format!(
        "the dates of {} sites seem to be those of the crawl and propose no source: {}{more}",
        sites.len(),
        named.join(", ")
    ));
}

/// The five largest clusters; ties by id.
fn largest(pages: &Pages, removals: &[Removal]) -> Vec<(usize, usize, String)> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    removals.iter().for_each(|removal| members.entry(removal.kept).or_default().push(removal.page));
    let mut clusters: Vec<(u32, Vec<u32>)> = members.into_iter().collect();
    clusters.sort_by_key(|(kept, joined)| (std::cmp::Reverse(joined.len()), pages.id(*kept)));
    clusters.truncate(5);
    let describe = |(kept, joined): (u32, Vec<u32>)| {
        let mut sites: Vec<&str> = joined.iter().chain([&kept]).map(|&page| pages.site(page)).collect();
        sites.sort_unstable();
        sites.dedup();
        (joined.len() + 1, sites.len(), pages.id(kept).to_owned())
    };
    clusters.into_iter().map(describe).collect()
}
