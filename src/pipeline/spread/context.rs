//! What stages know besides their rows.

use super::sums::Sums;
use crate::cluster::keep::KeepPolicy;
use crate::error::{Error, Result};
use crate::frame::common::Frame;
use crate::lsh::banding::{Banding, size_class};
use crate::pipeline::manifest::SettingsReport;
use crate::pipeline::settings::{Method, Settings};
use crate::syndication::crawl_dates::is_usual;
use crate::verify::Relation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings, and what earlier stages have found that all need to know.
#[derive(Clone, Debug)]
pub struct Context {
    /// What was asked for.
    pub settings: Settings,
    /// How signatures are cut.
    pub banding: Banding,
    /// The number of pages that the bands are chosen for.
    pub expected: u64,
    /// The name of the batch; from the decision on.
    pub batch: String,
    /// The frames of all sites; from the verification on.
    pub frame: Frame,
    /// Whose dates are those of the crawl; from the decision on.
    pub crawl_dated: CrawlDated,
}

/// Which sites have dates of the crawl.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrawlDated {
    /// Sites that can be judged.
    pub judged: BTreeMap<String, bool>,
    /// How others are judged.
    pub usual: bool,
}

impl Context {
    /// For as many pages; fails if something was asked for that is not done this way.
    pub fn new(settings: Settings, pages: u64) -> Result<Self> {
        settings.validate()?;
        let refusals = [
            (settings.method != Method::MinHash, "--method", "is not minhash"),
            (settings.keep == KeepPolicy::First, "--keep", "first: spread pages have no order"),
            (settings.seeks_passages(), "--passages", "and --remove contained look at all pairs of passages"),
            (settings.pairs, "--pairs", "writes a table that is larger than the crawl"),
            (settings.annotate, "--annotate", "marks pages in files"),
            (settings.index.is_some(), "--index", "is a folder of one machine"),
        ];
        if let Some((_, flag, fault)) = refusals.into_iter().find(|(is_asked, ..)| *is_asked) {
            return Err(Error::usage(flag, fault).next_step("use dedup on one machine, or leave it out"));
        }
        let expected = size_class(settings.expect_pages.unwrap_or(pages));
        let banding = Banding::for_promise(settings.threshold, settings.recall, expected)?;
        let (batch, frame) = (String::new(), Frame::default());
        Ok(Self { settings, banding, expected, batch, frame, crawl_dated: CrawlDated::default() })
    }

    /// The name of the batch, from what [`read`](super::read::read) and [`Deliveries`](super::pages::Deliveries) counted.
    pub fn batch_of(&self, sums: &Sums) -> Result<String> {
        SettingsReport::new(&self.settings).batch_name(&sums.inputs(), None)
    }

    /// Whether pages are removed for this.
    pub fn removes(&self, relation: Relation) -> bool {
        self.settings.remove.contains(&relation)
    }
}

impl CrawlDated {
    /// Of the sites that can be judged.
    pub fn new(judged: BTreeMap<String, bool>) -> Self {
        Self { usual: is_usual(judged.values().copied()), judged }
    }

    /// Whether a site has such dates.
    pub fn has(&self, site: &str) -> bool {
        self.judged.get(site).copied().unwrap_or(self.usual)
    }
}
