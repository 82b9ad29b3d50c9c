//! How the prose of a site is written, in any language: which words are common, which of them never end a sentence,
//! and how much two passages of one article have in common.

use super::keys::{KeySet, key};
use super::prior::{MOST_WORDS, SampledPage};
use std::collections::BTreeSet;

/// Words of a passage that are compared with another passage.
pub(super) const PASSAGE: usize = MOST_WORDS / 2;

/// Content words that a passage must have to be compared.
const FEWEST_CONTENT: usize = 24;

/// Times that a common word would stand at the end of a sentence if it were a word like others; from so many on it says something
/// that it never does.
const EXPECTED_ENDS: f32 = 2.0;

/// How prose is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Tongue {
    /// Words on half of the pages.
    pub(super) common: KeySet,
    /// Words on a sixth of the pages: they say little about one.
    pub(super) frequent: KeySet,
    /// Of the common ones, words that never end a sentence.
    pub(super) never_last: KeySet,
    /// Share of all words that never end a sentence: how often a text that is cut at any word ends in one.
    pub(super) never_last_share: f32,
    /// Share of a page's words that are common, usually.
    pub(super) share: f32,
    /// Share of the content words of half a passage that stand in its other half, usually; none if that is not known.
    pub(super) cohesion: Option<f32>,
    /// The same of passages of different pages.
    pub(super) chance: f32,
}

/// On how many of some pages a word stands, and how often.
struct Count {
    word: u32,
    pages: usize,
    times: usize,
}

impl Count {
    /// Of all words of these pages.
    fn of(pages: &[&SampledPage]) -> Vec<Self> {
        let on_page = |(number, page): (usize, &&SampledPage)| {
            page.words.iter().map(|&word| (word, number)).collect::<Vec<_>>()
        };
        let mut words: Vec<(u32, usize)> = pages.iter().enumerate().flat_map(on_page).collect();
        words.sort_unstable();
        let count = |places: &[(u32, usize)]| Self {
            word: places[0].0,
            pages: places.chunk_by(|a, b| a == b).count(),
            times: places.len(),
        };
        words.chunk_by(|a, b| a.0 == b.0).map(count).collect()
    }
}

impl Tongue {
    /// What these pages have in common.
    pub(super) fn of(pages: &[&SampledPage]) -> Self {
        let pages: Vec<&SampledPage> = pages.iter().copied().filter(|page| page.words.len() >= 20).collect();
        if pages.is_empty() {
            return Self::default();
        }
        let counts = Count::of(&pages);
        let ends: BTreeSet<u32> = pages.iter().flat_map(|page| page.ends.iter().copied()).collect();
        let all_words: usize = counts.iter().map(|count| count.times).sum();
        let all_ends: usize = pages.iter().map(|page| page.ends.len()).sum();
        let rate = all_ends as f32 / all_words as f32;
        let is_common = |count: &&Count| 2 * count.pages >= pages.len();
        let is_never_last = |count: &&Count| {
            is_common(count) && !ends.contains(&count.word) && count.times as f32 * rate >= EXPECTED_ENDS
        };
        let never_last = || counts.iter().filter(is_never_last);
        let never_last_share = never_last().map(|count| count.times).sum::<usize>() as f32 / all_words as f32;
        let enough = (pages.len() / 6).max(3);
        let set = |counts: &mut dyn Iterator<Item = &Count>| {
            KeySet::new(counts.map(|count| count.word).collect::<Vec<u32>>().into_iter())
        };
        let common = set(&mut counts.iter().filter(is_common));
        let share = |page: &&SampledPage| {
            page.words.iter().filter(|&&word| common.has(word)).count() as f32 / page.words.len() as f32
        };
        let share = median(pages.iter().map(share).collect()).unwrap_or_default();
        let mut tongue = Self {
            common,
            frequent: set(&mut counts.iter().filter(|count| count.pages >= enough)),
            never_last: set(&mut never_last()),
            share,
            never_last_share,
            ..Self::default()
        };
        tongue.learn_cohesion(&pages);
        tongue
    }

    /// Bytes that it takes, about.
    pub(super) const fn bytes(&self) -> usize {
        size_of::<Self>() + self.common.bytes() + self.frequent.bytes() + self.never_last.bytes()
    }

    fn learn_cohesion(&mut self, pages: &[&SampledPage]) {
        let long: Vec<&[u32]> = pages
            .iter()
            .map(|page| page.words.as_slice())
            .filter(|words| words.len() == MOST_WORDS)
            .collect();
        let own = long.iter().filter_map(|words| self.shared(&words[..PASSAGE], &words[PASSAGE..])).collect();
        let others = long.iter().zip(long.iter().cycle().skip(1));
        let chance = others.filter_map(|(a, b)| self.shared(&a[..PASSAGE], &b[PASSAGE..])).collect();
        if long.len() >= 4 {
            self.cohesion = median(own);
            self.chance = median(chance).unwrap_or_default();
        }
    }

    /// Share of the content words of the smaller passage that stand in the other one.
    pub(super) fn shared(&self, a: &[u32], b: &[u32]) -> Option<f32> {
        let content = |words: &[u32]| {
            let mut words: Vec<u32> =
                words.iter().copied().filter(|&word| !self.frequent.has(word)).collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        let (a, b) = (content(a), content(b));
        let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let shared = small.iter().filter(|word| large.binary_search(word).is_ok()).count();
        (small.len() >= FEWEST_CONTENT).then(|| shared as f32 / small.len() as f32)
    }

    /// Share of words that are common; `step` words apart.
    pub(super) fn common_share(&self, words: &[u64], step: usize) -> f32 {
        let some = words.iter().step_by(step.max(1));
        let of = some.len().max(1);
        some.filter(|&&word| self.common.has(key(word))).count() as f32 / of as f32
    }
}

/// The middle one of some numbers.
pub(super) fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_unstable_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}
