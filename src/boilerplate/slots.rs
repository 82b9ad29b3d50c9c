//! Words that change while the line stays the same: numbers, dates, times.
//!
//! "35 comments", "Page 3 of 10", "Published 3 hours ago" and "١٥ مارس ٢٠٢١" are each one line of a template with
//! other values in it. Here words get a class, and one slot takes the place of each run of them; another that of the
//! page's own title or author.
//! The words are in `tables/calendar.tsv`: months (Gregorian, Hijri, Jalali), weekdays, units of time, in some
//! forty languages. One list serves all languages: a page needs no language detection.

use super::filter::Filter;
use super::keys::KeySet;
use super::line::{Line, Words};
use super::own::Phrase;
use crate::text::words::hash_words;
use std::sync::LazyLock;

/// Stands for a number, a date or a time.
pub(super) const NUMBER_SLOT: u64 = 0x9d5b_2f01_7c3a_e649;
/// Stands for a URL, an e-mail address or a handle.
pub(super) const ADDRESS_SLOT: u64 = 0x41c6_4e6d_93b2_58f7;

const CALENDAR: &str = include_str!("tables/calendar.tsv");

/// Hashes of words, most of which are told from others at one look.
struct WordSet {
    filter: Filter,
    words: KeySet<u64>,
}

impl WordSet {
    fn new(words: KeySet<u64>) -> Self {
        let mut filter = Filter::new(usize::MAX);
        words.iter().for_each(|&word| filter.insert(word));
        Self { filter, words }
    }

    #[inline]
    fn has(&self, word: u64) -> bool {
        self.filter.may_have(word) && self.words.contains(&word)
    }
}

struct Calendar {
    /// Begin a slot: months, weekdays.
    slots: WordSet,
    /// Belong to a slot that they stand beside; elsewhere words like any other: "of", "hours", "ago", "May".
    beside: WordSet,
}

static TABLE: LazyLock<Calendar> = LazyLock::new(|| {
    let [mut slots, mut beside] = [KeySet::default(), KeySet::default()];
    for (class, word) in entries(CALENDAR) {
        let mut hashes = Vec::new();
        hash_words(word, &mut hashes);
        let of_class = if matches!(class, "month" | "weekday") { &mut slots } else { &mut beside };
        of_class.extend(hashes);
    }
    // A word with two meanings counts only beside a slot.
    slots.retain(|word| !beside.contains(word));
    Calendar { slots: WordSet::new(slots), beside: WordSet::new(beside) }
});

/// Class and word of each entry of the table.
fn entries(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).flat_map(|line| {
        let mut columns = line.split('\t');
        let class = columns.next().unwrap_or_default();
        columns
            .nth(1)
            .unwrap_or_default()
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(move |word| (class, word))
    })
}

/// Puts words into classes.
#[derive(Clone, Copy)]
pub(super) struct Classes(&'static Calendar);

impl Default for Classes {
    fn default() -> Self {
        Self(&TABLE)
    }
}

impl Classes {
    /// Whether a word that does not start with a digit begins a slot.
    #[inline]
    pub(super) fn is_slot(self, word: u64) -> bool {
        self.0.slots.has(word)
    }

    /// Whether a word belongs to a slot that it stands beside.
    #[inline]
    fn is_beside(self, word: u64) -> bool {
        self.0.beside.has(word)
    }
}

/// A word that is masked.
pub(super) struct Mark {
    /// Its number in the line.
    pub(super) at: usize,
    pub(super) is_digit: bool,
}

/// Puts slots in the place of words; keeps its working space.
#[derive(Default)]
pub(super) struct Masker {
    classes: Classes,
    masked: Vec<u64>,
}

impl Masker {
    /// The words of a line with slots in the place of numbers, dates and times, and of a phrase of the page's own; none if they
    /// stay as they are, as in most prose. Sets the flags of the line that say so, and whether it has letters.
    pub(super) fn mask(
        &mut self,
        words: &Words,
        phrase: Option<(usize, &Phrase)>,
        line: &mut Line,
    ) -> Option<&[u64]> {
        if phrase.is_some() || !words.marks.is_empty() {
            self.put_slots(words, phrase, line);
            return Some(&self.masked);
        }
        if words.hashes != [ADDRESS_SLOT] {
            line.flags |= Line::HAS_LETTERS;
        }
        None
    }

    fn put_slots(
        &mut self,
        Words { hashes: words, marks, .. }: &Words,
        mut phrase: Option<(usize, &Phrase)>,
        line: &mut Line,
    ) {
        let Self { classes, masked } = self;
        let mut marks = marks.iter().peekable();
        masked.clear();
        let mut at = 0;
        let mut letters = false;
        loop {
            while marks.next_if(|mark| mark.at < at).is_some() {}
            let next_mark = marks.peek().map_or(words.len(), |mark| mark.at);
            let next = phrase.map_or(next_mark, |(start, _)| start.min(next_mark));
            if at < next {
                letters |= words[at] != ADDRESS_SLOT || words.len() > 1;
                masked.extend_from_slice(&words[at..next]);
                at = next;
            }
            if let Some((_, found)) = phrase.take_if(|(start, _)| *start == at) {
                masked.push(found.slot);
                line.flags |= found.flag;
                letters = true;
                at += found.words.len();
                continue;
            }
            if marks.peek().is_none() {
                break;
            }
            // "May 3", "il y a 3 jours": what stands before a number belongs to it as well.
            while masked.pop_if(|before| classes.is_beside(*before)).is_some() {}
            if masked.last() != Some(&NUMBER_SLOT) {
                masked.push(NUMBER_SLOT);
            }
            line.flags |= Line::HAS_NUMBER;
            // So do the words behind it, and the numbers that they lead to.
            while at < words.len() && phrase.is_none_or(|(start, _)| start != at) {
                match marks.next_if(|mark| mark.at == at) {
                    Some(mark) => letters |= !mark.is_digit,
                    None if classes.is_beside(words[at]) => letters = true,
                    None => break,
                }
                at += 1;
            }
        }
        if letters {
            line.flags |= Line::HAS_LETTERS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::own::Own;
    use super::super::title::Title;
    use super::*;
    use crate::hash::folded_multiply;

    /// Masks word by word: what [`Masker::mask`] must give.
    fn mask_by_word(classes: Classes, words: &Words, phrase: Option<(usize, &Phrase)>) -> (Vec<u64>, u8) {
        let Words { hashes: words, marks, .. } = words;
        let (mut masked, mut flags, mut at, mut in_slot) = (Vec::new(), 0, 0, false);
        while at < words.len() {
            if let Some((_, found)) = phrase.filter(|(start, _)| *start == at) {
                masked.push(found.slot);
                flags |= found.flag | Line::HAS_LETTERS;
                in_slot = false;
                at += found.words.len();
                continue;
            }
            let mark = marks.iter().find(|mark| mark.at == at);
            if let Some(mark) = mark {
                if !in_slot {
                    while masked.last().is_some_and(|word| classes.is_beside(*word)) {
                        masked.pop();
                    }
                    if masked.last() != Some(&NUMBER_SLOT) {
                        masked.push(NUMBER_SLOT);
                    }
                    flags |= Line::HAS_NUMBER;
                }
                flags |= if mark.is_digit { 0 } else { Line::HAS_LETTERS };
                in_slot = true;
            } else if in_slot && classes.is_beside(words[at]) {
                flags |= Line::HAS_LETTERS;
            } else {
                flags |= if words[..] == [ADDRESS_SLOT] { 0 } else { Line::HAS_LETTERS };
                masked.push(words[at]);
                in_slot = false;
            }
            at += 1;
        }
        (masked, flags)
    }

    #[test]
    fn runs_of_words_are_masked_as_word_by_word() {
        let own = Own::new(&Title::new("Ferry to Orlen in May"), Some("Ada Lind"));
        let hashes = |text: &str| {
            let mut hashes = Vec::new();
            hash_words(text, &mut hashes);
            hashes
        };
        let pieces =
            ["Ferry to Orlen in May", "3", "of", "May", "hours ago", "harbour", "Ada Lind", "Mai 2021"];
        let mut masker = Masker::default();
        let (mut seed, mut changed) = (7u64, 0);
        for _ in 0..4000 {
            let mut words = Words::default();
            for _ in 0..seed >> 32 & 7 {
                seed = folded_multiply(seed ^ 0x9e37_79b9, 0xd6e8_feb8_6659_fd93);
                let piece = seed as usize % (pieces.len() + 1);
                let Some(piece) = pieces.get(piece) else {
                    words.push(ADDRESS_SLOT, false);
                    continue;
                };
                for (word, hash) in piece.split(' ').zip(hashes(piece)) {
                    words.push(hash, word.starts_with(|c: char| c.is_ascii_digit()));
                }
            }
            seed = folded_multiply(seed ^ 0x9e37_79b9, 0xd6e8_feb8_6659_fd93);
            let phrase = own.first_in(&words.hashes);
            let expected = mask_by_word(masker.classes, &words, phrase);
            let mut line = Line::default();
            let masked = masker.mask(&words, phrase, &mut line).unwrap_or(&words.hashes).to_vec();
            changed += u32::from(masked != words.hashes);
            if words.hashes.is_empty() {
                continue;
            }
            assert_eq!((masked, line.flags), expected);
        }
        assert!(changed > 2000, "hardly any line was masked");
    }
}
