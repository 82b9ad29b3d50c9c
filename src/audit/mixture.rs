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

/// Common words that a chunk has usually, words of a chunk, at least, and chunks of a page, at most.
const CHUNK_COMMON: f32 = 8.0;
const CHUNK_WORDS: usize = 40;
const MOST_CHUNKS: usize = 8;

/// Share of common words at which a site has enough of them to go by.
const FEWEST_COMMON: f32 = 0.05;

/// Of the usual share of common words, the part below which a stretch is looked at again.
const STRANGE: f32 = 0.45;

/// Judges the language of a page.
pub(super) fn judge(page: &PageView<'_>, site: &SiteKnown, words: &mut Vec<u64>, facts: &mut Facts) {
    let Some(usual) = site.language.filter(|_| site.tongue.share >= FEWEST_COMMON) else { return };
    let size = CHUNK_WORDS.max((CHUNK_COMMON / site.tongue.share) as usize);
    let count = (page.words.len() / size).min(MOST_CHUNKS);
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
    let (mut strange, mut others) = (Vec::new(), Vec::new());
    for chunk in chunks {
        words.clear();
        hash_words(chunk, words);
        if is_strange(words) { strange.push(chunk) } else { others.push(chunk) }
    }
    let bytes = |chunks: &[&str]| chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
    let language = agreed(&strange).filter(|&language| language != usual);
    let is_most = 5 * bytes(&strange) >= 4 * page.rest.len();
    facts.found.set_if(Metric::WrongLanguage, language.is_some() && is_most);
    facts.found.set_if(Metric::MixedLanguage, language.is_some() && !is_most && agreed(&others) != language);
}

/// The language of both halves of some text, if they are of one.
fn agreed(chunks: &[&str]) -> Option<Language> {
    let text = chunks.join("\n");
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle += 1;
    }
    let (first, last) = (Language::of(&text[..middle]), Language::of(&text[middle..]));
    first.filter(|_| first == last)
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
