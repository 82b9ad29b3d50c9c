//! Where does a passage that two texts share begin and end?
//!
//! *Seeds*, equal runs of five words, are extended as far as the words are equal. Runs that follow each other in
//! both texts with at most [`WIDEST_GAP`] words between them are one *passage*, so that a swapped word does not cut it in
//! two. A passage counts from [`LEAST_WORDS`] equal words on; those that stand in the template of a site do not count and
//! are cut off its ends.
//!
//! The second text is walked through from the left (greedy string tiling in one pass; Wise 1993, "String similarity via
//! greedy string tiling"): each word belongs to one run at most, so the work is linear in the two texts, whatever they
//! repeat. Of a seed that the first text has often only some places (`MOST_PLACES`) are tried, nearest behind the last
//! run first. A place of the first text serves once: ten thousand copies of a sentence are one passage.

use crate::shingle::{Ngram, hash_shingles};
use crate::text::words::PlacedWords;
use std::ops::Range;

/// Equal words from which a passage counts.
pub const LEAST_WORDS: usize = 25;
/// Words that may stand between two runs of one passage, in either text.
pub const WIDEST_GAP: usize = 10;
/// Places of a seed in the first text that are tried.
const MOST_PLACES: usize = 8;

/// A text made ready to be aligned with others.
#[derive(Clone, Debug)]
pub struct AlignedText {
    words: PlacedWords,
    /// Seeds with their places, ascending.
    seeds: Vec<(u64, u32)>,
    /// One a word: whether it stands in the template of the text's site.
    is_template: Vec<bool>,
}

impl AlignedText {
    /// A text of these words. `is_template` says of a shingle of `ngram` words whether the site's pages share it.
    pub fn new(words: PlacedWords, ngram: Ngram, is_template: impl Fn(u64) -> bool) -> Self {
        let is_template = template_words(&words.hashes, ngram, is_template);
        let mut shingles = Vec::new();
        let width = Ngram::SAMPLED.words();
        if words.hashes.len() >= width {
            hash_shingles(&words.hashes, Ngram::SAMPLED, &mut shingles);
        }
        let is_own =
            |&(_, at): &(u64, u32)| !is_template[at as usize..at as usize + width].iter().all(|&is| is);
        let mut seeds: Vec<(u64, u32)> = shingles.into_iter().zip(0..).filter(is_own).collect();
        seeds.sort_unstable();
        Self { words, seeds, is_template }
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.words.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.hashes.is_empty()
    }

    /// The hashes of the words.
    pub fn words(&self) -> &[u64] {
        &self.words.hashes
    }

    /// How many of some words stand in no template.
    pub fn own_words(&self, words: Range<usize>) -> usize {
        self.is_template[words].iter().filter(|&&is| !is).count()
    }

    /// Bytes of the text from the first to the last of some words; at least one.
    pub fn bytes(&self, words: &Range<u32>) -> Range<u32> {
        let spans = &self.words.spans[words.start as usize..words.end as usize];
        // Words of scripts without blanks overlap, but begin and end in order.
        spans[0].start..spans[spans.len() - 1].end
    }
}

/// One a word: whether a shingle of a template covers it.
fn template_words(words: &[u64], ngram: Ngram, is_template: impl Fn(u64) -> bool) -> Vec<bool> {
    let mut shingles = Vec::new();
    hash_shingles(words, ngram, &mut shingles);
    let width = ngram.words().min(words.len());
    let mut covered = vec![false; words.len()];
    for (at, _) in shingles.into_iter().enumerate().filter(|&(_, shingle)| is_template(shingle)) {
        covered[at..at + width].fill(true);
    }
    covered
}

/// A passage that two texts share, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Words of the first text.
    pub a: Range<u32>,
    /// Words of the second text.
    pub b: Range<u32>,
    /// Words that are equal and in no template.
    pub equal: u32,
}

/// Equal words at `a` in the first text and `b` in the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    a: usize,
    b: usize,
    len: usize,
}

/// The passages of at least `least` equal words that two texts share, by their place in the second text. Cost: linear
/// in the words of both.
pub fn align(a: &AlignedText, b: &AlignedText, least: usize) -> Vec<Passage> {
    let chains = chains(&runs(a, b));
    let mut passages: Vec<(Passage, Vec<Run>)> = Vec::new();
    for mut chain in chains {
        trim(a, b, &mut chain);
        let equal = chain.iter().map(|run| own_words(a, b, run)).sum::<usize>();
        if let (Some(first), Some(last), true) = (chain.first(), chain.last(), equal >= least) {
            let range = |from: usize, last: usize, len: usize| from as u32..(last + len) as u32;
            let passage = Passage {
                a: range(first.a, last.a, last.len),
                b: range(first.b, last.b, last.len),
                equal: equal as u32,
            };
            passages.push((passage, chain));
        }
    }
    // The longest first; what is left of the first text must be worth a passage of its own.
    passages.sort_by_key(|(passage, _)| (std::cmp::Reverse(passage.equal), passage.b.start));
    let mut is_used = vec![false; a.len()];
    passages.retain(|(_, chain)| {
        let mut fresh = 0;
        for used in chain.iter().flat_map(|run| run.a..run.a + run.len) {
            fresh += usize::from(!std::mem::replace(&mut is_used[used], true));
        }
        fresh >= least
    });
    let mut passages: Vec<Passage> = passages.into_iter().map(|(passage, _)| passage).collect();
    passages.sort_unstable_by_key(|passage| passage.b.start);
    passages
}

/// Runs of equal words from a seed on, in the order of the second text, in which they do not overlap.
fn runs(a: &AlignedText, b: &AlignedText) -> Vec<Run> {
    let places = places(a, b);
    let (words_a, words_b) = (a.words(), b.words());
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    while at < places.len() {
        let seeds = &a.seeds[places[at].start as usize..places[at].end as usize];
        let expected = runs.last().map_or(0, |run| run.a + run.len);
        let behind = seeds.partition_point(|&(_, place)| (place as usize) < expected);
        let nearest = seeds[behind..].iter().chain(&seeds[..behind]).take(MOST_PLACES);
        let run = |&(_, place): &(u64, u32)| {
            let place = place as usize;
            let equal = words_a[place..].iter().zip(&words_b[at..]).take_while(|(x, y)| x == y);
            Run { a: place, b: at, len: equal.count() }
        };
        // Of equally long runs the nearest.
        match nearest.map(run).reduce(|best, run| if run.len > best.len { run } else { best }) {
            Some(run) => {
                at += run.len.max(1);
                runs.push(run);
            }
            None => at += 1,
        }
    }
    runs
}

/// For each word of the second text where the seed that begins there stands among the seeds of the first.
fn places(a: &AlignedText, b: &AlignedText) -> Vec<Range<u32>> {
    let mut places = vec![0..0; b.len()];
    let mut rest = b.seeds.as_slice();
    let mut start = 0;
    for same in a.seeds.chunk_by(|x, y| x.0 == y.0) {
        let end = start + same.len() as u32;
        while let Some(&(seed, at)) = rest.first()
            && seed <= same[0].0
        {
            if seed == same[0].0 {
                places[at as usize] = start..end;
            }
            rest = &rest[1..];
        }
        start = end;
    }
    places
}

/// Runs that follow each other closely in both texts, put together.
fn chains(runs: &[Run]) -> Vec<Vec<Run>> {
    let is_close = |end: usize, start: usize| start.checked_sub(end).is_some_and(|gap| gap <= WIDEST_GAP);
    let mut chains: Vec<Vec<Run>> = Vec::new();
    // Chains that a run may still follow, by number; few, since runs do not overlap in the second text.
    let mut open: Vec<usize> = Vec::new();
    for &run in runs {
        let last = |chain: usize| chains[chain][chains[chain].len() - 1];
        open.retain(|&chain| is_close(last(chain).b + last(chain).len, run.b));
        let followed = open.iter().rev().find(|&&chain| is_close(last(chain).a + last(chain).len, run.a));
        if let Some(&chain) = followed {
            chains[chain].push(run);
        } else {
            open.push(chains.len());
            chains.push(vec![run]);
        }
    }
    chains
}

/// Takes words of templates off both ends.
fn trim(a: &AlignedText, b: &AlignedText, chain: &mut Vec<Run>) {
    let is_template = |run: &Run, at: usize| a.is_template[run.a + at] || b.is_template[run.b + at];
    while let Some(run) = chain.last_mut() {
        let kept = (0..run.len).rev().find(|&at| !is_template(run, at));
        match kept {
            Some(last) => {
                run.len = last + 1;
                break;
            }
            None => _ = chain.pop(),
        }
    }
    let first = chain.iter().position(|run| (0..run.len).any(|at| !is_template(run, at)));
    chain.drain(..first.unwrap_or(chain.len()));
    if let Some(run) = chain.first_mut() {
        let cut = (0..run.len).take_while(|&at| is_template(run, at)).count();
        *run = Run { a: run.a + cut, b: run.b + cut, len: run.len - cut };
    }
}

/// Words of a run that stand in no template.
fn own_words(a: &AlignedText, b: &AlignedText, run: &Run) -> usize {
    (0..run.len).filter(|at| !a.is_template[run.a + at] && !b.is_template[run.b + at]).count()
}

#[cfg(test)]
mod tests;
