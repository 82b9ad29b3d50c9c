//! What stages count, summed over all of them.

use crate::pipeline::manifest::{CountsReport, InputsReport};
use crate::pipeline::rows::hex;
use crate::syndication::source::SourceBy;
use crate::verify::Relation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts; every stage fills in its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Records, usable or not.
    pub records: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Bytes of texts.
    pub text_bytes: u64,
    /// Words of texts.
    pub words: u64,
    /// Dates that could not be read.
    pub unread_dates: u64,
    /// Usable records.
    pub pages: u64,
    /// Pages without a word.
    pub empty: u64,
    /// Pages delivered again.
    pub redelivered: u64,
    /// Pages whose id another text has too.
    pub versions: u64,
    /// The sum of the keys of all pages, each once.
    pub digest: u128,
    /// Sites that have a name.
    pub sites: u64,
    /// Sites whose dates are those of the crawl, are not, and of which it cannot be told.
    pub crawl_dated: [u64; 3],
    /// Buckets too large for all their pairs.
    pub hot_buckets: u64,
    /// Pairs whose texts were compared.
    pub candidates: u64,
    /// Pairs that are something to each other, by what.
    pub pairs: BTreeMap<Relation, u64>,
    /// Pages whose component is not known yet.
    pub unsettled: u64,
    /// Pages that go, by relation.
    pub removed: BTreeMap<Relation, u64>,
    /// Kept pages that others go for.
    pub clusters: u64,
    /// Stories, by what their sources are proposed by.
    pub stories: BTreeMap<SourceBy, u64>,
    /// Groups of pages of one template, and their pages.
    pub templates: (u64, u64),
}

impl Sums {
    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        let Self {
            records,
            rejected,
            text_bytes,
            words,
            unread_dates,
            pages,
            empty,
            redelivered,
            versions,
            digest,
            sites,
            crawl_dated,
            hot_buckets,
            candidates,
            pairs,
            unsettled,
            removed,
            clusters,
            stories,
            templates,
        } = self;
        let numbers = [
            (records, other.records),
            (rejected, other.rejected),
            (text_bytes, other.text_bytes),
            (words, other.words),
            (unread_dates, other.unread_dates),
            (pages, other.pages),
            (empty, other.empty),
            (redelivered, other.redelivered),
            (versions, other.versions),
            (sites, other.sites),
            (hot_buckets, other.hot_buckets),
            (candidates, other.candidates),
            (unsettled, other.unsettled),
            (clusters, other.clusters),
            (&mut templates.0, other.templates.0),
            (&mut templates.1, other.templates.1),
        ];
        numbers.into_iter().for_each(|(sum, number)| *sum += number);
        crawl_dated.iter_mut().zip(other.crawl_dated).for_each(|(sum, number)| *sum += number);
        *digest = digest.wrapping_add(other.digest);
        other.pairs.iter().for_each(|(relation, number)| *pairs.entry(*relation).or_default() += number);
        other.removed.iter().for_each(|(relation, number)| *removed.entry(*relation).or_default() += number);
        other.stories.iter().for_each(|(by, number)| *stories.entry(*by).or_default() += number);
    }

    /// What was read, as a manifest says it.
    pub fn inputs(&self) -> InputsReport {
        InputsReport { records: self.records, text_bytes: self.text_bytes, digest: hex(self.digest) }
    }

    /// What came of it; `removes` are the relations that pages are removed for.
    pub fn counts(&self, removes: &[Relation]) -> CountsReport {
        let pairs = |relation| self.pairs.get(&relation).copied().unwrap_or(0);
        let mut removed: BTreeMap<Relation, u64> = removes.iter().map(|&relation| (relation, 0)).collect();
        removed.extend(&self.removed);
        let [crawl_dated, not, untold] = self.crawl_dated;
        CountsReport {
            pages: self.pages,
            rejected: self.rejected,
            redelivered: self.redelivered,
            empty: self.empty,
            versions: self.versions,
            kept: self.pages - self.redelivered - self.removed.values().sum::<u64>(),
            removed,
            clusters: self.clusters,
            syndicated: self.stories.values().sum(),
            sources: self.stories.clone(),
            // Sites of which it cannot be told are judged as most of the others are.
            crawl_dated_sites: crawl_dated + if crawl_dated > not { untold } else { 0 },
            sites: self.sites,
            candidates: self.candidates,
            near_pairs: pairs(Relation::Near),
            contained_pairs: pairs(Relation::Contained),
            passages: None,
            template_pairs: pairs(Relation::Template),
            templates: self.templates.0,
            template_pages: self.templates.1,
            hot_buckets: self.hot_buckets,
            words: self.words,
            unread_dates: self.unread_dates,
        }
    }
}
