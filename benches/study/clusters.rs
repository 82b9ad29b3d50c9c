//! Components or leaders? What removing all but one page of a component would do without proof, and what the
//! proof costs.

use crate::corpus::Corpus;
use crate::markdown::{Table, count, heading, paragraph, percent};
use crate::population::Population;
use crate::templates::is_near_unguarded;
use std::collections::BTreeMap;
use tamis::cluster::components::DisjointSets;
use tamis::cluster::keep::{Claim, KeepPolicy};
use tamis::cluster::leaders::{self, Edge, Verdict};
use tamis::hash;
use tamis::similarity::Threshold;
use tamis::verify::Rule;

const THRESHOLDS: [u64; 5] = [9, 8, 7, 6, 5];
const POLICIES: [KeepPolicy; 4] =
    [KeepPolicy::MostLinked, KeepPolicy::Earliest, KeepPolicy::Longest, KeepPolicy::First];

/// Prints one row a threshold.
pub(crate) fn print(corpus: &Corpus, population: &Population) {
    heading("Clusters");
    paragraph(
        "All pairs that are `exact` or `near`, found by exact comparison. Removed by components: all pages of a \
         component but one. Without proof: the share of these that have no verified pair with the page that is \
         kept, if that is the most linked / the earliest / the longest / the first. Removed by leaders: what Tamis \
         does, with a verified pair for every removal.",
    );
    let mut table = Table::new(&[
        "Jaccard ≥",
        "pairs",
        "components",
        "pages in them",
        "largest",
        "removed by components",
        "without proof",
        "removed by leaders: most-linked",
        "earliest",
        "longest",
        "first",
    ]);
    for tenths in THRESHOLDS {
        let graph = Graph::new(corpus, population, Threshold::tenths(tenths));
        let components = graph.components();
        let pages_in =
            |members: &[u32]| members.iter().map(|&node| graph.weights[node as usize] as usize).sum();
        let sizes: Vec<usize> = components.iter().map(|members| pages_in(members)).collect();
        let pages: usize = sizes.iter().sum();
        let removed = pages - components.len();
        let unproved = POLICIES.map(|policy| {
            let unproved: usize = components.iter().map(|members| graph.unproved(members, &policy)).sum();
            percent(unproved as f64, removed as f64)
        });
        let [most_linked, earliest, longest, first] =
            POLICIES.map(|policy| count(graph.removed_by_leaders(&policy)));
        table.row(&[
            format!("0.{tenths}"),
            count(graph.page_pairs()),
            count(components.len()),
            count(pages),
            count(sizes.iter().copied().max().unwrap_or(0)),
            count(removed),
            unproved.join(" / "),
            most_linked,
            earliest,
            longest,
            first,
        ]);
    }
    table.print();
}

/// Verified pairs between groups of equal words, the nodes.
struct Graph {
    claims: Vec<Claim>,
    /// Pages a node.
    weights: Vec<u32>,
    edges: Vec<Edge>,
    neighbours: BTreeMap<u32, Vec<u32>>,
}

impl Graph {
    fn new(corpus: &Corpus, population: &Population, threshold: Threshold) -> Self {
        let groups = corpus.groups();
        let number =
            |page: u32| groups.binary_search_by_key(&page, |(first, _)| *first).ok().map(|at| at as u32);
        let rule = Rule { threshold };
        let near = population.pairs.iter().filter(|pair| is_near_unguarded(rule, pair.overlap));
        let edges: Vec<Edge> = near
            .filter_map(|pair| {
                Some(Edge { a: number(pair.pages.0)?, b: number(pair.pages.1)?, overlap: pair.overlap })
            })
            .collect();
        let weights: Vec<u32> = groups.iter().map(|(_, group)| group.len() as u32).collect();
        let mut neighbours: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for edge in &edges {
            neighbours.entry(edge.a).or_default().push(edge.b);
            neighbours.entry(edge.b).or_default().push(edge.a);
        }
        let mut claims: Vec<Claim> = groups.iter().map(|(first, _)| claim(corpus, *first)).collect();
        for (node, claim) in claims.iter_mut().enumerate() {
            let others = neighbours.get(&(node as u32)).map_or(&[][..], Vec::as_slice);
            let linked: u32 = others.iter().map(|&other| weights[other as usize]).sum();
            claim.links = u64::from(weights[node] - 1 + linked);
        }
        Self { claims, weights, edges, neighbours }
    }

    /// Pairs of pages, those within a node included.
    fn page_pairs(&self) -> usize {
        let weight = |node: u32| self.weights[node as usize] as usize;
        let between: usize = self.edges.iter().map(|edge| weight(edge.a) * weight(edge.b)).sum();
        let within: usize =
            self.weights.iter().map(|&weight| (weight as usize) * (weight as usize - 1) / 2).sum();
        between + within
    }

    /// Nodes of each component of two pages or more.
    fn components(&self) -> Vec<Vec<u32>> {
        let mut sets = DisjointSets::new(self.claims.len());
        self.edges.iter().for_each(|edge| sets.union(edge.a, edge.b));
        let mut components: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for node in 0..self.claims.len() as u32 {
            components.entry(sets.root(node)).or_default().push(node);
        }
        components
            .into_values()
            .filter(|members| members.len() > 1 || self.weights[members[0] as usize] > 1)
            .collect()
    }

    /// Pages of a component without a verified pair with the page that the policy would keep of it.
    fn unproved(&self, members: &[u32], policy: &KeepPolicy) -> usize {
        let claim = |node: u32| &self.claims[node as usize];
        let kept = members.iter().copied().min_by(|&a, &b| policy.compare(claim(a), claim(b))).unwrap();
        let proved = self.neighbours.get(&kept).map_or(&[][..], Vec::as_slice);
        let others = members.iter().filter(|&&node| node != kept && !proved.contains(&node));
        others.map(|&node| self.weights[node as usize] as usize).sum()
    }

    fn removed_by_leaders(&self, policy: &KeepPolicy) -> usize {
        let outcome = leaders::decide(policy, self.claims.clone(), &self.weights, &self.edges);
        let removed = |(verdict, weight): (&Verdict, &u32)| match verdict {
            Verdict::Kept => *weight as usize - 1,
            Verdict::Joins { .. } => *weight as usize,
        };
        outcome.verdicts.iter().zip(&self.weights).map(removed).sum()
    }
}

/// What a page brings forward, but for its links.
fn claim(corpus: &Corpus, number: u32) -> Claim {
    let page = corpus.page(number);
    Claim {
        links: 0,
        length: page.text.len() as u64,
        date: page.date,
        position: number,
        site_rank: 0,
        is_settled: false,
        key: hash::digest(page.id.as_bytes()),
    }
}
