//! The S-curve: what bands promise is what they find.

use crate::support::random::Random;
use tamis::lsh::banding::{Banding, SMALL_INPUT, size_class};
use tamis::similarity::Threshold;
use tamis::sketch::minhash::hasher::MinHasher;

fn threshold(text: &str) -> Threshold {
    text.parse().unwrap()
}

#[test]
fn every_shape_keeps_its_promise_and_wastes_little() {
    for at in ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "0.95"] {
        for recall in [0.9, 0.99, 0.999] {
            for pages in [1, SMALL_INPUT, 1_000_000_000] {
                let Ok(banding) = Banding::for_promise(threshold(at), recall, pages) else { continue };
                let found = banding.recall_at(threshold(at).as_f64());
                assert!(found >= recall, "{at}, {recall}: {banding:?} finds {found}");
                let fewer = Banding { bands: banding.bands - 1, ..banding };
                assert!(
                    banding.bands == 1 || fewer.recall_at(threshold(at).as_f64()) < recall,
                    "{banding:?} wastes"
                );
            }
        }
    }
}

#[test]
fn the_usual_promises_have_the_usual_shapes() {
    let shape = |at: &str, recall: f64, pages: u64| {
        let banding = Banding::for_promise(threshold(at), recall, pages).unwrap();
        (banding.bands, banding.rows)
    };
    assert_eq!(shape("0.5", 0.99, 0), (35, 3));
    assert_eq!(shape("0.5", 0.999, 0), (52, 3));
    assert_eq!(shape("0.7", 0.99, 0), (17, 4));
    assert_eq!(shape("0.7", 0.999, 0), (26, 4));
    assert!(shape("0.7", 0.99, 1_000_000_000).1 > 4, "more pages want more rows");
}

#[test]
fn inputs_of_one_size_class_have_one_shape() {
    assert_eq!(size_class(0), size_class(SMALL_INPUT));
    assert!(size_class(SMALL_INPUT + 1) > SMALL_INPUT);
    assert!(size_class(u64::MAX) == u64::MAX);
}

#[test]
fn a_promise_that_cannot_be_kept_is_refused_with_a_way_out() {
    for recall in [0.0, 1.0, -1.0, f64::NAN] {
        let message = Banding::for_promise(threshold("0.7"), recall, 1).unwrap_err().to_string();
        assert!(message.contains("--recall"), "{message}");
    }
    let message = Banding::for_promise(threshold("0.001"), 0.99, 1).unwrap_err().to_string();
    assert!(message.contains("--method exact"), "{message}");
}

#[test]
fn the_measured_curve_equals_theory() {
    let mut random = Random::new(5);
    let trials = 3000;
    for banding in [Banding { bands: 17, rows: 4 }, Banding { bands: 35, rows: 3 }] {
        let mut hasher = MinHasher::new(banding.slots());
        for jaccard in [0.3, 0.5, 0.7] {
            let mut found = 0;
            let (size, shared) = (400, (800.0 * jaccard / (1.0 + jaccard)) as usize);
            for _ in 0..trials {
                let common: Vec<u64> = (0..shared).map(|_| random.next()).collect();
                let mut keys = || -> Vec<u32> {
                    let own: Vec<u64> =
                        common.iter().copied().chain((shared..size).map(|_| random.next())).collect();
                    let mut slots = Vec::new();
                    hasher.sketch(&own, &mut slots);
                    (0..usize::from(banding.bands)).map(|band| banding.key(&slots, band, 0)).collect()
                };
                let (a, b) = (keys(), keys());
                found += usize::from(a.iter().zip(&b).any(|(x, y)| x == y));
            }
            let exact = shared as f64 / (2 * size - shared) as f64;
            let theory = banding.recall_at(exact);
            let measured = found as f64 / f64::from(trials);
            let sigma = (theory * (1.0 - theory) / f64::from(trials)).sqrt();
            // Slots are negatively dependent, which bends the curve a little; hence the extra hundredth.
            let tolerance = 4.0 * sigma + 0.012;
            assert!(
                (measured - theory).abs() < tolerance,
                "{banding:?} at {exact:.3}: {measured} against {theory}"
            );
        }
    }
}
