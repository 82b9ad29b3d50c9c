//! Input files as batches of whole records.
//!
//! Reading is sequential and bounded: a batch is a quarter of a mebibyte of whole lines.

use super::compression::Compression;
use super::discover::STANDARD_INPUT;
use super::formats::lines::{Place, fault};
use super::opening::Input;
use super::rejects::{RAW_BYTES, Reject};
use super::sniff::BYTE_ORDER_MARK;
use super::source::{Format, Sources};
use crate::error::{Error, Result};
use std::io::Read as _;
use std::ops::Range;

/// Bytes that a batch aims at.
pub const BATCH_BYTES: usize = 1 << 18;

/// Whole records of one file.
#[derive(Debug)]
pub struct Batch {
    /// The file.
    pub source: u32,
    /// What the records are.
    pub format: Format,
    /// Where `bytes` begin in the plain file.
    pub offset: u64,
    /// Whole lines, or a whole text.
    pub bytes: Vec<u8>,
    /// Of a converted format: where the record of each line stands in its file.
    pub places: Vec<Place>,
    /// Faults met behind these bytes; each counts as one record.
    pub faults: Vec<Fault>,
}

/// A stretch of a file that holds no usable record.
#[derive(Debug)]
pub struct Fault {
    offset: u64,
    length: u64,
    reason: String,
    start: Vec<u8>,
}

impl Batch {
    /// The row of a fault behind the lines; how many faults stand before it, and its number in the file.
    pub fn fault_row(&self, number: usize, file: &str, record: u64) -> Reject {
        let Fault { offset, length, reason, start } = &self.faults[number];
        let lines = self.places.len().saturating_sub(self.faults.len());
        let place = self.places.get(lines + number).copied();
        let place = place.unwrap_or(Place { offset: *offset, length: *length });
        Reject::new(file, record, place.offset, place.length, reason.clone(), start)
    }

    /// The row of a line that is no usable record: which of the batch, where it stands in `bytes`, and why.
    pub fn line_row(&self, line: u64, at: Range<usize>, reason: String, file: &str, record: u64) -> Reject {
        let (start, length) = (self.offset + at.start as u64, at.len() as u64);
        let raw = &self.bytes[at];
        let Some(place) = self.places.get(line as usize - 1) else {
            return Reject::new(file, record, start, length, reason, raw);
        };
        match fault(raw) {
            Some((reason, start)) => Reject::new(file, record, place.offset, place.length, reason, &start),
            None => Reject::new(file, record, place.offset, place.length, reason, raw),
        }
    }
}

/// Reads the files of [`Sources`] one after another.
pub struct BatchReader<'a> {
    sources: &'a mut Sources,
    next: usize,
    open: Option<OpenFile>,
    pool: Vec<Vec<u8>>,
}

struct OpenFile {
    input: Input,
    /// Offset of what is read next, `carry` not counted.
    offset: u64,
    /// Bytes read that belong to the next batch.
    carry: Vec<u8>,
    at_end: bool,
    /// Whether what is read goes to the spool.
    spools: bool,
    /// Lines that were given.
    lines: u64,
    /// Why the packed stream ended early; said with the last batch.
    failure: Option<String>,
}

impl<'a> BatchReader<'a> {
    pub(super) const fn new(sources: &'a mut Sources) -> Self {
        Self { sources, next: 0, open: None, pool: Vec::new() }
    }

    /// The next records; none at the end of the last file.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        loop {
            if self.open.is_none() {
                if self.next == self.sources.list.len() {
                    return Ok(None);
                }
                self.open = Some(self.open_next()?);
                self.next += 1;
            }
            let batch = match self.sources.list[self.next - 1].format {
                Format::PlainText => self.whole_text()?,
                _ => self.lines()?,
            };
            if self.open.as_ref().is_some_and(|open| open.at_end && open.carry.is_empty()) {
                self.open = None;
            }
            if !batch.bytes.is_empty() || !batch.faults.is_empty() || batch.format == Format::PlainText {
                return Ok(Some(batch));
            }
        }
    }

    /// Takes the buffer of a batch back.
    pub fn recycle(&mut self, buffer: Vec<u8>) {
        self.pool.push(buffer);
    }

    fn open_next(&mut self) -> Result<OpenFile> {
        let number = self.next;
        let source = &mut self.sources.list[number];
        let length = std::mem::take(&mut source.bytes);
        source.is_complete = false;
        let path = source.path.clone();
        let input = match (source.spooled_at, &self.sources.spool) {
            (Some(at), Some(spool)) => Input::Plain(Box::new(spool.reader(at..at + length)?)),
            _ => self.sources.open_input(number)?,
        };
        let mut open = OpenFile {
            input,
            offset: 0,
            carry: Vec::new(),
            spools: false,
            at_end: false,
            lines: 0,
            failure: None,
        };
        let source = &mut self.sources.list[number];
        let is_packed = source.compression != Compression::Plain || source.format.is_converted();
        if source.spooled_at.is_none() && (is_packed || path.as_os_str() == STANDARD_INPUT) {
            let (spooled_at, placed_at) = (self.sources.spool()?.len(), self.sources.places_end());
            self.sources.list[number].spooled_at = Some(spooled_at);
            self.sources.list[number].placed_at = placed_at;
            open.spools = true;
        }
        let mut start = Vec::new();
        self.fill(number, &mut open, &mut start)?;
        if !self.sources.list[number].format.is_converted() && start.starts_with(BYTE_ORDER_MARK) {
            start.drain(..BYTE_ORDER_MARK.len());
            open.offset += BYTE_ORDER_MARK.len() as u64;
        }
        open.carry = start;
        Ok(open)
    }

    /// Reads about one batch more. A fault of a packed stream ends the file.
    fn fill(&mut self, number: usize, open: &mut OpenFile, bytes: &mut Vec<u8>) -> Result<()> {
        let before = bytes.len();
        bytes.reserve(BATCH_BYTES);
        let outcome = match &mut open.input {
            Input::Plain(plain) => plain.as_mut().take(BATCH_BYTES as u64).read_to_end(bytes),
            Input::Converted(converted) => {
                let count = converted.read(BATCH_BYTES, bytes)?;
                self.sources.take_places(number, &mut converted.lines)?;
                Ok(count)
            }
        };
        let read = &bytes[before..];
        let source = &mut self.sources.list[number];
        source.bytes += read.len() as u64;
        if let Some(digest) = &mut source.digest {
            digest.push(read);
        }
        if open.spools
            && let Some(spool) = &mut self.sources.spool
        {
            spool.append(read)?;
        }
        match outcome {
            Ok(count) => open.at_end = count == 0,
            Err(cause) if source.compression == Compression::Plain => {
                return Err(Error::disk(&source.name, &cause));
            }
            Err(cause) => {
                open.at_end = true;
                source.broken = Some(cause.to_string());
            }
        }
        if open.at_end {
            source.is_complete = true;
            // Of a converted format it is a line.
            open.failure = source.broken.clone().filter(|_| !source.format.is_converted());
        }
        Ok(())
    }

    fn lines(&mut self) -> Result<Batch> {
        let number = self.next - 1;
        let Some(mut open) = self.open.take() else { unreachable!("next_batch opened it") };
        let mut bytes = self.pool.pop().unwrap_or_default();
        bytes.clear();
        bytes.append(&mut open.carry);
        let offset = open.offset;
        let mut faults = Vec::new();
        let mut searched = 0;
        loop {
            let end = memchr::memrchr(b'\n', &bytes[searched..]).map(|at| searched + at + 1);
            let enough = bytes.len() >= BATCH_BYTES / 2;
            if let Some(end) = end.filter(|_| enough || open.at_end) {
                // Behind the end of the file an unfinished line is a line.
                let end = if open.at_end { bytes.len() } else { end };
                open.carry.extend_from_slice(&bytes[end..]);
                bytes.truncate(end);
                break;
            }
            if open.at_end {
                break;
            }
            if end.is_none() {
                searched = bytes.len();
                if bytes.len() > self.sources.longest_record {
                    faults.push(self.skip_line(number, &mut open, &mut bytes)?);
                    break;
                }
            }
            self.fill(number, &mut open, &mut bytes)?;
        }
        open.offset = offset + faults.first().map_or(bytes.len() as u64, |skipped| skipped.length + 1);
        if open.at_end && open.carry.is_empty() {
            faults.extend(self.stream_fault(&mut open));
        }
        let places = self.places(number, &mut open, &bytes, faults.len())?;
        self.open = Some(open);
        let format = self.sources.list[number].format;
        Ok(Batch { source: number as u32, format, offset, bytes, places, faults })
    }

    /// Where the records of the lines in `bytes` stand, and of the lines that are faults behind them.
    fn places(&self, number: usize, open: &mut OpenFile, bytes: &[u8], faults: usize) -> Result<Vec<Place>> {
        let source = &self.sources.list[number];
        if !source.format.is_converted() {
            return Ok(Vec::new());
        }
        let lines = memchr::memchr_iter(b'\n', bytes).count() + faults;
        let first = open.lines;
        open.lines += lines as u64;
        self.sources.places(number, first, lines)
    }

    /// Steps over a line that is too long; `bytes` holds its beginning and is empty after.
    fn skip_line(&mut self, number: usize, open: &mut OpenFile, bytes: &mut Vec<u8>) -> Result<Fault> {
        let offset = open.offset;
        let start = bytes[..RAW_BYTES.min(bytes.len())].to_vec();
        let mut length = bytes.len() as u64;
        loop {
            bytes.clear();
            self.fill(number, open, bytes)?;
            if bytes.is_empty() {
                break;
            }
            if let Some(at) = memchr::memchr(b'\n', bytes) {
                length += at as u64;
                open.carry = bytes.split_off(at + 1);
                break;
            }
            length += bytes.len() as u64;
        }
        bytes.clear();
        let reason = self.sources.too_long();
        Ok(Fault { offset, length, reason, start })
    }

    fn whole_text(&mut self) -> Result<Batch> {
        let number = self.next - 1;
        let Some(mut open) = self.open.take() else { unreachable!("next_batch opened it") };
        let mut bytes = std::mem::take(&mut open.carry);
        let offset = open.offset;
        let mut faults = Vec::new();
        while !open.at_end {
            self.fill(number, &mut open, &mut bytes)?;
            if bytes.len() > self.sources.longest_record {
                faults.push(self.skip_text(number, &mut open, &mut bytes)?);
            }
        }
        open.offset = offset + bytes.len() as u64;
        if let Some(fault) = self.stream_fault(&mut open) {
            // A part of a text is no page.
            let start = bytes[..RAW_BYTES.min(bytes.len())].to_vec();
            faults.push(Fault { offset, length: bytes.len() as u64, start, ..fault });
            bytes.clear();
        }
        self.open = Some(open);
        Ok(Batch {
            source: number as u32,
            format: Format::PlainText,
            offset,
            bytes,
            places: Vec::new(),
            faults,
        })
    }

    fn skip_text(&mut self, number: usize, open: &mut OpenFile, bytes: &mut Vec<u8>) -> Result<Fault> {
        let start = bytes[..RAW_BYTES].to_vec();
        let mut length = bytes.len() as u64;
        while !open.at_end {
            bytes.clear();
            self.fill(number, open, bytes)?;
            length += bytes.len() as u64;
        }
        bytes.clear();
        let reason = self.sources.too_long();
        Ok(Fault { offset: open.offset, length, reason, start })
    }

    /// What ended a packed stream early, if anything did.
    fn stream_fault(&self, open: &mut OpenFile) -> Option<Fault> {
        let cause = open.failure.take()?;
        let packing = match self.sources.list[self.next - 1].compression {
            Compression::Zstd => "zstd",
            _ => "gzip",
        };
        let reason = format!("the {packing} stream is cut off or damaged behind this point: {cause}");
        Some(Fault { offset: open.offset, length: 0, reason, start: Vec::new() })
    }
}
