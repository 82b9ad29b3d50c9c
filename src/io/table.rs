//! A table in memory: what a program holds as Arrow already, as an input. Nothing of it is copied until its rows are read.

use crate::error::{Error, Result};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use std::fmt;

/// Rows of the same columns, in batches.
#[derive(Clone)]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// What stands for the name of a file where a row of a table is named.
    pub const NAME: &str = "table";

    /// Batches that all have these columns; fails at one that has not.
    pub fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Self> {
        if let Some(at) = batches.iter().position(|batch| batch.schema().fields() != schema.fields()) {
            return Err(Error::usage(Self::NAME, format!("batch {} has other columns", at + 1)));
        }
        Ok(Self { schema, batches })
    }

    /// Its columns, and no row.
    #[must_use]
    pub fn without_rows(&self) -> Self {
        Self { schema: self.schema.clone(), batches: Vec::new() }
    }

    /// The columns.
    pub const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows.
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Bytes of it, as far as its batches do not share them.
    pub fn bytes(&self) -> u64 {
        self.batches.iter().map(|batch| batch.get_array_memory_size() as u64).sum()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("rows", &self.rows()).finish_non_exhaustive()
    }
}
