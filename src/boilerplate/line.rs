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
//! Keys are 32 bits wide: they are compared within one site only, where a line meets some thousand keys that
//! matter; a wrong meeting has a chance of about one in a million lines.

use super::lexicon::Lexicon;
use super::slots::{Class, Classes};
use super::title::Title;
use crate::hash::{folded_multiply, seeded};
use crate::text::words::{WordSink, hash_words, scan_words};
use std::ops::Range;

/// Stands for a number, a date or a time.
const NUMBER_SLOT: u64 = 0x9d5b_2f01_7c3a_e649;
/// Stands for a URL, an e-mail address or a handle.
const ADDRESS_SLOT: u64 = 0x41c6_4e6d_93b2_58f7;
/// Stands for the page's own title.
const TITLE_SLOT: u64 = 0xd6e8_feb8_6659_fd93;
/// Stands for the page's author.
const AUTHOR_SLOT: u64 = 0xa076_1d64_78bd_642f;

/// Seed of the keys of lines without a word.
const WORDLESS: u64 = 0x5851_f42d_4c95_7f2d;

/// Words of a line in which titles are looked for; a longer line is prose.
const TITLE_WORDS: usize = 64;

/// Version of keys, flags and shapes, and of the lexicon and the slots behind them: what is saved under another
/// version cannot be compared with the lines of this one.
pub const LINE_VERSION: u32 = 1;

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

    /// Whether it has no character but blanks.
    #[inline]
    pub const fn is_blank(&self) -> bool {
        self.length == 0
    }
}

/// The words of a line, with their classes.
#[derive(Default)]
struct Words {
    hashes: Vec<u64>,
    slots: Vec<bool>,
}

struct Sink<'a> {
    words: &'a mut Words,
}

impl WordSink for Sink<'_> {
    #[inline]
    fn word(&mut self, hash: u64, starts_with_digit: bool) {
        self.words.hashes.push(hash);
        self.words.slots.push(starts_with_digit);
    }
}

/// Makes [`Line`]s of text; keeps its working space.
pub struct LineReader {
    classes: Classes,
    words: Words,
    masked: Vec<u64>,
}

impl Default for LineReader {
    fn default() -> Self {
        Self { classes: Classes::new(), words: Words::default(), masked: Vec::new() }
    }
}

/// Appends a word's hash to a key.
#[inline]
pub(super) const fn chain(key: u64, word: u64) -> u64 {
    folded_multiply(key ^ word, 0x9e37_79b9_7f4a_7c15)
}

/// The key of a sequence of words; never that of an empty line.
#[inline]
pub(super) fn key_of(words: &[u64]) -> u32 {
    words.iter().fold(words.len() as u64, |key, &word| chain(key, word)) as u32 | 1
}

impl LineReader {
    /// What is known of the line of `text` at `range`, on a page with these phrases of its own.
    pub fn read(&mut self, text: &str, range: Range<usize>, own: &Own) -> Line {
        self.words.hashes.clear();
        self.words.slots.clear();
        let bytes = &text.as_bytes()[range.clone()];
        let mut line = Line { length: length(bytes), ..Line::default() };
        if bytes.contains(&b'@') || bytes.contains(&b'/') {
            self.read_around_addresses(text, range.clone(), &mut line);
        } else {
            scan_words(text, range.clone(), &mut Sink { words: &mut self.words });
        }
        if self.words.hashes.is_empty() {
            let trimmed = bytes.trim_ascii();
            if trimmed.is_empty() {
                return Line::default();
            }
            let key = seeded(trimmed, WORDLESS) as u32 | 1;
            line = Line {
                exact: key,
                template: key,
                affix1: key,
                affix2: key,
                affix3: key,
                suffix2: key,
                ..line
            };
            line.shape = shape(trimmed, &line);
            return line;
        }
        line.words = self.words.hashes.len().min(255) as u8;
        line.exact = key_of(&self.words.hashes);
        self.mask(own, &mut line);
        let masked = &self.masked;
        line.template = key_of(masked);
        line.affix1 = key_of(&masked[..masked.len().min(1)]);
        line.affix2 = key_of(&masked[..masked.len().min(2)]);
        line.affix3 = key_of(&masked[..masked.len().min(3)]);
        line.suffix2 = key_of(&masked[masked.len().saturating_sub(2)..]);
        if ends_sentence(bytes) {
            line.flags |= Line::ENDS_SENTENCE;
        }
        line.flags |= Lexicon::new().flags(masked);
        line.shape = shape(bytes.trim_ascii(), &line);
        line
    }

    /// The folded words of the line that was read last.
    pub fn words(&self) -> &[u64] {
        &self.words.hashes
    }

    /// The words and slots of a phrase, as the template key of a line takes them.
    pub(super) fn template_words(text: &str) -> Vec<u64> {
        let mut reader = Self::default();
        scan_words(text, 0..text.len(), &mut Sink { words: &mut reader.words });
        reader.mask(&Own::default(), &mut Line::default());
        reader.masked
    }

    /// Reads the words, with one slot for each address.
    fn read_around_addresses(&mut self, text: &str, range: Range<usize>, line: &mut Line) {
        let mut from = range.start;
        let mut at = range.start;
        for piece in text[range.clone()].split_ascii_whitespace() {
            let start = at + text[at..range.end].find(piece).unwrap_or(0);
            at = start + piece.len();
            if is_address(piece) {
                scan_words(text, from..start, &mut Sink { words: &mut self.words });
                self.words.hashes.push(ADDRESS_SLOT);
                self.words.slots.push(false);
                line.flags |= Line::HAS_ADDRESS;
                from = at;
            }
        }
        scan_words(text, from..range.end, &mut Sink { words: &mut self.words });
    }

    /// Puts slots in the place of words.
    fn mask(&mut self, own: &Own, line: &mut Line) {
        let words = &self.words.hashes;
        let mut phrase = own.first_in(words);
        self.masked.clear();
        let mut at = 0;
        let mut letters = false;
        // Whether the last thing written is a slot for a number, and words that belong to one if it goes on.
        let mut in_slot = false;
        while at < words.len() {
            if let Some((start, found)) = phrase
                && start == at
            {
                self.masked.push(found.slot);
                line.flags |= found.flag;
                letters = true;
                in_slot = false;
                at += found.words.len();
                phrase = None;
                continue;
            }
            let word = words[at];
            match self.classes.of(word, self.words.slots[at]) {
                Class::Slot => {
                    if !in_slot {
                        // "May 3", "il y a 3 jours": what stands before a number belongs to it as well.
                        while let Some(&before) = self.masked.last()
                            && self.classes.of(before, false) == Class::Beside
                        {
                            self.masked.pop();
                        }
                        if self.masked.last() != Some(&NUMBER_SLOT) {
                            self.masked.push(NUMBER_SLOT);
                        }
                        line.flags |= Line::HAS_NUMBER;
                    }
                    letters |= !self.words.slots[at];
                    in_slot = true;
                }
                Class::Beside if in_slot => letters = true,
                _ => {
                    letters |= word != ADDRESS_SLOT || words.len() > 1;
                    self.masked.push(word);
                    in_slot = false;
                }
            }
            at += 1;
        }
        if letters {
            line.flags |= Line::HAS_LETTERS;
        }
    }
}

/// The phrases of a page that are masked in its lines: the parts of its title, and its author.
#[derive(Clone, Debug, Default)]
pub struct Own {
    phrases: Vec<Phrase>,
}

#[derive(Clone, Debug)]
struct Phrase {
    words: Vec<u64>,
    slot: u64,
    flag: u8,
}

impl Own {
    /// The phrases of a page of this title and author.
    pub fn new(title: &Title, author: Option<&str>) -> Self {
        let parts = title.parts().iter().filter(|part| part.is_telling());
        let mut phrases: Vec<Phrase> = parts
            .map(|part| Phrase { words: part.words.clone(), slot: TITLE_SLOT, flag: Line::HAS_TITLE })
            .collect();
        let mut words = Vec::new();
        hash_words(author.unwrap_or_default(), &mut words);
        if !words.is_empty() {
            phrases.push(Phrase { words, slot: AUTHOR_SLOT, flag: Line::HAS_AUTHOR });
        }
        // Of two that fit, the longer one.
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        Self { phrases }
    }

    /// The first phrase that is a part of a line, and where; a title that is the whole line is none.
    fn first_in(&self, words: &[u64]) -> Option<(usize, &Phrase)> {
        self.phrases.iter().find_map(|phrase| {
            let is_whole = phrase.words.len() == words.len() && phrase.slot == TITLE_SLOT;
            if is_whole { None } else { find(words, &phrase.words).map(|at| (at, phrase)) }
        })
    }
}

/// Where `phrase` stands in `words`, looked for in the first words only.
fn find(words: &[u64], phrase: &[u64]) -> Option<usize> {
    let first = phrase.first()?;
    let last = words.len().min(TITLE_WORDS).checked_sub(phrase.len())?;
    (0..=last).find(|&at| words[at] == *first && words[at..at + phrase.len()] == *phrase)
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
pub(super) fn length(bytes: &[u8]) -> u16 {
    let trimmed = bytes.trim_ascii();
    let begins = trimmed.iter().filter(|&&byte| byte.cast_signed() >= -64).count();
    let wide = trimmed.iter().filter(|&&byte| (0xE3..=0xE9).contains(&byte)).count();
    (begins + wide).min(usize::from(u16::MAX)) as u16
}

/// What a line looks like from afar.
fn shape(trimmed: &[u8], line: &Line) -> u16 {
    let mark = |c: Option<char>| c.filter(|c| !c.is_alphanumeric()).map_or(0, u64::from);
    let head = String::from_utf8_lossy(&trimmed[..trimmed.len().min(4)]);
    let tail = String::from_utf8_lossy(&trimmed[trimmed.len().saturating_sub(4)..]);
    let size = (0..8).find(|&size| line.length < 8 << size).unwrap_or(8);
    let word = chain(mark(head.chars().next()), mark(tail.chars().next_back()));
    let flags = line.flags & (Line::HAS_NUMBER | Line::HAS_LETTERS | Line::HAS_TITLE);
    let begins_with_number = u64::from(line.affix1 == key_of(&[NUMBER_SLOT]));
    (chain(word, size << 16 | u64::from(flags) << 8 | begins_with_number) >> 16) as u16
}

/// Whether the last characters are a mark that ends sentences, quotes and brackets behind it aside.
fn ends_sentence(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(16)..];
    let tail = String::from_utf8_lossy(tail);
    let closing = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）' | '“' | '›' | '<' | '>'
            )
    };
    let last = tail.trim_end_matches(closing).chars().next_back();
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
