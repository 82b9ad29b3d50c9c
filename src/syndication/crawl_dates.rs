//! Which sites' dates are those of the crawl?
//!
//! Many crawlers fill the date in with the moment at which they came by. Such dates tell who was visited first, not who
//! printed first. They give themselves away: a whole site on one day or at one moment, or times seconds apart, as a
//! crawler takes page after page and no newsroom prints them.

use crate::date::{Date, Precision};

/// Pages with dates that a site must have to be judged by itself.
pub const FEWEST: usize = 10;

/// Tenths of a site's pages that say the same where the date was filled in.
const NEARLY_ALL: usize = 9;

/// Microseconds between two pages of a crawl. A site that printed a story every 30 seconds would print 2,880 a day.
const CLOSE: i64 = 30_000_000;

/// A dated page, for [`crawl_dated`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    /// Dense number of its site.
    pub site: u32,
    /// Digest of its words: of several copies on a site the earliest counts, once.
    pub words: u128,
    /// What it states.
    pub date: Date,
}

/// Which of `sites` sites have the crawl's dates, by number. A site of fewer than [`FEWEST`] different dated pages is
/// judged as [most others are](is_usual): one crawler visits them all. Does not depend on the order of pages or
/// on the numbering of sites. Cost: a sort.
pub fn crawl_dated(sites: usize, mut pages: Vec<Dated>) -> Vec<bool> {
    pages.sort_unstable();
    pages.dedup_by_key(|page| (page.site, page.words));
    let mut judged: Vec<Option<bool>> = vec![None; sites];
    for of_site in pages.chunk_by(|a, b| a.site == b.site) {
        judged[of_site[0].site as usize] = judge(of_site.iter().map(|page| page.date).collect());
    }
    let is_usual = is_usual(judged.iter().flatten().copied());
    judged.into_iter().map(|judged| judged.unwrap_or(is_usual)).collect()
}

/// How sites of too few pages are judged: as more than half of those that could be.
pub fn is_usual(judged: impl Iterator<Item = bool>) -> bool {
    let [others, crawl_dated] = judged.fold([0u64; 2], |mut counts, judged| {
        counts[usize::from(judged)] += 1;
        counts
    });
    crawl_dated > others
}

/// Whether the dates of one site, of different pages, are those of the crawl; none if they are too few to tell.
pub fn judge(dates: Vec<Date>) -> Option<bool> {
    (dates.len() >= FEWEST).then(|| is_of_the_crawl(dates))
}

/// Whether the dates of one site are those of the crawl: nearly all the same, or most of them times of which half
/// follow the one before within half a minute. Equal times count once: editions are put up at one moment.
fn is_of_the_crawl(mut dates: Vec<Date>) -> bool {
    dates.sort_unstable();
    let commonest = dates.chunk_by(|a, b| a == b).map(<[Date]>::len).max().unwrap_or(0);
    if 10 * commonest >= NEARLY_ALL * dates.len() {
        return true;
    }
    let pages = dates.len();
    dates.retain(|date| date.precision == Precision::Second);
    let are_times = 2 * dates.len() > pages;
    dates.dedup();
    let close =
        dates.windows(2).filter(|pair| pair[1].micros.saturating_sub(pair[0].micros) <= CLOSE).count();
    are_times && dates.len() >= FEWEST && 2 * close >= dates.len() - 1
}

#[cfg(test)]
mod tests {
    use super::{Dated, crawl_dated};
    use crate::date::parse;

    fn site(site: u32, dates: impl IntoIterator<Item = String>) -> Vec<Dated> {
        let page = |(number, date): (usize, String)| Dated {
            site,
            words: number as u128,
            date: parse(&date).unwrap_or_else(|| panic!("{date}")),
        };
        dates.into_iter().enumerate().map(page).collect()
    }

    /// A page every so many seconds, over several days from a quarter past three in the morning on.
    fn every(seconds: u64, count: u64) -> Vec<String> {
        (0..count).map(|number| (1_437_447_092 + seconds * number + number % 3).to_string()).collect()
    }

    fn is_crawl_dated(dates: Vec<String>) -> bool {
        crawl_dated(1, site(0, dates))[0]
    }

    #[test]
    fn a_crawlers_pace_is_told_from_a_newsrooms() {
        assert!(is_crawl_dated(every(1, 40)) && is_crawl_dated(every(20, 12)));
        assert!(!is_crawl_dated(every(300, 40)) && !is_crawl_dated(every(45, 400)));
        // Several visits, days apart.
        let visits = (0..5).flat_map(|visit| every(2, 9).into_iter().map(move |at| (visit, at)));
        let shifted = visits.map(|(visit, at)| (at.parse::<u64>().unwrap() + visit * 90_000).to_string());
        assert!(is_crawl_dated(shifted.collect()));
    }

    #[test]
    fn one_day_or_moment_for_a_whole_site_is_the_crawls() {
        let days = |same: usize, others: usize| {
            let others = (0..others).map(|day| format!("2015-06-{:02}", day + 1));
            std::iter::repeat_n("2015-07-21".to_owned(), same).chain(others).collect::<Vec<_>>()
        };
        assert!(is_crawl_dated(days(10, 0)) && is_crawl_dated(days(18, 2)));
        assert!(!is_crawl_dated(days(17, 3)) && !is_crawl_dated(days(9, 0)));
    }

    #[test]
    fn editions_that_are_put_up_at_one_moment_a_day_are_a_newsrooms() {
        let editions =
            (1..=12).flat_map(|day| std::iter::repeat_n(format!("2015-07-{day:02} 03:00:05"), 30)).collect();
        assert!(!is_crawl_dated(editions));
    }

    #[test]
    fn copies_of_one_page_are_one_page() {
        let mut pages = site(0, every(300, 12));
        pages.extend(std::iter::repeat_n(pages[3], 100));
        assert!(!crawl_dated(1, pages)[0]);
    }

    #[test]
    fn a_small_site_is_judged_as_most_others_are() {
        let small = || site(2, every(86_400, 3));
        let crawled = |number| site(number, every(1, 40));
        let printed = |number| site(number, every(300, 40));
        assert_eq!(crawl_dated(3, [crawled(0), crawled(1), small()].concat()), [true, true, true]);
        assert_eq!(crawl_dated(3, [crawled(0), printed(1), small()].concat()), [true, false, false]);
        assert_eq!(crawl_dated(3, small()), [false, false, false]);
        assert_eq!(crawl_dated(0, Vec::new()), [false; 0]);
    }
}
