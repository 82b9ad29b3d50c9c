//! The evidence about each line of a page: numbers that say how much it looks like the site's template.
//!
//! All of it is counted over the site's *other* pages: the cluster of the judged page is taken out of every
//! count, so that no page testifies against its own lines. [`FEATURES`](super::features::FEATURES) names each number
//! and says what it means; `model.rs` weighs them; `layout.rs` holds what is looked up once a line.

use super::anchors::{END, HEADLINE, START};
use super::bounds::wilson;
use super::counts::{AFFIX1, AFFIX2, AFFIX3, AffixPages, Kind, SUFFIX2, shape_key};
use super::features::{COUNT, Feature};
use super::guards::LineGuard;
use super::layout::Layout;
use super::line::{Line, LineReader, Own, key_of};
use super::line_words::LineWords;
use super::positions::Positions;
use super::sample::SampledPage;
use super::statistics::{SiteStatistics, is_beyond_chance};
use super::title::{self, Title};
use crate::text::lines::lines;
use crate::text::words::reaches_over_lines;
use std::sync::LazyLock;

/// What is known of a page when its lines are judged.
#[derive(Clone, Debug, Default)]
pub struct PageEvidence {
    /// The lines of the text that are not blank.
    pub lines: Vec<Line>,
    /// The number of each among all lines of the text.
    pub numbers: Vec<u32>,
    /// Which of the lines were weighed: all of them, or those that may go.
    pub weighed: Vec<u32>,
    /// The evidence about each of these.
    pub features: Vec<[f32; COUNT]>,
    /// Other articles that the counts are of.
    pub others: u32,
}

/// Lines on either side that count as near.
const NEAR: usize = 8;
/// Lines on either side whose frequency counts.
const NEIGHBOURS: usize = 3;
/// Words that a line must have to be compared with the page's own title.
const SHORTEST_TITLE: usize = 4;
/// Pages from which it does not matter how many there are: else the number would tell sites apart.
const MANY: usize = 20;
/// Share of the pages (bound) from which a first word beside an anchor speaks so loud that it is asked whether that is chance.
const OFTEN: f32 = 0.2;

/// Gathers evidence; keeps its working space.
#[derive(Default)]
pub struct Gatherer {
    reader: LineReader,
    page: PageEvidence,
    words: LineWords,
    title: Title,
    layout: Layout,
    /// Lines of the text that was read last.
    count: usize,
    /// Whether lines and words are those of a text.
    is_read: bool,
}

impl Gatherer {
    /// The evidence about the lines of a page.
    pub fn gather(
        &mut self,
        site: &SiteStatistics,
        hash: u64,
        text: &str,
        title: &str,
        author: Option<&str>,
    ) -> &PageEvidence {
        self.read(text, title, author);
        self.gather_read(site, hash, |_| true)
    }

    /// Reads the lines of a page, which may show by whose statistics it is to be judged. Gives those that are not blank.
    pub fn read(&mut self, text: &str, title: &str, author: Option<&str>) -> &[Line] {
        self.forget();
        self.title = Title::new(title);
        let own = Own::new(&self.title, author);
        self.count = 0;
        for (number, range) in lines(text).enumerate() {
            self.count += 1;
            let line = self.reader.read(text, range.clone(), &own);
            if !line.is_blank() {
                self.page.lines.push(line);
                self.page.numbers.push(number as u32);
                self.words.push(self.reader.words(), range);
            }
        }
        self.is_read = true;
        &self.page.lines
    }

    /// The evidence about those lines of the page that was read last which may go: the others stay whatever their score.
    pub(super) fn gather_open(&mut self, site: &SiteStatistics, hash: u64) -> &PageEvidence {
        self.gather_read(site, hash, |guard| !guard.is_some_and(LineGuard::is_absolute))
    }

    fn gather_read(
        &mut self,
        site: &SiteStatistics,
        hash: u64,
        is_wanted: impl Fn(Option<LineGuard>) -> bool,
    ) -> &PageEvidence {
        let title = std::mem::take(&mut self.title);
        self.weigh(site, hash, &title, is_wanted);
        &self.page
    }

    /// Appends the words of a page that was read last, of the lines that stay: as
    /// [`hash_words`](crate::text::words::hash_words) gives them of what is left of its text. Appends nothing and returns false where
    /// words reach over line ends.
    pub fn words_that_stay(&self, text: &str, keep: &[bool], out: &mut Vec<u64>) -> bool {
        let is_known = self.is_read && !reaches_over_lines(text);
        if is_known {
            let lines = self.page.lines.iter().zip(&self.page.numbers).enumerate();
            for (at, (line, &number)) in lines {
                if keep.get(number as usize).copied().unwrap_or(true) {
                    self.words.append(at, text, line.is(Line::HAS_ADDRESS), out);
                }
            }
        }
        is_known
    }

    /// The same for a page that is remembered; what other titles cover of its lines is not known any more.
    pub fn gather_sampled(&mut self, site: &SiteStatistics, page: &SampledPage) -> &PageEvidence {
        self.forget();
        self.page.lines.extend_from_slice(&page.lines);
        self.page.numbers.extend(0..page.lines.len() as u32);
        self.weigh(site, page.hash, &page.title, |_| true);
        &self.page
    }

    /// How many lines the text that was read last has, blank ones with them.
    pub(super) fn line_count(&self) -> usize {
        self.count
    }

    /// The lines of the page that was looked at last, but for blank ones.
    pub fn lines(&self) -> &[Line] {
        &self.page.lines
    }

    /// Those of them whose flag is false, where there is one for each line of the text.
    pub fn lines_that_go<'a>(&'a self, keep: &'a [bool]) -> impl Iterator<Item = &'a Line> {
        let numbered = self.page.lines.iter().zip(&self.page.numbers);
        numbered.filter(|(_, number)| keep.get(**number as usize) == Some(&false)).map(|(line, _)| line)
    }

    /// Forgets the page that was read last.
    pub fn forget(&mut self) {
        self.is_read = false;
        self.page.lines.clear();
        self.page.numbers.clear();
        self.page.weighed.clear();
        self.page.features.clear();
        self.words.clear();
    }

    /// Weighs the lines with a guard that is wanted.
    fn weigh(
        &mut self,
        site: &SiteStatistics,
        hash: u64,
        title: &Title,
        is_wanted: impl Fn(Option<LineGuard>) -> bool,
    ) {
        let Self { page, words, layout, .. } = self;
        layout.lay_out(site, hash, &page.lines, site.own_titles(title));
        page.others = layout.others;
        let mut prose_above = 0.0;
        for (at, line) in page.lines.iter().enumerate() {
            if is_wanted(LineGuard::at(line, layout.standing(at))) {
                let (lines, mut values) = (&page.lines, [0.0; COUNT]);
                let mut sheet = Sheet { site, layout, lines, at, line, values: &mut values };
                sheet.frequency();
                sheet.affixes();
                sheet.neighbours();
                sheet.titles(title, words.of(at));
                sheet.prose(prose_above);
                sheet.place();
                sheet.looks();
                page.weighed.push(at as u32);
                page.features.push(values);
            }
            if layout.is_prose[at] {
                prose_above += f32::from(line.length);
            }
        }
    }
}

/// The evidence about one line, as it is filled in.
struct Sheet<'a> {
    site: &'a SiteStatistics,
    layout: &'a Layout,
    lines: &'a [Line],
    at: usize,
    line: &'a Line,
    values: &'a mut [f32; COUNT],
}

impl Sheet<'_> {
    fn set(&mut self, feature: Feature, value: f32) {
        self.values[feature as usize] = value;
    }

    fn set_if(&mut self, feature: Feature, is_set: bool) {
        self.set(feature, f32::from(u8::from(is_set)));
    }

    /// Other pages that have it.
    fn pages(&self, kind: Kind, a: u32, b: u32) -> u32 {
        self.site.pages(kind, a, b, self.layout.own)
    }

    /// Lower bound on their share of all other pages.
    fn bound(&self, kind: Kind, a: u32, b: u32) -> f32 {
        self.site.bound(self.pages(kind, a, b), self.layout.own)
    }

    /// Lower bound on so many pages' share of all other pages.
    fn share(&self, pages: u32) -> f32 {
        self.site.bound(pages, self.layout.own)
    }

    /// Lower bound on so many pages' share of those with the neighbour or anchor of this number.
    fn share_given(&self, pages: u32, number: usize) -> f32 {
        wilson(pages, self.layout.pages_with(number))
    }

    /// Lower bound on the share of the other pages with an affix of the line.
    fn affix(&self, number: usize) -> f32 {
        self.share(self.layout.known[self.at].affixes[number].others)
    }

    fn frequency(&mut self) {
        let line = self.line;
        let pages = self.layout.known[self.at].template;
        let template = self.share(pages);
        self.set(Feature::template, template);
        self.set(Feature::template_share, self.layout.template_share(self.at));
        self.set(Feature::frame, self.share(self.layout.context[self.at].framed));
        self.set(Feature::template_length, template * ln1(usize::from(line.length)));
        self.set(Feature::exact, self.bound(Kind::Exact, line.exact, 0));
        self.set(Feature::affix1, self.affix(AFFIX1));
        self.set(Feature::affix2, self.affix(AFFIX2));
        self.set(Feature::affix3, self.affix(AFFIX3));
        self.set(Feature::suffix2, self.affix(SUFFIX2));
        self.set(Feature::pages, ln1(self.layout.others as usize));
        self.set(Feature::few_pages, ln1((self.layout.others as usize).min(MANY)));
    }

    fn affixes(&mut self) {
        let (line, layout) = (self.line, self.layout);
        let (up, down) = layout.anchors[self.at];
        // What no page has, no page has beside an anchor.
        let known = &layout.known[self.at].affixes;
        let (mut above, mut below, mut above1, mut below1) = (0, 0, 0, 0);
        if known[AFFIX2].others > 0 {
            above = self.pages(Kind::AffixAbove, line.affix2, down.key);
            below = self.pages(Kind::AffixBelow, up.key, line.affix2);
        }
        if known[AFFIX1].others > 0 {
            above1 = self.pages(Kind::Affix1Above, line.affix1, down.key);
            below1 = self.pages(Kind::Affix1Below, up.key, line.affix1);
        }
        self.set(Feature::affix_above_anchor, self.share(above));
        self.set(Feature::affix_below_anchor, self.share(below));
        self.set(Feature::affix_between, self.share(above).min(self.share(below)));
        self.set(Feature::affix1_above_anchor, self.share(above1));
        self.set(Feature::affix1_below_anchor, self.share(below1));
        self.set(Feature::below_given, self.share_given(below, up.number));
        self.set(Feature::above_given, self.share_given(above, down.number));
        let (own1, own2) = (layout.own_affixes1(line.affix1), layout.own_affixes2(line.affix2));
        self.set(Feature::affix1_once, self.once(AFFIX1, own1));
        self.set(Feature::affix_once, self.once(AFFIX2, own2));
        let [share, share1] = [[above, below], [above1, below1]].map(|pages| pages.map(|of| self.share(of)));
        if layout.is_unique[self.at] && share1[0].max(share1[1]) >= OFTEN {
            let slots = layout.slot_lines(self.site, self.at);
            let probability = layout.probability(self.site, known[AFFIX2].lines, own2);
            let probability1 = layout.probability(self.site, known[AFFIX1].lines, own1);
            let is_beyond = |[above, below]: [f32; 2], probability: f32| {
                is_beyond_chance(above, probability, slots[1])
                    || is_beyond_chance(below, probability, slots[0])
            };
            self.set_if(
                Feature::by_chance,
                !is_beyond(share, probability) && !is_beyond(share1, probability1),
            );
        }
        let number = self.at + 1;
        if let Some(key) = shape_key(number - up.number, line) {
            self.set(Feature::shape_below_anchor, self.bound(Kind::ShapeBelow, up.key, key));
        }
        if let Some(key) = shape_key(down.number - number, line) {
            self.set(Feature::shape_above_anchor, self.bound(Kind::ShapeAbove, key, down.key));
        }
    }

    /// Of the other pages with an affix of the line, which this one has so many times, the share that have it just once.
    fn once(&self, number: usize, own: usize) -> f32 {
        let AffixPages { others, once, .. } = self.layout.known[self.at].affixes[number];
        if others == 0 {
            return 0.0;
        }
        let once = once.saturating_sub(u32::from(own == 1));
        (once as f32 / others as f32).min(1.0)
    }

    fn neighbours(&mut self) {
        let (line, layout, at) = (self.line, self.layout, self.at);
        let before = at.checked_sub(1).map_or(START, |before| layout.context[before].key);
        let after = layout.context.get(at + 1).map_or(END, |after| after.key);
        // What no page has, no page has beside another line; above a headline other things count too (`count_key`).
        let is_known = layout.known[at].template > 0;
        let above = if is_known { self.pages(Kind::PairAbove, before, line.template) } else { 0 };
        let is_counted = is_known || after == HEADLINE;
        let below = if is_counted { self.pages(Kind::PairBelow, line.template, after) } else { 0 };
        self.set(Feature::pair_above, self.share(above));
        self.set(Feature::pair_below, self.share(below));
        self.set(Feature::pair_given, self.share_given(above, at));
        if before != START && after != END {
            self.set(Feature::around, self.bound(Kind::Around, before, after));
        }
        self.set(Feature::share_above, at.checked_sub(1).map_or(1.0, |before| layout.share[before]));
        self.set(Feature::share_below, layout.share.get(at + 1).copied().unwrap_or(1.0));
        let window = at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(self.lines.len());
        // Beyond the ends of a page everything is template.
        let outside = (2 * NEIGHBOURS + 1 - window.len()) as f32;
        let around = layout.share[window.start..at].iter().chain(&layout.share[at + 1..window.end]);
        self.set(Feature::neighbours, (around.sum::<f32>() + outside) / (2 * NEIGHBOURS) as f32);
        self.set(Feature::block, ln1(layout.block[at]));
        self.set(Feature::short_run, ln1(layout.short_run[at]));
    }

    /// What other pages' titles cover of a remembered line is not known any more: its words are not there.
    fn titles(&mut self, title: &Title, words: &[u64]) {
        let (line, layout, at) = (self.line, self.layout, self.at);
        let window = at.saturating_sub(NEAR)..(at + NEAR + 1).min(self.lines.len());
        let near = layout.is_title[window.start..at].iter().chain(&layout.is_title[at + 1..window.end]);
        let share = near.filter(|is_title| **is_title).count() as f32 / (window.len() - 1).max(1) as f32;
        self.set(Feature::titles_near, share);
        let is_own = layout.is_own_title(line);
        let is_title = f32::from(u8::from(layout.is_title[at]));
        if layout.core.contains(&at) {
            self.set(Feature::title_in, is_title);
        } else if !is_own {
            self.set(Feature::title_out, is_title);
            let cover = self.site.title_cover(words, layout.title_keys());
            self.set(Feature::title_cover_out, cover.max(is_title));
        }
        self.set_if(Feature::own_title, is_own);
        let in_own = if is_own { 1.0 } else { share_in(words, layout.longest_title()) };
        self.set(Feature::own_title_words, in_own);
        self.set_if(
            Feature::own_title_part,
            !is_own && line.length >= title::SHORTEST && is_part_of(title, line),
        );
        self.set_if(Feature::headline, layout.headline == Some(at));
    }

    fn prose(&mut self, above: f32) {
        let (layout, at) = (self.layout, self.at);
        let own = if layout.is_prose[at] { f32::from(self.line.length) } else { 0.0 };
        let share = |prose: f32| if layout.prose > 0.0 { prose.max(0.0) / layout.prose } else { 0.0 };
        self.set(Feature::slot_prose, layout.slot_prose(self.site, at));
        self.set(Feature::prose_above, share(above));
        self.set(Feature::prose_min, share(above.min(layout.prose - above - own)));
        self.set(Feature::prose_near, near(layout.to_prose[at]));
        let core = &layout.core;
        self.set_if(Feature::in_core, core.contains(&at));
        let distance = if at < core.start { core.start - at } else { (at + 1).saturating_sub(core.end) };
        self.set(Feature::core_distance, ln1(distance));
    }

    fn place(&mut self) {
        let last = self.lines.len() - 1;
        let (up, down) = self.layout.anchors[self.at];
        let number = self.at + 1;
        // What stands on no other page stands at no place there.
        let is_known = self.layout.known[self.at].template > 0;
        let positions = if is_known { self.site.positions.get(&self.line.template) } else { None };
        let own = || self.layout.own_position(self.line);
        self.set(Feature::spread, positions.map_or(Positions::UNKNOWN, |positions| positions.spread(own())));
        self.set(Feature::head, near(self.at));
        self.set(Feature::tail, near(last - self.at));
        self.set(Feature::place, self.at as f32 / last.max(1) as f32);
        self.set(Feature::anchor_above, near(number - up.number - 1));
        self.set(Feature::anchor_below, near(down.number - number - 1));
        self.set(Feature::slot_lines, ln1(down.number - up.number - 1));
    }

    fn looks(&mut self) {
        let line = self.line;
        self.set(Feature::length, ln1(usize::from(line.length)));
        self.set_if(Feature::no_letters, !line.is(Line::HAS_LETTERS));
        self.set_if(Feature::sentence, line.is(Line::ENDS_SENTENCE));
        self.set_if(Feature::number, line.is(Line::HAS_NUMBER));
        self.set_if(Feature::address, line.is(Line::HAS_ADDRESS));
        self.set_if(Feature::title_slot, line.is(Line::HAS_TITLE));
        self.set_if(Feature::author_slot, line.is(Line::HAS_AUTHOR));
        self.set_if(Feature::phrase, line.is(Line::IS_PHRASE));
        self.set_if(Feature::phrase_start, line.is(Line::BEGINS_WITH_PHRASE));
    }
}

/// Counts whose logarithm is held ready.
static LOGARITHMS: LazyLock<[f32; 1024]> = LazyLock::new(|| std::array::from_fn(logarithm));

/// The logarithm of a count.
fn ln1(count: usize) -> f32 {
    LOGARITHMS.get(count).copied().unwrap_or_else(|| logarithm(count))
}

fn logarithm(count: usize) -> f32 {
    (1.0 + count as f32).ln()
}

/// How near: 1 at the same place, a half five lines away.
fn near(distance: usize) -> f32 {
    5.0 / (5.0 + distance as f32)
}

/// Whether a line is some of the words of a title.
fn is_part_of(title: &Title, line: &Line) -> bool {
    let words = usize::from(line.words);
    let is_part = |window: &[u64]| key_of(window) == line.exact;
    words > 0 && title.parts().iter().any(|part| part.words.windows(words).any(is_part))
}

/// Share of a line's words that are in the page's own title, if the line is about as long as that.
fn share_in(words: &[u64], title: &[u64]) -> f32 {
    let is_alike = words.len() >= SHORTEST_TITLE && words.len() <= 2 * title.len();
    let found = || words.iter().filter(|word| title.contains(word)).count();
    if is_alike { found() as f32 / words.len() as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::clusters::Clusters;
    use super::super::sample::Wanted;
    use super::*;

    /// A page with a menu, a headline, a paragraph of its own and a sentence.
    fn text(number: usize) -> String {
        let paragraph = format!("Word{number} of the harbour, and nothing else{number}. ").repeat(8);
        format!(
            "Home\nContact us\nStory number{number} of harbours\n{paragraph}\nIt ended{number}.\nLeave a comment"
        )
    }

    #[test]
    fn the_lines_that_may_go_are_weighed_as_among_all_lines() {
        let (mut gatherer, mut reader) = (Gatherer::default(), LineReader::default());
        let page = |number: usize, reader: &mut LineReader| {
            let title = format!("Story number{number} of harbours");
            SampledPage::read(Wanted::Lines, number as u64, None, &text(number), &title, None, reader)
        };
        for pages in [1, 3, 12] {
            let pages: Vec<SampledPage> = (0..pages).map(|number| page(number, &mut reader)).collect();
            let site = SiteStatistics::new(&pages, &Clusters::find(&pages));
            let (text, title) = (text(99), "Story number99 of harbours");
            let all = gatherer.gather(&site, 99, &text, title, None).clone();
            assert_eq!(all.weighed, (0..all.lines.len() as u32).collect::<Vec<_>>());
            gatherer.read(&text, title, None);
            let open = gatherer.gather_open(&site, 99);
            assert_eq!(open.lines, all.lines);
            let guard = |at: usize| LineGuard::of(&all.lines[at], &all.features[at], all.others);
            let stays = |at: usize| guard(at).is_some_and(LineGuard::is_absolute);
            let may_go: Vec<u32> =
                (0..all.lines.len()).filter(|at| !stays(*at)).map(|at| at as u32).collect();
            assert_eq!(open.weighed, may_go);
            let weighed = open.weighed.iter().zip(&open.features);
            let bits = |features: &[f32; COUNT]| features.map(f32::to_bits);
            weighed.for_each(|(at, features)| assert_eq!(bits(features), bits(&all.features[*at as usize])));
            assert!(pages.len() < 12 || (2..all.lines.len()).contains(&may_go.len()), "{may_go:?}");
        }
    }
}
