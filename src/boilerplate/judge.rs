//! Which lines of a page are stripped, and why?
//!
//! A line's score is compared with its site's own zero point; thresholds part the tiers:
//!
//! * **strip**: taken out. On sites that the weights were not fitted on, it costs the articles one to two of a
//!   thousand characters (`docs/boilerplate.md` has the figures).
//! * **suggest**: shown, not taken out.
//! * **keep**: everything else. **Recurrent** is what stands on several pages and is kept: bylines, refrains,
//!   disclaimers, headings.
//!
//! Guards stand above the score:
//!
//! * The page's headline stays where it is the headline, whatever other pages' menus say.
//! * A page that would lose every line loses none: it has no article, and that is for the audit to say.
//! * Nothing is stripped on the word of one page: at least [`FEWEST_WITNESSES`] other articles must be known, and up
//!   to [`FEW_WITNESSES`] the score must pass the strict threshold, on a line that all of them have.
//! * A long sentence that less than half of the pages have goes only past the strict threshold.
//! * What a person decided wins.

use super::clusters::Clusters;
use super::edits::{Decision, Edits};
use super::evidence::{Gatherer, PageEvidence};
use super::features::{COUNT, FEATURES, Feature};
use super::line::Line;
use super::model::Model;
use super::profile::SiteProfile;
use super::sample::SampledPage;
use super::statistics::{KeyMap, SiteStatistics};
use super::{calibrate, sample};
use std::collections::BTreeMap;

/// Other articles of a site that must be known before anything is stripped.
pub const FEWEST_WITNESSES: u32 = 2;

/// Up to so many, only what all of them have, in the strictest tier.
pub const FEW_WITNESSES: u32 = 4;

/// Characters from which a line that ends like a sentence is one.
const SENTENCE: u16 = 40;

/// Share of the pages from which a long sentence is judged like any other line.
const COMMON_PROSE: f32 = 0.5;

/// Sites that have a line from which it is suggested although its own site says nothing.
pub const FEWEST_SITES: u32 = 2;

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Stays.
    Keep,
    /// Stays although it stands on several pages.
    Recurrent,
    /// Stays; a person might want to strip it.
    Suggest,
    /// Goes.
    Strip,
}

impl Tier {
    /// Its name, in tables and rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Recurrent => "recurrent",
            Self::Suggest => "suggest",
            Self::Strip => "strip",
        }
    }
}

/// What was learned about one line of a site's template.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The line, as it stands on one of the pages.
    pub line: String,
    /// Its template key.
    pub template: u32,
    /// Articles that have it.
    pub pages: u32,
    /// Of so many.
    pub of: u32,
    /// Lower bound on the share of the site's articles that have it.
    pub bound: f32,
    /// What becomes of it.
    pub tier: Tier,
    /// Its score beyond the site's zero point, in log-odds; the mean over its places.
    pub score: f32,
    /// Mean place in the page, 0 at the head to 1 at the tail.
    pub place: f32,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// Everything that is needed to judge the pages of one site.
pub struct SiteJudge {
    statistics: SiteStatistics,
    zero: f32,
    edits: KeyMap<u32, Decision>,
    rules: Vec<Rule>,
}

/// Template keys that several sites have, with the number of sites.
pub type SharedLines = KeyMap<u32, u32>;

/// The lines that stand on at least [`FEWEST_SITES`] sites, whatever stands around them: a sentence of a reprinted story
/// is one as well as a comment form. So they are suggested at most, and only where a site says nothing itself.
pub fn shared_lines<'a>(sites: impl Iterator<Item = &'a SiteProfile>) -> SharedLines {
    let mut counts = SharedLines::default();
    for site in sites {
        let lines = site.sample.pages().flat_map(|page| &page.lines);
        let mut keys: Vec<u32> =
            lines.filter(|line| line.is(Line::HAS_LETTERS)).map(|line| line.template).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
    }
    counts.retain(|_, sites| *sites >= FEWEST_SITES);
    counts
}

impl SiteJudge {
    /// Freezes what is known of a site.
    pub fn new(site: &SiteProfile, shared: &SharedLines) -> Self {
        let pages: Vec<SampledPage> = site.sample.pages().cloned().collect();
        let clusters = Clusters::find(&pages);
        let statistics = SiteStatistics::new(&pages, &clusters);
        let model = Model::fitted();
        let mut gatherer = Gatherer::default();
        let mut scored: Vec<Vec<f32>> = Vec::new();
        let mut lengths = Vec::new();
        for page in &pages {
            let evidence = gatherer.gather_sampled(&statistics, page);
            let scores = model.scores(&evidence.features);
            lengths.extend(scores.iter().copied().zip(evidence.lines.iter().map(|line| line.length)));
            scored.push(scores);
        }
        let zero = calibrate::zero_point(lengths, pages.len());
        let mut judge = Self { statistics, zero, edits: template_edits(&site.edits), rules: Vec::new() };
        judge.rules = judge.learn_rules(&pages, &scored, shared, &mut gatherer);
        judge
    }

    /// What was learned, the weightiest first.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Articles that are known of the site.
    pub fn articles(&self) -> u32 {
        self.statistics.others(false)
    }

    /// Judges a page: one flag for each line of its text. Returns whether it has an article of its own.
    pub fn judge(
        &self,
        gatherer: &mut Gatherer,
        site: &str,
        text: &str,
        title: &str,
        author: Option<&str>,
        keep: &mut Vec<bool>,
    ) -> bool {
        keep.clear();
        keep.resize(text.split('\n').count(), true);
        let hash = sample::page_hash(site, text);
        let evidence = gatherer.gather(&self.statistics, hash, text, title, author);
        let scores = Model::fitted().scores(&evidence.features);
        let mut stays = false;
        for (at, score) in scores.into_iter().enumerate() {
            let (line, features) = (&evidence.lines[at], &evidence.features[at]);
            let goes = self.tier_of(line, features, score - self.zero, evidence.others) == Tier::Strip;
            keep[evidence.numbers[at] as usize] = !goes;
            stays |= !goes;
        }
        stays || evidence.lines.is_empty()
    }

    /// The tier of a line with this score beyond the site's zero point.
    fn tier_of(&self, line: &Line, features: &[f32; COUNT], score: f32, others: u32) -> Tier {
        let has = |feature: Feature| features[feature as usize];
        match self.edits.get(&line.template) {
            Some(Decision::Strip) => return Tier::Strip,
            Some(Decision::Keep) => return Tier::Keep,
            None => {}
        }
        if has(Feature::headline) > 0.0 {
            return Tier::Keep;
        }
        let model = Model::fitted();
        if others < FEWEST_WITNESSES {
            let is_phrase = has(Feature::phrase) > 0.0 || (others > 0 && has(Feature::template_share) >= 1.0);
            return if is_phrase { Tier::Suggest } else { Tier::Keep };
        }
        let is_known = others > FEW_WITNESSES;
        let is_safe = is_known || has(Feature::template_share) >= 1.0;
        // A sentence that is not on most pages is what nobody wants to lose.
        let is_prose = line.length >= SENTENCE
            && line.is(Line::ENDS_SENTENCE)
            && has(Feature::template_share) < COMMON_PROSE;
        let needed = model.threshold(if is_known && !is_prose { "strip" } else { "strict" });
        if score >= needed && is_safe {
            Tier::Strip
        } else if score >= model.threshold("suggest") {
            Tier::Suggest
        } else {
            Tier::Keep
        }
    }

    /// One rule for each template line that several articles have, from all its places in the sample.
    fn learn_rules(
        &self,
        pages: &[SampledPage],
        scored: &[Vec<f32>],
        shared: &SharedLines,
        gatherer: &mut Gatherer,
    ) -> Vec<Rule> {
        let mut places: BTreeMap<u32, Places> = BTreeMap::new();
        for (page, (sampled, scores)) in pages.iter().zip(scored).enumerate() {
            for (at, (line, score)) in sampled.lines.iter().zip(scores).enumerate() {
                let place =
                    places.entry(line.template).or_insert(Places { page, line: at, ..Places::default() });
                place.count += 1;
                place.score += score;
                place.place += at as f32 / (sampled.lines.len() - 1).max(1) as f32;
                if let Some(text) = sampled.texts.get(at).filter(|_| place.text.is_empty()) {
                    place.text.clone_from(text);
                }
            }
        }
        let mut by_page: BTreeMap<usize, Vec<(u32, Places)>> = BTreeMap::new();
        for (template, place) in places {
            let articles = self.statistics.articles_with(template);
            let is_known = self.edits.contains_key(&template) || shared.contains_key(&template);
            if articles >= 2 || is_known {
                by_page.entry(place.page).or_default().push((template, place));
            }
        }
        let mut rules = Vec::new();
        for (page, of_page) in by_page {
            let evidence = gatherer.gather_sampled(&self.statistics, &pages[page]);
            for (template, place) in of_page {
                rules.push(self.rule(template, &place, evidence, shared.get(&template).copied()));
            }
        }
        rules.sort_by(|a, b| {
            (b.tier, b.pages)
                .cmp(&(a.tier, a.pages))
                .then(a.place.total_cmp(&b.place))
                .then_with(|| a.line.cmp(&b.line))
        });
        rules
    }

    fn rule(&self, template: u32, place: &Places, evidence: &PageEvidence, sites: Option<u32>) -> Rule {
        let (line, features) = (&evidence.lines[place.line], &evidence.features[place.line]);
        let score = place.score / place.count as f32 - self.zero;
        let mut tier = self.tier_of(line, features, score, evidence.others);
        let mut reasons = reasons(features);
        if let Some(sites) = sites {
            if tier < Tier::Suggest
                && !self.edits.contains_key(&template)
                && evidence.others < FEWEST_WITNESSES
            {
                tier = Tier::Suggest;
            }
            reasons.insert(0, format!("stands on {sites} sites"));
        }
        if self.edits.contains_key(&template) {
            reasons.insert(0, "decided by a person".to_owned());
        }
        let of = self.articles();
        let pages = self.statistics.articles_with(template);
        if tier == Tier::Keep && pages >= 2 {
            tier = Tier::Recurrent;
        }
        let mean_place = place.place / place.count as f32;
        let bound = super::statistics::wilson(pages, of);
        Rule { line: place.text.clone(), template, pages, of, bound, tier, score, place: mean_place, reasons }
    }
}

/// Where a template line stands in a sample.
#[derive(Default)]
struct Places {
    page: usize,
    line: usize,
    count: u32,
    score: f32,
    place: f32,
    text: String,
}

/// Reasons that are told, at most.
const TOLD: usize = 4;

/// The weightiest contributions to a score, in words: what, its value, and what it adds.
pub fn reasons(features: &[f32; COUNT]) -> Vec<String> {
    let parts = Model::fitted().contributions(features);
    let told = parts.into_iter().take(TOLD).map(|(of, adds)| {
        let of: Vec<String> =
            of.iter().map(|&at| format!("{} {:.2}", FEATURES[at].0, features[at])).collect();
        format!("{adds:+.1} {}", of.join(" with "))
    });
    told.collect()
}

/// Edits by the template key of their line.
fn template_edits(edits: &Edits) -> KeyMap<u32, Decision> {
    edits.by_key().into_iter().filter_map(|(key, (_, edit))| Some((key, edit.decision?))).collect()
}
