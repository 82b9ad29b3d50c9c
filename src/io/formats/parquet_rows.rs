//! Parquet: row groups one after another, only the columns that Tamis looks at; with [`batches`], [`values`],
//! [`write`](mod@write) and [`memory`], which reads tables in memory alike, the only door to `parquet` and `arrow`.
//!
//! A column of a struct goes by its path: `meta.url`. A row group that cannot be read to its end is one fault, and reading
//! goes on at the next.

pub(in crate::io) mod batches;
pub(in crate::io) mod memory;
pub(in crate::io) mod values;
pub(in crate::io) mod write;

use super::lines::{Convert, Place, RecordLines};
use crate::error::Result;
use crate::io::fields::FieldNames;
use crate::io::source::too_long;
use arrow_array::RecordBatch;
pub(super) use arrow_schema::SchemaRef;
use batches::{Batches, whole};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use std::fs::File;
use values::{Column, columns, view_schema};

/// Rows that are decoded at once.
const BATCH_ROWS: usize = 512;

/// Rows of a row group that are stepped over one by one because they cannot be read; with more, the rest of the group is left.
const MOST_BAD_ROWS: u32 = 16;

/// Rows of a damaged row group that are counted, so that rows behind it have their numbers; with more, the file ends there.
const MOST_LOST: u64 = 1 << 24;

/// Reads the rows of a file.
pub(in crate::io) struct Rows {
    file: File,
    /// What the file says of itself; else why it cannot be read.
    metadata: Option<ArrowReaderMetadata>,
    fault: Option<String>,
    projection: ProjectionMask,
    columns: Vec<Column>,
    next_group: usize,
    group: Option<Group>,
    /// Rows that are decoded, and how many of them are lines.
    batch: Option<(RecordBatch, usize)>,
    longest: usize,
}

/// A row group that is being read.
struct Group {
    number: usize,
    rows: u64,
    /// Rows that were given.
    done: u64,
    reader: Batches,
    /// Rows up to which they are read one by one, since one of them cannot be read.
    careful_until: u64,
    bad_rows: u32,
}

impl Rows {
    /// The rows of an unpacked file, with the fields of these names.
    pub(in crate::io) fn open(file: File, names: &FieldNames, longest: usize) -> Self {
        let mut rows = Self {
            file,
            metadata: None,
            fault: None,
            projection: ProjectionMask::all(),
            columns: Vec::new(),
            next_group: 0,
            group: None,
            batch: None,
            longest,
        };
        match rows.metadata(names) {
            Ok(metadata) => rows.metadata = Some(metadata),
            Err(cause) => rows.fault = Some(format!("is no Parquet that can be read: {cause}")),
        }
        rows
    }

    fn metadata(&mut self, names: &FieldNames) -> parquet::errors::Result<ArrowReaderMetadata> {
        let metadata = whole(|| ArrowReaderMetadata::load(&self.file, options()))?;
        let columns = columns(metadata.schema(), names);
        let leaves = columns.iter().map(|column| column.leaf);
        self.projection = ProjectionMask::leaves(metadata.parquet_schema(), leaves);
        self.columns = columns;
        // Strings as views: rows that share a long value of a dictionary share its bytes.
        let views = view_schema(metadata.schema());
        ArrowReaderMetadata::try_new(metadata.metadata().clone(), options().with_schema(views))
    }

    fn reader(
        &self,
        group: usize,
        selected: Option<(u64, u64)>,
        batch: usize,
    ) -> parquet::errors::Result<Batches> {
        let Some(metadata) = &self.metadata else {
            return Err(parquet::errors::ParquetError::EOF(String::new()));
        };
        let file = self.file.try_clone()?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
            .with_projection(self.projection.clone())
            .with_row_groups(vec![group])
            .with_batch_size(batch);
        let builder = match selected {
            None => builder,
            Some((skip, select)) => builder.with_row_selection(RowSelection::from(vec![
                RowSelector::skip(skip as usize),
                RowSelector::select(select as usize),
            ])),
        };
        Batches::of(builder)
    }

    fn open_group(&mut self, out: &mut RecordLines) -> bool {
        let Some(metadata) = &self.metadata else { return false };
        let number = self.next_group;
        let Some(group) = metadata.metadata().row_groups().get(number) else { return false };
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        self.next_group += 1;
        match self.reader(number, None, BATCH_ROWS) {
            Ok(reader) => {
                self.group = Some(Group { number, rows, done: 0, reader, careful_until: 0, bad_rows: 0 });
            }
            Err(cause) => self.lose(number, 0, rows, &cause.to_string(), out),
        }
        true
    }

    /// The rows of a group from `done` on are lost.
    fn lose(&mut self, number: usize, done: u64, rows: u64, cause: &str, out: &mut RecordLines) {
        self.group = None;
        let lost = rows.saturating_sub(done);
        if lost == 0 {
            return;
        }
        let which = if done == 0 { String::new() } else { format!(" from row {} on", done + 1) };
        let reason = format!("row group {} cannot be read{which}, {lost} rows are lost: {cause}", number + 1);
        out.fault(Place::default(), reason, &[]);
        if lost > MOST_LOST {
            self.metadata = None;
            return;
        }
        (1..lost).for_each(|_| out.no_page(Place::default(), LOST));
    }

    fn next_batch(&mut self, out: &mut RecordLines) {
        let Some(mut group) = self.group.take() else { return };
        match group.reader.next() {
            Some(Ok(batch)) => {
                group.done += batch.num_rows() as u64;
                self.batch = Some((batch, 0));
                let is_done = group.done >= group.rows;
                if !is_done && group.careful_until > 0 && group.done >= group.careful_until {
                    self.go_on(group, BATCH_ROWS, out);
                    return;
                }
                self.group = (!is_done).then_some(group);
            }
            None => self.lose(group.number, group.done, group.rows, "it ends early", out),
            Some(Err(cause)) if group.bad_rows >= MOST_BAD_ROWS => {
                self.lose(group.number, group.done, group.rows, &cause.to_string(), out);
            }
            Some(Err(cause)) if group.careful_until > group.done => {
                out.fault(Place::default(), format!("cannot be read: {cause}"), &[]);
                group.done += 1;
                group.bad_rows += 1;
                self.go_on(group, 1, out);
            }
            Some(Err(_)) => {
                group.careful_until = (group.done + BATCH_ROWS as u64).min(group.rows);
                self.go_on(group, 1, out);
            }
        }
    }

    /// Reads the rest of a group with another number of rows at once.
    fn go_on(&mut self, mut group: Group, batch: usize, out: &mut RecordLines) {
        if group.done >= group.rows {
            return;
        }
        match self.reader(group.number, Some((group.done, group.rows - group.done)), batch) {
            Ok(reader) => {
                group.reader = reader;
                self.group = Some(group);
            }
            Err(cause) => self.lose(group.number, group.done, group.rows, &cause.to_string(), out),
        }
    }
}

/// Makes lines of decoded rows, some at once: many rows may share one long value. Gives the row that is next.
fn append_rows(
    columns: &[Column],
    batch: &RecordBatch,
    from: usize,
    longest: usize,
    out: &mut RecordLines,
) -> usize {
    let found = columns.iter().map(|column| (column.name.as_str(), column.of(batch)));
    let found: Vec<_> = found.filter_map(|(name, array)| Some((name, array?))).collect();
    for row in from..batch.num_rows() {
        if out.bytes.len() >= AT_ONCE {
            return row;
        }
        let held: Vec<_> =
            found.iter().filter_map(|(name, array)| Some((*name, array.value(row)?))).collect();
        let fields = held.iter().map(|(name, value)| (*name, value.as_value()));
        if fields.clone().map(|(_, value)| value.len()).sum::<usize>() > longest {
            out.fault(Place::default(), too_long(longest), &[]);
        } else {
            out.page(Place::default(), fields);
        }
    }
    batch.num_rows()
}

/// Bytes of lines that are made at once.
const AT_ONCE: usize = 1 << 21;

/// What rows are that stand behind a fault of their row group.
const LOST: &str = "lost";

fn options() -> ArrowReaderOptions {
    // What a writer says of its own types is not needed, and need not be right.
    ArrowReaderOptions::new().with_skip_arrow_metadata(true)
}

impl Convert for Rows {
    fn convert(&mut self, out: &mut RecordLines) -> Result<bool> {
        if let Some(fault) = self.fault.take() {
            out.fault(Place::default(), fault, &[]);
            return Ok(true);
        }
        if let Some((batch, from)) = self.batch.take() {
            let next = append_rows(&self.columns, &batch, from, self.longest, out);
            self.batch = (next < batch.num_rows()).then_some((batch, next));
            return Ok(true);
        }
        if self.group.is_some() {
            self.next_batch(out);
            return Ok(true);
        }
        Ok(self.open_group(out))
    }
}
