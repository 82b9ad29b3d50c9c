//! What matters most: how sure, times how many pages, times how bad.

use super::super::examine::LEFTOVERS;
use super::super::metric::Metric;
use super::super::report::{Figures, Finding, Share, Site};
use super::Batch;
use super::figures::example;
use super::verdicts::Verdicts;
use std::collections::BTreeMap;

/// Findings of one site, and of all.
const MOST_OF_SITE: usize = 4;
const MOST: usize = 400;

/// Sites that must have a fault for it to be one of the whole batch.
const FEWEST_SITES: usize = 3;

/// Share of pages, by the lower end of its interval, from which on a fault is worth a sentence.
const LEAST: f64 = 0.004;

/// The findings of a batch.
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    pub(super) examples: Vec<u32>,
    pub(super) left_out: u64,
}

struct Weighed {
    weight: f64,
    finding: Finding,
    example: u32,
}

/// Finds what matters most of the sites and of the whole batch.
pub(super) fn all(batch: &Batch<'_>, verdicts: &Verdicts, sites: &[Site], total: &Figures) -> Found {
    let pages: BTreeMap<&str, &Vec<u32>> =
        verdicts.sites.values().map(|pages| (batch.pages.site(pages[0]), pages)).collect();
    let mut weighed = Vec::new();
    let mut left_out = 0;
    let mut sites_with: BTreeMap<Metric, usize> = BTreeMap::new();
    for site in sites {
        let pages = pages[site.site.as_str()];
        let mut of_site = of_figures(batch, verdicts, Some(&site.site), &site.figures, pages);
        of_site.iter().for_each(|found| *sites_with.entry(found.finding.metric).or_default() += 1);
        sort(&mut of_site);
        left_out += of_site.len().saturating_sub(MOST_OF_SITE);
        weighed.extend(of_site.into_iter().take(MOST_OF_SITE));
        // A crawl of millions of sites has tens of millions.
        if weighed.len() > 16 * MOST {
            left_out += keep_weightiest(&mut weighed);
        }
    }
    let all: Vec<u32> = (0..batch.pages.len() as u32).collect();
    let of_batch = of_figures(batch, verdicts, None, total, &all);
    weighed.extend(
        of_batch.into_iter().filter(|found| {
            sites_with.get(&found.finding.metric).is_some_and(|&count| count >= FEWEST_SITES)
        }),
    );
    left_out += keep_weightiest(&mut weighed);
    let (findings, examples) = weighed.into_iter().map(|found| (found.finding, found.example)).unzip();
    Found { findings, examples, left_out: left_out as u64 }
}

/// Leaves those that are told, in order; gives the number of the others.
fn keep_weightiest(weighed: &mut Vec<Weighed>) -> usize {
    sort(weighed);
    let others = weighed.len().saturating_sub(MOST);
    weighed.truncate(MOST);
    others
}

fn sort(weighed: &mut [Weighed]) {
    weighed.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| (&a.finding.site, a.finding.metric).cmp(&(&b.finding.site, b.finding.metric)))
    });
}

fn of_figures(
    batch: &Batch<'_>,
    verdicts: &Verdicts,
    site: Option<&str>,
    figures: &Figures,
    pages: &[u32],
) -> Vec<Weighed> {
    let worth =
        figures.metrics.iter().filter(|(metric, share)| badness(**metric) > 0.0 && share.low >= LEAST);
    let weighed = worth.filter_map(|(&metric, share)| {
        let found: Vec<u32> = pages.iter().copied().filter(|&page| verdicts.has(metric, page)).collect();
        let example = example(batch, &found)?;
        let weight = badness(metric) * share.low * share.of as f64;
        let mut text = sentence(metric, share);
        if metric == Metric::Leftover {
            text += &kinds(batch, &found);
        }
        let finding = Finding {
            site: site.map(str::to_owned),
            metric,
            share: share.clone(),
            text,
            excerpt: String::new(),
        };
        Some(Weighed { weight, finding, example })
    });
    weighed.collect()
}

/// How bad it is that one page has this; 0 for what is no fault.
const fn badness(metric: Metric) -> f64 {
    match metric {
        Metric::Wall | Metric::Empty | Metric::Mojibake | Metric::NoArticle => 1.0,
        Metric::Truncated
        | Metric::WrongLanguage
        | Metric::SecondArticle
        | Metric::ForeignTitle
        | Metric::Menu => 0.8,
        Metric::Replacement | Metric::Stub | Metric::Stale | Metric::ConstantTitle => 0.6,
        Metric::MissingTitle
        | Metric::MissingDate
        | Metric::ConstantDate
        | Metric::UnreadDate
        | Metric::ImplausibleDate
        | Metric::MixedLanguage
        | Metric::Leftover
        | Metric::RepeatedLines => 0.4,
        Metric::Restyled | Metric::CutTitle | Metric::MissingUrl | Metric::MissingAuthor => 0.2,
        Metric::Near | Metric::Exact => 0.1,
        Metric::Redelivered | Metric::Syndicated | Metric::Template | Metric::Contained => 0.0,
    }
}

fn sentence(metric: Metric, share: &Share) -> String {
    let says = match metric {
        Metric::Redelivered => "were delivered before",
        Metric::Exact => "have the same words as a page that is kept",
        Metric::Near => "nearly equal a page that is kept",
        Metric::Syndicated => "are copies of another site's pages",
        Metric::Stale => "repeat an older page of the site under another address or date",
        Metric::Restyled => "are copies of a page of their site in another template",
        Metric::Template => "are alike only by the form of their site",
        Metric::Contained => "stand in larger pages",
        Metric::Empty => "have no text",
        Metric::Stub => "have only a few words of their own",
        Metric::NoArticle => "have nothing but lines of the site",
        Metric::Menu => "are lists of short lines where an article should be",
        Metric::Wall => "are error, consent, robot-check or paywall pages",
        Metric::Truncated => "break off before their end",
        Metric::SecondArticle => "have a second article glued on or set in",
        Metric::Leftover => "still have site furniture in their text",
        Metric::RepeatedLines => "have the same short lines twice",
        Metric::ForeignTitle => {
            "have a title of which their text says next to nothing, like that of another story"
        }
        Metric::CutTitle => "have a title that breaks off",
        Metric::Mojibake => "were read in a wrong encoding",
        Metric::Replacement => "lost characters in decoding",
        Metric::WrongLanguage => "are in another language than their site",
        Metric::MixedLanguage => "are partly in another language",
        Metric::MissingTitle => "have no title",
        Metric::MissingDate => "have no date",
        Metric::MissingUrl => "have no URL",
        Metric::MissingAuthor => "name no author, unlike the others of the site",
        Metric::ConstantTitle => "share one title, though their texts differ",
        Metric::ConstantDate => "share one date, though their texts differ",
        Metric::UnreadDate => "have a date that cannot be read",
        Metric::ImplausibleDate => "have a date in the future or before the web",
    };
    let percent = 100.0 * share.count as f64 / share.of.max(1) as f64;
    let percent =
        if percent >= 10.0 || share.count == 0 { format!("{percent:.0}") } else { format!("{percent:.1}") };
    format!("{} of {} pages ({percent} %) {says}", share.count, share.of)
}

/// The kinds of junk that these pages have, the most frequent first.
fn kinds(batch: &Batch<'_>, pages: &[u32]) -> String {
    let count = |kind: usize| {
        pages.iter().filter(|&&page| batch.facts[page as usize].leftovers >> kind & 1 == 1).count()
    };
    let counts: Vec<usize> = (0..LEFTOVERS.len()).map(count).collect();
    let mut kinds: Vec<usize> = (0..counts.len()).filter(|&kind| counts[kind] > 0).collect();
    kinds.sort_by_key(|&kind| (std::cmp::Reverse(counts[kind]), kind));
    let names: Vec<&str> = kinds.into_iter().take(3).map(|kind| LEFTOVERS[kind]).collect();
    if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
}
