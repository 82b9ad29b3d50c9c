//! A profile as the judge of `tamis strip`: each site frozen when its first page is met.
//!
//! A frozen site is a function of the profile, so it does not matter which thread meets it first, or when, or how often. Those that were
//! met lately are held, within a budget (`recent`); the others are frozen again when they are wanted. What
//! is to be told of all of them in the end is told site by site.

use super::budget::Budget;
use super::manifest::StripSettings;
use super::recent::{Held, Recent};
use super::settings::Reading;
use super::stored::{StoredProfile, StoredSite};
use super::strip::rows::LineRow;
use super::strip::{Conclusion, Judge, Seen, Verdict};
use super::watches::{Seeing, Watches};
use crate::boilerplate::drift::Drift;
use crate::boilerplate::epochs::page_keys;
use crate::boilerplate::evidence::Gatherer;
use crate::boilerplate::judge::{JudgedPlace, Rule, SharedLines, SiteJudge, Strictness, shared_lines};
use crate::boilerplate::profile::{Profile, SiteProfile};
use crate::boilerplate::sample::page_hash;
use crate::date;
use crate::error::{Error, ErrorKind, Result};
use crate::io::record::Record;
use crate::sketch::simhash::hasher::SimHasher;
use crate::text::lines;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Judges the pages of all sites of a profile; pages of other sites stay as they are.
pub struct ProfileJudge {
    sites: StoredProfile,
    shared: SharedLines,
    strictness: Strictness,
    /// The sites of the profile that were met lately, and names that are none of them.
    frozen: Recent<Option<SiteJudge>>,
    /// One bit a site of the profile, by number: whether a page of it was met.
    met: Vec<AtomicU64>,
    /// The newest pages that were judged, of sites that may be said to have changed.
    watches: RwLock<Watches>,
    temp_dir: PathBuf,
}

impl ProfileJudge {
    /// Judges by a profile. Costs one look at each line that is remembered, for what several sites have. All sites that are met
    /// stay in memory.
    pub fn new(profile: Profile, strictness: Strictness) -> Self {
        let shared = shared_lines(profile.sites().map(|(_, site)| site));
        // Nothing is ever too much, so nothing goes to files.
        Self::of(StoredProfile::of(profile), shared, strictness, (Path::new(""), u64::MAX))
    }

    /// The same for any number of sites: holds as many as the budget allows; what is to be remembered of more goes to `temp_dir`.
    pub fn within(
        sites: StoredProfile,
        strictness: Strictness,
        temp_dir: &Path,
        memory: Budget,
    ) -> Result<Self> {
        let shared = sites.shared_lines(temp_dir, memory)?;
        Ok(Self::of(sites, shared, strictness, (temp_dir, memory.sites())))
    }

    /// Judges by the profile in a file; as a folder was made, if that is said.
    pub(super) fn saved(
        place: &Path,
        made_with: Option<&StripSettings>,
        Reading { temp_dir, memory, .. }: &Reading,
    ) -> Result<Self> {
        let (profile, digest) = StoredProfile::read_with_digest(place, temp_dir, *memory)?;
        if made_with.is_some_and(|made_with| made_with.profile != digest) {
            let fault = "is not the profile that the run was made with";
            return Err(Error::new(ErrorKind::Saved, place.display().to_string(), fault)
                .next_step("use that one, or an unchanged copy of the folder"));
        }
        let is_strict = made_with.is_some_and(|made_with| made_with.strict);
        let strictness = if is_strict { Strictness::Strict } else { Strictness::Usual };
        Self::within(profile, strictness, temp_dir, *memory)
    }

    fn of(
        sites: StoredProfile,
        shared: SharedLines,
        strictness: Strictness,
        (temp_dir, most): (&Path, u64),
    ) -> Self {
        let met = (0..sites.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        let watches = RwLock::new(Watches::new(temp_dir, most / 4));
        let (frozen, temp_dir) = (Recent::new(most / 4 * 3), temp_dir.to_owned());
        Self { sites, shared, strictness, frozen, met, watches, temp_dir }
    }

    /// What judges the pages of a site, of which one is met; nothing of a site that the profile lacks.
    fn site(&self, name: &str) -> Result<Held<Option<SiteJudge>>> {
        self.frozen.get_or_make(name, || {
            let Some((number, profile)) = self.sites.find(name)? else { return Ok((None, 0)) };
            self.mark(number);
            // What is going to be given up and frozen again is not asked for its rules before that.
            let judge = if self.frozen.has_given_up() {
                SiteJudge::without_rules(&profile, &self.shared, self.strictness)
            } else {
                self.freeze(&profile)
            };
            let bytes = judge.bytes();
            Ok((Some(judge), bytes))
        })
    }

    /// Hands what was learned of a site to `look`.
    pub(super) fn with_rules<T>(&self, name: &str, look: impl FnOnce(&[Rule]) -> T) -> Result<T> {
        if let Some(held) = self.held_with_rules(name) {
            return Ok(look(held.value().as_ref().map_or(&[], SiteJudge::rules)));
        }
        let site = self.sites.find(name)?.map(|(_, profile)| self.freeze(&profile));
        Ok(look(site.as_ref().map_or(&[], SiteJudge::rules)))
    }

    /// A site that is held, if those that are have their rules.
    fn held_with_rules(&self, name: &str) -> Option<Held<Option<SiteJudge>>> {
        self.frozen.get(name).filter(|_| !self.frozen.has_given_up())
    }

    /// Remembers that a page of a site was met.
    fn meet(&self, name: &str) -> Result<()> {
        if self.frozen.get(name).is_none()
            && let Some(number) = self.sites.number(name)?
        {
            self.mark(number);
        }
        Ok(())
    }

    fn mark(&self, number: u64) {
        self.met[number as usize / 64].fetch_or(1 << (number % 64), Ordering::Relaxed);
    }

    fn freeze(&self, site: &SiteProfile) -> SiteJudge {
        SiteJudge::new(site, &self.shared, self.strictness)
    }

    fn is_met(&self, number: u64) -> bool {
        self.met[number as usize / 64].load(Ordering::Relaxed) >> (number % 64) & 1 == 1
    }

    /// How the lines of a page with these numbers are judged; none if the profile lacks its site.
    pub(super) fn explain(
        &self,
        gatherer: &mut Gatherer,
        site: &str,
        record: &Record<'_>,
        numbers: &[usize],
    ) -> Result<Option<Vec<JudgedPlace>>> {
        let title = record.title.as_deref().unwrap_or_default();
        let explain = |judge: &SiteJudge| {
            judge.explain(gatherer, site, &record.text, title, record.author.as_deref(), numbers)
        };
        Ok(self.site(site)?.value().as_ref().map(explain))
    }

    /// Whether a site is left alone, because most of its pages would lose nearly everything.
    pub(super) fn leaves_alone(&self, site: &str) -> Result<bool> {
        Ok(self.site(site)?.value().as_ref().is_some_and(SiteJudge::is_left_alone))
    }

    /// Hands what was learned of each site of which a page was met to `tell`, by name, and says what became of them.
    pub(super) fn conclude_rules(
        &self,
        tell: &mut dyn FnMut(&str, &[Rule]) -> Result<()>,
    ) -> Result<Conclusion> {
        let mut watches = self.watches.write().unwrap_or_else(PoisonError::into_inner);
        let seen = watches.all(&self.temp_dir)?;
        let mut conclusion = Conclusion::default();
        let mut take = |site: &StoredSite, judge: &SiteJudge, drift: Option<Drift>| {
            conclusion.drifts.extend(drift.map(|drift| (site.name.clone(), drift)));
            if judge.is_left_alone() {
                conclusion.left_alone.push(site.name.clone());
            }
            tell(&site.name, judge.rules())
        };
        self.sites.for_each_some(
            |number| self.is_met(number),
            |some| {
                let frozen: Result<Vec<Frozen>> =
                    some.par_iter().map(|site| self.again(site, &seen)).collect();
                some.iter()
                    .zip(frozen?)
                    .try_for_each(|(site, frozen)| frozen.look(|judge, drift| take(site, judge, drift)))
            },
        )?;
        Ok(conclusion)
    }

    /// A site as it was frozen, and how it has changed.
    fn again(&self, site: &StoredSite, seen: &Seeing) -> Result<Frozen> {
        let judge = match self.held_with_rules(&site.name) {
            Some(held) => FrozenJudge::Held(held),
            None => FrozenJudge::Anew(Box::new(self.freeze(&site.profile()?))),
        };
        let Some(epochs) = judge.get().map(SiteJudge::epochs) else {
            return Ok(Frozen { judge, drift: None });
        };
        let drift =
            if Drift::may_be_found(epochs) { Drift::find(epochs, &seen.of(&site.name)?) } else { None };
        Ok(Frozen { judge, drift })
    }
}

/// A site that was judged, frozen.
struct Frozen {
    judge: FrozenJudge,
    drift: Option<Drift>,
}

enum FrozenJudge {
    Held(Held<Option<SiteJudge>>),
    Anew(Box<SiteJudge>),
}

impl FrozenJudge {
    fn get(&self) -> Option<&SiteJudge> {
        match self {
            Self::Held(held) => held.value().as_ref(),
            Self::Anew(judge) => Some(judge),
        }
    }
}

impl Frozen {
    fn look(self, mut look: impl FnMut(&SiteJudge, Option<Drift>) -> Result<()>) -> Result<()> {
        let Self { judge, drift } = self;
        judge.get().map_or(Ok(()), |judge| look(judge, drift))
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
    ) -> Result<Verdict> {
        let held = self.site(site)?;
        let Some(judge) = held.value() else {
            workspace.gatherer.forget();
            keep.resize(lines::count(&record.text), true);
            return Ok(Verdict::formless(true));
        };
        let gatherer = &mut workspace.gatherer;
        let title = record.title.as_deref().unwrap_or_default();
        let article = judge.judge(gatherer, site, &record.text, title, record.author.as_deref(), keep);
        workspace.seen = None;
        if Drift::may_be_found(judge.epochs()) {
            let (day, hash) = (record.date.as_deref().and_then(date::day), page_hash(site, &record.text));
            let watches = self.watches.read().unwrap_or_else(PoisonError::into_inner);
            workspace.seen = watches.wants(site, day, hash).then(|| {
                let keys = page_keys(gatherer.lines());
                Seen { site: site.to_owned(), day, hash, keys }
            });
        }
        Ok(Verdict { article, form: workspace.form(keep) })
    }

    fn words(workspace: &Workspace, text: &str, keep: &[bool], out: &mut Vec<u64>) -> bool {
        workspace.gatherer.words_that_stay(text, keep, out)
    }

    fn seen(workspace: &mut Workspace) -> Option<Seen> {
        workspace.seen.take()
    }

    fn see<'a>(&self, mut sites: impl Iterator<Item = &'a str>, seen: Vec<Seen>) -> Result<()> {
        // Sites of pages that were judged in an earlier attempt are met now.
        sites.try_for_each(|site| self.meet(site))?;
        if seen.is_empty() {
            return Ok(());
        }
        let mut watches = self.watches.write().unwrap_or_else(PoisonError::into_inner);
        seen.into_iter().try_for_each(|seen| watches.see(seen))
    }

    fn conclude(&self, tell: &mut dyn FnMut(LineRow) -> Result<()>) -> Result<Conclusion> {
        self.conclude_rules(&mut |site, rules| line_rows(site, rules).into_iter().try_for_each(&mut *tell))
    }
}

/// The rows of the lines of a site, in order.
pub(super) fn line_rows(site: &str, rules: &[Rule]) -> Vec<LineRow> {
    let told = rules.iter().filter(|rule| rule.is_told());
    let mut rows: Vec<LineRow> = told.map(|rule| line_row(site, rule)).collect();
    rows.sort_by(|a, b| (&a.line, &a.template).cmp(&(&b.line, &b.template)));
    rows
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
