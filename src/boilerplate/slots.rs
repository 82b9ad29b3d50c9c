//! Words that change while the line stays the same: numbers, dates, times.
//!
//! "35 comments", "Page 3 of 10", "Published 3 hours ago" and "١٥ مارس ٢٠٢١" are each one line of a template with
//! other values in it. Here words get a class; `line.rs` puts one slot in the place of each run of them.
//! The words are in `tables/calendar.tsv`: months (Gregorian, Hijri, Jalali), weekdays, units of time, in some
//! forty languages. One list serves all languages: a page needs no language detection.

use super::filter::Filter;
use super::keys::KeyMap;
use crate::text::words::hash_words;
use std::sync::LazyLock;

/// What a word may be besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A word like any other.
    Plain,
    /// Begins a slot: a number, a month, a weekday.
    Slot,
    /// Belongs to a slot that it stands beside; elsewhere a word like any other: "of", "hours", "ago", "May".
    Beside,
}

const CALENDAR: &str = include_str!("tables/calendar.tsv");

struct Calendar {
    filter: Filter,
    words: KeyMap<u64, Class>,
}

static TABLE: LazyLock<Calendar> = LazyLock::new(|| {
    let mut calendar = Calendar { filter: Filter::new(usize::MAX), words: KeyMap::default() };
    for (class, word) in entries(CALENDAR) {
        let mut hashes = Vec::new();
        hash_words(word, &mut hashes);
        let class = match class {
            "month" | "weekday" => Class::Slot,
            _ => Class::Beside,
        };
        for hash in hashes {
            calendar.filter.insert(hash);
            let known = calendar.words.entry(hash).or_insert(class);
            if class == Class::Beside {
                // A word with two meanings counts only beside a slot.
                *known = class;
            }
        }
    }
    calendar
});

/// Class and word of each entry of the table.
fn entries(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).flat_map(|line| {
        let mut columns = line.split('\t');
        let class = columns.next().unwrap_or_default();
        columns
            .nth(1)
            .unwrap_or_default()
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(move |word| (class, word))
    })
}

/// Puts words into classes.
#[derive(Clone, Copy)]
pub(super) struct Classes(&'static Calendar);

impl Classes {
    pub(super) fn new() -> Self {
        Self(&TABLE)
    }

    /// Whether all of these words, none of which starts with a digit, are like any other; not always told.
    #[inline]
    pub(super) fn are_plain(self, hashes: &[u64]) -> bool {
        !hashes.iter().any(|&hash| self.0.filter.may_have(hash))
    }

    /// The class of a word.
    #[inline]
    pub(super) fn of(self, hash: u64, starts_with_digit: bool) -> Class {
        if starts_with_digit {
            return Class::Slot;
        }
        if !self.0.filter.may_have(hash) {
            return Class::Plain;
        }
        self.0.words.get(&hash).copied().unwrap_or(Class::Plain)
    }
}
