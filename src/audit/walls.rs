//! Pages that say that there is no article: phrases of error, consent, robot-check and paywall pages.
//!
//! Weak evidence, looked for in short pages only; that one text stands under many addresses says more, and says it in
//! any language (see `summary`). The phrases stand in `tables/walls.tsv`, with a kind and a language each.

use super::keys::{KeySet, key};
use crate::hash;
use crate::text::words::hash_words;
use std::collections::HashMap;
use std::sync::LazyLock;

const PHRASES: &str = include_str!("tables/walls.tsv");

/// Words of the longest page that is looked at.
pub(super) const MOST_WORDS: usize = 200;

struct Table {
    first: KeySet,
    phrases: HashMap<u64, Vec<Vec<u64>>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut phrases: HashMap<u64, Vec<Vec<u64>>> = HashMap::new();
    for row in PHRASES.lines().filter(|row| !row.starts_with('#')) {
        let mut words = Vec::new();
        hash_words(row.rsplit('\t').next().unwrap_or_default(), &mut words);
        if let Some(&first) = words.first() {
            phrases.entry(first).or_default().push(words);
        }
    }
    let keys: Vec<u32> = phrases.keys().map(|&word| key(word)).collect();
    Table { first: KeySet::new(keys.into_iter()), phrases }
});

/// Whether a page of these words says that there is no article.
pub(super) fn says_so(words: &[u64]) -> bool {
    let table = &*TABLE;
    let begins = |at: usize| {
        table.first.has(key(words[at]))
            && table
                .phrases
                .get(&words[at])
                .is_some_and(|some| some.iter().any(|phrase| words[at..].starts_with(phrase)))
    };
    words.len() <= MOST_WORDS && (0..words.len()).any(begins)
}

/// Two minima of the words of a short page, each of two orders: pages nearly equal have one of them in common; pages
/// with as much of their own as in common seldom do (MinHash; Broder 1997).
pub(super) fn near(words: &[u64]) -> [u32; 2] {
    if words.is_empty() || words.len() > MOST_WORDS {
        return [0; 2];
    }
    let least = |round: u64| words.iter().map(|&word| hash::in_round(word, round)).min().unwrap_or_default();
    let both = |a: u64, b: u64| hash::folded_multiply(a, b | 1) as u32 | 1;
    [both(least(1), least(2)), both(least(3), least(4))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u64> {
        let mut words = Vec::new();
        hash_words(text, &mut words);
        words
    }

    #[test]
    fn phrases_are_found_anywhere_in_a_short_page() {
        assert!(says_so(&words("Example Daily. Sorry, the page you were looking for has moved.")));
        assert!(says_so(&words("عذرا، الصفحة غير موجودة")));
        assert!(!says_so(&words("The council looked for a page of the old map.")));
        assert!(!says_so(&words(&"page not found ".repeat(100))));
    }

    #[test]
    fn every_phrase_finds_itself() {
        for row in PHRASES.lines().filter(|row| !row.starts_with('#')) {
            assert_eq!(row.split('\t').count(), 3, "{row}");
            assert!(says_so(&words(row.rsplit('\t').next().unwrap())), "{row}");
        }
    }
}
