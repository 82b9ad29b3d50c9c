//! An abridgement, an embedded item, or one glued to another?
//!
//! All three put nearly all of a page into a larger one; what the larger has besides tells them apart, by where it
//! stands. News is cut from the end, so an abridgement begins where the whole report begins; an item in a
//! round-up, or behind another item, has foreign words before it. In pairs that were read and judged this held for
//! nearly all (`docs/accuracy.md`, "Passages"). A foreign block at the *end* says little: mostly it is the rest of the
//! report, now and then another item.

use super::align::{AlignedText, LEAST_WORDS, Passage, align};
use crate::similarity::Overlap;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a contained page is to the page that contains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The larger page begins with what the smaller has, and goes on, at its end or in between.
    Abridged,
    /// The larger page has much before the smaller one's text and much behind it.
    Embedded,
    /// The larger page has much before the smaller one's text, and ends with it.
    Glued,
}

impl Kind {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Abridged => "abridged",
            Self::Embedded => "embedded",
            Self::Glued => "glued",
        }
    }
}

/// Words in no template that the larger page has more than the smaller, before or behind what they share, from which they
/// are another item.
pub const LONG_BLOCK: usize = 25;

/// The kind of a contained pair that overlaps so.
pub fn kind_of(overlap: Overlap, a: &AlignedText, b: &AlignedText) -> Kind {
    if overlap.size_a <= overlap.size_b { kind(a, b) } else { kind(b, a) }
}

fn kind(smaller: &AlignedText, larger: &AlignedText) -> Kind {
    let mut passages = align(smaller, larger, LEAST_WORDS);
    if passages.is_empty() {
        // Where edits cut every passage short, the longest piece stands for them.
        passages.extend(align(smaller, larger, 1).into_iter().max_by_key(|piece| piece.equal));
    }
    let extent = |of: fn(&Passage) -> &Range<u32>| -> Option<Range<usize>> {
        let start = passages.iter().map(|passage| of(passage).start).min()?;
        let end = passages.iter().map(|passage| of(passage).end).max()?;
        Some(start as usize..end as usize)
    };
    let (Some(inner), Some(outer)) = (extent(|passage| &passage.a), extent(|passage| &passage.b)) else {
        return Kind::Abridged;
    };
    // A lead in other words stands before both.
    let before = larger.own_words(0..outer.start).saturating_sub(smaller.own_words(0..inner.start));
    let rest = |text: &AlignedText, from: usize| text.own_words(from..text.len());
    let behind = rest(larger, outer.end).saturating_sub(rest(smaller, inner.end));
    match (before >= LONG_BLOCK, behind >= LONG_BLOCK) {
        (false, _) => Kind::Abridged,
        (true, true) => Kind::Embedded,
        (true, false) => Kind::Glued,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shingle::{Ngram, ShingleSet};
    use crate::text::words::PlacedWords;

    fn text(words: impl IntoIterator<Item = u32>) -> AlignedText {
        let words: Vec<String> = words.into_iter().map(|word| format!("w{word}")).collect();
        AlignedText::new(PlacedWords::of(&words.join(" ")), Ngram::DEFAULT, |_| false)
    }

    fn kind_with(before: u32, between: u32, behind: u32) -> Kind {
        let item = text(0..80);
        let page = (1000..1000 + before)
            .chain(0..40)
            .chain(2000..2000 + between)
            .chain(40..80)
            .chain(3000..3000 + behind);
        let page = text(page);
        let set = |text: &AlignedText| ShingleSet::of_words(text.words(), Ngram::DEFAULT);
        let overlap = Overlap::of(&set(&item), &set(&page));
        assert_eq!(kind_of(overlap, &item, &page), kind_of(overlap.swapped(), &page, &item));
        kind_of(overlap, &item, &page)
    }

    #[test]
    fn the_kind_follows_from_what_stands_before_and_behind() {
        assert_eq!(kind_with(0, 0, 200), Kind::Abridged, "cut from the end");
        assert_eq!(kind_with(3, 60, 100), Kind::Abridged, "cut in the middle and at the end");
        assert_eq!(kind_with(LONG_BLOCK as u32 - 1, 0, 100), Kind::Abridged, "a dateline, a lead");
        assert_eq!(kind_with(LONG_BLOCK as u32, 0, LONG_BLOCK as u32), Kind::Embedded);
        assert_eq!(kind_with(200, 0, 300), Kind::Embedded);
        assert_eq!(kind_with(200, 0, 0), Kind::Glued);
        assert_eq!(kind_with(200, 12, LONG_BLOCK as u32 - 1), Kind::Glued);
    }

    #[test]
    fn a_lead_in_other_words_is_no_other_item() {
        let overlap = Overlap { shared: 78, size_a: 118, size_b: 278 };
        let of = |lead: u32| text((lead..lead + 40).chain(0..80));
        let longer = text((2000..2040).chain(0..80).chain(3000..3160));
        assert_eq!(kind_of(overlap, &of(1000), &longer), Kind::Abridged);
    }

    #[test]
    fn pages_that_share_no_run_have_a_kind_as_well() {
        let (a, b) = (text(0..40), text((0..40).rev()));
        let overlap = Overlap { shared: 0, size_a: 38, size_b: 38 };
        assert_eq!(kind_of(overlap, &a, &b), Kind::Abridged);
    }
}
