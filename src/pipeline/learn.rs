//! `tamis learn`: what is remembered of each site, gathered in one pass over the inputs.
//!
//! A page is read line by line only if the sample of its site still takes it, and of a large site few are. Threads
//! ask what is remembered so far, without waiting for each other, so they may read a page too many; never one too few,
//! since a sample that has refused a page refuses it for ever. What comes out is a function of the set of pages
//! ([`profile`](crate::boilerplate::profile)): threads, order and sharding do not show in it.
//!
//! One step looks back: where pages are added to profiles, what was known of a site is compared with what is known now
//! ([`changes`](super::changes)), and rules may be made to wait.

use super::Observer;
use super::changes::{SiteChange, look_back};
use super::clock::Clock;
use super::gathering::{Gathering, Samples};
use super::profiles;
use super::records::{Line, Tally, Worked, read_records};
use super::resume::{Units, journal};
use super::settings::Reading;
use super::stored::{StoredProfile, StoredSite};
use crate::audit::prior::{self, Prior};
use crate::boilerplate::line::LineReader;
use crate::boilerplate::sample::{SampledPage, Wanted, page_hash};
use crate::date;
use crate::error::{Error, Result};
use crate::io::journal::Journal;
use crate::io::output::Existing;
use crate::io::output_file::OutputFile;
use crate::io::record::Record;
use crate::io::rejects::Reject;
use crate::io::source::Sources;
use crate::site;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Pages from which a site shows what is its own.
pub const ENOUGH_PAGES: usize = 5;

/// Sites that a list of examples names.
const LISTED: usize = 5;

/// What newly stripped lines may be of a site's known text before they wait for a person.
pub const APPROVE_ABOVE: f32 = 0.2;

/// Rejects of which the reason is told.
const TOLD: u64 = 3;

/// The settings of `tamis learn`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is read, and how; there may be no inputs if there are profiles to merge.
    pub reading: Reading,
    /// The file that takes the profile.
    pub profile: PathBuf,
    /// What to do if it is there already.
    pub existing: Existing,
    /// Profiles to take in.
    pub merge: Vec<PathBuf>,
    /// The day of pages without a date; later dates count as this one.
    pub as_of: Option<i32>,
    /// Share of a site's known text from which what is newly stripped waits for a person, 0 to 1.
    pub approve_above: f32,
    /// The file that takes a row for each record that could not be used.
    pub rejects: Option<PathBuf>,
}

impl Settings {
    /// The defaults, for these inputs and this file.
    pub fn new(inputs: Vec<PathBuf>, profile: impl Into<PathBuf>) -> Self {
        Self {
            reading: Reading::new(inputs),
            profile: profile.into(),
            existing: Existing::Refuse,
            merge: Vec::new(),
            as_of: None,
            approve_above: APPROVE_ABOVE,
            rejects: None,
        }
    }

    /// Fails at the first setting that cannot be used, naming its flag.
    pub fn validate(&self) -> Result<()> {
        if !self.reading.has_inputs() && self.merge.is_empty() {
            let fault = "there is nothing to learn from";
            return Err(
                Error::usage("INPUT", fault).next_step("name files or folders, or profiles with --merge")
            );
        }
        validate_share(self.approve_above)?;
        if self.rejects.as_ref() == Some(&self.profile) {
            return Err(
                Error::usage("--rejects", "names the file of the profile").next_step("name another file")
            );
        }
        self.reading.validate()
    }
}

/// Fails if what may be stripped anew without a person is no share.
pub(super) fn validate_share(approve_above: f32) -> Result<()> {
    if (0.0..=1.0).contains(&approve_above) {
        return Ok(());
    }
    Err(Error::usage("--approve-above", format!("{approve_above} is not a share"))
        .next_step("for example 20% or 0.2; 100% lets nothing wait"))
}

/// What was learned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// Digest of the profile.
    pub profile: String,
    /// Bytes of its file.
    pub bytes: u64,
    /// Sites that it knows.
    pub sites: u64,
    /// Pages that it remembers.
    pub remembered: u64,
    /// Sites of which it remembers fewer than [`ENOUGH_PAGES`].
    pub small_sites: u64,
    /// Examples of these, by name.
    pub small: Vec<String>,
    /// Sites with pages whose URLs are of another registered domain than the site field says.
    pub disagreeing_sites: u64,
    /// Examples of these with the first other host, by name.
    pub disagreeing: Vec<(String, String)>,
    /// Sites whose newest pages have another template than was known, and sites with rules that wait from now on.
    pub changes: Vec<SiteChange>,
    /// What was read.
    pub counts: Counts,
    /// Seconds that it took.
    pub seconds: f64,
}

/// What was read for a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Input files.
    pub files: u64,
    /// Files in walked folders that were left alone.
    pub left_alone: u64,
    /// Records, usable or not.
    pub records: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Pages, each delivery counted.
    pub pages: u64,
    /// Of these, pages without text, which are not learned from.
    pub empty: u64,
    /// Profiles that were merged.
    pub merged: u64,
    /// Whether more records were rejected than the settings allow.
    pub too_many_rejects: bool,
}

/// Learns from all inputs and profiles. The file is complete or absent.
pub fn learn(settings: &Settings, observer: &dyn Observer) -> Result<Outcome> {
    settings.validate()?;
    profiles::ensure_free(&settings.profile, settings.existing)?;
    let clock = Clock::start();
    let Reading { temp_dir, memory, .. } = &settings.reading;
    // Read before anything is written: the file that is replaced may be one of them.
    let mut profile = StoredProfile::merged(&settings.merge, temp_dir, *memory)?;
    let mut counts = Counts { merged: settings.merge.len() as u64, ..Counts::default() };
    let sources = if settings.reading.has_inputs() {
        Some(settings.reading.open(Some(&settings.profile))?)
    } else {
        None
    };
    let file = profiles::create(&settings.profile, settings.existing)?;
    let mut changes = Vec::new();
    let mut kept = Journal::none();
    if let Some((mut sources, left_alone)) = sources {
        counts.left_alone = left_alone;
        let described = ("learn", settings.as_of, profile.digest()?);
        kept = journal(&settings.reading, &sources, &settings.profile, &described, observer)?;
        let now = read(settings, &mut sources, &profile, &kept, &mut counts, observer)?;
        (changes, profile) = look_back(&profile, now, settings.approve_above, temp_dir, *memory)?;
    }
    let bytes = profile.write(file)?;
    kept.remove()?;
    outcome(&profile, bytes, counts, changes, clock)
}

/// Reads all inputs into a profile.
fn read(
    settings: &Settings,
    sources: &mut Sources,
    known: &StoredProfile,
    journal: &Journal,
    counts: &mut Counts,
    observer: &dyn Observer,
) -> Result<StoredProfile> {
    let mut rejects =
        settings.rejects.as_ref().map(|place| OutputFile::create(place, settings.existing)).transpose()?;
    let mut told = 0;
    let mut reject = |row: Reject| {
        if let Some(file) = &mut rejects {
            file.row(&row)?;
        }
        told += 1;
        if told <= TOLD {
            observer.note(&format!("rejected: {}:{} {}", row.file, row.record, row.reason));
        }
        Ok(())
    };
    let Reading { temp_dir, memory, .. } = &settings.reading;
    let gathering = Gathering::new(known, false, temp_dir, *memory)?;
    let (gathering, sampled) = sample(
        sources,
        &settings.reading,
        &mut Units::new(journal, 0),
        settings.as_of,
        gathering,
        observer,
        &mut reject,
    )?;
    if let Some(file) = rejects {
        file.finish()?;
    }
    let Sampled { met, pages, empty } = sampled;
    tell(&met, told, settings, observer);
    (counts.pages, counts.empty) = (pages, empty);
    counts.files = sources.list().len() as u64;
    counts.records = met.records;
    counts.rejected = met.rejected;
    counts.too_many_rejects = settings.reading.is_too_many(met.rejected, met.records);
    Ok(gathering.finish()?.0)
}

/// What was met while pages were sampled.
#[derive(Clone, Debug, Default)]
pub(super) struct Sampled {
    /// Records and rejects.
    pub(super) met: Tally,
    /// Pages, each delivery counted.
    pub(super) pages: u64,
    /// Of these, pages without text.
    pub(super) empty: u64,
}

/// Samples the pages of all inputs, into what is known already. Pages without a date, and with a later one, are of the
/// day `as_of`.
pub(super) fn sample(
    sources: &mut Sources,
    reading: &Reading,
    units: &mut Units<'_>,
    as_of: Option<i32>,
    gathering: Gathering,
    observer: &dyn Observer,
    reject: &mut dyn FnMut(Reject) -> Result<()>,
) -> Result<(Gathering, Sampled)> {
    observer.phase("learning", sources.packed_bytes());
    let mut sampled = Sampled::default();
    let known = RwLock::new(gathering);
    let make_worker = || Worker { known: &known, reading, as_of, reader: LineReader::default() };
    let take = |learned: Learned, _: &Worked<'_>| {
        sampled.pages += learned.pages;
        sampled.empty += learned.empty;
        known.write().unwrap_or_else(PoisonError::into_inner).take(learned.samples)?;
        Ok(ControlFlow::Continue(()))
    };
    let met = read_records(sources, reading, units, observer, make_worker, Worker::page, take, reject)?;
    sampled.met = met;
    Ok((known.into_inner().unwrap_or_else(PoisonError::into_inner), sampled))
}

fn tell(met: &Tally, rejects: u64, settings: &Settings, observer: &dyn Observer) {
    for (role, name, records) in met.stand_ins(&settings.reading.fields) {
        observer.note(&format!("the {} is read from field {name:?} in {records} records", role.name()));
    }
    if rejects > TOLD {
        let all = match &settings.rejects {
            Some(place) => format!("see {}", place.display()),
            None => "--rejects FILE lists them".to_owned(),
        };
        observer.note(&format!("{} more records were rejected: {all}", rejects - TOLD));
    }
}

/// What a batch gave.
#[derive(Default, Serialize, Deserialize)]
struct Learned {
    samples: Samples,
    pages: u64,
    empty: u64,
}

/// Reads pages; one a thread.
struct Worker<'a> {
    known: &'a RwLock<Gathering>,
    reading: &'a Reading,
    as_of: Option<i32>,
    reader: LineReader,
}

impl Worker<'_> {
    fn known(&self) -> RwLockReadGuard<'_, Gathering> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&mut self, learned: &mut Learned, _: &Line<'_>, record: &Record<'_>) {
        learned.pages += 1;
        if record.text.trim().is_empty() {
            learned.empty += 1;
            return;
        }
        let (field, url) = (record.site.as_deref(), record.url.as_deref());
        let site = self.reading.site_by.site(field, url);
        if let Some(host) = site::other_host(field, url) {
            learned.samples.profile.site_mut(&site).other_hosts.insert(host);
        }
        let hash = page_hash(&site, &record.text);
        let day = record.date.as_deref().and_then(date::day);
        let as_of = self.as_of;
        let day = day.map(|day| day.min(as_of.unwrap_or(day))).or(as_of);
        let title = record.title.as_deref();
        let wanted_here = learned.samples.profile.wants(&site, hash, day);
        let wanted = wanted_here.min(self.known().held.profile.wants(&site, hash, day));
        if wanted > Wanted::Nothing {
            let (title, author, reader) =
                (title.unwrap_or_default(), record.author.as_deref(), &mut self.reader);
            let page = SampledPage::read(wanted, hash, day, &record.text, title, author, reader);
            learned.samples.profile.insert(&site, page);
        }
        let is_wanted = |prior: &Prior| prior.wants(&site, hash);
        if self.known().held.prior.as_ref().is_some_and(is_wanted) {
            let prior = learned.samples.prior.get_or_insert_default();
            if is_wanted(prior) {
                prior.insert(&site, hash, prior::SampledPage::read(&record.text, title));
            }
        }
    }
}

fn outcome(
    profile: &StoredProfile,
    bytes: u64,
    counts: Counts,
    changes: Vec<SiteChange>,
    clock: Clock,
) -> Result<Outcome> {
    let mut outcome = Outcome {
        profile: profile.digest()?,
        bytes,
        sites: profile.len(),
        remembered: 0,
        small_sites: 0,
        small: Vec::new(),
        disagreeing_sites: 0,
        disagreeing: Vec::new(),
        changes,
        counts,
        seconds: 0.0,
    };
    profile.for_each_some(
        |_| true,
        |some| {
            let seen: Result<Vec<Seen>> = some.par_iter().map(Seen::of).collect();
            some.iter().zip(seen?).for_each(|(site, seen)| outcome.count(&site.name, seen));
            Ok(())
        },
    )?;
    outcome.seconds = clock.report().seconds;
    Ok(outcome)
}

/// What is counted of a site.
struct Seen {
    pages: usize,
    other_host: Option<String>,
}

impl Seen {
    fn of(site: &StoredSite) -> Result<Self> {
        let site = site.profile()?;
        Ok(Self { pages: site.sample.len(), other_host: site.other_hosts.iter().next().map(str::to_owned) })
    }
}

impl Outcome {
    fn count(&mut self, name: &str, Seen { pages, other_host }: Seen) {
        self.remembered += pages as u64;
        if pages < ENOUGH_PAGES {
            self.small_sites += 1;
            if self.small.len() < LISTED {
                self.small.push(name.to_owned());
            }
        }
        if let Some(host) = other_host {
            self.disagreeing_sites += 1;
            if self.disagreeing.len() < LISTED {
                self.disagreeing.push((name.to_owned(), host));
            }
        }
    }
}
