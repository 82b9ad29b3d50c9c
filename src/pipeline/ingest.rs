//! Records to pages, signatures and fingerprints; of what is left of them, if a judge strips them first.
//!
//! What a page needs is a function of its record alone, so it is made on whatever thread reads the record
//! ([`super::records`]); pages are put together in input order.

use super::Observer;
use super::budget::{Budget, PROGRAM};
use super::condemn::ProfileJudge;
use super::held::{HeldShingles, WaitingProofs};
use super::records::{Line, Tally, Worked, read_records};
use super::resume::Units;
use super::sampled::Postings;
use super::settings::Settings;
use super::signed::SignedPages;
use super::strip::cutter::{Cutter, Judged, Stripped};
use super::strip::{Judge as _, Seen};
use super::stripped::{StrippedPages, StrippedRecords, Stripper};
use crate::audit::examine::{Examiner, PageView};
use crate::audit::facts::Facts;
use crate::audit::known::Known;
use crate::error::{Error, Result};
use crate::index::proof;
use crate::io::record::Record;
use crate::io::rejects::Reject;
use crate::io::resident;
use crate::io::source::Sources;
use crate::lsh::prefix::RarityTable;
use crate::page::{Location, Page, Pages, STRIPPED, SiteNumbers, Strings};
use crate::passage::sample::Sampler;
use crate::shingle::{ShingleSet, hash_shingles};
use crate::sketch::minhash::hasher::MinHasher;
use crate::sketch::simhash::hasher::SimHasher;
use crate::syndication::headline::headline;
use crate::text::words::hash_words;
use crate::{date, hash};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// What is made of each page besides its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fingerprint {
    /// A MinHash signature of this many slots.
    MinHash {
        /// Slots.
        slots: u16,
    },
    /// A SimHash fingerprint of its words.
    SimHash,
    /// Its shingles, counted for the exact join.
    Rarity,
    /// Nothing.
    None,
}

/// All pages of the inputs.
#[derive(Debug)]
pub struct Ingested {
    /// One a usable record, in input order.
    pub pages: Pages,
    /// One a page, if asked for.
    pub signatures: SignedPages,
    /// One a page, if asked for.
    pub fingerprints: Vec<u64>,
    /// How many pages hold a shingle, if asked for.
    pub rarity: Option<RarityTable>,
    /// The sampled shingles of all pages, if passages are looked for.
    pub postings: Option<Postings>,
    /// The shingles of all pages, if they are not too many.
    pub shingles: Option<HeldShingles>,
    /// What the pages lost, if they were stripped.
    pub stripped: Option<StrippedPages>,
    /// One a page, if they were examined.
    pub facts: Vec<Facts>,
    /// One a page, if they are to be remembered.
    pub proofs: Option<WaitingProofs>,
    /// The address of each page, empty where it has none, if they are to be remembered.
    pub urls: Option<Strings>,
    /// What was met.
    pub counts: Counts,
}

/// What the work takes for a page after reading, whatever is found: orders, masks, numbers.
const WORKING_BYTES: u64 = 48;

/// What was met in the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records and rejects.
    pub met: Tally,
    /// Dates that could not be read.
    pub unread_dates: u64,
    /// Bytes of texts.
    pub text_bytes: u64,
    /// Words of texts.
    pub words: u64,
}

/// What is to be made of the inputs.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What is made of each page besides its row.
    pub fingerprint: Fingerprint,
    /// Who strips pages, if anybody: what is left of them is compared.
    pub stripper: Option<Stripper<'a>>,
    /// Reading ends early, with fewer pages than there are, once there are more than so many.
    pub most_pages: u64,
}

/// Reads all inputs; rejects go to `reject` as they are met.
pub fn ingest(
    sources: &mut Sources,
    settings: &Settings,
    units: &mut Units<'_>,
    wanted: Wanted<'_>,
    observer: &dyn Observer,
    reject: &mut dyn FnMut(Reject) -> Result<()>,
) -> Result<Ingested> {
    let Wanted { fingerprint, stripper, most_pages } = wanted;
    let mut gathered = Gathered::new(settings, fingerprint, stripper)?;
    let met = read_records(
        sources,
        &settings.reading,
        units,
        observer,
        || Worker::new(settings, fingerprint, stripper),
        Worker::page,
        |outcome, batch| {
            gathered.take(outcome, batch)?;
            let is_enough = gathered.pages.len() as u64 > most_pages;
            Ok(if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        },
        reject,
    )?;
    Ok(gathered.finish(met, sources))
}

/// What a batch gave; line numbers count from its own first line.
#[derive(Default, Serialize, Deserialize)]
struct Outcome {
    pages: Vec<Page>,
    ids: Strings,
    signatures: Vec<u16>,
    fingerprints: Vec<u64>,
    sets: Vec<ShingleSet>,
    /// Sampled shingles of all pages one after the other, and where those of each page end.
    samples: (Vec<u64>, Vec<usize>),
    #[serde(skip)]
    shingles: HeldShingles,
    /// Proofs of all pages one after the other, and where those of each page end.
    proofs: (Vec<u8>, Vec<usize>),
    urls: Strings,
    sites: SiteNumbers,
    stripped: StrippedRecords,
    /// Pages that the judge is to remember.
    seen: Vec<Seen>,
    facts: Vec<Facts>,
    text_bytes: u64,
    unread_dates: u64,
    /// What went wrong first, if anything did.
    #[serde(skip)]
    fault: Option<Error>,
}

/// Works on records; keeps its working space.
struct Worker<'a> {
    settings: &'a Settings,
    fingerprint: Fingerprint,
    cutter: Option<Cutter<'a, ProfileJudge>>,
    judge: Option<&'a ProfileJudge>,
    /// What pages are examined by.
    known: Option<&'a Known>,
    examiner: Examiner,
    words: Vec<u64>,
    shingles: Vec<u64>,
    minhasher: MinHasher,
    simhasher: SimHasher,
    sampler: Option<Sampler>,
}

impl<'a> Worker<'a> {
    fn new(settings: &'a Settings, fingerprint: Fingerprint, stripper: Option<Stripper<'a>>) -> Self {
        let slots = if let Fingerprint::MinHash { slots } = fingerprint { slots } else { 1 };
        Self {
            settings,
            fingerprint,
            cutter: stripper.map(|stripper| Cutter::new(stripper.judge, &settings.reading)),
            judge: stripper.map(|stripper| stripper.judge),
            known: stripper.and_then(|stripper| stripper.known),
            examiner: Examiner::default(),
            words: Vec::new(),
            shingles: Vec::new(),
            minhasher: MinHasher::new(slots),
            simhasher: SimHasher::default(),
            sampler: settings.seeks_passages().then(Sampler::default),
        }
    }

    fn page(&mut self, outcome: &mut Outcome, line: &Line<'_>, record: &Record<'_>) {
        if outcome.fault.is_none()
            && let Err(fault) = self.append(outcome, line, record)
        {
            outcome.fault = Some(fault);
        }
    }

    fn append(&mut self, outcome: &mut Outcome, line: &Line<'_>, record: &Record<'_>) -> Result<()> {
        let site = self.settings.reading.site_by.site(record.site.as_deref(), record.url.as_deref());
        let digest = hash::digest(record.text.as_bytes());
        let mut location = Location {
            source: line.source,
            length: line.raw.len() as u32,
            offset: line.offset,
            record: line.number,
        };
        let (mut rest, mut judged) = (None, (true, 0));
        if let Some(cutter) = &mut self.cutter {
            let records = outcome.stripped.records();
            let offset = records.len();
            let Judged { article, form, stripped } = cutter.judge(line, &site, record, digest, records)?;
            let length = records.len() - offset;
            // Of a site that is left alone nothing is known of any page.
            let is_unknown = || self.judge.map_or(Ok(false), |judge| judge.leaves_alone(&site));
            judged = (article || is_unknown()?, form);
            outcome.seen.extend(cutter.seen());
            outcome.stripped.count(&record.text, article, cutter.keep(), stripped.as_ref());
            if let Some(Stripped { rest: left, tail }) = stripped {
                outcome.stripped.end(outcome.pages.len(), &tail)?;
                location =
                    Location { source: STRIPPED, length: length as u32, offset: offset as u64, ..location };
                rest = Some(left);
            }
        }
        let text: &str = rest.as_deref().unwrap_or(&record.text);
        self.words.clear();
        match &self.cutter {
            Some(cutter) => cutter.words(&record.text, text, &mut self.words),
            None => hash_words(text, &mut self.words),
        }
        self.sketch(outcome);
        self.examine(outcome, record, &site, text, judged);
        let date = record.date.as_deref().filter(|date| !date.trim().is_empty());
        let parsed = date.and_then(date::parse);
        outcome.text_bytes += record.text.len() as u64;
        outcome.unread_dates += u64::from(date.is_some() && parsed.is_none());
        outcome.ids.push(record.id.as_deref().or(record.url.as_deref()).unwrap_or_default());
        if self.settings.index.is_some() {
            outcome.urls.push(record.url.as_deref().unwrap_or_default());
        }
        outcome.pages.push(Page {
            location,
            file: line.source,
            digest,
            words: hash::sequence(&self.words),
            delivery: delivery(record),
            site: outcome.sites.number(&site),
            text_bytes: text.len() as u32,
            word_count: self.words.len() as u32,
            date: parsed,
            address_day: record.url.as_deref().and_then(date::in_address),
            headline: record.title.as_deref().and_then(headline),
        });
        Ok(())
    }

    /// Looks at a page whose words are known, if that is wanted; at what was judged of it, too.
    fn examine(
        &mut self,
        outcome: &mut Outcome,
        record: &Record<'_>,
        site: &str,
        rest: &str,
        (article, form): (bool, u64),
    ) {
        let (Some(known), Some(cutter)) = (self.known, &self.cutter) else { return };
        let page = PageView {
            site,
            url: record.url.as_deref(),
            title: record.title.as_deref(),
            date: record.date.as_deref(),
            author: record.author.as_deref(),
            text: &record.text,
            keep: cutter.keep(),
            rest,
            article,
            form,
            words: &self.words,
        };
        outcome.facts.push(self.examiner.examine(known, &page));
    }

    /// Whatever is made of the words of a page.
    fn sketch(&mut self, outcome: &mut Outcome) {
        self.shingles.clear();
        hash_shingles(&self.words, self.settings.ngram, &mut self.shingles);
        match self.fingerprint {
            Fingerprint::MinHash { .. } => self.minhasher.sketch(&self.shingles, &mut outcome.signatures),
            Fingerprint::SimHash => outcome.fingerprints.push(self.simhasher.sketch(&self.words)),
            Fingerprint::Rarity => outcome.sets.push(ShingleSet::new(self.shingles.clone())),
            Fingerprint::None => {}
        }
        if let Some(sampler) = &mut self.sampler {
            outcome.samples.0.extend(sampler.sample(&self.words));
            outcome.samples.1.push(outcome.samples.0.len());
        }
        // Those of an earlier attempt are not known any more, and some are no use.
        if !self.settings.reading.resume {
            outcome.shingles.push(&self.shingles);
        }
        if self.settings.index.is_some() {
            let (proofs, ends) = &mut outcome.proofs;
            proof::encode(&ShingleSet::new(self.shingles.clone()), proofs);
            ends.push(proofs.len());
        }
    }
}

/// Digest of what a decision may look at besides the text.
fn delivery(record: &Record<'_>) -> u64 {
    let fields = [&record.site, &record.url, &record.date, &record.title];
    let joined: Vec<&str> = fields.into_iter().map(|field| field.as_deref().unwrap_or_default()).collect();
    hash::checksum(joined.join("\0").as_bytes())
}

/// What all batches gave so far, in input order.
struct Gathered<'a> {
    memory: Budget,
    /// Bytes that others held when reading began, such as what was learned of sites.
    before: u64,
    judge: Option<&'a ProfileJudge>,
    pages: Pages,
    signatures: SignedPages,
    fingerprints: Vec<u64>,
    rarity: Option<RarityTable>,
    postings: Option<Postings>,
    shingles: Option<HeldShingles>,
    stripped: Option<StrippedPages>,
    facts: Vec<Facts>,
    proofs: Option<WaitingProofs>,
    urls: Option<Strings>,
    counts: Counts,
    sites: SiteNumbers,
}

impl<'a> Gathered<'a> {
    fn new(settings: &Settings, fingerprint: Fingerprint, stripper: Option<Stripper<'a>>) -> Result<Self> {
        let slots = if let Fingerprint::MinHash { slots } = fingerprint { slots } else { 1 };
        let stripped = || StrippedPages::new(&settings.reading.temp_dir);
        let memory = settings.reading.memory;
        Ok(Self {
            memory,
            before: resident::current_bytes().unwrap_or(0).saturating_sub(PROGRAM),
            pages: Pages::default(),
            signatures: SignedPages::new(slots, &settings.reading.temp_dir),
            fingerprints: Vec::new(),
            rarity: (fingerprint == Fingerprint::Rarity).then(RarityTable::default),
            postings: settings
                .seeks_passages()
                .then(|| Postings::new(memory.sort(), &settings.reading.temp_dir)),
            shingles: (!settings.reading.resume).then(HeldShingles::default),
            judge: stripper.map(|stripper| stripper.judge),
            stripped: stripper.is_some().then(stripped).transpose()?,
            facts: Vec::new(),
            proofs: settings
                .index
                .is_some()
                .then(|| WaitingProofs::new(&settings.reading.temp_dir))
                .transpose()?,
            urls: settings.index.is_some().then(Strings::default),
            counts: Counts::default(),
            sites: SiteNumbers::default(),
        })
    }

    fn take(&mut self, outcome: Outcome, batch: &Worked<'_>) -> Result<()> {
        if let Some(fault) = outcome.fault {
            return Err(fault);
        }
        self.counts.text_bytes += outcome.text_bytes;
        self.counts.unread_dates += outcome.unread_dates;
        if let Some(judge) = self.judge {
            judge.see(outcome.sites.names.iter().map(String::as_str), outcome.seen)?;
        }
        let numbers: Vec<u32> = outcome.sites.names.iter().map(|site| self.sites.number(site)).collect();
        self.signatures.extend(&outcome.signatures)?;
        self.fingerprints.extend(outcome.fingerprints);
        self.facts.extend(outcome.facts);
        if let Some(rarity) = &mut self.rarity {
            outcome.sets.iter().for_each(|set| rarity.count(set));
        }
        if let Some(postings) = &mut self.postings {
            let (shingles, ends) = &outcome.samples;
            let mut from = 0;
            for (&end, page) in ends.iter().zip(self.pages.len() as u32..) {
                postings.push_page(page, &shingles[from..end])?;
                from = end;
            }
        }
        if let Some(held) = &mut self.shingles {
            held.append(&outcome.shingles);
            if held.is_full() {
                self.shingles = None;
            }
        }
        if let Some(proofs) = &mut self.proofs {
            proofs.take(&outcome.proofs.0, &outcome.proofs.1)?;
        }
        if let Some(urls) = &mut self.urls {
            outcome.urls.iter().for_each(|url| urls.push(url));
        }
        let stripped_before = self.stripped.as_ref().map_or(0, StrippedPages::len);
        let first = self.pages.len() as u32;
        for (mut page, id) in outcome.pages.into_iter().zip(outcome.ids.iter()) {
            page.site = numbers[page.site as usize];
            page.location.record += batch.lines_before;
            if page.location.source == STRIPPED {
                page.location.offset += stripped_before;
            }
            self.counts.words += u64::from(page.word_count);
            if id.is_empty() {
                self.pages.push(page, &format!("{}:{}", batch.file, page.location.record));
            } else {
                self.pages.push(page, id);
            }
        }
        if let Some(stripped) = &mut self.stripped {
            stripped.take(&outcome.stripped, &self.pages, first)?;
        }
        self.keep_within_budget()
    }

    /// Gives up what can be read again, then moves what can lie on a disk; fails if the rest alone is too much.
    fn keep_within_budget(&mut self) -> Result<()> {
        let pages = self.pages.len() as u64;
        let spans = self.stripped.as_ref().map_or(0, StrippedPages::bytes_held);
        let facts = size_of_val(self.facts.as_slice()) + size_of_val(self.fingerprints.as_slice());
        let urls = self.urls.as_ref().map_or(0, Strings::size);
        let stays = self.before + self.pages.bytes() + spans + urls + facts as u64 + pages * WORKING_BYTES;
        let spare = self.memory.held().saturating_sub(stays);
        let held = self.shingles.as_ref().map_or(0, HeldShingles::bytes);
        if self.signatures.bytes() + held > spare {
            self.shingles = None;
        }
        if self.signatures.bytes() > spare {
            self.signatures.spill()?;
        }
        self.memory.check(pages, stays, "what is known of them and of their sites")
    }

    fn finish(mut self, met: Tally, sources: &mut Sources) -> Ingested {
        self.pages.set_sites(self.sites.names);
        self.counts.met = met;
        if let Some(records) = self.stripped.as_mut().and_then(StrippedPages::records) {
            sources.take_stripped(records);
        }
        Ingested {
            pages: self.pages,
            signatures: self.signatures,
            fingerprints: self.fingerprints,
            rarity: self.rarity,
            postings: self.postings,
            shingles: self.shingles,
            stripped: self.stripped,
            facts: self.facts,
            proofs: self.proofs,
            urls: self.urls,
            counts: self.counts,
        }
    }
}
