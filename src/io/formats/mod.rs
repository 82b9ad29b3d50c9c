//! Formats that are richer than lines: Parquet, WARC and CSV.
//!
//! * `lines`: **start here**: each record becomes one line of JSON, which goes to the spool as packed inputs do.
//!   Everything behind the reader goes on as with JSON lines.
//! * `parquet_rows`, `warc`, `csv`: a reader each, which knows its format and nothing of pages.
//! * [`write`](mod@write): kept pages in the formats that they came in.
//! * `html`: what a person sees of a page.

pub(super) mod csv;
pub(super) mod html;
pub mod lines;
pub(super) mod parquet_rows;
pub(super) mod warc;
pub mod write;
