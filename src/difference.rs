//! Where two texts agree and where they differ; the only door to `similar`.
//!
//! Figures here come from strings, not from hashes: shingles are windows of folded words, compared as they
//! are. That makes this module the judge of the fast path: `tamis verify` replays removals with
//! [`string_overlap`].

use crate::frame::common::Common;
use crate::frame::shingles::FrameShingles;
use crate::hash;
use crate::shingle::{Ngram, hash_shingles};
use crate::similarity::Overlap;
use crate::text::reference::{Word, words};
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashSet;
use std::ops::Range;

/// Exact overlap of two word sequences without hashing, and whether the sequences are equal.
pub fn string_overlap(a: &[Word], b: &[Word], ngram: Ngram) -> (Overlap, bool) {
    let folded = |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.folded.clone()).collect() };
    let (a, b) = (folded(a), folded(b));
    let (set_a, set_b) = (shingles(&a, ngram), shingles(&b, ngram));
    let shared = set_a.intersection(&set_b).count() as u32;
    (Overlap { shared, size_a: set_a.len() as u32, size_b: set_b.len() as u32 }, a == b)
}

/// What of two word sequences is frame; shingles are compared as strings, and only the frame knows hashes.
pub fn string_common(a: &[Word], b: &[Word], ngram: Ngram, frame: &FrameShingles) -> Common {
    let folded = |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.folded.clone()).collect() };
    let (a, b) = (folded(a), folded(b));
    let is_frame = |shingle: &&[String]| {
        let words: Vec<u64> = shingle.iter().map(|word| hash::word(word)).collect();
        let mut hashed = Vec::new();
        hash_shingles(&words, ngram, &mut hashed);
        hashed.iter().any(|&shingle| frame.has(shingle))
    };
    let in_frame = |words: &'_ [String]| -> HashSet<Vec<String>> {
        shingles(words, ngram).into_iter().filter(is_frame).map(<[String]>::to_vec).collect()
    };
    let (a, b) = (in_frame(&a), in_frame(&b));
    Common { shared: a.intersection(&b).count() as u32, in_a: a.len() as u32, in_b: b.len() as u32 }
}

fn shingles(words: &[String], ngram: Ngram) -> HashSet<&[String]> {
    let size = ngram.words().min(words.len());
    if size == 0 { HashSet::new() } else { words.windows(size).collect() }
}

/// Two texts side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Exact counts.
    pub overlap: Overlap,
    /// Whether the folded word sequences are equal.
    pub same_words: bool,
    /// Stretches of words in order; together they hold all words of both texts.
    pub stretches: Vec<Stretch>,
}

/// A stretch of words that both texts have, or only one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stretch {
    /// Equal folded words in both texts.
    Shared {
        /// Bytes of the first text.
        a: Range<usize>,
        /// Bytes of the second text.
        b: Range<usize>,
        /// Number of words.
        words: usize,
    },
    /// Words of the first text alone.
    OnlyA {
        /// Bytes of the first text.
        a: Range<usize>,
        /// Number of words.
        words: usize,
    },
    /// Words of the second text alone.
    OnlyB {
        /// Bytes of the second text.
        b: Range<usize>,
        /// Number of words.
        words: usize,
    },
}

/// Compares two texts word by word (Myers 1986, with bounds on the work for very unlike texts).
pub fn difference(a: &str, b: &str, ngram: Ngram) -> Difference {
    let (a, b) = (words(a), words(b));
    let (overlap, same_words) = string_overlap(&a, &b, ngram);
    let folded = |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.folded.clone()).collect() };
    let mut stretches = Vec::new();
    let only_a = |index: usize, len: usize| Stretch::OnlyA { a: span(&a, index, len), words: len };
    let only_b = |index: usize, len: usize| Stretch::OnlyB { b: span(&b, index, len), words: len };
    for operation in capture_diff_slices(Algorithm::Myers, &folded(&a), &folded(&b)) {
        match operation {
            DiffOp::Equal { old_index, new_index, len } => stretches.push(Stretch::Shared {
                a: span(&a, old_index, len),
                b: span(&b, new_index, len),
                words: len,
            }),
            DiffOp::Delete { old_index, old_len, .. } => stretches.push(only_a(old_index, old_len)),
            DiffOp::Insert { new_index, new_len, .. } => stretches.push(only_b(new_index, new_len)),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                stretches.push(only_a(old_index, old_len));
                stretches.push(only_b(new_index, new_len));
            }
        }
    }
    Difference { overlap, same_words, stretches }
}

/// Bytes from the first to the last of some words.
fn span(words: &[Word], index: usize, len: usize) -> Range<usize> {
    let some = &words[index..index + len];
    some.first().map_or(0, |word| word.span.start)..some.last().map_or(0, |word| word.span.end)
}
