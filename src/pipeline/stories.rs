//! Clusters over several sites: their editions, their sources, and who reprints whom.

use super::copies::Copies;
use super::decide::Figures;
use crate::date::Date;
use crate::page::Pages;
use crate::similarity::Overlap;
use crate::syndication::crawl_dates::{Dated, crawl_dated};
use crate::syndication::exchange::Exchange;
use crate::syndication::source::{self, SourceBy, When};
use crate::verify::Relation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the date of an edition is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateBy {
    /// Its date field.
    Field,
    /// Its address.
    Address,
    /// Its date field, but the crawler seems to have filled that in: the page was printed before.
    Crawl,
}

/// A cluster over several sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The edition that was printed first, as far as dates tell.
    pub source: Option<u32>,
    /// What it is proposed by.
    pub by: SourceBy,
    /// The kept page, then the others by id.
    pub editions: Vec<Edition>,
}

/// A page of a story. What differs, differs from the kept page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The page.
    pub page: u32,
    /// When it was printed.
    pub date: Option<Date>,
    /// Where that is from.
    pub date_by: Option<DateBy>,
    /// Whether it has the headline of the kept page, if both have one.
    pub same_headline: Option<bool>,
    /// Shingles of the kept page that it does not have.
    pub cut: u32,
    /// Shingles that the kept page does not have.
    pub added: u32,
}

/// What was told of all stories.
#[derive(Debug, Default)]
pub struct Told<'a> {
    /// Their number, by what their sources are proposed by.
    pub stories: BTreeMap<SourceBy, u64>,
    /// Who reprints whom.
    pub exchange: Exchange<'a>,
}

/// Tells stories.
pub struct Stories<'a> {
    pages: &'a Pages,
    /// One a site.
    crawl_dated: Vec<bool>,
}

impl<'a> Stories<'a> {
    /// Looks at the dates of all sites first.
    pub fn new(pages: &'a Pages, copies: &Copies) -> Self {
        let numbers = (0..pages.len() as u32).filter(|&page| !copies.redelivered[page as usize]);
        let dated = numbers.filter_map(|page| {
            let row = pages.row(page);
            Some(Dated { site: row.site, words: row.words, date: row.date? })
        });
        Self::of_judged(pages, crawl_dated(pages.sites().len(), dated.collect()))
    }

    /// With sites, by number, of which it is known whether their dates are those of the crawl.
    pub const fn of_judged(pages: &'a Pages, crawl_dated: Vec<bool>) -> Self {
        Self { pages, crawl_dated }
    }

    /// Sites whose date fields decide nothing, by name.
    pub fn crawl_dated_sites(&self) -> Vec<&'a str> {
        let dated: std::collections::BTreeSet<u32> =
            self.pages.rows().iter().filter(|row| row.date.is_some()).map(|row| row.site).collect();
        let is_one = |site: &u32| self.crawl_dated[*site as usize];
        let mut sites: Vec<&str> =
            dated.into_iter().filter(is_one).map(|site| self.pages.sites()[site as usize].as_str()).collect();
        sites.sort_unstable();
        sites
    }

    /// The story of a kept page and the pages removed for it; none if they are of one site. Pages of a template reprint
    /// nothing. `told` takes it in.
    pub fn story(
        &self,
        kept: u32,
        removed: impl Iterator<Item = Figures>,
        told: &mut Told<'a>,
    ) -> Option<Story> {
        let reprints = removed.filter(|&(_, relation, _)| relation != Relation::Template);
        let story = self.of_reprints(kept, reprints.map(|(page, _, overlap)| (page, overlap)).collect())?;
        *told.stories.entry(story.by).or_default() += 1;
        let middle = story.source.unwrap_or(kept);
        let sites = story.editions.iter().map(|edition| self.pages.site(edition.page));
        told.exchange.add(self.pages.site(middle), story.by, sites);
        Some(story)
    }

    fn of_reprints(&self, kept: u32, mut removed: Vec<(u32, Overlap)>) -> Option<Story> {
        removed.sort_unstable_by_key(|&(page, _)| (self.pages.id(page), self.pages.row(page).digest));
        let mut sites = std::iter::once(kept)
            .chain(removed.iter().map(|&(page, _)| page))
            .map(|page| self.pages.site(page))
            .filter(|site| !site.is_empty());
        let first = sites.next();
        if sites.all(|site| Some(site) == first) {
            return None;
        }
        let own = self.edition(kept, kept, Overlap { shared: 0, size_a: 0, size_b: 0 });
        let others = removed.iter().map(|&(page, overlap)| self.edition(page, kept, overlap));
        let editions: Vec<Edition> = std::iter::once(own).chain(others).collect();
        let told: Vec<source::Edition<'_>> = editions.iter().map(|edition| self.told(edition)).collect();
        let (source, by) = source::propose(&told);
        Some(Story { source: source.map(|at| editions[at].page), by, editions })
    }

    fn edition(&self, page: u32, kept: u32, overlap: Overlap) -> Edition {
        let (row, kept_row) = (self.pages.row(page), self.pages.row(kept));
        let stated =
            row.date.filter(|_| !self.crawl_dated[row.site as usize]).map(|date| (date, DateBy::Field));
        let in_address = || row.address_day.map(|day| (Date::of_day(day), DateBy::Address));
        let of_the_crawl = || row.date.map(|date| (date, DateBy::Crawl));
        let date = stated.or_else(in_address).or_else(of_the_crawl);
        Edition {
            page,
            date: date.map(|(date, _)| date),
            date_by: date.map(|(_, by)| by),
            same_headline: row.headline.zip(kept_row.headline).map(|(own, of_kept)| own == of_kept),
            cut: overlap.size_b - overlap.shared,
            added: overlap.size_a - overlap.shared,
        }
    }

    /// What an edition tells about its place in time.
    fn told(&self, edition: &Edition) -> source::Edition<'a> {
        source::Edition {
            site: self.pages.site(edition.page),
            when: match (edition.date, edition.date_by) {
                (Some(date), Some(DateBy::Crawl)) => When::Seen(date),
                (Some(date), _) => When::Printed(date),
                (None, _) => When::Unknown,
            },
            key: self.pages.key(edition.page),
        }
    }
}
