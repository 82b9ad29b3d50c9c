//! A profile as the judge of `tamis strip`: each site frozen when its first page is met.
//!
//! A frozen site is a function of the profile, so it does not matter which thread meets it first, or when; another that
//! wants it meanwhile waits. What the profile says of a site is given up once the site is frozen, so that nothing is held
//! twice.

use super::strip::rows::LineRow;
use super::strip::{Judge, Seen, Verdict};
use crate::boilerplate::drift::{Drift, Watch};
use crate::boilerplate::epochs::page_keys;
use crate::boilerplate::evidence::Gatherer;
use crate::boilerplate::judge::{Rule, SharedLines, SiteJudge, Strictness, shared_lines};
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::boilerplate::sample::page_hash;
use crate::date;
use crate::io::record::Record;
use crate::sketch::simhash::hasher::SimHasher;
use crate::text::lines;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Judges the pages of all sites of a profile; pages of other sites stay as they are.
pub struct ProfileJudge {
    sites: HashMap<String, Site>,
    shared: SharedLines,
    strictness: Strictness,
}

/// A site that is remembered, and frozen when it is needed.
struct Site {
    /// Empty once it is frozen.
    profile: Mutex<SiteProfile>,
    judge: OnceLock<SiteJudge>,
    /// The newest pages that were judged.
    newest: Mutex<Watch>,
}

impl Site {
    fn newest(&self) -> MutexGuard<'_, Watch> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ProfileJudge {
    /// Judges by a profile. Costs one look at each line that is remembered, for what several sites have.
    pub fn new(profile: Profile, strictness: Strictness) -> Self {
        let shared = shared_lines(profile.sites().map(|(_, site)| site));
        let site =
            |profile| Site { profile: Mutex::new(profile), judge: OnceLock::new(), newest: Mutex::default() };
        let sites = profile.into_sites().map(|(name, profile)| (name, site(profile))).collect();
        Self { sites, shared, strictness }
    }

    /// A site, and its judge.
    fn site(&self, name: &str) -> Option<(&Site, &SiteJudge)> {
        let site = self.sites.get(name)?;
        let judge = site.judge.get_or_init(|| {
            let profile = std::mem::take(&mut *site.profile.lock().unwrap_or_else(PoisonError::into_inner));
            SiteJudge::new(&profile, &self.shared, self.strictness)
        });
        Some((site, judge))
    }

    /// What was learned of a site of which a page was met.
    pub(super) fn rules(&self, site: &str) -> &[Rule] {
        self.sites.get(site).and_then(|site| site.judge.get()).map_or(&[], SiteJudge::rules)
    }

    /// Whether a site of which a page was met is left alone, because most of its pages would lose nearly everything.
    pub(super) fn leaves_alone(&self, site: &str) -> bool {
        self.sites.get(site).and_then(|site| site.judge.get()).is_some_and(SiteJudge::is_left_alone)
    }

    /// What was learned of all sites of which a page was met, by name.
    pub(super) fn met_rules(&self) -> BTreeMap<&str, &[Rule]> {
        self.met().into_iter().map(|(name, (_, judge))| (name.as_str(), judge.rules())).collect()
    }

    /// The sites of which a page was met, by name.
    fn met(&self) -> BTreeMap<&String, (&Site, &SiteJudge)> {
        self.sites.iter().filter_map(|(name, site)| Some((name, (site, site.judge.get()?)))).collect()
    }
}

/// What a thread that judges keeps from page to page.
#[derive(Default)]
pub struct Workspace {
    gatherer: Gatherer,
    hasher: SimHasher,
    keys: Vec<u64>,
    /// The page that was judged last, if it is among the newest.
    seen: Option<Seen>,
}

impl Workspace {
    /// Fingerprint of the template keys of the lines that go of the page that was judged last. Pages of one template have
    /// most of them in common, whatever their articles say.
    fn form(&mut self, keep: &[bool]) -> u64 {
        self.keys.clear();
        self.keys.extend(self.gatherer.lines_that_go(keep).map(|line| u64::from(line.template)));
        self.hasher.sketch(&self.keys)
    }
}

impl Judge for ProfileJudge {
    type Workspace = Workspace;

    fn judge(
        &self,
        workspace: &mut Workspace,
        site: &str,
        record: &Record<'_>,
        keep: &mut Vec<bool>,
    ) -> Verdict {
        let Some((known, judge)) = self.site(site) else {
            workspace.gatherer.forget();
            keep.resize(lines::count(&record.text), true);
            return Verdict::formless(true);
        };
        let gatherer = &mut workspace.gatherer;
        let title = record.title.as_deref().unwrap_or_default();
        let article = judge.judge(gatherer, site, &record.text, title, record.author.as_deref(), keep);
        let (day, hash) = (record.date.as_deref().and_then(date::day), page_hash(site, &record.text));
        workspace.seen = known.newest().wants(day, hash).then(|| {
            let keys = page_keys(gatherer.lines());
            Seen { site: site.to_owned(), day, hash, keys }
        });
        Verdict { article, form: workspace.form(keep) }
    }

    fn words(workspace: &Workspace, text: &str, keep: &[bool], out: &mut Vec<u64>) -> bool {
        workspace.gatherer.words_that_stay(text, keep, out)
    }

    fn seen(workspace: &mut Workspace) -> Option<Seen> {
        workspace.seen.take()
    }

    fn see<'a>(&self, sites: impl Iterator<Item = &'a str>, seen: Vec<Seen>) {
        // Sites of pages that were judged in an earlier attempt are met now.
        sites.for_each(|site| _ = self.site(site));
        for Seen { site, day, hash, keys } in seen {
            let Some((known, _)) = self.site(&site) else { continue };
            let mut newest = known.newest();
            if newest.wants(day, hash) {
                newest.insert(day, hash, keys);
            }
        }
    }

    fn line_rows(&self) -> Vec<LineRow> {
        let rules = self
            .met()
            .into_iter()
            .flat_map(|(name, (_, judge))| judge.rules().iter().map(move |rule| (name, rule)));
        rules.filter(|(_, rule)| rule.is_told()).map(|(site, rule)| line_row(site, rule)).collect()
    }

    fn drifts(&self) -> BTreeMap<String, Drift> {
        let found = |(name, (site, judge)): (&String, (&Site, &SiteJudge))| {
            Some((name.clone(), Drift::find(judge.epochs(), &site.newest())?))
        };
        self.met().into_iter().filter_map(found).collect()
    }

    fn left_alone(&self) -> Vec<String> {
        let left_alone = self.met().into_iter().filter(|(_, (_, judge))| judge.is_left_alone());
        left_alone.map(|(name, _)| name.clone()).collect()
    }
}

/// The row of a line.
pub(super) fn line_row(site: &str, rule: &Rule) -> LineRow {
    LineRow {
        site: site.to_owned(),
        line: rule.line.clone(),
        template: format!("{:08x}", rule.template),
        pages: rule.pages,
        of: rule.of,
        bound: (f64::from(rule.bound) * 1e4).round() / 1e4,
        tier: rule.tier.name().to_owned(),
        places: rule.places,
        stripped: rule.stripped,
        reasons: rule.reasons.clone(),
    }
}
