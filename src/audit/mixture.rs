//! Pages in another language than their site, or in two.
//!
//! Half of the words of any prose are a hundred common words of its language. A stretch of a page that has hardly any of its
//! site's common words is looked at again: only if the language that it is in can be named, and is another, does it count.

use super::examine::PageView;
use super::facts::Facts;
use super::known::SiteKnown;
use super::languages::Language;
use super::metric::Metric;
use crate::text::words::hash_words;

/// Words of a chunk, at least, and chunks of a page, at most.
const CHUNK_WORDS: usize = 40;
const MOST_CHUNKS: usize = 8;

/// Share of common words at which a site has enough of them to go by.
const FEWEST_COMMON: f32 = 0.15;

/// Of the usual share of common words, the part below which a stretch is looked at again.
const STRANGE: f32 = 0.45;

/// Judges the language of a page.
pub(super) fn judge(page: &PageView<'_>, site: &SiteKnown, words: &mut Vec<u64>, facts: &mut Facts) {
    let Some(usual) = site.language.filter(|_| site.tongue.share >= FEWEST_COMMON) else { return };
    let count = (page.words.len() / CHUNK_WORDS).min(MOST_CHUNKS);
    if count < 2 {
        return;
    }
    facts.asked.set(Metric::WrongLanguage);
    facts.asked.set(Metric::MixedLanguage);
    let least = STRANGE * site.tongue.share;
    let is_strange = |words: &[u64]| site.tongue.common_share(words) < least;
    let size = page.words.len().div_ceil(count);
    if !page.words.chunks(size).any(is_strange) {
        return;
    }
    // The same by bytes, so that the text of each chunk is at hand.
    let chunks = chunks(page.rest, count);
    let (mut strange, mut other) = (String::new(), String::new());
    let mut halves = Vec::new();
    for chunk in &chunks {
        words.clear();
        hash_words(chunk, words);
        let is_strange = is_strange(words);
        let side = if is_strange { &mut strange } else { &mut other };
        side.push_str(chunk);
        side.push('\n');
        if is_strange {
            halves.push(*chunk);
        }
    }
    let foreign = |text: &str| Language::of(text).filter(|&language| language != usual);
    if 10 * other.len() < page.rest.len() || other.is_empty() {
        // Disjoint parts must agree.
        let (first, last) = halves.split_at(halves.len() / 2);
        let (first, last) = (foreign(&first.concat()), foreign(&last.concat()));
        facts.found.set_if(Metric::WrongLanguage, first.is_some() && first == last);
        return;
    }
    let language = foreign(&strange);
    let is_wrong = language.is_some() && 5 * strange.len() >= 4 * page.rest.len();
    facts.found.set_if(Metric::WrongLanguage, is_wrong);
    facts
        .found
        .set_if(Metric::MixedLanguage, language.is_some() && !is_wrong && Language::of(&other) != language);
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
