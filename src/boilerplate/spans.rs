//! Lines cut out of a text, and put back to the byte.
//!
//! The lines of a text are what stands between its line feeds ([`crate::text::lines`]). What is left of a text is
//! its kept lines, joined by line feeds again; each line that went is a [`Span`]: where it stood in the original
//! text, and what it said.
//!
//! That is enough to put every line back. Each line of the original begins at an offset of its own, so whoever
//! writes the original anew from its beginning knows at each line what comes next: the span that starts at this
//! offset if there is one, else the next kept line. The one thing that could not be told is whether an empty rest
//! is one empty line or none. So at least one line must stay ([`cut`] refuses otherwise), and n line feeds in what
//! is left always mean n + 1 kept lines.

use crate::text::lines::lines;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A line that was taken out; as it is cut it lies in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span<'t> {
    /// Where it began in the original text, in bytes.
    pub start: u64,
    /// Where it ended; the line feed that ends it is not of it.
    pub end: u64,
    /// What it said.
    pub line: Cow<'t, str>,
}

/// The text without the lines whose flag is false, and these lines. None if no line would stay, or if there are
/// not as many flags as lines.
///
/// ```
/// use tamis::boilerplate::spans::{cut, put_back};
///
/// let text = "Share this\nThe ferry leaves at nine.\nShare this";
/// let (rest, spans) = cut(text, &[false, true, false]).unwrap();
/// assert_eq!(rest, "The ferry leaves at nine.");
/// assert_eq!((spans[1].start, spans[1].end), (37, 47));
/// assert_eq!(put_back(&rest, &spans).unwrap(), text);
/// ```
pub fn cut<'t>(text: &'t str, keep: &[bool]) -> Option<(String, Vec<Span<'t>>)> {
    let mut rest: Option<String> = None;
    let mut spans = Vec::new();
    let mut flags = keep.iter();
    for range in lines(text) {
        let line = &text[range.clone()];
        if !*flags.next()? {
            spans.push(Span { start: range.start as u64, end: range.end as u64, line: line.into() });
        } else if let Some(rest) = &mut rest {
            rest.push('\n');
            rest.push_str(line);
        } else {
            let mut first = String::with_capacity(text.len() - range.start);
            first.push_str(line);
            rest = Some(first);
        }
    }
    rest.filter(|_| flags.next().is_none()).map(|rest| (rest, spans))
}

/// The original text, or why these spans are not of this text. Spans come in the order of their starts.
pub fn put_back(rest: &str, spans: &[Span<'_>]) -> Result<String, String> {
    let mut text =
        String::with_capacity(rest.len() + spans.iter().map(|span| span.line.len() + 1).sum::<usize>());
    let mut kept = rest.split('\n');
    let mut spans = spans.iter().peekable();
    let mut start = 0;
    loop {
        let line = if let Some(span) = spans.next_if(|span| span.start == start) {
            line_of(span)?
        } else if let Some(line) = kept.next() {
            line
        } else {
            break;
        };
        if start > 0 {
            text.push('\n');
        }
        text.push_str(line);
        start = text.len() as u64 + 1;
    }
    match spans.next() {
        None => Ok(text),
        Some(span) => Err(format!("no line of the text begins at byte {}, where a span does", span.start)),
    }
}

fn line_of<'s>(span: &'s Span<'_>) -> Result<&'s str, String> {
    let Span { start, end, line } = span;
    if end.checked_sub(*start) != Some(line.len() as u64) || line.contains('\n') {
        return Err(format!("the span from byte {start} to byte {end} is no line of {} bytes", line.len()));
    }
    Ok(line)
}
