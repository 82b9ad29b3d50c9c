//! The evidence about each line of a page: numbers that say how much it looks like the site's template.
//!
//! All of it is counted over the site's *other* pages: the cluster of the judged page is taken out of every
//! count, so that no page testifies against its own lines. [`FEATURES`] names each number and says what it means; `model.rs` weighs them.

use super::lexicon::{Lexicon, Phrase};
use super::line::{Line, LineReader, Own, chain, key_of};
use super::sample::SampledPage;
use super::statistics::{Kind, Positions, SiteStatistics, START, END, nearest_anchors};
use super::title::Title;
use crate::text::lines::lines;

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

macro_rules! features {
    ($($name:ident, $sign:literal, $reason:literal;)*) => {
        /// The numbers of the features, by name.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Feature { $(#[doc = $reason] $name),* }

        /// Name, sign (+1: more of it speaks for junk, -1: against, 0: either) and meaning of each feature.
        pub const FEATURES: &[(&str, i8, &str)] = &[$((stringify!($name), $sign, $reason)),*];

        /// How many features there are.
        pub const COUNT: usize = FEATURES.len();
    };
}

features! {
    slot_prose, -1, "share of the site's prose that stands between these two anchors";
    affix_above_anchor, 1, "pages where a line that begins so stands above the same anchor (bound)";
    affix_below_anchor, 1, "pages where a line that begins so stands below the same anchor (bound)";
    affix_between, 1, "the smaller of the two";
    affix3, 1, "pages with a line that begins with the same three words (bound)";
    affix2, 1, "pages with a line that begins with the same two words (bound)";
    suffix2, 1, "pages with a line that ends with the same two words (bound)";
    affix_once, 1, "of the pages with a line that begins so, share that have just one";
    no_letters, -1, "fewer than two letters";
    in_core, -1, "inside the core of the page's text";
    core_distance, 1, "lines from the core (logarithm)";
    prose_min, -1, "share of the page's prose above or below, whichever is less";
    prose_above, -1, "share of the page's prose above";
    titles_near, 1, "share of the lines within eight that are other pages' titles";
    title_cover_out, 1, "share of the line covered by other pages' titles, outside the core";
    title_out, 1, "another page's title or its beginning, outside the core";
    title_in, 1, "another page's title or its beginning, inside the core";
    own_title, -1, "this page's own title";
    own_title_part, -1, "a part of this page's own title";
    template, 1, "pages with this line (bound)";
    template_share, 1, "pages with this line (share)";
    template_length, 1, "pages with this line (bound), times the logarithm of its length";
    exact, 1, "pages with these very words (bound)";
    pair_above, 1, "pages where it stands below the same line (bound)";
    pair_below, 1, "pages where it stands above the same line (bound)";
    around, 1, "pages where one line stands between the same two (bound)";
    neighbours, 1, "mean share of pages with the three lines above and below";
    block, 1, "length of the run of frequent lines around it (logarithm)";
    spread, -1, "how far its place wanders from page to page, in lines";
    head, 0, "how near the head of the page (1 on the first line, a half five lines below)";
    tail, 0, "how near the tail of the page";
    anchor_above, 0, "how near the anchor above";
    anchor_below, 0, "how near the anchor below";
    slot_lines, 0, "lines between the two anchors (logarithm)";
    place, 0, "place in the page, 0 at the head to 1 at the tail";
    prose_near, -1, "how near the nearest line of prose";
    below_given, 1, "of the pages with the anchor above, share where a line that begins so stands below it (bound)";
    above_given, 1, "of the pages with the anchor below, share where a line that begins so stands above it (bound)";
    pair_given, 1, "of the pages with the line above, share where this line follows (bound)";
    share_above, 1, "share of pages with the line above";
    share_below, 1, "share of pages with the line below";
    headline, -1, "this page's own title, where its text begins";
    length, -1, "its length (logarithm)";
    sentence, -1, "ends like a sentence";
    short_run, 1, "length of the run of short lines around it (logarithm)";
    number, 0, "holds a number or a date";
    address, 1, "holds an address";
    title_slot, 0, "holds this page's own title beside other words";
    author_slot, 1, "holds the page's author";
    repeats, 0, "how often it stands on this page (logarithm)";
    phrase, 1, "a phrase of site chrome";
    phrase_start, 1, "begins with a phrase of site chrome";
    pages, 0, "other pages known of the site (logarithm)";
}

/// Lower end of the 95 % interval (Wilson 1927) for a share of which `x` of `n` were seen.
pub fn wilson(x: u32, n: u32) -> f32 {
    if n == 0 {
        return 0.0;
    }
    const Z2: f64 = 1.96 * 1.96;
    let (x, n) = (f64::from(x.min(n)), f64::from(n));
    let share = x / n;
    let centre = share + Z2 / (2.0 * n);
    let margin = (Z2 * (share * (1.0 - share) + Z2 / (4.0 * n)) / n).sqrt();
    ((centre - margin) / (1.0 + Z2 / n)).max(0.0) as f32
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
    is_anchor: Vec<bool>,
    is_unique: Vec<bool>,
    is_prose: Vec<bool>,
    is_title: Vec<bool>,
    cover: Vec<f32>,
    phrase: Vec<Phrase>,
}

impl Scratch {
    fn clear(&mut self) {
        self.template.clear();
        self.template_share.clear();
        self.is_anchor.clear();
        self.is_unique.clear();
        self.is_prose.clear();
        self.is_title.clear();
        self.cover.clear();
        self.phrase.clear();
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
        let own_title: Vec<u64> = site.own_part(&title).map(|part| part.words.clone()).unwrap_or_default();
        let own_title_key = key_of(&own_title);
        let lexicon = Lexicon::new();
        let page = &mut self.page;
        page.lines.clear();
        page.numbers.clear();
        page.features.clear();
        page.slots.clear();
        self.scratch.clear();
        let scratch = &mut self.scratch;
        for (number, range) in lines(text).enumerate() {
            let line = self.reader.read(text, range, &own_phrases);
            if line.is_blank() {
                continue;
            }
            page.lines.push(line);
            page.numbers.push(number as u32);
            scratch.cover.push(title_cover(site, self.reader.words(), own_title_key));
            scratch.phrase.push(lexicon.find(self.reader.masked()));
            // 1 where the line is the own title or opens with all of it, 2 where it is a part of it.
        }
        let own = site.cluster_of(hash, &page.lines).is_some();
        let others = site.others(own);
        page.others = others;
        let lines = &page.lines[..];
        for line in lines {
            let pages = site.pages(Kind::Template, line.template, 0, own);
            scratch.template.push(pages);
            scratch.template_share.push(if others > 0 { pages as f32 / others as f32 } else { 0.0 });
            scratch.is_anchor.push(site.is_anchor(pages, own));
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
            scratch.is_prose.push(line.length >= super::statistics::PROSE && unique && !is_title);
        }
        let anchors = nearest_anchors(lines, &scratch.is_anchor);
        let core = core(lines, scratch);
        let all_prose: f32 = total(lines, &scratch.is_prose, |_| true);
        let mut own_prose: Vec<(u64, f32)> = Vec::new();
        if own {
            for (at, line) in lines.iter().enumerate().filter(|(at, _)| scratch.is_prose[*at]) {
                let key = super::statistics::count_key(Kind::SlotProse, anchors[at].0.key, anchors[at].1.key);
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
            let bound = |kind, a, b| wilson(site.pages(kind, a, b, own), others);
            let given = |x: u32, n: u32| wilson(x, n);
            let of = |key: u32| if key == START || key == END { others } else { site.pages(Kind::Template, key, 0, own) };
            let (up, down) = anchors[at];
            let slot = super::statistics::count_key(Kind::SlotProse, up.key, down.key);
            let own_in_slot = own_prose.iter().find(|(key, _)| *key == slot).map_or(0.0, |(_, sum)| *sum);
            set(Feature::slot_prose, ((site.slot_prose(up.key, down.key) - own_in_slot).max(0.0) / other_prose).min(1.0));
            let (a, b) = (bound(Kind::AffixAbove, line.affix2, down.key), bound(Kind::AffixBelow, up.key, line.affix2));
            set(Feature::affix_above_anchor, a);
            set(Feature::affix_below_anchor, b);
            set(Feature::affix_between, a.min(b));
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
            let template = wilson(scratch.template[at], others);
            let ln_length = ln1(usize::from(line.length));
            set(Feature::template, template);
            set(Feature::template_share, scratch.template_share[at]);
            set(Feature::template_length, template * ln_length);
            set(Feature::exact, bound(Kind::Exact, line.exact, 0));
            let before = at.checked_sub(1).map_or(START, |before| lines[before].template);
            let after = lines.get(at + 1).map_or(END, |after| after.template);
            set(Feature::pair_above, bound(Kind::Pair, before, line.template));
            set(Feature::pair_given, given(site.pages(Kind::Pair, before, line.template, own), of(before)));
            set(Feature::share_above, at.checked_sub(1).map_or(1.0, |before| scratch.template_share[before]));
            set(Feature::share_below, scratch.template_share.get(at + 1).copied().unwrap_or(1.0));
            set(Feature::pair_below, bound(Kind::Pair, line.template, after));
            set(Feature::around, if before == START || after == END { 0.0 } else { bound(Kind::Around, before, after) });
            let window = at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(lines.len());
            let sum: f32 = window.clone().filter(|&other| other != at).map(|other| scratch.template_share[other]).sum();
            // Beyond the ends of a page everything is template.
            let outside = (2 * NEIGHBOURS + 1 - window.len()) as f32;
            set(Feature::neighbours, (sum + outside) / (2 * NEIGHBOURS) as f32);
            set(Feature::block, ln1(blocks[at]));
            set(Feature::short_run, ln1(short_runs[at]));
            let same = first.partition_point(|&(key, _)| key < line.template);
            let count = first[same..].iter().take_while(|(key, _)| *key == line.template).count();
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
            set(Feature::repeats, (count as f32).ln());
            set(Feature::phrase, f32::from(u8::from(scratch.phrase[at] == Phrase::Whole)));
            set(Feature::phrase_start, f32::from(u8::from(scratch.phrase[at] == Phrase::Start)));
            set(Feature::pages, ln1(others as usize));
            page.features.push(f);
            page.slots.push((up.key, down.key, (at as i32 - up.line) as u32, (down.line - at as i32) as u32));
        }
        &self.page
    }
}

fn is_part_of(parts: &[super::title::Part], line: &Line) -> bool {
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
fn core(lines: &[Line], scratch: &Scratch) -> std::ops::Range<usize> {
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
