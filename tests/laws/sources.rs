//! Sources of stories: what is proposed follows from the set of editions, and from dates as stretches of time.

use crate::support::random::Random;
use proptest::prelude::*;
use tamis::date::{Date, Precision};
use tamis::syndication::crawl_dates::{Dated, crawl_dated};
use tamis::syndication::source::{Edition, SourceBy, When, propose};

const SITES: [&str; 4] = ["a", "b", "c", ""];
const HOUR: i64 = 3_600_000_000;

fn date(random: &mut Random) -> Date {
    let micros = random.below(10 * 24) as i64 * HOUR;
    match random.below(3) {
        0 => Date { micros, precision: Precision::Second },
        1 => Date { micros, precision: Precision::Minute },
        _ => Date { micros: micros - micros % (24 * HOUR), precision: Precision::Day },
    }
}

fn editions(random: &mut Random) -> Vec<Edition<'static>> {
    let edition = |key: u64, random: &mut Random| Edition {
        site: SITES[random.below(4) as usize],
        when: match random.below(8) {
            0 => When::Unknown,
            1 => When::Seen(date(random)),
            _ => When::Printed(date(random)),
        },
        key: u128::from(key),
    };
    let count = random.below(7);
    (0..count).map(|key| edition(key, random)).collect()
}

/// Whether `a` was printed before `b` was, with certainty.
fn is_before(a: &Edition<'_>, b: &Edition<'_>) -> bool {
    let (When::Printed(x) | When::Seen(x)) = a.when else { return false };
    let When::Printed(y) = b.when else { return false };
    x.until() <= y.micros
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_source_does_not_depend_on_the_order_of_the_editions(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let mut editions = editions(&mut random);
        let (source, by) = propose(&editions);
        let key = source.map(|at| editions[at].key);
        random.shuffle(&mut editions);
        let (source, by_again) = propose(&editions);
        prop_assert_eq!((source.map(|at| editions[at].key), by_again), (key, by));
    }

    #[test]
    fn nobody_is_before_the_source_and_no_dated_page_of_another_site_can_be_first(seed in any::<u64>()) {
        let editions = editions(&mut Random::new(seed));
        let (source, by) = propose(&editions);
        prop_assert_eq!(source.is_some(), by.is_proposed());
        let Some(source) = source.map(|at| editions[at]) else {
            // Whatever could be the source has a rival on another site, or nobody to compare with.
            let minimal = |at: &&Edition<'_>| {
                matches!(at.when, When::Printed(_)) && !editions.iter().any(|other| is_before(other, at))
            };
            let first: Vec<&Edition<'_>> = editions.iter().filter(minimal).collect();
            let is_rivalled = first.iter().any(|edition| edition.site != first[0].site);
            prop_assert_eq!(is_rivalled, by == SourceBy::Tie);
            return Ok(());
        };
        prop_assert!(!editions.iter().any(|edition| is_before(edition, &source)));
        for edition in editions.iter().filter(|edition| edition.site != source.site) {
            match edition.when {
                // Somebody is before it: an edition of the source's site, or one that was seen.
                When::Printed(_) => prop_assert!(editions.iter().any(|other| is_before(other, edition))),
                When::Seen(_) | When::Unknown => prop_assert_eq!(by, SourceBy::EarliestDated),
            }
        }
    }

    #[test]
    fn crawl_dates_do_not_depend_on_the_order_of_pages_or_copies(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let mut pages = Vec::new();
        for site in 0..4 {
            let (count, step) = (random.below(25), [1, 20, 40, 4000][random.below(4) as usize]);
            for number in 0..count {
                let micros = (number * step * 1_000_000) as i64 + 1_000_000;
                let date = Date { micros, precision: Precision::Second };
                pages.push(Dated { site, words: u128::from(number), date });
            }
        }
        let found = crawl_dated(4, pages.clone());
        pages.extend(pages.clone());
        random.shuffle(&mut pages);
        prop_assert_eq!(crawl_dated(4, pages), found);
    }
}
