//! CSV with a header: rows one by one, quotes as RFC 4180 has them; with [`write`](mod@write) the only door to `csv-core`.
//!
//! The header says what separates fields: a comma, a semicolon, a tab or a bar. A row has as many fields as the header. A quote
//! that is never closed would take all rows behind it: then its line alone is a fault, and reading goes on at the
//! next line. How many bytes are read twice for that is bounded by how many were read once.

pub(in crate::io) mod write;

use super::lines::{Convert, Place, RecordLines, Value};
use crate::error::{Error, Result};
use crate::io::fields::{FieldNames, Role};
use crate::io::rejects::RAW_BYTES;
use crate::io::sniff::BYTE_ORDER_MARK;
use crate::io::source::too_long;
use csv_core::{ReadRecordResult, ReaderBuilder};
use std::io::Read;

/// Bytes of rows of which lines are made at once.
const AT_ONCE: u64 = 1 << 20;

/// Bytes that are read at once.
const READ: usize = 1 << 16;

/// Reads the rows of a file.
pub(in crate::io) struct Rows {
    table: Table,
    names: FieldNames,
    /// Number and name of each column that Tamis looks at.
    columns: Vec<(usize, String)>,
    /// Columns; none before the header is read.
    width: Option<usize>,
}

/// What stands next in a file.
enum Row {
    /// Fields, unquoted.
    Fields(Place),
    /// It cannot be used.
    Fault(Place, String, Vec<u8>),
    /// The end.
    End,
}

/// Rows of fields.
pub(super) struct Table {
    plain: Box<dyn Read + Send>,
    name: String,
    longest: usize,
    parser: csv_core::Reader,
    delimiter: u8,
    buffer: Vec<u8>,
    /// Offset of the buffer in the file.
    start: u64,
    /// Where the next row begins in the buffer.
    at: usize,
    /// Why the packed stream ended early, if it did.
    broken: Option<String>,
    /// Bytes that may still be read twice.
    budget: u64,
    /// Fields of the latest row one after the other, and where each ends.
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// How many fields these are; the rest of `fields` and `ends` is room.
    count: usize,
}

impl Table {
    pub(super) fn new(plain: Box<dyn Read + Send>, name: &str, longest: usize) -> Self {
        Self {
            plain,
            name: name.to_owned(),
            longest,
            parser: csv_core::Reader::new(),
            delimiter: b',',
            buffer: Vec::new(),
            start: 0,
            at: 0,
            broken: None,
            budget: longest as u64,
            fields: Vec::new(),
            ends: Vec::new(),
            count: 0,
        }
    }

    fn fill(&mut self) -> Result<bool> {
        if self.at >= READ && self.at >= self.buffer.len() / 2 {
            self.buffer.drain(..self.at);
            self.start += self.at as u64;
            self.at = 0;
        }
        let before = self.buffer.len();
        let read = self.plain.as_mut().take(READ as u64).read_to_end(&mut self.buffer);
        match read {
            Ok(count) => Ok(count > 0),
            Err(cause) if cause.raw_os_error().is_some() => Err(Error::disk(&self.name, &cause)),
            // What came before counts; behind it nothing comes.
            Err(cause) => {
                self.broken = Some(cause.to_string());
                self.plain = Box::new(std::io::empty());
                Ok(self.buffer.len() > before)
            }
        }
    }

    /// Reads the header, by which fields are separated; its names, and how many bytes it is.
    pub(super) fn header(&mut self) -> Result<Option<(Vec<String>, Place)>> {
        while memchr::memchr(b'\n', &self.buffer).is_none()
            && self.buffer.len() < self.longest
            && self.fill()?
        {}
        if self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        self.delimiter = delimiter(&self.buffer[self.at..]);
        self.parser = ReaderBuilder::new().delimiter(self.delimiter).build();
        match self.row()? {
            Row::Fields(place) => {
                let names =
                    (0..self.count).map(|at| String::from_utf8_lossy(self.field(at)).trim().to_owned());
                Ok(Some((names.collect(), Place { offset: 0, length: place.offset + place.length })))
            }
            _ => Ok(None),
        }
    }

    /// A field of the latest row.
    fn field(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.fields[start..self.ends[number]]
    }

    fn row(&mut self) -> Result<Row> {
        loop {
            let blank =
                self.buffer[self.at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.at += blank;
            if self.at < self.buffer.len() {
                break;
            }
            if !self.fill()? {
                return Ok(match self.broken.take() {
                    Some(cause) => self.fault(0, cut_off(&cause)),
                    None => Row::End,
                });
            }
        }
        self.parser.reset();
        // Read so far of the row, written so far of its fields.
        let (mut read, mut written, mut ended) = (0, 0, 0);
        loop {
            if self.fields.len() - written < READ {
                self.fields.resize(written + 2 * READ, 0);
            }
            if self.ends.len() - ended < 64 {
                self.ends.resize(ended + 256, 0);
            }
            let is_end = self.at + read == self.buffer.len();
            if is_end && self.fill()? {
                continue;
            }
            if is_end && let Some(cause) = self.broken.take() {
                // A part of a row is no page.
                return Ok(self.fault(read, cut_off(&cause)));
            }
            // A line feed ends the last row if no quote is open.
            let input = if is_end { &b"\n"[..] } else { &self.buffer[self.at + read..] };
            let (result, taken, out, ends) =
                self.parser.read_record(input, &mut self.fields[written..], &mut self.ends[ended..]);
            written += out;
            ended += ends;
            if !is_end {
                read += taken;
            }
            let is_whole = matches!(result, ReadRecordResult::Record | ReadRecordResult::End);
            if is_whole {
                let ended_by_cr = read > 0 && self.buffer[self.at + read - 1] == b'\r';
                if ended_by_cr && (self.at + read < self.buffer.len() || self.fill()?) {
                    read += usize::from(self.buffer.get(self.at + read) == Some(&b'\n'));
                }
            }
            if !is_whole && (read > self.longest || is_end) {
                return self.unclosed(read, is_end);
            }
            if is_whole && read > self.longest {
                return Ok(self.fault(read, too_long(self.longest)));
            }
            if is_whole {
                self.count = ended;
                let place = Place { offset: self.start + self.at as u64, length: read as u64 };
                self.at += read;
                self.budget = self.budget.saturating_add(read as u64);
                return Ok(Row::Fields(place));
            }
        }
    }

    /// The fault of a row that does not end within what may be read of it.
    fn unclosed(&mut self, read: usize, is_end: bool) -> Result<Row> {
        let line = memchr::memchr(b'\n', &self.buffer[self.at..self.at + read]).map_or(read, |at| at + 1);
        let unclosed = "has a quote that is not closed".to_owned();
        let (length, reason) = if self.budget >= read as u64 && line < read {
            self.budget -= read as u64;
            (line, unclosed)
        } else if is_end {
            (read, unclosed)
        } else {
            return self.skip(read);
        };
        Ok(self.fault(length, reason))
    }

    /// Steps over the rest of a row that is too long, of which so much was read.
    fn skip(&mut self, read: usize) -> Result<Row> {
        let fault = self.fault(read, too_long(self.longest));
        let Row::Fault(mut place, reason, start) = fault else { return Ok(fault) };
        loop {
            let is_end = self.at == self.buffer.len();
            if is_end && self.fill()? {
                continue;
            }
            let input = if is_end { &b"\n"[..] } else { &self.buffer[self.at..] };
            let (result, taken, _, _) = self.parser.read_record(input, &mut self.fields, &mut self.ends);
            if !is_end {
                self.at += taken;
                place.length += taken as u64;
            }
            if is_end || matches!(result, ReadRecordResult::Record | ReadRecordResult::End) {
                return Ok(Row::Fault(place, reason, start));
            }
        }
    }

    fn fault(&mut self, length: usize, reason: String) -> Row {
        let start = self.buffer[self.at..][..length.min(RAW_BYTES)].to_vec();
        let place = Place { offset: self.start + self.at as u64, length: length as u64 };
        self.at += length;
        Row::Fault(place, reason, start)
    }
}

fn cut_off(cause: &str) -> String {
    format!("the packed stream is cut off or damaged behind this point: {cause}")
}

/// What separates the fields of a header.
pub(in crate::io) fn delimiter(header: &[u8]) -> u8 {
    let line =
        header.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for &byte in line {
        quoted ^= byte == b'"';
        counts.iter_mut().filter(|(known, _)| *known == byte && !quoted).for_each(|(_, count)| *count += 1);
    }
    // Of equal counts the first one.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(known, _)| *known)
}

impl Rows {
    /// The rows of a file, with the fields of these names.
    pub(in crate::io) fn open(
        plain: Box<dyn Read + Send>,
        name: &str,
        names: &FieldNames,
        longest: usize,
    ) -> Self {
        let table = Table::new(plain, name, longest);
        Self { table, names: names.clone(), columns: Vec::new(), width: None }
    }

    fn line(&self, place: Place, width: usize, out: &mut RecordLines) {
        let table = &self.table;
        let raw = &table.buffer[(place.offset - table.start) as usize..][..place.length as usize];
        if table.count != width {
            let found = table.count;
            return out.fault(place, format!("has {found} fields, and the header has {width}"), raw);
        }
        let mut fields = Vec::new();
        for (column, name) in &self.columns {
            let Ok(value) = simdutf8::basic::from_utf8(table.field(*column)) else {
                return out.fault(
                    place,
                    format!("field {name:?} is not UTF-8 (convert the file, for example with iconv)"),
                    raw,
                );
            };
            let is_text = self.names.roles(name).iter().any(|(role, _)| *role == Role::Text);
            if is_text || !value.is_empty() {
                fields.push((name.as_str(), Value::Text(value)));
            }
        }
        out.page(place, fields);
    }
}

impl Convert for Rows {
    fn convert(&mut self, out: &mut RecordLines) -> Result<bool> {
        let width = if let Some(width) = self.width {
            width
        } else {
            let Some((header, _)) = self.table.header()? else { return Ok(false) };
            let width = header.len();
            let known = header.into_iter().enumerate().filter(|(_, name)| !self.names.roles(name).is_empty());
            self.columns = known.collect();
            *self.width.insert(width)
        };
        let begin = self.table.start + self.table.at as u64;
        while self.table.start + (self.table.at as u64) < begin + AT_ONCE {
            match self.table.row()? {
                Row::Fields(place) => self.line(place, width, out),
                Row::Fault(place, reason, start) => out.fault(place, reason, &start),
                Row::End => return Ok(false),
            }
        }
        Ok(true)
    }
}
