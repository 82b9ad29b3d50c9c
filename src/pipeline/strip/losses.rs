//! What the pages of each site lost, counted; in temporary files once the sites are many.

use super::SiteCounts;
use crate::error::Result;
use crate::io::named::Named;
use crate::pipeline::budget::Budget;
use crate::pipeline::site_runs::{Gathered, SiteRuns, read_back};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Bytes that a site takes besides its name, about.
const SITE: u64 = 128;

/// Bytes that are read at once.
const AT_ONCE: usize = 1 << 20;

impl Gathered for SiteCounts {
    fn merge(&mut self, other: Self) {
        self.pages += other.pages;
        self.characters += other.characters;
        self.stripped_characters += other.stripped_characters;
    }
}

/// What was counted so far.
pub(super) struct Losses {
    held: BTreeMap<String, SiteCounts>,
    /// Bytes that it takes, about, and may.
    bytes: u64,
    most: u64,
    runs: SiteRuns<SiteCounts>,
}

impl Losses {
    pub(super) fn new(temp_dir: &Path, memory: Budget) -> Self {
        Self { held: BTreeMap::new(), bytes: 0, most: memory.sites() / 4, runs: SiteRuns::new(temp_dir) }
    }

    /// Adds what the pages of a batch lost.
    pub(super) fn take(&mut self, sites: BTreeMap<String, SiteCounts>) -> Result<()> {
        for (site, of) in sites {
            if let Some(known) = self.held.get_mut(&site) {
                known.merge(of);
            } else {
                self.bytes += SITE + site.len() as u64;
                self.held.insert(site, of);
            }
        }
        if self.bytes > self.most {
            self.bytes = 0;
            self.runs.push(std::mem::take(&mut self.held).into_iter())?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<SiteLosses> {
        let Self { held, most, runs, .. } = self;
        Ok(SiteLosses(runs.finish(held.into_iter(), most as usize)?))
    }
}

/// What every site lost.
#[derive(Clone, Debug)]
pub struct SiteLosses(Arc<Named>);

impl SiteLosses {
    /// Hands all sites to `look`, by name.
    pub fn for_each(&self, mut look: impl FnMut(&str, SiteCounts)) -> Result<()> {
        let mut sites = self.0.reader(AT_ONCE);
        while let Some((site, bytes)) = sites.next_record()? {
            look(site, read_back(bytes)?);
        }
        Ok(())
    }

    /// Sites that have a name.
    pub(super) fn named(&self) -> Result<u64> {
        Ok(self.0.len() - u64::from(self.0.find("")?.is_some()))
    }
}
