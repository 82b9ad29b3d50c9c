//! Why was a line judged as it was? By the folder of a run, or by a profile.
//!
//! A line is found by its text; failing that by its template key, under which lines that differ in a number, a date
//! or an address are one. What is not found is no fault: most lines of a page are its own, and nothing is told of
//! them.

use super::condemn::line_row;
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
}

/// Explains a line by what stands at `place`: a folder of `tamis strip`, or a profile. Of one site, or of all.
pub fn explain_line(place: &Path, line: &str, site: Option<&str>) -> Result<ExplainedLine> {
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
    Ok(ExplainedLine { line: line.to_owned(), template, found_by, rows: found, seen })
}

fn not_a_run(error: Error) -> Error {
    error.next_step("--line wants a folder that tamis run or tamis strip has written, or a profile")
}
