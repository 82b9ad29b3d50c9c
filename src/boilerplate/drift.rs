//! Drift: does a site still have the template that was learned?
//!
//! The newest pages of a site are laid beside its [epochs](super::epochs). A page on which hardly any anchor of any epoch
//! stands is **strange**. A single strange page is a gallery or an error page; the site has changed if strange
//! pages are at least four fifths of the newest ones, [`FEWEST_STRANGE`] at least, and if so many would be improbable
//! given how many of the articles that were learned from are strange themselves (binomial tail at most
//! one in ten thousand). So a site whose pages have always been of all kinds raises no alarm, nor do two templates that
//! were both learned.
//!
//! Copies count once: a page that shares four fifths of its lines with a newer one says nothing new.
//!
//! What is looked at is a function of the set of pages: the [`WATCHED`] newest ones, by day and then by hash. Pages
//! without a day are taken by hash alone.

use super::epochs::{Anchors, Epochs, FEWEST_ANCHORS, page_keys, shared};
use super::sample::{ByHash, SiteSample};
use crate::date::day_name;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};

/// Newest pages that are looked at.
pub const WATCHED: usize = 12;

/// Share of the lines of either of two pages from which one is a copy of the other.
const COPY: f64 = 0.8;

/// Articles that must be known of a site before it can be said to have changed.
const ENOUGH_ARTICLES: u32 = 10;

/// Strange pages of an alarm, at least.
pub const FEWEST_STRANGE: usize = 5;

/// Lines that strange pages have in common from which they have a template of their own.
const FEWEST_RISING: usize = 4;

/// Share of strange pages of an alarm.
const MOSTLY: f64 = 0.8;

/// Probability of an alarm when nothing has changed, at most; one site at one time.
const FALSE_ALARM: f64 = 1e-4;

/// The newest pages that were seen of a site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    pages: BTreeMap<(Reverse<Option<i32>>, u64), Vec<u32>>,
}

impl Watch {
    /// Whether a page is among the newest; worth asking before its keys are gathered.
    pub fn wants(&self, day: Option<i32>, hash: u64) -> bool {
        let key = (Reverse(day), hash);
        let is_full = self.pages.len() >= WATCHED;
        !self.pages.contains_key(&key)
            && (!is_full || self.pages.last_key_value().is_some_and(|(last, _)| key < *last))
    }

    /// The newest pages of a sample. Pages without a day count if they were not there `before`: nothing else tells that they
    /// are new.
    pub fn of(sample: &SiteSample, before: &SiteSample) -> Self {
        let mut watch = Self::default();
        for page in sample.newest.pages() {
            watch.insert(page.day, page.hash, page_keys(&page.lines));
        }
        let undated = sample.whole.pages().filter(|page| page.day.is_none());
        for page in undated.filter(|page| !before.whole.has(ByHash(page.hash))) {
            watch.insert(None, page.hash, page_keys(&page.lines));
        }
        watch
    }

    /// Takes a page in by its day, its hash and its [keys](super::epochs::page_keys), if it is among the newest.
    pub fn insert(&mut self, day: Option<i32>, hash: u64, keys: Vec<u32>) {
        self.pages.insert((Reverse(day), hash), keys);
        if self.pages.len() > WATCHED {
            self.pages.pop_last();
        }
    }

    /// Takes in what was seen elsewhere.
    pub fn merge(&mut self, other: Self) {
        for ((Reverse(day), hash), keys) in other.pages {
            self.insert(day, hash, keys);
        }
    }

    /// Day and keys of its pages, the newest first; copies once.
    fn articles(&self) -> Vec<(Option<i32>, &[u32])> {
        let mut articles: Vec<(Option<i32>, &[u32])> = Vec::new();
        for ((Reverse(day), _), keys) in &self.pages {
            if !articles.iter().any(|(_, known)| is_copy(known, keys)) {
                articles.push((*day, keys));
            }
        }
        articles
    }
}

fn is_copy(a: &[u32], b: &[u32]) -> bool {
    let shared = shared(a, b);
    shared as f64 >= COPY * (a.len() + b.len() - shared) as f64
}

/// How a site has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Day of the first strange page among the newest ones, if one has a day: `2026-05-03`.
    pub since: Option<String>,
    /// Strange pages.
    pub strange: usize,
    /// Of so many newest pages.
    pub of: usize,
    /// Firm anchors of the template before.
    pub anchors: usize,
    /// Of these, those that hardly any strange page has.
    pub gone: usize,
    /// Lines that most strange pages have, and that were no anchors: a new template, if there are some.
    pub rising: usize,
}

impl Drift {
    /// Whether enough is known of a site to say that it has changed.
    pub fn may_be_found(known: &Epochs) -> bool {
        known.strange().1 >= ENOUGH_ARTICLES && known.current().anchors.firm().count() >= FEWEST_ANCHORS
    }

    /// How the newest pages of a site differ from what was known; none if it is as it was, or too little is known.
    pub fn find(known: &Epochs, newest: &Watch) -> Option<Self> {
        if !Self::may_be_found(known) {
            return None;
        }
        let (strange_before, articles) = known.strange();
        let current = &known.current().anchors;
        // The expected share, with half a page more of each kind (Krichevsky, Trofimov 1981).
        let expected = (f64::from(strange_before) + 0.5) / (f64::from(articles) + 1.0);
        let newest = newest.articles();
        let is_strange: Vec<bool> = newest.iter().map(|(_, keys)| known.is_strange(keys)).collect();
        let mut found = None;
        let mut strange = 0;
        for (of, &is_strange) in (1..).zip(&is_strange) {
            strange += usize::from(is_strange);
            let is_alarm = is_strange
                && strange >= FEWEST_STRANGE
                && strange as f64 >= MOSTLY * of as f64
                && tail(of, strange, expected) <= FALSE_ALARM;
            if is_alarm {
                found = Some((strange, of));
            }
        }
        let (strange, of) = found?;
        let pages = newest.iter().zip(is_strange).take(of).filter(|(_, is_strange)| *is_strange);
        let pages: Vec<&(Option<i32>, &[u32])> = pages.map(|(page, _)| page).collect();
        let template = Anchors::new(pages.iter().map(|(_, keys)| *keys));
        Some(Self {
            since: pages.iter().filter_map(|(day, _)| *day).min().map(day_name),
            strange,
            of,
            anchors: current.firm().count(),
            gone: current.firm().filter(|&key| template.share(key) <= 0.0).count(),
            rising: template.firm().filter(|&key| current.share(key) <= 0.0).count(),
        })
    }
}

impl Display for Drift {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { since, strange, of, anchors, gone, rising } = self;
        let is_new = *rising >= FEWEST_RISING;
        out.write_str(if is_new {
            "new template"
        } else {
            "its template is gone, and no other one is seen"
        })?;
        if let Some(day) = since {
            write!(out, " since {day}")?;
        }
        write!(
            out,
            ": {strange} of the {of} newest pages; {gone} of {anchors} old lines gone, {rising} new ones"
        )
    }
}

/// The probability of at least `least` of `of` where each has probability `share`.
fn tail(of: usize, least: usize, share: f64) -> f64 {
    let mut term = (1.0 - share).powf(of as f64);
    let mut sum = 0.0;
    for number in 0..=of {
        sum += if number >= least { term } else { 0.0 };
        term *= (of - number) as f64 / (number + 1) as f64 * share / (1.0 - share);
    }
    sum
}
