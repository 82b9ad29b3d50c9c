//! Pages in another language than their site, or in two.
//!
//! A tenth of the words of any prose, and often a third, are a few common words of its language. A stretch of a page that has hardly any of its
//! site's common words is looked at again: only if the language that it is in can be named, and is another, does it count.

use super::examine::PageView;
use super::facts::Facts;
use super::known::SiteKnown;
use super::languages::Language;
use super::metric::Metric;
use crate::text::words::hash_words;
use std::collections::BTreeMap;

/// Common words that a chunk has usually, words of a chunk, at least, and chunks of a page, at most.
const CHUNK_COMMON: f32 = 12.0;
const CHUNK_WORDS: usize = 40;
const MOST_CHUNKS: usize = 8;

/// Share of common words at which a site has enough of them to go by.
const FEWEST_COMMON: f32 = 0.05;

/// Of the usual share of common words, the part below which a stretch is looked at again.
const STRANGE: f32 = 0.4;

/// Parts of a page that must be in one other language.
const FEWEST_PARTS: usize = 2;

/// Judges the language of a page.
pub(super) fn judge(page: &PageView<'_>, site: &SiteKnown, words: &mut Vec<u64>, facts: &mut Facts) {
    let Some(usual) = site.language.filter(|_| site.tongue.share >= FEWEST_COMMON) else { return };
    let size = CHUNK_WORDS.max((CHUNK_COMMON / site.tongue.share) as usize);
    if 2 * page.words.len() < size {
        return;
    }
    let count = (page.words.len() / size).clamp(1, MOST_CHUNKS);
    facts.asked.set(Metric::WrongLanguage);
    facts.asked.set(Metric::MixedLanguage);
    let least = STRANGE * site.tongue.share;
    let is_strange = |words: &[u64]| {
        // Of a long stretch some words say enough.
        let enough = (2.0 * CHUNK_COMMON / site.tongue.share) as usize;
        site.tongue.common_share(words, words.len() / enough.max(1)) < least
    };
    let size = page.words.len().div_ceil(count);
    if !page.words.chunks(size).any(is_strange) {
        return;
    }
    // In smaller parts, by bytes, so that the text of each is at hand: those that look strange must say what they are, and agree.
    let mut parts = chunks(page.rest, 2 * count);
    parts.retain(|part| {
        words.clear();
        hash_words(part, words);
        is_strange(words)
    });
    let mut foreign: BTreeMap<Language, (usize, usize)> = BTreeMap::new();
    for (asked, part) in parts.iter().enumerate() {
        let most = foreign.values().map(|(_, parts)| *parts).max().unwrap_or_default();
        if most + parts.len() - asked < FEWEST_PARTS {
            return;
        }
        if let Some(language) = Language::of(part).filter(|&language| language != usual) {
            let found = foreign.entry(language).or_default();
            *found = (found.0 + part.len(), found.1 + 1);
        }
    }
    let Some((bytes, parts)) = foreign.into_values().max() else { return };
    let is_most = 2 * bytes >= page.rest.len() && foreign_at(page.rest, usual);
    facts.found.set_if(Metric::WrongLanguage, parts >= FEWEST_PARTS && is_most);
    facts.found.set_if(Metric::MixedLanguage, parts >= FEWEST_PARTS && !is_most);
}

/// Whether a text is in another language at its beginning as well as at its end.
fn foreign_at(text: &str, usual: Language) -> bool {
    let parts = chunks(text, 3);
    [parts.first(), parts.last()].into_iter().flatten().all(|part| Language::of(part) != Some(usual))
}

/// A text in `count` parts of about as many bytes, cut at blanks where there are some.
fn chunks(text: &str, count: usize) -> Vec<&str> {
    let size = text.len().div_ceil(count.max(1)).max(1);
    let mut chunks = Vec::new();
    let mut rest = text;
    while rest.len() > size {
        let mut at = size;
        while !rest.is_char_boundary(at) {
            at += 1;
        }
        let (head, tail) = rest.split_at(at);
        let more = tail.find(char::is_whitespace).filter(|&more| more < size / 4).unwrap_or(0);
        chunks.push(&rest[..head.len() + more]);
        rest = &rest[head.len() + more..];
    }
    chunks.push(rest);
    chunks
}
