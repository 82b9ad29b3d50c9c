//! Why was a line judged as it was? By the folder of a run, or by a profile.
//!
//! A line is found by its text; failing that by its template key, under which lines that differ in a number, a date
//! or an address are one. What is in no table is looked for on the pages ([`explain_places`](super::explain_places)). What is not
//! found is no fault: most lines of a page are its own, and nothing is told of them.

use super::Observer;
use super::condemn::line_row;
use super::explain_places::{LinePlace, Lookup, explain_places, stripped_places};
use super::profiles;
use super::rules::{ensure_known, rules};
use super::strip::rows::LineRow;
use crate::boilerplate::edits;
use crate::boilerplate::line::LineReader;
use crate::boilerplate::sample::example;
use crate::error::{Error, Result};
use crate::io::tables::read_rows;
use serde::Serialize;
use std::path::Path;

/// How a line was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FoundBy {
    /// Its text, or the beginning of it that is remembered.
    Text,
    /// Its template key.
    Template,
}

/// Where places of a line were looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LookedIn {
    /// On the pages, which were judged again.
    Pages,
    /// In the tables of a folder, which say what went, not why.
    Tables,
    /// Nowhere.
    Nothing,
}

/// What is known of a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedLine {
    /// What was asked for.
    pub line: String,
    /// Its template key, as the tables have it.
    pub template: String,
    /// How it was found; none if it is not known.
    pub found_by: Option<FoundBy>,
    /// One for each site that has it.
    pub rows: Vec<LineRow>,
    /// Pages of the sample with this line, of so many; where a profile was asked about one site.
    pub seen: Option<(usize, usize)>,
    /// Where it stands on pages, if it is in no table or pages were named.
    pub places: Vec<LinePlace>,
    /// Where they were looked for.
    pub looked_in: LookedIn,
    /// What the user should know, such as that the inputs are gone.
    pub notes: Vec<String>,
}

/// Explains a line by what stands at `place`: a folder of `tamis strip` or `tamis run`, or a profile. Of one site, or of all.
pub fn explain_line(
    place: &Path,
    line: &str,
    site: Option<&str>,
    lookup: &Lookup,
    observer: &dyn Observer,
) -> Result<ExplainedLine> {
    let mut reader = LineReader::default();
    let key = edits::key_of_text(line.trim(), &mut reader);
    let mut seen = None;
    let rows: Vec<LineRow> = if place.is_dir() {
        read_rows(place, "lines.jsonl").map_err(not_a_run)?
    } else {
        let profile = profiles::read(place)?;
        ensure_known(&profile, place, site)?;
        if let Some(known) = site.and_then(|site| profile.site(site)) {
            let pages = known.sample.pages();
            let has_it = pages.iter().filter(|page| page.lines.iter().any(|line| line.template == key));
            seen = Some((has_it.count(), pages.len()));
        }
        let told = rules(&profile, |name| site.is_none_or(|site| site == name));
        told.iter().flat_map(|of| of.lines.iter().map(|rule| line_row(&of.site, rule))).collect()
    };
    let rows: Vec<LineRow> =
        rows.into_iter().filter(|row| site.is_none_or(|site| site == row.site)).collect();
    let template = format!("{key:08x}");
    let shown = example(line);
    let is_its_text = |row: &LineRow| !shown.is_empty() && row.line == shown;
    let has_its_key = |row: &LineRow| row.template == template;
    // Of a line that is cut off, the beginning alone may be that of others.
    let by_both = rows.iter().any(|row| is_its_text(row) && has_its_key(row));
    let mut found: Vec<LineRow> =
        rows.iter().filter(|row| is_its_text(row) && (!by_both || has_its_key(row))).cloned().collect();
    let mut found_by = (!found.is_empty()).then_some(FoundBy::Text);
    if found.is_empty() {
        found = rows.into_iter().filter(has_its_key).collect();
        found_by = (!found.is_empty()).then_some(FoundBy::Template);
    }
    let is_asked = !lookup.inputs.is_empty() || lookup.profile.is_some();
    let (mut places, mut looked_in, mut notes) = (Vec::new(), LookedIn::Nothing, Vec::new());
    if !line.trim().is_empty() && (is_asked || found.is_empty()) {
        match explain_places(place, line, site, lookup, observer) {
            Ok(Some((judged, of_pages))) => (places, looked_in, notes) = (judged, LookedIn::Pages, of_pages),
            Ok(None) if place.is_dir() => notes.push(
                "why it goes or stays, by what stands around it: name the profile with --profile".to_owned(),
            ),
            Ok(None) => {}
            Err(error) if is_asked => return Err(error),
            Err(error) => notes.push(format!("{error}; by the tables alone (name the inputs with --input)")),
        }
        if looked_in == LookedIn::Nothing && found.is_empty() && place.is_dir() {
            (places, looked_in) = (stripped_places(place, line)?, LookedIn::Tables);
            if site.is_some() && !places.is_empty() {
                notes.push("the tables do not say of which site these pages are".to_owned());
            }
        }
    }
    Ok(ExplainedLine {
        line: line.to_owned(),
        template,
        found_by,
        rows: found,
        seen,
        places,
        looked_in,
        notes,
    })
}

fn not_a_run(error: Error) -> Error {
    error.next_step("--line wants a folder that tamis run or tamis strip has written, or a profile")
}
