//! The words of a page's lines, kept as they were read, so that a page is taken apart once for all who ask.

use crate::text::words::scan_words;
use std::ops::Range;

/// The words of the lines of one page, one line after the other.
#[derive(Default)]
pub(super) struct LineWords {
    words: Vec<u64>,
    /// Of each line, where its words end, and where it stands in the text.
    lines: Vec<(usize, Range<usize>)>,
}

impl LineWords {
    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.lines.clear();
    }

    /// Takes the words of the line at `range` of the text.
    pub(super) fn push(&mut self, words: &[u64], range: Range<usize>) {
        self.words.extend_from_slice(words);
        self.lines.push((self.words.len(), range));
    }

    /// The words of the line of this number, of which addresses are one; none of a line that was not taken.
    pub(super) fn of(&self, at: usize) -> &[u64] {
        let end = self.lines.get(at).map_or(0, |line| line.0);
        let start = at.checked_sub(1).and_then(|before| self.lines.get(before)).map_or(0, |line| line.0);
        self.words.get(start..end).unwrap_or_default()
    }

    /// Appends the words of a line as they stand, which must be looked up in the text if it has an address.
    pub(super) fn append(&self, at: usize, text: &str, has_address: bool, out: &mut Vec<u64>) {
        if has_address {
            scan_words(text, self.lines[at].1.clone(), out);
        } else {
            out.extend_from_slice(self.of(at));
        }
    }
}
