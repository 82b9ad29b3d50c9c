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
//! * What waits for a person ([`quarantine`](super::quarantine)) stays; and on the pages of a template of which something
//!   waits, so does every line that is not told as a rule.
//! * A site whose pages would mostly lose nearly everything is left alone: no articles were found.
//!
//! Each page is judged among those of its template ([`epochs`](super::epochs)).

use super::clusters::Clusters;
use super::edits::{Decision, Edits};
use super::epochs::{Epochs, page_keys};
use super::evidence::{Gatherer, PageEvidence};
use super::features::{COUNT, FEATURES, Feature};
use super::line::{Line, LineReader, Own};
use super::model::Model;
use super::profile::SiteProfile;
use super::sample::{self, SampledPage};
use super::statistics::KeyMap;
use super::template::Template;
use super::title::Title;
use crate::text::lines::lines;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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
    /// Would go, and waits for a person.
    Wait,
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
            Self::Wait => "waits",
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
    /// Share of the characters of the site's known text that it is.
    pub touches: f32,
    /// The days of the first and the last page that has it, of those that have one.
    pub seen: Option<(i32, i32)>,
    /// Mean place in the page, 0 at the head to 1 at the tail.
    pub place: f32,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// Everything that is needed to judge the pages of one site.
pub struct SiteJudge {
    epochs: Epochs,
    /// One an epoch.
    templates: Vec<Template>,
    edits: KeyMap<u32, Decision>,
    rules: Vec<Rule>,
    is_left_alone: bool,
}

/// Template keys that several sites have, with the number of sites.
pub type SharedLines = KeyMap<u32, u32>;

/// The lines that stand on at least [`FEWEST_SITES`] sites, whatever stands around them: a sentence of a reprinted story
/// is one as well as a comment form. So they are suggested at most, and only where a site says nothing itself.
pub fn shared_lines<'a>(sites: impl Iterator<Item = &'a SiteProfile>) -> SharedLines {
    let mut counts = SharedLines::default();
    for site in sites {
        let pages = site.sample.pages();
        let lines = pages.iter().flat_map(|page| &page.lines);
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
        let pages = site.sample.pages();
        let clusters = Clusters::find(&pages);
        let epochs = Epochs::find(&pages, &clusters);
        let edits = template_edits(&site.edits);
        let mut judge =
            Self { epochs, templates: Vec::new(), edits, rules: Vec::new(), is_left_alone: false };
        let mut gatherer = Gatherer::default();
        let mut rules = BTreeMap::new();
        let mut without_article = 0;
        for pages in judge.epochs.split(&pages) {
            let (mut template, scored) = Template::new(&pages, &mut gatherer);
            without_article += template.without_article;
            let learned = judge.learn_rules(&template, &pages, &scored, shared, &mut gatherer);
            if learned.iter().any(|rule| rule.tier == Tier::Wait) {
                let stripped = learned.iter().filter(|rule| rule.tier == Tier::Strip);
                template.only = Some(stripped.map(|rule| rule.template).collect());
            }
            learned.into_iter().for_each(|rule| join(&mut rules, rule));
            judge.templates.push(template);
        }
        let characters: f32 =
            pages.iter().flat_map(|page| &page.lines).map(|line| f32::from(line.length)).sum();
        for rule in rules.values_mut() {
            rule.touches /= characters.max(1.0);
            if rule.tier == Tier::Wait {
                let share = 100.0 * rule.touches;
                rule.reasons.insert(
                    0,
                    format!("waits for approval: newly strips {share:.1} % of the site's known text"),
                );
            }
        }
        judge.add_titles(&pages);
        judge.is_left_alone = 2 * without_article > judge.articles();
        judge.rules = rules.into_values().collect();
        judge.rules.sort_by(|a, b| {
            (b.tier, b.pages)
                .cmp(&(a.tier, a.pages))
                .then(a.place.total_cmp(&b.place))
                .then_with(|| a.line.cmp(&b.line))
        });
        judge
    }

    /// Titles of one epoch also stand in the lists of the others.
    fn add_titles(&mut self, pages: &[SampledPage]) {
        if self.templates.len() > 1 {
            let titles = || pages.iter().map(|page| &page.title);
            self.templates.iter_mut().for_each(|template| template.statistics.add_titles(titles()));
        }
    }

    /// What was learned, the weightiest first.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The templates that the site has had.
    pub fn epochs(&self) -> &Epochs {
        &self.epochs
    }

    /// Articles that are known of the site.
    pub fn articles(&self) -> u32 {
        self.templates.iter().map(|template| template.statistics.others(false)).sum()
    }

    /// Whether most pages would lose nearly everything, so that nothing is stripped.
    pub fn is_left_alone(&self) -> bool {
        self.is_left_alone
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
        let template = self.template_of(text, title, author);
        let evidence = gatherer.gather(&template.statistics, hash, text, title, author);
        if self.is_left_alone {
            return false;
        }
        let scores = Model::fitted().scores(&evidence.features);
        let mut stays = false;
        for (at, score) in scores.into_iter().enumerate() {
            let (line, features) = (&evidence.lines[at], &evidence.features[at]);
            let tier = self.tier_of(line, features, score - template.zero, evidence.others);
            let is_held = || template.only.as_ref().is_some_and(|only| !only.contains(&line.template));
            let goes = tier == Tier::Strip && !is_held();
            keep[evidence.numbers[at] as usize] = !goes;
            stays |= !goes;
        }
        stays || evidence.lines.is_empty()
    }

    /// The template that a page is most like.
    fn template_of(&self, text: &str, title: &str, author: Option<&str>) -> &Template {
        let number = if let [_] = self.templates[..] {
            0
        } else {
            let title = Title::new(title);
            let own = Own::new(&title, author);
            let mut reader = LineReader::default();
            let read: Vec<Line> = lines(text).map(|range| reader.read(text, range, &own)).collect();
            self.epochs.of(&page_keys(&read))
        };
        &self.templates[number]
    }

    /// The tier of a line with this score beyond the site's zero point.
    fn tier_of(&self, line: &Line, features: &[f32; COUNT], score: f32, others: u32) -> Tier {
        let has = |feature: Feature| features[feature as usize];
        let stripped = match self.edits.get(&line.template) {
            Some(Decision::Strip) => return Tier::Strip,
            Some(Decision::Keep) => return Tier::Keep,
            Some(Decision::Wait) => Tier::Wait,
            None => Tier::Strip,
        };
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
            stripped
        } else if score >= model.threshold("suggest") {
            Tier::Suggest
        } else {
            Tier::Keep
        }
    }

    /// One rule for each template line that several articles have, from all its places on the pages of an epoch.
    fn learn_rules(
        &self,
        of: &Template,
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
                place.characters += f32::from(line.length);
                place.seen = both(place.seen, sampled.day.map(|day| (day, day)));
                place.place += at as f32 / (sampled.lines.len() - 1).max(1) as f32;
                if let Some(text) = sampled.texts.get(at).filter(|_| place.text.is_empty()) {
                    place.text.clone_from(text);
                }
            }
        }
        let mut by_page: BTreeMap<usize, Vec<(u32, Places)>> = BTreeMap::new();
        for (template, place) in places {
            let articles = of.statistics.articles_with(template);
            let is_known = self.edits.contains_key(&template) || shared.contains_key(&template);
            if articles >= 2 || is_known {
                by_page.entry(place.page).or_default().push((template, place));
            }
        }
        let mut rules = Vec::new();
        for (page, of_page) in by_page {
            let evidence = gatherer.gather_sampled(&of.statistics, &pages[page]);
            for (template, place) in of_page {
                rules.push(self.rule(of, template, place, evidence, shared.get(&template).copied()));
            }
        }
        rules
    }

    fn rule(
        &self,
        known: &Template,
        template: u32,
        place: Places,
        evidence: &PageEvidence,
        sites: Option<u32>,
    ) -> Rule {
        let (line, features) = (&evidence.lines[place.line], &evidence.features[place.line]);
        let score = place.score / place.count as f32 - known.zero;
        let mut tier = self.tier_of(line, features, score, evidence.others);
        let mut reasons = reasons(features);
        if let Some(sites) = sites {
            if tier < Tier::Suggest && !self.is_decided(template) && evidence.others < FEWEST_WITNESSES {
                tier = Tier::Suggest;
            }
            reasons.insert(0, format!("stands on {sites} sites"));
        }
        if self.is_decided(template) {
            reasons.insert(0, "decided by a person".to_owned());
        }
        let of = known.statistics.others(false);
        let pages = known.statistics.articles_with(template);
        if tier == Tier::Keep && pages >= 2 {
            tier = Tier::Recurrent;
        }
        let mean_place = place.place / place.count as f32;
        let bound = super::statistics::wilson(pages, of);
        Rule {
            line: place.text,
            template,
            pages,
            of,
            bound,
            tier,
            score,
            touches: place.characters,
            seen: place.seen,
            place: mean_place,
            reasons,
        }
    }

    /// Whether a person decided about the lines of this template key.
    fn is_decided(&self, template: u32) -> bool {
        matches!(self.edits.get(&template), Some(Decision::Strip | Decision::Keep))
    }
}

/// From the earlier of two days to the later.
fn both(a: Option<(i32, i32)>, b: Option<(i32, i32)>) -> Option<(i32, i32)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// Of the rules for one line in several epochs, the one that says most; all its days and characters.
fn join(rules: &mut BTreeMap<u32, Rule>, rule: Rule) {
    match rules.entry(rule.template) {
        Entry::Vacant(entry) => {
            entry.insert(rule);
        }
        Entry::Occupied(mut entry) => {
            let known = entry.get();
            let (seen, touches) = (both(known.seen, rule.seen), known.touches + rule.touches);
            let line = if rule.line.is_empty() { &known.line } else { &rule.line }.clone();
            let is_more = (rule.tier, rule.pages) > (known.tier, known.pages);
            let said = if is_more { rule } else { known.clone() };
            entry.insert(Rule { line, seen, touches, ..said });
        }
    }
}

/// Where a template line stands in a sample.
#[derive(Default)]
struct Places {
    page: usize,
    line: usize,
    count: u32,
    score: f32,
    characters: f32,
    seen: Option<(i32, i32)>,
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
