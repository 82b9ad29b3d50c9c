//! How a text ends: which lines behind it are no part of it, and what breaks off.

use super::examine::PageView;
use super::layout::Kept;
use super::prior::last_token;
use super::shape::{End, ends_sentences};
use super::tongue::Tongue;
use crate::boilerplate::lexicon;
use crate::hash::folded_multiply;
use crate::text::words::hash_words;

/// Bytes of a title that is looked for at the end of a text.
const SHORTEST_TITLE: usize = 15;

/// Bytes of an author's name that is a line of its own.
const SHORTEST_NAME: usize = 6;

/// Whether what stands behind the last sentence of a line breaks off only seemingly: it has an address or a handle, begins like a
/// credit, a list of tags or a link, or is the page's own title or author.
pub(super) fn is_credit(line: &str, page: &PageView<'_>) -> bool {
    let (line, title) = (line.trim(), page.title.unwrap_or_default().trim());
    let rest = behind_last_sentence(line);
    let is_title = title.len() >= SHORTEST_TITLE && line.ends_with(title);
    let is_author = page.author.is_some_and(|author| line.len() >= SHORTEST_NAME && author.contains(line));
    is_title || is_author || has_address(rest) || lexicon::kind(rest).is_some()
}

/// What stands behind the last mark that ends a sentence and has a blank behind it.
fn behind_last_sentence(line: &str) -> &str {
    let is_end = |&(at, mark): &(usize, &str)| line[at + mark.len()..].starts_with(char::is_whitespace);
    let last = line.rmatch_indices(ends_sentences).find(is_end);
    last.map_or(line, |(at, mark)| line[at + mark.len()..].trim_start())
}

fn has_address(text: &str) -> bool {
    let is_address = |token: &str| {
        token.contains('@') || token.contains("://") || token.starts_with("www.") || token.contains(".com/")
    };
    text.split_whitespace().any(is_address)
}

/// Whether a line names something and says what it is ("Contributing: …", "سمات: …"), or is in brackets as a whole: such a line behind
/// an article belongs to it, but has no end.
pub(super) fn is_label(line: &str) -> bool {
    const NAME: usize = 24;
    let line = line.trim();
    let is_named =
        line.char_indices().take(NAME).any(|(_, c)| matches!(c, ':' | '：' | '|' | '@' | '©' | '#'));
    let is_bracketed = line.starts_with(['(', '[', '（', '【']) && line.ends_with([')', ']', '）', '】']);
    let is_capital =
        line.len() < 200 && !line.contains(char::is_lowercase) && line.contains(char::is_uppercase);
    is_named || is_bracketed || is_capital
}

/// Whether a line without an end is a heading within an article rather than a headline: an item of a list, or a link that says so.
pub(super) fn is_item(line: &str) -> bool {
    let first = line.trim_start().chars().next();
    first.is_some_and(|c| c.is_numeric() || matches!(c, '*' | '-' | '–' | '—' | '•' | '·' | '>'))
        || is_label(line)
}

/// Whether a short line behind the prose is the beginning of a sentence that breaks off, and no byline, tag or date: it has as many
/// common words as sentences have, where the language has many.
pub(super) fn is_fragment(line: &Kept, text: &str, tongue: &Tongue, words: &mut Vec<u64>) -> bool {
    const MANY: f32 = 0.2;
    let line_text = text[line.range.clone()].trim_start();
    let starts_like_text =
        line_text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '“' | '«' | '„' | '「'));
    if line.is_furniture()
        || line.shape.end != End::Ellipsis
            && (is_label(line_text) || !starts_like_text || line.line.words < 2)
    {
        return false;
    }
    words.clear();
    hash_words(line_text, words);
    line.shape.end == End::Ellipsis
        || tongue.share < MANY
        || 2.0 * tongue.common_share(words, 1) >= tongue.share
}

/// The hash of the last word of a line, if there is one.
pub(super) fn last_word(line: &str, words: &mut Vec<u64>) -> Option<u64> {
    words.clear();
    hash_words(last_token(line), words);
    words.last().copied()
}

/// A key of the last three words of a line: many pages of a site that end alike end with a line of the site.
pub(super) fn tail(line: &str, words: &mut Vec<u64>) -> u32 {
    words.clear();
    let tokens = line.split_whitespace().rev().take(3);
    tokens.for_each(|token| hash_words(token, words));
    words.iter().fold(0, |key, &word| folded_multiply(key ^ word, TAIL)) as u32
}

/// Seed of the keys of line ends.
const TAIL: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_addresses_and_titles_behind_a_text_are_no_broken_sentence() {
        let title = Some("Ferry to Orlen cancelled");
        let page = PageView { title, author: Some("Orlen: Ada Lind"), ..PageView::default() };
        for line in [
            "The bridge stays shut. Follow the harbour desk @harbour_desk",
            "Read or share this story: https://paper.example/a/1",
            "More on our site: Ferry to Orlen cancelled",
            " Ada Lind",
        ] {
            assert!(is_credit(line, &page), "{line}");
        }
        for line in ["The bridge stays shut. The mayor said that the", "The ferry to Orlen cancelled its"] {
            assert!(!is_credit(line, &page), "{line}");
        }
    }
}
