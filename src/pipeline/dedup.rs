//! The conductor of `tamis dedup`: reading, candidates, proof, decision, output.

use super::clock::Clock;
use super::copies::Copies;
use super::decide::{self, Removal};
use super::freeze::{Earlier, freeze};
use super::index::framing::LearnedFrames;
use super::indexed::{Addition, Indexed, Met, Standing};
use super::ingest::Ingested;
use super::manifest::{
    BandingReport, LearnSettings, MANIFEST, Manifest, MemoryReport, OUTPUT_VERSION, SettingsReport,
    StripReport, StripSettings,
};
use super::passages::{Shared, shared_passages};
use super::prove::{Proof, Texts, prove};
use super::read::read;
use super::resume::{Units, journal};
use super::rows::SyndicationRow;
use super::sampled::{Sampled, by_sampled_shingles};
use super::settings::{Destination, Method, Settings};
use super::stories::Stories;
use super::stripped::{StrippedPages, Stripper};
use super::templates::{Template, templates};
use super::write::{Clusters, PageSink, Writer};
use super::{Observer, counting, frames, propose};
use crate::audit::facts::Facts;
use crate::boilerplate::profile::Profile;
use crate::error::Result;
use crate::frame::common::Frame;
use crate::io::journal::Journal;
use crate::io::output::OutputFolder;
use crate::io::resident;
use crate::io::source::Sources;
use crate::io::table::Table;
use crate::io::tables::write_document;
use crate::lsh::banding::Banding;
use crate::lsh::candidates::Candidates;
use crate::page::Pages;
use crate::scheme::Scheme;
use crate::syndication::exchange::Exchange;
use bitvec::vec::BitVec;
use std::collections::BTreeMap;
use std::fmt::Debug;
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
    /// What is kept of a table, if one was read: rows with all their columns, in their order.
    pub kept: Option<Table>,
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
    let job = Job::open(settings, COMMAND, &(), observer)?;
    let whole = Stripping { command: COMMAND, by: None, pages: 0, learned: None };
    match job.conduct(&whole, settings, observer, standard_output, |_| Ok(None))? {
        Conducted::Done(outcome) => Ok(*outcome),
        Conducted::DeliveredBefore { .. } => unreachable!("nothing was learned from later batches"),
    }
}

/// What the manifest calls the command.
pub const COMMAND: &str = "dedup";

/// What came of a job.
pub(super) enum Conducted {
    /// It is done.
    Done(Box<Outcome>),
    /// The batch was delivered before, and what its pages were stripped by was learned from later batches too. What counts
    /// is what was known of the first `view` pages of the index.
    DeliveredBefore {
        /// Pages from here on do not count.
        view: u32,
    },
}

/// Inputs and output of a run, opened.
pub(super) struct Job {
    /// The inputs.
    pub(super) sources: Sources,
    /// Files in walked folders that were left alone.
    left_alone: u64,
    output: OutputFolder,
    /// What is finished, if that is kept.
    pub(super) journal: Journal,
    /// What was seen in earlier batches, if that counts.
    pub(super) indexed: Option<Indexed>,
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
    /// What the judge learned by, if there is one.
    pub(super) learned: Option<Learned<'a>>,
}

/// What the judge of a run learned by.
pub(super) struct Learned<'a> {
    /// What was asked for.
    pub(super) settings: LearnSettings,
    /// Pages of the index that it learned from: those before this one.
    pub(super) view: u32,
    /// What was known of sites before the run, and what is known now; with an index.
    pub(super) profiles: Option<(&'a Profile, &'a Profile)>,
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

impl Learned<'_> {
    /// What the judge should have learned by, if that is not what it has: pages of the index before this one.
    fn misses(&self, standing: Standing) -> Option<u32> {
        (self.view != standing.view).then_some(standing.view)
    }
}

impl Job {
    /// Opens the inputs and makes the folder. What was finished before counts if it was `described` alike.
    pub(super) fn open(
        settings: &Settings,
        command: &str,
        described: &dyn Debug,
        observer: &dyn Observer,
    ) -> Result<Self> {
        settings.validate()?;
        let indexed = Indexed::open(settings, command, observer)?;
        OutputFolder::ensure_free(settings.folder(), settings.existing)?;
        let (sources, left_alone) = settings.reading.open(Some(settings.folder()))?;
        let output = OutputFolder::create(settings.folder(), settings.existing)?;
        let Settings { expect_pages, pairs, .. } = settings;
        let index = indexed.as_ref().map(|indexed| indexed.index().catalogue());
        let described = (command, SettingsReport::new(settings), expect_pages, pairs, index, described);
        let journal = journal(&settings.reading, &sources, settings.folder(), &described, observer)?;
        Ok(Self { sources, left_alone, output, journal, indexed, clock: Clock::start() })
    }

    /// The folder that is being written.
    pub(super) fn folder(&self) -> &Path {
        self.output.path()
    }

    #[allow(clippy::too_many_lines, reason = "a table of contents: one step after the other")]
    /// Does the work. `also` writes what belongs to the folder besides, and reports on it.
    pub(super) fn conduct(
        self,
        stripping: &Stripping<'_>,
        settings: &Settings,
        observer: &dyn Observer,
        standard_output: &mut PageSink<'_>,
        also: impl FnOnce(Done<'_>) -> Result<Option<StripReport>>,
    ) -> Result<Conducted> {
        let Self { mut sources, left_alone, output, journal, indexed, mut clock } = self;
        let mut units =
            Units::new(&journal, 0).and(&indexed.as_ref().map(Indexed::state).unwrap_or_default());
        let of_index = indexed.as_ref().map(Indexed::banding);
        let (mut ingested, banding) =
            read(&mut sources, settings, stripping, of_index, &mut units, output.path(), observer)?;
        tell_stand_ins(&ingested, settings, observer);
        clock.phase("read");

        let mut copies = Copies::find(&ingested.pages, settings.scope);
        let inputs = counting::inputs(&ingested.pages, &copies, &ingested.counts);
        let settings_report = SettingsReport::new(settings);
        let learned = stripping.learned.as_ref();
        let batch = settings_report.batch_name(&inputs, learned.map(|learned| &learned.settings))?;
        let standing = indexed.as_ref().map(|indexed| indexed.standing(&batch));
        if let Some(view) = learned.zip(standing).and_then(|(learned, standing)| learned.misses(standing)) {
            return Ok(Conducted::DeliveredBefore { view });
        }
        let index = indexed.as_ref().zip(standing);
        let met = match index {
            Some((indexed, standing)) => indexed.meet(standing, &mut ingested, &mut copies, settings)?,
            None => Met::default(),
        };
        clock.phase("recall");

        let stripped = ingested.stripped.take();
        let facts = std::mem::take(&mut ingested.facts);
        let decided = Decided::of(
            &sources,
            &mut ingested,
            (copies, &met, index.map(|(indexed, standing)| indexed.earlier(standing))),
            banding.map(|(banding, _)| banding),
            settings,
            units,
            (&mut clock, observer),
        )?;
        let Decided { copies, proof, shared, removals, templates, .. } = &decided;
        let pages = &ingested.pages;
        let writer = Writer { pages, sources: &sources, copies, removals, settings, batch: &batch };
        let folder = output.path();
        let kept = write_pages(&writer, folder, standard_output, observer)?;
        if let Some((indexed, _)) = index {
            writer.redelivered(folder, indexed.redelivered(pages, &met)?)?;
            writer.matches(folder, indexed.matches(&ingested, &met)?)?;
        }
        let stories = Stories::new(pages, copies);
        let clusters = write_tables(&writer, folder, &decided, &stories)?;
        writer.inputs(folder, &ingested.counts.met.by_source)?;
        let place = settings.writes_tables().then_some(folder);
        let frame_report = frames::write(place, &decided.frame, settings.ngram)?;
        let done = Done {
            folder,
            sources: &sources,
            pages,
            copies,
            proof,
            removals,
            templates,
            shared,
            exchange: &clusters.told.exchange,
            written: &writer.written(),
            settings,
            batch: &batch,
            facts,
            stripped,
        };
        let strip = also(done)?;
        clock.phase("write");

        let counts = counting::counts(&ingested, &decided, &clusters, &stories, settings);
        let manifest = Manifest {
            tamis: env!("CARGO_PKG_VERSION").to_owned(),
            output_version: OUTPUT_VERSION,
            command: stripping.command.to_owned(),
            batch: batch.clone(),
            pages: settings.destination.pages().to_owned(),
            scheme: scheme(banding, settings)?,
            banding: banding.map(|(banding, chosen_for)| BandingReport::new(banding, chosen_for, settings)),
            frame: frame_report,
            strip,
            index: index
                .map(|(indexed, standing)| indexed.report(standing, &ingested, copies, &met, removals)),
            settings: settings_report,
            inputs,
            counts,
            timing: clock.report(),
            memory: MemoryReport { peak_bytes: resident::peak_bytes() },
        };
        write_document(folder, MANIFEST, &manifest)?;
        tell_crawl_dates(&stories, observer);
        let outcome = Outcome {
            files: sources.list().len(),
            left_alone,
            largest: largest(pages, removals),
            kept,
            exchange: clusters.told.exchange.largest(5).into_iter().map(SyndicationRow::new).collect(),
            too_many_rejects: settings
                .reading
                .is_too_many(manifest.counts.rejected, ingested.counts.met.records),
            manifest,
        };
        let addition = Addition {
            name: &batch,
            ingested: &ingested,
            copies,
            known_words: &met.known_words,
            removals,
            settings,
            profiles: learned.and_then(|learned| learned.profiles),
            frames: &decided.learned_frames,
        };
        match indexed.zip(standing) {
            Some((indexed, standing)) => indexed.finish(standing, &addition, output, observer)?,
            None => output.finish()?,
        }
        journal.remove()?;
        Ok(Conducted::Done(Box::new(outcome)))
    }
}

/// What signatures or fingerprints are made with.
fn scheme(banding: Option<(Banding, u64)>, settings: &Settings) -> Result<Option<Scheme>> {
    Ok(match (banding, settings.method) {
        (Some((banding, _)), _) => Some(Scheme::minhash(settings.ngram, banding.slots())?),
        (None, Method::SimHash) => Some(Scheme::simhash()),
        (None, _) => None,
    })
}

/// Writes what was decided.
fn write_tables<'a>(
    writer: &Writer<'a>,
    folder: &Path,
    decided: &Decided,
    stories: &Stories<'a>,
) -> Result<Clusters<'a>> {
    writer.removed(folder)?;
    let clusters = writer.clusters(folder, stories)?;
    writer.templates(folder, &decided.templates)?;
    if writer.settings.pairs {
        writer.pairs(folder, &decided.proof, &decided.shared)?;
    }
    if writer.settings.passages {
        writer.passages(folder, &decided.shared)?;
    }
    Ok(clusters)
}

/// What pages are to each other, and what becomes of them.
pub(super) struct Decided {
    pub(super) copies: Copies,
    pub(super) candidates: Candidates,
    pub(super) sampled: Option<Sampled>,
    frame: Frame,
    learned_frames: LearnedFrames,
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
        (copies, met, earlier): (Copies, &Met, Option<Earlier<'_>>),
        banding: Option<Banding>,
        settings: &Settings,
        units: Units<'_>,
        (clock, observer): (&mut Clock, &dyn Observer),
    ) -> Result<Self> {
        let postings = ingested.postings.take();
        let pages = &ingested.pages;
        let mut candidates = units.unit("propose", &(), || {
            Ok(match (banding, &ingested.rarity) {
                (Some(banding), _) => propose::by_signatures(ingested, &copies, settings, banding, observer)?,
                (None, Some(rarity)) => {
                    propose::by_exact_join(sources, pages, rarity, &copies, settings, observer)?
                }
                (None, None) => propose::by_fingerprints(ingested, &copies, settings),
            })
        })?;
        let sampled = postings
            .map(|postings| {
                units
                    .unit("sample", &(), || by_sampled_shingles(postings, pages, &copies, settings, observer))
            })
            .transpose()?;
        if let Some(sampled) = &sampled {
            candidates.join(&sampled.pairs);
        }
        if !met.pairs.is_empty() {
            candidates.join(&met.pairs);
        }
        candidates.hot_buckets += met.hot_buckets;
        if earlier.is_none() {
            ingested.signatures.clear();
        }
        clock.phase("propose");

        let (frame, learned_frames) = freeze(sources, ingested, settings, earlier, units, observer)?;
        ingested.shingles = None;
        clock.phase("frame");

        let groups: Vec<u32> = copies.groups.iter().map(|(first, _)| *first).collect();
        let texts = Texts { sources, pages, settings };
        let index = earlier.map(|earlier| earlier.index);
        let proof = prove(&texts, &frame, &candidates.pairs, &groups, index, units, observer)?;
        clock.phase("prove");

        let shared = shared_passages(sources, pages, settings, &frame, &proof, units, observer)?;
        clock.phase("align");

        let removals = decide::decide(pages, &copies, &proof, settings);
        let templates = templates(pages, &copies, &proof);
        clock.phase("decide");
        Ok(Self { copies, candidates, sampled, frame, learned_frames, proof, shared, removals, templates })
    }
}

/// Writes kept pages to where they are to go.
fn write_pages(
    writer: &Writer<'_>,
    folder: &Path,
    standard_output: &mut PageSink<'_>,
    observer: &dyn Observer,
) -> Result<Option<Table>> {
    match &writer.settings.destination {
        Destination::Folder(_) => writer.pages_to(folder, observer),
        Destination::StandardOutput { .. } => writer.pages(standard_output, observer).map(|()| None),
        Destination::Evidence(_) => writer.formats_to(None, observer),
        Destination::Report(_) => Ok(None),
    }
}

/// Says which fields are read in place of those that are not there.
fn tell_stand_ins(ingested: &Ingested, settings: &Settings, observer: &dyn Observer) {
    for (role, name, records) in ingested.counts.met.stand_ins(&settings.reading.fields) {
        observer.note(&format!("the {} is read from field {name:?} in {records} records", role.name()));
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
