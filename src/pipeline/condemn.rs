//! A profile as the judge of `tamis strip`: every site frozen once, on all threads.

use super::strip::rows::LineRow;
use super::strip::{Judge, Verdict};
use crate::boilerplate::drift::{Drift, Watch};
use crate::boilerplate::epochs::page_keys;
use crate::boilerplate::evidence::Gatherer;
use crate::boilerplate::judge::{Rule, SiteJudge, Tier, shared_lines};
use crate::boilerplate::profile::Profile;
use crate::boilerplate::rules::Told;
use crate::boilerplate::sample::page_hash;
use crate::date;
use crate::io::record::Record;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Judges the pages of all sites of a profile; pages of other sites stay as they are.
pub struct ProfileJudge {
    sites: HashMap<String, KnownSite>,
}

/// A site of the profile, and the newest pages that were judged.
struct KnownSite {
    judge: SiteJudge,
    newest: Mutex<Watch>,
}

impl KnownSite {
    fn newest(&self) -> MutexGuard<'_, Watch> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProfileJudge {
    /// Freezes a profile. Costs one look at each line that is remembered.
    pub fn new(profile: &Profile) -> Self {
        let shared = shared_lines(profile.sites().map(|(_, site)| site));
        let sites: Vec<_> = profile.sites().collect();
        let sites = sites.into_par_iter().map(|(name, site)| {
            let judge = SiteJudge::new(site, &shared);
            (name.to_owned(), KnownSite { judge, newest: Mutex::default() })
        });
        Self { sites: sites.collect() }
    }

    /// The judge of one site.
    pub fn site(&self, name: &str) -> Option<&SiteJudge> {
        self.sites.get(name).map(|site| &site.judge)
    }

    /// All sites, by name.
    fn by_name(&self) -> BTreeMap<&String, &KnownSite> {
        self.sites.iter().collect()
    }
}

impl Judge for ProfileJudge {
    type Workspace = Gatherer;

    fn judge(
        &self,
        gatherer: &mut Gatherer,
        site: &str,
        record: &Record<'_>,
        keep: &mut Vec<bool>,
    ) -> Verdict {
        let Some(known) = self.sites.get(site) else {
            keep.resize(record.text.split('\n').count(), true);
            return Verdict { article: true };
        };
        let title = record.title.as_deref().unwrap_or_default();
        let article = known.judge.judge(gatherer, site, &record.text, title, record.author.as_deref(), keep);
        let (day, hash) = (record.date.as_deref().and_then(date::day), page_hash(site, &record.text));
        if known.newest().wants(day, hash) {
            let keys = page_keys(gatherer.lines());
            known.newest().insert(day, hash, keys);
        }
        Verdict { article }
    }

    fn line_rows(&self) -> Vec<LineRow> {
        let sites = self.by_name().into_iter();
        let told = sites.flat_map(|(name, known)| known.judge.rules().iter().map(move |rule| (name, rule)));
        told.filter(|(_, rule)| rule.tier > Tier::Keep).map(|(site, rule)| rule_row(site, rule)).collect()
    }

    fn drifts(&self) -> BTreeMap<String, Drift> {
        let found = |(name, known): (&String, &KnownSite)| {
            Some((name.clone(), Drift::find(known.judge.epochs(), &known.newest())?))
        };
        self.by_name().into_iter().filter_map(found).collect()
    }

    fn left_alone(&self) -> Vec<String> {
        let left_alone = self.by_name().into_iter().filter(|(_, known)| known.judge.is_left_alone());
        left_alone.map(|(name, _)| name.clone()).collect()
    }
}

fn rule_row(site: &str, rule: &Rule) -> LineRow {
    LineRow {
        site: site.to_owned(),
        line: rule.line.clone(),
        template: format!("{:08x}", rule.template),
        pages: rule.pages,
        of: rule.of,
        bound: (f64::from(rule.bound) * 1e4).round() / 1e4,
        tier: rule.tier.name().to_owned(),
        reasons: rule.reasons.clone(),
    }
}

/// The row of a line as the rules tell it, which also know what no page has.
pub(super) fn line_row(site: &str, told: &Told) -> LineRow {
    let known = told.rule.as_ref().map(|rule| rule_row(site, rule));
    let row = known.unwrap_or_else(|| LineRow {
        site: site.to_owned(),
        line: told.line.clone(),
        template: format!("{:08x}", told.key),
        pages: 0,
        of: 0,
        bound: 0.0,
        tier: String::new(),
        reasons: vec!["decided by a person".to_owned()],
    });
    LineRow { tier: told.word.name().to_owned(), ..row }
}
