//! Stories told again: sources, editions and the exchange between sites follow from the inputs' dates, titles and
//! addresses, and from the figures of the removals.

use super::Judge;
use crate::pipeline::decide::Figures;
use crate::pipeline::rows::{ClusterRow, EditionRow, RemovedRow, Rows, SyndicationRow};
use crate::pipeline::stories::{Stories, Told};
use crate::similarity::Overlap;
use crate::syndication::source::SourceBy;
use std::collections::BTreeMap;

/// What a row says of a story.
type Row = (Option<String>, Option<SourceBy>, Vec<EditionRow>);

/// Compares `clusters.jsonl` and `syndication.jsonl` with the stories that the inputs tell.
pub(super) fn stories(
    judge: &Judge<'_>,
    removed: &[RemovedRow],
    clusters: &[ClusterRow],
    exchange: &[SyndicationRow],
) -> Vec<String> {
    let mut by_cluster: BTreeMap<&str, Vec<&RemovedRow>> = BTreeMap::new();
    removed.iter().for_each(|row| by_cluster.entry(&row.cluster).or_default().push(row));
    let pages = judge.texts.pages;
    let stories = Stories::new(pages, &judge.copies);
    let rows = Rows { pages, sources: judge.texts.sources, copies: &judge.copies, batch: "" };
    let (mut faults, mut found) = (Vec::new(), Told::default());
    for cluster in clusters {
        let removed = by_cluster.get(cluster.cluster.as_str()).map_or(&[][..], Vec::as_slice);
        // A page that is not in the inputs is a fault of its removal.
        let Some((kept, figures)) = figures(judge, removed) else { continue };
        let story = stories.story(kept, figures.into_iter(), &mut found);
        let told: Row = (cluster.source.clone(), cluster.source_by, cluster.editions.clone());
        if told != rows.story(story.as_ref()) {
            faults.push(format!(
                "cluster {}: its source or editions are not what pages state",
                cluster.cluster
            ));
        }
    }
    if !found.exchange.flows().map(SyndicationRow::new).eq(exchange.iter().cloned()) {
        faults.push("syndication.jsonl: is not what the clusters tell".to_owned());
    }
    faults
}

/// The kept page of some removals, and what each page is to it.
fn figures(judge: &Judge<'_>, removed: &[&RemovedRow]) -> Option<(u32, Vec<Figures>)> {
    let first = removed.first()?;
    let kept = judge.find(&first.kept, &first.kept_digest)?;
    let figures = removed.iter().map(|row| {
        let overlap = Overlap { shared: row.shared, size_a: row.size, size_b: row.size_kept };
        let is_possible = row.shared <= row.size.min(row.size_kept);
        Some((judge.find(&row.id, &row.digest).filter(|_| is_possible)?, row.relation, overlap))
    });
    Some((kept, figures.collect::<Option<_>>()?))
}
