//! Which language is a text in? The only door to `whatlang` (trigrams and scripts, 70 languages), which is asked for the few
//! pages of a site's sample and for pages that look unlike their site.

use whatlang::detect;

/// Bytes of text that are looked at.
const MOST: usize = 1200;

/// Letters that a text must have for an answer.
const FEWEST: usize = 60;

/// A language that Tamis can tell from others, by its ISO 639-3 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(&'static str);

impl Language {
    /// The language of a text, if the answer is a sure one.
    pub fn of(text: &str) -> Option<Self> {
        let text = beginning(text);
        if text.chars().filter(|c| c.is_alphabetic()).take(FEWEST).count() < FEWEST {
            return None;
        }
        detect(text).filter(whatlang::Info::is_reliable).map(|info| Self(info.lang().code()))
    }

    /// Its ISO 639-3 code.
    pub const fn code(self) -> &'static str {
        self.0
    }
}

/// The beginning of a text, cut between characters.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
