//! The hot loop: the hash of each folded word of a page, in one pass over its bytes.
//!
//! No strings are built. ASCII separators cut the text into tokens (`words/tokens.rs`); then three paths, by what a token is:
//!
//! * **Short words** of one alphabet (`words/short_words.rs`): up to 16 bytes at once within registers.
//! * **Other words of two-byte characters** (with vowel marks, digits, or many letters): a look-up in an 8 KB
//!   table gives the folded bytes, which go to the hasher.
//! * **Everything else**: decoded, looked up in the table of the basic plane, expanded where one code point
//!   stands for several, gathered into windows where a script does not separate words.
//!
//! What a word is, is said in [`reference`](mod@super::reference), which judges this file in the tests.

use super::fold::{self, Class, Entry, Table};
use super::{IDEOGRAPHIC_WINDOW, SOUTHEAST_ASIAN_WINDOW};
use crate::hash::{self, WordHasher};
use std::ops::Range;

mod short_words;
mod tokens;

/// Appends the hashes of the words of `text` to `out`, in order. Cost: one to two bytes a nanosecond for
/// alphabets (`cargo bench words`).
///
/// ```
/// let mut hashes = Vec::new();
/// tamis::text::words::hash_words("Straße und STRASSE", &mut hashes);
/// assert_eq!(hashes.len(), 3);
/// assert_eq!(hashes[0], hashes[2]);
/// ```
pub fn hash_words(text: &str, out: &mut Vec<u64>) {
    scan_words(text, 0..text.len(), out);
}

/// Whether words of a text may reach over line ends: whether it has characters of scripts that do not separate words, whose
/// runs go on in the next line. True of some other text as well, such as emoji. What it is false of has the words of its lines.
pub fn reaches_over_lines(text: &str) -> bool {
    // The first bytes of Thai, Lao, Myanmar, Khmer, kana and Han (and of much else), and the second ones of radicals, in blocks that the compiler
    // looks at in a few steps each.
    let may_be_unspaced = |(&byte, &next): (&u8, &u8)| {
        u8::from(byte.wrapping_sub(0xE0) < 2)
            | u8::from(byte.wrapping_sub(0xE3) < 8)
            | u8::from(byte >= 0xEF)
            | u8::from(byte == 0xE2) & u8::from(next >= 0xBA)
    };
    let (bytes, next) = (text.as_bytes(), text.as_bytes().get(1..).unwrap_or_default());
    let mut blocks = bytes.chunks(256).zip(next.chunks(256));
    blocks.any(|(block, next)| block.iter().zip(next).fold(0, |any, pair| any | may_be_unspaced(pair)) != 0)
}

/// Words with their places: what passages are found in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlacedWords {
    /// The hash of each word.
    pub hashes: Vec<u64>,
    /// Bytes of the text that each stands in; in scripts without blanks spans overlap.
    pub spans: Vec<Range<u32>>,
}

impl PlacedWords {
    /// The words of a text of less than 4 GiB; records are no longer.
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        scan_words(text, 0..text.len(), &mut words);
        words
    }
}

impl WordSink for PlacedWords {
    const WANTS_SPANS: bool = true;

    #[inline]
    fn word(&mut self, hash: u64, _: bool) {
        self.hashes.push(hash);
    }

    #[inline]
    fn span(&mut self, span: Range<usize>) {
        self.spans.push(span.start as u32..span.end as u32);
    }
}

/// Takes words as they are found.
pub trait WordSink {
    /// Whether words are to come with their spans, which takes a little time to find.
    const WANTS_SPANS: bool = false;

    /// The next word: its hash, and whether its folded form begins with a digit.
    fn word(&mut self, hash: u64, starts_with_digit: bool);

    /// Where the word stands that comes next, if [`WANTS_SPANS`](Self::WANTS_SPANS): bytes of the text, from the
    /// first to the last character that gave something to it.
    fn span(&mut self, _span: Range<usize>) {}
}

impl WordSink for Vec<u64> {
    #[inline]
    fn word(&mut self, hash: u64, _: bool) {
        self.push(hash);
    }
}

/// The words of a part of `text`, such as a line; cheaper than those of a copy of it, because the bytes behind it
/// can be read too. `range` begins and ends between characters.
pub fn scan_words<S: WordSink>(text: &str, range: Range<usize>, out: &mut S) {
    let mut scanner = Scanner {
        table: fold::table(),
        word: WordHasher::default(),
        span: 0..0,
        here: 0..0,
        run: Run::default(),
        out,
    };
    scanner.scan(text, range);
}

struct Scanner<'a, S> {
    table: &'static Table,
    word: WordHasher,
    /// Bytes of the word so far, if the sink wants spans.
    span: Range<usize>,
    /// Bytes of the character at hand, likewise.
    here: Range<usize>,
    run: Run,
    out: &'a mut S,
}

impl<S: WordSink> Scanner<'_, S> {
    fn scan(&mut self, text: &str, range: Range<usize>) {
        tokens::for_each(text.as_bytes(), range, |start, end| self.token(text, start, end));
        self.end_run();
    }

    #[inline]
    fn token(&mut self, text: &str, start: usize, end: usize) {
        if let Some((hash, len)) = short_words::hash(&text.as_bytes()[start..], end - start, self.table) {
            self.end_run();
            if S::WANTS_SPANS {
                self.out.span(start..start + len);
            }
            self.out.word(hash, text.as_bytes()[start].is_ascii_digit());
        } else {
            self.general(&text[start..end], start);
        }
    }

    #[inline(never)]
    fn general(&mut self, token: &str, base: usize) {
        let bytes = token.as_bytes();
        let mut at = 0;
        loop {
            while let Some(&[first, second]) = bytes.get(at..at + 2)
                && first & 0xE0 == 0xC0
            {
                let entry = self.table.two_bytes[fold::two_byte_code(first, second)];
                if !entry.is_word() {
                    break;
                }
                self.is_at(base + at, 2);
                self.in_word(entry);
                at += 2;
            }
            let Some(c) = token[at..].chars().next() else { break };
            self.is_at(base + at, c.len_utf8());
            at += c.len_utf8();
            self.character(c);
        }
        self.end_word();
    }

    #[inline]
    fn is_at(&mut self, start: usize, len: usize) {
        if S::WANTS_SPANS {
            self.here = start..start + len;
        }
    }

    fn character(&mut self, c: char) {
        let Some(&entry) = self.table.plane.get(c as usize) else { return self.beyond_the_plane(c) };
        match entry.class() {
            Class::Word => self.in_word(entry),
            Class::Separator => self.end_word(),
            class @ (Class::Ideographic | Class::SoutheastAsian) => {
                self.in_run(entry.bytes(), entry.len(), class);
            }
            Class::Hangul => fold::jamo(c).for_each(|part| self.in_word_char(part)),
            Class::Expand => self.expand(c),
            Class::Drop => {}
        }
    }

    #[inline]
    fn in_word(&mut self, entry: Entry) {
        self.end_run();
        self.extend_span();
        self.word.push(entry.bytes(), entry.len());
    }

    fn in_word_char(&mut self, c: char) {
        self.end_run();
        self.extend_span();
        self.word.push_char(c);
    }

    #[inline]
    fn extend_span(&mut self) {
        if S::WANTS_SPANS {
            if self.word.is_empty() {
                self.span.start = self.here.start;
            }
            self.span.end = self.here.end;
        }
    }

    fn in_run(&mut self, bytes: u32, len: usize, class: Class) {
        self.end_word();
        if self.run.class != class {
            self.end_run();
            self.run.begin(class);
        }
        self.run.push(&bytes.to_le_bytes()[..len], &self.here, self.out);
    }

    #[cold]
    fn expand(&mut self, c: char) {
        for part in fold::expansion(c).chars() {
            self.folded(part, fold::look_up(part).0);
        }
    }

    #[cold]
    fn beyond_the_plane(&mut self, c: char) {
        let (class, folded) = fold::look_up(c);
        match class {
            Class::Expand => self.expand(c),
            _ => self.folded(folded, class),
        }
    }

    fn folded(&mut self, c: char, class: Class) {
        match class {
            Class::Separator => self.end_word(),
            Class::Ideographic | Class::SoutheastAsian => {
                let mut bytes = [0; 4];
                let len = c.encode_utf8(&mut bytes).len();
                self.in_run(u32::from_le_bytes(bytes), len, class);
            }
            Class::Drop => {}
            _ => self.in_word_char(c),
        }
    }

    #[inline]
    fn end_word(&mut self) {
        if !self.word.is_empty() {
            let starts_with_digit = self.word.starts_with_digit();
            let hash = self.word.finish();
            if S::WANTS_SPANS {
                self.out.span(self.span.clone());
            }
            self.out.word(hash, starts_with_digit);
        }
    }

    #[inline]
    fn end_run(&mut self) {
        if self.run.is_open() {
            self.run.end(self.out);
        }
    }
}

/// An unspaced run: the folded bytes of its latest characters, and where each begins.
struct Run {
    class: Class,
    bytes: Vec<u8>,
    starts: Vec<u32>,
    /// Where each stands in the text, if the sink wants spans.
    spans: Vec<Range<usize>>,
    /// Whether a full window was seen, so that the rest of the run is no word of its own.
    is_long: bool,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            class: Class::Separator,
            bytes: Vec::new(),
            starts: Vec::new(),
            spans: Vec::new(),
            is_long: false,
        }
    }
}

/// Characters kept of a run before those that no window can reach any more are let go.
const RUN_BUFFER: usize = 1024;

impl Run {
    #[inline]
    fn is_open(&self) -> bool {
        self.class != Class::Separator
    }

    fn begin(&mut self, class: Class) {
        self.class = class;
        self.is_long = false;
        self.bytes.clear();
        self.starts.clear();
        self.spans.clear();
    }

    fn window(&self) -> usize {
        if self.class == Class::SoutheastAsian { SOUTHEAST_ASIAN_WINDOW } else { IDEOGRAPHIC_WINDOW }
    }

    fn push<S: WordSink>(&mut self, character: &[u8], here: &Range<usize>, out: &mut S) {
        let window = self.window();
        if self.starts.len() == RUN_BUFFER {
            self.forget_all_but(window - 1);
        }
        self.starts.push(self.bytes.len() as u32);
        self.bytes.extend_from_slice(character);
        if S::WANTS_SPANS {
            self.spans.push(here.clone());
        }
        if let Some(first) = self.starts.len().checked_sub(window) {
            self.is_long = true;
            self.tell_span(first, out);
            out.word(hash::word_bytes(&self.bytes[self.starts[first] as usize..]), false);
        }
    }

    fn forget_all_but(&mut self, characters: usize) {
        let first = self.starts.len() - characters;
        let gone = self.starts[first];
        self.bytes.drain(..gone as usize);
        self.starts.drain(..first);
        self.spans.drain(..first.min(self.spans.len()));
        self.starts.iter_mut().for_each(|start| *start -= gone);
    }

    /// The span of the characters from number `first` on.
    fn tell_span<S: WordSink>(&self, first: usize, out: &mut S) {
        if S::WANTS_SPANS
            && let (Some(first), Some(last)) = (self.spans.get(first), self.spans.last())
        {
            out.span(first.start..last.end);
        }
    }

    #[cold]
    fn end<S: WordSink>(&mut self, out: &mut S) {
        if !self.is_long {
            self.tell_span(0, out);
            out.word(hash::word_bytes(&self.bytes), false);
        }
        self.class = Class::Separator;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the lines of a text, one line after the other.
    fn words_of_lines(text: &str) -> Vec<u64> {
        let mut words = Vec::new();
        crate::text::lines::lines(text).for_each(|line| scan_words(text, line, &mut words));
        words
    }

    #[test]
    fn words_that_do_not_reach_over_lines_are_the_words_of_the_lines() {
        for c in '\0'..=char::MAX {
            let text = format!("{c}\na{c}\n{c}b{c}{c}\n{c}{c}{c}{c}\n{c}");
            let mut words = Vec::new();
            hash_words(&text, &mut words);
            assert!(reaches_over_lines(&text) || words == words_of_lines(&text), "{c:?}");
        }
        assert!(!reaches_over_lines("Straße – “الجسر”… Мост"));
        assert!(reaches_over_lines("港口\n渡轮"));
    }
}
