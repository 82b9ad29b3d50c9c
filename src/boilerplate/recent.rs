//! Lines that were read lately, so that the lines of a template are not taken apart again on every page.
//!
//! Two thirds of the lines of a site's pages have stood on another page before. A table with one place for each hash
//! holds what was made of them; a newer line takes the place of an older one. What is recalled is exactly what reading
//! again would give: the table is told apart by a 64-bit hash whose seed is drawn anew for each reader, so that nobody
//! can prepare two lines that meet.

use super::line::{Line, Words};
use crate::hash::seeded;
use std::hash::{BuildHasher, RandomState};

/// Places, a power of two. With [`Recalled`] of 168 bytes, 704 KiB a reader.
const PLACES: usize = 4096;

/// Longer lines are prose, and hardly ever come back.
const LONGEST: usize = 120;
const MOST_WORDS: usize = 16;

/// What was made of a line.
#[derive(Clone, Copy, Default)]
struct Recalled {
    line: Line,
    /// One bit a word: whether it starts with a digit.
    digits: u16,
    words: u8,
    hashes: [u64; MOST_WORDS],
}

/// See the module.
pub(super) struct RecentLines {
    seed: u64,
    /// The keys of what is remembered at each place; 0 where nothing is. Apart from it, since most look-ups of prose end
    /// here. Empty until the first line comes.
    keys: Vec<u64>,
    places: Vec<Recalled>,
}

impl Default for RecentLines {
    fn default() -> Self {
        Self { seed: RandomState::new().hash_one(0u8), keys: Vec::new(), places: Vec::new() }
    }
}

impl RecentLines {
    /// The key of a line; none if it is too long to be remembered.
    pub(super) fn key(&self, bytes: &[u8]) -> Option<u64> {
        (bytes.len() <= LONGEST).then(|| seeded(bytes, self.seed).max(1))
    }

    /// Where the line of this key is remembered, if it is.
    pub(super) fn find(&self, key: Option<u64>) -> Option<usize> {
        let key = key?;
        let place = key as usize % PLACES;
        (*self.keys.get(place)? == key).then_some(place)
    }

    /// What was made of the line at a place, on a page without phrases of its own in it, and its words; nothing of a
    /// place where none is.
    pub(super) fn at(&self, place: usize) -> (Line, &[u64]) {
        match self.places.get(place) {
            Some(found) => (found.line, &found.hashes[..usize::from(found.words)]),
            None => (Line::default(), &[]),
        }
    }

    /// Gives the words of the line at a place anew.
    pub(super) fn restore(&self, place: usize, words: &mut Words) {
        let (_, hashes) = self.at(place);
        let digits = self.places.get(place).map_or(0, |found| found.digits);
        words.clear();
        (0..).zip(hashes).for_each(|(at, &hash)| words.push(hash, digits >> at & 1 == 1));
    }

    /// Remembers what was made of a line in which there is nothing of its page's own.
    pub(super) fn remember(&mut self, key: Option<u64>, line: &Line, words: &Words) {
        let (Some(key), count @ 0..=MOST_WORDS) = (key, words.hashes.len()) else { return };
        if self.places.is_empty() {
            self.keys.resize(PLACES, 0);
            self.places.resize(PLACES, Recalled::default());
        }
        let numbers = words.marks.iter().filter(|mark| mark.is_digit);
        let place = key as usize % PLACES;
        self.keys[place] = key;
        let remembered = &mut self.places[place];
        remembered.line = *line;
        remembered.digits = numbers.fold(0, |digits, mark| digits | 1 << mark.at);
        remembered.words = count as u8;
        remembered.hashes[..count].copy_from_slice(&words.hashes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::{LineReader, Own};
    use super::super::title::Title;

    #[test]
    fn a_line_read_again_is_what_a_reader_without_memory_makes_of_it() {
        let lines = [
            "",
            "   ",
            "***",
            "Read also",
            "Posted by Ada on 3 May 2021 at 10:41",
            "Ferry to Orlen cancelled",
            "More: Ferry to Orlen cancelled (12)",
            "Write to ada@paper.example or https://paper.example/a/1, @ada",
            "a/b without an address",
            "By Ada Lind, 4 minutes ago",
            "اقرأ أيضا: ٣٥ خبرا",
            "港口渡轮取消 2021年5月3日",
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
        ];
        let pages = [("", None), ("Ferry to Orlen cancelled", Some("Ada Lind")), ("Read also", None)];
        let mut reader = LineReader::default();
        for _ in 0..3 {
            for (title, author) in pages {
                let own = Own::new(&Title::new(title), author);
                for line in lines {
                    let mut fresh = LineReader::default();
                    let expected = fresh.read(line, 0..line.len(), &own);
                    assert_eq!(reader.read(line, 0..line.len(), &own), expected, "{line} of {title}");
                    assert_eq!(reader.words(), fresh.words(), "{line}");
                }
            }
        }
    }
}
