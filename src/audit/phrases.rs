//! Tables of phrases with a kind and a language each, looked for anywhere in some words.

use super::keys::{KeySet, key};
use crate::text::words::hash_words;
use std::collections::HashMap;

/// A table, by the first words of its phrases.
pub(super) struct Phrases {
    first: KeySet,
    phrases: HashMap<u64, Vec<(Vec<u64>, &'static str)>>,
}

impl Phrases {
    /// The phrases of a table: lines of kind, language and phrase, parted by tabs; comments begin with `#`.
    pub(super) fn new(table: &'static str) -> Self {
        let mut phrases: HashMap<u64, Vec<(Vec<u64>, &'static str)>> = HashMap::new();
        for row in table.lines().filter(|row| !row.starts_with('#')) {
            let mut columns = row.split('\t');
            let (Some(kind), Some(phrase)) = (columns.next(), columns.nth(1)) else { continue };
            let mut words = Vec::new();
            hash_words(phrase, &mut words);
            if let Some(&first) = words.first() {
                phrases.entry(first).or_default().push((words, kind));
            }
        }
        let keys: Vec<u32> = phrases.keys().map(|&word| key(word)).collect();
        Self { first: KeySet::new(keys.into_iter()), phrases }
    }

    /// The kind of the first phrase among these words.
    pub(super) fn find(&self, words: &[u64]) -> Option<&'static str> {
        (0..words.len()).filter(|&at| self.first.has(key(words[at]))).find_map(|at| {
            let known = self.phrases.get(&words[at])?.iter();
            known.filter(|(phrase, _)| words[at..].starts_with(phrase)).map(|(_, kind)| *kind).next()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_of_every_table_finds_itself() {
        for table in [include_str!("tables/walls.tsv"), include_str!("tables/software.tsv")] {
            let phrases = Phrases::new(table);
            for row in table.lines().filter(|row| !row.starts_with('#')) {
                let columns: Vec<&str> = row.split('\t').collect();
                let mut words = Vec::new();
                hash_words(&format!("Before {} behind", columns[2]), &mut words);
                assert!(columns.len() == 3 && phrases.find(&words).is_some(), "{row}");
            }
        }
    }
}
