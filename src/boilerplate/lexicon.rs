//! Phrases of site chrome in many languages: weak evidence, and the only evidence on a page without a site.
//!
//! "Leave a comment", "اقرأ أيضا", "Alle Rechte vorbehalten": written for this project, kept in
//! `tables/lexicon.tsv` with a kind and a language each. A phrase is compared by its words with slots, so "12
//! comments" is "# comments". One that ends in an ellipsis is looked for at the beginning of a line.

use super::line::{LineReader, Own, chain};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the lexicon says of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phrase {
    /// Nothing.
    #[default]
    None,
    /// It begins with a phrase.
    Start,
    /// It is a phrase.
    Whole,
}

const PHRASES: &str = include_str!("tables/lexicon.tsv");

/// Words of the longest beginning.
const LONGEST: usize = 8;
/// Words that may follow the beginning of a line.
const MOST_WORDS: usize = 24;

struct Table {
    whole: HashMap<u64, &'static str>,
    starts: HashMap<u64, &'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { whole: HashMap::new(), starts: HashMap::new() };
    let mut reader = LineReader::default();
    for row in PHRASES.lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t');
        let (Some(kind), Some(phrase)) = (columns.next(), columns.nth(1)) else { continue };
        let start = phrase.strip_suffix('…');
        let text = start.unwrap_or(phrase).replace('#', "7");
        reader.read(&text, 0..text.len(), &Own::default());
        let words = reader.masked();
        let key = words.iter().fold(0, |key, &word| chain(key, word));
        if start.is_some() && words.len() <= LONGEST { &mut table.starts } else { &mut table.whole }.insert(key, kind);
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

    /// What it says of a line with these words and slots.
    pub(super) fn find(self, words: &[u64]) -> Phrase {
        if words.is_empty() || words.len() > MOST_WORDS {
            return Phrase::None;
        }
        let mut key = 0;
        let mut is_start = false;
        for (at, &word) in words.iter().enumerate() {
            key = chain(key, word);
            is_start |= at < LONGEST && self.0.starts.contains_key(&key);
        }
        if self.0.whole.contains_key(&key) {
            Phrase::Whole
        } else if is_start {
            Phrase::Start
        } else {
            Phrase::None
        }
    }
}
