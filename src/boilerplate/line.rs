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
use super::recent::RecentLines;
use super::slots::{Class, Classes};
use super::title::Title;
use crate::hash::{folded_multiply, seeded};
use crate::text::words::{WordSink, hash_words, scan_words};
use memchr::memchr2;
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

/// Quotes and brackets that may stand behind the mark that ends a sentence, at most.
const MOST_CLOSING: usize = 8;

/// Version of keys, flags and shapes, and of the lexicon and the slots behind them: what is saved under another
/// version cannot be compared with the lines of this one.
pub const LINE_VERSION: u32 = 2;

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
pub(super) struct Words {
    pub(super) hashes: Vec<u64>,
    /// Whether it starts with a digit, for each.
    pub(super) slots: Vec<bool>,
}

impl Words {
    fn clear(&mut self) {
        self.hashes.clear();
        self.slots.clear();
    }
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
    recent: RecentLines,
}

impl Default for LineReader {
    fn default() -> Self {
        Self {
            classes: Classes::new(),
            words: Words::default(),
            masked: Vec::new(),
            recent: RecentLines::default(),
        }
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
        let bytes = &text.as_bytes()[range.clone()];
        let key = self.recent.key(bytes);
        if let Some(line) = self.recent.recall(key, &mut self.words) {
            let has_own = own.first_in(&self.words.hashes).is_some();
            return if has_own {
                self.describe(&text[range], own, line.flags & Line::HAS_ADDRESS)
            } else {
                line
            };
        }
        self.words.clear();
        let has_address =
            memchr2(b'@', b'/', bytes).is_some() && self.read_around_addresses(text, range.clone());
        if !has_address {
            scan_words(text, range.clone(), &mut Sink { words: &mut self.words });
        }
        let address = if has_address { Line::HAS_ADDRESS } else { 0 };
        let line = self.describe(&text[range], own, address);
        if own.first_in(&self.words.hashes).is_none() {
            self.recent.remember(key, &line, &self.words);
        }
        line
    }

    /// What is known of a line of these words.
    fn describe(&mut self, text: &str, own: &Own, address: u8) -> Line {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
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
        line.exact = key_of(&self.words.hashes);
        self.mask(own, &mut line);
        let masked = &self.masked;
        line.template = key_of(masked);
        line.affix1 = key_of(&masked[..masked.len().min(1)]);
        line.affix2 = key_of(&masked[..masked.len().min(2)]);
        line.affix3 = key_of(&masked[..masked.len().min(3)]);
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
        &self.words.hashes
    }

    /// The words and slots of a phrase, as the template key of a line takes them.
    pub(super) fn template_words(text: &str) -> Vec<u64> {
        let mut reader = Self::default();
        scan_words(text, 0..text.len(), &mut Sink { words: &mut reader.words });
        reader.mask(&Own::default(), &mut Line::default());
        reader.masked
    }

    /// Reads the words, with one slot for each address; returns whether there is one, and reads nothing if not.
    fn read_around_addresses(&mut self, text: &str, range: Range<usize>) -> bool {
        let mut from = range.start;
        for piece in text[range.clone()].split_ascii_whitespace().filter(|piece| is_address(piece)) {
            let start = piece.as_ptr().addr() - text.as_ptr().addr();
            scan_words(text, from..start, &mut Sink { words: &mut self.words });
            self.words.hashes.push(ADDRESS_SLOT);
            self.words.slots.push(false);
            from = start + piece.len();
        }
        let is_found = from > range.start;
        if is_found {
            scan_words(text, from..range.end, &mut Sink { words: &mut self.words });
        }
        is_found
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

/// The phrases of a page that are masked in its lines: the parts of its title, alone and together, and its author.
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
        let mut phrases: Vec<Phrase> =
            title.forms().map(|words| Phrase { words, slot: TITLE_SLOT, flag: Line::HAS_TITLE }).collect();
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
        let is_title = |phrase: &Phrase| phrase.slot == TITLE_SLOT;
        let is_whole = self.phrases.iter().any(|phrase| is_title(phrase) && phrase.words == words);
        let looked_for = self.phrases.iter().filter(|phrase| !(is_whole && is_title(phrase)));
        looked_for.into_iter().find_map(|phrase| find(words, &phrase.words).map(|at| (at, phrase)))
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
pub fn length(bytes: &[u8]) -> u16 {
    let trimmed = bytes.trim_ascii();
    let begins = trimmed.iter().filter(|&&byte| byte.cast_signed() >= -64).count();
    let wide = trimmed.iter().filter(|&&byte| (0xE3..=0xE9).contains(&byte)).count();
    (begins + wide).min(usize::from(u16::MAX)) as u16
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
