//! Kept rows byte for byte; where a text lost lines, its field is quoted anew.

use super::super::write::{Output, Places, TextLeft, Unpacked, text_columns};
use super::{Table, delimiter};
use crate::error::{Error, Result};
use crate::io::sniff::BYTE_ORDER_MARK;
use crate::io::source::{Source, Sources};
use csv_core::{ReadFieldResult, ReaderBuilder};
use std::ops::Range;

/// Rows of a file that was read before.
pub(in crate::io) struct KeptRows<'a> {
    bytes: Unpacked<'a>,
    /// As it stands, with its line end.
    header: Vec<u8>,
    delimiter: u8,
    /// The column with the text.
    text: Option<usize>,
}

impl<'a> KeptRows<'a> {
    pub(in crate::io) fn open(source: &'a Source, sources: &Sources) -> Result<Self> {
        let mut table = Table::new(source.reopen(&[])?, &source.name, sources.longest_record);
        let (names, place) = table.header()?.unwrap_or_default();
        let mut bytes = Unpacked::open(source, &[])?;
        let mut header = Vec::new();
        bytes.record(place, &mut header)?;
        let text = text_columns(names.iter().map(String::as_str), &sources.fields).first().copied();
        let delimiter = delimiter(header.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&header));
        Ok(Self { bytes, header, delimiter, text })
    }
}

/// Writes rows behind the same header.
pub(in crate::io) struct Writer {
    header: Vec<u8>,
    out: Output,
}

/// What headers are compared by.
fn bare(header: &[u8]) -> &[u8] {
    header.strip_prefix(BYTE_ORDER_MARK).unwrap_or(header).trim_ascii_end()
}

impl Writer {
    /// A file with the header of these rows.
    pub(in crate::io) fn new(rows: &KeptRows<'_>, mut out: Output) -> Result<Self> {
        line(&rows.header, &mut out)?;
        Ok(Self { header: rows.header.clone(), out })
    }

    /// Whether rows have the header of this file.
    pub(in crate::io) fn takes(&self, rows: &KeptRows<'_>) -> bool {
        bare(&self.header) == bare(&rows.header)
    }

    /// Writes the rows of these ascending numbers.
    pub(in crate::io) fn write(
        &mut self,
        rows: &mut KeptRows<'_>,
        places: &mut Places<'_>,
        records: &[u64],
        text: &mut TextLeft<'_>,
    ) -> Result<()> {
        let mut row = Vec::new();
        for (at, &record) in records.iter().enumerate() {
            rows.bytes.record(places(record)?, &mut row)?;
            if let Some(text) = text(at)? {
                let field = rows.text.and_then(|number| fields(&row, rows.delimiter).into_iter().nth(number));
                let Some(field) = field else {
                    let place = self.out.place.display().to_string();
                    return Err(Error::new(crate::error::ErrorKind::Input, place, "a row lost its text"));
                };
                row.splice(field, quoted(&text));
            }
            line(&row, &mut self.out)?;
        }
        Ok(())
    }

    pub(in crate::io) fn finish(self) -> Result<()> {
        self.out.finish()
    }
}

/// Writes a row, which ends its line.
fn line(row: &[u8], out: &mut Output) -> Result<()> {
    out.bytes(row)?;
    if row.ends_with(b"\n") || row.is_empty() { Ok(()) } else { out.bytes(b"\n") }
}

/// Where each field of a row stands, with its quotes.
fn fields(row: &[u8], delimiter: u8) -> Vec<Range<usize>> {
    let mut parser = ReaderBuilder::new().delimiter(delimiter).build();
    let mut scrap = vec![0; 1 << 12];
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    loop {
        let (result, read, _) = parser.read_field(&row[at..], &mut scrap);
        at += read;
        match result {
            ReadFieldResult::OutputFull => {}
            ReadFieldResult::InputEmpty if read > 0 => {}
            ReadFieldResult::Field { record_end: false } => {
                found.push(start..at - 1);
                start = at;
            }
            _ => {
                found.push(start..bare_len(row));
                return found;
            }
        }
    }
}

/// The length of a row without its line end.
fn bare_len(row: &[u8]) -> usize {
    let bare = row.strip_suffix(b"\n").unwrap_or(row);
    bare.strip_suffix(b"\r").unwrap_or(bare).len()
}

fn quoted(text: &str) -> Vec<u8> {
    format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
}
