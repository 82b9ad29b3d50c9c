//! Pages that are there already: copies, repeats, pages that stand in others.

use super::super::metric::Metric;
use super::Batch;
use super::verdicts::Verdicts;
use crate::passage::kind::Kind;
use crate::verify::Relation;
use std::collections::BTreeMap;

/// Judges all pages.
pub(super) fn judge(batch: &Batch<'_>, verdicts: &mut Verdicts) {
    for removed in
        batch.removed.iter().filter(|removed| verdicts.is_new[removed.page as usize]).collect::<Vec<_>>()
    {
        let page = removed.page;
        match removed.relation {
            Relation::Exact => verdicts.set(Metric::Exact, page),
            Relation::Near => verdicts.set(Metric::Near, page),
            Relation::Template => verdicts.set(Metric::Template, page),
            Relation::Contained => verdicts.set(Metric::Contained, page),
        }
        let is_of_other_site = batch.pages.row(page).site != batch.pages.row(removed.kept).site;
        // Of a kept page of an earlier batch nothing was seen today.
        let forms = [page, removed.kept].map(|page| batch.facts.get(page as usize).map_or(0, |of| of.form));
        if !is_of_other_site && is_other_template(forms) {
            verdicts.set(Metric::Restyled, page);
        }
        if is_of_other_site && !verdicts.has(Metric::Wall, page) {
            verdicts.set(Metric::Syndicated, page);
        }
    }
    for &page in batch.template {
        verdicts.set(Metric::Template, page);
    }
    for held in batch.held {
        verdicts.set(Metric::Contained, held.page);
        if matches!(held.kind, Kind::Embedded | Kind::Glued) && verdicts.is_new[held.larger as usize] {
            verdicts.set(Metric::SecondArticle, held.larger);
        }
    }
    stale(batch, verdicts);
}

/// Bits in which the fingerprints of two pages of one template hardly ever differ: unrelated ones differ in 32 on average.
const SAME_TEMPLATE: u32 = 20;

/// Whether two pages that both lost lines lost those of different templates.
fn is_other_template([a, b]: [u64; 2]) -> bool {
    a != 0 && b != 0 && (a ^ b).count_ones() > SAME_TEMPLATE
}

/// Of pages of a site with the same words, all but the earliest, where address or date tell them apart.
fn stale(batch: &Batch<'_>, verdicts: &mut Verdicts) {
    let mut equal: BTreeMap<(u32, u128), Vec<u32>> = BTreeMap::new();
    for page in 0..batch.pages.len() as u32 {
        let row = batch.pages.row(page);
        let is_article = verdicts.is_new[page as usize]
            && batch.facts[page as usize].words > 0
            && ![Metric::Wall, Metric::Menu, Metric::NoArticle, Metric::Stub]
                .iter()
                .any(|&metric| verdicts.has(metric, page));
        if is_article {
            equal.entry((row.site, row.words)).or_default().push(page);
        }
    }
    for mut pages in equal.into_values().filter(|pages| pages.len() > 1) {
        let facts = |page: u32| &batch.facts[page as usize];
        pages.sort_by_cached_key(|&page| (facts(page).moment.unwrap_or(i64::MAX), batch.pages.key(page)));
        let first = facts(pages[0]);
        for &page in &pages[1..] {
            let (url, moment) = (facts(page).url, facts(page).moment);
            if url != first.url || moment != first.moment {
                verdicts.set(Metric::Stale, page);
            }
        }
    }
}
