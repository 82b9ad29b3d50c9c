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
    text.split('\n').map(move |line| {
        let span = start..start + line.len();
        start = span.end + 1;
        span
    })
}
