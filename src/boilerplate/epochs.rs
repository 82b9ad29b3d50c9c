//! Epochs: the templates that a site has had, and which of them a page has.
//!
//! A redesign replaces most of what the pages of a site have in common. Counted together, each template would be
//! rare because of the other, and a rare template is no template. So the pages of each are an **epoch** of their own,
//! and lines are judged among the pages of their epoch.
//!
//! Epochs are told by **anchors** (lines on a quarter of the pages), not by dates, which may be missing or be those
//! of articles: pages of old articles that were fetched again have the new template. Two groups of pages are two epochs
//! if each lacks two thirds of the other's anchors, by weight. So a changed menu entry, a new box, a section with a list
//! of its own make no epoch; two templates that are in use at the same time make two, and stay two.
//!
//! An epoch is [`FEWEST_ARTICLES`] *articles* at least: copies count once, so one page in a thousand variants is no
//! epoch. Pages that are of no epoch are judged by the one that they are most like.
//!
//! Groups are found in one pass over the articles: each joins the first group with whose leader it shares half of its
//! recurrent lines (of the shorter page), else it leads a group, up to thirty-two. Then groups that are not two
//! templates are joined. Nothing of this is saved: it is a function of the sample.

use super::clusters::Clusters;
use super::keys::KeyMap;
use super::line::Line;
use super::sample::{SampledPage, SiteSample};

/// Articles of an epoch, at least.
pub const FEWEST_ARTICLES: usize = 5;

/// Groups that are told apart while epochs are looked for.
const MOST_GROUPS: usize = 32;

/// Articles that have a line from which it recurs.
const RECURRENT: u32 = 3;

/// Share of the recurrent lines that a page has in common with the leader of its group.
const ALIKE: f32 = 0.5;

/// Share of the pages from which a line is an anchor.
const ANCHOR: f32 = 0.25;

/// Share of the pages from which an anchor is a firm one.
const FIRM: f32 = 0.5;

/// Firm anchors of a template, at least; what has fewer is hardly one.
pub(super) const FEWEST_ANCHORS: usize = 4;

/// Share of a template's anchors, by weight, up to which a page, or another template, is strange to it.
const STRANGE: f32 = 1.0 / 3.0;

/// The template keys of a page's lines, in order, each once; lines without letters say nothing.
pub fn page_keys(lines: &[Line]) -> Vec<u32> {
    let lettered = lines.iter().filter(|line| line.is(Line::HAS_LETTERS));
    let mut keys: Vec<u32> = lettered.map(|line| line.template).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The lines that many of some pages have, each with the share that has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anchors {
    shares: Vec<(u32, f32)>,
}

impl Anchors {
    /// The anchors of pages, whose keys these are.
    pub fn new<'a>(pages: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut counts: KeyMap<u32, u32> = KeyMap::default();
        let mut all = 0;
        for keys in pages {
            all += 1;
            keys.iter().for_each(|&key| *counts.entry(key).or_default() += 1);
        }
        let share = |(key, pages)| (key, pages as f32 / all as f32);
        let mut shares: Vec<(u32, f32)> =
            counts.into_iter().map(share).filter(|(_, share)| *share >= ANCHOR).collect();
        shares.sort_by_key(|(key, _)| *key);
        Self { shares }
    }

    /// Share of the anchors, by weight, that are among the keys of a page.
    pub fn found(&self, keys: &[u32]) -> f32 {
        self.share_of(|key| f32::from(u8::from(keys.binary_search(&key).is_ok())))
    }

    /// Whether a page with these keys has hardly any of them.
    pub fn is_strange(&self, keys: &[u32]) -> bool {
        self.found(keys) <= STRANGE
    }

    /// The share of pages that have a line, if it is an anchor.
    pub fn share(&self, key: u32) -> f32 {
        self.shares.binary_search_by_key(&key, |(key, _)| *key).map_or(0.0, |at| self.shares[at].1)
    }

    /// The anchors on at least half of the pages.
    pub fn firm(&self) -> impl Iterator<Item = u32> {
        self.shares.iter().filter(|(_, share)| *share >= FIRM).map(|(key, _)| *key)
    }

    fn share_of(&self, found: impl Fn(u32) -> f32) -> f32 {
        let all: f32 = self.shares.iter().map(|(_, share)| share).sum();
        let found: f32 = self.shares.iter().map(|&(key, share)| share * found(key).min(1.0)).sum();
        if all > 0.0 { found / all } else { 0.0 }
    }

    fn lacks(&self, other: &Self) -> bool {
        other.share_of(|key| self.share(key) / other.share(key)) <= STRANGE
    }

    fn is_another_template(&self, other: &Self) -> bool {
        let is_firm = |anchors: &Self| anchors.firm().count() >= FEWEST_ANCHORS;
        is_firm(self) && is_firm(other) && self.lacks(other) && other.lacks(self)
    }
}

/// The pages of one template.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// What its pages have in common.
    pub anchors: Anchors,
    /// Its articles.
    pub articles: u32,
    /// The days of its first and last page, of those that have one.
    pub days: Option<(i32, i32)>,
}

/// The epochs of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Epochs {
    all: Vec<Epoch>,
    of_pages: Vec<usize>,
    strange: u32,
}

impl Epochs {
    /// The epochs of a sample; all pages are one, if no two templates can be told apart.
    pub fn find(pages: &[SampledPage], clusters: &Clusters) -> Self {
        let keys: Vec<Vec<u32>> = pages.iter().map(|page| page_keys(&page.lines)).collect();
        let articles: Vec<&[u32]> =
            clusters.firsts().iter().map(|&first| keys[first as usize].as_slice()).collect();
        let templates = templates(&articles);
        let of_pages: Vec<usize> = keys.iter().map(|keys| likest(&templates, keys)).collect();
        let firsts = clusters.firsts().iter().map(|&first| of_pages[first as usize]);
        let mut epochs: Vec<Epoch> =
            templates.into_iter().map(|anchors| Epoch { anchors, articles: 0, days: None }).collect();
        firsts.for_each(|epoch| epochs[epoch].articles += 1);
        for (page, &epoch) in pages.iter().zip(&of_pages) {
            let Some(day) = page.day else { continue };
            let (first, last) = epochs[epoch].days.unwrap_or((day, day));
            epochs[epoch].days = Some((first.min(day), last.max(day)));
        }
        let mut found = Self { all: epochs, of_pages, strange: 0 };
        found.strange = articles.iter().filter(|keys| found.is_strange(keys)).count() as u32;
        found
    }

    /// The epochs of what is remembered of a site.
    pub fn of_sample(sample: &SiteSample) -> Self {
        let pages = sample.pages();
        Self::find(&pages, &Clusters::find(&pages))
    }

    /// The pages of each epoch and their clusters, of the pages that it was found in.
    pub fn split(&self, pages: &[SampledPage], clusters: Clusters) -> Vec<(Vec<SampledPage>, Clusters)> {
        if self.all.len() == 1 {
            return vec![(pages.to_vec(), clusters)];
        }
        let mut split = vec![Vec::new(); self.all.len()];
        pages.iter().zip(&self.of_pages).for_each(|(page, &epoch)| split[epoch].push(page.clone()));
        split
            .into_iter()
            .map(|pages| {
                let clusters = Clusters::find(&pages);
                (pages, clusters)
            })
            .collect()
    }

    /// All of them, the largest first; at least one.
    pub fn all(&self) -> &[Epoch] {
        &self.all
    }

    /// Bytes that they take, about.
    pub fn bytes(&self) -> u64 {
        let anchors: usize = self.all.iter().map(|epoch| 8 * epoch.anchors.shares.capacity() + 64).sum();
        (anchors + 8 * self.of_pages.len()) as u64
    }

    /// The number of the epoch that a page with these keys is most like.
    pub fn of(&self, keys: &[u32]) -> usize {
        likest(self.all.iter().map(|epoch| &epoch.anchors), keys)
    }

    /// The epoch with the latest page; of those the largest.
    pub fn current(&self) -> &Epoch {
        let latest = |epoch: &Epoch| epoch.days.map(|(_, last)| last);
        self.all.iter().rev().max_by_key(|epoch| latest(epoch)).unwrap_or(&self.all[0])
    }

    /// Whether a page with these keys has the template of no epoch.
    pub fn is_strange(&self, keys: &[u32]) -> bool {
        self.all.iter().all(|epoch| epoch.anchors.is_strange(keys))
    }

    /// Its own articles that are strange, and all of them.
    pub fn strange(&self) -> (u32, u32) {
        (self.strange, self.all.iter().map(|epoch| epoch.articles).sum())
    }
}

fn likest<'a>(templates: impl IntoIterator<Item = &'a Anchors>, keys: &[u32]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (number, anchors) in templates.into_iter().enumerate() {
        let found = anchors.found(keys);
        if found > best.1 {
            best = (number, found);
        }
    }
    best.0
}

/// The anchors of each template of these articles, of which the keys are given; the largest first.
fn templates(articles: &[&[u32]]) -> Vec<Anchors> {
    let all = Anchors::new(articles.iter().copied());
    if articles.len() < 2 * FEWEST_ARTICLES {
        return vec![all];
    }
    let mut groups: Vec<Group> =
        groups(&recurrent(articles)).into_iter().map(|members| Group::new(members, articles)).collect();
    join(&mut groups, articles);
    groups.retain(|group| {
        group.members.len() >= FEWEST_ARTICLES && group.anchors.firm().count() >= FEWEST_ANCHORS
    });
    if groups.len() < 2 {
        return vec![all];
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), group.members[0]));
    groups.into_iter().map(|group| group.anchors).collect()
}

struct Group {
    members: Vec<usize>,
    anchors: Anchors,
}

impl Group {
    fn new(members: Vec<usize>, articles: &[&[u32]]) -> Self {
        let anchors = Anchors::new(members.iter().map(|&member| articles[member]));
        Self { members, anchors }
    }
}

/// Of each article the keys that recur.
fn recurrent(articles: &[&[u32]]) -> Vec<Vec<u32>> {
    let mut counts: KeyMap<u32, u32> = KeyMap::default();
    articles.iter().flat_map(|keys| *keys).for_each(|&key| *counts.entry(key).or_default() += 1);
    let recurs = |key: &u32| counts.get(key).is_some_and(|&articles| articles >= RECURRENT);
    articles.iter().map(|keys| keys.iter().copied().filter(recurs).collect()).collect()
}

/// Articles by the leader that they are like; those that are like none are left out once there are enough leaders.
fn groups(frames: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, frame) in frames.iter().enumerate().filter(|(_, frame)| !frame.is_empty()) {
        let is_alike = |group: &Vec<usize>| {
            let leader = &frames[group[0]];
            shared(frame, leader) as f32 >= ALIKE * frame.len().min(leader.len()) as f32
        };
        match groups.iter().position(is_alike) {
            Some(group) => groups[group].push(number),
            None if groups.len() < MOST_GROUPS => groups.push(vec![number]),
            None => {}
        }
    }
    groups
}

/// Joins groups that are not two templates, the earliest two first.
fn join(groups: &mut Vec<Group>, articles: &[&[u32]]) {
    let mut at = 0;
    while at < groups.len() {
        let is_same = |other: &Group| !groups[at].anchors.is_another_template(&other.anchors);
        match groups[at + 1..].iter().position(is_same) {
            None => at += 1,
            Some(next) => {
                let mut members = std::mem::take(&mut groups[at].members);
                members.extend(groups.remove(at + 1 + next).members);
                members.sort_unstable();
                groups[at] = Group::new(members, articles);
                // What was another template than either may not be another one than both.
                at = 0;
            }
        }
    }
}

/// How many keys are in both of two sorted lists.
pub(super) fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    shared
}
