//! The newest pages that were judged of each site, for drift; runs of them in temporary files once they are many.

use super::site_runs::{Gathered, SiteRuns, read_back};
use super::strip::Seen;
use crate::boilerplate::drift::Watch;
use crate::error::Result;
use crate::io::named::Named;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

impl Gathered for Watch {
    fn merge(&mut self, other: Self) {
        Self::merge(self, other);
    }
}

/// Bytes that a site takes besides the keys of its pages, about, and a page.
const SITE: u64 = 900;
const PAGE: u64 = 48;

/// What was seen of each site.
#[derive(Debug)]
pub(super) struct Watches {
    held: HashMap<String, Watch>,
    /// Bytes that it takes, about, and may.
    bytes: u64,
    most: u64,
    runs: SiteRuns<Watch>,
}

impl Watches {
    /// Nothing yet; holds up to `most` bytes, the rest goes to `temp_dir`.
    pub(super) fn new(temp_dir: &Path, most: u64) -> Self {
        Self { held: HashMap::new(), bytes: 0, most, runs: SiteRuns::new(temp_dir) }
    }

    /// Whether a page may be among the newest of its site.
    pub(super) fn wants(&self, site: &str, day: Option<i32>, hash: u64) -> bool {
        self.held.get(site).is_none_or(|watch| watch.wants(day, hash))
    }

    /// Takes a page in, if it is among the newest.
    pub(super) fn see(&mut self, seen: Seen) -> Result<()> {
        let Seen { site, day, hash, keys } = seen;
        if !self.wants(&site, day, hash) {
            return Ok(());
        }
        self.bytes += PAGE + 4 * keys.len() as u64;
        if let Some(watch) = self.held.get_mut(&site) {
            watch.insert(day, hash, keys);
        } else {
            self.bytes += SITE;
            self.held.entry(site).or_default().insert(day, hash, keys);
        }
        if self.bytes > self.most {
            let sites = self.take_held();
            self.runs.push(sites)?;
        }
        Ok(())
    }

    /// What is in memory, by name; nothing is from then on.
    fn take_held(&mut self) -> impl Iterator<Item = (String, Watch)> + use<> {
        let mut sites: Vec<(String, Watch)> = std::mem::take(&mut self.held).into_iter().collect();
        sites.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        self.bytes = 0;
        sites.into_iter()
    }

    /// All that was seen.
    pub(super) fn all(&mut self, temp_dir: &Path) -> Result<Seeing> {
        let sites = self.take_held();
        let runs = std::mem::replace(&mut self.runs, SiteRuns::new(temp_dir));
        let all = runs.finish(sites, self.most as usize)?;
        self.runs.add(Arc::clone(&all))?;
        Ok(Seeing(all))
    }
}

/// What was seen of each site, looked at when all is seen.
pub(super) struct Seeing(Arc<Named>);

impl Seeing {
    /// The newest pages of a site.
    pub(super) fn of(&self, site: &str) -> Result<Watch> {
        match self.0.find(site)? {
            Some((_, bytes)) => read_back(&bytes),
            None => Ok(Watch::default()),
        }
    }
}
