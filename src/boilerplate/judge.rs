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
//! [`guards`](super::guards) stand above the score of a line. Above them stand, for a whole page or site:
//!
//! * A page that would lose every line loses none: it has no article, and that is for the audit to say.
//! * What a person decided wins.
//! * What waits for a person ([`quarantine`](super::quarantine)) stays; and on the pages of a template of which something
//!   waits, so does every line that is not told as a rule.
//! * A site whose pages would mostly lose nearly everything is left alone: no articles were found.
//!
//! Each page is judged among those of its template ([`epochs`](super::epochs)).

use super::clusters::Clusters;
use super::edits::{self, Decision, Edits};
use super::epochs::{Epochs, page_keys};
use super::evidence::Gatherer;
use super::guards::{Scored, Thresholds};
use super::keys::KeyMap;
use super::learning::Learning;
use super::line::Line;
use super::model::Model;
use super::profile::SiteProfile;
use super::sample::{self, SampledPage};
use super::template::Template;
use crate::text::lines;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

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

impl Decision {
    /// What becomes of a line of which this was decided, and that was learned.
    pub const fn tier(self, learned: Tier) -> Tier {
        match self {
            Self::Strip => Tier::Strip,
            Self::Keep => Tier::Keep,
            Self::Wait if matches!(learned, Tier::Strip) => Tier::Wait,
            Self::Wait => learned,
        }
    }

    /// What is said of a line that a person decided about.
    pub(super) const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Strip => Some("stripped by hand"),
            Self::Keep => Some("kept by hand"),
            Self::Wait => None,
        }
    }
}

/// How sure the judge must be before a line goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Some text of articles may be lost, little chrome stays.
    #[default]
    Usual,
    /// Every line must pass the strict threshold: hardly any text is lost, more chrome stays.
    Strict,
}

/// What was learned about one line of a site's template, or decided by a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The line, as it stands on one of the pages, or its beginning; empty if none is remembered.
    pub line: String,
    /// Its template key.
    pub template: u32,
    /// Articles that have it.
    pub pages: u32,
    /// Of so many.
    pub of: u32,
    /// Lower bound on the share of the site's articles that have it.
    pub bound: f32,
    /// What becomes of it at most of its places.
    pub tier: Tier,
    /// What was learned, whatever a person decided.
    pub learned: Tier,
    /// What a person decided, or that it waits for one.
    pub decision: Option<Decision>,
    /// Its places on the pages of the sample.
    pub places: u32,
    /// Of these, those where it goes.
    pub stripped: u32,
    /// Share of the characters of the site's known text that it is.
    pub touches: f32,
    /// The days of the first and the last page that has it, of those that have one.
    pub seen: Option<(i32, i32)>,
    /// Mean place in the page, 0 at the head to 1 at the tail.
    pub place: f32,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

impl Rule {
    /// Whether it says more than that a line stays because nothing is known of it.
    pub fn is_told(&self) -> bool {
        self.tier > Tier::Keep || self.decision.is_some()
    }

    /// What is known of the line in several epochs: what says most, with all its places and days.
    fn join(self, other: Self) -> Self {
        let (seen, touches) = (both(self.seen, other.seen), self.touches + other.touches);
        let (places, stripped) = (self.places + other.places, self.stripped + other.stripped);
        let (more, less) =
            if (other.tier, other.pages) > (self.tier, self.pages) { (other, self) } else { (self, other) };
        let line = if more.line.is_empty() { less.line } else { more.line };
        Self { line, places, stripped, touches, seen, ..more }
    }
}

/// From the earlier of two days to the later.
pub(super) fn both(a: Option<(i32, i32)>, b: Option<(i32, i32)>) -> Option<(i32, i32)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// How a line was judged at one place of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedPlace {
    /// The number of the line in the text, from 0 on.
    pub number: usize,
    /// What becomes of it there.
    pub tier: Tier,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// Everything that is needed to judge the pages of one site.
pub struct SiteJudge {
    epochs: Epochs,
    /// One an epoch.
    templates: Vec<Template>,
    thresholds: Thresholds,
    edits: KeyMap<u32, Decision>,
    rules: Vec<Rule>,
    is_left_alone: bool,
}

/// Lines that several sites have, by [`Line::key_among_sites`], with the number of sites.
pub type SharedLines = KeyMap<u64, u32>;

/// The lines that stand on at least [`FEWEST_SITES`] sites, whatever stands around them: a sentence of a reprinted story
/// is one as well as a comment form. So they are suggested at most, and only where a site says nothing itself.
pub fn shared_lines<'a>(sites: impl Iterator<Item = &'a SiteProfile>) -> SharedLines {
    let mut counts = SharedLines::default();
    for site in sites {
        line_keys(site).into_iter().for_each(|key| *counts.entry(key).or_default() += 1);
    }
    counts.retain(|_, sites| *sites >= FEWEST_SITES);
    counts
}

/// The [keys among sites](Line::key_among_sites) of all lines of a site that have letters, ascending.
pub fn line_keys(site: &SiteProfile) -> Vec<u64> {
    let lines = site.sample.different().flat_map(|page| &page.lines);
    let mut keys: Vec<u64> =
        lines.filter(|line| line.is(Line::HAS_LETTERS)).map(Line::key_among_sites).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl SiteJudge {
    /// Freezes what is known of a site.
    pub fn new(site: &SiteProfile, shared: &SharedLines, strictness: Strictness) -> Self {
        Self::freeze(site, shared, strictness, true)
    }

    /// The same without [rules](Self::rules), which cost most of a small site, and judge no page.
    pub fn without_rules(site: &SiteProfile, shared: &SharedLines, strictness: Strictness) -> Self {
        Self::freeze(site, shared, strictness, false)
    }

    fn freeze(site: &SiteProfile, shared: &SharedLines, strictness: Strictness, with_rules: bool) -> Self {
        let pages = site.sample.pages();
        let clusters = Clusters::find(&pages);
        let epochs = Epochs::find(&pages, &clusters);
        let decided = decided(&site.edits);
        let edits = decided.iter().map(|(key, (_, decision))| (*key, *decision)).collect();
        let thresholds = Thresholds::new(Model::fitted(), strictness);
        let (templates, rules, is_left_alone) = (Vec::new(), Vec::new(), false);
        let mut judge = Self { epochs, templates, thresholds, edits, rules, is_left_alone };
        let mut gatherer = Gatherer::default();
        let mut rules: BTreeMap<u32, Rule> = BTreeMap::new();
        for (pages, clusters) in judge.epochs.split(&pages, clusters) {
            let (mut template, scored) = Template::new(&pages, &clusters, &judge.thresholds, &mut gatherer);
            let learning = Learning {
                judge: &judge,
                template: &template,
                pages: &pages,
                scored: &scored,
                shared,
                decided: &decided,
            };
            let waits = decided.values().any(|(_, decision)| *decision == Decision::Wait);
            let learned = if with_rules || waits { learning.rules(&mut gatherer) } else { Vec::new() };
            template.hold(&learned);
            judge.templates.push(template);
            for rule in learned.into_iter().filter(|_| with_rules) {
                match rules.entry(rule.template) {
                    Entry::Vacant(entry) => _ = entry.insert(rule),
                    Entry::Occupied(mut entry) => _ = entry.insert(entry.get().clone().join(rule)),
                }
            }
        }
        judge.add_titles(&pages);
        judge.take_rules(rules, &pages);
        let without_article: u32 = judge.templates.iter().map(|template| template.without_article).sum();
        judge.is_left_alone = 2 * without_article > judge.articles();
        judge
    }

    /// Titles of one epoch also stand in the lists of the others.
    fn add_titles(&mut self, pages: &[SampledPage]) {
        if self.templates.len() > 1 {
            let titles = || pages.iter().map(|page| &page.title);
            self.templates.iter_mut().for_each(|template| template.statistics.add_titles(titles()));
        }
    }

    /// Takes the rules of all epochs, whose characters become shares of these pages.
    fn take_rules(&mut self, rules: BTreeMap<u32, Rule>, pages: &[SampledPage]) {
        let lines = pages.iter().flat_map(|page| &page.lines);
        let characters: f32 = lines.map(|line| f32::from(line.length)).sum();
        self.rules = rules.into_values().collect();
        for rule in &mut self.rules {
            rule.touches /= characters.max(1.0);
            if rule.tier == Tier::Wait {
                let share = 100.0 * rule.touches;
                let why = format!("waits for approval: newly strips {share:.1} % of the site's known text");
                rule.reasons.insert(0, why);
            }
        }
        self.rules.sort_by(|a, b| {
            (b.tier, b.pages)
                .cmp(&(a.tier, a.pages))
                .then(a.place.total_cmp(&b.place))
                .then_with(|| (&a.line, a.template).cmp(&(&b.line, b.template)))
        });
    }

    /// What was learned or decided, the weightiest first.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Bytes that it takes, about.
    pub fn bytes(&self) -> u64 {
        let strings = |rule: &Rule| rule.reasons.iter().map(|reason| reason.len() + 40).sum::<usize>();
        let rules: usize =
            self.rules.iter().map(|rule| size_of::<Rule>() + rule.line.len() + 16 + strings(rule)).sum();
        let templates: u64 = self.templates.iter().map(Template::bytes).sum();
        (size_of::<Self>() + rules + 16 * self.edits.capacity()) as u64 + templates + self.epochs.bytes()
    }

    /// Articles that are known of the site.
    pub fn articles(&self) -> u32 {
        self.templates.iter().map(|template| template.statistics.others(false)).sum()
    }

    /// The templates that the site has had.
    pub fn epochs(&self) -> &Epochs {
        &self.epochs
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
        gatherer.read(text, title, author);
        keep.clear();
        keep.resize(gatherer.line_count(), true);
        let template = self.template_of(gatherer.lines());
        if self.is_left_alone {
            return false;
        }
        let evidence = gatherer.gather_open(&template.statistics, sample::page_hash(site, text));
        let scores = Model::fitted().scores(&evidence.features);
        let mut weighed = evidence.weighed.iter().zip(&evidence.features).zip(scores).peekable();
        let mut stays = false;
        for (at, (line, &number)) in evidence.lines.iter().zip(&evidence.numbers).enumerate() {
            let learned = match weighed.next_if(|((next, _), _)| **next as usize == at) {
                Some(((_, features), score)) => {
                    let bar = self.thresholds.bar(line, features, evidence.others);
                    Scored { score, bar }.tier(template.zero)
                }
                None => Tier::Keep,
            };
            let tier = self.tier(line.template, learned);
            let goes = tier == Tier::Strip && !template.holds(line.template);
            keep[number as usize] = !goes;
            stays |= !goes;
        }
        stays || evidence.lines.is_empty()
    }

    /// How lines of a page are judged where they stand, and why; of those with these numbers, ascending, that are not blank.
    pub fn explain(
        &self,
        gatherer: &mut Gatherer,
        site: &str,
        text: &str,
        title: &str,
        author: Option<&str>,
        numbers: &[usize],
    ) -> Vec<JudgedPlace> {
        let mut keep = Vec::new();
        let has_article = self.judge(gatherer, site, text, title, author, &mut keep);
        let template = self.template_of(gatherer.lines());
        let hash = sample::page_hash(site, text);
        let evidence = gatherer.gather(&template.statistics, hash, text, title, author);
        let ranges: Vec<Range<usize>> = lines::lines(text).collect();
        let explain = |&number: &usize| {
            let at = evidence.numbers.binary_search(&(number as u32)).ok()?;
            let (line, features) = (&evidence.lines[at], &evidence.features[at]);
            let bar = self.thresholds.bar(line, features, evidence.others);
            let learned = Scored { score: Model::fitted().score(features), bar }.tier(template.zero);
            let tier = self.tier(line.template, learned);
            let goes = has_article && !keep[number];
            let stays = (tier == Tier::Strip && !goes).then(|| {
                if self.is_left_alone {
                    "stays: no articles were found on this site, so nothing is stripped"
                } else if template.holds(line.template) {
                    "stays: other lines of this template wait for a person"
                } else {
                    "stays: the page would lose all of its lines"
                }
            });
            let tier = if stays.is_some() { Tier::Keep } else { tier };
            let by_hand = self.edits.get(&line.template).and_then(|decision| decision.reason());
            let told = template.reasons(text[ranges[number].clone()].trim(), features, bar);
            let reasons = stays.into_iter().chain(by_hand).map(str::to_owned).chain(told).collect();
            Some(JudgedPlace { number, tier, reasons })
        };
        numbers.iter().filter_map(explain).collect()
    }

    /// The template that a page of these lines is most like.
    fn template_of(&self, lines: &[Line]) -> &Template {
        let number = if let [_] = self.templates[..] { 0 } else { self.epochs.of(&page_keys(lines)) };
        &self.templates[number]
    }

    /// What becomes of a line at one place, where this was learned.
    pub(super) fn tier(&self, template: u32, learned: Tier) -> Tier {
        self.edits.get(&template).map_or(learned, |decision| decision.tier(learned))
    }
}

/// Live decisions by the template key of their line, with the line's text.
fn decided(edits: &Edits) -> BTreeMap<u32, (&str, Decision)> {
    let live = edits.by_key().into_iter().filter_map(|(key, (filed, edit))| {
        let text = edits::split_name(filed).1;
        Some((key, (text, edit.decision?)))
    });
    live.collect()
}
