//! Input files as batches of whole records.
//!
//! Reading is sequential and bounded: a batch is a quarter of a mebibyte of whole lines.

use super::compression::Compression;
use super::discover::STANDARD_INPUT;
use super::rejects::{RAW_BYTES, Reject};
use super::sniff::{BYTE_ORDER_MARK, sniff};
use super::source::{Format, Sources};
use crate::error::{Error, ErrorKind, Result};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

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

impl Fault {
    /// The row of this fault.
    pub fn reject(&self, file: &str, record: u64) -> Reject {
        Reject::new(file, record, self.offset, self.length, self.reason.clone(), &self.start)
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
    reader: Box<dyn Read + Send>,
    /// Offset of what is read next, `carry` not counted.
    offset: u64,
    /// Bytes read that belong to the next batch.
    carry: Vec<u8>,
    at_end: bool,
    /// Whether what is read goes to the spool.
    spools: bool,
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
                Format::JsonLines => self.lines()?,
                Format::PlainText => self.whole_text()?,
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
        let (path, place) = (source.path.clone(), source.name.clone());
        let reader = match (source.spooled_at, &self.sources.spool) {
            (Some(at), Some(spool)) => Box::new(spool.reader(at..at + length)?),
            _ => self.open_file(number, &path, &place)?,
        };
        let mut open =
            OpenFile { reader, offset: 0, carry: Vec::new(), spools: false, at_end: false, failure: None };
        let source = &mut self.sources.list[number];
        let is_packed = source.compression != Compression::Plain;
        if source.spooled_at.is_none() && (is_packed || path.as_os_str() == STANDARD_INPUT) {
            let spooled_at = self.sources.spool()?.len();
            self.sources.list[number].spooled_at = Some(spooled_at);
            open.spools = true;
        }
        let mut start = Vec::new();
        self.fill(number, &mut open, &mut start)?;
        self.sources.list[number].format = sniff(&place, &path, &start)?;
        if start.starts_with(BYTE_ORDER_MARK) {
            start.drain(..BYTE_ORDER_MARK.len());
            open.offset += BYTE_ORDER_MARK.len() as u64;
        }
        open.carry = start;
        Ok(open)
    }

    /// The plain bytes of a file that is not spooled; its compression is known from now on.
    fn open_file(&mut self, number: usize, path: &Path, place: &str) -> Result<Box<dyn Read + Send>> {
        let failed = |cause: io::Error| Error::new(ErrorKind::Input, place, cause.to_string());
        let is_stdin = path.as_os_str() == STANDARD_INPUT;
        let mut packed: Box<dyn Read + Send> =
            if is_stdin { Box::new(io::stdin()) } else { Box::new(File::open(path).map_err(failed)?) };
        let mut magic = Vec::new();
        packed.as_mut().take(4).read_to_end(&mut magic).map_err(failed)?;
        let source = &mut self.sources.list[number];
        source.broken = None;
        source.compression = Compression::detect(&magic);
        source.compression.unpack(io::Cursor::new(magic).chain(packed)).map_err(failed)
    }

    /// Reads about one batch more. A fault of a packed stream ends the file.
    fn fill(&mut self, number: usize, open: &mut OpenFile, bytes: &mut Vec<u8>) -> Result<()> {
        let before = bytes.len();
        bytes.reserve(BATCH_BYTES);
        let outcome = open.reader.as_mut().take(BATCH_BYTES as u64).read_to_end(bytes);
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
            open.failure = source.broken.clone();
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
        let source = number as u32;
        self.open = Some(open);
        Ok(Batch { source, format: Format::JsonLines, offset, bytes, faults })
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
        Ok(Batch { source: number as u32, format: Format::PlainText, offset, bytes, faults })
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
