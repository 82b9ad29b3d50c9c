//! The laws of the whole: what must hold between rows, whatever the texts are.

use crate::pipeline::manifest::CountsReport;
use crate::pipeline::rows::{ClusterRow, RemovedRow, TemplateRow};
use crate::syndication::source::SourceBy;
use crate::verify::Relation;
use std::collections::{BTreeMap, BTreeSet};

/// No page is removed twice, and no kept page is removed.
pub(super) fn removals(rows: &[RemovedRow]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut removed = BTreeSet::new();
    for row in rows {
        if !removed.insert((&row.id, &row.digest)) {
            faults.push(format!("{}: removed twice", row.id));
        }
    }
    for row in rows.iter().filter(|row| removed.contains(&(&row.kept, &row.kept_digest))) {
        faults.push(format!("{}: its kept page {} is removed itself", row.id, row.kept));
    }
    faults
}

/// Clusters say what the removals say.
pub(super) fn clusters(rows: &[RemovedRow], clusters: &[ClusterRow]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut by_cluster: BTreeMap<&str, Vec<&RemovedRow>> = BTreeMap::new();
    rows.iter().for_each(|row| by_cluster.entry(&row.cluster).or_default().push(row));
    for cluster in clusters {
        let rows = by_cluster.remove(cluster.cluster.as_str()).unwrap_or_default();
        let mut removed: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        removed.sort_unstable();
        let mut listed: Vec<&str> = cluster.members.iter().skip(1).map(String::as_str).collect();
        listed.sort_unstable();
        let sites: BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| [row.site.as_str(), row.kept_site.as_str()])
            .filter(|site| !site.is_empty())
            .collect();
        let mut relations: BTreeMap<Relation, u32> = BTreeMap::new();
        rows.iter().for_each(|row| *relations.entry(row.relation).or_default() += 1);
        let fault = if listed != removed || cluster.members.first() != Some(&cluster.kept) {
            "its members are not those that were removed for it"
        } else if rows.iter().any(|row| row.kept != cluster.kept) {
            "its kept page is not that of its removals"
        } else if !sites.iter().copied().eq(cluster.sites.iter().map(String::as_str)) {
            "its sites are not those of its members"
        } else if relations != cluster.relations {
            "its relations are not those of its members"
        } else {
            continue;
        };
        faults.push(format!("cluster {}: {fault}", cluster.cluster));
    }
    faults.extend(by_cluster.keys().map(|cluster| format!("cluster {cluster}: is not in clusters.jsonl")));
    faults
}

/// The manifest counts the templates that there are.
pub(super) fn templates(rows: &[TemplateRow], counts: &CountsReport) -> Option<String> {
    let pages: u64 = rows.iter().map(|row| row.members.len() as u64).sum();
    let (stated, found) = ((counts.templates, counts.template_pages), (rows.len() as u64, pages));
    (stated != found).then(|| {
        format!("manifest.json: counts {stated:?} templates and their pages, templates.jsonl holds {found:?}")
    })
}

/// The manifest counts what the tables hold.
pub(super) fn counts(rows: &[RemovedRow], clusters: &[ClusterRow], counts: &CountsReport) -> Vec<String> {
    let mut sources: BTreeMap<SourceBy, u64> = BTreeMap::new();
    clusters.iter().filter_map(|row| row.source_by).for_each(|by| *sources.entry(by).or_default() += 1);
    let stated = (counts.removed_in_all(), counts.clusters, counts.syndicated, &counts.sources);
    let found = (rows.len() as u64, clusters.len() as u64, sources.values().sum(), &sources);
    if stated == found {
        return Vec::new();
    }
    vec![format!(
        "manifest.json: counts {stated:?} removals, clusters, stories and sources, the tables hold {found:?}"
    )]
}
