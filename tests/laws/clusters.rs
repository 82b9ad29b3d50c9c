//! Clusters: every removed page has a verified pair with the page that is kept, and joins the one it is most like.

use crate::support::random::Random;
use proptest::prelude::*;
use tamis::cluster::components::DisjointSets;
use tamis::cluster::keep::{Claim, KeepPolicy};
use tamis::cluster::leaders::{Edge, Outcome, Verdict, decide};
use tamis::similarity::Overlap;

struct Graph {
    claims: Vec<Claim>,
    weights: Vec<u32>,
    edges: Vec<Edge>,
}

fn graph(seed: u64) -> Graph {
    let mut random = Random::new(seed);
    let nodes = 2 + random.below(30) as u32;
    let claims = (0..nodes)
        .map(|position| Claim {
            links: 0,
            length: random.below(5),
            date: (random.below(3) > 0).then(|| random.below(4) as i64),
            position,
            site_rank: random.below(3) as u32,
            is_settled: false,
            key: u128::from(random.next()),
        })
        .collect();
    let weights = (0..nodes).map(|_| 1 + random.below(3) as u32).collect();
    let mut edges = Vec::new();
    for a in 0..nodes {
        for b in a + 1..nodes {
            if random.below(6) == 0 {
                let shared = 70 + random.below(30) as u32;
                edges.push(Edge { a, b, overlap: Overlap { shared, size_a: 100, size_b: 100 } });
            }
        }
    }
    Graph { claims, weights, edges }
}

fn policies() -> [KeepPolicy; 5] {
    let sites = vec!["a".to_owned(), "b".to_owned()];
    [
        KeepPolicy::MostLinked,
        KeepPolicy::Earliest,
        KeepPolicy::Longest,
        KeepPolicy::First,
        KeepPolicy::Sites(sites),
    ]
}

fn decided(graph: &Graph, policy: &KeepPolicy) -> Outcome {
    decide(policy, graph.claims.clone(), &graph.weights, &graph.edges)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_goes_has_a_verified_pair_with_whoever_stays(seed in any::<u64>()) {
        let graph = graph(seed);
        for policy in policies() {
            let outcome = decided(&graph, &policy);
            let is_kept = |node: u32| outcome.verdicts[node as usize] == Verdict::Kept;
            for (node, verdict) in (0u32..).zip(&outcome.verdicts) {
                let Verdict::Joins { leader, overlap } = verdict else { continue };
                prop_assert!(is_kept(*leader), "{policy:?}: {node} goes for {leader}, which goes itself");
                let verified = graph.edges.iter().find(|e| (e.a, e.b) == (node.min(*leader), node.max(*leader)));
                prop_assert_eq!(verified.map(|edge| edge.overlap.shared), Some(overlap.shared));
            }
            // No two kept pages are verified against each other, and everybody joins the most alike.
            for edge in &graph.edges {
                prop_assert!(!(is_kept(edge.a) && is_kept(edge.b)), "{policy:?}: {edge:?} both stay");
                for (node, other) in [(edge.a, edge.b), (edge.b, edge.a)] {
                    if let Verdict::Joins { overlap, .. } = outcome.verdicts[node as usize]
                        && is_kept(other)
                    {
                        prop_assert!(overlap.jaccard() >= edge.overlap.jaccard());
                    }
                }
            }
        }
    }

    #[test]
    fn the_order_of_pages_and_edges_decides_nothing(seed in any::<u64>()) {
        let graph = graph(seed);
        let mut random = Random::new(seed ^ 1);
        let mut new_number: Vec<u32> = (0..graph.claims.len() as u32).collect();
        random.shuffle(&mut new_number);
        let mut renumbered = Graph { claims: graph.claims.clone(), weights: graph.weights.clone(), edges: Vec::new() };
        for (old, &new) in new_number.iter().enumerate() {
            renumbered.claims[new as usize] = graph.claims[old];
            renumbered.weights[new as usize] = graph.weights[old];
        }
        renumbered.edges = graph.edges.iter().map(|edge| {
            Edge { a: new_number[edge.a as usize], b: new_number[edge.b as usize], overlap: edge.overlap }
        }).collect();
        random.shuffle(&mut renumbered.edges);
        for policy in policies() {
            let (before, after) = (decided(&graph, &policy), decided(&renumbered, &policy));
            for (old, &new) in new_number.iter().enumerate() {
                let expected = match before.verdicts[old] {
                    Verdict::Kept => Verdict::Kept,
                    Verdict::Joins { leader, overlap } => Verdict::Joins { leader: new_number[leader as usize], overlap },
                };
                prop_assert_eq!(after.verdicts[new as usize], expected, "{:?}", policy);
            }
        }
    }

    #[test]
    fn components_do_not_depend_on_the_order_of_unions(seed in any::<u64>()) {
        let graph = graph(seed);
        let roots = |edges: &[Edge]| {
            let mut sets = DisjointSets::new(graph.claims.len());
            edges.iter().for_each(|edge| sets.union(edge.a, edge.b));
            (0..graph.claims.len() as u32).map(|node| sets.root(node)).collect::<Vec<_>>()
        };
        let mut shuffled = graph.edges.clone();
        Random::new(seed ^ 2).shuffle(&mut shuffled);
        prop_assert_eq!(roots(&graph.edges), roots(&shuffled));
    }
}

#[test]
fn a_chain_is_not_removed_for_its_far_end() {
    // A ~ B ~ C ~ D ~ E, neighbours alone verified: at most every second page may go.
    let claim = |key: u32| Claim {
        links: 0,
        length: 1,
        date: None,
        position: key,
        site_rank: 0,
        key: key.into(),
        is_settled: false,
    };
    let overlap = Overlap { shared: 80, size_a: 100, size_b: 100 };
    let edges: Vec<Edge> = (0..4).map(|a| Edge { a, b: a + 1, overlap }).collect();
    let outcome = decide(&KeepPolicy::First, (0..5).map(claim).collect(), &[1; 5], &edges);
    let kept: Vec<bool> = outcome.verdicts.iter().map(|verdict| *verdict == Verdict::Kept).collect();
    assert_eq!(kept, [true, false, true, false, true]);
    assert_eq!(outcome.components, [0; 5]);
}
