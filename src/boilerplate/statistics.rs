//! What a site's sampled pages say together: counts over near-duplicate clusters, and nothing else.
//!
//! Each cluster counts once, by its first page, so that an article under ten URLs says what one article says. All
//! counts are of *pages that have it*, never of occurrences, but for those of lines, by which it is told what chance explains. Two lines that follow each other, an affix below the
//! same anchor, the prose between two anchors: each has a count of its own kind in one table.
//!
//! An **anchor** is a line of the template: its template key is on a quarter of the pages. The **slot** of a line
//! is what lies between the nearest anchors above and below it; the start and the end of a page are anchors too.

use super::anchors::{Context, END, HEADLINE, START, nearest_anchors};
use super::bounds::wilson;
use super::clusters::Clusters;
use super::counts::{
    AFFIX1, AFFIX2, AFFIX3, AFFIXES, Affix, AffixPages, Count, Kind, Known, SUFFIX2, count_key, shape_key,
};
use super::filter::Filter;
use super::keys::{KeyMap, KeySet, table_bytes};
use super::line::{Line, chain, key_of};
use super::positions::Positions;
use super::sample::SampledPage;
use super::title::Title;

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

/// Words of a line in which titles are looked for, at most, and words of a title that must be found if it is cut off.
const COVER_WORDS: usize = 48;
const CUT_TITLE: usize = 4;

/// Characters from which a unique line counts as prose.
pub(super) const PROSE: u16 = 60;

/// Shares that differ by less are one: the bound on a share of which none was seen is not always exactly zero.
const NOTHING: f32 = 1e-6;

/// Whether a share of pages is more than chance makes it, where a page has so many lines, of which each has it by chance
/// with this probability.
#[inline]
pub(super) fn is_beyond_chance(share: f32, probability: f32, lines: i32) -> bool {
    let chance = 1.0 - (1.0 - probability).max(0.0).powi(lines);
    share - chance > NOTHING
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
    /// Lines, and those from below an anchor to the next one, and from one to above it, with the one that they end at; by its key.
    pub(super) lines: u32,
    slot_lines: KeyMap<u32, [u32; 2]>,
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
            lines: 0,
            slot_lines: KeyMap::default(),
            prose: KeyMap::default(),
            all_prose: 0.0,
            titles: KeyMap::default(),
            title_starts: Filter::new(pages.len()),
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
                let context = |line: &Line| {
                    let pages = statistics.pages(Kind::Template, line.template, 0, true);
                    statistics.context(line, pages, |affix| statistics.affix(affix, line, true), &own, true)
                };
                lines.iter().map(context).collect()
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

    /// Bytes that it takes, about.
    pub fn bytes(&self) -> u64 {
        let titles = self.titles.values().flatten().map(|(_, words)| 8 * words.len() + 32).sum::<usize>();
        let bounds = self.bounds.iter().map(Vec::len).sum::<usize>();
        let tables = table_bytes(&self.counts)
            + table_bytes(&self.positions)
            + table_bytes(&self.prose)
            + table_bytes(&self.slot_lines);
        let of_pages =
            table_bytes(&self.cluster_of) + table_bytes(&self.prose_lines) + table_bytes(&self.titles);
        let keys = self.titles_counted.capacity() * size_of::<u64>();
        (size_of::<Self>() + tables + of_pages + keys + titles + 4 * bounds + self.title_starts.bytes())
            as u64
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
            self.counts.retain(|key, count| {
                count.once = if count.once > 1 { count.once } else { 0 };
                count.pages > 1 || titles.contains(key)
            });
            self.counts.shrink_to_fit();
        }
        self.positions.retain(|_, positions| positions.are_several());
        self.positions.shrink_to_fit();
    }

    fn count(&mut self, kind: Kind, a: u32, b: u32, page: u32) -> &mut Count {
        let count = self.counts.entry(count_key(kind, a, b)).or_default();
        count.add(page);
        count
    }

    fn count_lines(&mut self, number: u32, page: &SampledPage) {
        let lines = &page.lines;
        self.lines += lines.len() as u32;
        for (at, line) in lines.iter().enumerate() {
            self.count(Kind::Exact, line.exact, 0, number);
            let first = self.counts.get(&count_key(Kind::Template, line.template, 0));
            if first.is_none_or(|count| !count.has(number)) {
                self.positions.entry(line.template).or_default().add(Positions::of(at, lines.len()));
            }
            self.count(Kind::Template, line.template, 0, number);
        }
        for Affix { kind, key } in AFFIXES {
            let mut keys: Vec<u32> = lines.iter().map(key).collect();
            keys.sort_unstable();
            for run in keys.chunk_by(|a, b| a == b) {
                let count = self.count(kind, run[0], 0, number);
                count.once = count.once.saturating_add(u16::from(run.len() == 1));
                count.lines = count.lines.saturating_add(u16::try_from(run.len()).unwrap_or(u16::MAX));
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
        let mut anchors = Vec::new();
        nearest_anchors(contexts, |at| is_anchor[at], &mut anchors);
        for (at, line) in lines.iter().enumerate() {
            let (above, below) = anchors[at];
            self.slot_lines.entry(above.key).or_default()[0] += 1;
            self.slot_lines.entry(below.key).or_default()[1] += 1;
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
            let is_unique = || self.is_unique(self.affix(AFFIX3, line, true).others, contexts[at], true);
            if line.length >= PROSE && is_unique() && self.pages(Kind::Title, line.exact, 0, false) == 0 {
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
        let pages = self.counts.get(&count_key(kind, a, b)).map_or(0, |count| u32::from(count.pages));
        pages.saturating_sub(u32::from(own))
    }

    /// Other pages with an affix of a line, by its number among [`AFFIXES`].
    #[inline]
    fn affix(&self, number: usize, line: &Line, own: bool) -> AffixPages {
        let Affix { kind, key } = AFFIXES[number];
        let count = self.counts.get(&count_key(kind, key(line), 0)).copied().unwrap_or_default();
        let others = u32::from(count.pages).saturating_sub(u32::from(own));
        AffixPages { others, once: u32::from(count.once), lines: u32::from(count.lines) }
    }

    /// What is known of a line wherever it stands.
    #[inline]
    pub(super) fn known(&self, line: &Line, own: bool) -> Known {
        let template = self.pages(Kind::Template, line.template, 0, own);
        let mut affixes = [AffixPages::default(); AFFIXES.len()];
        affixes[SUFFIX2] = self.affix(SUFFIX2, line, own);
        // No more pages have three words than have the first two of them.
        for number in [AFFIX1, AFFIX2, AFFIX3] {
            affixes[number] = self.affix(number, line, own);
            if affixes[number].others == 0 {
                break;
            }
        }
        Known { template, affixes }
    }

    /// Articles that have a line of this template key.
    pub fn articles_with(&self, template: u32) -> u32 {
        self.counts.get(&count_key(Kind::Template, template, 0)).map_or(1, |count| u32::from(count.pages))
    }

    /// The lower bound on the share of other pages, of which so many have it.
    #[inline]
    pub(super) fn bound(&self, pages: u32, own: bool) -> f32 {
        let bounds = &self.bounds[usize::from(own)];
        bounds.get(pages as usize).or(bounds.last()).copied().unwrap_or(0.0)
    }

    /// Lines from below an anchor to the next one, and from the one before to above it, with the other one.
    #[inline]
    pub(super) fn slot_lines(&self, anchor: u32) -> [u32; 2] {
        self.slot_lines.get(&anchor).copied().unwrap_or_default()
    }

    /// Characters of prose between two anchors.
    #[inline]
    pub(super) fn slot_prose(&self, above: u32, below: u32) -> f32 {
        self.prose.get(&count_key(Kind::SlotProse, above, below)).copied().unwrap_or(0.0)
    }

    /// Share of a line's words that titles cover, but for the `own` ones; a title may be cut off after some words.
    pub(super) fn title_cover(&self, words: &[u64], own: &[u32]) -> f32 {
        if words.len() > COVER_WORDS {
            return 0.0;
        }
        let mut covered = 0;
        let mut at = 0;
        while at + 1 < words.len() {
            let same = |title: &Vec<u64>| title.iter().zip(&words[at..]).take_while(|(a, b)| a == b).count();
            let titles = self.titles_from(words[at], words[at + 1]).iter();
            let fits =
                titles.filter(|(key, _)| !own.contains(key)).map(|(_, title)| (same(title), title.len()));
            let found =
                fits.filter(|&(same, all)| same == all || same >= CUT_TITLE).map(|(same, _)| same).max();
            covered += found.unwrap_or(0);
            at += found.unwrap_or(1);
        }
        covered as f32 / words.len().max(1) as f32
    }

    /// The titles that begin with these two words, each with its key.
    #[inline]
    fn titles_from(&self, first: u64, second: u64) -> &[(u32, Vec<u64>)] {
        let start = chain(first, second);
        let found = if self.title_starts.may_have(start) { self.titles.get(&start) } else { None };
        found.map_or(&[], Vec::as_slice)
    }

    /// The words of a title without the site's name.
    pub(super) fn own_titles(&self, title: &Title) -> Vec<Vec<u64>> {
        let most = (self.clusters / 5).max(1);
        title.own(|part| self.pages(Kind::TitlePart, key_of(&part.words), 0, false) > most)
    }

    /// What a line that `pages` others have, and its affixes so many, is known by as a neighbour and an anchor, on a page
    /// whose own title has these keys: its template key if
    /// that is an anchor's; else its beginning or end, if that is a frame: if it stands on half of the pages, and just
    /// once on these. So "Posted by Ada on Monday" is the same neighbour on every page.
    #[inline]
    pub(super) fn context(
        &self,
        line: &Line,
        pages: u32,
        affix: impl Fn(usize) -> AffixPages,
        own_titles: &[u32],
        own: bool,
    ) -> Context {
        if own_titles.contains(&line.exact) {
            return Context { key: HEADLINE, pages, framed: 0 };
        }
        let known = Context { key: line.template, pages, framed: 0 };
        if self.is_anchor(pages, own) || self.others(own) < FEW {
            return known;
        }
        let least = (FRAME_SHARE * self.others(own) as f32).ceil() as u32;
        let frame = (0..).zip(AFFIXES).find_map(|(number, Affix { kind, key })| {
            let AffixPages { others: pages, once, .. } = affix(number);
            let once = once.saturating_sub(u32::from(own));
            let is_frame = pages >= least && once as f32 >= FRAME_ONCE * pages as f32;
            is_frame.then(|| Context { key: count_key(kind, key(line), 0) as u32 | 1, pages, framed: pages })
        });
        frame.unwrap_or(known)
    }

    /// Whether a line is on hardly any other page, and begins like few: so many have its first three words.
    #[inline]
    pub(super) fn is_unique(&self, affix3: u32, context: Context, own: bool) -> bool {
        let others = self.others(own);
        let most = if others < 4 { 0 } else { (others / 100).max(1) };
        context.pages <= most && affix3 <= most.max(others / ALIKE)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_page_has_is_never_beyond_chance() {
        for pages in 1..=512 {
            assert!(!is_beyond_chance(wilson(0, pages), 0.0, 1), "of {pages}");
        }
        assert!(is_beyond_chance(wilson(40, 40), 1.0 / 30.0, 1));
        assert!(is_beyond_chance(wilson(40, 40), 1.0 / 30.0, 30));
        assert!(!is_beyond_chance(wilson(40, 40), 0.1, 30));
    }
}
