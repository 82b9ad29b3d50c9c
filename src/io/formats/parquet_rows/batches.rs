//! Decoded rows, batch by batch; a decoder that panics is a fault, and gives nothing more.

use crate::io::foreign::guarded;
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use std::fs::File;

/// The batches of a file.
pub(in crate::io) struct Batches(Option<ParquetRecordBatchReader>);

impl Batches {
    /// Those that a builder describes.
    pub(in crate::io) fn of(builder: ParquetRecordBatchReaderBuilder<File>) -> Result<Self, ParquetError> {
        whole(|| builder.build()).map(|reader| Self(Some(reader)))
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = self.0.take()?;
        match guarded(move || (reader.next(), reader)) {
            Ok((batch, reader)) => {
                self.0 = Some(reader);
                batch
            }
            Err(cause) => Some(Err(ArrowError::ParquetError(cause))),
        }
    }
}

/// What is read of a file at once, such as its metadata.
pub(in crate::io) fn whole<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    guarded(read).unwrap_or_else(|cause| Err(ParquetError::General(cause)))
}
