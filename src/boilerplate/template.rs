//! What is known of the pages of one epoch of a site: counts, and the zero point of its scores.

use super::calibrate;
use super::clusters::Clusters;
use super::evidence::Gatherer;
use super::features::{COUNT, Feature};
use super::guards::{Bar, FEW_WITNESSES, Scored, Thresholds};
use super::judge::{Rule, Tier};
use super::lexicon::Lexicon;
use super::model::Model;
use super::reasons::reasons;
use super::sample::SampledPage;
use super::statistics::SiteStatistics;
use std::collections::BTreeSet;

/// Share of its characters from which a page that loses more is left without an article.
const NO_ARTICLE: f32 = 0.95;

/// The frozen pages of one epoch.
pub(super) struct Template {
    pub(super) statistics: SiteStatistics,
    /// Where scores part here.
    pub(super) zero: f32,
    /// Articles that would lose nearly everything.
    pub(super) without_article: u32,
    /// If rules of this template wait: the template keys that are stripped all the same.
    only: Option<BTreeSet<u32>>,
}

impl Template {
    /// Freezes the pages of an epoch; also gives the score of each of their lines.
    pub(super) fn new(
        pages: &[SampledPage],
        clusters: &Clusters,
        thresholds: &Thresholds,
        gatherer: &mut Gatherer,
    ) -> (Self, Vec<Vec<Scored>>) {
        let statistics = SiteStatistics::new(pages, clusters);
        let score = |page: &SampledPage| -> Vec<Scored> {
            let evidence = gatherer.gather_sampled(&statistics, page);
            let scores = Model::fitted().scores(&evidence.features);
            let bars = evidence.lines.iter().zip(&evidence.features);
            let bars = bars.map(|(line, features)| thresholds.bar(line, features, evidence.others));
            scores.into_iter().zip(bars).map(|(score, bar)| Scored { score, bar }).collect()
        };
        let scored: Vec<Vec<Scored>> = pages.iter().map(score).collect();
        let lengths = pages.iter().zip(&scored).flat_map(|(page, scored)| {
            scored.iter().map(|scored| scored.score).zip(page.lines.iter().map(|line| line.length))
        });
        let zero = calibrate::zero_point(lengths, pages.len());
        let mut template = Self { statistics, zero, without_article: 0, only: None };
        if clusters.firsts().len() as u32 > FEW_WITNESSES + 1 {
            let firsts = clusters.firsts().iter().map(|&first| first as usize);
            let empty = firsts.filter(|&first| template.loss(&pages[first], &scored[first]) > NO_ARTICLE);
            template.without_article = empty.count() as u32;
        }
        (template, scored)
    }

    /// The share of its characters that a page loses by what was learned.
    fn loss(&self, page: &SampledPage, scored: &[Scored]) -> f32 {
        let (mut lost, mut all) = (0.0, 0.0);
        for (line, scored) in page.lines.iter().zip(scored) {
            let length = f32::from(line.length);
            all += length;
            lost += if scored.tier(self.zero) == Tier::Strip { length } else { 0.0 };
        }
        if all > 0.0 { lost / all } else { 0.0 }
    }

    /// Why a line with this evidence is judged as it is.
    pub(super) fn reasons(&self, line: &str, features: &[f32; COUNT], bar: Bar) -> Vec<String> {
        let begins = features[Feature::phrase_start as usize] > 0.0;
        let chrome = if begins { Lexicon::new().start_of(line) } else { None };
        let strip_from =
            bar.strip.is_finite().then(|| bar.strip + bar.zero(self.zero) - Model::fitted().base);
        let guard = bar.reason().map(str::to_owned);
        guard.into_iter().chain(reasons(features, strip_from, chrome)).collect()
    }

    /// If one of its rules waits, nothing is stripped here but by other rules.
    pub(super) fn hold(&mut self, rules: &[Rule]) {
        if rules.iter().any(|rule| rule.tier == Tier::Wait) {
            let stripped = rules.iter().filter(|rule| rule.tier == Tier::Strip);
            self.only = Some(stripped.map(|rule| rule.template).collect());
        }
    }

    /// Bytes that it takes, about.
    pub(super) fn bytes(&self) -> u64 {
        self.statistics.bytes() + self.only.as_ref().map_or(0, |only| 8 * only.len() as u64)
    }

    /// Whether lines of this template key stay because others wait.
    pub(super) fn holds(&self, template: u32) -> bool {
        self.only.as_ref().is_some_and(|only| !only.contains(&template))
    }
}
