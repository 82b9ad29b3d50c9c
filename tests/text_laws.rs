//! Laws of folding and words: the hot loop equals the slow obvious version on any text.

use proptest::prelude::*;
use tamis::hash;
use tamis::text::{fold, reference, words};

fn fast(text: &str) -> Vec<u64> {
    let mut hashes = Vec::new();
    words::hash_words(text, &mut hashes);
    hashes
}

fn slow(text: &str) -> Vec<u64> {
    reference::words(text).iter().map(|word| hash::word(&word.folded)).collect()
}

fn placed_slowly(text: &str) -> words::PlacedWords {
    let words = reference::words(text);
    let spans = words.iter().map(|word| word.span.start as u32..word.span.end as u32).collect();
    words::PlacedWords { hashes: words.iter().map(|word| hash::word(&word.folded)).collect(), spans }
}

/// Characters at which something changes: block edges, marks, expansions, scripts without blanks.
fn awkward() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => any::<char>(),
        4 => prop::char::range(' ', '~'),
        3 => prop::char::range('\u{0590}', '\u{06FF}'),
        2 => prop::char::range('\u{0080}', '\u{052F}'),
        2 => prop::char::range('\u{0900}', '\u{0DFF}'),
        2 => prop::char::range('\u{0E00}', '\u{109F}'),
        2 => prop::char::range('\u{3000}', '\u{30FF}'),
        2 => prop::char::range('\u{4E00}', '\u{4E20}'),
        2 => prop::char::range('\u{AC00}', '\u{AC80}'),
        1 => prop::char::range('\u{F900}', '\u{FFFF}'),
        1 => prop::char::range('\u{1F000}', '\u{1FFFF}'),
        2 => Just(' '),
        1 => Just('\u{200C}'),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(awkward(), 0..120).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_hot_loop_equals_the_reference_on_arbitrary_text(text in text()) {
        prop_assert_eq!(fast(&text), slow(&text));
    }

    #[test]
    fn the_hot_loop_equals_the_reference_on_ascii(text in "[ -~\n]{0,80}") {
        prop_assert_eq!(fast(&text), slow(&text));
    }

    #[test]
    fn placed_words_stand_where_the_reference_has_them(text in text()) {
        prop_assert_eq!(words::PlacedWords::of(&text), placed_slowly(&text));
    }

    #[test]
    fn folding_twice_is_folding_once(text in text()) {
        let once = fold::fold(&text);
        prop_assert_eq!(fold::fold(&once), once);
    }

    #[test]
    fn spans_lie_on_character_boundaries_in_order(text in text()) {
        let mut before = 0;
        for word in reference::words(&text) {
            prop_assert!(before <= word.span.start && word.span.start < word.span.end);
            prop_assert!(text.get(word.span.clone()).is_some());
            before = word.span.start;
        }
    }
}

#[test]
fn every_code_point_alone_and_inside_a_word_agrees_with_the_reference() {
    for c in '\0'..=char::MAX {
        for text in [format!("{c}"), format!("ab{c}cd {c}")] {
            assert_eq!(fast(&text), slow(&text), "U+{:04X}", c as u32);
        }
    }
}

#[test]
fn a_code_point_and_its_canonical_decomposition_have_equal_words() {
    use unicode_normalization::UnicodeNormalization;
    for c in '\0'..=char::MAX {
        let decomposed: String = std::iter::once(c).nfd().collect();
        assert_eq!(slow(&decomposed), slow(&c.to_string()), "U+{:04X}", c as u32);
    }
}

#[test]
fn long_words_and_long_runs_agree_with_the_reference() {
    for text in ["a".repeat(10_000), "م".repeat(10_000), "北京".repeat(5_000), "ไทย".repeat(4_000)] {
        for cut in [0, 1, 2, 3, 5, 47, 48, 49, 63, 64, 65, 79, 80, 81, 1023, 1024, 1025, 1026] {
            let part: String = text.chars().take(cut).collect();
            assert_eq!(fast(&part), slow(&part), "{cut} characters");
        }
        assert_eq!(fast(&text), slow(&text));
        assert!(words::PlacedWords::of(&text) == placed_slowly(&text), "spans");
    }
}
