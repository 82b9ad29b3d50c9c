//! How a page is laid out, seen from its site: which lines are anchors, prose, titles, and where its own text stands.
//!
//! Each line is looked up once; the evidence is then gathered from what stands here. All counts are of the site's
//! *other* pages.

use super::anchors::{Anchor, Context, nearest_anchors};
use super::counts::{AFFIX3, Kind, Known, count_key};
use super::guards::Standing;
use super::line::{Line, key_of};
use super::positions::Positions;
use super::sample::MOST_LINES;
use super::statistics::{PROSE, SHORTEST_START, SiteStatistics};
use super::title;
use std::ops::Range;

/// Characters below which a line is short.
pub(super) const SHORT: u16 = 40;

/// Share of pages from which a line is part of a block.
const FREQUENT: f32 = 0.2;

/// Characters that the beginning of a title must have to be known again.
const SHORTEST_START_LENGTH: u16 = 12;

/// A page's lines as its site sees them; one entry a line, unless said otherwise.
#[derive(Default)]
pub(super) struct Layout {
    /// Whether the page, or another one with its article, is among those counted.
    pub(super) own: bool,
    /// Other articles.
    pub(super) others: u32,
    /// Words of the page's own title, in all its forms, and the keys of these.
    titles: Vec<Vec<u64>>,
    title_keys: Vec<u32>,
    /// What is known of each line wherever it stands.
    pub(super) known: Vec<Known>,
    /// What each line is known by as a neighbour and an anchor.
    pub(super) context: Vec<Context>,
    /// Other pages that have a line known by that.
    context_pages: Vec<u32>,
    /// Share of the other pages that have that.
    pub(super) share: Vec<f32>,
    /// The nearest anchors above and below.
    pub(super) anchors: Vec<(Anchor, Anchor)>,
    /// On hardly any other page.
    pub(super) is_unique: Vec<bool>,
    /// Unique, long, no title.
    pub(super) is_prose: Vec<bool>,
    /// Another page's title, or the beginning of one.
    pub(super) is_title: Vec<bool>,
    /// Lines to the nearest line of prose.
    pub(super) to_prose: Vec<usize>,
    /// Length of the run of frequent lines that it is in.
    pub(super) block: Vec<usize>,
    /// Length of the run of short lines that it is in.
    pub(super) short_run: Vec<usize>,
    /// The stretch of lines where the page's own text stands.
    pub(super) core: Range<usize>,
    /// The line where the page's own title is its headline.
    pub(super) headline: Option<usize>,
    /// Characters of prose.
    pub(super) prose: f32,
    /// Characters of prose by slot, as they were counted of this page; not by line.
    own_prose: Vec<(u64, f32)>,
    /// Template keys with their lines, sorted; affixes, and anchors, of each line, sorted; if this page was counted.
    places: Vec<(u32, usize)>,
    affixes1: Vec<u32>,
    affixes2: Vec<u32>,
    anchors_above: Vec<u32>,
    anchors_below: Vec<u32>,
}

impl Layout {
    /// Lays a page out.
    pub(super) fn lay_out(
        &mut self,
        site: &SiteStatistics,
        hash: u64,
        lines: &[Line],
        titles: Vec<Vec<u64>>,
    ) {
        self.own = site.cluster_of(hash, lines).is_some();
        self.others = site.others(self.own);
        self.titles = titles;
        self.title_keys.clear();
        self.title_keys.extend(self.titles.iter().map(|words| key_of(words)));
        self.look_up(site, lines);
        self.core = core(lines, &self.is_unique, &self.share);
        // Of several places where the title stands, the headline is the last one above the text.
        let is_own = |line: &Line| self.is_own_title(line);
        let above_text = &lines[..(self.core.start + 1).min(lines.len())];
        self.headline = above_text.iter().rposition(is_own).or_else(|| lines.iter().position(is_own));
        distances(&self.is_prose, &mut self.to_prose);
        runs(&mut self.block, lines.len(), |at| self.share[at] >= FREQUENT);
        runs(&mut self.short_run, lines.len(), |at| lines[at].length < SHORT);
        self.sum_prose(lines);
        if self.own {
            self.sort_keys(lines);
        }
    }

    fn look_up(&mut self, site: &SiteStatistics, lines: &[Line]) {
        let own = self.own;
        self.share.clear();
        self.known.clear();
        self.context.clear();
        self.context_pages.clear();
        self.is_unique.clear();
        self.is_prose.clear();
        self.is_title.clear();
        for line in lines {
            let known = site.known(line, own);
            let affix = |number: usize| known.affixes[number];
            let context = site.context(line, known.template, affix, &self.title_keys, own);
            self.share.push(context.pages as f32 / self.others.max(1) as f32);
            self.known.push(known);
            self.context.push(context);
            // A line that no other page has is no other page's neighbour, unless it is known by something else.
            let is_known = known.template > 0 || context.key != line.template;
            let pages = if is_known { site.pages(Kind::Context, context.key, 0, own) } else { 0 };
            self.context_pages.push(pages);
            let is_unique = site.is_unique(known.affixes[AFFIX3].others, context, own);
            let is_title = self.is_other_title(site, line);
            self.is_unique.push(is_unique);
            self.is_title.push(is_title);
            self.is_prose.push(line.length >= PROSE && is_unique && !is_title);
        }
        let is_anchor = |at: usize| site.is_anchor(self.context_pages[at], own);
        nearest_anchors(&self.context, is_anchor, &mut self.anchors);
    }

    /// Lines from the anchor above a line to the next one, and from the one before the anchor below it to that, on the
    /// mean of the other pages that have it.
    pub(super) fn slot_lines(&self, site: &SiteStatistics, at: usize) -> [i32; 2] {
        let (above, below) = self.anchors[at];
        let mean = |anchor: Anchor, lines: u32, own: &[u32]| {
            let own = if self.own { count_of(own, anchor.key) as u32 } else { 0 };
            let pages = self.pages_with(anchor.number).max(1);
            ((lines.saturating_sub(own) as f32 / pages as f32).round() as i32).max(1)
        };
        let [below_it, _] = site.slot_lines(above.key);
        let [_, above_it] = site.slot_lines(below.key);
        [mean(above, below_it, &self.anchors_above), mean(below, above_it, &self.anchors_below)]
    }

    /// The probability that a line of the other pages has an affix that so many lines have, `own` of them on this page.
    pub(super) fn probability(&self, site: &SiteStatistics, lines: u32, own: usize) -> f32 {
        let own_lines = if self.own { self.known.len().min(MOST_LINES) as u32 } else { 0 };
        let all = site.lines.saturating_sub(own_lines);
        lines.saturating_sub(own as u32) as f32 / all.max(1) as f32
    }

    /// Other pages that have the neighbour or anchor of this number; all of them outside of the page.
    pub(super) fn pages_with(&self, number: usize) -> u32 {
        let at = number.checked_sub(1);
        at.and_then(|at| self.context_pages.get(at)).copied().unwrap_or(self.others)
    }

    /// Share of the other pages that have the line of this number.
    pub(super) fn template_share(&self, at: usize) -> f32 {
        self.known[at].template as f32 / self.others.max(1) as f32
    }

    /// Where the line of this number stands.
    pub(super) fn standing(&self, at: usize) -> Standing {
        Standing {
            is_headline: self.headline == Some(at),
            is_first: at == 0,
            share: self.template_share(at),
            others: self.others,
        }
    }

    /// The words of the longest form of the page's own title.
    pub(super) fn longest_title(&self) -> &[u64] {
        self.titles.iter().max_by_key(|words| words.len()).map_or(&[], Vec::as_slice)
    }

    /// The keys of the page's own title, in all its forms.
    pub(super) fn title_keys(&self) -> &[u32] {
        &self.title_keys
    }

    /// Whether a line is the page's own title.
    pub(super) fn is_own_title(&self, line: &Line) -> bool {
        self.title_keys.contains(&line.exact)
    }

    fn is_other_title(&self, site: &SiteStatistics, line: &Line) -> bool {
        if self.is_own_title(line) || line.length < title::SHORTEST {
            return false;
        }
        if site.pages(Kind::Title, line.exact, 0, false) > 0 {
            return true;
        }
        if usize::from(line.words) < SHORTEST_START || line.length < SHORTEST_START_LENGTH {
            return false;
        }
        let starts = site.pages(Kind::TitleStart, line.exact, 0, false);
        let words = usize::from(line.words);
        let begins_so = |title: &Vec<u64>| title.len() > words && key_of(&title[..words]) == line.exact;
        let is_own_start = || self.titles.iter().any(begins_so);
        starts > 0 && starts > u32::from(self.own && is_own_start())
    }

    fn sum_prose(&mut self, lines: &[Line]) {
        self.prose = 0.0;
        self.own_prose.clear();
        for ((line, &is_prose), (above, below)) in lines.iter().zip(&self.is_prose).zip(&self.anchors) {
            if !is_prose {
                continue;
            }
            let length = f32::from(line.length);
            self.prose += length;
            let slot = count_key(Kind::SlotProse, above.key, below.key);
            match self.own_prose.iter_mut().find(|(known, _)| *known == slot) {
                Some((_, sum)) => *sum += length,
                None => self.own_prose.push((slot, length)),
            }
        }
    }

    fn sort_keys(&mut self, lines: &[Line]) {
        self.places.clear();
        self.places.extend(lines.iter().enumerate().map(|(at, line)| (line.template, at)));
        self.places.sort_unstable();
        // Of a long page its first and last lines were counted.
        let counted = counted(lines.len());
        let sort = |sorted: &mut Vec<u32>, key: &dyn Fn(usize) -> u32| {
            sorted.clear();
            sorted.extend(counted.clone().map(key));
            sorted.sort_unstable();
        };
        sort(&mut self.affixes1, &|at| lines[at].affix1);
        sort(&mut self.affixes2, &|at| lines[at].affix2);
        sort(&mut self.anchors_above, &|at| self.anchors[at].0.key);
        sort(&mut self.anchors_below, &|at| self.anchors[at].1.key);
    }

    /// Share of the other pages' prose that stands in the slot of a line.
    pub(super) fn slot_prose(&self, site: &SiteStatistics, at: usize) -> f32 {
        let (above, below) = self.anchors[at];
        let mut in_slot = site.slot_prose(above.key, below.key);
        let mut in_all = site.all_prose;
        if self.own {
            let slot = count_key(Kind::SlotProse, above.key, below.key);
            in_slot -= self.own_prose.iter().find(|(known, _)| *known == slot).map_or(0.0, |(_, sum)| *sum);
            in_all -= self.prose;
        }
        (in_slot.max(0.0) / in_all.max(1.0)).min(1.0)
    }

    /// Where a line was counted as standing, if this page was counted.
    pub(super) fn own_position(&self, line: &Line) -> Positions {
        if !self.own {
            return Positions::default();
        }
        let first = self.places.partition_point(|&(key, _)| key < line.template);
        Positions::of(self.places[first].1, self.places.len())
    }

    /// Lines of this page that begin with this word, if this page was counted.
    pub(super) fn own_affixes1(&self, affix: u32) -> usize {
        if self.own { count_of(&self.affixes1, affix) } else { 0 }
    }

    /// Lines of this page that begin with these two words, if this page was counted.
    pub(super) fn own_affixes2(&self, affix: u32) -> usize {
        if self.own { count_of(&self.affixes2, affix) } else { 0 }
    }
}

/// Of so many lines, the numbers of those that a sample remembers.
fn counted(lines: usize) -> impl Iterator<Item = usize> + Clone {
    let half = if lines > MOST_LINES { MOST_LINES / 2 } else { lines };
    (0..half).chain(lines.saturating_sub(half).max(half)..lines)
}

/// How many of sorted keys are this one.
fn count_of(sorted: &[u32], key: u32) -> usize {
    let rest = &sorted[sorted.partition_point(|&other| other < key)..];
    rest.partition_point(|&other| other == key)
}

/// For each line, the length of the run of lines around it for which `is_in` holds; 0 outside of runs.
fn runs(lengths: &mut Vec<usize>, lines: usize, is_in: impl Fn(usize) -> bool) {
    lengths.clear();
    lengths.resize(lines, 0);
    let mut start = 0;
    while start < lines {
        let end = (start..lines).find(|&at| !is_in(at)).unwrap_or(lines);
        lengths[start..end].fill(end - start);
        start = end + 1;
    }
}

/// For each line, the distance to the nearest one that is set.
fn distances(is_set: &[bool], distances: &mut Vec<usize>) {
    distances.clear();
    let mut last = is_set.len();
    for &is_set in is_set {
        last = if is_set { 0 } else { last + 1 };
        distances.push(last);
    }
    last = is_set.len();
    for (distance, &is_set) in distances.iter_mut().zip(is_set).rev() {
        last = if is_set { 0 } else { last + 1 };
        *distance = last.min(*distance);
    }
}

/// The stretch of lines with the greatest sum (Kadane 1984), where unique lines earn their characters and the
/// template's cost theirs: where the page's own text stands.
fn core(lines: &[Line], is_unique: &[bool], share: &[f32]) -> Range<usize> {
    let mut best = (0.0, 0..0);
    let (mut sum, mut start) = (0.0, 0);
    for (at, line) in lines.iter().enumerate() {
        let length = f32::from(line.length);
        sum += if is_unique[at] {
            length.min(400.0) * (if line.length >= SHORT { 1.0 } else { 0.3 }) - 6.0
        } else {
            -(length + 25.0) * share[at].max(0.3)
        };
        if sum > best.0 {
            best = (sum, start..at + 1);
        }
        if sum <= 0.0 {
            sum = 0.0;
            start = at + 1;
        }
    }
    best.1
}
