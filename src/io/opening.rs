//! How an input file is opened: its packing and its format are known by its first bytes; what needs more than one pass or any
//! order of reading is held in a temporary file.

use super::compression::Compression;
use super::compression::members::Members;
use super::discover::STANDARD_INPUT;
use super::formats::lines::{Convert, RecordLines};
use super::formats::{csv, parquet_rows, warc};
use super::sniff::sniff;
use super::source::{Format, Source, Sources};
use super::spool::Shared;
use crate::error::{Error, ErrorKind, Result};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

/// Packed bytes by which packing and format are known: more than the largest block of zstd.
const HEAD: u64 = 1 << 18;

/// What an open file is read by.
pub(super) enum Input {
    /// Its plain bytes.
    Plain(Box<dyn Read + Send>),
    /// Lines that are made of its records.
    Converted(Converted),
}

/// Lines that are made of records, to be read as bytes.
pub(super) struct Converted {
    convert: Box<dyn Convert>,
    pub(super) lines: RecordLines,
    given: usize,
    is_over: bool,
}

impl Converted {
    fn new(convert: Box<dyn Convert>) -> Self {
        Self { convert, lines: RecordLines::default(), given: 0, is_over: false }
    }

    /// Appends at most `count` bytes; fewer only at the end.
    pub(super) fn read(&mut self, count: usize, out: &mut Vec<u8>) -> Result<usize> {
        let before = out.len();
        while out.len() - before < count {
            if self.given == self.lines.bytes.len() {
                self.lines.bytes.clear();
                self.given = 0;
                if self.is_over {
                    break;
                }
                self.is_over = !self.convert.convert(&mut self.lines)?;
                continue;
            }
            let ready = &self.lines.bytes[self.given..];
            let taken = ready.len().min(count - (out.len() - before));
            out.extend_from_slice(&ready[..taken]);
            self.given += taken;
        }
        Ok(out.len() - before)
    }
}

impl Sources {
    /// Opens a file from its beginning, whose packing and format are known from now on.
    pub(super) fn open_input(&mut self, number: usize) -> Result<Input> {
        let source = &mut self.list[number];
        let name = source.name.clone();
        let failed = |cause: io::Error| Error::new(ErrorKind::Input, &*name, cause.to_string());
        source.broken = None;
        source.left_out.clear();
        if let Some(table) = &source.table {
            source.format = Format::Table;
            let rows = parquet_rows::memory::Rows::open(table.clone(), &self.fields, self.longest_record);
            return Ok(Input::Converted(Converted::new(Box::new(rows))));
        }
        let mut packed: Box<dyn Read + Send> = match &source.held {
            Some(held) => Box::new(Shared::new(held)),
            None if source.path.as_os_str() == STANDARD_INPUT => Box::new(io::stdin()),
            None => Box::new(File::open(&source.path).map_err(failed)?),
        };
        let mut head = Vec::new();
        packed.as_mut().take(HEAD).read_to_end(&mut head).map_err(failed)?;
        source.compression = Compression::detect(&head);
        let start = beginning(source.compression, &head);
        source.format = sniff(&name, &source.path, &start, &self.fields)?;
        let packed: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(packed));
        if !source.format.is_converted() {
            return source.compression.unpack(packed).map(Input::Plain).map_err(failed);
        }
        self.converted(number, packed).map(|convert| Input::Converted(Converted::new(convert)))
    }

    fn converted(&mut self, number: usize, packed: Box<dyn Read + Send>) -> Result<Box<dyn Convert>> {
        let source = &mut self.list[number];
        let name = source.name.clone();
        let failed = |cause: io::Error| Error::new(ErrorKind::Input, &*name, cause.to_string());
        let is_stdin = source.path.as_os_str() == STANDARD_INPUT;
        let (fields, longest) = (&self.fields, self.longest_record);
        if source.format == Format::Parquet {
            if source.held.is_none() && (is_stdin || source.compression != Compression::Plain) {
                let mut plain = source.compression.unpack(packed).map_err(failed)?;
                let held = held(&self.temp_dir, &mut plain, &mut source.broken)?;
                source.held = Some(Arc::new(held));
            }
            let file = source.file()?;
            return Ok(Box::new(parquet_rows::Rows::open(file, fields, longest)));
        }
        let packed = if is_stdin && source.held.is_none() {
            let mut packed = packed;
            let held = Arc::new(held(&self.temp_dir, &mut packed, &mut source.broken)?);
            source.held = Some(Arc::clone(&held));
            Box::new(Shared::new(&held))
        } else {
            packed
        };
        if source.format == Format::Warc {
            let members = Members::new(packed, source.compression, warc::OPENING);
            return Ok(Box::new(warc::Records::open(members, &name, fields, longest)));
        }
        let plain = source.compression.unpack(packed).map_err(failed)?;
        Ok(Box::new(csv::Rows::open(plain, &name, fields, longest)))
    }
}

impl Source {
    /// A file of which any part can be read: what is held, or what stands on disk.
    pub(super) fn file(&self) -> Result<File> {
        let file = match &self.held {
            Some(held) => held.try_clone(),
            None => File::open(&self.path),
        };
        file.map_err(|cause| Error::new(ErrorKind::Input, &self.name, cause.to_string()))
    }
}

impl Source {
    /// Its unpacked bytes from the beginning once more, with what is damaged left out as when they were read.
    pub(super) fn reopen(&self, opening: &'static [u8]) -> Result<Box<dyn Read + Send>> {
        let failed = |cause: io::Error| Error::new(ErrorKind::Input, &self.name, cause.to_string());
        let packed: Box<dyn Read + Send> = match &self.held {
            Some(held) => Box::new(Shared::new(held)),
            None => Box::new(self.file()?),
        };
        match self.format {
            Format::Warc => Ok(Box::new(Members::new(packed, self.compression, opening))),
            _ => self.compression.unpack(packed).map_err(failed),
        }
    }
}

/// The first plain bytes of a file that begins like this.
fn beginning(compression: Compression, head: &[u8]) -> Vec<u8> {
    let mut start = Vec::new();
    if let Ok(plain) = compression.unpack(Cursor::new(head.to_vec())) {
        // Cut off as it is, it ends with an error.
        let _ = plain.take(HEAD).read_to_end(&mut start);
    }
    start
}

/// What is read, in a temporary file. A packed stream that is damaged ends there.
fn held(temp_dir: &std::path::Path, plain: &mut dyn Read, broken: &mut Option<String>) -> Result<File> {
    let failed = |cause: &io::Error| Error::disk(temp_dir.display(), cause).next_step("use --temp-dir");
    let mut file = tempfile::tempfile_in(temp_dir).map_err(|cause| failed(&cause))?;
    let mut piece = vec![0; 1 << 16];
    loop {
        match plain.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => io::Write::write_all(&mut file, &piece[..count]).map_err(|cause| failed(&cause))?,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => {
                *broken = Some(cause.to_string());
                break;
            }
        }
    }
    Ok(file)
}
