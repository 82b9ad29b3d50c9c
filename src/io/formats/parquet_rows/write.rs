//! Kept rows with all their columns, a row group at a time.

use super::super::write::{Output, TextLeft, text_columns};
use super::batches::{Batches, whole};
use super::values::{Column, columns};
use crate::error::{Error, ErrorKind, Result};
use crate::io::fields::FieldNames;
use crate::io::source::Source;
use arrow_array::builder::LargeBinaryBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

/// Rows that are read and written at once, with all their columns.
const BATCH_ROWS: usize = 256;

/// Bytes of a row group that is written.
const GROUP_BYTES: usize = 128 << 20;

/// Rows of a file that was read before.
pub(in crate::io) struct KeptRows<'a> {
    source: &'a Source,
    builder: ParquetRecordBatchReaderBuilder<File>,
    /// Columns that may hold the text, the best first.
    texts: Vec<Column>,
}

impl<'a> KeptRows<'a> {
    pub(in crate::io) fn open(source: &'a Source, fields: &FieldNames) -> Result<Self> {
        let failed = |cause: parquet::errors::ParquetError| unreadable(source, &cause);
        let open = |options| {
            let file = source.file()?;
            whole(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)).map_err(failed)
        };
        // What the writer said of its types is kept where it fits the columns.
        let builder = open(ArrowReaderOptions::new())
            .or_else(|_| open(ArrowReaderOptions::new().with_skip_arrow_metadata(true)))?;
        let texts = text_columns_of(builder.schema(), fields);
        Ok(Self { source, builder, texts })
    }

    pub(in crate::io) fn schema(&self) -> &SchemaRef {
        self.builder.schema()
    }

    /// Gives the rows of these ascending numbers, counted from 1, to `take`.
    pub(in crate::io) fn give(
        self,
        records: &[u64],
        text: &mut TextLeft<'_>,
        mut take: impl FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        let Self { source, builder, texts } = self;
        let builder = builder.with_row_selection(selection(records)).with_batch_size(BATCH_ROWS);
        let batches = Batches::of(builder).map_err(|cause| unreadable(source, &cause))?;
        let mut done = 0;
        for batch in batches {
            let batch = batch.map_err(|cause| unreadable(source, &cause))?;
            let mut left = BTreeMap::new();
            for row in 0..batch.num_rows() {
                if let Some(text) = text(done + row)? {
                    left.insert(row, text);
                }
            }
            done += batch.num_rows();
            take(&with_texts(&batch, &texts, &left).map_err(|cause| unreadable(source, &cause))?)?;
        }
        if done != records.len() {
            return Err(unreadable(source, &"rows that were there are gone"));
        }
        Ok(())
    }
}

/// Columns that may hold the text, the best first.
pub(super) fn text_columns_of(schema: &Schema, fields: &FieldNames) -> Vec<Column> {
    let columns = columns(schema, fields);
    let order = text_columns(columns.iter().map(|column| column.name.as_str()), fields);
    order.into_iter().map(|at| columns[at].clone()).collect()
}

fn unreadable(source: &Source, cause: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Input, &source.name, format!("cannot be read with all its columns: {cause}"))
        .next_step("leave it out, or use --annotate")
}

/// Writes rows of the same columns.
pub(in crate::io) struct Writer {
    schema: SchemaRef,
    out: ArrowWriter<BufWriter<File>>,
    place: String,
}

impl Writer {
    /// A file with these columns.
    pub(in crate::io) fn new(schema: &SchemaRef, out: Output) -> Result<Self> {
        let place = out.place.display().to_string();
        let schema = Arc::clone(schema);
        let mut told: Vec<KeyValue> =
            schema.metadata().iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        told.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .set_key_value_metadata(Some(told))
            .build();
        let writer = ArrowWriter::try_new(out.into_file(), Arc::clone(&schema), Some(properties));
        let out = writer.map_err(|cause| unwritable(&place, &cause))?;
        Ok(Self { schema, out, place })
    }

    /// Whether these are the columns of this file.
    pub(in crate::io) fn takes(&self, schema: &SchemaRef) -> bool {
        self.schema.fields() == schema.fields()
    }

    /// Writes rows.
    pub(in crate::io) fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let rows = RecordBatch::try_new(Arc::clone(&self.schema), rows.columns().to_vec());
        let written = rows.map_err(Into::into).and_then(|rows| self.out.write(&rows));
        written.map_err(|cause| unwritable(&self.place, &cause))
    }

    pub(in crate::io) fn finish(self) -> Result<()> {
        let Self { out, place, .. } = self;
        out.close().map(drop).map_err(|cause| unwritable(&place, &cause))
    }
}

fn unwritable(place: &str, cause: &parquet::errors::ParquetError) -> Error {
    Error::new(ErrorKind::Disk, place, cause.to_string())
}

fn selection(records: &[u64]) -> RowSelection {
    let mut selectors: Vec<RowSelector> = Vec::new();
    let mut next = 1;
    for &record in records {
        if record > next {
            selectors.push(RowSelector::skip((record - next) as usize));
        }
        match selectors.last_mut() {
            Some(last) if !last.skip => last.row_count += 1,
            _ => selectors.push(RowSelector::select(1)),
        }
        next = record + 1;
    }
    RowSelection::from(selectors)
}

/// The rows with what is left of some texts, each where the text was found.
pub(super) fn with_texts(
    batch: &RecordBatch,
    texts: &[Column],
    left: &BTreeMap<usize, String>,
) -> std::result::Result<RecordBatch, ArrowError> {
    let mut batch = batch.clone();
    let mut rest = left.clone();
    for column in texts {
        let Some(values) = column.of(&batch) else { continue };
        let here: BTreeMap<usize, String> = rest
            .iter()
            .filter(|(row, _)| values.is_there(**row))
            .map(|(row, text)| (*row, text.clone()))
            .collect();
        if here.is_empty() {
            continue;
        }
        rest.retain(|row, _| !here.contains_key(row));
        let Some((first, path)) = column.path.split_first() else { continue };
        let Some(top) = batch.schema().fields().iter().rposition(|field| field.name() == first) else {
            continue;
        };
        let mut arrays = batch.columns().to_vec();
        arrays[top] = replaced(&arrays[top], path, &here)?;
        batch = RecordBatch::try_new(batch.schema(), arrays)?;
    }
    Ok(batch)
}

fn replaced(
    array: &ArrayRef,
    path: &[String],
    texts: &BTreeMap<usize, String>,
) -> std::result::Result<ArrayRef, ArrowError> {
    if let Some((name, path)) = path.split_first() {
        let outer = array.as_struct();
        let mut columns = outer.columns().to_vec();
        if let Some(at) = outer.fields().iter().position(|field| field.name() == name) {
            columns[at] = replaced(&columns[at], path, texts)?;
        }
        return Ok(Arc::new(StructArray::try_new(outer.fields().clone(), columns, outer.nulls().cloned())?));
    }
    let bytes = cast(array, &DataType::LargeBinary)?;
    let bytes = bytes.as_binary::<i64>();
    let mut built = LargeBinaryBuilder::new();
    for row in 0..bytes.len() {
        match texts.get(&row) {
            Some(text) => built.append_value(text),
            None if bytes.is_null(row) => built.append_null(),
            None => built.append_value(bytes.value(row)),
        }
    }
    let built: ArrayRef = Arc::new(built.finish());
    cast(&built, array.data_type())
}
