//! Removal of contained pages: each for a larger page that is kept, and never with pages that have nowhere to go.

use crate::support::random::Random;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tamis::cluster::contained;
use tamis::cluster::leaders::{Edge, Outcome, Verdict};
use tamis::similarity::Overlap;

/// Nodes of some sizes, a few of them joined to others, and contained pairs.
fn graph(seed: u64) -> (Outcome, Vec<Edge>) {
    let mut random = Random::new(seed);
    let count = 2 + random.below(25) as u32;
    let sizes: Vec<u32> = (0..count).map(|_| 40 + random.below(12) as u32).collect();
    let mut edges = Vec::new();
    for a in 0..count {
        for b in a + 1..count {
            if random.below(4) == 0 {
                let (size_a, size_b) = (sizes[a as usize], sizes[b as usize]);
                let shared = size_a.min(size_b) - random.below(8) as u32;
                edges.push(Edge { a, b, overlap: Overlap { shared, size_a, size_b } });
            }
        }
    }
    let mut verdicts = vec![Verdict::Kept; count as usize];
    for node in 1..count {
        let leader = random.below(u64::from(node)) as u32;
        if random.below(4) == 0 && verdicts[leader as usize] == Verdict::Kept {
            let overlap = Overlap { shared: 0, size_a: sizes[node as usize], size_b: sizes[leader as usize] };
            verdicts[node as usize] = Verdict::Joins { leader, overlap };
        }
    }
    // A node that others joined is kept itself.
    let leaders: BTreeSet<u32> = verdicts.iter().filter_map(leader).collect();
    for &leader in &leaders {
        verdicts[leader as usize] = Verdict::Kept;
    }
    (Outcome { verdicts, components: (0..count).collect() }, edges)
}

fn leader(verdict: &Verdict) -> Option<u32> {
    match verdict {
        Verdict::Joins { leader, .. } => Some(*leader),
        Verdict::Kept => None,
    }
}

fn copy(outcome: &Outcome) -> Outcome {
    Outcome { verdicts: outcome.verdicts.clone(), components: outcome.components.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_node_that_moves_goes_for_a_kept_node_that_contains_it(seed: u64) {
        let (before, edges) = graph(seed);
        let mut after = copy(&before);
        contained::decide(&mut after, &edges, u128::from, |_, _| true);
        let pairs: BTreeMap<(u32, u32), Overlap> = edges
            .iter()
            .flat_map(|edge| [((edge.a, edge.b), edge.overlap), ((edge.b, edge.a), edge.overlap.swapped())])
            .collect();
        for (node, (was, is)) in before.verdicts.iter().zip(&after.verdicts).enumerate() {
            let Verdict::Joins { leader, overlap } = *is else {
                prop_assert_eq!(*was, Verdict::Kept, "nothing comes back");
                continue;
            };
            prop_assert_eq!(after.verdicts[leader as usize], Verdict::Kept, "a removed page is no reason");
            if was != is {
                prop_assert_eq!(pairs.get(&(node as u32, leader)), Some(&overlap));
                prop_assert!(overlap.size_a < overlap.size_b, "the larger page never goes");
            }
        }
    }

    #[test]
    fn a_kept_node_that_could_go_has_a_member_that_could_not(seed: u64) {
        let (mut outcome, edges) = graph(seed);
        contained::decide(&mut outcome, &edges, u128::from, |_, _| true);
        let is_kept = |node: u32| outcome.verdicts[node as usize] == Verdict::Kept;
        let holds = |larger: u32, smaller: u32| {
            edges.iter().any(|edge| {
                (edge.a, edge.b) == (smaller, larger) && edge.overlap.size_a < edge.overlap.size_b
                    || (edge.b, edge.a) == (smaller, larger) && edge.overlap.size_b < edge.overlap.size_a
            })
        };
        for node in (0..outcome.verdicts.len() as u32).filter(|&node| is_kept(node)) {
            let members: Vec<u32> = (0..outcome.verdicts.len() as u32)
                .filter(|&member| leader(&outcome.verdicts[member as usize]) == Some(node))
                .collect();
            for larger in (0..outcome.verdicts.len() as u32).filter(|&larger| is_kept(larger)) {
                let takes_all = holds(larger, node) && members.iter().all(|&member| holds(larger, member));
                prop_assert!(!takes_all, "{} could go for {}", node, larger);
            }
        }
    }

    #[test]
    fn nothing_moves_where_it_may_not(seed: u64) {
        let (before, edges) = graph(seed);
        let mut after = copy(&before);
        contained::decide(&mut after, &edges, u128::from, |_, _| false);
        prop_assert_eq!(before.verdicts, after.verdicts);
    }
}
