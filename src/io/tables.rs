//! Rows as JSON lines, packed if asked, or as Parquet.

use super::columns::{self, ColumnWriter};
use super::compression::{Compression, Packer};
use super::table::Table;
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// What tables are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// JSON lines, packed like this.
    JsonLines(Compression),
    /// Parquet with typed columns.
    Parquet,
}

impl Default for TableFormat {
    fn default() -> Self {
        Self::JsonLines(Compression::Plain)
    }
}

impl TableFormat {
    /// The file of the table `name`, which ends in `.jsonl`.
    pub fn place(self, folder: &Path, name: &str) -> PathBuf {
        match self {
            Self::JsonLines(compression) => folder.join(format!("{name}{}", compression.suffix())),
            Self::Parquet => columns::place(folder, name),
        }
    }
}

/// Writes the rows of one table.
pub struct TableWriter {
    out: Out,
    place: PathBuf,
    /// A row that is being written.
    line: Vec<u8>,
}

enum Out {
    Lines(Box<Packer<BufWriter<File>>>),
    Columns(Box<ColumnWriter>),
}

impl TableWriter {
    /// A new table `name` in `folder`, which ends in `.jsonl`; the file's name gets the suffix of the format.
    pub fn create(folder: &Path, name: &str, format: TableFormat) -> Result<Self> {
        let place = format.place(folder, name);
        let failed = |cause| Error::disk(place.display(), &cause);
        let file = File::create_new(&place).map_err(failed)?;
        let out = match format {
            TableFormat::JsonLines(compression) => {
                compression.pack(BufWriter::with_capacity(1 << 16, file)).map(Box::new).map(Out::Lines)
            }
            TableFormat::Parquet => ColumnWriter::new(file, name).map(Box::new).map(Out::Columns),
        };
        let out = out.map_err(failed)?;
        Ok(Self { out, place, line: Vec::new() })
    }

    /// Appends one row.
    pub fn row(&mut self, row: &impl Serialize) -> Result<()> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        serde_json::to_writer(&mut line, row)
            .map_err(|cause| Error::disk(self.place.display(), &cause.into()))?;
        line.push(b'\n');
        self.lines(&line)?;
        self.line = line;
        Ok(())
    }

    /// Appends whole rows as lines of JSON, as they are where the table is JSON lines.
    pub fn lines(&mut self, lines: &[u8]) -> Result<()> {
        let written = match &mut self.out {
            Out::Lines(out) => out.write_all(lines),
            Out::Columns(out) => out.write(lines),
        };
        written.map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Takes the table away again.
    pub fn remove(self) -> Result<()> {
        std::fs::remove_file(&self.place).map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// Writes what is buffered.
    pub fn finish(self) -> Result<()> {
        let finished = match self.out {
            Out::Lines(out) => out.finish().and_then(|mut out| out.flush()),
            Out::Columns(out) => out.finish(),
        };
        finished.map_err(|cause| Error::disk(self.place.display(), &cause))
    }
}

/// Writes one value as indented JSON.
pub fn write_document(folder: &Path, name: &str, value: &impl Serialize) -> Result<()> {
    let place = folder.join(name);
    let mut text =
        serde_json::to_vec_pretty(value).map_err(|cause| Error::disk(place.display(), &cause.into()))?;
    text.push(b'\n');
    std::fs::write(&place, text).map_err(|cause| Error::disk(place.display(), &cause))
}

/// Writes one value as JSON on one line.
pub fn write_compact(folder: &Path, name: &str, value: &impl Serialize) -> Result<()> {
    let place = folder.join(name);
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(&place)?);
        serde_json::to_writer(&mut file, value)?;
        file.write_all(b"\n")?;
        file.flush()
    };
    write().map_err(|cause| Error::disk(place.display(), &cause))
}

/// Writes a text.
pub fn write_text(folder: &Path, name: &str, text: &str) -> Result<()> {
    let place = folder.join(name);
    std::fs::write(&place, text).map_err(|cause| Error::disk(place.display(), &cause))
}

/// Reads one value.
pub fn read_document<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T> {
    let place = folder.join(name);
    let text = std::fs::read(&place).map_err(|cause| {
        Error::disk(place.display(), &cause).next_step("name a folder that Tamis has written")
    })?;
    serde_json::from_slice(&text).map_err(|cause| not_a_row(&place, 1, &cause))
}

/// The only table that is always JSON lines.
const PAGES: &str = "pages.jsonl";

/// The lines of one table, packed or not, one after the other.
pub struct Lines {
    reader: BufReader<Box<dyn Read + Send>>,
    place: PathBuf,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    /// The table `name` in `folder`.
    pub fn open(folder: &Path, name: &str) -> Result<Self> {
        let place = columns::place(folder, name);
        // `pages.parquet` is no table: rows of the inputs, as they were.
        if name != PAGES && place.exists() {
            let reader = BufReader::with_capacity(1 << 16, columns::lines(&place)?);
            return Ok(Self { reader, place, number: 0, line: Vec::new() });
        }
        let packings = [Compression::Plain, Compression::Gzip, Compression::Zstd];
        let mut places =
            packings.map(|packing| (folder.join(format!("{name}{}", packing.suffix())), packing));
        let at = places.iter().position(|(place, _)| place.exists()).unwrap_or(0);
        let (place, packing) = std::mem::take(&mut places[at]);
        let unpacked = File::open(&place).and_then(|file| packing.unpack(file));
        let unpacked = unpacked.map_err(|cause| Error::disk(place.display(), &cause))?;
        Ok(Self { reader: BufReader::with_capacity(1 << 16, unpacked), place, number: 0, line: Vec::new() })
    }

    /// The next line without its line feed; none behind the last.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>> {
        self.line.clear();
        let read = self.reader.read_until(b'\n', &mut self.line);
        if read.map_err(|cause| Error::disk(self.place.display(), &cause))? == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// The next line as a row.
    pub fn next_row<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        match serde_json::from_slice(line) {
            Ok(row) => Ok(Some(row)),
            Err(cause) => Err(not_a_row(&self.place, self.number, &cause)),
        }
    }

    /// Where the latest line stands: the file and the line's number.
    pub fn place(&self) -> String {
        format!("{}:{}", self.place.display(), self.number)
    }
}

/// Calls `visit` with each line of the table `name` in `folder`, packed or not.
pub fn for_each_line(
    folder: &Path,
    name: &str,
    mut visit: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut lines = Lines::open(folder, name)?;
    for number in 1.. {
        let Some(line) = lines.next_line()? else { break };
        visit(number, line)?;
    }
    Ok(())
}

/// A table of a folder with typed columns.
pub fn read_table(folder: &Path, name: &str) -> Result<Table> {
    let Lines { mut reader, place, .. } = Lines::open(folder, name)?;
    let read = columns::read(name, &mut reader);
    let (schema, batches) = read.map_err(|cause| Error::disk(place.display(), &cause))?;
    Table::new(schema, batches)
}

/// Rows of the table `name`, as lines of JSON, with typed columns.
pub fn typed(name: &str, lines: &[u8]) -> Result<Table> {
    let read = columns::read(name, &mut &*lines);
    let (schema, batches) = read.map_err(|cause| Error::disk(name, &cause))?;
    Table::new(schema, batches)
}

/// All rows of a table.
pub fn read_rows<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Vec<T>> {
    let mut lines = Lines::open(folder, name)?;
    let mut rows = Vec::new();
    while let Some(row) = lines.next_row()? {
        rows.push(row);
    }
    Ok(rows)
}

fn not_a_row(place: &Path, number: u64, cause: &serde_json::Error) -> Error {
    let place = format!("{}:{number}", place.display());
    Error::new(crate::error::ErrorKind::Saved, place, format!("is no row of this table: {cause}"))
}
