//! Records to pages, signatures and fingerprints.
//!
//! What a page needs is a function of its record alone, so it is made on whatever thread reads the record
//! ([`super::records`]); pages are put together in input order.

use super::Observer;
use super::records::{Line, Tally, Worked, read_records};
use super::sampled::Postings;
use super::settings::Settings;
use crate::error::Result;
use crate::frame::{Key, key};
use crate::io::record::Record;
use crate::io::rejects::Reject;
use crate::io::source::Sources;
use crate::lsh::prefix::RarityTable;
use crate::page::{Location, Page, Pages, Strings};
use crate::passage::sample::Sampler;
use crate::shingle::{ShingleSet, hash_shingles};
use crate::sketch::minhash::hasher::MinHasher;
use crate::sketch::minhash::signature::Signatures;
use crate::sketch::simhash::hasher::SimHasher;
use crate::syndication::headline::headline;
use crate::text::words::hash_words;
use crate::{date, hash};
use std::collections::HashMap;
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
    pub signatures: Signatures,
    /// One a page, if asked for.
    pub fingerprints: Vec<u64>,
    /// How many pages hold a shingle, if asked for.
    pub rarity: Option<RarityTable>,
    /// The sampled shingles of all pages, if passages are looked for.
    pub postings: Option<Postings>,
    /// The shingles of all pages, if they are not too many.
    pub shingles: Option<HeldShingles>,
    /// What was met.
    pub counts: Counts,
}

/// The shingles of all pages as they stand, by page number.
#[derive(Debug, Default)]
pub struct HeldShingles {
    keys: Vec<Key>,
    ends: Vec<usize>,
}

/// Shingles that are held at most: 128 MB. Beyond, texts are read again.
const MOST_HELD: usize = 32 << 20;

impl HeldShingles {
    /// The shingles of a page, in order and with repetitions.
    pub fn page(&self, page: u32) -> &[Key] {
        let start = page.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.keys[start..self.ends[page as usize]]
    }

    fn push(&mut self, shingles: &[u64]) {
        self.keys.extend(shingles.iter().map(|&shingle| key(shingle)));
        self.ends.push(self.keys.len());
    }

    fn append(&mut self, other: &Self) {
        let before = self.keys.len();
        self.keys.extend_from_slice(&other.keys);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }
}

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

/// Reads all inputs; rejects go to `reject` as they are met. Stops early, with fewer pages than there are, once
/// there are more than `most_pages`.
pub fn ingest(
    sources: &mut Sources,
    settings: &Settings,
    fingerprint: Fingerprint,
    most_pages: u64,
    observer: &dyn Observer,
    reject: &mut dyn FnMut(Reject) -> Result<()>,
) -> Result<Ingested> {
    let mut gathered = Gathered::new(settings, fingerprint);
    let met = read_records(
        sources,
        &settings.reading,
        observer,
        || Worker::new(settings, fingerprint),
        Worker::page,
        |outcome, batch| {
            gathered.take(outcome, batch)?;
            let is_enough = gathered.pages.len() as u64 > most_pages;
            Ok(if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        },
        reject,
    )?;
    Ok(gathered.finish(met))
}

/// What a batch gave; line numbers count from its own first line.
#[derive(Default)]
struct Outcome {
    pages: Vec<Page>,
    ids: Strings,
    signatures: Vec<u16>,
    fingerprints: Vec<u64>,
    sets: Vec<ShingleSet>,
    /// Sampled shingles of all pages one after the other, and where those of each page end.
    samples: (Vec<u64>, Vec<usize>),
    shingles: HeldShingles,
    sites: SiteNumbers,
    unread_dates: u64,
}

/// Sites by name, numbered as they come.
#[derive(Default)]
struct SiteNumbers {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl SiteNumbers {
    fn number(&mut self, name: String) -> u32 {
        // Most crawls go site by site.
        if self.names.last() == Some(&name) {
            return self.names.len() as u32 - 1;
        }
        let next = self.names.len() as u32;
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }
}

/// Works on records; keeps its working space.
struct Worker<'a> {
    settings: &'a Settings,
    fingerprint: Fingerprint,
    words: Vec<u64>,
    shingles: Vec<u64>,
    minhasher: MinHasher,
    simhasher: SimHasher,
    sampler: Option<Sampler>,
}

impl<'a> Worker<'a> {
    fn new(settings: &'a Settings, fingerprint: Fingerprint) -> Self {
        let slots = if let Fingerprint::MinHash { slots } = fingerprint { slots } else { 1 };
        Self {
            settings,
            fingerprint,
            words: Vec::new(),
            shingles: Vec::new(),
            minhasher: MinHasher::new(slots),
            simhasher: SimHasher::default(),
            sampler: settings.seeks_passages().then(Sampler::default),
        }
    }

    fn page(&mut self, outcome: &mut Outcome, line: &Line<'_>, record: &Record<'_>) {
        self.words.clear();
        hash_words(&record.text, &mut self.words);
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
        outcome.shingles.push(&self.shingles);
        let date = record.date.as_deref().filter(|date| !date.trim().is_empty());
        let parsed = date.and_then(date::parse);
        outcome.unread_dates += u64::from(date.is_some() && parsed.is_none());
        let site = self.settings.reading.site_by.site(record.site.as_deref(), record.url.as_deref());
        let site = outcome.sites.number(site);
        outcome.ids.push(record.id.as_deref().or(record.url.as_deref()).unwrap_or_default());
        outcome.pages.push(Page {
            location: Location {
                source: line.source,
                length: line.raw.len() as u32,
                offset: line.offset,
                record: line.number,
            },
            digest: hash::digest(record.text.as_bytes()),
            words: hash::sequence(&self.words),
            delivery: delivery(record),
            site,
            text_bytes: record.text.len() as u32,
            word_count: self.words.len() as u32,
            date: parsed,
            address_day: record.url.as_deref().and_then(date::in_address),
            headline: record.title.as_deref().and_then(headline),
        });
    }
}

/// Digest of what a decision may look at besides the text.
fn delivery(record: &Record<'_>) -> u64 {
    let fields = [&record.site, &record.url, &record.date, &record.title];
    let joined: Vec<&str> = fields.into_iter().map(|field| field.as_deref().unwrap_or_default()).collect();
    hash::checksum(joined.join("\0").as_bytes())
}

/// What all batches gave so far, in input order.
struct Gathered {
    pages: Pages,
    signatures: Signatures,
    fingerprints: Vec<u64>,
    rarity: Option<RarityTable>,
    postings: Option<Postings>,
    shingles: Option<HeldShingles>,
    counts: Counts,
    sites: SiteNumbers,
}

impl Gathered {
    fn new(settings: &Settings, fingerprint: Fingerprint) -> Self {
        let slots = if let Fingerprint::MinHash { slots } = fingerprint { slots } else { 1 };
        Self {
            pages: Pages::default(),
            signatures: Signatures::new(slots),
            fingerprints: Vec::new(),
            rarity: (fingerprint == Fingerprint::Rarity).then(RarityTable::default),
            postings: settings.seeks_passages().then(|| Postings::new(&settings.reading.temp_dir)),
            shingles: Some(HeldShingles::default()),
            counts: Counts::default(),
            sites: SiteNumbers::default(),
        }
    }

    fn take(&mut self, outcome: Outcome, batch: &Worked<'_>) -> Result<()> {
        self.counts.unread_dates += outcome.unread_dates;
        let numbers: Vec<u32> = outcome.sites.names.into_iter().map(|site| self.sites.number(site)).collect();
        self.signatures.extend(&outcome.signatures);
        self.fingerprints.extend(outcome.fingerprints);
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
            if held.keys.len() > MOST_HELD {
                self.shingles = None;
            }
        }
        for (mut page, id) in outcome.pages.into_iter().zip(outcome.ids.iter()) {
            page.site = numbers[page.site as usize];
            page.location.record += batch.lines_before;
            self.counts.text_bytes += u64::from(page.text_bytes);
            self.counts.words += u64::from(page.word_count);
            if id.is_empty() {
                self.pages.push(page, &format!("{}:{}", batch.file, page.location.record));
            } else {
                self.pages.push(page, id);
            }
        }
        Ok(())
    }

    fn finish(mut self, met: Tally) -> Ingested {
        self.pages.set_sites(self.sites.names);
        self.counts.met = met;
        Ingested {
            pages: self.pages,
            signatures: self.signatures,
            fingerprints: self.fingerprints,
            rarity: self.rarity,
            postings: self.postings,
            shingles: self.shingles,
            counts: self.counts,
        }
    }
}
