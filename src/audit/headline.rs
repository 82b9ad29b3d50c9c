//! Does a title belong to its text? By how many of its words are found there, compared with the site's other titles.
//!
//! Words are looked for without their endings, and where scripts have no capitals without their beginnings: inflection and
//! articles. What is found by chance is found for other titles as
//! well, so that the same text under other titles is the measure (a likelihood ratio), not a fixed share.

use super::keys::key;
use super::prior::cut;
use super::tongue::median;
use crate::hash;
use crate::text::words::hash_words;
use memchr::memmem;
use std::borrow::Cow;

/// Share of a page's own title found in its prose, where it is not known for the site: what it is on average in two crawls
/// (Arabic 0.79, English 0.79; of other titles 0.06 and 0.17).
pub(super) const USUAL: f32 = 0.8;

/// Logarithm of the odds from which on a headline may be another page's.
pub(super) const DOUBT: f32 = 1.0;

/// The most that is said against a title that stands at the head of the text as well: what a site makes of all pages may be wrong in
/// both places, but a title of one page hardly.
pub(super) const MOST_IF_HEADED: f32 = 5.0;

/// Letters of the shortest word that is looked for, Han and kana counted three times.
const SHORTEST: usize = 4;

/// Letters that may stand before a stem: an article, a preposition and the first letter of the word.
const MOST_BEFORE: usize = 4;

/// Words that say something that a title must have to be judged.
pub(super) const FEWEST_STEMS: usize = 3;

/// Words of a title that are looked for.
const MOST_WORDS: usize = 24;

/// The parts of the words of a title that are looked for, lower case; of words that are not to be skipped.
pub(super) fn stems(title: &str, mut skips: impl FnMut(&str) -> bool) -> Vec<String> {
    let lower = lower(&without_entities(title));
    let words = lower.split(|c: char| !(c.is_alphanumeric() || is_mark(c)));
    words.filter(|word| !word.is_empty() && !skips(word)).flat_map(stems_of_word).take(MOST_WORDS).collect()
}

/// Longest name of a character reference.
const LONGEST_ENTITY: usize = 8;

/// A title without the character references that a scraper left in it (`&quot;`): they are no words.
fn without_entities(title: &str) -> Cow<'_, str> {
    if !title.contains('&') {
        return title.into();
    }
    let mut pieces = title.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_entity = |name: &str| {
            (1..=LONGEST_ENTITY).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
        };
        let rest = piece.split_once(';').filter(|(name, _)| is_entity(name)).map_or(piece, |(_, rest)| rest);
        out.push(' ');
        out.push_str(rest);
    }
    out.into()
}

/// A text in lower case; quickly where no script of it but ASCII has cases. Typographic quotes, presentation forms and Hangul
/// begin with the same bytes as some letters that have cases, and are told from them by the next.
fn lower(text: &str) -> String {
    let bytes = text.as_bytes();
    let has_cases = |(&lead, &next): (&u8, &u8)| match lead {
        0xC3..=0xD6 | 0xE1 | 0xF0 => true,
        0xE2 => matches!(next, 0x84..=0x86 | 0x92..=0x93 | 0xB0..=0xB4),
        0xEA => next < 0xB0,
        0xEF => next == 0xBC,
        _ => false,
    };
    let next = bytes.get(1..).unwrap_or_default();
    if bytes.iter().zip(next).any(has_cases) { text.to_lowercase() } else { text.to_ascii_lowercase() }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{065f}' | '\u{0900}'..='\u{0d7f}' | '\u{0640}' | '\u{200c}')
}

/// The stem of a word; pairs of characters of scripts without blanks.
fn stems_of_word(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.iter().any(|&c| is_unspaced(c)) {
        return letters.chunks_exact(2).map(|pair| pair.iter().collect()).collect();
    }
    if letters.len() < SHORTEST || letters.iter().all(|c| c.is_numeric()) {
        return Vec::new();
    }
    // Where words are written with a capital or a small letter, nothing is written before them without a blank.
    let is_cased = letters[0].is_lowercase();
    // Short words have no letters to spare.
    let from = usize::from(!is_cased && letters.len() > SHORTEST);
    let length = (2 * letters.len()).div_ceil(3).clamp(SHORTEST, letters.len() - from);
    vec![letters[from..from + length].iter().collect()]
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{0e00}'..='\u{0eff}')
}

/// How many of the stems of a title are looked for in prose, and how many are found.
pub(super) fn found(title: &str, prose: &str) -> (u16, u16) {
    let stems = stems(title, |_| false);
    (stems.len() as u16, hits(&stems, &lower(prose)))
}

fn hits(stems: &[String], lower: &str) -> u16 {
    stems.iter().filter(|stem| is_in(stem, lower)).count() as u16
}

/// Whether a stem stands at the beginning of a word, or behind a few letters where words have prefixes.
fn is_in(stem: &str, lower: &str) -> bool {
    let first = stem.chars().next();
    let before = match first {
        Some(c) if is_unspaced(c) => usize::MAX,
        Some(c) if c.is_lowercase() => 0,
        _ => MOST_BEFORE,
    };
    memmem::find_iter(lower.as_bytes(), stem.as_bytes()).any(|at| {
        let letters =
            lower[..at].chars().rev().take(MOST_BEFORE + 1).take_while(|c| c.is_alphanumeric()).count();
        letters <= before
    })
}

/// The share of the words of a title that stand in prose; none of a title that says little.
pub(super) fn share(stems: &[String], prose: &str) -> Option<f32> {
    (stems.len() >= FEWEST_STEMS).then(|| f32::from(hits(stems, &lower(prose))) / stems.len() as f32)
}

/// The share of its own title that a page of a site has, from its sampled pages: the median, so that a third of foreign
/// titles changes little.
pub(super) fn usual(pages: impl Iterator<Item = (u16, u16)>) -> f32 {
    let mut shares: Vec<f32> =
        pages.filter(|(of, _)| *of >= 3).map(|(of, found)| f32::from(found) / f32::from(of)).collect();
    // A few pages say little: as if two more had the usual share.
    shares.extend([USUAL; 2]);
    median(shares).unwrap_or(USUAL).clamp(0.4, 0.9)
}

/// A key of a headline: of its words, whatever stands between them, but for those that name the site (`is_name`), which stand in titles and
/// not in texts. Never 0, which stands for none.
pub(super) fn key_of(headline: &str, is_name: impl Fn(u64) -> bool, words: &mut Vec<u64>) -> u32 {
    words.clear();
    hash_words(&without_entities(headline), words);
    words.retain(|&word| !is_name(word));
    if words.is_empty() { 0 } else { key(hash::sequence(words) as u64) }
}

/// Bytes of prose in which titles are looked for.
const MOST_PROSE: usize = 8 << 10;

/// Logarithm of how much likelier the title is another page's than this one's, by the words of it that are found in
/// the prose. `own` is the share that is usual for the page's own title; `others` are the stems of other titles. Below `enough` it may be
/// given as 0.
pub(super) fn strangeness(
    title: &[String],
    prose: &str,
    own: f32,
    others: &[Vec<String>],
    enough: f32,
) -> f32 {
    let lower = lower(cut(prose, MOST_PROSE));
    let (of, found) = (title.len() as f32, f32::from(hits(title, &lower)));
    if 2.0 * found >= of {
        return 0.0;
    }
    // As if one of ten words of other titles had been found already.
    let others = || others.iter().filter(|other| *other != title);
    let other_of = 10.0 + others().map(|other| other.len() as f32).sum::<f32>();
    let at = |chance: f32| evidence(found, of, chance, own);
    // It is strangest if the others had the same share in the text; if that is not enough, they are not looked for.
    if at(f32::max(found / of, 1.0 / other_of)) < enough {
        return 0.0;
    }
    at((1.0 + others().map(|other| f32::from(hits(other, &lower))).sum::<f32>()) / other_of)
}

/// Share of the pages that have a word that a sixth to a half of them have in their beginnings.
const FREQUENT: f32 = 0.4;

/// What the frequent words of a title say by standing in the prose or not, likewise.
pub(super) fn frequent(title: &str, prose: &str, own: f32, is_frequent: impl Fn(u64) -> bool) -> f32 {
    let mut words = Vec::new();
    hash_words(title, &mut words);
    words.retain(|&word| is_frequent(word));
    if words.is_empty() {
        return 0.0;
    }
    let mut of_prose = Vec::new();
    hash_words(cut(prose, MOST_PROSE), &mut of_prose);
    let found = words.iter().filter(|word| of_prose.contains(word)).count();
    evidence(found as f32, words.len() as f32, FREQUENT, own)
}

/// Logarithm of how much likelier it is to find so many of so many words by a share of `chance` than by one of `own`.
fn evidence(found: f32, of: f32, chance: f32, own: f32) -> f32 {
    let chance = chance.min(0.9 * own);
    found * (chance / own).ln() + (of - found) * ((1.0 - chance) / (1.0 - own)).ln()
}

/// The words of a title that say something, and how often each stands in the prose: the cheap question, asked of every
/// page. Most titles have a word or two in the text as they are.
#[derive(Default)]
pub(super) struct TitleWords {
    words: Vec<u64>,
    /// Times that each stands in the text.
    times: Vec<i32>,
}

/// Words found from which on a title is the page's own without further question, if they are two fifths of it.
const ENOUGH: usize = 3;

impl TitleWords {
    /// Takes the words of a title but for those that `skips`.
    pub(super) fn read(&mut self, title: &str, skips: impl Fn(u64) -> bool) {
        self.words.clear();
        hash_words(title, &mut self.words);
        self.words.retain(|&word| !skips(word));
        self.words.sort_unstable();
        self.words.dedup();
        self.times.clear();
        self.times.resize(self.words.len(), 0);
    }

    /// Words of the text that do not count: those of short lines, among which the headline stands.
    pub(super) fn pass_over(&mut self, words: &[u64]) {
        self.add(words, -1);
    }

    /// Whether enough of the title's words stand in a text of these words.
    pub(super) fn are_in(&mut self, words: &[u64]) -> bool {
        self.add(words, 1);
        let found = self.times.iter().filter(|&&times| times > 0).count();
        found >= ENOUGH && 5 * found >= 2 * self.words.len() || 2 * found > self.words.len()
    }

    fn add(&mut self, words: &[u64], one: i32) {
        let mask = self.words.iter().fold(0u64, |mask, word| mask | 1 << (word & 63));
        for word in words.iter().filter(|&word| mask >> (word & 63) & 1 == 1) {
            if let Ok(at) = self.words.binary_search(word) {
                self.times[at] += one;
            }
        }
    }
}
