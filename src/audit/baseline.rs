//! What changed since an earlier report, beyond noise.
//!
//! Every site and metric is a comparison; among thousands of them a rare event is no news. So the false discovery rate is held
//! over all of them (Benjamini and Hochberg 1995), and a change must also be large enough to matter, lest huge sites alarm on
//! trifles.

use super::chance;
use super::metric::{Kind, Metric};
use super::report::{Change, Changes, Figures, Report, Share, Site};
use std::collections::BTreeMap;

/// Share of the changes listed that may be noise.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// The least change of a share that matters, and how many times as large the larger one must be.
const LEAST_CHANGE: f64 = 0.01;
const LEAST_RATIO: f64 = 1.25;

/// The least change of the share of characters stripped.
const LEAST_JUNK: f64 = 0.03;

/// Chance that a page now is longer than one before, from which on lengths have changed: 0.6, or 0.4.
const LEAST_LONGER: f64 = 0.1;

/// How many times as many pages, or as few.
const LEAST_PAGES: f64 = 2.0;

/// A comparison that was made.
struct Compared {
    change: Change,
    matters: bool,
}

/// Compares two reports, site by site and in total.
pub fn compare(before: &Report, now: &Report) -> Changes {
    let earlier: BTreeMap<&str, &Site> = before.sites.iter().map(|site| (site.site.as_str(), site)).collect();
    let later: BTreeMap<&str, &Site> = now.sites.iter().map(|site| (site.site.as_str(), site)).collect();
    let mut compared = figures(None, &before.total, &now.total);
    for (name, site) in &later {
        if let Some(known) = earlier.get(name) {
            compared.extend(figures(Some(name), &known.figures, &site.figures));
        }
    }
    let probabilities: Vec<f64> = compared.iter().map(|compared| compared.change.p).collect();
    let threshold = chance::threshold(&probabilities, FALSE_DISCOVERY_RATE).unwrap_or(-1.0);
    let is_real = |compared: &Compared| compared.matters && compared.change.p <= threshold;
    let mut changes: Vec<Change> =
        compared.into_iter().filter(is_real).map(|compared| compared.change).collect();
    changes.sort_by(|a, b| a.p.total_cmp(&b.p).then_with(|| (&a.site, &a.figure).cmp(&(&b.site, &b.figure))));
    let only = |some: &BTreeMap<&str, &Site>, others: &BTreeMap<&str, &Site>| {
        some.keys().filter(|name| !others.contains_key(*name)).map(|name| (*name).to_owned()).collect()
    };
    Changes {
        batch: before.batch.clone(),
        false_discovery_rate: FALSE_DISCOVERY_RATE,
        comparisons: probabilities.len() as u64,
        changes,
        new_sites: only(&later, &earlier),
        gone_sites: only(&earlier, &later),
    }
}

fn figures(site: Option<&str>, before: &Figures, now: &Figures) -> Vec<Compared> {
    let change = |figure: &str, before: f64, now: f64, p: f64, is_worse: Option<bool>| Change {
        site: site.map(str::to_owned),
        figure: figure.to_owned(),
        before,
        now,
        p,
        is_worse,
    };
    let mut compared = Vec::new();
    for (&metric, share) in &now.metrics {
        let Some(known) = before.metrics.get(&metric) else { continue };
        let (a, b) = (rate(known), rate(share));
        let p = chance::proportions((known.count, known.of), (share.count, share.of));
        let is_worse = is_fault(metric).then_some(b > a);
        let matters = (a - b).abs() >= LEAST_CHANGE && a.max(b) >= LEAST_RATIO * a.min(b);
        compared.push(Compared { change: change(metric.name(), a, b, p, is_worse), matters });
    }
    let (a, b) = (junk(before), junk(now));
    let p = chance::shares((a, before.pages.max(1)), (b, now.pages.max(1)));
    compared.push(Compared { change: change("junk", a, b, p, None), matters: (a - b).abs() >= LEAST_JUNK });
    let (p, longer) = chance::ranks(&before.length_classes, &now.length_classes);
    let (a, b) = (before.lengths[2] as f64, now.lengths[2] as f64);
    let matters = (longer - 0.5).abs() >= LEAST_LONGER;
    compared.push(Compared { change: change("length", a, b, p, Some(longer < 0.5)), matters });
    let (a, b) = (before.pages as f64, now.pages as f64);
    let matters = a.max(b) >= LEAST_PAGES * a.min(b);
    let p = chance::counts(before.pages, now.pages);
    compared.push(Compared { change: change("pages", a, b, p, Some(b < a)), matters });
    compared
}

/// A share as a number.
pub(super) fn rate(share: &Share) -> f64 {
    share.count as f64 / share.of.max(1) as f64
}

/// Share of the characters that were stripped.
pub(super) fn junk(figures: &Figures) -> f64 {
    figures.stripped as f64 / figures.characters.max(1) as f64
}

/// Whether more of it is worse; copies between sites and within are neither good nor bad.
fn is_fault(metric: Metric) -> bool {
    metric.kind() != Kind::Copies || metric == Metric::Stale
}
