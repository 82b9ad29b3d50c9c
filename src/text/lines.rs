//! Byte spans of lines.

use std::ops::Range;

/// The lines of `text`, split at `\n` alone, without the line end; a text with n line feeds has n + 1 lines.
///
/// A `\r` before the line feed is part of the line: every byte belongs to exactly one line or is a line feed.
///
/// ```
/// let lines: Vec<_> = tamis::text::lines::lines("ab\n\nc").collect();
/// assert_eq!(lines, [0..2, 3..3, 4..5]);
/// ```
pub fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]).map(move |end| {
        let span = start..end;
        start = end + 1;
        span
    })
}

/// How many lines a text has; at least one.
pub fn count(text: &str) -> usize {
    1 + memchr::memchr_iter(b'\n', text.as_bytes()).count()
}
