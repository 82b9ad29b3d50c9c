//! Which edition is proposed as the source, and how sure is that?

use crate::date::{Date, Precision};
use serde::{Deserialize, Serialize};

/// One page of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition<'a> {
    /// Whose it is.
    pub site: &'a str,
    /// What is known of its place in time.
    pub when: When,
    /// Derived from id and text; unlike for unlike pages.
    pub key: u128,
}

/// What is known of an edition's place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It was printed then.
    Printed(Date),
    /// A crawler saw it then: it was printed before.
    Seen(Date),
    /// Nothing.
    Unknown,
}

/// What a source is proposed by, or why none is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceBy {
    /// Printed before every page of every other site.
    Earliest,
    /// Of the pages that say when they were printed, only those of its site can have been first; a page of another site
    /// does not say.
    EarliestDated,
    /// The same, but only by neighbouring days of the calendar, which in another time zone may be one.
    EarliestDay,
    /// None: the earliest dates of several sites may mean the same moment.
    Tie,
    /// None: fewer than two sites say when they printed it, or the crawler saw it elsewhere before.
    Undated,
}

impl SourceBy {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Earliest => "earliest",
            Self::EarliestDated => "earliest-dated",
            Self::EarliestDay => "earliest-day",
            Self::Tie => "tie",
            Self::Undated => "undated",
        }
    }

    /// Whether a source is proposed.
    pub const fn is_proposed(self) -> bool {
        matches!(self, Self::Earliest | Self::EarliestDated | Self::EarliestDay)
    }
}

/// Microseconds by which a day may be off in another time zone.
const HALF_DAY: i64 = 12 * 60 * 60 * 1_000_000;

/// A stretch of time: its beginning, and the moment at which it is over.
type Stretch = (i64, i64);

/// The source of a story, as its place among the editions, and what it is proposed by.
///
/// A date is a stretch of time as long as it is fine: a day, a minute, a second. One edition is before another if its
/// stretch is over when the other's begins, so that a day and a time on that day are a tie. The source is proposed if
/// all printed editions that no other edition is before are of one site: of these the one that begins first, then the
/// finest, then the page key. It is sure if the same holds where each day is half a day longer on both ends. Does not
/// depend on the order of the editions. Cost: linear.
pub fn propose(editions: &[Edition<'_>]) -> (Option<usize>, SourceBy) {
    let mut sites = editions
        .iter()
        .filter(|edition| matches!(edition.when, When::Printed(_)))
        .map(|edition| edition.site);
    let first_site = sites.next();
    if sites.all(|site| Some(site) == first_site) {
        return (None, SourceBy::Undated);
    }
    let first = may_be_first(editions, as_written);
    let Some(source) = first.iter().copied().min_by_key(|&at| (printed(&editions[at]), editions[at].key))
    else {
        return (None, SourceBy::Undated);
    };
    let is_elsewhere = |at: &usize| editions[*at].site != editions[source].site;
    if first.iter().any(is_elsewhere) {
        return (None, SourceBy::Tie);
    }
    let is_open =
        editions.iter().any(|edition| printed(edition).is_none() && edition.site != editions[source].site);
    let by = if is_open {
        SourceBy::EarliestDated
    } else if may_be_first(editions, in_any_zone).iter().any(is_elsewhere) {
        SourceBy::EarliestDay
    } else {
        SourceBy::Earliest
    };
    (Some(source), by)
}

/// The places of the printed editions that no other edition is before.
fn may_be_first(editions: &[Edition<'_>], stretch: impl Fn(Date) -> Stretch) -> Vec<usize> {
    let over = |edition: &Edition<'_>| match edition.when {
        When::Printed(date) | When::Seen(date) => Some(stretch(date).1),
        When::Unknown => None,
    };
    let first_over = editions.iter().filter_map(over).min().unwrap_or(i64::MAX);
    let begins_before =
        |edition: &Edition<'_>| printed(edition).is_some_and(|date| stretch(date).0 < first_over);
    (0..editions.len()).filter(|&at| begins_before(&editions[at])).collect()
}

const fn printed(edition: &Edition<'_>) -> Option<Date> {
    if let When::Printed(date) = edition.when { Some(date) } else { None }
}

const fn as_written(date: Date) -> Stretch {
    (date.micros, date.until())
}

fn in_any_zone(date: Date) -> Stretch {
    let doubt = if date.precision == Precision::Day { HALF_DAY } else { 0 };
    (date.micros.saturating_sub(doubt), date.until().saturating_add(doubt))
}

#[cfg(test)]
mod tests {
    use super::{Edition, SourceBy, When, propose};
    use crate::date::parse;

    /// Editions as `site date`, and what is proposed of them.
    fn proposed(editions: &[&str]) -> (Option<usize>, &'static str) {
        let edition = |(key, text): (u128, &&'static str)| {
            let (site, date) = text.split_once(' ').unwrap_or((text, ""));
            let when = match (date.strip_prefix("seen "), parse(date)) {
                (Some(date), _) => When::Seen(parse(date).unwrap()),
                (None, Some(date)) => When::Printed(date),
                (None, None) => When::Unknown,
            };
            Edition { site, when, key }
        };
        // The texts are literals in every caller.
        let editions: Vec<&'static str> = editions.iter().map(|text| &*String::from(*text).leak()).collect();
        let editions: Vec<Edition<'_>> = (0..).zip(&editions).map(edition).collect();
        let (source, by) = propose(&editions);
        (source, by.name())
    }

    #[test]
    fn the_golden_table_of_sources() {
        for (editions, source, by) in [
            (&["a 2025-03-07", "b 2025-03-05"][..], Some(1), "earliest"),
            (&["a 2025-03-05", "b 2025-03-05"], None, "tie"),
            // Neighbouring days may be one day in another zone; half a day between makes sure.
            (&["a 2025-03-05", "b 2025-03-04"], Some(1), "earliest-day"),
            (&["a 2025-03-05", "b 2025-03-06T11:59:59Z"], Some(0), "earliest-day"),
            (&["a 2025-03-05", "b 2025-03-06T12:00:01Z"], Some(0), "earliest"),
            (&["a 2025-03-05", "b 2025-03-04T11:59:59Z"], Some(1), "earliest"),
            // A day ties with any time of that day.
            (&["a 2025-03-05", "b 2025-03-05T00:00:01Z"], None, "tie"),
            (&["a 2025-03-05", "b 2025-03-05T23:59:59Z"], None, "tie"),
            // Midnight is a day that was written as a time.
            (&["a 2025-03-05T00:00:00Z", "b 2025-03-05T07:00:00Z"], None, "tie"),
            (&["a 2025-03-05T07:00:01Z", "b 2025-03-05T07:00:02Z"], Some(0), "earliest"),
            (&["a 2025-03-05T07:00", "b 2025-03-05T07:00:31Z"], None, "tie"),
            (&["a 2025-03-05T07:00", "b 2025-03-05T07:01"], Some(0), "earliest"),
            (&["a 2025-03-05T10:00:00+03:00", "b 2025-03-05T07:30:00Z"], Some(0), "earliest"),
            // Who is after somebody has no part in a tie.
            (&["a 2025-03-05", "b 2025-03-05T10:00:00Z", "c 2025-03-05T09:00:00Z"], None, "tie"),
            (&["a 2025-03-05T09:00:00Z", "b 2025-03-05T10:00:00Z", "c 2025-03-07"], Some(0), "earliest"),
            // Several pages of one site are no tie; the finest date of those that begin first.
            (&["a 2025-03-05", "a 2025-03-05T00:00:01Z", "b 2025-03-07"], Some(0), "earliest"),
            (&["a 2025-03-05", "a 2025-03-05", "b 2025-03-07"], Some(0), "earliest"),
            (&["b 2025-03-07", "a 2025-03-08", "a 2025-03-05"], Some(2), "earliest"),
            // What is missing is said.
            (&["a 2025-03-05", "b 2025-03-07", "c"], Some(0), "earliest-dated"),
            (&["a 2025-03-05", "b 2025-03-06", "c"], Some(0), "earliest-dated"),
            (&["a 2025-03-05", "a", "b 2025-03-07"], Some(0), "earliest"),
            (&["a 2025-03-05", "b 2025-03-07", "b"], Some(0), "earliest-dated"),
            (&["a 2025-03-05", "b 2025-03-05", "c"], None, "tie"),
            (&["a 2025-03-05", "b", "c"], None, "undated"),
            (&["a 2025-03-05", "a 2025-03-04", "b"], None, "undated"),
            (&["a", "b"], None, "undated"),
            (&[], None, "undated"),
            // The moment of a crawl is no date of printing, but what was seen then was printed before.
            (&["a seen 2025-03-01", "b seen 2025-03-09"], None, "undated"),
            (&["a 2025-03-05", "b seen 2025-03-01"], None, "undated"),
            (&["a 2025-03-05", "b 2025-03-07", "c seen 2025-03-04"], None, "undated"),
            (&["a 2025-03-05", "b 2025-03-07", "c seen 2025-03-05"], Some(0), "earliest-dated"),
            (&["a 2025-03-05", "b 2025-03-05", "a seen 2025-03-04"], None, "undated"),
        ] {
            assert_eq!(proposed(editions), (source, by), "{editions:?}");
        }
    }

    #[test]
    fn names_in_files_are_those_in_code() {
        use SourceBy::{Earliest, EarliestDated, EarliestDay, Tie, Undated};
        for by in [Earliest, EarliestDated, EarliestDay, Tie, Undated] {
            assert_eq!(serde_json::to_value(by).ok(), Some(by.name().into()));
        }
    }
}
