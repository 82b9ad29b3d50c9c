//! Phrases of site chrome in many languages: weak evidence, and the only evidence on a page without a site.
//!
//! "Leave a comment", "اقرأ أيضا", "Alle Rechte vorbehalten": written for this project, kept in
//! `tables/lexicon.tsv` with a kind and a language each. A phrase is compared by its words with slots, so "12
//! comments" is "# comments". One that ends in an ellipsis is looked for at the beginning of a line.

use super::filter::Filter;
use super::keys::KeyMap;
use super::line::{Line, LineReader, chain};
use std::sync::LazyLock;

const PHRASES: &str = include_str!("tables/lexicon.tsv");

/// Words of the longest beginning.
const LONGEST: usize = 8;
/// Words that may follow the beginning of a line.
const MOST_WORDS: usize = 24;

struct Table {
    filter: Filter,
    /// Whole lines, with their kinds.
    whole: KeyMap<u64, &'static str>,
    /// Beginnings of lines, with their text and their kinds.
    starts: KeyMap<u64, (&'static str, &'static str)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table =
        Table { filter: Filter::new(usize::MAX), whole: KeyMap::default(), starts: KeyMap::default() };
    for row in PHRASES.lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t');
        let (Some(kind), Some(phrase)) = (columns.next(), columns.nth(1)) else { continue };
        let start = phrase.strip_suffix('…');
        let words = LineReader::template_words(&start.unwrap_or(phrase).replace('#', "7"));
        let Some(first) = words.first() else { continue };
        table.filter.insert(*first);
        let key = words.iter().fold(0, |key, &word| chain(key, word));
        match start.filter(|_| words.len() <= LONGEST) {
            Some(start) => _ = table.starts.insert(key, (start.trim_end(), kind)),
            None => _ = table.whole.insert(key, kind),
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
            (Some(_), _) => Line::IS_PHRASE,
            (_, Some(_)) => Line::BEGINS_WITH_PHRASE,
            _ => 0,
        }
    }

    /// The longest phrase that a line begins with, if it is no phrase as a whole.
    pub(super) fn start_of(self, line: &str) -> Option<&'static str> {
        match self.find(&LineReader::template_words(line)) {
            (None, start) => start.map(|(start, _)| start),
            _ => None,
        }
    }

    /// The kind of phrase that a line with these words and slots is, and the longest that it begins with.
    fn find(self, words: &[u64]) -> (Option<&'static str>, Option<(&'static str, &'static str)>) {
        let Some(first) = words.first().filter(|_| words.len() <= MOST_WORDS) else { return (None, None) };
        if !self.0.filter.may_have(*first) {
            return (None, None);
        }
        let mut key = 0;
        let mut start = None;
        for (at, &word) in words.iter().enumerate() {
            key = chain(key, word);
            if at < LONGEST {
                start = self.0.starts.get(&key).copied().or(start);
            }
        }
        (self.0.whole.get(&key).copied(), start)
    }
}

/// What kind of phrase a line is as a whole, such as `comment` or `related`; else what kind it begins with.
pub fn kind(line: &str) -> Option<&'static str> {
    let (whole, start) = Lexicon::new().find(&LineReader::template_words(line));
    whole.or(start.map(|(_, kind)| kind))
}
