//! One page, cut: what is written of it, and what must be remembered to put it back.

use super::manifest::CountsReport;
use super::rows::{MaskTail, SpansTail, append_json};
use super::{Judge, Settings, SiteCounts};
use crate::boilerplate::spans::{Span, cut};
use crate::error::{Error, Result};
use crate::hash;
use crate::io::record::{Record, text_token};
use crate::io::source::Format;
use crate::io::token::Spelling;
use crate::page::Strings;
use crate::pipeline::records::Line;
use crate::pipeline::rows::hex;
use crate::pipeline::write::text_record;
use crate::text::lines;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a batch gave.
#[derive(Default)]
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
    /// What went wrong first, if anything did.
    pub(super) fault: Option<Error>,
}

/// One page of a batch.
pub(super) struct CutPage {
    /// The number of its line in the batch.
    pub(super) line: u64,
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
    judge: &'a J,
    workspace: J::Workspace,
    keep: Vec<bool>,
}

impl<'a, J: Judge> Worker<'a, J> {
    pub(super) fn new(settings: &'a Settings, judge: &'a J) -> Self {
        Self { settings, judge, workspace: J::Workspace::default(), keep: Vec::new() }
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
        self.keep.clear();
        let verdict = self.judge.judge(&mut self.workspace, &site, record, &mut self.keep);
        let stripped = if verdict.article && self.keep.contains(&false) {
            match cut(text, &self.keep) {
                Some((rest, spans)) => self.write(line, &site, text, &rest, spans, &mut out.pages)?,
                None => None,
            }
        } else {
            None
        };
        let digest = hash::digest(text.as_bytes());
        let lines = lines::count(text);
        let characters = text.chars().count() as u64;
        let mut lost = 0;
        let spans_from = out.spans.len();
        if let Some(Stripped { rest_bytes, rest_characters, mut tail }) = stripped {
            lost = characters - rest_characters;
            out.counts.stripped_pages += 1;
            out.counts.stripped_lines += tail.spans.len() as u64;
            out.counts.stripped_bytes += text.len() as u64 - rest_bytes;
            tail.digest = hex(digest);
            append_json(&tail, &mut out.spans)?;
        } else {
            self.keep.clear();
            self.keep.resize(lines, true);
            match line.format {
                Format::JsonLines => out.pages.extend_from_slice(line.raw),
                Format::PlainText => out.pages.extend_from_slice(&as_record(line, &site, text)?),
            }
        }
        out.pages.push(b'\n');

        let masks_from = out.masks.len();
        if self.settings.mask {
            let keep = self.keep.iter().map(|&keep| u8::from(keep)).collect();
            append_json(&MaskTail { keep }, &mut out.masks)?;
        }
        out.ids.push(record.id.as_deref().or(record.url.as_deref()).unwrap_or_default());
        out.text_bytes += text.len() as u64;
        let counts = &mut out.counts;
        counts.pages += 1;
        counts.without_article += u64::from(!verdict.article);
        counts.lines += lines as u64;
        counts.characters += characters;
        counts.stripped_characters += lost;
        let of_site = out.sites.entry(site).or_default();
        of_site.pages += 1;
        of_site.characters += characters;
        of_site.stripped_characters += lost;
        let line_end = u64::from(line.format == Format::JsonLines);
        out.list.push(CutPage {
            line: line.number,
            start: line.offset,
            end: line.offset + line.raw.len() as u64 + line_end,
            digest,
            mask: masks_from..out.masks.len(),
            spans: spans_from..out.spans.len(),
        });
        Ok(())
    }

    /// Appends the page with the rest of its text, spelled as its text was, to `pages`; none if its record does not say
    /// where its text stands.
    fn write(
        &self,
        line: &Line<'_>,
        site: &str,
        text: &str,
        rest: &str,
        spans: Vec<Span>,
        pages: &mut Vec<u8>,
    ) -> Result<Option<Stripped>> {
        let mut tail = SpansTail { digest: String::new(), spans, escapes: Spelling::Plain, raw: None };
        match line.format {
            Format::PlainText => pages.extend_from_slice(&as_record(line, site, rest)?),
            Format::JsonLines => {
                let at = text_token(line.raw, &self.settings.reading.fields);
                let Some((at, token)) = at.and_then(|at| Some((at.clone(), line.raw.get(at)?))) else {
                    return Ok(None);
                };
                if let Some(spelling) = Spelling::of(token, text) {
                    tail.escapes = spelling;
                } else {
                    let Ok(token) = std::str::from_utf8(token) else { return Ok(None) };
                    tail.raw = Some(token.to_owned());
                }
                pages.extend_from_slice(&line.raw[..at.start]);
                tail.escapes.write(rest, pages);
                pages.extend_from_slice(&line.raw[at.end..]);
            }
        }
        let (rest_bytes, rest_characters) = (rest.len() as u64, rest.chars().count() as u64);
        Ok(Some(Stripped { rest_bytes, rest_characters, tail }))
    }
}

/// A page that loses lines.
struct Stripped {
    rest_bytes: u64,
    rest_characters: u64,
    tail: SpansTail,
}

/// A text file as a record.
fn as_record(line: &Line<'_>, site: &str, text: &str) -> Result<Vec<u8>> {
    text_record(&format!("{}:{}", line.file, line.number), site, text)
}
