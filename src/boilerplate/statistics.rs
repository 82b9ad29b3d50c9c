//! What a site's sampled pages say together: counts over near-duplicate clusters, and nothing else.
//!
//! Each cluster counts once, by its first page, so that an article under ten URLs says what one article says. All
//! counts are of *pages that have it*, never of occurrences. Two lines that follow each other, an affix below the
//! same anchor, the prose between two anchors: each has a count of its own kind in one table.
//!
//! An **anchor** is a line of the template: its template key is on a quarter of the pages. The **slot** of a line
//! is what lies between the nearest anchors above and below it; the start and the end of a page are anchors too.

use super::clusters::Clusters;
use super::filter::Filter;
use super::keys::{KeyMap, KeySet};
use super::line::{Line, chain, key_of};
use super::positions::Positions;
use super::sample::SampledPage;
use super::title::Title;

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
    Affix1,
    /// Pages with just one such line.
    Affix1Once,
    /// Pages with this first word below this anchor.
    Affix1Below,
    /// Pages with this first word above this anchor.
    Affix1Above,
    /// Pages with a line of this shape so many lines below this anchor.
    ShapeBelow,
    /// Pages with a line of this shape so many lines above this anchor.
    ShapeAbove,
    /// Pages with a line that begins with these two words.
    Affix2,
    /// Pages with just one such line.
    AffixOnce,
    /// Pages with a line that begins with these three words.
    Affix3,
    /// Pages with just one such line.
    Affix3Once,
    /// Pages with a line that ends with these two words.
    Suffix2,
    /// Pages with just one such line.
    Suffix2Once,
    /// Pages where a line stands below another.
    PairAbove,
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

/// The anchor above the first line.
pub(super) const START: u32 = 3;
/// The anchor below the last line.
pub(super) const END: u32 = 5;

/// The key, as a neighbour and an anchor, of a page's own title.
pub(super) const HEADLINE: u32 = 7;

/// Lines from an anchor within which shapes are told.
const SHAPE_OFFSET: usize = 6;

/// Share of the pages from which a line is an anchor.
const ANCHOR_SHARE: f32 = 0.25;

/// Share of the pages from which a beginning or an end of lines is a frame, and share of these pages where one line
/// alone has it.
const FRAME_SHARE: f32 = 0.5;
const FRAME_ONCE: f32 = 0.9;

/// A line is not unique if one in so many pages has a line with the same first three words.
const ALIKE: u32 = 5;

/// Clusters from which what one of them alone has is no evidence.
const FEW: u32 = 8;

/// Words of a title's beginning that are told from other words.
pub(super) const SHORTEST_START: usize = 3;

/// Characters from which a unique line counts as prose.
pub(super) const PROSE: u16 = 60;

/// Lower end of the 95 % interval (Wilson 1927) for a share of which `x` of `n` were seen.
pub fn wilson(x: u32, n: u32) -> f32 {
    const Z2: f64 = 1.96 * 1.96;
    if n == 0 {
        return 0.0;
    }
    let (x, n) = (f64::from(x.min(n)), f64::from(n));
    let share = x / n;
    let centre = share + Z2 / (2.0 * n);
    let margin = (Z2 * (share * (1.0 - share) + Z2 / (4.0 * n)) / n).sqrt();
    ((centre - margin) / (1.0 + Z2 / n)).max(0.0) as f32
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    pages: u32,
    /// One more than the number of the page that was counted last.
    last: u32,
}

/// Counts over the clusters of a site's sample.
pub struct SiteStatistics {
    clusters: u32,
    /// Bounds on the share of the other pages, by their number: with all clusters, and without the own one.
    bounds: [Vec<f32>; 2],
    counts: KeyMap<u64, Count>,
    pub(super) positions: KeyMap<u32, Positions>,
    /// Keys of counts of titles, which matter even on one page.
    titles_counted: KeySet<u64>,
    /// Characters of prose between two anchors, and in all.
    prose: KeyMap<u64, f32>,
    pub(super) all_prose: f32,
    /// Titles by their first two words, which most words of a line are not.
    titles: KeyMap<u64, Vec<(u32, Vec<u64>)>>,
    title_starts: Filter,
    /// Sampled page to cluster.
    cluster_of: KeyMap<u64, u32>,
    /// The only cluster that has a line of prose.
    prose_lines: KeyMap<u32, u32>,
}

/// One number for a kind and two keys.
#[inline]
pub(super) const fn count_key(kind: Kind, a: u32, b: u32) -> u64 {
    chain(kind as u64, (a as u64) << 32 | b as u64)
}

impl SiteStatistics {
    /// Counts over `pages`, each cluster once.
    pub fn new(pages: &[SampledPage], clusters: &Clusters) -> Self {
        let firsts = clusters.firsts();
        let mut statistics = Self {
            clusters: firsts.len() as u32,
            bounds: [0, 1].map(|own| {
                let others = (firsts.len() as u32).saturating_sub(own);
                (0..=others).map(|pages| wilson(pages, others)).collect()
            }),
            counts: KeyMap::default(),
            positions: KeyMap::default(),
            titles_counted: KeySet::default(),
            prose: KeyMap::default(),
            all_prose: 0.0,
            titles: KeyMap::default(),
            title_starts: Filter::new(),
            cluster_of: KeyMap::default(),
            prose_lines: KeyMap::default(),
        };
        for (page, &cluster) in pages.iter().zip(clusters.of_pages()) {
            statistics.cluster_of.insert(page.hash, cluster);
        }
        for (number, &page) in (0..).zip(firsts) {
            statistics.count_lines(number, &pages[page as usize]);
        }
        for (number, &page) in (0..).zip(firsts) {
            statistics.count_title(number, &pages[page as usize].title);
        }
        let contexts: Vec<Vec<Context>> = firsts
            .iter()
            .map(|&page| {
                let SampledPage { title, lines, .. } = &pages[page as usize];
                let own: Vec<u32> = statistics.own_titles(title).iter().map(|words| key_of(words)).collect();
                lines.iter().map(|line| statistics.context(line, &own, true)).collect()
            })
            .collect();
        for (number, contexts) in (0..).zip(&contexts) {
            statistics.count_contexts(number, contexts);
        }
        for ((number, &page), contexts) in (0..).zip(firsts).zip(&contexts) {
            statistics.count_slots(number, &pages[page as usize].lines, contexts);
        }
        statistics.forget_what_says_nothing();
        statistics
    }

    /// Counts titles of pages that are not counted otherwise.
    pub(super) fn add_titles<'t>(&mut self, titles: impl Iterator<Item = &'t Title>) {
        for (number, title) in (self.clusters..).zip(titles) {
            self.count_title(number, title);
        }
    }

    /// Takes out what one page of many has: most of the table, and no evidence.
    fn forget_what_says_nothing(&mut self) {
        if self.clusters >= FEW {
            let titles = &self.titles_counted;
            self.counts.retain(|key, count| count.pages > 1 || titles.contains(key));
            self.counts.shrink_to_fit();
        }
    }

    fn count(&mut self, kind: Kind, a: u32, b: u32, page: u32) {
        let count = self.counts.entry(count_key(kind, a, b)).or_default();
        if count.last != page + 1 {
            count.last = page + 1;
            count.pages += 1;
        }
    }

    fn count_lines(&mut self, number: u32, page: &SampledPage) {
        let lines = &page.lines;
        for (at, line) in lines.iter().enumerate() {
            self.count(Kind::Exact, line.exact, 0, number);
            let first = self.counts.get(&count_key(Kind::Template, line.template, 0));
            if first.is_none_or(|count| count.last != number + 1) {
                self.positions.entry(line.template).or_default().add(Positions::of(at, lines.len()));
            }
            self.count(Kind::Template, line.template, 0, number);
        }
        for (kind, once, affix) in AFFIXES {
            let mut keys: Vec<u32> = lines.iter().map(affix).collect();
            keys.sort_unstable();
            for run in keys.chunk_by(|a, b| a == b) {
                self.count(kind, run[0], 0, number);
                if run.len() == 1 {
                    self.count(once, run[0], 0, number);
                }
            }
        }
        for part in page.title.parts() {
            self.count(Kind::TitlePart, key_of(&part.words), 0, number);
        }
    }

    fn count_title(&mut self, number: u32, title: &Title) {
        for words in self.own_titles(title) {
            let mut count = |kind, key| {
                self.count(kind, key, 0, number);
                self.titles_counted.insert(count_key(kind, key, 0));
            };
            count(Kind::Title, key_of(&words));
            for start in SHORTEST_START..words.len() {
                count(Kind::TitleStart, key_of(&words[..start]));
            }
            if let [first, second, ..] = words[..] {
                self.title_starts.insert(chain(first, second));
                self.titles.entry(chain(first, second)).or_default().push((key_of(&words), words));
            }
        }
    }

    fn count_contexts(&mut self, number: u32, contexts: &[Context]) {
        for (at, context) in contexts.iter().enumerate() {
            self.count(Kind::Context, context.key, 0, number);
            if let Some(next) = contexts.get(at + 2) {
                self.count(Kind::Around, context.key, next.key, number);
            }
        }
    }

    fn count_slots(&mut self, number: u32, lines: &[Line], contexts: &[Context]) {
        let is_anchor: Vec<bool> = contexts
            .iter()
            .map(|context| self.is_anchor(self.pages(Kind::Context, context.key, 0, true), true))
            .collect();
        let anchors = nearest_anchors(contexts, &is_anchor);
        for (at, line) in lines.iter().enumerate() {
            let (above, below) = anchors[at];
            let before = at.checked_sub(1).map_or(START, |before| contexts[before].key);
            let after = contexts.get(at + 1).map_or(END, |after| after.key);
            self.count(Kind::PairAbove, before, line.template, number);
            self.count(Kind::PairBelow, line.template, after, number);
            self.count(Kind::Affix1Below, above.key, line.affix1, number);
            self.count(Kind::Affix1Above, line.affix1, below.key, number);
            let place = at + 1;
            if let Some(key) = shape_key(place - above.number, line) {
                self.count(Kind::ShapeBelow, above.key, key, number);
            }
            if let Some(key) = shape_key(below.number - place, line) {
                self.count(Kind::ShapeAbove, key, below.key, number);
            }
            self.count(Kind::AffixBelow, above.key, line.affix2, number);
            self.count(Kind::AffixAbove, line.affix2, below.key, number);
            if self.is_prose(line, contexts[at], true) {
                let length = f32::from(line.length);
                *self.prose.entry(count_key(Kind::SlotProse, above.key, below.key)).or_default() += length;
                self.all_prose += length;
                let own = self.prose_lines.entry(line.exact).or_insert(number);
                if *own != number {
                    *own = u32::MAX;
                }
            }
        }
    }

    /// The number of clusters; without the one of the page that is judged, if that is among them.
    #[inline]
    pub fn others(&self, own: bool) -> u32 {
        self.clusters.saturating_sub(u32::from(own))
    }

    /// Clusters that have it, besides the own one.
    #[inline]
    pub(super) fn pages(&self, kind: Kind, a: u32, b: u32, own: bool) -> u32 {
        let pages = self.counts.get(&count_key(kind, a, b)).map_or(0, |count| count.pages);
        pages.saturating_sub(u32::from(own))
    }

    /// Articles that have a line of this template key.
    pub fn articles_with(&self, template: u32) -> u32 {
        self.counts.get(&count_key(Kind::Template, template, 0)).map_or(1, |count| count.pages)
    }

    /// The lower bound on the share of other pages, of which so many have it.
    #[inline]
    pub(super) fn bound(&self, pages: u32, own: bool) -> f32 {
        let bounds = &self.bounds[usize::from(own)];
        bounds.get(pages as usize).or(bounds.last()).copied().unwrap_or(0.0)
    }

    /// Characters of prose between two anchors.
    #[inline]
    pub(super) fn slot_prose(&self, above: u32, below: u32) -> f32 {
        self.prose.get(&count_key(Kind::SlotProse, above, below)).copied().unwrap_or(0.0)
    }

    /// The titles that begin with these two words, each with its key.
    #[inline]
    pub(super) fn titles_from(&self, first: u64, second: u64) -> &[(u32, Vec<u64>)] {
        let start = chain(first, second);
        let found = if self.title_starts.may_have(start) { self.titles.get(&start) } else { None };
        found.map_or(&[], Vec::as_slice)
    }

    /// The words of a title without the site's name.
    pub(super) fn own_titles(&self, title: &Title) -> Vec<Vec<u64>> {
        let most = (self.clusters / 5).max(1);
        title.own(|part| self.pages(Kind::TitlePart, key_of(&part.words), 0, false) > most)
    }

    /// What a line is known by as a neighbour and an anchor, on a page whose own title has these keys: its template key if
    /// that is an anchor's; else its beginning or end, if that is a frame: if it stands on half of the pages, and just
    /// once on these. So "Posted by Ada on Monday" is the same neighbour on every page.
    #[inline]
    pub(super) fn context(&self, line: &Line, own_titles: &[u32], own: bool) -> Context {
        let pages = self.pages(Kind::Template, line.template, 0, own);
        if own_titles.contains(&line.exact) {
            return Context { key: HEADLINE, pages, framed: 0 };
        }
        let known = Context { key: line.template, pages, framed: 0 };
        if self.is_anchor(pages, own) || self.others(own) < FEW {
            return known;
        }
        let least = (FRAME_SHARE * self.others(own) as f32).ceil() as u32;
        let frame = AFFIXES.iter().find_map(|(kind, once, affix)| {
            let key = affix(line);
            let pages = self.pages(*kind, key, 0, own);
            let is_frame =
                pages >= least && self.pages(*once, key, 0, own) as f32 >= FRAME_ONCE * pages as f32;
            is_frame.then(|| Context { key: count_key(*kind, key, 0) as u32 | 1, pages, framed: pages })
        });
        frame.unwrap_or(known)
    }

    /// Whether a line is on hardly any other page, and begins like few.
    #[inline]
    pub(super) fn is_unique(&self, line: &Line, context: Context, own: bool) -> bool {
        let others = self.others(own);
        let most = if others < 4 { 0 } else { (others / 100).max(1) };
        context.pages <= most && self.pages(Kind::Affix3, line.affix3, 0, own) <= most.max(others / ALIKE)
    }

    /// Whether a line is long, and on hardly any other page, and no other page's title.
    #[inline]
    pub(super) fn is_prose(&self, line: &Line, context: Context, own: bool) -> bool {
        line.length >= PROSE
            && self.is_unique(line, context, own)
            && self.pages(Kind::Title, line.exact, 0, false) == 0
    }

    /// Whether a line stands on a quarter of the other pages, and on two of them if there are two.
    #[inline]
    pub(super) fn is_anchor(&self, pages: u32, own: bool) -> bool {
        let others = self.others(own);
        pages >= 2.min(others).max(1) && pages as f32 >= ANCHOR_SHARE * others as f32
    }

    /// The cluster of a page: its own if it is sampled, else the one that most of its prose is found in.
    pub fn cluster_of(&self, hash: u64, lines: &[Line]) -> Option<u32> {
        if let Some(&cluster) = self.cluster_of.get(&hash) {
            return Some(cluster);
        }
        let mut found: Vec<(u32, u32)> = Vec::new();
        let mut prose = 0;
        for line in lines.iter().filter(|line| line.length >= PROSE) {
            prose += u32::from(line.length);
            let Some(&cluster) = self.prose_lines.get(&line.exact).filter(|&&cluster| cluster != u32::MAX)
            else {
                continue;
            };
            match found.iter_mut().find(|(known, _)| *known == cluster) {
                Some((_, characters)) => *characters += u32::from(line.length),
                None => found.push((cluster, u32::from(line.length))),
            }
        }
        let best =
            found.into_iter().max_by_key(|&(cluster, characters)| (characters, std::cmp::Reverse(cluster)));
        best.filter(|(_, characters)| 2 * characters >= prose).map(|(cluster, _)| cluster)
    }
}

/// An anchor: its key, and the number of its line from 1 on; [`START`] and [`END`] lie outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    pub(super) key: u32,
    pub(super) number: usize,
}

/// What a line is known by as a neighbour and an anchor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) key: u32,
    /// Other pages that have it.
    pub(super) pages: u32,
    /// The same if it is a frame, else 0.
    pub(super) framed: u32,
}

/// A beginning or an end of a line: pages that have it, pages that have it once, its key.
type Affix = (Kind, Kind, fn(&Line) -> u32);

/// What a line may be framed by, the most telling first.
const AFFIXES: [Affix; 4] = [
    (Kind::Affix3, Kind::Affix3Once, |line| line.affix3),
    (Kind::Affix2, Kind::AffixOnce, |line| line.affix2),
    (Kind::Suffix2, Kind::Suffix2Once, |line| line.suffix2),
    (Kind::Affix1, Kind::Affix1Once, |line| line.affix1),
];

/// Shape and distance as one key; none if the anchor is far.
#[inline]
pub(super) fn shape_key(distance: usize, line: &Line) -> Option<u32> {
    (distance <= SHAPE_OFFSET).then(|| (distance as u32) << 16 | u32::from(line.shape))
}

/// The nearest lines above and below each line for which `is_anchor` is set.
pub(super) fn nearest_anchors(lines: &[Context], is_anchor: &[bool]) -> Vec<(Anchor, Anchor)> {
    let outside = Anchor { key: START, number: 0 };
    let end = Anchor { key: END, number: lines.len() + 1 };
    let mut anchors = vec![(outside, end); lines.len()];
    let mut above = outside;
    for (at, &Context { key, .. }) in lines.iter().enumerate() {
        anchors[at].0 = above;
        if is_anchor[at] {
            above = Anchor { key, number: at + 1 };
        }
    }
    let mut below = end;
    for (at, &Context { key, .. }) in lines.iter().enumerate().rev() {
        anchors[at].1 = below;
        if is_anchor[at] {
            below = Anchor { key, number: at + 1 };
        }
    }
    anchors
}
