//! Records of a richer format as lines of JSON: what a page says, where a record is none, what is wrong with one.
//!
//! Each record takes one line, so that the number of a record is the number of its line. A record that is no page
//! takes a blank one. One that cannot be used takes a line that begins with a NUL, which no JSON does. Where records
//! stand in their file is kept beside the lines: the same pages make the same lines in whatever file they stand.

use crate::error::Result;
use crate::io::raw::{from_base64, to_base64};
use crate::io::rejects::RAW_BYTES;
use crate::io::token::Spelling;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a record stands in its unpacked file. Of Parquet all of it is 0: rows have numbers and no place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The first byte.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

impl Place {
    /// Bytes that one takes when it is written.
    pub(in crate::io) const BYTES: usize = 16;

    pub(in crate::io) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.offset.to_le_bytes());
        out.extend_from_slice(&self.length.to_le_bytes());
    }

    /// What [`write`](Self::write) has written.
    pub(in crate::io) fn read(bytes: &[u8]) -> Self {
        let number = |at: usize| {
            bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
        };
        Self { offset: number(0), length: number(8) }
    }
}

/// Reads a file of a richer format.
pub(in crate::io) trait Convert: Send {
    /// Appends the next records; false at the end of the file. Faults of the file become lines: an error is one of the
    /// disk.
    fn convert(&mut self, out: &mut RecordLines) -> Result<bool>;
}

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub(in crate::io) enum Value<'a> {
    /// A string.
    Text(&'a str),
    /// A number, or a list of strings, as JSON.
    Json(&'a str),
}

impl Value<'_> {
    /// Bytes of it.
    pub(in crate::io) const fn len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Json(text) => text.len(),
        }
    }
}

/// Lines that were made and not read yet, and what is known of them.
#[derive(Default)]
pub(in crate::io) struct RecordLines {
    pub(in crate::io) bytes: Vec<u8>,
    /// One a line, written.
    pub(in crate::io) places: Vec<u8>,
    /// Records that are no pages, by what they are.
    pub(in crate::io) left_out: BTreeMap<String, u64>,
}

impl RecordLines {
    /// A page.
    pub(in crate::io) fn page<'a>(
        &mut self,
        place: Place,
        fields: impl IntoIterator<Item = (&'a str, Value<'a>)>,
    ) {
        self.bytes.push(b'{');
        let mut is_first = true;
        for (name, value) in fields {
            if !std::mem::take(&mut is_first) {
                self.bytes.push(b',');
            }
            Spelling::Plain.write(name, &mut self.bytes);
            self.bytes.push(b':');
            match value {
                Value::Text(text) => Spelling::Plain.write(text, &mut self.bytes),
                Value::Json(json) => self.bytes.extend_from_slice(json.as_bytes()),
            }
        }
        self.bytes.push(b'}');
        self.end(place);
    }

    /// A record that is no page.
    pub(in crate::io) fn no_page(&mut self, place: Place, kind: &str) {
        *self.left_out.entry(kind.to_owned()).or_default() += 1;
        self.end(place);
    }

    /// A record that cannot be used, which begins with `start`.
    pub(in crate::io) fn fault(&mut self, place: Place, reason: impl Into<String>, start: &[u8]) {
        let start = to_base64(&start[..start.len().min(RAW_BYTES)]);
        let fault = FaultLine { reason: reason.into(), start };
        self.bytes.push(FAULT);
        // A struct of two strings is always JSON.
        self.bytes.extend(serde_json::to_vec(&fault).unwrap_or_default());
        self.end(place);
    }

    /// Takes what another one holds.
    pub(in crate::io) fn append(&mut self, other: &mut Self) {
        self.bytes.append(&mut other.bytes);
        self.places.append(&mut other.places);
        for (kind, count) in std::mem::take(&mut other.left_out) {
            *self.left_out.entry(kind).or_default() += count;
        }
    }

    fn end(&mut self, place: Place) {
        self.bytes.push(b'\n');
        place.write(&mut self.places);
    }
}

/// What the line of a record begins with that cannot be used.
const FAULT: u8 = 0;

#[derive(Serialize, Deserialize)]
struct FaultLine {
    reason: String,
    start: String,
}

/// What is wrong with a record by its line, and the record's beginning; none if nothing is.
pub fn fault(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let fault: FaultLine = serde_json::from_slice(line.strip_prefix(&[FAULT])?).ok()?;
    Some((fault.reason, from_base64(&fault.start)?))
}
