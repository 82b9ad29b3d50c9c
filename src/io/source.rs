//! Input files: read as batches of whole records ([`batches`](super::batches)), once or several times, and read again by
//! offset ([`plain`](super::plain)).
//!
//! A plain file is read where it is. A packed one and standard input are spooled, unpacked, to one temporary file that
//! vanishes with the process, and read from there when they are read again. Pages that were changed on the way, such as
//! stripped ones, wait in a spool of their own and are read like a file ([`STRIPPED`]).

use super::batches::BatchReader;
use super::compression::Compression;
use super::discover::STANDARD_INPUT;
use super::plain::PlainReader;
use super::spool::Spool;
use crate::error::{Error, ErrorKind, Result};
use crate::hash::Digester;
use crate::page::{Location, STRIPPED};
use std::path::{Path, PathBuf};

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
    pub(super) path: PathBuf,
    /// Where its plain bytes begin in the spool, if they are there.
    pub(super) spooled_at: Option<u64>,
    /// Whether it was read to its end, so that all of it is in the spool if any of it is.
    pub(super) is_complete: bool,
    /// Why its packed stream ended early, if it did.
    pub(super) broken: Option<String>,
}

/// All input files of a run.
#[derive(Debug)]
pub struct Sources {
    pub(super) list: Vec<Source>,
    pub(super) spool: Option<Spool>,
    pub(super) stripped: Option<Spool>,
    temp_dir: PathBuf,
    pub(super) longest_record: usize,
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
                is_complete: false,
                broken: None,
            })
            .collect();
        Self { list, spool: None, stripped: None, temp_dir, longest_record }
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

    /// Bytes of files that are read where they lie, and of those that must be unpacked first, as far as their names tell.
    pub fn plain_and_packed_bytes(&self) -> (u64, u64) {
        let is_packed =
            |source: &Source| source.path.extension().is_some_and(|ending| ending == "gz" || ending == "zst");
        let sizes = self
            .list
            .iter()
            .filter_map(|source| Some((is_packed(source), source.path.metadata().ok()?.len())));
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
        let is_gone = |source: &Source| source.path.as_os_str() == STANDARD_INPUT && !source.is_complete;
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

/// Why a record of more than `limit` bytes is rejected.
pub fn too_long(limit: usize) -> String {
    let (limit, unit) =
        if limit.is_multiple_of(1 << 20) { (limit >> 20, "MiB") } else { (limit >> 10, "KiB") };
    format!("is longer than {limit} {unit} (use --longest-record)")
}
