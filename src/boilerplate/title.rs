//! Titles: which part of a page's title is its headline, and which is the name of the site.
//!
//! Title elements read "Headline | Site" or "Site :: Headline". They are split at such separators; parts that
//! stand on many titles of a site are its name; of what is left, the longest part is the page's own title.

use crate::text::words::hash_words;

/// Characters a title must have to be looked for: a shorter one is found everywhere.
pub(super) const SHORTEST: u16 = 6;

/// Words of a part that are kept.
const LONGEST: usize = 32;

/// Parts of a title that are kept.
const MOST_PARTS: usize = 4;

/// What stands between two parts of a title.
const SEPARATORS: [&str; 14] =
    [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " › ", " / ", "|", "｜", "_"];

/// One part of a page's title.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Hashes of its folded words.
    pub words: Vec<u64>,
    /// Its characters, Han and kana twice.
    pub length: u16,
}

impl Part {
    /// Whether it is long enough to be looked for in lines.
    pub fn is_telling(&self) -> bool {
        self.length >= SHORTEST
    }
}

/// A page's title, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Title {
    parts: Vec<Part>,
}

impl Title {
    /// The parts of a title as it stands in the record.
    pub fn new(title: &str) -> Self {
        let mut pieces = vec![title];
        for separator in SEPARATORS {
            pieces = pieces.into_iter().flat_map(|piece| piece.split(separator)).collect();
        }
        let part = |piece: &str| {
            let mut words = Vec::new();
            hash_words(piece, &mut words);
            words.truncate(LONGEST);
            Part { words, length: super::line::length(piece.as_bytes()) }
        };
        let mut parts: Vec<Part> =
            pieces.into_iter().map(part).filter(|part| !part.words.is_empty()).collect();
        parts.truncate(MOST_PARTS);
        Self { parts }
    }

    /// A title of these parts.
    pub fn from_parts(parts: Vec<Part>) -> Self {
        Self { parts }
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The page's own part: the longest that is not the site's name; the longest of all if there is no other;
    /// none if it is too short to be told from other words.
    pub fn own(&self, is_site_name: impl Fn(&Part) -> bool) -> Option<&Part> {
        let own = self.parts.iter().filter(|part| !is_site_name(part)).max_by_key(|part| part.length);
        own.or_else(|| self.parts.iter().max_by_key(|part| part.length)).filter(|part| part.is_telling())
    }
}
