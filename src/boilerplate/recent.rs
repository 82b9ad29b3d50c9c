//! Lines that were read lately, so that the lines of a template are not taken apart again on every page.
//!
//! Two thirds of the lines of a site's pages have stood on another page before. A table with one place for each hash
//! holds what was made of them; a newer line takes the place of an older one. What is recalled is exactly what reading
//! again would give: the table is told apart by a 64-bit hash whose seed is drawn anew for each reader, so that nobody
//! can prepare two lines that meet.

use super::line::{Line, Words};
use crate::hash::seeded;
use std::hash::{BuildHasher, RandomState};

/// Places, a power of two. With [`Recalled`] of 176 bytes, 704 KiB a reader.
const PLACES: usize = 4096;

/// Longer lines are prose, and hardly ever come back.
const LONGEST: usize = 120;
const MOST_WORDS: usize = 16;

/// What was made of a line.
#[derive(Clone, Copy)]
struct Recalled {
    key: u64,
    line: Line,
    slots: u16,
    words: u8,
    hashes: [u64; MOST_WORDS],
}

/// See the module.
pub(super) struct RecentLines {
    seed: u64,
    /// Empty until the first line comes.
    places: Vec<Option<Recalled>>,
}

impl Default for RecentLines {
    fn default() -> Self {
        Self { seed: RandomState::new().hash_one(0u8), places: Vec::new() }
    }
}

impl RecentLines {
    /// The key of a line; none if it is too long to be remembered.
    pub(super) fn key(&self, bytes: &[u8]) -> Option<u64> {
        (bytes.len() <= LONGEST).then(|| seeded(bytes, self.seed))
    }

    /// What was made of the line of this key on a page without phrases of its own in it, and its words.
    pub(super) fn recall(&self, key: Option<u64>, words: &mut Words) -> Option<Line> {
        let key = key?;
        let found = self.places.get(key as usize % PLACES)?.as_ref().filter(|found| found.key == key)?;
        let count = usize::from(found.words);
        words.hashes.clear();
        words.hashes.extend_from_slice(&found.hashes[..count]);
        words.slots.clear();
        words.slots.extend((0..count).map(|at| found.slots >> at & 1 == 1));
        Some(found.line)
    }

    /// Remembers what was made of a line in which there is nothing of its page's own.
    pub(super) fn remember(&mut self, key: Option<u64>, line: &Line, words: &Words) {
        let (Some(key), count @ 0..=MOST_WORDS) = (key, words.hashes.len()) else { return };
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let mut hashes = [0; MOST_WORDS];
        hashes[..count].copy_from_slice(&words.hashes);
        let slots = words.slots.iter().rev().fold(0, |slots, &slot| slots << 1 | u16::from(slot));
        self.places[key as usize % PLACES] =
            Some(Recalled { key, line: *line, slots, words: count as u8, hashes });
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
