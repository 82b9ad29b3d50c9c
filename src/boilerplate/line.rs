//! A line as the learning half sees it: keys, affixes, length, shape; never its text.
//!
//! Two keys a line:
//!
//! * the **exact key**: its folded words;
//! * the **template key**: the same with a slot in the place of numbers, dates and times in any calendar, URLs,
//!   e-mail addresses and handles, and of this page's own title or author where they are part of the line. (A line
//!   that *is* the title keeps its words: else every headline of a site would be the same line.)
//!
//! An **affix** is the first two or three words of the template key, or its last two: "Posted by X on …" is a new
//! line on every page, and begins alike on all of them. In Han and kana a word is a window of three characters, so
//! two words are four characters.
//!
//! Keys are 32 bits wide: they are compared within one site, where a line meets some thousand keys that
//! matter; a wrong meeting has a chance of about one in a million lines. The lines of all sites are many more, and
//! are compared by 64 bits ([`Line::key_among_sites`]).

pub use super::own::Own;

use super::lexicon::Lexicon;
use super::own::Phrase;
use super::recent::RecentLines;
use super::slots::{ADDRESS_SLOT, Classes, Mark, Masker, NUMBER_SLOT};
use crate::hash::{folded_multiply, seeded};
use crate::text::words::{WordSink, scan_words};
use memchr::memchr2;
use std::ops::Range;

/// The key to which words are appended.
const NO_WORDS: u64 = 0x1319_8a2e_0370_7344;

/// Seed of the keys of lines without a word.
const WORDLESS: u64 = 0x5851_f42d_4c95_7f2d;

/// Quotes and brackets that may stand behind the mark that ends a sentence, at most.
const MOST_CLOSING: usize = 8;

/// Version of keys, flags and shapes, and of the lexicon and the slots behind them: what is saved under another
/// version cannot be compared with the lines of this one.
pub const LINE_VERSION: u32 = 3;

/// The key of an empty line.
pub const EMPTY: u32 = 0;

/// What is known of a line. 32 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The folded words.
    pub exact: u32,
    /// The folded words with slots.
    pub template: u32,
    /// The first word of the template key.
    pub affix1: u32,
    /// The first two.
    pub affix2: u32,
    /// The first three.
    pub affix3: u32,
    /// The last two.
    pub suffix2: u32,
    /// What it looks like from afar: the marks it begins and ends with, about how long, whether with numbers.
    pub shape: u16,
    /// Characters, Han and kana counted twice; at most 65,535.
    pub length: u16,
    /// Bits: see the constants.
    pub flags: u8,
    /// Words, at most 255.
    pub words: u8,
}

impl Line {
    /// It ends like a sentence, in any script; a colon does not count.
    pub const ENDS_SENTENCE: u8 = 1;
    /// It has at least two letters that are not part of a number.
    pub const HAS_LETTERS: u8 = 2;
    /// It has a slot for a number or a date.
    pub const HAS_NUMBER: u8 = 4;
    /// It has a slot for an address.
    pub const HAS_ADDRESS: u8 = 8;
    /// It has a slot for the page's own title, beside other words.
    pub const HAS_TITLE: u8 = 16;
    /// It has a slot for the page's author.
    pub const HAS_AUTHOR: u8 = 32;
    /// It is a phrase of site chrome.
    pub const IS_PHRASE: u8 = 64;
    /// It begins with a phrase of site chrome.
    pub const BEGINS_WITH_PHRASE: u8 = 128;

    /// Whether all bits of `flag` are set.
    #[inline]
    pub const fn is(&self, flag: u8) -> bool {
        self.flags & flag == flag
    }

    /// What tells its template from those of all other sites: the template key and, as different lines that have
    /// the same one hardly begin and end alike, how it begins and ends.
    pub const fn key_among_sites(&self) -> u64 {
        let ends = self.affix1 ^ self.affix3.rotate_left(11) ^ self.suffix2.rotate_left(22);
        (self.template as u64) << 32 | ends as u64
    }

    /// Whether it has no character but blanks.
    #[inline]
    pub const fn is_blank(&self) -> bool {
        self.length == 0
    }
}

/// The words of a line, and what was asked of each as it was read: one step a word instead of one pass a question.
pub(super) struct Words {
    pub(super) hashes: Vec<u64>,
    /// Those that begin a slot or go on with one.
    pub(super) marks: Vec<Mark>,
    /// The key of the words so far.
    key: u64,
    classes: Classes,
}

impl Default for Words {
    fn default() -> Self {
        Self { hashes: Vec::new(), marks: Vec::new(), key: NO_WORDS, classes: Classes::default() }
    }
}

impl Words {
    pub(super) fn clear(&mut self) {
        self.hashes.clear();
        self.marks.clear();
        self.key = NO_WORDS;
    }

    #[inline]
    pub(super) fn push(&mut self, hash: u64, starts_with_digit: bool) {
        if starts_with_digit || self.classes.is_slot(hash) {
            self.marks.push(Mark { at: self.hashes.len(), is_digit: starts_with_digit });
        }
        self.key = chain(self.key, hash);
        self.hashes.push(hash);
    }
}

/// Takes the words of a line on a page with phrases of its own.
struct Sink<'a> {
    words: &'a mut Words,
    own: &'a Own,
    /// Whether one of them may begin a phrase of the page's own.
    may_begin: bool,
}

impl WordSink for Sink<'_> {
    #[inline]
    fn word(&mut self, hash: u64, starts_with_digit: bool) {
        if self.own.may_begin(hash) {
            self.may_begin = true;
        }
        self.words.push(hash, starts_with_digit);
    }
}

/// Makes [`Line`]s of text; keeps its working space.
#[derive(Default)]
pub struct LineReader {
    words: Words,
    masker: Masker,
    recent: RecentLines,
    /// Where the words of the line that was read last are, if it was remembered.
    recalled: Option<usize>,
}

/// Appends a word's hash to a key.
#[inline]
pub(super) const fn chain(key: u64, word: u64) -> u64 {
    folded_multiply(key ^ word, 0x9e37_79b9_7f4a_7c15)
}

/// The key of a sequence of words; never that of an empty line.
#[inline]
pub(super) fn key_of(words: &[u64]) -> u32 {
    told(words.iter().fold(NO_WORDS, |key, &word| chain(key, word)))
}

/// The key that is told of words that were appended to this one.
#[inline]
const fn told(key: u64) -> u32 {
    key as u32 | 1
}

impl LineReader {
    /// What is known of the line of `text` at `range`, on a page with these phrases of its own.
    pub fn read(&mut self, text: &str, range: Range<usize>, own: &Own) -> Line {
        let bytes = &text.as_bytes()[range.clone()];
        let key = self.recent.key(bytes);
        self.recalled = self.recent.find(key);
        if let Some(place) = self.recalled {
            let (line, words) = self.recent.at(place);
            let phrase = own.first_in(words);
            if phrase.is_none() {
                return line;
            }
            self.recent.restore(place, &mut self.words);
            return self.describe(&text[range], phrase, line.flags & Line::HAS_ADDRESS);
        }
        self.words.clear();
        let mut sink = Sink { words: &mut self.words, own, may_begin: false };
        let has_address =
            memchr2(b'@', b'/', bytes).is_some() && read_around_addresses(text, range.clone(), &mut sink);
        if !has_address {
            scan_words(text, range.clone(), &mut sink);
        }
        let address = if has_address { Line::HAS_ADDRESS } else { 0 };
        let phrase = if sink.may_begin { own.first_in(&self.words.hashes) } else { None };
        let line = self.describe(&text[range], phrase, address);
        if phrase.is_none() {
            self.recent.remember(key, &line, &self.words);
        }
        line
    }

    /// What is known of a line of these words, of which one place is a phrase of the page's own.
    fn describe(&mut self, text: &str, phrase: Option<(usize, &Phrase)>, address: u8) -> Line {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Line::default();
        }
        let mut line = Line { length: length(text.as_bytes()), flags: address, ..Line::default() };
        if self.words.hashes.is_empty() {
            let key = seeded(text.as_bytes(), WORDLESS) as u32 | 1;
            let [exact, template, affix1, affix2, affix3, suffix2] = [key; 6];
            line = Line { exact, template, affix1, affix2, affix3, suffix2, ..line };
            line.shape = shape(text, &line);
            return line;
        }
        line.words = self.words.hashes.len().min(255) as u8;
        line.exact = told(self.words.key);
        let masked = self.masker.mask(&self.words, phrase, &mut line);
        line.template = masked.map_or(line.exact, key_of);
        let masked = masked.unwrap_or(&self.words.hashes);
        [line.affix1, line.affix2, line.affix3] = beginnings(masked);
        line.suffix2 = key_of(&masked[masked.len().saturating_sub(2)..]);
        if ends_sentence(text) {
            line.flags |= Line::ENDS_SENTENCE;
        }
        line.flags |= Lexicon::new().flags(masked);
        line.shape = shape(text, &line);
        line
    }

    /// The folded words of the line that was read last.
    pub fn words(&self) -> &[u64] {
        self.recalled.map_or(&self.words.hashes, |place| self.recent.at(place).1)
    }

    /// The words and slots of a phrase, as the template key of a line takes them.
    pub(super) fn template_words(text: &str) -> Vec<u64> {
        let (mut reader, own) = (Self::default(), Own::default());
        let mut sink = Sink { words: &mut reader.words, own: &own, may_begin: false };
        scan_words(text, 0..text.len(), &mut sink);
        let masked = reader.masker.mask(&reader.words, None, &mut Line::default());
        masked.unwrap_or(&reader.words.hashes).to_vec()
    }
}

/// The keys of the first one, two and three words, or of all if there are fewer.
fn beginnings(words: &[u64]) -> [u32; 3] {
    let mut key = NO_WORDS;
    [0, 1, 2].map(|at| {
        key = words.get(at).map_or(key, |&word| chain(key, word));
        told(key)
    })
}

/// Reads the words, with one slot for each address; returns whether there is one, and reads nothing if not.
fn read_around_addresses(text: &str, range: Range<usize>, sink: &mut Sink<'_>) -> bool {
    let mut from = range.start;
    for piece in text[range.clone()].split_ascii_whitespace().filter(|piece| is_address(piece)) {
        let start = piece.as_ptr().addr() - text.as_ptr().addr();
        scan_words(text, from..start, sink);
        sink.words.push(ADDRESS_SLOT, false);
        from = start + piece.len();
    }
    let is_found = from > range.start;
    if is_found {
        scan_words(text, from..range.end, sink);
    }
    is_found
}

/// Whether a piece without blanks is a URL, an e-mail address or a handle.
fn is_address(piece: &str) -> bool {
    piece.contains("://")
        || piece.starts_with("www.")
        || piece.split_once('@').is_some_and(|(name, host)| {
            (name.is_empty() && host.len() > 1) || (!name.is_empty() && host.contains('.'))
        })
}

/// Characters, Han and kana twice; blanks at the ends do not count.
pub fn length(bytes: &[u8]) -> u16 {
    let trimmed = bytes.trim_ascii();
    let begins = |byte: u8| u8::from(byte.cast_signed() >= -64);
    let is_wide = |byte: u8| u8::from((0xE3..=0xE9).contains(&byte));
    // So few at once that a byte holds their sum, and the compiler adds sixteen of them in one step.
    let pieces = trimmed.chunks(127);
    let sums = pieces.map(|piece| piece.iter().map(|&byte| begins(byte) + is_wide(byte)).sum::<u8>());
    sums.map(usize::from).sum::<usize>().min(usize::from(u16::MAX)) as u16
}

/// What a line without blanks at its ends looks like from afar.
fn shape(text: &str, line: &Line) -> u16 {
    let mark = |c: Option<char>| c.filter(|c| !c.is_alphanumeric()).map_or(0, u64::from);
    let size = (0..8).find(|&size| line.length < 8 << size).unwrap_or(8);
    let word = chain(mark(text.chars().next()), mark(text.chars().next_back()));
    let flags = line.flags & (Line::HAS_NUMBER | Line::HAS_LETTERS | Line::HAS_TITLE);
    let begins_with_number = u64::from(line.affix1 == key_of(&[NUMBER_SLOT]));
    (chain(word, size << 16 | u64::from(flags) << 8 | begins_with_number) >> 16) as u16
}

/// Whether the last character is a mark that ends sentences, a few quotes and brackets behind it aside.
fn ends_sentence(text: &str) -> bool {
    let closes = |c: &char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）' | '“' | '›' | '<' | '>'
            )
    };
    let last = text.chars().rev().take(MOST_CLOSING).find(|c| !closes(c));
    last.is_some_and(|c| {
        matches!(
            c,
            '.' | '!'
                | '?'
                | '…'
                | '。'
                | '！'
                | '？'
                | '؟'
                | '۔'
                | '।'
                | '॥'
                | '።'
                | '‽'
                | '｡'
                | ';'
                | '؛'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const LINES: [&str; 9] = [
        "The ferry leaves at nine.",
        "35 comments",
        "May",
        "of hours ago",
        "https://paper.example/a/1",
        "See https://paper.example/a/1",
        "港口渡轮取消",
        "اقرأ أيضا",
        "Posted by Ada on 3 May 2021",
    ];

    #[test]
    fn lines_of_one_template_key_that_begin_or_end_otherwise_are_told_apart_among_sites() {
        let (mut reader, own, mut known) = (LineReader::default(), Own::default(), BTreeMap::new());
        let mut meetings = 0;
        for number in 0..400_000u32 {
            // No numbers and names of months, which are one slot.
            let name = |number: u32| -> String {
                (0..5).map(|at| char::from(b'a' + (number >> (4 * at) & 15) as u8)).collect()
            };
            let text = format!("Harbour x{}q news", name(number));
            let line = reader.read(&text, 0..text.len(), &own);
            if let Some(other) = known.insert(line.template, line.key_among_sites()) {
                meetings += 1;
                assert_ne!(other, line.key_among_sites(), "{text}");
            }
        }
        assert!(meetings > 0, "no two lines had the same template key");
        let [first, again] = ["35 comments", "7 comments"];
        let [first, again] = [first, again].map(|text| reader.read(text, 0..text.len(), &own));
        assert_eq!(first.key_among_sites(), again.key_among_sites());
    }

    #[test]
    fn characters_are_counted_as_one_by_one() {
        for text in LINES {
            for times in [1, 4, 50, 9000] {
                let text = text.repeat(times);
                let width = |c: char| 1 + usize::from(matches!(c, '\u{3000}'..='\u{9FFF}'));
                let expected = text.trim_ascii().chars().map(width).sum::<usize>().min(usize::from(u16::MAX));
                assert_eq!(usize::from(length(text.as_bytes())), expected, "{text}");
            }
        }
    }
}
