//! Kept pages in the formats that they came in, beside `pages.jsonl`, which holds all of them.

use super::{Observer, go_on};
use crate::error::{Error, ErrorKind, Result};
use crate::io::fields::FieldNames;
use crate::io::formats::write::FormatWriter;
use crate::io::record::Parser;
use crate::io::source::Sources;
use crate::io::table::Table;
use crate::io::tables::Lines;
use crate::page::{Pages, STRIPPED};
use bitvec::vec::BitVec;
use std::path::Path;

/// Writes the pages that are `written` and stand in files of converted formats, if there is a folder for them; gives
/// those of a table.
pub fn write_formats(
    folder: Option<&Path>,
    sources: &Sources,
    pages: &Pages,
    written: &BitVec,
    fields: &FieldNames,
    observer: &dyn Observer,
) -> Result<Option<Table>> {
    let mut writer = FormatWriter::new(sources, folder);
    let mut plain = sources.plain();
    let (mut parser, mut raw) = (Parser::default(), Vec::new());
    for (number, of) in by_source(sources, pages, written).into_iter().enumerate() {
        go_on(observer)?;
        if !sources.get(number as u32).format.is_converted() {
            continue;
        }
        let records: Vec<u64> = of.iter().map(|&page| pages.row(page).location.record).collect();
        writer.source(number as u32, &records, &mut |at| {
            let location = pages.row(of[at]).location;
            if location.source != STRIPPED {
                return Ok(None);
            }
            plain.record(location, &mut raw)?;
            text_of(&raw, &mut parser, fields).map(Some)
        })?;
    }
    writer.finish()
}

/// A page of a converted format in `pages.jsonl`.
#[derive(Clone, Copy, Debug)]
pub struct ConvertedPage {
    /// Dense number of its file.
    pub source: u32,
    /// 1-based number of its record.
    pub record: u64,
    /// 1-based number of its line in `pages.jsonl`.
    pub line: u64,
    /// Whether it lost lines.
    pub is_stripped: bool,
}

/// The same of pages that were written to `pages.jsonl` in `folder`, in their order.
pub fn write_converted(
    folder: &Path,
    sources: &Sources,
    pages: &[ConvertedPage],
    fields: &FieldNames,
) -> Result<Option<Table>> {
    let mut writer = FormatWriter::new(sources, Some(folder));
    let mut lines = Lines::open(folder, "pages.jsonl")?;
    let (mut parser, mut at_line) = (Parser::default(), 0);
    for of in pages.chunk_by(|a, b| a.source == b.source) {
        let records: Vec<u64> = of.iter().map(|page| page.record).collect();
        writer.source(of[0].source, &records, &mut |at| {
            let ConvertedPage { line, is_stripped, .. } = of[at];
            if !is_stripped {
                return Ok(None);
            }
            while at_line + 1 < line {
                lines.next_line()?;
                at_line += 1;
            }
            at_line += 1;
            let text = lines.next_line()?.map(|line| text_of(line, &mut parser, fields));
            text.transpose()
        })?;
    }
    writer.finish()
}

/// The text of a record that was written as a line of JSON.
pub(super) fn text_of(line: &[u8], parser: &mut Parser, fields: &FieldNames) -> Result<String> {
    match parser.parse(line, fields) {
        Ok(record) => Ok(record.text.into_owned()),
        Err(reason) => Err(Error::new(ErrorKind::Disk, "pages.jsonl", reason)),
    }
}

/// The pages of each file.
fn by_source(sources: &Sources, pages: &Pages, written: &BitVec) -> Vec<Vec<u32>> {
    let mut found = vec![Vec::new(); sources.list().len()];
    for page in written.iter_ones() {
        let file = pages.row(page as u32).file;
        if sources.get(file).format.is_converted() {
            found[file as usize].push(page as u32);
        }
    }
    found
}
