//! A batch with an index: which index, which of its pages count, and what is added in the end.

use super::Observer;
use super::copies::Copies;
use super::decide::Removal;
use super::freeze::Earlier;
use super::index::adding::{IndexWriter, NewBatch, absolute};
use super::index::folder::Index;
use super::index::framing::LearnedFrames;
use super::index::recall::{Recalled, mark_delivered, recall};
use super::index::rows::{MatchRow, RedeliveredRow};
use super::ingest::Ingested;
use super::manifest::IndexReport;
use super::rows::hex;
use super::settings::{Method, Scope, Settings};
use crate::boilerplate::profile::Profile;
use crate::error::Result;
use crate::index::catalogue::{Pending, Stamp};
use crate::io::output::{self, OutputFolder};
use crate::lsh::banding::{Banding, size_class};
use crate::page::Pages;
use crate::scheme::Scheme;
use crate::sketch::minhash::signature::{agreement_with_bytes, estimate};

/// The index of a run, held by it alone.
pub(super) struct Indexed {
    writer: IndexWriter,
}

/// How a batch stands to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Pages from here on came later, and do not count.
    pub(super) view: u32,
    /// Batches that came before.
    batches: usize,
    /// Whether the batch is there already: then it gets its first answer again, and nothing is added.
    is_there: bool,
}

impl Indexed {
    /// Opens the index that the settings name, or begins one; none if they name none.
    pub(super) fn open(settings: &Settings, command: &str, observer: &dyn Observer) -> Result<Option<Self>> {
        let Some(place) = &settings.index else { return Ok(None) };
        let writer = IndexWriter::open(place, |of_index| stamp(settings, command, of_index), observer)?;
        Ok(Some(Self { writer }))
    }

    /// What is there.
    pub(super) const fn index(&self) -> &Index {
        self.writer.index()
    }

    /// Tells its states apart: what is done with one is not what is done with another.
    pub(super) fn state(&self) -> String {
        let catalogue = self.index().catalogue();
        let last = catalogue.batches.last().map_or("", |of| of.batch.as_str());
        format!("{} {} {last}", catalogue.pages(), catalogue.next_file)
    }

    /// How its signatures are cut, and for how many pages.
    pub(super) const fn banding(&self) -> (Banding, u64) {
        let stamp = &self.index().catalogue().stamp;
        (stamp.banding, stamp.expect_pages)
    }

    /// How a batch stands to it.
    pub(super) fn standing(&self, batch: &str) -> Standing {
        let catalogue = self.index().catalogue();
        match catalogue.batches.iter().position(|other| other.batch == batch) {
            Some(at) => Standing { view: catalogue.batches[at].first, batches: at, is_there: true },
            None => Standing { view: catalogue.pages(), batches: catalogue.batches.len(), is_there: false },
        }
    }

    /// The old pages that frames are learned from as well.
    pub(super) const fn earlier(&self, standing: Standing) -> Earlier<'_> {
        Earlier { index: self.index(), view: standing.view }
    }

    /// The pages that a batch meets, appended to its own; pages that were delivered before are marked as such.
    pub(super) fn meet(
        &self,
        standing: Standing,
        ingested: &mut Ingested,
        copies: &mut Copies,
        settings: &Settings,
    ) -> Result<Met> {
        let view = standing.view;
        let redelivered = mark_delivered(self.index(), view, &ingested.pages, settings.scope, copies)?;
        let Recalled { pairs, hot_buckets } = recall(self.index(), view, ingested, copies, settings)?;
        let pages = &ingested.pages;
        let has_same_words = |&&(new, old): &&(u32, u32)| pages.row(new).words == pages.row(old).words;
        let mut known_words: Vec<u32> = pairs.iter().filter(has_same_words).map(|pair| pair.0).collect();
        known_words.dedup();
        let has_proofs = self.index().catalogue().stamp.proofs;
        let (pairs, unproved) = if has_proofs { (pairs, Vec::new()) } else { (Vec::new(), pairs) };
        Ok(Met { pairs, unproved, redelivered, known_words, hot_buckets })
    }

    /// The rows of pages that were delivered before.
    pub(super) fn redelivered(&self, pages: &Pages, met: &Met) -> Result<Vec<RedeliveredRow>> {
        let row = |&(page, old): &(u32, u32)| {
            let index = self.index();
            let kept = index.page(old)?.0.kept;
            Ok(RedeliveredRow {
                id: pages.id(page).to_owned(),
                batch: index.batch_of(old).to_owned(),
                decision: if kept == old { "kept" } else { "removed" }.to_owned(),
                kept: index.page(kept)?.0.id,
                digest: hex(pages.row(page).digest),
            })
        };
        met.redelivered.iter().map(row).collect()
    }

    /// The rows of old pages that cannot be proved.
    pub(super) fn matches(&self, ingested: &Ingested, met: &Met) -> Result<Vec<MatchRow>> {
        let (pages, mut sketch) = (&ingested.pages, Vec::new());
        let mut rows = Vec::new();
        for &(new, old) in &met.unproved {
            let Some(of) = pages.remembered(old) else { continue };
            self.index().sketch(of.number, &mut sketch)?;
            let agreeing = agreement_with_bytes(&ingested.signatures.one(new)?, &sketch);
            rows.push(MatchRow {
                id: pages.id(new).to_owned(),
                old: pages.id(old).to_owned(),
                batch: of.batch.clone(),
                estimate: estimate(agreeing, sketch.len()).max(0.0),
                same_words: pages.row(new).words == pages.row(old).words,
                digest: hex(pages.row(new).digest),
            });
        }
        Ok(rows)
    }

    /// What the manifest says.
    pub(super) fn report(
        &self,
        standing: Standing,
        ingested: &Ingested,
        copies: &Copies,
        met: &Met,
        removals: &[Removal],
    ) -> IndexReport {
        let catalogue = self.index().catalogue();
        let pages = &ingested.pages;
        let is_old = |removal: &&Removal| pages.remembered(removal.kept).is_some();
        IndexReport {
            batches: standing.batches as u64,
            pages: standing.view.into(),
            added: pages.len() as u64 - copies.redelivered.count_ones() as u64,
            met: (pages.len_with_remembered() - pages.len()) as u64,
            redelivered: met.redelivered.len() as u64,
            removed: removals.iter().filter(is_old).count() as u64,
            proofs: catalogue.stamp.proofs,
        }
    }

    /// Adds the batch, unless it is there, and puts the output in its place: one step, which the next process finishes if this
    /// one is killed.
    pub(super) fn finish(
        mut self,
        standing: Standing,
        batch: &Addition<'_>,
        output: OutputFolder,
        observer: &dyn Observer,
    ) -> Result<()> {
        if standing.is_there {
            observer.note(&format!("batch {} was delivered before: its first answer again", batch.name));
            return output.finish();
        }
        let place = absolute(output.place())?;
        let building = output.complete(batch.name)?;
        let pending = Pending { building: building.clone(), place: place.clone() };
        let new = NewBatch {
            name: batch.name,
            ingested: batch.ingested,
            copies: batch.copies,
            known_words: batch.known_words,
            removals: batch.removals,
            scope: batch.settings.scope,
            memory: batch.settings.reading.memory,
            profiles: batch.profiles,
            frames: batch.frames,
            pending,
        };
        if let Err(error) = self.writer.add(&new, observer) {
            if !self.writer.has(batch.name) {
                output::discard(&building);
            }
            return Err(error);
        }
        output::put(&building, &place)?;
        self.writer.settled()
    }
}

/// What is added.
pub(super) struct Addition<'a> {
    pub(super) name: &'a str,
    pub(super) ingested: &'a Ingested,
    pub(super) copies: &'a Copies,
    pub(super) known_words: &'a [u32],
    pub(super) removals: &'a [Removal],
    pub(super) settings: &'a Settings,
    pub(super) profiles: Option<(&'a Profile, &'a Profile)>,
    pub(super) frames: &'a LearnedFrames,
}

/// What a batch meets.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Pairs of a new and an old page to be proved.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Pairs that nobody can prove.
    pub(super) unproved: Vec<(u32, u32)>,
    /// Pages that were delivered before, with their numbers in the index.
    pub(super) redelivered: Vec<(u32, u32)>,
    /// Pages whose words an old page has too, ascending.
    pub(super) known_words: Vec<u32>,
    /// Times that a page met a crowd.
    pub(super) hot_buckets: u64,
}

/// The stamp of a run, beside that of the index if there is one.
fn stamp(settings: &Settings, command: &str, of_index: Option<&Stamp>) -> Result<Stamp> {
    debug_assert_eq!(settings.method, Method::MinHash);
    let expected = settings.expect_pages.or(of_index.map(|stamp| stamp.expect_pages)).unwrap_or(0);
    let expect_pages = size_class(expected);
    let banding = Banding::for_promise(settings.threshold, settings.recall, expect_pages)?;
    let scope = match settings.scope {
        Scope::All => "all",
        Scope::WithinSite => "within-site",
        Scope::AcrossSites => "across-sites",
    };
    Ok(Stamp {
        command: command.to_owned(),
        scheme: Scheme::minhash(settings.ngram, banding.slots())?,
        threshold: settings.threshold,
        recall: settings.recall,
        banding,
        expect_pages,
        scope: scope.to_owned(),
        site_by: settings.reading.site_by,
        proofs: settings.keep_proofs && of_index.is_none_or(|stamp| stamp.proofs),
    })
}
