//! The records of all inputs, one by one, whatever their format; what was met on the way is counted.
//!
//! [`read_records`] is what commands call: it hands each usable record to a worker, each batch's outcome to one
//! place in input order, and everything that is no usable record to `reject`. Line numbers are counted from the
//! beginning of a batch while threads work on it, and from the beginning of the file once it is taken.

use super::Observer;
use super::resume::Units;
use super::settings::{OnError, Reading};
use super::waves::in_waves;
use crate::error::{Error, ErrorKind, Result};
use crate::io::batches::Batch;
use crate::io::fields::{FieldNames, Role};
use crate::io::record::{Parser, Record};
use crate::io::rejects::Reject;
use crate::io::source::{Format, Source, Sources, too_long};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::ops::{ControlFlow, Range};

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Dense number of the input file.
    pub source: u32,
    /// Its name.
    pub file: &'a str,
    /// What its records are.
    pub format: Format,
    /// 1-based number of the line within its batch.
    pub number: u64,
    /// Byte offset in the plain file.
    pub offset: u64,
    /// The record's bytes without the line feed, or the whole text.
    pub raw: &'a [u8],
}

/// A batch that was worked on.
#[derive(Clone, Copy, Debug)]
pub struct Worked<'a> {
    /// Dense number of the input file.
    pub source: u32,
    /// Its name.
    pub file: &'a str,
    /// Lines of the file before this batch; added to [`Line::number`] they give the record's number.
    pub lines_before: u64,
}

/// What was met in the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records, usable or not; blank lines are none.
    pub records: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Records, by role and place of the field name that served; place 0 is the default name.
    pub chosen: [[u64; 16]; Role::COUNT],
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
    /// Lines, blank ones too.
    lines: u64,
}

/// Reads all inputs: `work` on each usable record, into the outcome of its batch; `take` each outcome in input
/// order, until it breaks off; rejects go to `reject` as they are met.
#[allow(clippy::too_many_arguments, reason = "every command that reads says each of them")]
pub fn read_records<W: Send, O: Default + Send + Serialize + DeserializeOwned>(
    sources: &mut Sources,
    reading: &Reading,
    units: &mut Units<'_>,
    observer: &dyn Observer,
    make_worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &mut O, &Line<'_>, &Record<'_>) + Sync,
    mut take: impl FnMut(O, &Worked<'_>) -> Result<ControlFlow<()>>,
    reject: &mut dyn FnMut(Reject) -> Result<()>,
) -> Result<Tally> {
    // Names and folders are asked for while the sources are being read.
    let names: Vec<(String, String)> =
        sources.list().iter().map(|Source { name, folder, .. }| (name.clone(), folder.clone())).collect();
    let mut tally =
        Tally { by_source: vec![SourceCounts::default(); sources.list().len()], ..Tally::default() };
    let was_read: Vec<bool> = sources.list().iter().map(|source| !source.left_out.is_empty()).collect();
    in_waves(
        sources,
        reading.memory,
        units,
        observer,
        || (Parser::default(), make_worker()),
        |(parser, worker), batch| {
            let (mut met, mut outcome) = (Met::default(), O::default());
            let (file, folder) = &names[batch.source as usize];
            for_each_record(parser, reading, batch, (file, folder), &mut met, |line, record| {
                work(worker, &mut outcome, line, record);
            });
            (met, outcome)
        },
        |(met, outcome), batch| {
            let file = &names[batch.source as usize].0;
            let lines_before = tally.by_source[batch.source as usize].lines;
            let flow = take(outcome, &Worked { source: batch.source, file, lines_before })?;
            for row in tally.take(met, batch, file) {
                if reading.on_error == OnError::Fail {
                    let place = format!("{}:{}", row.file, row.record);
                    return Err(Error::new(ErrorKind::Input, place, row.reason));
                }
                reject(row)?;
            }
            Ok(flow)
        },
    )?;
    for (source, _) in sources.list().iter().zip(was_read).filter(|(_, was_read)| !was_read) {
        tell_left_out(source, observer);
    }
    Ok(tally)
}

/// Says which records of a file are no pages.
fn tell_left_out(source: &Source, observer: &dyn Observer) {
    let records: u64 = source.left_out.values().sum();
    if records > 0 {
        let kinds: Vec<String> =
            source.left_out.iter().map(|(kind, records)| format!("{records} {kind}")).collect();
        observer.note(&format!("{}: {records} records are no pages: {}", source.name, kinds.join(", ")));
    }
}

/// What was met in one batch; line numbers count from its own first line.
#[derive(Default, Serialize, Deserialize)]
struct Met {
    lines: u64,
    records: u64,
    chosen: [[u64; 16]; Role::COUNT],
    /// Line, where it stands in the batch, reason.
    rejects: Vec<(u64, Range<usize>, String)>,
}

fn for_each_record(
    parser: &mut Parser,
    reading: &Reading,
    batch: &Batch,
    (file, folder): (&str, &str),
    met: &mut Met,
    mut visit: impl FnMut(&Line<'_>, &Record<'_>),
) {
    let line =
        |number, offset, raw| Line { source: batch.source, file, format: batch.format, number, offset, raw };
    let mut usable = |line: &Line<'_>, parsed: std::result::Result<Record<'_>, String>, met: &mut Met| {
        met.records += 1;
        match parsed {
            Ok(record) => {
                for (role, place) in record.chosen.iter().enumerate() {
                    met.chosen[role][usize::from(*place).min(15)] += 1;
                }
                visit(line, &record);
            }
            Err(reason) => {
                let start = (line.offset - batch.offset) as usize;
                met.rejects.push((line.number, start..start + line.raw.len(), reason));
            }
        }
    };
    if batch.format == Format::PlainText {
        if batch.bytes.is_empty() && !batch.faults.is_empty() {
            return;
        }
        met.lines = 1;
        let parsed = simdutf8::basic::from_utf8(&batch.bytes)
            .map(|text| Record { text: text.into(), site: Some(folder.into()), ..Record::default() })
            .map_err(|_| "is not UTF-8 (convert it, for example with iconv)".to_owned());
        usable(&line(1, batch.offset, &batch.bytes), parsed, met);
        return;
    }
    let mut start = 0;
    while start < batch.bytes.len() {
        let end = memchr::memchr(b'\n', &batch.bytes[start..]).map_or(batch.bytes.len(), |at| start + at);
        let raw = &batch.bytes[start..end];
        met.lines += 1;
        if !raw.trim_ascii().is_empty() {
            let limit = reading.longest_record;
            let parsed =
                if raw.len() > limit { Err(too_long(limit)) } else { parser.parse(raw, &reading.fields) };
            usable(&line(met.lines, batch.offset + start as u64, raw), parsed, met);
        }
        start = end + 1;
    }
}

impl Tally {
    /// Takes a batch in and gives its rejects.
    fn take(&mut self, met: Met, batch: &Batch, file: &str) -> Vec<Reject> {
        let of_source = &mut self.by_source[batch.source as usize];
        let before = of_source.lines;
        let mut rejects: Vec<Reject> = Vec::new();
        for (line, at, reason) in met.rejects {
            rejects.push(batch.line_row(line, at, reason, file, before + line));
        }
        let numbers = before + met.lines + 1..;
        rejects.extend(
            (0..batch.faults.len()).zip(numbers).map(|(at, record)| batch.fault_row(at, file, record)),
        );
        let faults = batch.faults.len() as u64;
        of_source.lines += met.lines + faults;
        of_source.records += met.records + faults;
        of_source.rejected += rejects.len() as u64;
        self.records += met.records + faults;
        self.rejected += rejects.len() as u64;
        for (total, of) in self.chosen.iter_mut().flatten().zip(met.chosen.iter().flatten()) {
            *total += of;
        }
        rejects
    }

    /// Names of fields that stood in for a default one, with the number of records: what the user should know.
    pub fn stand_ins(&self, fields: &FieldNames) -> Vec<(Role, String, u64)> {
        let mut found = Vec::new();
        for role in Role::ALL {
            for (place, name) in fields.of(role).iter().enumerate().skip(1) {
                let records = self.chosen[role as usize][place.min(15)];
                if records > 0 {
                    found.push((role, name.clone(), records));
                }
            }
        }
        found
    }
}
