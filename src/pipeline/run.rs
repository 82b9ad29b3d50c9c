//! The conductor of `tamis run`: learn the sites' lines, strip them, remove near-duplicates of what is left.
//!
//! Two passes over the inputs. The first samples the pages of each site ([`learn`](mod@super::learn)). What they show is
//! frozen into a judge ([`condemn`](super::condemn)), and its profile is written to the folder, so that `tamis verify` can judge
//! once more. The second pass strips each page, fingerprints what is left, and goes on as `tamis dedup` does
//! ([`dedup`](mod@super::dedup)): candidates, proof, decision, output.

use super::changes::{SiteChange, look_back};
use super::condemn::{ProfileJudge, line_rows};
use super::dedup::{self, Conducted, Done, Job, Learned, Stripping};
use super::gathering::Gathering;
use super::indexed::Indexed;
use super::manifest::{LearnSettings, StripReport, StripSettings};
use super::report::{Against, Concluded, ReportSettings, report};
use super::resume::Units;
use super::settings::{Reading, Settings};
use super::shown::{SAMPLED_SITES, junk};
use super::stored::StoredProfile;
use super::strip::{Conclusion, LINES};
use super::stripped::Stripper;
use super::write::PageSink;
use super::{Observer, known_sites, learn, profiles};
use crate::audit::report::Report;
use crate::boilerplate::judge::Strictness;
use crate::error::Result;
use crate::io::output::Existing;
use crate::io::tables::TableWriter;
use bitvec::vec::BitVec;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The profile in the folder of a run.
pub const PROFILE: &str = "profile.tamis";

/// What the manifest calls the command.
pub const COMMAND: &str = "run";

/// What `tamis run` is asked to do besides what `tamis dedup` does.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// What is read, compared, removed and written.
    pub dedup: Settings,
    /// Profiles that were learned before.
    pub merge: Vec<PathBuf>,
    /// How sure the judge is to be.
    pub strictness: Strictness,
    /// The day of pages without a date; later dates count as this one.
    pub as_of: Option<i32>,
    /// Share of a site's known text from which what is newly stripped waits for a person, 0 to 1.
    pub approve_above: f32,
    /// What is reported.
    pub report: ReportSettings,
}

impl RunSettings {
    /// The defaults, for these inputs and this folder.
    pub fn new(inputs: Vec<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self {
            dedup: Settings::new(inputs, folder),
            merge: Vec::new(),
            strictness: Strictness::Usual,
            as_of: None,
            approve_above: learn::APPROVE_ABOVE,
            report: ReportSettings { baseline: None, gates: None, samples: SAMPLED_SITES, as_of: None },
        }
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Outcome {
    /// What was compared, removed and written.
    pub dedup: dedup::Outcome,
    /// Sites whose newest pages have another template than was known, and sites with rules that wait from now on.
    pub changes: Vec<SiteChange>,
    /// What was found.
    pub report: Report,
}

/// Strips all pages and removes near-duplicates of what is left. `standard_output` takes the pages if the settings
/// send them there. The folder is complete or absent.
pub fn run(
    settings: &RunSettings,
    observer: &dyn Observer,
    standard_output: &mut PageSink<'_>,
) -> Result<Outcome> {
    let mut view = None;
    loop {
        match attempt(settings, view, observer, standard_output)? {
            Attempt::Done(outcome) => return Ok(*outcome),
            // A batch that was delivered before is stripped by what was known when it came.
            Attempt::DeliveredBefore { view: before } => view = Some(before),
        }
    }
}

enum Attempt {
    Done(Box<Outcome>),
    DeliveredBefore { view: u32 },
}

/// Runs with what the first `view` pages of the index taught, or all of them.
fn attempt(
    settings: &RunSettings,
    view: Option<u32>,
    observer: &dyn Observer,
    standard_output: &mut PageSink<'_>,
) -> Result<Attempt> {
    let RunSettings { dedup, merge, strictness, as_of, approve_above, .. } = settings;
    learn::validate_share(*approve_above)?;
    let Reading { temp_dir, memory, .. } = &dedup.reading;
    let mut known = StoredProfile::merged(merge, temp_dir, *memory)?;
    let against = Against::read(&settings.report)?;
    let command = if dedup.writes_tables() { COMMAND } else { "audit" };
    let digest = known.digest()?;
    let described = (&digest, *strictness, *as_of, *approve_above, view);
    let mut job = Job::open(dedup, command, &described, observer)?;
    let learn_settings = LearnSettings {
        profile: digest.clone(),
        strict: *strictness == Strictness::Strict,
        as_of: *as_of,
        approve_above: *approve_above,
    };
    let index = job.indexed.as_ref().map(Indexed::index);
    let view = view.unwrap_or_else(|| index.map_or(0, |index| index.catalogue().pages()));
    let of_index = index.map(|index| index.profile(view)).transpose()?;
    if let Some(of_index) = &of_index {
        known = known.and(of_index, temp_dir, *memory)?;
    }
    let reading = &dedup.reading;
    let mut learning = Units::new(&job.journal, 0).and(&format!("learn {}", known.digest()?));
    // Records that cannot be used are told of in the second pass.
    let gathering = Gathering::new(&known, true, temp_dir, *memory)?;
    let (gathering, sampled) = learn::sample(
        &mut job.sources,
        reading,
        &mut learning,
        *as_of,
        gathering,
        observer,
        &mut |_| Ok(()),
    )?;
    job.sources.rewind()?;
    let (profile, prior) = gathering.finish()?;
    let (changes, profile) = look_back(&known, profile, *approve_above, temp_dir, *memory)?;
    drop(known);
    job.clock.phase("learn");

    let of = StripSettings { profile: profile.digest()?, strict: learn_settings.strict };
    if dedup.writes_tables() {
        profile.write(profiles::create(&job.folder().join(PROFILE), Existing::Refuse)?)?;
    }
    let taught = of_index.is_some().then(|| profile.to_profile()).transpose()?;
    let judge = ProfileJudge::within(profile, *strictness, temp_dir, *memory)?;
    let Some(prior) = prior else { unreachable!("pages were sampled for it") };
    memory.check_report(prior.len())?;
    let (known, faults) = known_sites::known(prior, *memory)?;
    let stripper = Stripper { judge: &judge, known: Some(&known) };
    let stripping = Stripping {
        command,
        by: Some((stripper, &of)),
        pages: sampled.pages,
        learned: Some(Learned {
            settings: learn_settings,
            view,
            profiles: of_index.as_ref().zip(taught.as_ref()),
        }),
    };
    let mut reported = None;
    let dedup = Settings { kinds: true, ..dedup.clone() };
    let dedup = job.conduct(&stripping, &dedup, observer, standard_output, |mut done| {
        let Some(stripped) = done.stripped.take() else { unreachable!("there is a judge") };
        let counts = stripped.counts.clone();
        let concluded = conclude(&done, &judge)?;
        let Conclusion { drifts, left_alone } = concluded.conclusion.clone();
        reported = Some(report(&done, &stripped, stripper, concluded, (&settings.report, &against))?);
        faults.none()?;
        if done.settings.writes_tables() {
            let Done { folder, sources, written, settings, .. } = done;
            let lines = lines_of(written);
            stripped.into_spans().write(folder, settings.tables, sources, |page| lines[page as usize])?;
        }
        Ok(Some(StripReport { of: of.clone(), counts, drifts, no_articles: left_alone }))
    })?;
    let dedup = match dedup {
        Conducted::Done(outcome) => *outcome,
        Conducted::DeliveredBefore { view } => return Ok(Attempt::DeliveredBefore { view }),
    };
    let Some(report) = reported else { unreachable!("no outcome without a report") };
    Ok(Attempt::Done(Box::new(Outcome { dedup, changes, report })))
}

/// What is known of sites when all their pages are judged. Writes how each line was judged.
fn conclude(done: &Done<'_>, judge: &ProfileJudge) -> Result<Concluded> {
    let Done { folder, settings, .. } = done;
    let mut rows =
        settings.writes_tables().then(|| TableWriter::create(folder, LINES, settings.tables)).transpose()?;
    let mut lines = BTreeMap::new();
    let conclusion = judge.conclude_rules(&mut |site, rules| {
        lines.insert(site.to_owned(), junk(rules));
        match &mut rows {
            Some(table) => line_rows(site, rules).iter().try_for_each(|row| table.row(row)),
            None => Ok(()),
        }
    })?;
    rows.map_or(Ok(()), TableWriter::finish)?;
    Ok(Concluded { conclusion, lines })
}

/// For each page the 1-based line of `pages.jsonl` that it stands in, if it is written.
fn lines_of(written: &BitVec) -> Vec<Option<u64>> {
    let mut line = 0;
    let line_of = |is_written: bool| {
        line += u64::from(is_written);
        is_written.then_some(line)
    };
    written.iter().by_vals().map(line_of).collect()
}
