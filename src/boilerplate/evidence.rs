//! The evidence about each line of a page: numbers that say how much it looks like the site's template.
//!
//! All of it is counted over the site's *other* pages: the cluster of the judged page is taken out of every
//! count, so that no page testifies against its own lines. [`FEATURES`](super::features::FEATURES) names each number and says what it means; `model.rs` weighs them.

use super::features::{COUNT, Feature};
use super::line::{Line, LineReader, Own, chain, key_of};
use super::sample::SampledPage;
use super::statistics::{
    END, Kind, PROSE, Positions, START, SiteStatistics, context, count_key, nearest_anchors, shape_key, wilson,
};
use super::title::{Part, Title};
use crate::text::lines::lines;
use std::ops::Range;

/// What is known of a page when its lines are judged.
#[derive(Clone, Debug, Default)]
pub struct PageEvidence {
    /// One a line of the text that is not blank.
    pub lines: Vec<Line>,
    /// The number of each among all lines of the text.
    pub numbers: Vec<u32>,
    /// One a line.
    pub features: Vec<[f32; COUNT]>,
    /// How many other clusters the counts are of.
    pub others: u32,
    /// Template keys of the anchors above and below each line, and the lines to them.
    pub slots: Vec<(u32, u32, u32, u32)>,
}

/// Lines on either side that count as near.
const NEAR: usize = 8;
/// Lines on either side whose frequency counts.
const NEIGHBOURS: usize = 3;
/// Share of pages from which a line is part of a block.
const FREQUENT: f32 = 0.2;
/// Characters below which a line is short.
const SHORT: u16 = 40;
/// Words of a line in which titles are looked for.
const COVER_WORDS: usize = 48;
/// Words of a title that must be found if it is cut off.
const CUT_TITLE: usize = 4;

/// Gathers evidence; keeps its working space.
#[derive(Default)]
pub struct Gatherer {
    reader: LineReader,
    page: PageEvidence,
    scratch: Scratch,
}

/// What is known of the lines while evidence is gathered, one entry a line each.
#[derive(Default)]
struct Scratch {
    template: Vec<u32>,
    template_share: Vec<f32>,
    context: Vec<u32>,
    is_anchor: Vec<bool>,
    is_unique: Vec<bool>,
    is_prose: Vec<bool>,
    is_title: Vec<bool>,
    cover: Vec<f32>,
}

impl Scratch {
    fn clear(&mut self) {
        self.template.clear();
        self.template_share.clear();
        self.context.clear();
        self.is_anchor.clear();
        self.is_unique.clear();
        self.is_prose.clear();
        self.is_title.clear();
        self.cover.clear();
    }
}

fn ln1(x: usize) -> f32 {
    (1.0 + x as f32).ln()
}

impl Gatherer {
    /// The evidence about the lines of a page.
    pub fn gather(&mut self, site: &SiteStatistics, hash: u64, text: &str, title: &str, author: Option<&str>) -> &PageEvidence {
        let title = Title::new(title);
        let own_phrases = Own::new(&title, author);
        self.clear();
        let own_title = own_title_key(site, &title);
        for (number, range) in lines(text).enumerate() {
            let line = self.reader.read(text, range, &own_phrases);
            if !line.is_blank() {
                self.page.lines.push(line);
                self.page.numbers.push(number as u32);
                self.scratch.cover.push(title_cover(site, self.reader.words(), own_title));
            }
        }
        self.weigh(site, hash, &title);
        &self.page
    }

    /// The same for a page that is remembered; what other titles cover of its lines is not known any more.
    pub fn gather_sampled(&mut self, site: &SiteStatistics, page: &SampledPage) -> &PageEvidence {
        self.clear();
        self.page.lines.extend_from_slice(&page.lines);
        self.page.numbers.extend(0..page.lines.len() as u32);
        self.scratch.cover.resize(page.lines.len(), 0.0);
        self.weigh(site, page.hash, &page.title);
        &self.page
    }

    fn clear(&mut self) {
        self.page.lines.clear();
        self.page.numbers.clear();
        self.page.features.clear();
        self.page.slots.clear();
        self.scratch.clear();
    }

    #[allow(clippy::too_many_lines)]
    fn weigh(&mut self, site: &SiteStatistics, hash: u64, title: &Title) {
        let (page, scratch) = (&mut self.page, &mut self.scratch);
        let own_title: Vec<u64> = site.own_part(title).map(|part| part.words.clone()).unwrap_or_default();
        let own_title_key = if own_title.is_empty() { 0 } else { key_of(&own_title) };
        let own = site.cluster_of(hash, &page.lines).is_some();
        let others = site.others(own);
        page.others = others;
        let lines = &page.lines[..];
        for line in lines {
            let pages = site.pages(Kind::Template, line.template, 0, own);
            scratch.template.push(pages);
            scratch.template_share.push(if others > 0 { pages as f32 / others as f32 } else { 0.0 });
            let context = context(line, own_title_key);
            scratch.context.push(context);
            scratch.is_anchor.push(site.is_anchor(site.pages(Kind::Context, context, 0, own), own));
            let unique = site.is_unique(line, own);
            scratch.is_unique.push(unique);
            let is_own = line.exact == own_title_key;
            let equal = site.pages(Kind::Title, line.exact, 0, false) > u32::from(is_own && own);
            let opens = line.words >= 3 && line.length >= 12 && !is_own && {
                let starts = site.pages(Kind::TitleStart, line.exact, 0, false);
                let own_start = own && own_title.len() > usize::from(line.words) && key_of(&own_title[..usize::from(line.words)]) == line.exact;
                starts > u32::from(own_start)
            };
            let is_title = (equal && line.length >= 6 && !is_own) || opens;
            scratch.is_title.push(is_title);
            scratch.is_prose.push(line.length >= PROSE && unique && !is_title);
        }
        let anchors = nearest_anchors(&scratch.context, &scratch.is_anchor);
        let core = core(lines, scratch);
        let all_prose: f32 = total(lines, &scratch.is_prose, |_| true);
        let mut own_prose: Vec<(u64, f32)> = Vec::new();
        if own {
            for (at, line) in lines.iter().enumerate().filter(|(at, _)| scratch.is_prose[*at]) {
                let key = count_key(Kind::SlotProse, anchors[at].0.key, anchors[at].1.key);
                match own_prose.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, sum)) => *sum += f32::from(line.length),
                    None => own_prose.push((key, f32::from(line.length))),
                }
            }
        }
        let other_prose = (site.all_prose - if own { all_prose } else { 0.0 }).max(1.0);
        let mut first: Vec<(u32, usize)> = lines.iter().enumerate().map(|(at, line)| (line.template, at)).collect();
        first.sort_unstable();
        let mut affixes: Vec<u32> = lines.iter().map(|line| line.affix2).collect();
        affixes.sort_unstable();
        let mut affixes1: Vec<u32> = lines.iter().map(|line| line.affix1).collect();
        affixes1.sort_unstable();
        let blocks = runs(lines.len(), |at| scratch.template_share[at] >= FREQUENT);
        let short_runs = runs(lines.len(), |at| lines[at].length < SHORT);
        let prose_distance = distances(&scratch.is_prose);
        // Of several places where the title stands, the headline is the last one above the text.
        let headline = lines[..(core.start + 1).min(lines.len())]
            .iter()
            .rposition(|line| !own_title.is_empty() && line.exact == own_title_key)
            .or_else(|| lines.iter().position(|line| !own_title.is_empty() && line.exact == own_title_key));
        let mut above = 0.0;
        for (at, line) in lines.iter().enumerate() {
            let mut f = [0.0; COUNT];
            let mut set = |feature: Feature, value: f32| f[feature as usize] = value;
            let bound = |kind, a, b| site.bound(site.pages(kind, a, b, own), own);
            let given = |x: u32, n: u32| wilson(x, n);
            let of = |key: u32| if key == START || key == END { others } else { site.pages(Kind::Context, key, 0, own) };
            let (up, down) = anchors[at];
            let slot = count_key(Kind::SlotProse, up.key, down.key);
            let own_in_slot = own_prose.iter().find(|(key, _)| *key == slot).map_or(0.0, |(_, sum)| *sum);
            set(Feature::slot_prose, ((site.slot_prose(up.key, down.key) - own_in_slot).max(0.0) / other_prose).min(1.0));
            let (a, b) = (bound(Kind::AffixAbove, line.affix2, down.key), bound(Kind::AffixBelow, up.key, line.affix2));
            set(Feature::affix_above_anchor, a);
            set(Feature::affix_below_anchor, b);
            set(Feature::affix_between, a.min(b));
            set(Feature::affix1_above_anchor, bound(Kind::Affix1Above, line.affix1, down.key));
            set(Feature::affix1_below_anchor, bound(Kind::Affix1Below, up.key, line.affix1));
            set(Feature::affix1, bound(Kind::Affix1, line.affix1, 0));
            let affix1_pages = site.pages(Kind::Affix1, line.affix1, 0, own);
            let is_once1 = affixes1.partition_point(|&affix| affix <= line.affix1) - affixes1.partition_point(|&affix| affix < line.affix1) == 1;
            let once1 = site.pages(Kind::Affix1Once, line.affix1, 0, own && is_once1);
            set(Feature::affix1_once, if affix1_pages > 0 { (once1 as f32 / affix1_pages as f32).min(1.0) } else { 0.0 });
            let shape = |distance| shape_key(distance, line);
            set(Feature::shape_below_anchor, shape(at as i32 - up.line).map_or(0.0, |key| bound(Kind::ShapeBelow, up.key, key)));
            set(Feature::shape_above_anchor, shape(down.line - at as i32).map_or(0.0, |key| bound(Kind::ShapeAbove, key, down.key)));
            set(Feature::affix3, bound(Kind::Affix3, line.affix3, 0));
            set(Feature::affix2, bound(Kind::Affix2, line.affix2, 0));
            set(Feature::suffix2, bound(Kind::Suffix2, line.suffix2, 0));
            let affix_pages = site.pages(Kind::Affix2, line.affix2, 0, own);
            let is_once = affixes.partition_point(|&affix| affix <= line.affix2) - affixes.partition_point(|&affix| affix < line.affix2) == 1;
            let once = site.pages(Kind::AffixOnce, line.affix2, 0, own && is_once);
            set(Feature::affix_once, if affix_pages > 0 { (once as f32 / affix_pages as f32).min(1.0) } else { 0.0 });
            set(Feature::no_letters, f32::from(u8::from(!line.is(Line::HAS_LETTERS))));
            let in_core = core.contains(&at);
            set(Feature::in_core, f32::from(u8::from(in_core)));
            let distance = if in_core { 0 } else if at < core.start { core.start - at } else { at + 1 - core.end };
            set(Feature::core_distance, ln1(distance));
            let length = f32::from(line.length);
            let own_part = if scratch.is_prose[at] { length } else { 0.0 };
            let share = |prose: f32| if all_prose > 0.0 { prose / all_prose } else { 0.0 };
            set(Feature::prose_above, share(above));
            set(Feature::prose_min, share(above.min(all_prose - above - own_part)).max(0.0));
            above += own_part;
            let window = at.saturating_sub(NEAR)..(at + NEAR + 1).min(lines.len());
            let near = window.clone().filter(|&other| other != at && scratch.is_title[other]).count();
            set(Feature::titles_near, near as f32 / (window.len() - 1).max(1) as f32);
            let is_own = !own_title.is_empty() && line.exact == own_title_key;
            if !is_own {
                let title = f32::from(u8::from(scratch.is_title[at]));
                set(if in_core { Feature::title_in } else { Feature::title_out }, title);
                if !in_core {
                    set(Feature::title_cover_out, scratch.cover[at].max(title));
                }
            }
            set(Feature::own_title, f32::from(u8::from(is_own)));
            let is_part = !is_own && line.length >= 6 && is_part_of(title.parts(), line);
            set(Feature::own_title_part, f32::from(u8::from(is_part)));
            let template = site.bound(scratch.template[at], own);
            let ln_length = ln1(usize::from(line.length));
            set(Feature::template, template);
            set(Feature::template_share, scratch.template_share[at]);
            set(Feature::template_length, template * ln_length);
            set(Feature::exact, bound(Kind::Exact, line.exact, 0));
            let before = at.checked_sub(1).map_or(START, |before| scratch.context[before]);
            let after = scratch.context.get(at + 1).copied().unwrap_or(END);
            set(Feature::pair_above, bound(Kind::PairAbove, before, line.template));
            set(Feature::pair_given, given(site.pages(Kind::PairAbove, before, line.template, own), of(before)));
            set(Feature::share_above, at.checked_sub(1).map_or(1.0, |before| scratch.template_share[before]));
            set(Feature::share_below, scratch.template_share.get(at + 1).copied().unwrap_or(1.0));
            set(Feature::pair_below, bound(Kind::PairBelow, line.template, after));
            set(Feature::around, if before == START || after == END { 0.0 } else { bound(Kind::Around, before, after) });
            let window = at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(lines.len());
            let sum: f32 = window.clone().filter(|&other| other != at).map(|other| scratch.template_share[other]).sum();
            // Beyond the ends of a page everything is template.
            let outside = (2 * NEIGHBOURS + 1 - window.len()) as f32;
            set(Feature::neighbours, (sum + outside) / (2 * NEIGHBOURS) as f32);
            set(Feature::block, ln1(blocks[at]));
            set(Feature::short_run, ln1(short_runs[at]));
            let same = first.partition_point(|&(key, _)| key < line.template);
            let own_place = if own { Positions::of(first[same].1, lines.len()) } else { Positions::default() };
            let spread = site.positions.get(&line.template).map_or(30.0, |places| places.spread(own_place));
            set(Feature::spread, spread);
            let near = |distance: usize| 5.0 / (5.0 + distance as f32);
            set(Feature::head, near(at));
            set(Feature::tail, near(lines.len() - 1 - at));
            set(Feature::anchor_above, near((at as i32 - up.line - 1) as usize));
            set(Feature::anchor_below, near((down.line - at as i32 - 1) as usize));
            set(Feature::slot_lines, ln1((down.line - up.line - 1) as usize));
            set(Feature::place, at as f32 / (lines.len() - 1).max(1) as f32);
            set(Feature::prose_near, near(prose_distance[at]));
            set(Feature::below_given, given(site.pages(Kind::AffixBelow, up.key, line.affix2, own), of(up.key)));
            set(Feature::above_given, given(site.pages(Kind::AffixAbove, line.affix2, down.key, own), of(down.key)));
            set(Feature::headline, f32::from(u8::from(headline == Some(at))));
            set(Feature::length, ln_length);
            let flag = |flag| f32::from(u8::from(line.is(flag)));
            set(Feature::sentence, flag(Line::ENDS_SENTENCE));
            set(Feature::number, flag(Line::HAS_NUMBER));
            set(Feature::address, flag(Line::HAS_ADDRESS));
            set(Feature::title_slot, flag(Line::HAS_TITLE));
            set(Feature::author_slot, flag(Line::HAS_AUTHOR));
            set(Feature::phrase, f32::from(u8::from(line.is(Line::IS_PHRASE))));
            set(Feature::phrase_start, f32::from(u8::from(line.is(Line::BEGINS_WITH_PHRASE))));
            set(Feature::pages, ln1(others as usize));
            page.features.push(f);
            page.slots.push((up.key, down.key, (at as i32 - up.line) as u32, (down.line - at as i32) as u32));
        }
    }
}

fn is_part_of(parts: &[Part], line: &Line) -> bool {
    parts.iter().any(|part| {
        let words = usize::from(line.words);
        words > 0 && part.words.len() >= words && part.words.windows(words).any(|window| key_of(window) == line.exact)
    })
}

/// Characters of the lines for which `counts` and the filter hold.
fn total(lines: &[Line], counts: &[bool], filter: impl Fn(usize) -> bool) -> f32 {
    lines.iter().enumerate().filter(|(at, _)| counts[*at] && filter(*at)).map(|(_, line)| f32::from(line.length)).sum()
}

/// For each line, the length of the run of lines around it for which `is_in` holds; 0 outside of runs.
fn runs(lines: usize, is_in: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut lengths = vec![0; lines];
    let mut start = 0;
    while start < lines {
        let end = (start..lines).find(|&at| !is_in(at)).unwrap_or(lines);
        lengths[start..end].fill(end - start);
        start = end + 1;
    }
    lengths
}

/// For each line, the distance to the nearest one that is set.
fn distances(is_set: &[bool]) -> Vec<usize> {
    let far = is_set.len();
    let mut distances = vec![far; is_set.len()];
    let mut last = far;
    for at in 0..is_set.len() {
        last = if is_set[at] { 0 } else { last + 1 };
        distances[at] = last;
    }
    last = far;
    for at in (0..is_set.len()).rev() {
        last = if is_set[at] { 0 } else { last + 1 };
        distances[at] = distances[at].min(last);
    }
    distances
}

/// The stretch of lines with the greatest sum (Kadane 1984), where unique lines earn their characters and the
/// template's cost theirs: where the page's own text stands.
fn core(lines: &[Line], scratch: &Scratch) -> Range<usize> {
    let mut best = (0.0, 0..0);
    let (mut sum, mut start) = (0.0, 0);
    for (at, line) in lines.iter().enumerate() {
        let length = f32::from(line.length);
        sum += if scratch.is_unique[at] {
            length.min(400.0) * (if line.length >= SHORT { 1.0 } else { 0.3 }) - 6.0
        } else {
            -(length + 25.0) * scratch.template_share[at].max(0.3)
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

/// The key of a page's own title; 0 if it has none.
fn own_title_key(site: &SiteStatistics, title: &Title) -> u32 {
    site.own_part(title).map_or(0, |part| key_of(&part.words))
}

/// Share of a line's words that other pages' titles cover; a title may be cut off after some words.
fn title_cover(site: &SiteStatistics, words: &[u64], own: u32) -> f32 {
    if site.titles.is_empty() || words.len() > COVER_WORDS {
        return 0.0;
    }
    let mut covered = 0;
    let mut at = 0;
    while at + 1 < words.len() {
        let found = site.titles.get(&chain(words[at], words[at + 1])).and_then(|titles| {
            let same = |title: &Vec<u64>| title.iter().zip(&words[at..]).take_while(|(a, b)| a == b).count();
            let fits = titles.iter().filter(|(key, _)| *key != own).map(|(_, title)| (same(title), title.len()));
            fits.filter(|&(same, all)| same == all || same >= CUT_TITLE).map(|(same, _)| same).max()
        });
        match found {
            Some(same) => {
                covered += same;
                at += same;
            }
            None => at += 1,
        }
    }
    covered as f32 / words.len().max(1) as f32
}
