//! Kept pages in the formats that they came in: all columns of a row, all bytes of a record, but for texts that lost lines.
//!
//! Every format has a file of its own, `pages.parquet`, `pages.warc.gz`, `pages.csv`; rows of other columns than those of
//! the first file go to `pages-2.parquet` and so on.

use super::parquet_rows::SchemaRef;
use super::{csv, parquet_rows, warc};
use crate::error::{Error, Result};
use crate::io::compression::Compression;
use crate::io::fields::FieldNames;
use crate::io::source::{Format, Source, Sources};
use crate::io::table::Table;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What is left of the text of a kept page, by its place in the list of kept ones; none if all of it is.
pub type TextLeft<'a> = dyn FnMut(usize) -> Result<Option<String>> + 'a;

/// A table with other texts, by the place of their rows.
pub fn with_texts(table: &Table, fields: &FieldNames, text: &mut TextLeft<'_>) -> Result<Table> {
    let all: Vec<u64> = (1..=table.rows() as u64).collect();
    parquet_rows::memory::kept(table, fields, &all, text)
}

/// Writes kept pages.
pub struct FormatWriter<'a> {
    sources: &'a Sources,
    /// Where files go; none if only tables are given back.
    folder: Option<PathBuf>,
    table: Option<Table>,
    parquet: Vec<parquet_rows::write::Writer>,
    csv: Vec<csv::write::Writer>,
    warc: Option<Output>,
}

impl<'a> FormatWriter<'a> {
    /// Writes into this folder, if there is one.
    pub fn new(sources: &'a Sources, folder: Option<&Path>) -> Self {
        let folder = folder.map(Path::to_owned);
        let table = sources.list().iter().find_map(|source| source.table.as_ref().map(Table::without_rows));
        Self { sources, folder, table, parquet: Vec::new(), csv: Vec::new(), warc: None }
    }

    /// Writes the records of these ascending numbers of a file; nothing of a file that is not converted. What is kept of a
    /// table is also remembered.
    pub fn source(&mut self, number: u32, records: &[u64], text: &mut TextLeft<'_>) -> Result<()> {
        let source = self.sources.get(number);
        if let Some(table) = &source.table {
            let kept = parquet_rows::memory::kept(table, &self.sources.fields, records, text)?;
            if let Some(writer) = self.parquet(kept.schema())? {
                kept.batches().iter().try_for_each(|rows| writer.write(rows))?;
            }
            self.table = Some(kept);
            return Ok(());
        }
        let Self { sources, folder: Some(folder), .. } = self else { return Ok(()) };
        match source.format {
            Format::Parquet => {
                let rows = match parquet_rows::write::KeptRows::open(source, &sources.fields) {
                    Ok(rows) => rows,
                    // No row was ever read of it.
                    Err(_) if records.is_empty() => return Ok(()),
                    Err(error) => return Err(error),
                };
                match self.parquet(&rows.schema().clone())? {
                    Some(writer) => rows.give(records, text, |rows| writer.write(rows)),
                    None => Ok(()),
                }
            }
            Format::Csv => {
                let mut rows = csv::write::KeptRows::open(source, sources)?;
                let at = self.csv.iter().position(|writer| writer.takes(&rows));
                let at = at.unwrap_or(self.csv.len());
                if at == self.csv.len() {
                    let out = Output::create(folder, "csv", at)?;
                    self.csv.push(csv::write::Writer::new(&rows, out)?);
                }
                self.csv[at].write(&mut rows, &mut places(sources, number), records, text)
            }
            Format::Warc => {
                let out = match &mut self.warc {
                    Some(out) => out,
                    none => none.insert(Output::create(folder, "warc.gz", 0)?),
                };
                let mut bytes = Unpacked::open(source, warc::OPENING)?;
                warc::write::write(&mut bytes, out, &mut places(sources, number), records, text)
            }
            Format::JsonLines | Format::PlainText | Format::Table => Ok(()),
        }
    }

    /// The file that takes rows of these columns, if there is a folder.
    fn parquet(&mut self, schema: &SchemaRef) -> Result<Option<&mut parquet_rows::write::Writer>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let at = self.parquet.iter().position(|writer| writer.takes(schema));
        let at = at.unwrap_or(self.parquet.len());
        if at == self.parquet.len() {
            let out = Output::create(folder, "parquet", at)?;
            self.parquet.push(parquet_rows::write::Writer::new(schema, out)?);
        }
        Ok(self.parquet.get_mut(at))
    }

    /// Writes what is buffered, and gives what is kept of the table, if one was read.
    pub fn finish(self) -> Result<Option<Table>> {
        self.parquet.into_iter().try_for_each(parquet_rows::write::Writer::finish)?;
        self.csv.into_iter().try_for_each(csv::write::Writer::finish)?;
        self.warc.map_or(Ok(()), Output::finish)?;
        Ok(self.table)
    }
}

/// The files of a folder that kept pages were written to, in order.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let of = |ending: &'static str| {
        (0..).map(move |number| folder.join(name(ending, number))).take_while(|place| place.exists())
    };
    of("parquet").chain(of("csv")).chain(of("warc.gz")).collect()
}

fn name(ending: &str, number: usize) -> String {
    if number == 0 { format!("pages.{ending}") } else { format!("pages-{}.{ending}", number + 1) }
}

/// Where a record stands, by its number.
pub(in crate::io) type Places<'a> = dyn FnMut(u64) -> Result<super::lines::Place> + 'a;

fn places(sources: &Sources, number: u32) -> impl FnMut(u64) -> Result<super::lines::Place> + '_ {
    move |record| sources.place(number, record)
}

/// A file that pages go to.
pub(in crate::io) struct Output {
    out: BufWriter<File>,
    pub(super) place: PathBuf,
}

impl Output {
    fn create(folder: &Path, ending: &str, number: usize) -> Result<Self> {
        let place = folder.join(name(ending, number));
        let file = File::create_new(&place).map_err(|cause| Error::disk(place.display(), &cause))?;
        Ok(Self { out: BufWriter::with_capacity(1 << 16, file), place })
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|cause| Error::disk(self.place.display(), &cause))
    }

    /// The bytes as a gzip member of their own.
    pub(super) fn member(&mut self, bytes: &[u8]) -> Result<()> {
        let packed = Compression::Gzip.pack(Vec::new()).and_then(|mut packer| {
            packer.write_all(bytes)?;
            packer.finish()
        });
        self.bytes(&packed.map_err(|cause| Error::disk(self.place.display(), &cause))?)
    }

    pub(super) fn into_file(self) -> BufWriter<File> {
        self.out
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.out.flush().map_err(|cause| Error::disk(self.place.display(), &cause))
    }
}

/// Unpacked bytes of a file, forward only, with the same offsets as when it was read.
pub(in crate::io) struct Unpacked<'a> {
    source: &'a Source,
    bytes: Box<dyn std::io::Read + Send>,
    at: u64,
}

impl<'a> Unpacked<'a> {
    pub(super) fn open(source: &'a Source, opening: &'static [u8]) -> Result<Self> {
        let bytes = source.reopen(opening)?;
        Ok(Self { source, bytes, at: 0 })
    }

    /// The bytes of a place that is not before the latest one.
    pub(super) fn record(&mut self, place: super::lines::Place, out: &mut Vec<u8>) -> Result<()> {
        use std::io::Read as _;
        let failed = |cause: std::io::Error| {
            Error::disk(&self.source.name, &cause).next_step("did it change while Tamis ran?")
        };
        out.clear();
        let gap = place.offset.saturating_sub(self.at);
        let skipped =
            std::io::copy(&mut self.bytes.as_mut().take(gap), &mut std::io::sink()).map_err(failed)?;
        let read = self.bytes.as_mut().take(place.length).read_to_end(out).map_err(failed)?;
        self.at += skipped + read as u64;
        if skipped < gap || (read as u64) < place.length {
            return Err(failed(std::io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }
}

/// The column that the text is in, of several the best: by the names of columns.
pub(super) fn text_columns<'n>(names: impl Iterator<Item = &'n str>, fields: &FieldNames) -> Vec<usize> {
    let mut found: Vec<(u8, std::cmp::Reverse<usize>)> = names
        .enumerate()
        .filter_map(|(at, name)| {
            let role = fields.roles(name).iter().find(|(role, _)| *role == crate::io::fields::Role::Text)?;
            Some((role.1, std::cmp::Reverse(at)))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, std::cmp::Reverse(at))| at).collect()
}
