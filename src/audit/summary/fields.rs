//! Fields besides the text: missing where others have them, the same on many pages, impossible.

use super::super::facts::Facts;
use super::super::metric::Metric;
use super::Batch;
use super::verdicts::Verdicts;
use std::collections::BTreeMap;

/// Days before this one are implausible: 1990-01-01, before there were web pages.
const EARLIEST: i32 = 7305;

/// Days of a gap between dates behind which a few dates are in the future.
const GAP: i32 = 366;

/// Share of the pages of the batch that must have a field for the others to miss it, and of a site for authors.
const SOME: f64 = 0.05;
const MOST: f64 = 0.5;

/// Pages of one value, at least; their share of the site, or how many times as many as of the next value.
const FEWEST_EQUAL: usize = 5;
const EQUAL_SHARE: f64 = 0.2;
const EQUAL_EXCESS: usize = 4;

/// The "today" of dates that nobody named: the latest date of the pages that does not stand beyond a gap of more than a
/// year with fewer than half of the pages above it.
pub(super) fn latest_day(facts: &[Facts]) -> Option<i32> {
    let mut days: Vec<i32> = facts.iter().filter_map(day).collect();
    days.sort_unstable();
    let mut latest = *days.last()?;
    for (above, pair) in days.windows(2).rev().enumerate() {
        if pair[1] - pair[0] > GAP && 2 * (above + 1) < days.len() {
            latest = pair[0];
        }
    }
    Some(latest)
}

fn day(facts: &Facts) -> Option<i32> {
    i32::try_from(facts.moment?.div_euclid(86_400)).ok()
}

/// Judges all pages.
pub(super) fn judge(batch: &Batch<'_>, verdicts: &mut Verdicts, as_of: Option<i32>) {
    let facts = |page: u32| &batch.facts[page as usize];
    let new: Vec<u32> =
        (0..batch.pages.len() as u32).filter(|&page| verdicts.is_new[page as usize]).collect();
    missing(batch, verdicts, &new, MOST_FIELDS, SOME);
    for &page in &new {
        if facts(page).has_date {
            verdicts.ask(Metric::UnreadDate, page);
        }
        let Some(day) = day(facts(page)) else { continue };
        verdicts.ask(Metric::ImplausibleDate, page);
        // A day of grace: clocks stand in many zones.
        if day < EARLIEST || as_of.is_some_and(|today| day > today + 1) {
            verdicts.set(Metric::ImplausibleDate, page);
        }
    }
    let sites: Vec<Vec<u32>> = verdicts.sites.values().cloned().collect();
    for pages in sites {
        let pages: Vec<u32> = pages.into_iter().filter(|&page| verdicts.is_new[page as usize]).collect();
        missing(batch, verdicts, &pages, &[(Metric::MissingAuthor, |facts| facts.has_author)], MOST);
        constant_titles(batch, verdicts, &pages);
        constant_dates(batch, verdicts, &pages);
    }
}

type Field = (Metric, fn(&Facts) -> bool);

const MOST_FIELDS: &[Field] = &[
    (Metric::MissingTitle, |facts| facts.title != 0),
    (Metric::MissingDate, |facts| facts.has_date),
    (Metric::MissingUrl, |facts| facts.url != 0),
];

/// Fields that enough of these pages have, on those that do not.
fn missing(batch: &Batch<'_>, verdicts: &mut Verdicts, pages: &[u32], fields: &[Field], enough: f64) {
    for (metric, has) in fields {
        let missing = |page: &&u32| !has(&batch.facts[**page as usize]);
        let without = pages.iter().filter(missing).count();
        if (pages.len() - without) as f64 >= enough * pages.len() as f64 && without < pages.len() {
            pages.iter().for_each(|&page| verdicts.ask(*metric, page));
            pages.iter().filter(missing).for_each(|&page| verdicts.set(*metric, page));
        }
    }
}

/// One title for many pages of different texts.
fn constant_titles(batch: &Batch<'_>, verdicts: &mut Verdicts, pages: &[u32]) {
    let facts = |page: u32| &batch.facts[page as usize];
    let title = |page: u32| Some(facts(page).title).filter(|&title| title != 0);
    constant(batch, verdicts, pages, Metric::ConstantTitle, title, true);
}

/// One moment for many pages of different texts. A day is no moment, unless the addresses name other days.
fn constant_dates(batch: &Batch<'_>, verdicts: &mut Verdicts, pages: &[u32]) {
    let facts = |page: u32| &batch.facts[page as usize];
    let moment = |page: u32| facts(page).moment.filter(|_| facts(page).has_time);
    constant(batch, verdicts, pages, Metric::ConstantDate, moment, false);
    let other_day = |page: u32| {
        let is_other = facts(page).url_day.is_some() && facts(page).url_day != day(facts(page));
        facts(page).moment.filter(|_| !facts(page).has_time && is_other)
    };
    constant(batch, verdicts, pages, Metric::ConstantDate, other_day, false);
}

/// Flags the pages of a value that many pages of different texts have.
fn constant<V: Ord + Copy>(
    batch: &Batch<'_>,
    verdicts: &mut Verdicts,
    pages: &[u32],
    metric: Metric,
    value: impl Fn(u32) -> Option<V>,
    needs_share: bool,
) {
    // By value: for each text, the pages.
    let mut values: BTreeMap<V, BTreeMap<u128, Vec<u32>>> = BTreeMap::new();
    for &page in pages.iter().filter(|&&page| batch.facts[page as usize].words > 0) {
        let Some(value) = value(page) else { continue };
        verdicts.ask(metric, page);
        values.entry(value).or_default().entry(batch.pages.row(page).words).or_default().push(page);
    }
    let of: usize = values.values().map(BTreeMap::len).sum();
    let mut counts: Vec<usize> = values.values().map(BTreeMap::len).collect();
    counts.sort_unstable();
    let next = |count: usize| counts.iter().rev().copied().find(|&other| other < count).unwrap_or(1);
    for texts in values.values().filter(|texts| texts.len() >= FEWEST_EQUAL) {
        let count = texts.len();
        let is_large = count as f64 >= EQUAL_SHARE * of as f64;
        if is_large || !needs_share && count >= EQUAL_EXCESS * next(count) {
            texts.values().flatten().for_each(|&page| verdicts.set(metric, page));
        }
    }
}
