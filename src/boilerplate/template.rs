//! What is known of the pages of one epoch of a site: counts, and the zero point of its scores.

use super::calibrate;
use super::clusters::Clusters;
use super::evidence::Gatherer;
use super::judge::FEW_WITNESSES;
use super::model::Model;
use super::sample::SampledPage;
use super::statistics::SiteStatistics;
use std::collections::BTreeSet;

/// Share of its characters from which a page that loses more is left without an article.
pub(super) const NO_ARTICLE: f32 = 0.95;

/// The frozen pages of one epoch.
pub(super) struct Template {
    pub(super) statistics: SiteStatistics,
    /// Where scores part here.
    pub(super) zero: f32,
    /// Articles that would lose nearly everything.
    pub(super) without_article: u32,
    /// If rules of this template wait: the template keys that are stripped all the same.
    pub(super) only: Option<BTreeSet<u32>>,
}

impl Template {
    /// Freezes the pages of an epoch; also gives the score of each of their lines.
    pub(super) fn new(pages: &[SampledPage], gatherer: &mut Gatherer) -> (Self, Vec<Vec<f32>>) {
        let clusters = Clusters::find(pages);
        let statistics = SiteStatistics::new(pages, &clusters);
        let score =
            |page: &SampledPage| Model::fitted().scores(&gatherer.gather_sampled(&statistics, page).features);
        let scored: Vec<Vec<f32>> = pages.iter().map(score).collect();
        let lengths = pages
            .iter()
            .zip(&scored)
            .flat_map(|(page, scores)| scores.iter().copied().zip(page.lines.iter().map(|line| line.length)));
        let zero = calibrate::zero_point(lengths, pages.len());
        let mut template = Self { statistics, zero, without_article: 0, only: None };
        if template.statistics.others(true) > FEW_WITNESSES {
            let firsts = clusters.firsts().iter().map(|&first| first as usize);
            let empty = firsts.filter(|&first| template.loss(&pages[first], &scored[first]) > NO_ARTICLE);
            template.without_article = empty.count() as u32;
        }
        (template, scored)
    }

    /// The share of its characters that a page loses by its scores alone.
    fn loss(&self, page: &SampledPage, scores: &[f32]) -> f32 {
        let needed = Model::fitted().threshold("strip") + self.zero;
        let (mut lost, mut all) = (0.0, 0.0);
        for (line, &score) in page.lines.iter().zip(scores) {
            all += f32::from(line.length);
            lost += if score >= needed { f32::from(line.length) } else { 0.0 };
        }
        if all > 0.0 { lost / all } else { 0.0 }
    }
}
