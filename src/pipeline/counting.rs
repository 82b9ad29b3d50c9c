//! What a run counted, for its manifest.

use super::copies::Copies;
use super::dedup::Decided;
use super::ingest::{Counts, Ingested};
use super::manifest::{CountsReport, InputsReport, PassagesReport};
use super::passages::Shared;
use super::rows::hex;
use super::sampled::Sampled;
use super::settings::Settings;
use super::stories::Stories;
use super::write::Clusters;
use crate::page::Pages;
use crate::verify::Relation;
use std::collections::BTreeMap;

/// What was read.
pub(super) fn inputs(pages: &Pages, copies: &Copies, counts: &Counts) -> InputsReport {
    let different = (0..pages.len() as u32).filter(|&page| !copies.redelivered[page as usize]);
    let digest = different.fold(0u128, |sum, page| sum.wrapping_add(pages.key(page)));
    InputsReport { records: counts.met.records, text_bytes: counts.text_bytes, digest: hex(digest) }
}

/// What came of it.
pub(super) fn counts(
    ingested: &Ingested,
    decided: &Decided,
    clusters: &Clusters<'_>,
    stories: &Stories<'_>,
    settings: &Settings,
) -> CountsReport {
    let Decided { copies, candidates, sampled, proof, shared, removals, templates, .. } = decided;
    let mut removed: BTreeMap<Relation, u64> =
        settings.remove.iter().map(|&relation| (relation, 0)).collect();
    removals.iter().for_each(|removal| *removed.entry(removal.relation).or_default() += 1);
    let pages = ingested.pages.len() as u64;
    let redelivered = copies.redelivered.count_ones() as u64;
    CountsReport {
        pages,
        rejected: ingested.counts.met.rejected,
        redelivered,
        empty: ingested.pages.rows().iter().filter(|row| row.word_count == 0).count() as u64,
        versions: copies.versions.count_ones() as u64,
        kept: pages - redelivered - removals.len() as u64,
        removed,
        clusters: clusters.count,
        syndicated: clusters.told.stories.values().sum(),
        sources: clusters.told.stories.clone(),
        crawl_dated_sites: stories.crawl_dated_sites().len() as u64,
        sites: ingested.pages.site_count() as u64,
        candidates: candidates.pairs.len() as u64,
        near_pairs: proof.count(Relation::Near),
        contained_pairs: proof.count(Relation::Contained),
        passages: sampled.as_ref().map(|sampled| passages(sampled, shared)),
        template_pairs: proof.count(Relation::Template),
        templates: templates.len() as u64,
        template_pages: templates.iter().map(|template| template.pages.len() as u64).sum(),
        hot_buckets: candidates.hot_buckets,
        words: ingested.counts.words,
        unread_dates: ingested.counts.unread_dates,
    }
}

fn passages(sampled: &Sampled, shared: &[Shared]) -> PassagesReport {
    PassagesReport {
        candidates: sampled.pairs.len() as u64,
        common_shingles: sampled.common_shingles,
        crowded_pages: sampled.crowded_pages,
        pairs: shared.iter().filter(|shared| !shared.passages.is_empty()).count() as u64,
        passages: shared.iter().map(|shared| shared.passages.len() as u64).sum(),
    }
}
