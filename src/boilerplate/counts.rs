//! What is counted of the lines of a site's pages, and under which key.

use super::line::{Line, chain};

/// What a count is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Kind {
    /// Pages with an exact key.
    Exact = 1,
    /// Pages with a template key.
    Template,
    /// Pages with a template key, where the page's own title counts as one.
    Context,
    /// Pages with a line that begins with this word.
    Affix1 = 4,
    /// Pages with this first word below this anchor.
    Affix1Below = 6,
    /// Pages with this first word above this anchor.
    Affix1Above,
    /// Pages with a line of this shape so many lines below this anchor.
    ShapeBelow,
    /// Pages with a line of this shape so many lines above this anchor.
    ShapeAbove,
    /// Pages with a line that begins with these two words.
    Affix2 = 10,
    /// Pages with a line that begins with these three words.
    Affix3 = 12,
    /// Pages with a line that ends with these two words.
    Suffix2 = 14,
    /// Pages where a line stands below another.
    PairAbove = 16,
    /// Pages where a line stands above another.
    PairBelow,
    /// Pages where two template keys stand with one line between them.
    Around,
    /// Pages with these two first words below this anchor.
    AffixBelow,
    /// Pages with these two first words above this anchor.
    AffixAbove,
    /// Not counted by pages: names the slot between two anchors in the sums of prose.
    SlotProse,
    /// Pages with this title.
    Title,
    /// Pages whose title begins so.
    TitleStart,
    /// Pages with this part in their title.
    TitlePart,
}

/// Lines from an anchor within which shapes are told.
const SHAPE_OFFSET: usize = 6;

/// One number for a kind and two keys.
///
/// The kind and the second key share bits, so two keys that are no hashes meet others: a line above the headline counts
/// as a [`Kind::Title`] of that template key, and a word that begins a line of the last slot as a [`Kind::Template`].
/// The model was fitted on these counts.
#[inline]
pub(super) const fn count_key(kind: Kind, a: u32, b: u32) -> u64 {
    chain(kind as u64, (a as u64) << 32 | b as u64)
}

/// Pages that have something; a sample has a few hundred.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) pages: u16,
    /// Of these, those that have it just once; counted of affixes only.
    pub(super) once: u16,
    /// Lines that have it; counted of affixes only.
    pub(super) lines: u16,
    /// Which page was counted last, as [`Count::mark`] has it.
    last: u16,
}

impl Count {
    /// What tells a page from the one counted before it, and from none.
    const fn mark(page: u32) -> u16 {
        (page % u16::MAX as u32) as u16 + 1
    }

    /// Whether this page was the last one counted.
    pub(super) const fn has(self, page: u32) -> bool {
        self.last == Self::mark(page)
    }

    /// Counts a page, unless it was the last one counted.
    pub(super) const fn add(&mut self, page: u32) {
        if !self.has(page) {
            self.last = Self::mark(page);
            self.pages = self.pages.saturating_add(1);
        }
    }
}

/// Pages that have a line which begins or ends so.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AffixPages {
    /// Other pages.
    pub(super) others: u32,
    /// Pages, the own one with them, that have just one.
    pub(super) once: u32,
    /// Such lines, those of the own page with them.
    pub(super) lines: u32,
}

/// Other pages that have a line, or one that begins or ends so; the same wherever it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) template: u32,
    /// In the order of [`AFFIXES`].
    pub(super) affixes: [AffixPages; AFFIXES.len()],
}

/// A beginning or an end of a line.
#[derive(Clone, Copy)]
pub(super) struct Affix {
    /// Pages that have it.
    pub(super) kind: Kind,
    pub(super) key: fn(&Line) -> u32,
}

/// What a line may be framed by, the most telling first.
pub(super) const AFFIXES: [Affix; 4] = [
    Affix { kind: Kind::Affix3, key: |line| line.affix3 },
    Affix { kind: Kind::Affix2, key: |line| line.affix2 },
    Affix { kind: Kind::Suffix2, key: |line| line.suffix2 },
    Affix { kind: Kind::Affix1, key: |line| line.affix1 },
];

/// Numbers among [`AFFIXES`].
pub(super) const AFFIX3: usize = 0;
pub(super) const AFFIX2: usize = 1;
pub(super) const SUFFIX2: usize = 2;
pub(super) const AFFIX1: usize = 3;

/// Shape and distance as one key; none if the anchor is far.
#[inline]
pub(super) fn shape_key(distance: usize, line: &Line) -> Option<u32> {
    (distance <= SHAPE_OFFSET).then(|| (distance as u32) << 16 | u32::from(line.shape))
}
