//! What has changed on sites from one profile to the next: another template, and rules that should wait.

use super::budget::Budget;
use super::stored::{StoredProfile, StoredSite};
use crate::boilerplate::drift::{Drift, Watch};
use crate::boilerplate::edits::Edits;
use crate::boilerplate::epochs::Epochs;
use crate::boilerplate::judge::{SharedLines, SiteJudge, Strictness};
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::boilerplate::quarantine::{Quarantine, hold};
use crate::error::Result;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What has changed on a site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteChange {
    /// The site.
    pub site: String,
    /// How its newest pages differ from what was known.
    pub drift: Option<Drift>,
    /// Rules that wait from now on.
    pub waiting: Option<Quarantine>,
}

/// Compares what was known with what is known now, and lets rules wait if they newly strip more than `share` of the
/// known text of their site. Costs a look at each remembered line of the sites that have new pages, before and after.
pub(super) fn look_back(
    before: &StoredProfile,
    now: StoredProfile,
    share: f32,
    temp_dir: &Path,
    memory: Budget,
) -> Result<(Vec<SiteChange>, StoredProfile)> {
    if before.is_empty() {
        return Ok((Vec::new(), now));
    }
    let shared = [before.shared_lines(temp_dir, memory)?, now.shared_lines(temp_dir, memory)?];
    let (mut changes, mut edits) = (Vec::new(), BTreeMap::new());
    now.for_each_some(
        |_| true,
        |some| {
            let found = some.par_iter().map(|site| changed(site, before, &shared, share));
            for (change, edited) in found.filter_map(Result::transpose).collect::<Result<Vec<_>>>()? {
                edits.insert(change.site.clone(), edited);
                changes.push(change);
            }
            Ok(())
        },
    )?;
    let now = now.with_edits(edits, temp_dir, memory)?;
    Ok((changes, now))
}

/// What has changed on a site, if anything has, and what is decided about its lines from now on.
fn changed(
    site: &StoredSite,
    before: &StoredProfile,
    shared: &[SharedLines; 2],
    share: f32,
) -> Result<Option<(SiteChange, Edits)>> {
    let Some((_, known)) = before.find(&site.name)? else { return Ok(None) };
    let now = site.profile()?;
    if known.sample == now.sample {
        return Ok(None);
    }
    let judge = |site, shared| SiteJudge::new(site, shared, Strictness::Usual);
    let (was, is) = (judge(&known, &shared[0]), judge(&now, &shared[1]));
    let mut edits = now.edits.clone();
    let waiting = hold(&mut edits, &was, &is, share);
    let drift = Drift::find(was.epochs(), &Watch::of(&now.sample, &known.sample));
    let is_changed = waiting.is_some() || drift.is_some();
    Ok(is_changed.then(|| (SiteChange { site: site.name.clone(), drift, waiting }, edits)))
}

/// The sites of the first profile whose newest pages in the second have another template; by name.
pub fn drifts(before: &Profile, now: &Profile, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, Drift)> {
    let sites: Vec<(&str, &SiteProfile)> = now.sites().filter(|(name, _)| is_wanted(name)).collect();
    let found = sites.into_par_iter().filter_map(|(name, site)| {
        let known = before.site(name).filter(|known| known.sample != site.sample)?;
        let drift = Drift::find(&Epochs::of_sample(&known.sample), &Watch::of(&site.sample, &known.sample))?;
        Some((name.to_owned(), drift))
    });
    found.collect()
}
