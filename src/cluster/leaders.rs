//! How is the kept page chosen?
//!
//! Inside each component, pages claim to be kept in the order of the [`keep`](super::keep) policy. A page is
//! kept unless a page kept before it is verified against it. Then every other page joins the kept page with
//! which it has the highest exact Jaccard (ties: the smaller page key); it always has one, or it would have been
//! kept. So each removal has a verified pair with a page that stays: no transitive deletion.
//!
//! A page that an earlier batch has kept is *settled*: it stays whatever claims are made, since a published decision stands.
//!
//! Pages of equal words are collapsed to one *node* before: they have the same pairs, and a million copies
//! cost a million steps.

use super::components::DisjointSets;
use super::keep::{Claim, KeepPolicy};
use crate::similarity::Overlap;

/// A verified pair of two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Dense number of the first node.
    pub a: u32,
    /// Dense number of the second node.
    pub b: u32,
    /// Exact counts, a's size first.
    pub overlap: Overlap,
}

/// What becomes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays.
    Kept,
    /// It goes, for the kept node `leader`; the overlap has this node's size first.
    Joins {
        /// The kept node.
        leader: u32,
        /// Exact counts of this node and the leader.
        overlap: Overlap,
    },
}

/// Verdicts of all nodes, and the component of each as the smallest number in it.
#[derive(Debug)]
pub struct Outcome {
    /// One a node.
    pub verdicts: Vec<Verdict>,
    /// One a node.
    pub components: Vec<u32>,
}

/// Decides for all nodes. `claims` holds one claim a node; its `links` are set here from the edges and from
/// `weights`, the number of pages in each node.
///
/// Cost: a sort of the nodes that have edges.
pub fn decide(policy: &KeepPolicy, mut claims: Vec<Claim>, weights: &[u32], edges: &[Edge]) -> Outcome {
    let mut sets = DisjointSets::new(claims.len());
    let mut neighbours: Vec<(u32, u32, Overlap)> = Vec::with_capacity(2 * edges.len());
    for edge in edges {
        sets.union(edge.a, edge.b);
        neighbours.push((edge.a, edge.b, edge.overlap));
        neighbours.push((edge.b, edge.a, edge.overlap.swapped()));
    }
    neighbours.sort_unstable_by_key(|&(from, to, _)| (from, to));
    for (claim, &weight) in claims.iter_mut().zip(weights) {
        claim.links = u64::from(weight) - 1;
    }
    for &(from, to, _) in &neighbours {
        claims[from as usize].links += u64::from(weights[to as usize]);
    }

    let lists: Vec<&[(u32, u32, Overlap)]> = neighbours.chunk_by(|x, y| x.0 == y.0).collect();
    let mut order: Vec<usize> = (0..lists.len()).collect();
    let claim = |list: usize| &claims[lists[list][0].0 as usize];
    order.sort_unstable_by(|&x, &y| {
        let (x, y) = (claim(x), claim(y));
        y.is_settled.cmp(&x.is_settled).then_with(|| policy.compare(x, y))
    });

    let mut verdicts = vec![Verdict::Kept; claims.len()];
    let mut has_kept_neighbour = vec![false; claims.len()];
    for &list in &order {
        if !has_kept_neighbour[lists[list][0].0 as usize] {
            lists[list].iter().for_each(|&(_, to, _)| has_kept_neighbour[to as usize] = true);
        }
    }
    for list in lists {
        let node = list[0].0 as usize;
        if has_kept_neighbour[node] {
            verdicts[node] = best_leader(list, &has_kept_neighbour, &claims);
        }
    }
    let components = (0..claims.len() as u32).map(|node| sets.root(node)).collect();
    Outcome { verdicts, components }
}

/// The kept neighbour of highest Jaccard; of these the smallest key.
fn best_leader(list: &[(u32, u32, Overlap)], has_kept_neighbour: &[bool], claims: &[Claim]) -> Verdict {
    let kept = list.iter().filter(|(_, to, _)| !has_kept_neighbour[*to as usize]);
    let best = kept.max_by(|(_, x, a), (_, y, b)| {
        let jaccard = (u64::from(a.shared) * b.union()).cmp(&(u64::from(b.shared) * a.union()));
        jaccard.then_with(|| claims[*y as usize].key.cmp(&claims[*x as usize].key))
    });
    best.map_or(Verdict::Kept, |&(_, leader, overlap)| Verdict::Joins { leader, overlap })
}
