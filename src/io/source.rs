//! Input files: read as batches of whole records ([`batches`](super::batches)), once or several times, and read again by
//! offset ([`plain`](super::plain)).
//!
//! A plain file is read where it is. A packed one and standard input are spooled, unpacked, to one temporary file that
//! vanishes with the process, and read from there when they are read again. Pages that were changed on the way, such as
//! stripped ones, wait in a spool of their own and are read like a file ([`STRIPPED`]).

use super::batches::BatchReader;
use super::compression::Compression;
use super::discover::STANDARD_INPUT;
use super::fields::FieldNames;
use super::formats::lines::{Place, RecordLines};
use super::plain::PlainReader;
use super::spool::Spool;
use super::table::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::hash::Digester;
use crate::page::{Location, STRIPPED};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the records of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// The whole file is the text of one page.
    PlainText,
    /// Rows in columns.
    Parquet,
    /// WARC and WET: records of a crawl.
    Warc,
    /// Rows behind a header.
    Csv,
    /// Rows in memory.
    Table,
}

impl Format {
    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "json-lines",
            Self::PlainText => "plain-text",
            Self::Parquet => "parquet",
            Self::Warc => "warc",
            Self::Csv => "csv",
            Self::Table => "table",
        }
    }

    /// Whether records are read as lines of JSON that they are not ([`formats`](super::formats)).
    pub const fn is_converted(self) -> bool {
        matches!(self, Self::Parquet | Self::Warc | Self::Csv | Self::Table)
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
    /// Plain bytes read so far; of a converted format, of the lines.
    pub bytes: u64,
    /// The digest of these bytes, if one was asked for.
    pub digest: Option<Digester>,
    /// Records of a converted format that are no pages, by what they are.
    pub left_out: BTreeMap<String, u64>,
    /// Empty if it is a table.
    pub(super) path: PathBuf,
    /// The table that stands in place of a file.
    pub(super) table: Option<Table>,
    /// What it holds, if that must be kept beside `path`: standard input, and what is unpacked to be read in any order.
    pub(super) held: Option<Arc<File>>,
    /// Where the places of its records begin in their spool.
    pub(super) placed_at: u64,
    /// Where its plain bytes begin in the spool, if they are there.
    pub(super) spooled_at: Option<u64>,
    /// Whether it was read to its end, so that all of it is in the spool if any of it is.
    pub(super) is_complete: bool,
    /// Why its packed stream ended early, if it did.
    pub(super) broken: Option<String>,
}

impl Source {
    /// Of this name; nothing else is known.
    fn named(name: String) -> Self {
        Self {
            name,
            folder: String::new(),
            format: Format::JsonLines,
            compression: Compression::Plain,
            bytes: 0,
            digest: None,
            left_out: BTreeMap::new(),
            path: PathBuf::new(),
            table: None,
            held: None,
            placed_at: 0,
            spooled_at: None,
            is_complete: false,
            broken: None,
        }
    }

    fn packed_bytes(&self) -> Option<u64> {
        match &self.table {
            Some(table) => Some(table.bytes()),
            None => self.path.metadata().ok().map(|metadata| metadata.len()),
        }
    }
}

/// All input files of a run.
#[derive(Debug)]
pub struct Sources {
    pub(super) list: Vec<Source>,
    pub(super) spool: Option<Spool>,
    pub(super) stripped: Option<Spool>,
    /// Where records of converted formats stand in their files.
    pub(super) places: Option<Spool>,
    pub(super) fields: FieldNames,
    pub(super) temp_dir: PathBuf,
    pub(super) longest_record: usize,
}

impl Sources {
    /// The files of a run. `temp_dir` takes the spool; records longer than `longest_record` bytes are rejected.
    pub fn new(files: Vec<PathBuf>, temp_dir: PathBuf, longest_record: usize) -> Self {
        let list = files
            .into_iter()
            .map(|path| Source {
                folder: path
                    .parent()
                    .and_then(Path::file_name)
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                path: path.clone(),
                ..Source::named(path.display().to_string())
            })
            .collect();
        Self::of(list, temp_dir, longest_record)
    }

    /// The same of a table.
    pub fn of_table(table: Table, temp_dir: PathBuf, longest_record: usize) -> Self {
        let source = Source { table: Some(table), ..Source::named(Table::NAME.to_owned()) };
        Self::of(vec![source], temp_dir, longest_record)
    }

    fn of(list: Vec<Source>, temp_dir: PathBuf, longest_record: usize) -> Self {
        let fields = FieldNames::default();
        Self { list, spool: None, stripped: None, places: None, fields, temp_dir, longest_record }
    }

    /// The same files; of rich formats the fields of these names are read.
    #[must_use]
    pub fn with_fields(mut self, fields: FieldNames) -> Self {
        self.fields = fields;
        self
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

    /// Bytes of all files as they lie on disk, or of the table; standard input counts nothing.
    pub fn packed_bytes(&self) -> u64 {
        self.list.iter().filter_map(Source::packed_bytes).sum()
    }

    /// Bytes of files that are read where they lie, and of those that must be unpacked first, as far as their names tell.
    pub fn plain_and_packed_bytes(&self) -> (u64, u64) {
        let is_packed =
            |source: &Source| source.path.extension().is_some_and(|ending| ending == "gz" || ending == "zst");
        let sizes = self.list.iter().filter_map(|source| Some((is_packed(source), source.packed_bytes()?)));
        sizes.fold(
            (0, 0),
            |(plain, packed), (is_packed, bytes)| {
                if is_packed { (plain, packed + bytes) } else { (plain + bytes, packed) }
            },
        )
    }

    /// Reads all files from the beginning.
    pub fn batches(&mut self) -> BatchReader<'_> {
        BatchReader::new(self)
    }

    /// Makes ready to read all files once more; fails if one of them is standard input and was not read to its end,
    /// since nobody can begin it anew.
    pub fn rewind(&mut self) -> Result<()> {
        let is_gone = |source: &Source| {
            source.path.as_os_str() == STANDARD_INPUT && !source.is_complete && source.held.is_none()
        };
        if self.list.iter().any(is_gone) {
            return Err(Error::new(ErrorKind::Input, STANDARD_INPUT, "cannot be read a second time")
                .next_step("use --expect-pages"));
        }
        for source in &mut self.list {
            source.spooled_at = source.spooled_at.filter(|_| source.is_complete);
            source.digest = source.digest.take().map(|_| Digester::default());
        }
        Ok(())
    }

    /// Takes records that were changed on the way; locations in [`STRIPPED`] are offsets in this spool.
    pub fn take_stripped(&mut self, spool: Spool) {
        self.stripped = Some(spool);
    }

    /// What the record at a location is.
    pub fn format(&self, location: Location) -> Format {
        if location.source == STRIPPED { Format::JsonLines } else { self.get(location.source).format }
    }

    /// Plain bytes of the file, or of all changed records, that a location is in.
    pub fn end(&self, location: Location) -> u64 {
        match &self.stripped {
            Some(spool) if location.source == STRIPPED => spool.len(),
            _ => self.get(location.source).bytes,
        }
    }

    /// Reads plain bytes by offset, once [`batches`](Self::batches) has gone through.
    pub fn plain(&self) -> PlainReader<'_> {
        PlainReader::new(self)
    }

    /// Bytes of all places so far.
    pub(super) fn places_end(&self) -> u64 {
        self.places.as_ref().map_or(0, Spool::len)
    }

    /// Takes what is known of the lines that were made of a file.
    pub(super) fn take_places(&mut self, number: usize, lines: &mut RecordLines) -> Result<()> {
        let known = &mut self.list[number].left_out;
        for (kind, count) in std::mem::take(&mut lines.left_out) {
            // What kinds there are a file may invent.
            let is_told = known.len() < MOST_KINDS || known.contains_key(&kind);
            *known.entry(if is_told { kind } else { OTHER_KINDS.to_owned() }).or_default() += count;
        }
        let places = match &mut self.places {
            Some(places) => places,
            none => none.insert(Spool::create(&self.temp_dir)?),
        };
        places.append(&lines.places)?;
        lines.places.clear();
        Ok(())
    }

    /// Where the records of some lines of a file stand, from line number `first` on, counted from 0.
    pub(super) fn places(&self, number: usize, first: u64, lines: usize) -> Result<Vec<Place>> {
        let Some(places) = &self.places else { return Ok(Vec::new()) };
        let mut bytes = vec![0; lines * Place::BYTES];
        places.read(self.list[number].placed_at + first * Place::BYTES as u64, &mut bytes)?;
        Ok(bytes.chunks(Place::BYTES).map(Place::read).collect())
    }

    /// Where a record of a converted format stands in its file, by its number.
    pub(super) fn place(&self, source: u32, record: u64) -> Result<Place> {
        let mut bytes = [0; Place::BYTES];
        if let Some(places) = &self.places {
            let number = record.saturating_sub(1) * Place::BYTES as u64;
            places.read(self.get(source).placed_at + number, &mut bytes)?;
        }
        Ok(Place::read(&bytes))
    }

    pub(super) fn too_long(&self) -> String {
        too_long(self.longest_record)
    }

    pub(super) fn spool(&mut self) -> Result<&mut Spool> {
        if self.spool.is_none() {
            self.spool = Some(Spool::create(&self.temp_dir)?);
        }
        Ok(self.spool.get_or_insert_with(|| unreachable!("set above")))
    }
}

/// Kinds of records that are no pages which are told apart.
const MOST_KINDS: usize = 32;

const OTHER_KINDS: &str = "other kinds";

/// Why a record of more than `limit` bytes is rejected.
pub fn too_long(limit: usize) -> String {
    let (limit, unit) =
        if limit.is_multiple_of(1 << 20) { (limit >> 20, "MiB") } else { (limit >> 10, "KiB") };
    format!("is longer than {limit} {unit} (use --longest-record)")
}
