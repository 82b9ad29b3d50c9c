//! Titles: which part of a page's title is its headline, and which is the name of the site.
//!
//! Title elements read "Headline | Site" or "Site :: Headline". They are split at such separators; parts that
//! stand on many titles of a site are its name; what is left is the page's own title. A headline may have a dash of its
//! own, so that the parts that are left are looked for alone and together.

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
        // Most titles have no separator, which one look at their bytes shows.
        let may_separate = title.bytes().fold(false, |found, byte| found | begins_mark(byte));
        for separator in SEPARATORS.into_iter().filter(|separator| may_separate && title.contains(separator))
        {
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

    /// The words of the page's own title, in the forms in which it stands as a line: the longest part that is not the
    /// site's name (the longest of all if there is no other), and all such parts together. None if that is too short
    /// to be told from other words.
    pub fn own(&self, is_site_name: impl Fn(&Part) -> bool) -> Vec<Vec<u64>> {
        let own: Vec<&Part> = self.parts.iter().filter(|part| !is_site_name(part)).collect();
        let longest = own.iter().copied().max_by_key(|part| part.length);
        let longest = longest.or_else(|| self.parts.iter().max_by_key(|part| part.length));
        let mut forms: Vec<Vec<u64>> =
            longest.filter(|part| part.is_telling()).map(|part| part.words.clone()).into_iter().collect();
        if !forms.is_empty() && own.len() > 1 {
            forms.push(joined(own.into_iter()));
        }
        forms
    }

    /// The words of each part that is long enough to be looked for, and of all runs of parts.
    pub(super) fn forms(&self) -> impl Iterator<Item = Vec<u64>> {
        let runs =
            (0..self.parts.len()).flat_map(|from| (from + 1..=self.parts.len()).map(move |to| from..to));
        runs.map(|run| &self.parts[run])
            .filter(|parts| parts.len() > 1 || parts[0].is_telling())
            .map(|parts| joined(parts.iter()))
    }
}

/// Whether the mark of a separator begins with this byte.
const fn begins_mark(byte: u8) -> bool {
    matches!(byte, b'|' | b'_' | b'-' | b':' | b'/' | 0xC2 | 0xE2 | 0xEF)
}

/// The words of several parts, one after the other.
fn joined<'p>(parts: impl Iterator<Item = &'p Part>) -> Vec<u64> {
    parts.flat_map(|part| &part.words).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separator_parts_a_title() {
        for separator in SEPARATORS {
            assert!(separator.trim().bytes().any(begins_mark), "{separator}");
            assert_eq!(Title::new(&format!("Ferry{separator}Paper")).parts().len(), 2, "{separator}");
        }
        assert_eq!(Title::new("Ferry to Orlen, again").parts().len(), 1);
    }
}
