//! Rows of a table in memory: read like those of Parquet, and given back like them, without the file.

use super::append_rows;
use super::values::{Column, columns};
use super::write::{text_columns_of, with_texts};
use crate::error::{Error, ErrorKind, Result};
use crate::io::fields::FieldNames;
use crate::io::formats::lines::{Convert, RecordLines};
use crate::io::formats::write::TextLeft;
use crate::io::table::Table;
use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::ArrowError;
use arrow_select::filter::filter_record_batch;
use std::collections::BTreeMap;

/// Reads the rows of a table.
pub(in crate::io) struct Rows {
    table: Table,
    columns: Vec<Column>,
    /// The batch that is read, and how many of its rows are lines.
    at: (usize, usize),
    longest: usize,
}

impl Rows {
    /// The rows of a table, with the fields of these names.
    pub(in crate::io) fn open(table: Table, names: &FieldNames, longest: usize) -> Self {
        let columns = columns(table.schema(), names);
        Self { table, columns, at: (0, 0), longest }
    }
}

impl Convert for Rows {
    fn convert(&mut self, out: &mut RecordLines) -> Result<bool> {
        let (batch, from) = self.at;
        let Some(rows) = self.table.batches().get(batch) else { return Ok(false) };
        let next = append_rows(&self.columns, rows, from, self.longest, out);
        self.at = if next < rows.num_rows() { (batch, next) } else { (batch + 1, 0) };
        Ok(true)
    }
}

/// The rows of these ascending numbers, counted from 1, with all their columns, and with what is left of their texts.
pub(in crate::io) fn kept(
    table: &Table,
    fields: &FieldNames,
    records: &[u64],
    text: &mut TextLeft<'_>,
) -> Result<Table> {
    let texts = text_columns_of(table.schema(), fields);
    let mut batches = Vec::new();
    let (mut before, mut done) = (0, 0);
    for batch in table.batches() {
        let end = before + batch.num_rows() as u64;
        let here = records[done..].partition_point(|&record| record <= end);
        let rows = taken(batch, records[done..done + here].iter().map(|record| record - before - 1));
        let mut left = BTreeMap::new();
        for row in 0..here {
            if let Some(text) = text(done + row)? {
                left.insert(row, text);
            }
        }
        batches.push(rows.and_then(|rows| with_texts(&rows, &texts, &left)).map_err(|cause| failed(&cause))?);
        (before, done) = (end, done + here);
    }
    Table::new(table.schema().clone(), batches)
}

/// Some rows of a batch; all of it as it is.
fn taken(
    batch: &RecordBatch,
    rows: impl ExactSizeIterator<Item = u64>,
) -> std::result::Result<RecordBatch, ArrowError> {
    if rows.len() == batch.num_rows() {
        return Ok(batch.clone());
    }
    let mut stays = vec![false; batch.num_rows()];
    rows.for_each(|row| stays[row as usize] = true);
    filter_record_batch(batch, &BooleanArray::from(stays))
}

fn failed(cause: &ArrowError) -> Error {
    Error::new(ErrorKind::Input, Table::NAME, format!("rows cannot be taken out of it: {cause}"))
}
