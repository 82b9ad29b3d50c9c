//! Records to pages and signatures, in parallel and in order.
//!
//! Batches are read one wave ahead while the wave before is worked on. What a page needs is
//! a function of its record alone, so results are equal for any number of threads; they are put together in
//! input order.

use super::settings::{OnError, Settings};
use super::{Observer, go_on};
use crate::error::{Error, ErrorKind, Result};
use crate::io::fields::Role;
use crate::io::record::{Parser, Record};
use crate::io::rejects::Reject;
use crate::io::source::{BATCH_BYTES, Batch, BatchReader, Format, Source, Sources, too_long};
use crate::lsh::prefix::RarityTable;
use crate::page::{Location, Page, Pages, Strings};
use crate::shingle::{ShingleSet, hash_shingles};
use crate::sketch::minhash::hasher::MinHasher;
use crate::sketch::minhash::signature::Signatures;
use crate::text::words::hash_words;
use crate::{date, hash};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is made of each page besides its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fingerprint {
    /// A MinHash signature of this many slots.
    MinHash {
        /// Slots.
        slots: u16,
    },
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
    /// How many pages hold a shingle, if asked for.
    pub rarity: Option<RarityTable>,
    /// What was met.
    pub counts: Counts,
}

/// What was met in the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records, usable or not; blank lines are none.
    pub records: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Records, by role and place of the field name that served; place 0 is the default name.
    pub chosen: [[u64; 16]; 6],
    /// Dates that could not be read.
    pub unread_dates: u64,
    /// Bytes of texts.
    pub text_bytes: u64,
    /// Words of texts.
    pub words: u64,
    /// Records of each input file.
    pub by_source: Vec<SourceCounts>,
}

/// What was met in one input file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceCounts {
    /// Records, usable or not.
    pub records: u64,
    /// Records that could not be used.
    pub rejected: u64,
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
    let files = sources.list().len();
    // Names and folders are asked for while the sources are being read.
    let names: Vec<(String, String)> =
        sources.list().iter().map(|Source { name, folder, .. }| (name.clone(), folder.clone())).collect();
    let mut gathered = Gathered::new(fingerprint, files);
    let mut reader = sources.batches();
    let wave_bytes = rayon::current_num_threads() * 16 * BATCH_BYTES;
    let workers = Workers { settings, fingerprint, idle: Mutex::new(Vec::new()) };
    let mut wave = next_wave(&mut reader, wave_bytes)?;
    while !wave.is_empty() {
        go_on(observer)?;
        // Batch by batch: a thread that comes late from reading takes over what is left, however little.
        let work = || -> Vec<Outcome> {
            wave.par_iter()
                .with_max_len(1)
                .map(|batch| workers.borrow(|worker| worker.batch(batch, &names)))
                .collect()
        };
        let (next, outcomes) = rayon::join(|| next_wave(&mut reader, wave_bytes), work);
        for (outcome, batch) in outcomes.into_iter().zip(wave) {
            observer.advance(batch.bytes.len() as u64);
            for row in gathered.take(outcome, &batch, &names) {
                if settings.on_error == OnError::Fail {
                    return Err(Error::new(
                        ErrorKind::Input,
                        format!("{}:{}", row.file, row.record),
                        row.reason,
                    ));
                }
                reject(row)?;
            }
            reader.recycle(batch.bytes);
        }
        if gathered.pages.len() as u64 > most_pages {
            break;
        }
        wave = next?;
    }
    Ok(gathered.finish())
}

fn next_wave(reader: &mut BatchReader<'_>, bytes: usize) -> Result<Vec<Batch>> {
    let mut wave = Vec::new();
    let mut size = 0;
    // Small files count as a little work each, so that a folder of many makes waves of many.
    while size < bytes {
        let Some(batch) = reader.next_batch()? else { break };
        size += batch.bytes.len() + BATCH_BYTES / 256;
        wave.push(batch);
    }
    Ok(wave)
}

/// What a batch gave; line numbers count from its own first line.
struct Outcome {
    pages: Vec<Page>,
    ids: Strings,
    signatures: Vec<u16>,
    sets: Vec<ShingleSet>,
    sites: SiteNumbers,
    rejects: Vec<(u64, u64, u64, String)>,
    lines: u64,
    records: u64,
    chosen: [[u64; 16]; 6],
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

/// Workers that wait for a batch; as many as there are threads at work.
struct Workers<'a> {
    settings: &'a Settings,
    fingerprint: Fingerprint,
    idle: Mutex<Vec<Worker<'a>>>,
}

impl<'a> Workers<'a> {
    fn borrow<T>(&self, work: impl FnOnce(&mut Worker<'a>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let mut worker = waiting.unwrap_or_else(|| Worker::new(self.settings, self.fingerprint));
        let result = work(&mut worker);
        idle().push(worker);
        result
    }
}

/// Works on batches; keeps its working space.
struct Worker<'a> {
    settings: &'a Settings,
    fingerprint: Fingerprint,
    parser: Parser,
    words: Vec<u64>,
    shingles: Vec<u64>,
    hasher: MinHasher,
}

impl<'a> Worker<'a> {
    fn new(settings: &'a Settings, fingerprint: Fingerprint) -> Self {
        let slots = if let Fingerprint::MinHash { slots } = fingerprint { slots } else { 1 };
        Self {
            settings,
            fingerprint,
            parser: Parser::default(),
            words: Vec::new(),
            shingles: Vec::new(),
            hasher: MinHasher::new(slots),
        }
    }

    fn batch(&mut self, batch: &Batch, names: &[(String, String)]) -> Outcome {
        let mut outcome = Outcome {
            pages: Vec::new(),
            ids: Strings::default(),
            signatures: Vec::new(),
            sets: Vec::new(),
            sites: SiteNumbers::default(),
            rejects: Vec::new(),
            lines: 0,
            records: 0,
            chosen: [[0; 16]; 6],
            unread_dates: 0,
        };
        match batch.format {
            Format::JsonLines => self.lines(batch, &mut outcome),
            Format::PlainText => self.text(batch, &names[batch.source as usize].1, &mut outcome),
        }
        outcome
    }

    fn lines(&mut self, batch: &Batch, outcome: &mut Outcome) {
        // The record borrows from the parser while the rest of the worker is at work on it.
        let mut parser = std::mem::take(&mut self.parser);
        let mut start = 0;
        while start < batch.bytes.len() {
            let end = memchr::memchr(b'\n', &batch.bytes[start..]).map_or(batch.bytes.len(), |at| start + at);
            let line = &batch.bytes[start..end];
            outcome.lines += 1;
            if !line.trim_ascii().is_empty() {
                outcome.records += 1;
                let offset = batch.offset + start as u64;
                let limit = self.settings.longest_record;
                let parsed = if line.len() > limit {
                    Err(too_long(limit))
                } else {
                    parser.parse(line, &self.settings.fields)
                };
                match parsed {
                    Ok(record) => self.page(&record, line, batch.source, offset, outcome),
                    Err(reason) => outcome.rejects.push((outcome.lines, offset, line.len() as u64, reason)),
                }
            }
            start = end + 1;
        }
        self.parser = parser;
    }

    fn text(&mut self, batch: &Batch, folder: &str, outcome: &mut Outcome) {
        if batch.bytes.is_empty() && !batch.faults.is_empty() {
            return;
        }
        outcome.lines = 1;
        outcome.records = 1;
        if let Ok(text) = simdutf8::basic::from_utf8(&batch.bytes) {
            let record = Record { text: text.into(), site: Some(folder.into()), ..Record::default() };
            self.page(&record, &batch.bytes, batch.source, batch.offset, outcome);
        } else {
            let reason = "is not UTF-8 (convert it, for example with iconv)".to_owned();
            outcome.rejects.push((1, batch.offset, batch.bytes.len() as u64, reason));
        }
    }

    fn page(&mut self, record: &Record<'_>, raw: &[u8], source: u32, offset: u64, outcome: &mut Outcome) {
        self.words.clear();
        hash_words(&record.text, &mut self.words);
        self.shingles.clear();
        match self.fingerprint {
            Fingerprint::MinHash { .. } => {
                hash_shingles(&self.words, self.settings.ngram, &mut self.shingles);
                self.hasher.sketch(&self.shingles, &mut outcome.signatures);
            }
            Fingerprint::Rarity => outcome.sets.push(ShingleSet::of_words(&self.words, self.settings.ngram)),
            Fingerprint::None => {}
        }
        let date = record.date.as_deref().filter(|date| !date.trim().is_empty());
        let parsed = date.and_then(date::parse);
        outcome.unread_dates += u64::from(date.is_some() && parsed.is_none());
        for (role, place) in record.chosen.iter().enumerate() {
            outcome.chosen[role][usize::from(*place).min(15)] += 1;
        }
        let site = self.settings.site_by.site(record.site.as_deref(), record.url.as_deref());
        let site = outcome.sites.number(site);
        outcome.ids.push(record.id.as_deref().or(record.url.as_deref()).unwrap_or_default());
        outcome.pages.push(Page {
            location: Location { source, length: raw.len() as u32, offset, record: outcome.lines },
            digest: hash::digest(record.text.as_bytes()),
            words: hash::sequence(&self.words),
            delivery: delivery(record),
            site,
            text_bytes: record.text.len() as u32,
            word_count: self.words.len() as u32,
            date: parsed,
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
    rarity: Option<RarityTable>,
    counts: Counts,
    sites: SiteNumbers,
    lines: Vec<u64>,
}

impl Gathered {
    fn new(fingerprint: Fingerprint, files: usize) -> Self {
        let slots = if let Fingerprint::MinHash { slots } = fingerprint { slots } else { 1 };
        Self {
            pages: Pages::default(),
            signatures: Signatures::new(slots),
            rarity: (fingerprint == Fingerprint::Rarity).then(RarityTable::default),
            counts: Counts { by_source: vec![SourceCounts::default(); files], ..Counts::default() },
            sites: SiteNumbers::default(),
            lines: vec![0; files],
        }
    }

    /// Takes a batch in and gives its rejects.
    fn take(&mut self, outcome: Outcome, batch: &Batch, names: &[(String, String)]) -> Vec<Reject> {
        let file = &names[batch.source as usize].0;
        let before = self.lines[batch.source as usize];
        let mut rejects: Vec<Reject> = Vec::new();
        for (line, offset, length, reason) in outcome.rejects {
            let start = (offset - batch.offset) as usize;
            let raw = &batch.bytes[start..start + length as usize];
            rejects.push(Reject::new(file, before + line, offset, length, reason, raw));
        }
        let numbers = before + outcome.lines + 1..;
        rejects.extend(batch.faults.iter().zip(numbers).map(|(fault, record)| fault.reject(file, record)));
        let faults = batch.faults.len() as u64;
        self.lines[batch.source as usize] += outcome.lines + faults;

        let counts = &mut self.counts;
        let of_source = &mut counts.by_source[batch.source as usize];
        counts.records += outcome.records + faults;
        of_source.records += outcome.records + faults;
        counts.rejected += rejects.len() as u64;
        of_source.rejected += rejects.len() as u64;
        counts.unread_dates += outcome.unread_dates;
        for (total, of) in counts.chosen.iter_mut().flatten().zip(outcome.chosen.iter().flatten()) {
            *total += of;
        }

        let numbers: Vec<u32> = outcome.sites.names.into_iter().map(|site| self.sites.number(site)).collect();
        self.signatures.extend(&outcome.signatures);
        if let Some(rarity) = &mut self.rarity {
            outcome.sets.iter().for_each(|set| rarity.count(set));
        }
        for (mut page, id) in outcome.pages.into_iter().zip(outcome.ids.iter()) {
            page.site = numbers[page.site as usize];
            page.location.record += before;
            self.counts.text_bytes += u64::from(page.text_bytes);
            self.counts.words += u64::from(page.word_count);
            if id.is_empty() {
                self.pages.push(page, &format!("{file}:{}", page.location.record));
            } else {
                self.pages.push(page, id);
            }
        }
        rejects
    }

    fn finish(mut self) -> Ingested {
        self.pages.set_sites(self.sites.names);
        Ingested { pages: self.pages, signatures: self.signatures, rarity: self.rarity, counts: self.counts }
    }
}

/// Names of fields that stood in for a default one, with the number of records: what the user should know.
pub fn stand_ins(counts: &Counts, settings: &Settings) -> Vec<(Role, String, u64)> {
    let mut found = Vec::new();
    for role in Role::ALL {
        for (place, name) in settings.fields.of(role).iter().enumerate().skip(1) {
            let records = counts.chosen[role as usize][place.min(15)];
            if records > 0 {
                found.push((role, name.clone(), records));
            }
        }
    }
    found
}
