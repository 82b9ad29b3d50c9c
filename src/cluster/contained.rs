//! Which kept pages go because a larger kept page holds them?
//!
//! Only where the user asks for it, and after everything else is decided. A kept node goes if a strictly larger kept node
//! contains it, and everything that joined it is contained in that same node: then all of them go for it. Nodes are
//! taken from the largest down, so that the node they go for is never removed itself, and the larger page of a pair
//! never goes for the smaller one. Containment joins no components.

use super::leaders::{Edge, Outcome, Verdict};
use crate::similarity::Overlap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Changes the verdicts of contained nodes. `key` breaks ties between nodes that hold a node equally well; `may_join`
/// says whether the pages of a node (first) may be removed for another.
///
/// Cost: a sort of the contained pairs.
pub fn decide(
    outcome: &mut Outcome,
    contained: &[Edge],
    key: impl Fn(u32) -> u128,
    may_join: impl Fn(u32, u32) -> bool,
) {
    let mut holders: BTreeMap<u32, BTreeMap<u32, Overlap>> = BTreeMap::new();
    for edge in contained {
        for (smaller, larger, overlap) in
            [(edge.a, edge.b, edge.overlap), (edge.b, edge.a, edge.overlap.swapped())]
        {
            if overlap.size_a < overlap.size_b {
                holders.entry(smaller).or_default().insert(larger, overlap);
            }
        }
    }
    let mut joined: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (verdict, node) in outcome.verdicts.iter().zip(0..) {
        if let Verdict::Joins { leader, .. } = verdict {
            joined.entry(*leader).or_default().push(node);
        }
    }
    let size = |node: u32| holders[&node].values().next().map_or(0, |overlap| overlap.size_a);
    let mut order: Vec<u32> = holders.keys().copied().collect();
    order.sort_by_key(|&node| Reverse(size(node)));
    for node in order {
        if outcome.verdicts[node as usize] != Verdict::Kept {
            continue;
        }
        let mut going = joined.get(&node).cloned().unwrap_or_default();
        going.push(node);
        let takes_all = |leader: u32| {
            outcome.verdicts[leader as usize] == Verdict::Kept
                && going.iter().all(|&goes| {
                    holders.get(&goes).is_some_and(|holders| holders.contains_key(&leader))
                        && may_join(goes, leader)
                })
        };
        let leaders = holders[&node].iter().filter(|(leader, _)| takes_all(**leader));
        let best = leaders.max_by_key(|&(&leader, overlap)| (overlap.shared, Reverse(key(leader))));
        if let Some((&leader, _)) = best {
            for goes in going {
                outcome.verdicts[goes as usize] = Verdict::Joins { leader, overlap: holders[&goes][&leader] };
            }
        }
    }
}
