//! What has changed on sites from one profile to the next: another template, and rules that should wait.

use crate::boilerplate::drift::{Drift, Watch};
use crate::boilerplate::epochs::Epochs;
use crate::boilerplate::judge::{SiteJudge, Strictness, shared_lines};
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::boilerplate::quarantine::{Quarantine, hold};
use rayon::prelude::*;
use serde::Serialize;

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
pub fn look_back(before: &Profile, now: &mut Profile, share: f32) -> Vec<SiteChange> {
    let shared = [before, &*now].map(|profile| shared_lines(profile.sites().map(|(_, site)| site)));
    let sites: Vec<(&str, &SiteProfile)> = now.sites().collect();
    let found = sites.into_par_iter().filter_map(|(name, site)| {
        let known = before.site(name).filter(|known| known.sample != site.sample)?;
        let judge = |site, shared| SiteJudge::new(site, shared, Strictness::Usual);
        let (was, is) = (judge(known, &shared[0]), judge(site, &shared[1]));
        let mut edits = site.edits.clone();
        let waiting = hold(&mut edits, &was, &is, share);
        let drift = Drift::find(was.epochs(), &Watch::of(&site.sample, &known.sample));
        let is_changed = waiting.is_some() || drift.is_some();
        is_changed.then(|| (SiteChange { site: name.to_owned(), drift, waiting }, edits))
    });
    let found: Vec<_> = found.collect();
    let changes = found.into_iter().map(|(change, edits)| {
        now.site_mut(&change.site).edits = edits;
        change
    });
    changes.collect()
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
