//! Removals and clusters, from verified pairs.

use super::copies::Copies;
use super::prove::{Finding, Proof};
use super::settings::{Scope, Settings};
use crate::cluster::contained;
use crate::cluster::keep::{Claim, KeepPolicy};
use crate::cluster::leaders::{self, Edge, Verdict};
use crate::page::Pages;
use crate::similarity::Overlap;
use crate::verify::{Evidence, Relation};
use std::collections::BTreeMap;

/// A page that goes, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The page.
    pub page: u32,
    /// The kept page that it was verified against.
    pub kept: u32,
    /// What it is to the kept page.
    pub relation: Relation,
    /// Exact counts, the removed page's size first.
    pub evidence: Evidence,
    /// Smallest page key in its component.
    pub component: u128,
}

/// A removed page, what it is to the kept one, and their overlap, its own size first.
pub type Figures = (u32, Relation, Overlap);

impl Removal {
    /// What a story is told of.
    pub const fn figures(&self) -> Figures {
        (self.page, self.relation, self.evidence.overlap)
    }
}

/// Removals by the kept page.
pub fn by_kept(removals: &[Removal]) -> BTreeMap<u32, Vec<&Removal>> {
    let mut by_kept: BTreeMap<u32, Vec<&Removal>> = BTreeMap::new();
    removals.iter().for_each(|removal| by_kept.entry(removal.kept).or_default().push(removal));
    by_kept
}

/// All removals, ascending by page.
pub fn decide(pages: &Pages, copies: &Copies, proof: &Proof, settings: &Settings) -> Vec<Removal> {
    let removes = |relation| settings.remove.contains(&relation);
    // Nobody is removed for a page that an earlier batch has removed.
    let is_gone = |page: u32| pages.remembered(page).is_some_and(|of| !of.is_kept);
    let counts = |found: &&Finding| removes(found.relation) && !is_gone(found.b);
    let found: Vec<&Finding> = proof.findings.iter().filter(counts).collect();
    let mut nodes: Vec<u32> = found.iter().flat_map(|found| [found.a, found.b]).collect();
    nodes.extend(copies.groups.iter().map(|(first, _)| *first));
    nodes.sort_unstable();
    nodes.dedup();
    let number = |page: u32| nodes.partition_point(|&node| node < page) as u32;
    let edge =
        |found: &&Finding| Edge { a: number(found.a), b: number(found.b), overlap: found.evidence.overlap };
    let is_containment = |found: &&Finding| found.relation == Relation::Contained;
    let held: Vec<Edge> = found.iter().filter(|found| is_containment(found)).map(edge).collect();
    let edges: Vec<Edge> = found.iter().filter(|found| !is_containment(found)).map(edge).collect();

    let members: Vec<&[u32]> =
        nodes.iter().map(|node| copies.group(*node).unwrap_or(std::slice::from_ref(node))).collect();
    let best: Vec<(u32, Claim)> =
        members.iter().map(|group| best_claim(pages, group, &settings.keep)).collect();
    let claims = best.iter().map(|(_, claim)| *claim).collect();
    let weights: Vec<u32> = members.iter().map(|group| group.len() as u32).collect();
    let mut outcome = leaders::decide(&settings.keep, claims, &weights, &edges);
    let in_scope = |page: u32, kept: u32| {
        settings.scope != Scope::AcrossSites || pages.row(page).site != pages.row(kept).site
    };
    contained::decide(
        &mut outcome,
        &held,
        |node| best[node as usize].1.key,
        |node, leader| members[node as usize].iter().all(|&page| in_scope(page, best[leader as usize].0)),
    );

    let mut smallest_key: BTreeMap<u32, u128> = BTreeMap::new();
    for (&component, (_, claim)) in outcome.components.iter().zip(&best) {
        let smallest = smallest_key.entry(component).or_insert(claim.key);
        *smallest = claim.key.min(*smallest);
    }

    let mut removals = Vec::new();
    for (node, group) in members.iter().enumerate() {
        let joined = match outcome.verdicts[node] {
            Verdict::Joins { leader, .. } => {
                proof.of(nodes[node], nodes[leader as usize]).map(|found| (leader as usize, found))
            }
            Verdict::Kept => None,
        };
        let (leader, relation, evidence) = match joined {
            Some((leader, found)) => (leader, found.relation, found.evidence),
            None => (node, Relation::Exact, of_equal_words(proof, nodes[node])),
        };
        let kept = best[leader].0;
        // Containment joins no components: such a page is listed with the page that it goes for.
        let component = smallest_key[&outcome.components[leader]];
        let stays = |page: u32| page == kept || pages.remembered(page).is_some();
        for &page in group.iter().filter(|&&page| !stays(page) && removes(relation)) {
            // Equal pages of one site are no pair across sites; each of them stays.
            if in_scope(page, kept) {
                removals.push(Removal { page, kept, relation, evidence, component });
            }
        }
    }
    removals.sort_unstable_by_key(|removal| removal.page);
    removals
}

/// What is known of the pages that `representative` stands for.
pub fn of_equal_words(proof: &Proof, representative: u32) -> Evidence {
    let size = proof.sizes.get(&representative).copied().unwrap_or(0);
    let overlap = Overlap { shared: size, size_a: size, size_b: size };
    Evidence { overlap, same_words: true, same_site: true, common: None }
}

/// The page of a group that claims first, and its claim.
fn best_claim(pages: &Pages, group: &[u32], keep: &KeepPolicy) -> (u32, Claim) {
    let claims = group.iter().map(|&page| {
        let row = pages.row(page);
        let claim = Claim {
            links: 0,
            length: row.text_bytes.into(),
            date: row.date.map(|date| date.micros),
            position: page,
            site_rank: keep.site_rank(pages.site(page)),
            key: pages.key(page),
            is_settled: pages.remembered(page).is_some(),
        };
        (page, claim)
    });
    claims.min_by(|(_, a), (_, b)| keep.compare(a, b)).unwrap_or_else(|| unreachable!("no group is empty"))
}
