//! Phrases of site chrome in many languages: weak evidence, and the only evidence on a page without a site.
//!
//! "Leave a comment", "اقرأ أيضا", "Alle Rechte vorbehalten": written for this project, kept in
//! `tables/lexicon.tsv` with a kind and a language each. A phrase is compared by its words with slots, so "12
//! comments" is "# comments". One that ends in an ellipsis is looked for at the beginning of a line.

use super::line::{Line, LineReader, chain};
use std::collections::HashSet;
use std::sync::LazyLock;

const PHRASES: &str = include_str!("tables/lexicon.tsv");

/// Words of the longest beginning.
const LONGEST: usize = 8;
/// Words that may follow the beginning of a line.
const MOST_WORDS: usize = 24;

/// Bits of the filter that the first words of most lines fail.
const FILTER_BITS: usize = 1 << 16;

struct Table {
    filter: Vec<u64>,
    whole: HashSet<u64>,
    starts: HashSet<u64>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table =
        Table { filter: vec![0; FILTER_BITS / 64], whole: HashSet::new(), starts: HashSet::new() };
    for row in PHRASES.lines().filter(|row| !row.starts_with('#')) {
        let Some(phrase) = row.split('\t').nth(2) else { continue };
        let start = phrase.strip_suffix('…');
        let words = LineReader::template_words(&start.unwrap_or(phrase).replace('#', "7"));
        let Some(first) = words.first() else { continue };
        let bit = *first as usize % FILTER_BITS;
        table.filter[bit / 64] |= 1 << (bit % 64);
        let key = words.iter().fold(0, |key, &word| chain(key, word));
        let keys =
            if start.is_some() && words.len() <= LONGEST { &mut table.starts } else { &mut table.whole };
        keys.insert(key);
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
        let Some(&first) = words.first().filter(|_| words.len() <= MOST_WORDS) else { return 0 };
        let bit = first as usize % FILTER_BITS;
        if self.0.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return 0;
        }
        let mut key = 0;
        let mut is_start = false;
        for (at, &word) in words.iter().enumerate() {
            key = chain(key, word);
            is_start |= at < LONGEST && self.0.starts.contains(&key);
        }
        if self.0.whole.contains(&key) {
            Line::IS_PHRASE
        } else if is_start {
            Line::BEGINS_WITH_PHRASE
        } else {
            0
        }
    }
}
