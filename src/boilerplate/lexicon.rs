//! Phrases of site chrome in many languages: weak evidence, and the only evidence on a page without a site.
//!
//! "Leave a comment", "اقرأ أيضا", "Alle Rechte vorbehalten": written for this project, kept in
//! `tables/lexicon.tsv` with a kind and a language each. A phrase is compared by its words with slots, so "12
//! comments" is "# comments". One that ends in an ellipsis is looked for at the beginning of a line.

use super::filter::Filter;
use super::keys::{KeyMap, KeySet};
use super::line::{Line, LineReader, chain};
use std::sync::LazyLock;

const PHRASES: &str = include_str!("tables/lexicon.tsv");

/// Words of the longest beginning.
const LONGEST: usize = 8;
/// Words that may follow the beginning of a line.
const MOST_WORDS: usize = 24;

struct Table {
    filter: Filter,
    whole: KeySet<u64>,
    /// Beginnings of lines, with their text.
    starts: KeyMap<u64, &'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { filter: Filter::new(), whole: KeySet::default(), starts: KeyMap::default() };
    for row in PHRASES.lines().filter(|row| !row.starts_with('#')) {
        let Some(phrase) = row.split('\t').nth(2) else { continue };
        let start = phrase.strip_suffix('…');
        let words = LineReader::template_words(&start.unwrap_or(phrase).replace('#', "7"));
        let Some(first) = words.first() else { continue };
        table.filter.insert(*first);
        let key = words.iter().fold(0, |key, &word| chain(key, word));
        match start.filter(|_| words.len() <= LONGEST) {
            Some(start) => _ = table.starts.insert(key, start.trim_end()),
            None => _ = table.whole.insert(key),
        }
    }
    table
});

/// Looks phrases up.
#[derive(Clone, Copy)]
pub(super) struct Lexicon(&'static Table);

impl Lexicon {
    pub(super) fn new() -> Self {
        Self(&TABLE)
    }

    /// The flags of a line with these words and slots.
    pub(super) fn flags(self, words: &[u64]) -> u8 {
        match self.find(words) {
            (true, _) => Line::IS_PHRASE,
            (_, Some(_)) => Line::BEGINS_WITH_PHRASE,
            _ => 0,
        }
    }

    /// The longest phrase that a line begins with, if it is no phrase as a whole.
    pub(super) fn start_of(self, line: &str) -> Option<&'static str> {
        match self.find(&LineReader::template_words(line)) {
            (false, start) => start,
            _ => None,
        }
    }

    /// Whether a line with these words and slots is a phrase, and the longest that it begins with.
    fn find(self, words: &[u64]) -> (bool, Option<&'static str>) {
        let Some(first) = words.first().filter(|_| words.len() <= MOST_WORDS) else { return (false, None) };
        if !self.0.filter.may_have(*first) {
            return (false, None);
        }
        let mut key = 0;
        let mut start = None;
        for (at, &word) in words.iter().enumerate() {
            key = chain(key, word);
            if at < LONGEST {
                start = self.0.starts.get(&key).copied().or(start);
            }
        }
        (self.0.whole.contains(&key), start)
    }
}
