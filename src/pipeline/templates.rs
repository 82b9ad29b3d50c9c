//! Groups of pages of one template.
//!
//! Pages that a `template` pair joins are one group, directly or over others; so are groups whose pages have one frame.
//! A group is named by the fingerprint that most of its pages have, so that the pages of a later batch that are made by
//! the same template are a group of the same name.

use super::copies::Copies;
use super::prove::Proof;
use crate::cluster::components::DisjointSets;
use crate::page::Pages;
use crate::verify::Relation;
use std::collections::BTreeMap;

/// Pages of one template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The fingerprint that most of its pages have.
    pub form: u64,
    /// Ascending; pages of equal words are all there.
    pub pages: Vec<u32>,
}

/// All groups, by name. A page of an earlier batch may join pages, but is in no group.
pub fn templates(pages: &Pages, copies: &Copies, proof: &Proof) -> Vec<Template> {
    let pairs = || proof.findings.iter().filter(|found| found.relation == Relation::Template);
    let mut nodes: Vec<u32> = pairs().flat_map(|found| [found.a, found.b]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let number = |page: u32| nodes.partition_point(|&node| node < page) as u32;
    let mut sets = DisjointSets::new(nodes.len());
    pairs().for_each(|found| sets.union(number(found.a), number(found.b)));
    let mut joined: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (&node, at) in nodes.iter().zip(0..) {
        joined.entry(sets.root(at)).or_default().push(node);
    }
    let mut named: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for nodes in joined.into_values() {
        let own = nodes.iter().filter(|node| pages.remembered(**node).is_none());
        let all = own.flat_map(|node| copies.group(*node).unwrap_or(std::slice::from_ref(node)));
        named.entry(form(&nodes, proof)).or_default().extend(all);
    }
    let sorted = |(form, mut pages): (u64, Vec<u32>)| {
        pages.sort_unstable();
        Template { form, pages }
    };
    named.into_iter().map(sorted).collect()
}

/// The fingerprint that most pages have; of several such the smallest.
fn form(pages: &[u32], proof: &Proof) -> u64 {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    for form in pages.iter().filter_map(|page| proof.forms.get(page)) {
        *counts.entry(*form).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|&(form, count)| (count, std::cmp::Reverse(form)));
    most.map_or(0, |(form, _)| form)
}
