//! Input files as batches of whole records, and their plain bytes by offset.
//!
//! Reading is sequential and bounded: a batch is a quarter of a mebibyte of whole lines. Texts are read again for
//! proof and for output; a plain file is read where it is, a packed one and standard input are spooled, unpacked,
//! to one temporary file that vanishes with the process.

use super::compression::Compression;
use super::discover::STANDARD_INPUT;
use super::rejects::{RAW_BYTES, Reject};
use super::spool::{Spool, read_exact_at};
use crate::error::{Error, ErrorKind, Result};
use crate::hash::Digester;
use crate::page::Location;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes that a batch aims at.
pub const BATCH_BYTES: usize = 1 << 18;

/// What the records of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// The whole file is the text of one page.
    PlainText,
}

impl Format {
    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "json-lines",
            Self::PlainText => "plain-text",
        }
    }
}

/// One input file.
#[derive(Debug)]
pub struct Source {
    /// As named on the command line, or found in a folder.
    pub name: String,
    /// The folder it lies in: the site of a plain-text page.
    pub folder: String,
    /// Known once it was opened.
    pub format: Format,
    /// Known once it was opened.
    pub compression: Compression,
    /// Plain bytes read so far.
    pub bytes: u64,
    /// The digest of these bytes, if one was asked for.
    pub digest: Option<Digester>,
    path: PathBuf,
    /// Where its plain bytes begin in the spool, if they are there.
    spooled_at: Option<u64>,
}

/// All input files of a run.
#[derive(Debug)]
pub struct Sources {
    list: Vec<Source>,
    spool: Option<Spool>,
    temp_dir: PathBuf,
    longest_record: usize,
}

impl Sources {
    /// The files of a run. `temp_dir` takes the spool; records longer than `longest_record` bytes are rejected.
    pub fn new(files: Vec<PathBuf>, temp_dir: PathBuf, longest_record: usize) -> Self {
        let list = files
            .into_iter()
            .map(|path| Source {
                name: path.display().to_string(),
                folder: path
                    .parent()
                    .and_then(Path::file_name)
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                format: Format::JsonLines,
                compression: Compression::Plain,
                bytes: 0,
                digest: None,
                path,
                spooled_at: None,
            })
            .collect();
        Self { list, spool: None, temp_dir, longest_record }
    }

    /// The same files; what is read of each is also digested.
    #[must_use]
    pub fn with_digests(mut self) -> Self {
        self.list.iter_mut().for_each(|source| source.digest = Some(Digester::default()));
        self
    }

    /// The files in reading order.
    pub fn list(&self) -> &[Source] {
        &self.list
    }

    /// The file of the given number.
    pub fn get(&self, source: u32) -> &Source {
        &self.list[source as usize]
    }

    /// Bytes of all files as they lie on disk; standard input counts nothing.
    pub fn packed_bytes(&self) -> u64 {
        self.list.iter().filter_map(|source| source.path.metadata().ok()).map(|metadata| metadata.len()).sum()
    }

    /// Reads all files from the beginning.
    pub fn batches(&mut self) -> BatchReader<'_> {
        BatchReader { sources: self, next: 0, open: None, pool: Vec::new() }
    }

    /// Makes ready to read all files once more; fails if one of them is standard input, which is gone.
    pub fn rewind(&mut self) -> Result<()> {
        if self.list.iter().any(|source| source.path.as_os_str() == STANDARD_INPUT) {
            return Err(Error::new(ErrorKind::Input, STANDARD_INPUT, "cannot be read a second time")
                .next_step("use --expect-pages"));
        }
        self.spool = None;
        for source in &mut self.list {
            (source.bytes, source.spooled_at) = (0, None);
            source.digest = source.digest.take().map(|_| Digester::default());
        }
        Ok(())
    }

    /// Reads plain bytes by offset, once [`batches`](Self::batches) has gone through.
    pub fn plain(&self) -> PlainReader<'_> {
        PlainReader { sources: self, open: None }
    }

    fn too_long(&self) -> String {
        too_long(self.longest_record)
    }

    fn spool(&mut self) -> Result<&mut Spool> {
        if self.spool.is_none() {
            self.spool = Some(Spool::create(&self.temp_dir)?);
        }
        Ok(self.spool.get_or_insert_with(|| unreachable!("set above")))
    }
}

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
    /// Why the packed stream ended early; said with the last batch.
    failure: Option<io::Error>,
}

impl BatchReader<'_> {
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
        let path = self.sources.list[number].path.clone();
        let place = self.sources.list[number].name.clone();
        let failed = |cause: io::Error| Error::new(ErrorKind::Input, &place, cause.to_string());
        let is_stdin = path.as_os_str() == STANDARD_INPUT;
        let mut packed: Box<dyn Read + Send> =
            if is_stdin { Box::new(io::stdin()) } else { Box::new(File::open(&path).map_err(failed)?) };
        let mut magic = Vec::new();
        packed.as_mut().take(4).read_to_end(&mut magic).map_err(failed)?;
        let compression = Compression::detect(&magic);
        let reader = compression.unpack(io::Cursor::new(magic).chain(packed)).map_err(failed)?;
        if is_stdin || compression != Compression::Plain {
            let spooled_at = self.sources.spool()?.len();
            self.sources.list[number].spooled_at = Some(spooled_at);
        }
        self.sources.list[number].compression = compression;
        let mut open = OpenFile { reader, offset: 0, carry: Vec::new(), at_end: false, failure: None };
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
        if source.spooled_at.is_some()
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
                open.failure = Some(cause);
            }
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

/// Why a record of more than `limit` bytes is rejected.
pub fn too_long(limit: usize) -> String {
    let (limit, unit) =
        if limit.is_multiple_of(1 << 20) { (limit >> 20, "MiB") } else { (limit >> 10, "KiB") };
    format!("is longer than {limit} {unit} (use --longest-record)")
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The format that the beginning of a file shows.
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "the name is in lower case here")]
fn sniff(place: &str, path: &Path, start: &[u8]) -> Result<Format> {
    let unread = |what: &str, step: &str| {
        Err(Error::new(ErrorKind::Input, place, format!("is {what}, which this version does not read"))
            .next_step(step))
    };
    let name = path.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    if start.starts_with(b"PAR1") {
        return unread("Parquet", "convert it to JSON lines");
    }
    if start.starts_with(b"WARC/") {
        return unread("WARC", "extract its text to JSON lines");
    }
    if name.ends_with(".csv") {
        return unread("CSV", "convert it to JSON lines");
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    let named_lines = name.ends_with(".jsonl") || name.ends_with(".ndjson");
    let is_stdin = name == STANDARD_INPUT;
    if first == Some(b'[')
        && (named_lines || name.ends_with(".json") || is_stdin && is_array_of_objects(text))
    {
        return unread("one JSON array", "make it JSON lines, for example with: jq -c '.[]'");
    }
    if is_stdin && first.is_none() {
        return Ok(Format::JsonLines);
    }
    let looks_like_lines = first == Some(b'{') && (!name.ends_with(".txt") || first_line_is_object(text));
    Ok(if named_lines || looks_like_lines { Format::JsonLines } else { Format::PlainText })
}

fn is_array_of_objects(text: &[u8]) -> bool {
    let mut bytes = text.iter().filter(|byte| !byte.is_ascii_whitespace());
    (bytes.next(), bytes.next()) == (Some(&b'['), Some(&b'{'))
}

fn first_line_is_object(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    line.is_some_and(|line| serde_json::from_slice::<&serde_json::value::RawValue>(line).is_ok())
}

/// Reads plain bytes by offset; keeps the file of the latest read open.
#[derive(Debug)]
pub struct PlainReader<'a> {
    sources: &'a Sources,
    open: Option<(u32, File)>,
}

impl PlainReader<'_> {
    /// The bytes of a record, in place of what `buffer` held.
    pub fn record(&mut self, location: Location, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.resize(location.length as usize, 0);
        self.read(location.source, location.offset, buffer)
    }

    /// Appends `length` bytes of a file's plain content from `offset` on.
    pub fn append(&mut self, source: u32, offset: u64, length: u64, buffer: &mut Vec<u8>) -> Result<()> {
        let before = buffer.len();
        buffer.resize(before + length as usize, 0);
        self.read(source, offset, &mut buffer[before..])
    }

    fn read(&mut self, source: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let of = self.sources.get(source);
        let failed =
            |cause: io::Error| Error::disk(&of.name, &cause).next_step("did it change while Tamis ran?");
        let file = match (of.spooled_at, &self.sources.spool, &mut self.open) {
            (Some(base), Some(spool), _) => return spool.read(base + offset, buffer),
            (_, _, Some((number, file))) if *number == source => &*file,
            (_, _, open) => &open.insert((source, File::open(&of.path).map_err(failed)?)).1,
        };
        read_exact_at(file, buffer, offset).map_err(failed)
    }
}
