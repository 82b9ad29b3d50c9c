//! What of the inputs is no page: blank lines, records that could not be used, a byte order mark.
//!
//! `pages.jsonl` holds every page with one line feed behind it. A gap is whatever else stands in an input file. Only
//! places are kept while pages are read; the bytes are read again at the end, piece by piece, however long.

use super::rows::GapRow;
use crate::error::Result;
use crate::io::source::Sources;
use crate::io::tables::TableWriter;

/// Bytes of the longest piece.
const PIECE: u64 = 1 << 18;

/// The gaps of all inputs.
pub(super) struct Gaps {
    /// Source, start, end.
    list: Vec<(u32, u64, u64)>,
    /// Where the latest page of each source ends.
    ends: Vec<u64>,
}

impl Gaps {
    pub(super) fn new(files: usize) -> Self {
        Self { list: Vec::new(), ends: vec![0; files] }
    }

    /// The next page of a source takes these bytes, its line feed counted.
    pub(super) fn page(&mut self, source: u32, start: u64, end: u64) {
        let before = &mut self.ends[source as usize];
        if *before < start {
            self.list.push((source, *before, start));
        }
        *before = end;
    }

    /// Writes `gaps.jsonl`, in input order.
    pub(super) fn write(mut self, sources: &Sources, table: &mut TableWriter) -> Result<()> {
        for (number, (end, source)) in self.ends.iter().zip(sources.list()).enumerate() {
            if *end < source.bytes {
                self.list.push((number as u32, *end, source.bytes));
            }
        }
        self.list.sort_unstable();
        let mut plain = sources.plain();
        let mut bytes = Vec::new();
        for (source, mut start, end) in self.list {
            while start < end {
                bytes.clear();
                plain.append(source, start, PIECE.min(end - start), &mut bytes)?;
                // A character that was cut in two goes with the next piece.
                if let Err(error) = std::str::from_utf8(&bytes)
                    && error.error_len().is_none()
                    && error.valid_up_to() > 0
                    && start + (bytes.len() as u64) < end
                {
                    bytes.truncate(error.valid_up_to());
                }
                table.row(&GapRow::new(&sources.get(source).name, start, &bytes))?;
                start += bytes.len() as u64;
            }
        }
        Ok(())
    }
}
