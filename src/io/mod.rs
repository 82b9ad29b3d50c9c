//! The only door to files, compression and formats.
//!
//! * [`discover`]: the files that the arguments name, in a fixed order.
//! * [`compression`]: plain, gzip or zstd, known by content.
//! * [`source`]: the input files: [`batches`] of whole records, [`plain`] bytes by offset, again and again.
//!   `opening`: how one is opened; `sniff`: its format, known by content.
//! * [`formats`]: Parquet, WARC and CSV, read as lines of JSON and written as they were.
//! * [`table`]: a table in memory, read like a file.
//! * [`record`]: the fields of one JSON record, parsed at SIMD speed; the slow obvious parser judges it.
//! * [`token`]: a JSON string, and how it is spelled.
//! * [`fields`]: which field is the text, the id, the site.
//! * [`rejects`]: what becomes of a record that cannot be used.
//! * [`tables`]: rows as JSON lines; `columns`: as Parquet.
//! * [`lists`]: lists that the user gives.
//! * [`raw`]: bytes in a row, base64 where they are not UTF-8.
//! * [`output`], [`output_file`]: a folder, a file that is complete or absent.
//! * [`packed_file`]: a saved file, packed.
//! * [`spool`]: one temporary file. [`runs`]: sorting more than fits into memory. [`named`]: records by name.
//! * [`index_files`]: files of an index, and the lock of its writer.
//! * [`durable`]: what survives a power cut, and what a killed process leaves. `system`: what only the system can do.
//! * [`journal`]: finished units of work, for `--resume`.
//! * [`resident`]: memory that the process has used, and that is free.
//! * [`values`]: values as bytes.

pub mod batches;
mod columns;
pub mod compression;
pub mod discover;
pub mod durable;
pub mod fields;
pub mod foreign;
pub mod formats;
pub mod index_files;
pub mod journal;
pub mod lists;
pub mod named;
mod opening;
pub mod output;
pub mod output_file;
pub mod packed_file;
pub mod plain;
pub mod raw;
pub mod record;
pub mod rejects;
pub mod resident;
pub mod runs;
mod sniff;
pub mod source;
pub mod spool;
mod system;
pub mod table;
pub mod tables;
pub mod token;
pub mod values;
