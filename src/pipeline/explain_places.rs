//! How was a line judged on the pages that have it? A line that stands on one page is in no table: it is judged by what
//! stands around it, so its page is read and judged again.

use super::Observer;
use super::condemn::ProfileJudge;
use super::explain::recorded_inputs;
use super::manifest::{MANIFEST, StripSettings};
use super::records::{Line, Worked, read_records};
use super::resume::Units;
use super::run::PROFILE;
use super::settings::Reading;
use super::strip::rows::SpansRow;
use crate::boilerplate::evidence::Gatherer;
use crate::boilerplate::judge::{JudgedPlace, Tier};
use crate::error::{Error, ErrorKind, Result};
use crate::io::fields::FieldNames;
use crate::io::record::Record;
use crate::io::tables::{Lines, read_document};
use crate::site::SiteBy;
use crate::text::lines::lines;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Places that are told of.
pub const TOLD_PLACES: usize = 3;

/// A line at one place of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinePlace {
    /// The page; empty if it has neither id nor URL.
    pub id: String,
    /// The input file.
    pub file: String,
    /// 1-based number of the record's line.
    pub record: u64,
    /// The site; none where a table alone tells of it, as with the line.
    pub site: Option<String>,
    /// 1-based number of the line in the text.
    pub line: Option<usize>,
    /// What becomes of it there.
    pub tier: String,
    /// Why.
    pub reasons: Vec<String>,
}

/// What pages are looked through, and by which profile they are judged.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// Pages, in place of those that a folder was made from.
    pub inputs: Vec<PathBuf>,
    /// The profile, where the folder has none.
    pub profile: Option<PathBuf>,
    /// Where spools go.
    pub temp_dir: PathBuf,
}

/// What the manifests of `tamis strip` and `tamis run` say of how pages were read and judged.
#[derive(Deserialize)]
struct MadeWith {
    settings: MadeWithSettings,
    #[serde(default)]
    strip: Option<StripSettings>,
}

#[derive(Deserialize)]
struct MadeWithSettings {
    site_by: SiteBy,
    fields: FieldNames,
    longest_record: usize,
    #[serde(flatten)]
    judged_by: Option<StripSettings>,
}

/// The first places of a line on pages of a site, or of all, judged again, and what the user should know of the pages; none where
/// nothing says by which profile, or which pages. `place` is a folder of `tamis strip` or `tamis run`, or a profile.
pub(super) fn explain_places(
    place: &Path,
    line: &str,
    site: Option<&str>,
    lookup: &Lookup,
    observer: &dyn Observer,
) -> Result<Option<(Vec<LinePlace>, Vec<String>)>> {
    let mut reading = Reading::new(lookup.inputs.clone());
    reading.temp_dir.clone_from(&lookup.temp_dir);
    let mut made_with = None;
    let own = if place.is_dir() { place.join(PROFILE) } else { place.to_owned() };
    let Some(profile) = lookup.profile.clone().or_else(|| own.is_file().then_some(own)) else {
        if lookup.inputs.is_empty() {
            return Ok(None);
        }
        let fault = "pages are judged by a profile, and the folder has none";
        return Err(Error::usage("--input", fault).next_step("name it with --profile"));
    };
    if place.is_dir() {
        let MadeWith { settings, strip } = read_document(place, MANIFEST)?;
        (reading.fields, reading.site_by) = (settings.fields, settings.site_by);
        reading.longest_record = settings.longest_record;
        made_with = settings.judged_by.or(strip);
        if reading.inputs.is_empty() {
            reading.inputs = recorded_inputs(place)?;
        }
    }
    if !reading.has_inputs() {
        return Ok(None);
    }
    let judge = ProfileJudge::saved(&profile, made_with.as_ref(), &reading)?;
    find(&judge, &reading, line.trim(), site, observer).map(Some)
}

/// Reads pages until enough places were found.
fn find(
    judge: &ProfileJudge,
    reading: &Reading,
    wanted: &str,
    of_site: Option<&str>,
    observer: &dyn Observer,
) -> Result<(Vec<LinePlace>, Vec<String>)> {
    type Found = (Vec<LinePlace>, Option<String>);
    let mut places: Vec<LinePlace> = Vec::new();
    let (mut sources, _) = reading.open(None)?;
    observer.phase("reading", sources.packed_bytes());
    let work = |gatherer: &mut Gatherer, found: &mut Found, line: &Line<'_>, record: &Record<'_>| {
        if found.0.len() >= TOLD_PLACES || !record.text.contains(wanted) {
            return;
        }
        let lines = lines(&record.text).map(|range| record.text[range].trim()).enumerate();
        let numbers = lines.filter(|(_, line)| *line == wanted).map(|(number, _)| number);
        let numbers: Vec<usize> = numbers.take(TOLD_PLACES).collect();
        let site = reading.site_by.site(record.site.as_deref(), record.url.as_deref());
        if numbers.is_empty() || of_site.is_some_and(|of_site| of_site != site) {
            return;
        }
        match judge.explain(gatherer, &site, record, &numbers) {
            Ok(judged) => {
                let judged = judged.unwrap_or_else(|| numbers.into_iter().map(of_no_site).collect());
                found.0.extend(judged.into_iter().map(|place| LinePlace {
                    id: record.id.as_deref().or(record.url.as_deref()).unwrap_or_default().to_owned(),
                    file: line.file.to_owned(),
                    record: line.number,
                    site: Some(site.clone()),
                    line: Some(place.number + 1),
                    tier: place.tier.name().to_owned(),
                    reasons: place.reasons,
                }));
            }
            Err(error) => found.1 = found.1.take().or(Some(error.to_string())),
        }
    };
    let take = |(found, fault): Found, batch: &Worked<'_>| {
        if let Some(fault) = fault {
            return Err(Error::new(ErrorKind::Saved, "profile", fault));
        }
        places.extend(found.into_iter().map(|mut place| {
            place.record += batch.lines_before;
            place
        }));
        Ok(if places.len() < TOLD_PLACES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    };
    let units = &mut Units::unkept();
    let met =
        read_records(&mut sources, reading, units, observer, Gatherer::default, work, take, &mut |_| Ok(()))?;
    places.truncate(TOLD_PLACES);
    let mut notes = Vec::new();
    if met.rejected > 0 {
        notes.push(format!("{} of {} records could not be used as pages", met.rejected, met.records));
    }
    Ok((places, notes))
}

/// A line of a page of which the profile lacks the site.
fn of_no_site(number: usize) -> JudgedPlace {
    let reasons = vec!["stays: the profile knows no page of this site".to_owned()];
    JudgedPlace { number, tier: Tier::Keep, reasons }
}

/// The pages of any site of which the tables of a folder say that the line went, the first ones, with nothing of why.
pub(super) fn stripped_places(folder: &Path, line: &str) -> Result<Vec<LinePlace>> {
    let (line, mut places) = (line.trim(), Vec::new());
    let mut rows = Lines::open(folder, "spans.jsonl")?;
    while places.len() < TOLD_PLACES
        && let Some(SpansRow { id, file, record, tail, .. }) = rows.next_row()?
    {
        if tail.spans.iter().any(|span| span.line.trim() == line) {
            let (tier, reasons) = ("strip".to_owned(), Vec::new());
            places.push(LinePlace { id, file, record, site: None, line: None, tier, reasons });
        }
    }
    Ok(places)
}
