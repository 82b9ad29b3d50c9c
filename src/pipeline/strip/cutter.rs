//! One page judged, and what is left of it as a record.

use super::rows::SpansTail;
use super::{Judge, Seen, Verdict};
use crate::boilerplate::spans::cut;
use crate::error::Result;
use crate::io::record::{Record, text_token};
use crate::io::source::Format;
use crate::io::token::Spelling;
use crate::pipeline::records::Line;
use crate::pipeline::rows::hex;
use crate::pipeline::settings::Reading;
use crate::pipeline::write::text_record;
use crate::text::lines;
use crate::text::words::hash_words;

/// Judges and cuts; one a thread, which keeps its working space.
pub(in crate::pipeline) struct Cutter<'a, J: Judge> {
    judge: &'a J,
    reading: &'a Reading,
    workspace: J::Workspace,
    keep: Vec<bool>,
}

/// A page that was judged.
pub(in crate::pipeline) struct Judged<'r> {
    /// Whether it has an article.
    pub(in crate::pipeline) article: bool,
    /// Fingerprint of the lines that were condemned; 0 without any.
    pub(in crate::pipeline) form: u64,
    /// What is left of it; none if all of it is.
    pub(in crate::pipeline) stripped: Option<Stripped<'r>>,
}

/// A page that loses lines.
pub(in crate::pipeline) struct Stripped<'r> {
    /// The text that is left.
    pub(in crate::pipeline) rest: String,
    /// What it lost.
    pub(in crate::pipeline) tail: SpansTail<'r>,
}

impl<'a, J: Judge> Cutter<'a, J> {
    pub(in crate::pipeline) fn new(judge: &'a J, reading: &'a Reading) -> Self {
        Self { judge, reading, workspace: J::Workspace::default(), keep: Vec::new() }
    }

    /// Judges a page of `site` whose text has this digest, and cuts what is condemned. If anything is, what is left of
    /// the record is appended to `out`.
    pub(in crate::pipeline) fn judge<'r>(
        &mut self,
        line: &Line<'_>,
        site: &str,
        record: &'r Record<'_>,
        digest: u128,
        out: &mut Vec<u8>,
    ) -> Result<Judged<'r>> {
        let text: &str = &record.text;
        self.keep.clear();
        let Verdict { article, form } =
            self.judge.judge(&mut self.workspace, site, record, &mut self.keep)?;
        let mut stripped = None;
        if article
            && self.keep.contains(&false)
            && let Some((rest, spans)) = cut(text, &self.keep)
        {
            let tail = SpansTail { digest: hex(digest), spans, escapes: Spelling::Plain, raw: None };
            stripped = self.write(line, site, text, rest, tail, out)?;
        }
        if stripped.is_none() {
            self.keep.clear();
            self.keep.resize(lines::count(text), true);
        }
        Ok(Judged { article, form, stripped })
    }

    /// What the judge is to remember of the page judged last, if anything.
    pub(in crate::pipeline) fn seen(&mut self) -> Option<Seen> {
        J::seen(&mut self.workspace)
    }

    /// Which lines of the page judged last stay, one flag for each line of its text.
    pub(in crate::pipeline) fn keep(&self) -> &[bool] {
        &self.keep
    }

    /// Appends the words of what is left of the text of the page judged last.
    pub(in crate::pipeline) fn words(&self, text: &str, rest: &str, out: &mut Vec<u64>) {
        if !J::words(&self.workspace, text, &self.keep, out) {
            hash_words(rest, out);
        }
    }

    /// Appends the record with the rest of its text, spelled as its text was; none if it does not say where its text
    /// stands.
    fn write<'r>(
        &self,
        line: &Line<'_>,
        site: &str,
        text: &str,
        rest: String,
        mut tail: SpansTail<'r>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Stripped<'r>>> {
        if line.format == Format::PlainText {
            out.extend_from_slice(&as_record(line, site, &rest)?);
        } else {
            let at = text_token(line.raw, &self.reading.fields);
            let Some((at, token)) = at.and_then(|at| Some((at.clone(), line.raw.get(at)?))) else {
                return Ok(None);
            };
            if let Some(spelling) = Spelling::of(token, text) {
                tail.escapes = spelling;
            } else {
                let Ok(token) = std::str::from_utf8(token) else { return Ok(None) };
                tail.raw = Some(token.to_owned());
            }
            out.extend_from_slice(&line.raw[..at.start]);
            tail.escapes.write(&rest, out);
            out.extend_from_slice(&line.raw[at.end..]);
        }
        Ok(Some(Stripped { rest, tail }))
    }
}

/// A text file as a record.
pub(super) fn as_record(line: &Line<'_>, site: &str, text: &str) -> Result<Vec<u8>> {
    text_record(&format!("{}:{}", line.file, line.number), site, text)
}
