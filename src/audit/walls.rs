//! Pages that say that there is no article: phrases of error, consent, robot-check and paywall pages.
//!
//! Weak evidence, looked for in short pages only; that one text stands under many addresses says more, and says it in
//! any language (see `summary`). The phrases stand in `tables/walls.tsv`, with a kind and a language each.

use super::phrases::Phrases;
use crate::hash;
use std::sync::LazyLock;

/// Words of the longest page that is looked at.
pub(super) const MOST_WORDS: usize = 200;

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(include_str!("tables/walls.tsv")));

/// Whether a page of these words says that there is no article.
pub(super) fn says_so(words: &[u64]) -> bool {
    words.len() <= MOST_WORDS && PHRASES.find(words).is_some()
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
    use crate::text::words::hash_words;

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
}
