//! What is a page's own in its lines: the parts of its title, alone and together, and its author.
//!
//! They are looked for in every line, and hardly any line has one. So a filter of the words that they begin with
//! answers for most lines, at one look a word.

use super::line::Line;
use super::title::Title;
use crate::text::words::hash_words;

/// Stands for the page's own title.
const TITLE_SLOT: u64 = 0xd6e8_feb8_6659_fd93;
/// Stands for the page's author.
const AUTHOR_SLOT: u64 = 0xa076_1d64_78bd_642f;

/// Words of a line in which phrases are looked for; a longer line is prose.
const MOST_WORDS: usize = 64;

/// Words of the filter: bits enough that few other words of a long line pass it.
const FILTER: usize = 16;

/// The phrases of a page that are masked in its lines.
#[derive(Clone, Debug, Default)]
pub struct Own {
    phrases: Vec<Phrase>,
    /// One bit for each word that a phrase begins with.
    firsts: [u64; FILTER],
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub(super) words: Vec<u64>,
    /// What stands for it in a template key.
    pub(super) slot: u64,
    /// The flag of lines that hold it.
    pub(super) flag: u8,
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
        let mut firsts = [0; FILTER];
        for first in phrases.iter().filter_map(|phrase| phrase.words.first()) {
            let (word, bit) = place(*first);
            firsts[word] |= bit;
        }
        Self { phrases, firsts }
    }

    /// Whether a phrase may begin with this word; never false if one does.
    #[inline]
    pub(super) const fn may_begin(&self, word: u64) -> bool {
        let (at, bit) = place(word);
        self.firsts[at] & bit != 0
    }

    /// The first phrase that is a part of a line, and where; a title that is the whole line is none.
    #[inline]
    pub(super) fn first_in(&self, words: &[u64]) -> Option<(usize, &Phrase)> {
        let begins = words[..words.len().min(MOST_WORDS)].iter().any(|&word| self.may_begin(word));
        if begins { self.look_for_first(words) } else { None }
    }

    fn look_for_first(&self, words: &[u64]) -> Option<(usize, &Phrase)> {
        let is_title = |phrase: &Phrase| phrase.slot == TITLE_SLOT;
        let is_whole = self.phrases.iter().any(|phrase| is_title(phrase) && phrase.words == words);
        let looked_for = self.phrases.iter().filter(|phrase| !(is_whole && is_title(phrase)));
        looked_for.into_iter().find_map(|phrase| find(words, &phrase.words).map(|at| (at, phrase)))
    }
}

/// The word and the bit of the filter that stand for a hash.
#[inline]
const fn place(hash: u64) -> (usize, u64) {
    (hash as usize / 64 % FILTER, 1 << (hash % 64))
}

/// Where `phrase` stands in `words`, looked for in the first words only.
fn find(words: &[u64], phrase: &[u64]) -> Option<usize> {
    let first = phrase.first()?;
    let last = words.len().min(MOST_WORDS).checked_sub(phrase.len())?;
    (0..=last).find(|&at| words[at] == *first && words[at..at + phrase.len()] == *phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_filter_passes_over_holds_no_phrase() {
        let own = Own::new(&Title::new("Ferry to Orlen cancelled | The Paper"), Some("Ada Lind"));
        let lines = [
            "",
            "By Ada Lind",
            "Ada",
            "The Paper",
            "the paper today",
            "Ferry to Orlen cancelled",
            "Read: Ferry to Orlen cancelled, and more",
            "Harbour news of the week",
        ];
        let long = "word ".repeat(MOST_WORDS - 1);
        let inside = format!("{long}Ada Lind");
        let beyond = format!("{long}a word, Ada Lind");
        for line in lines.into_iter().chain([inside.as_str(), beyond.as_str()]) {
            let mut words = Vec::new();
            hash_words(line, &mut words);
            let found = |found: Option<(usize, &Phrase)>| found.map(|(at, phrase)| (at, phrase.slot));
            assert_eq!(found(own.first_in(&words)), found(own.look_for_first(&words)), "{line}");
        }
    }
}
