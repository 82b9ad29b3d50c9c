//! What is remembered of sites while pages are read for the first time, as much of it in memory as may be held.

use super::budget::Budget;
use super::site_runs::{Gathered, SiteRuns};
use super::stored::StoredProfile;
use crate::audit::prior::{Prior, SitePrior};
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::error::Result;
use crate::io::named::Named;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

impl Gathered for SitePrior {
    fn merge(&mut self, other: Self) {
        Self::merge(self, other);
    }
}

/// What is remembered of pages.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Samples {
    /// What lines are judged by.
    pub(super) profile: Profile,
    /// What pages are examined by, if they are to be.
    pub(super) prior: Option<Prior>,
}

/// Takes samples in.
pub(super) struct Gathering {
    /// What was not written down.
    pub(super) held: Samples,
    /// Bytes that it takes, about.
    bytes: i64,
    memory: Budget,
    profiles: SiteRuns<SiteProfile>,
    priors: SiteRuns<SitePrior>,
}

impl Gathering {
    /// What is known already; goes to `temp_dir` where it becomes too much. With a prior, if pages are to be examined.
    pub(super) fn new(
        known: &StoredProfile,
        with_prior: bool,
        temp_dir: &Path,
        memory: Budget,
    ) -> Result<Self> {
        let mut gathering = Self {
            held: Samples { profile: Profile::default(), prior: with_prior.then(Prior::default) },
            bytes: 0,
            memory,
            profiles: SiteRuns::new(temp_dir),
            priors: SiteRuns::new(temp_dir),
        };
        match known.held()? {
            Some(profile) => gathering.take(Samples { profile, prior: None })?,
            None => gathering.profiles.add(Arc::clone(known.run()))?,
        }
        Ok(gathering)
    }

    /// Takes in what a batch gave.
    pub(super) fn take(&mut self, samples: Samples) -> Result<()> {
        let Samples { profile, prior } = &mut self.held;
        for (name, site) in samples.profile.into_sites() {
            self.bytes += profile.merge_site(name, site);
        }
        if let (Some(known), Some(prior)) = (prior, samples.prior) {
            self.bytes += known.merge(prior);
        }
        if self.bytes > self.memory.sites().cast_signed() { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<()> {
        self.bytes = 0;
        self.profiles.push(std::mem::take(&mut self.held.profile).into_sites())?;
        match &mut self.held.prior {
            Some(prior) => self.priors.push(std::mem::take(prior).into_sites()),
            None => Ok(()),
        }
    }

    /// All that was gathered: the profile, and the samples by which pages are examined, by site.
    pub(super) fn finish(self) -> Result<(StoredProfile, Option<Arc<Named>>)> {
        let Self { held: Samples { profile, prior }, profiles, priors, memory, .. } = self;
        let profile = StoredProfile::new(profiles.finish(profile.into_sites(), memory.stored())?);
        let prior = prior.map(|prior| priors.finish(prior.into_sites(), memory.stored())).transpose()?;
        Ok((profile, prior))
    }
}
