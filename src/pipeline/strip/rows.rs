//! The rows of the tables that `tamis strip` writes. `docs/output.md` describes them to users.
//!
//! Rows of pages are made in two halves: what follows from the record alone is written by the thread that reads
//! it, and the head, which names the page, once its line is numbered.

use crate::boilerplate::spans::Span;
use crate::error::{Error, ErrorKind, Result};
use crate::io::raw::{from_base64, to_base64};
use crate::io::token::Spelling;
use serde::{Deserialize, Serialize};

/// A line judged on a site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineRow {
    /// The site.
    pub site: String,
    /// The line.
    pub line: String,
    /// What it has in common with lines that differ in a date or a number.
    pub template: String,
    /// Articles of the sample that have it.
    pub pages: u32,
    /// Of so many.
    pub of: u32,
    /// A lower bound on the share of all articles that have it.
    pub bound: f64,
    /// What becomes of it at most of its places.
    pub tier: String,
    /// Its places on the pages of the sample.
    pub places: u32,
    /// Of these, those where it goes.
    pub stripped: u32,
    /// Why it was judged so.
    pub reasons: Vec<String>,
}

/// A page that lost lines.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SpansRow {
    /// The page.
    pub id: String,
    /// The input file.
    pub file: String,
    /// 1-based number of the record's line.
    pub record: u64,
    /// 1-based number of its line in `pages.jsonl`; none if it was removed, and where `tamis strip` writes every page.
    #[serde(default)]
    pub page: Option<u64>,
    /// The rest.
    #[serde(flatten)]
    pub tail: SpansTail<'static>,
}

/// What a page lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpansTail<'t> {
    /// Digest of its text before.
    pub digest: String,
    /// The lines, in bytes of its decoded text before.
    pub spans: Vec<Span<'t>>,
    /// How the text is spelled in JSON, if not plainly.
    #[serde(skip_serializing_if = "Spelling::is_plain", default)]
    pub escapes: Spelling,
    /// The text as it stood in JSON, if no spelling makes it so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub raw: Option<String>,
}

/// Which lines of a page stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MaskTail {
    /// One a line: 1 if it stays.
    pub keep: Vec<u8>,
}

/// The first fields of a row: which page it is of.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PageHead<'a> {
    /// The page.
    pub id: &'a str,
    /// The input file, where the row says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'a str>,
    /// The number of its line, where the row says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The line of `pages.jsonl` that it stands in, where the row says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
}

impl<'a> PageHead<'a> {
    /// The id alone.
    pub const fn of(id: &'a str) -> Self {
        Self { id, file: None, record: None, page: None }
    }

    /// Puts the row of this head and a tail, which is a JSON object with a field, in place of what `row` held.
    pub fn row(&self, tail: &[u8], row: &mut Vec<u8>) -> Result<()> {
        row.clear();
        append_json(self, row)?;
        row.pop();
        row.push(b',');
        row.extend_from_slice(tail.get(1..).unwrap_or_default());
        row.push(b'\n');
        Ok(())
    }
}

/// Appends a value as JSON.
pub(in crate::pipeline) fn append_json(value: &impl Serialize, out: &mut Vec<u8>) -> Result<()> {
    serde_json::to_writer(out, value)
        .map_err(|cause| Error::new(ErrorKind::Disk, "spans.jsonl", cause.to_string()))
}

/// Bytes of an input file that are no page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapRow {
    /// The input file.
    pub file: String,
    /// Where the bytes stand in the plain file.
    pub offset: u64,
    /// The bytes, if they are UTF-8.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub raw: Option<String>,
    /// The bytes, if they are not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base64: Option<String>,
}

impl GapRow {
    /// The row of these bytes.
    pub fn new(file: &str, offset: u64, bytes: &[u8]) -> Self {
        let raw = std::str::from_utf8(bytes).ok().map(str::to_owned);
        let base64 = raw.is_none().then(|| to_base64(bytes));
        Self { file: file.to_owned(), offset, raw, base64 }
    }

    /// The bytes; none if the row does not say them.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match (&self.raw, &self.base64) {
            (Some(raw), None) => Some(raw.as_bytes().to_vec()),
            (None, Some(base64)) => from_base64(base64),
            _ => None,
        }
    }
}
