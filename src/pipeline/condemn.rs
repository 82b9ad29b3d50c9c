//! A profile as the judge of `tamis strip`: every site frozen once, on all threads.

use super::strip::rows::LineRow;
use super::strip::{Judge, Verdict};
use crate::boilerplate::evidence::Gatherer;
use crate::boilerplate::judge::{Rule, SiteJudge, Tier, shared_lines};
use crate::boilerplate::profile::Profile;
use crate::boilerplate::rules::Told;
use crate::io::record::Record;
use rayon::prelude::*;
use std::collections::HashMap;

/// Judges the pages of all sites of a profile; pages of other sites stay as they are.
pub struct ProfileJudge {
    sites: HashMap<String, SiteJudge>,
}

impl ProfileJudge {
    /// Freezes a profile. Costs one look at each line that is remembered.
    pub fn new(profile: &Profile) -> Self {
        let shared = shared_lines(profile.sites().map(|(_, site)| site));
        let sites: Vec<_> = profile.sites().collect();
        let sites =
            sites.into_par_iter().map(|(name, site)| (name.to_owned(), SiteJudge::new(site, &shared)));
        Self { sites: sites.collect() }
    }

    /// The judge of one site.
    pub fn site(&self, name: &str) -> Option<&SiteJudge> {
        self.sites.get(name)
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
        let Some(judge) = self.sites.get(site) else {
            keep.resize(record.text.split('\n').count(), true);
            return Verdict { article: true };
        };
        let title = record.title.as_deref().unwrap_or_default();
        let article = judge.judge(gatherer, site, &record.text, title, record.author.as_deref(), keep);
        Verdict { article }
    }

    fn line_rows(&self) -> Vec<LineRow> {
        let mut sites: Vec<(&String, &SiteJudge)> = self.sites.iter().collect();
        sites.sort_by_key(|(name, _)| *name);
        let told =
            sites.into_iter().flat_map(|(name, judge)| judge.rules().iter().map(move |rule| (name, rule)));
        told.filter(|(_, rule)| rule.tier > Tier::Keep).map(|(site, rule)| rule_row(site, rule)).collect()
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
