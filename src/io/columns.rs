//! Tables as Parquet: rows of JSON to typed columns and back, lists and structs nested.
//!
//! `tables` says the columns of each table; a row with a field that its table does not know is an error, so that none is
//! lost.

mod tables;

use crate::error::{Error, Result};
use arrow_array::RecordBatchReader;
use arrow_json::reader::Decoder;
use arrow_json::{LineDelimitedWriter, ReaderBuilder};
use arrow_schema::{ArrowError, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::io::{self, BufWriter, Read};
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
        let columns = columns(table).ok_or_else(|| io::Error::other("is no table that has columns"))?;
        let schema = Arc::new(Schema::new(fields(columns)));
        let decoder =
            ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(BATCH_ROWS).with_strict_mode(true);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_bytes(Some(64 << 20))
            .build();
        let out = ArrowWriter::try_new(BufWriter::new(file), schema, Some(properties));
        Ok(Self { decoder: decoder.build_decoder().map_err(failed)?, out: out.map_err(io::Error::other)? })
    }

    /// Rows that end with a line feed each.
    pub(super) fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        while !lines.is_empty() {
            let taken = self.decoder.decode(lines).map_err(failed)?;
            lines = &lines[taken..];
            if !lines.is_empty() || self.decoder.len() >= BATCH_ROWS {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.decoder.flush().map_err(failed)? {
            Some(rows) => self.out.write(&rows).map_err(io::Error::other),
            None => Ok(()),
        }
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.out.close().map(drop).map_err(io::Error::other)
    }
}

fn failed(cause: ArrowError) -> io::Error {
    io::Error::other(cause)
}

/// The rows of a table as lines of JSON.
pub(super) fn lines(place: &Path) -> Result<Box<dyn Read + Send>> {
    let unreadable = |cause: &io::Error| Error::disk(place.display(), cause);
    let file = File::open(place).map_err(|cause| unreadable(&cause))?;
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(file).and_then(ParquetRecordBatchReaderBuilder::build);
    let reader = reader.map_err(|cause| unreadable(&io::Error::other(cause)))?;
    Ok(Box::new(ColumnLines { rows: Box::new(reader), ready: io::Cursor::new(Vec::new()) }))
}

struct ColumnLines {
    rows: Box<dyn RecordBatchReader + Send>,
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
