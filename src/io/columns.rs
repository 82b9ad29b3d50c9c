//! Tables as Parquet: rows of JSON to typed columns and back, lists and structs nested.
//!
//! `tables` says the columns of each table; a row with a field that its table does not know is an error, so that none is
//! lost.

mod tables;

use super::formats::parquet_rows::batches::{Batches, whole};
use crate::error::{Error, Result};
use arrow_array::RecordBatch;
use arrow_json::reader::Decoder;
use arrow_json::{LineDelimitedWriter, ReaderBuilder};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tables::{columns, fields};

/// The file of a table.
pub(super) fn place(folder: &Path, table: &str) -> PathBuf {
    folder.join(table).with_extension("parquet")
}

/// Rows that are gathered before they are written.
const BATCH_ROWS: usize = 1024;

/// Takes rows as lines of JSON.
pub(super) struct ColumnWriter {
    decoder: Decoder,
    out: ArrowWriter<BufWriter<File>>,
}

impl ColumnWriter {
    /// The file of a table, which must be one that has columns.
    pub(super) fn new(file: File, table: &str) -> io::Result<Self> {
        let (schema, decoder) = decoder(table)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_bytes(Some(64 << 20))
            .build();
        let out = ArrowWriter::try_new(BufWriter::new(file), schema, Some(properties));
        Ok(Self { decoder, out: out.map_err(io::Error::other)? })
    }

    /// Rows that end with a line feed each.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        let Self { decoder, out } = self;
        decode(decoder, lines, |rows| out.write(&rows).map_err(io::Error::other))
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if let Some(rows) = self.decoder.flush().map_err(failed)? {
            self.out.write(&rows).map_err(io::Error::other)?;
        }
        self.out.close().map(drop).map_err(io::Error::other)
    }
}

/// What makes rows of the lines of a table, which must be one that has columns, and these.
fn decoder(table: &str) -> io::Result<(SchemaRef, Decoder)> {
    let columns = columns(table).ok_or_else(|| io::Error::other("is no table that has columns"))?;
    let schema = Arc::new(Schema::new(fields(columns)));
    let decoder = ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(BATCH_ROWS).with_strict_mode(true);
    Ok((schema, decoder.build_decoder().map_err(failed)?))
}

/// Takes lines in; gives rows as soon as there are enough.
fn decode(
    decoder: &mut Decoder,
    mut lines: &[u8],
    mut take: impl FnMut(RecordBatch) -> io::Result<()>,
) -> io::Result<()> {
    while !lines.is_empty() {
        let taken = decoder.decode(lines).map_err(failed)?;
        lines = &lines[taken..];
        // A row counts from its first byte on; of one that is cut off the rest comes with the next lines.
        if (!lines.is_empty() || decoder.len() >= BATCH_ROWS)
            && !decoder.has_partial_record()
            && let Some(rows) = decoder.flush().map_err(failed)?
        {
            take(rows)?;
        }
    }
    Ok(())
}

/// The rows of a table in memory, from its lines of JSON.
pub(super) fn read(table: &str, lines: &mut dyn BufRead) -> io::Result<(SchemaRef, Vec<RecordBatch>)> {
    let (schema, mut decoder) = decoder(table)?;
    let mut batches = Vec::new();
    let mut take = |rows| {
        batches.push(rows);
        Ok(())
    };
    loop {
        let piece = lines.fill_buf()?;
        let length = piece.len();
        if length == 0 {
            break;
        }
        decode(&mut decoder, piece, &mut take)?;
        lines.consume(length);
    }
    if let Some(rows) = decoder.flush().map_err(failed)? {
        batches.push(rows);
    }
    Ok((schema, batches))
}

fn failed(cause: ArrowError) -> io::Error {
    io::Error::other(cause)
}

/// The rows of a table as lines of JSON.
pub(super) fn lines(place: &Path) -> Result<Box<dyn Read + Send>> {
    let unreadable = |cause: &io::Error| Error::disk(place.display(), cause);
    let file = File::open(place).map_err(|cause| unreadable(&cause))?;
    let rows = whole(|| ParquetRecordBatchReaderBuilder::try_new(file)).and_then(Batches::of);
    let rows = rows.map_err(|cause| unreadable(&io::Error::other(cause)))?;
    Ok(Box::new(ColumnLines { rows, ready: io::Cursor::new(Vec::new()) }))
}

struct ColumnLines {
    rows: Batches,
    ready: io::Cursor<Vec<u8>>,
}

impl Read for ColumnLines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(rows) = self.rows.next() else { return Ok(0) };
            let mut writer = LineDelimitedWriter::new(Vec::new());
            writer.write(&rows.map_err(failed)?).and_then(|()| writer.finish()).map_err(failed)?;
            self.ready = io::Cursor::new(writer.into_inner());
        }
    }
}
