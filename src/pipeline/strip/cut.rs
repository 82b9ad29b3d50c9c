//! One page, cut: what is written of it, and what must be remembered to put it back.

use super::cutter::{Cutter, Judged, Stripped, as_record};
use super::manifest::CountsReport;
use super::rows::{MaskTail, append_json};
use super::{Judge, Seen, Settings, SiteCounts};
use crate::error::{Error, Result};
use crate::hash;
use crate::io::record::Record;
use crate::io::source::Format;
use crate::page::Strings;
use crate::pipeline::records::Line;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a batch gave.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Cut {
    /// The pages as they are written.
    pub(super) pages: Vec<u8>,
    /// One a page.
    pub(super) list: Vec<CutPage>,
    /// One a page; empty if the record gives none.
    pub(super) ids: Strings,
    /// Rows of `mask.jsonl`, but for their heads.
    pub(super) masks: Vec<u8>,
    /// Rows of `spans.jsonl`, but for their heads.
    pub(super) spans: Vec<u8>,
    pub(super) counts: CountsReport,
    pub(super) sites: BTreeMap<String, SiteCounts>,
    pub(super) text_bytes: u64,
    /// Pages that the judge is to remember.
    pub(super) seen: Vec<Seen>,
    /// What went wrong first, if anything did.
    #[serde(skip)]
    pub(super) fault: Option<Error>,
}

/// One page of a batch.
#[derive(Serialize, Deserialize)]
pub(super) struct CutPage {
    /// The number of its line in the batch.
    pub(super) line: u64,
    /// Whether it stands in a file of a converted format.
    pub(super) is_converted: bool,
    /// Where its record begins in the plain file.
    pub(super) start: u64,
    /// Where the next line begins; where a whole text ends.
    pub(super) end: u64,
    pub(super) digest: u128,
    pub(super) mask: Range<usize>,
    pub(super) spans: Range<usize>,
}

/// Judges and cuts; keeps its working space.
pub(super) struct Worker<'a, J: Judge> {
    settings: &'a Settings,
    cutter: Cutter<'a, J>,
}

impl<'a, J: Judge> Worker<'a, J> {
    pub(super) fn new(settings: &'a Settings, judge: &'a J) -> Self {
        Self { settings, cutter: Cutter::new(judge, &settings.reading) }
    }

    pub(super) fn page(&mut self, out: &mut Cut, line: &Line<'_>, record: &Record<'_>) {
        if out.fault.is_none()
            && let Err(fault) = self.append(out, line, record)
        {
            out.fault = Some(fault);
        }
    }

    fn append(&mut self, out: &mut Cut, line: &Line<'_>, record: &Record<'_>) -> Result<()> {
        let text: &str = &record.text;
        let site = self.settings.reading.site_by.site(record.site.as_deref(), record.url.as_deref());
        let digest = hash::digest(text.as_bytes());
        let Judged { article, stripped, .. } =
            self.cutter.judge(line, &site, record, digest, &mut out.pages)?;
        out.seen.extend(self.cutter.seen());
        let characters = text.chars().count() as u64;
        let mut lost = 0;
        let spans_from = out.spans.len();
        if let Some(Stripped { rest, tail }) = stripped {
            lost = characters - rest.chars().count() as u64;
            out.counts.stripped_pages += 1;
            out.counts.stripped_lines += tail.spans.len() as u64;
            out.counts.stripped_bytes += (text.len() - rest.len()) as u64;
            append_json(&tail, &mut out.spans)?;
        } else {
            match line.format {
                Format::PlainText => out.pages.extend_from_slice(&as_record(line, &site, text)?),
                _ => out.pages.extend_from_slice(line.raw),
            }
        }
        out.pages.push(b'\n');

        let masks_from = out.masks.len();
        let keep = self.cutter.keep();
        if self.settings.mask {
            let keep = keep.iter().map(|&keep| u8::from(keep)).collect();
            append_json(&MaskTail { keep }, &mut out.masks)?;
        }
        out.ids.push(record.id.as_deref().or(record.url.as_deref()).unwrap_or_default());
        out.text_bytes += text.len() as u64;
        let counts = &mut out.counts;
        counts.pages += 1;
        counts.without_article += u64::from(!article);
        counts.lines += keep.len() as u64;
        counts.characters += characters;
        counts.stripped_characters += lost;
        let of_site = out.sites.entry(site).or_default();
        of_site.pages += 1;
        of_site.characters += characters;
        of_site.stripped_characters += lost;
        let line_end = u64::from(line.format != Format::PlainText);
        out.list.push(CutPage {
            line: line.number,
            is_converted: line.format.is_converted(),
            start: line.offset,
            end: line.offset + line.raw.len() as u64 + line_end,
            digest,
            mask: masks_from..out.masks.len(),
            spans: spans_from..out.spans.len(),
        });
        Ok(())
    }
}
