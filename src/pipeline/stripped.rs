//! What pages lost before they were compared, and what is left of them: `tamis run` strips in memory.
//!
//! A record that was stripped waits in a temporary file, from which it is read wherever its text or its bytes are needed
//! ([`STRIPPED`](crate::page::STRIPPED)); a page that lost nothing stays where it is.

use super::condemn::ProfileJudge;
use super::strip::cutter::Stripped;
use super::strip::manifest::CountsReport;
use super::strip::rows::{SpansTail, append_json};
use super::strip::waiting::WaitingSpans;
use crate::audit::known::Known;
use crate::error::Result;
use crate::io::spool::Spool;
use crate::page::Pages;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::Path;

/// Who strips pages as they are read, and what is known of their sites if they are examined as well.
#[derive(Clone, Copy)]
pub struct Stripper<'a> {
    /// Who says which lines stay.
    pub judge: &'a ProfileJudge,
    /// What pages are examined by.
    pub known: Option<&'a Known>,
}

/// The stripped records of a batch.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct StrippedRecords {
    /// With a line feed behind each.
    records: Vec<u8>,
    /// Rows of `spans.jsonl`, but for their heads: numbers of pages in the batch, and where the rows stand.
    rows: Vec<(u32, Range<usize>)>,
    tails: Vec<u8>,
    counts: CountsReport,
}

impl StrippedRecords {
    /// Where the next record goes.
    pub(super) const fn records(&mut self) -> &mut Vec<u8> {
        &mut self.records
    }

    /// Ends the record that was appended last, of the page of this number in the batch, and takes what it lost.
    pub(super) fn end(&mut self, page: usize, tail: &SpansTail<'_>) -> Result<()> {
        self.records.push(b'\n');
        let from = self.tails.len();
        append_json(tail, &mut self.tails)?;
        self.rows.push((page as u32, from..self.tails.len()));
        Ok(())
    }

    /// Counts a page that was judged.
    pub(super) fn count(
        &mut self,
        text: &str,
        article: bool,
        keep: &[bool],
        stripped: Option<&Stripped<'_>>,
    ) {
        let counts = &mut self.counts;
        let characters = text.chars().count() as u64;
        counts.pages += 1;
        counts.without_article += u64::from(!article);
        counts.lines += keep.len() as u64;
        counts.characters += characters;
        if let Some(Stripped { rest, tail, .. }) = stripped {
            counts.stripped_pages += 1;
            counts.stripped_lines += tail.spans.len() as u64;
            counts.stripped_characters += characters - rest.chars().count() as u64;
            counts.stripped_bytes += (text.len() - rest.len()) as u64;
        }
    }
}

/// What all pages lost.
pub struct StrippedPages {
    /// The records, until the sources take them.
    records: Option<Spool>,
    /// Bytes of them.
    bytes: u64,
    spans: WaitingSpans,
    /// What was counted.
    pub counts: CountsReport,
}

impl StrippedPages {
    pub(super) fn new(temp_dir: &Path) -> Result<Self> {
        let records = Some(Spool::create(temp_dir)?);
        let spans = WaitingSpans::new(temp_dir)?;
        Ok(Self { records, bytes: 0, spans, counts: CountsReport::default() })
    }

    /// Bytes of the records so far: the offset of the next batch.
    pub(super) const fn len(&self) -> u64 {
        self.bytes
    }

    /// Bytes of what is in memory.
    pub(super) const fn bytes_held(&self) -> u64 {
        self.spans.bytes_held()
    }

    /// Takes the records of a batch whose first page has the number `first`.
    pub(super) fn take(&mut self, batch: &StrippedRecords, pages: &Pages, first: u32) -> Result<()> {
        if let Some(records) = &mut self.records {
            records.append(&batch.records)?;
        }
        self.bytes += batch.records.len() as u64;
        self.counts.add(&batch.counts);
        for (page, tail) in &batch.rows {
            let page = first + page;
            let row = pages.row(page);
            let place = (row.file, row.location.record);
            self.spans.push((pages.id(page), page), place, &batch.tails[tail.clone()])?;
        }
        Ok(())
    }

    /// Gives the records away.
    pub(super) fn records(&mut self) -> Option<Spool> {
        self.records.take()
    }

    /// The rows of `spans.jsonl`.
    pub(super) const fn spans(&self) -> &WaitingSpans {
        &self.spans
    }

    /// Gives the rows of `spans.jsonl` away.
    pub(super) fn into_spans(self) -> WaitingSpans {
        self.spans
    }
}

impl std::fmt::Debug for StrippedPages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StrippedPages").field("counts", &self.counts).finish_non_exhaustive()
    }
}
