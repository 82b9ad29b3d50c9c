//! The folded form of a code point.
//!
//! Folding is context-free: the folded form of a text is the folded forms of its code points, one after
//! another. It takes away what differs between two editions of one text: case, compatibility forms,
//! accents and vowel marks, tatweel, hamza carriers, Persian and Arabic letter forms, digits of other
//! scripts, zero-width and bidi controls. It keeps numbers, which tell two bulletins apart.
//!
//! The table is generated from the definition in `tests/support/definition.rs` (NFKD, lower case, and a short
//! list of letters) and compared with it for every code point of Unicode. It is expanded once a process from
//! about 2,500 ranges into direct look-ups for the basic plane.

use super::tables::fold::{EXPANSIONS, RANGES};
use std::sync::LazyLock;

/// What a folded code point does to the word it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// Ends a word: blanks, punctuation, symbols, controls, unassigned code points.
    Separator = 0,
    /// Part of a word: letters and numbers of scripts that separate words.
    Word = 1,
    /// As if it were not there: vowel marks, accents, tatweel, zero-width and bidi controls.
    Drop = 2,
    /// Stands for several code points: see the expansions.
    Expand = 3,
    /// Part of an unspaced run of Han, kana or bopomofo.
    Ideographic = 4,
    /// Part of an unspaced run of Thai, Lao, Khmer, Myanmar or a neighbour.
    SoutheastAsian = 5,
    /// A Hangul syllable; stands for its jamo by arithmetic (Unicode, section 3.12).
    Hangul = 6,
}

/// One look-up: class, and the UTF-8 bytes of the folded code point (at most three).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    fn new(class: Class, folded: char) -> Self {
        let mut bytes = [0; 4];
        let len = folded.encode_utf8(&mut bytes).len() as u32;
        assert!(len <= 3, "folded forms outside the basic plane are expansions");
        Self(u32::from_le_bytes(bytes) | (len << 24) | ((class as u32) << 26))
    }

    const SEPARATOR: Self = Self(0);

    #[inline]
    pub(super) const fn is_word(self) -> bool {
        self.0 >> 26 == Class::Word as u32
    }

    #[inline]
    pub(super) const fn class(self) -> Class {
        match self.0 >> 26 {
            1 => Class::Word,
            2 => Class::Drop,
            3 => Class::Expand,
            4 => Class::Ideographic,
            5 => Class::SoutheastAsian,
            6 => Class::Hangul,
            _ => Class::Separator,
        }
    }

    /// UTF-8 bytes of the folded code point, low byte first; bytes from [`len`](Self::len) on are undefined.
    #[inline]
    pub(super) const fn bytes(self) -> u32 {
        self.0
    }

    #[inline]
    pub(super) const fn len(self) -> usize {
        (self.0 >> 24 & 3) as usize
    }
}

/// The look-up table of the basic plane.
pub(super) struct Table {
    /// U+0000 to U+07FF: everything that takes one or two bytes in UTF-8, small enough for the first cache.
    pub(super) two_bytes: Box<[Entry; 0x800]>,
    /// By the two UTF-8 bytes of a code point, the first one high: those of its folded form, the first one low,
    /// where both are part of a word; else 0. Most of it is never touched.
    pub(super) pairs: Box<[u16; 0x1_0000]>,
    /// U+0000 to U+FFFF.
    pub(super) plane: Box<[Entry; 0x1_0000]>,
}

impl Table {
    fn new() -> Self {
        let mut plane = vec![Entry::SEPARATOR; 0x1_0000];
        for &(first, last, class, shift) in RANGES.iter().take_while(|range| range.0 < 0x1_0000) {
            for code in first..=last {
                plane[code as usize] = Entry::new(class, shifted(code, shift));
            }
        }
        let two_bytes: Vec<Entry> = plane[..0x800].to_vec();
        let mut pairs = vec![0; 0x1_0000];
        for (code, entry) in (0x80u16..).zip(&two_bytes[0x80..]) {
            if entry.is_word() && entry.len() == 2 {
                let bytes = [0xC0 | (code >> 6) as u8, 0x80 | (code & 0x3F) as u8];
                pairs[usize::from(u16::from_be_bytes(bytes))] = entry.bytes() as u16;
            }
        }
        Self { two_bytes: fixed(two_bytes), pairs: fixed(pairs), plane: fixed(plane) }
    }

    /// Whether two bytes are a character that ends a word.
    #[inline]
    pub(super) fn is_two_byte_separator(&self, first: u8, second: u8) -> bool {
        first & 0xE0 == 0xC0 && self.two_bytes[two_byte_code(first, second)] == Entry::SEPARATOR
    }
}

/// The code point of a lead and a trail byte.
#[inline]
pub(super) fn two_byte_code(first: u8, second: u8) -> usize {
    (first as usize & 0x1F) << 6 | second as usize & 0x3F
}

#[expect(clippy::unnecessary_box_returns, reason = "half a megabyte does not go on the stack")]
fn fixed<T, const N: usize>(values: Vec<T>) -> Box<[T; N]> {
    values.try_into().unwrap_or_else(|_| unreachable!("the caller made it of this length"))
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

pub(super) fn table() -> &'static Table {
    &TABLE
}

fn shifted(code: u32, shift: i32) -> char {
    char::from_u32(code.wrapping_add_signed(shift))
        .unwrap_or_else(|| unreachable!("ranges fold to characters"))
}

/// The folded code points of `c`, each with its class. A separator folds to a blank; what is dropped, to
/// nothing.
///
/// ```
/// use tamis::text::fold::fold_char;
/// let folded: String = fold_char('Ǆ').map(|(c, _)| c).collect();
/// assert_eq!(folded, "dz");
/// ```
pub fn fold_char(c: char) -> impl Iterator<Item = (char, Class)> {
    let mut out: Vec<(char, Class)> = Vec::new();
    let (class, folded) = look_up(c);
    match class {
        Class::Drop => {}
        Class::Expand => out.extend(expansion(c).chars().map(|part| (part, look_up(part).0))),
        Class::Hangul => out.extend(jamo(c).map(|part| (part, Class::Word))),
        Class::Separator => out.push((' ', class)),
        _ => out.push((folded, class)),
    }
    out.into_iter()
}

/// Class and folded form by binary search in the ranges: any plane, no table.
pub(super) fn look_up(c: char) -> (Class, char) {
    let code = c as u32;
    let after = RANGES.partition_point(|range| range.0 <= code);
    match after.checked_sub(1).map(|i| RANGES[i]) {
        Some((_, last, class, shift)) if code <= last => (class, shifted(code, shift)),
        _ => (Class::Separator, ' '),
    }
}

/// What a code point of class [`Class::Expand`] stands for; blanks are separators.
pub(super) fn expansion(c: char) -> &'static str {
    EXPANSIONS.binary_search_by_key(&(c as u32), |(code, _)| *code).map_or("", |i| EXPANSIONS[i].1)
}

/// The jamo of a Hangul syllable.
pub(super) fn jamo(syllable: char) -> impl Iterator<Item = char> {
    const SYLLABLES: u32 = 0xAC00;
    const VOWELS: u32 = 21;
    const TAILS: u32 = 28;
    let index = (syllable as u32).saturating_sub(SYLLABLES);
    let lead = 0x1100 + index / (VOWELS * TAILS);
    let vowel = 0x1161 + index % (VOWELS * TAILS) / TAILS;
    let tail = 0x11A7 + index % TAILS;
    [lead, vowel, tail].into_iter().filter(|&code| code != 0x11A7).filter_map(char::from_u32)
}

/// The folded form of a text as one would read it: words as they fold, separators as one blank each run.
///
/// ```
/// use tamis::text::fold::fold;
/// assert_eq!(fold("  Straße,  CAFÉ "), "strasse cafe");
/// assert_eq!(fold("مُحَمَّـــد"), "محمد");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (c, class) in text.chars().flat_map(fold_char) {
        match class {
            Class::Separator if out.is_empty() || out.ends_with(' ') => {}
            _ => out.push(c),
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}
