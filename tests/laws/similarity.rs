//! Jaccard and containment of sets; thresholds without rounding.

use proptest::prelude::*;
use std::collections::BTreeSet;
use tamis::shingle::ShingleSet;
use tamis::similarity::{Overlap, Threshold};

fn set() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(0u64..300, 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn overlap_is_what_sets_of_the_standard_library_say(a in set(), b in set(), small in 0usize..4) {
        let a: Vec<u64> = if small == 0 { a.into_iter().take(3).collect() } else { a };
        let (set_a, set_b): (BTreeSet<u64>, BTreeSet<u64>) = (a.iter().copied().collect(), b.iter().copied().collect());
        let overlap = Overlap::of(&ShingleSet::new(a), &ShingleSet::new(b));
        prop_assert_eq!(overlap.shared as usize, set_a.intersection(&set_b).count());
        prop_assert_eq!(overlap.union() as usize, set_a.union(&set_b).count());
    }

    #[test]
    fn jaccard_is_symmetric_and_between_nothing_and_one(a in set(), b in set()) {
        let (a, b) = (ShingleSet::new(a), ShingleSet::new(b));
        let (there, back) = (Overlap::of(&a, &b), Overlap::of(&b, &a));
        prop_assert_eq!(there, back.swapped());
        prop_assert!((there.jaccard() - back.jaccard()).abs() < f64::EPSILON);
        for ratio in [there.jaccard(), there.containment_a(), there.containment_b()] {
            prop_assert!((0.0..=1.0).contains(&ratio));
        }
        prop_assert!(there.jaccard() <= there.containment_a().min(there.containment_b()) + f64::EPSILON);
        let same = Overlap::of(&a, &a);
        prop_assert_eq!(same.jaccard(), if a.is_empty() { 0.0 } else { 1.0 });
    }

    #[test]
    fn a_threshold_is_met_exactly_from_its_least_part_on(thousandths in 1u64..=1000, whole in 1u64..5_000) {
        let threshold: Threshold = format!("{}", thousandths as f64 / 1000.0).parse().unwrap();
        let least = threshold.least(whole);
        prop_assert!(threshold.is_met(least, whole));
        prop_assert!(least == 0 || !threshold.is_met(least - 1, whole));
        // The definition in whole numbers: part / whole >= thousandths / 1000.
        for part in least.saturating_sub(2)..=least + 2 {
            prop_assert_eq!(threshold.is_met(part, whole), part * 1000 >= thousandths * whole);
        }
    }
}

#[test]
fn what_is_no_threshold_is_refused() {
    for text in ["", "0", "0.0", "1.1", "2", "-0.5", "0,7", "a", "0.7x", "1e-1", "0.1234567891", "NaN"] {
        assert!(text.parse::<Threshold>().is_err(), "{text:?}");
    }
    for text in ["1", "1.0", "0.7", ".7", "0.000000001"] {
        assert!(text.parse::<Threshold>().is_ok(), "{text:?}");
    }
}
