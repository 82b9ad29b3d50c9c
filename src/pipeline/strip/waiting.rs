//! Rows of `spans.jsonl`, which wait in a temporary file until all pages are read: they are sorted by id.

use super::rows::{PageHead, SpansTail};
use crate::error::{Error, ErrorKind, Result};
use crate::io::source::Sources;
use crate::io::spool::Spool;
use crate::io::tables::{TableFormat, TableWriter};
use crate::page::Strings;
use std::path::Path;

/// Bytes that are written to the temporary file at once.
const AT_ONCE: usize = 1 << 20;

/// The rows, but for their heads. In memory stay the ids of their pages, and 32 bytes each.
pub(in crate::pipeline) struct WaitingSpans {
    spool: Spool,
    /// What is not in the spool yet.
    buffer: Vec<u8>,
    rows: Vec<Waiting>,
    /// One a row.
    ids: Strings,
}

struct Waiting {
    offset: u64,
    length: u32,
    source: u32,
    record: u64,
    page: u32,
}

impl WaitingSpans {
    /// None yet; the file is made in `temp_dir`.
    pub(in crate::pipeline) fn new(temp_dir: &Path) -> Result<Self> {
        let spool = Spool::create(temp_dir)?;
        Ok(Self { spool, buffer: Vec::new(), rows: Vec::new(), ids: Strings::default() })
    }

    /// A row: its page, with its number among all pages, which ascends, and its place in the inputs; and what follows the
    /// head.
    pub(in crate::pipeline) fn push(
        &mut self,
        (id, page): (&str, u32),
        (source, record): (u32, u64),
        tail: &[u8],
    ) -> Result<()> {
        let offset = self.spool.len() + self.buffer.len() as u64;
        self.rows.push(Waiting { offset, length: tail.len() as u32, source, record, page });
        self.ids.push(id);
        self.buffer.extend_from_slice(tail);
        if self.buffer.len() >= AT_ONCE {
            self.spool.append(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Bytes of what is in memory for all rows.
    pub(in crate::pipeline) const fn bytes_held(&self) -> u64 {
        size_of_val(self.rows.as_slice()) as u64 + self.ids.size()
    }

    /// Whether the page of this number lost lines.
    pub(in crate::pipeline) fn has(&self, page: u32) -> bool {
        self.rows.binary_search_by_key(&page, |row| row.page).is_ok()
    }

    /// What the page of this number lost, if it lost anything.
    pub(in crate::pipeline) fn tail(&self, page: u32) -> Result<Option<SpansTail<'static>>> {
        let Ok(at) = self.rows.binary_search_by_key(&page, |row| row.page) else { return Ok(None) };
        let row = &self.rows[at];
        let mut tail = vec![0; row.length as usize];
        match row.offset.checked_sub(self.spool.len()) {
            Some(at) => tail.copy_from_slice(&self.buffer[at as usize..][..row.length as usize]),
            None => self.spool.read(row.offset, &mut tail)?,
        }
        let unread =
            |cause: serde_json::Error| Error::new(ErrorKind::Saved, "spans.jsonl", cause.to_string());
        serde_json::from_slice(&tail).map(Some).map_err(unread)
    }

    /// Writes `spans.jsonl`, sorted by id. `line` gives the line of `pages.jsonl` that a page stands in, where rows are
    /// to say it.
    pub(in crate::pipeline) fn write(
        mut self,
        folder: &Path,
        format: TableFormat,
        sources: &Sources,
        line: impl Fn(u32) -> Option<u64>,
    ) -> Result<()> {
        self.spool.append(&self.buffer)?;
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        order.sort_unstable_by_key(|&row| {
            let of = &self.rows[row as usize];
            (self.ids.get(row), of.source, of.record)
        });
        let mut table = TableWriter::create(folder, "spans.jsonl", format)?;
        let (mut tail, mut row) = (Vec::new(), Vec::new());
        for number in order {
            let of = &self.rows[number as usize];
            tail.resize(of.length as usize, 0);
            self.spool.read(of.offset, &mut tail)?;
            let head = PageHead {
                id: self.ids.get(number),
                file: Some(&sources.get(of.source).name),
                record: Some(of.record),
                page: line(of.page),
            };
            head.row(&tail, &mut row)?;
            table.lines(&row)?;
        }
        table.finish()
    }

    /// Hands the id and what follows the head of each row to `take`, in any order.
    pub(in crate::pipeline) fn for_each(mut self, mut take: impl FnMut(&str, &[u8])) -> Result<()> {
        self.spool.append(&self.buffer)?;
        let mut tail = Vec::new();
        for (row, id) in self.rows.iter().zip(self.ids.iter()) {
            tail.resize(row.length as usize, 0);
            self.spool.read(row.offset, &mut tail)?;
            take(id, &tail);
        }
        Ok(())
    }
}
