//! The walk against the slow obvious search, and what passages must be.

use super::*;
use crate::hash;

/// A text of these words, each a byte long.
fn text(words: &[u64]) -> AlignedText {
    framed(words, |_| false)
}

fn framed(words: &[u64], is_template: impl Fn(u64) -> bool) -> AlignedText {
    let spans = (0..words.len() as u32).map(|at| at..at + 1).collect();
    let hashes = words.iter().map(|&word| hash::in_round(word, 1)).collect();
    AlignedText::new(PlacedWords { hashes, spans }, Ngram::DEFAULT, is_template)
}

/// Numbers that follow from a seed.
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |bound| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        hash::in_round(state, 3) % bound
    }
}

/// Words that no other call gives.
fn fresh(next: &mut u64, count: u64) -> Vec<u64> {
    *next += count;
    (*next - count..*next).collect()
}

#[test]
fn every_common_seed_lies_in_a_run_and_every_run_is_as_long_as_it_can_be() {
    let width = Ngram::SAMPLED.words();
    for seed in 0..400 {
        let mut random = random(seed);
        // Few words, so that the texts repeat themselves and each other in every way.
        let alphabet = 2 + random(12);
        let mut words = |count: u64| -> Vec<u64> { (0..count).map(|_| random(alphabet)).collect() };
        let (a, b) = (words(60), words(80));
        let found = runs(&text(&a), &text(&b));
        let mut is_covered = vec![false; b.len()];
        let mut behind = 0;
        for run in &found {
            assert!(run.len >= width && run.b >= behind, "runs do not overlap: {found:?}");
            assert_eq!(a[run.a..run.a + run.len], b[run.b..run.b + run.len]);
            let next = (a.get(run.a + run.len), b.get(run.b + run.len));
            assert!(next.0.is_none() || next.1.is_none() || next.0 != next.1, "{run:?} goes on");
            behind = run.b + run.len;
            is_covered[run.b..behind].fill(true);
        }
        for at in 0..=b.len() - width {
            let is_common = a.windows(width).any(|window| *window == b[at..at + width]);
            assert!(!is_common || is_covered[at], "seed {seed}: the words at {at} are in no run");
        }
    }
}

#[test]
fn planted_passages_are_found_with_their_borders_in_any_order() {
    for seed in 0..50 {
        let mut random = random(seed);
        let mut next = 0;
        let count = 1 + random(4);
        let passages: Vec<Vec<u64>> =
            (0..count).map(|_| fresh(&mut next, LEAST_WORDS as u64 + random(40))).collect();
        let mut page = |order: &mut dyn Iterator<Item = usize>| {
            let mut words = Vec::new();
            let mut places = vec![0..0; passages.len()];
            for passage in order {
                words.extend(fresh(&mut next, 11 + random(30)));
                let start = words.len() as u32;
                words.extend(&passages[passage]);
                places[passage] = start..words.len() as u32;
            }
            words.extend(fresh(&mut next, random(30)));
            (words, places)
        };
        let (a, in_a) = page(&mut (0..passages.len()));
        let (b, in_b) = page(&mut (0..passages.len()).rev());
        let expected = passages.iter().zip(in_a).zip(in_b).rev();
        let expected: Vec<Passage> =
            expected.map(|((words, a), b)| Passage { a, b, equal: words.len() as u32 }).collect();
        assert_eq!(align(&text(&a), &text(&b), LEAST_WORDS), expected, "seed {seed}");
    }
}

#[test]
fn a_swapped_word_and_a_small_insertion_do_not_cut_a_passage_but_a_long_one_does() {
    let a: Vec<u64> = (0..90).collect();
    for (inserted, count) in [(0, 1), (1, 1), (WIDEST_GAP as u64, 1), (WIDEST_GAP as u64 + 1, 2)] {
        let mut b = a.clone();
        b[20] = 1000;
        b.splice(45..45, 2000..2000 + inserted);
        let found = align(&text(&a), &text(&b), LEAST_WORDS);
        assert_eq!(found.len(), count, "{inserted} words: {found:?}");
        assert_eq!(found.iter().map(|passage| passage.equal).sum::<u32>(), 89);
        assert_eq!((found[0].a.start, found[count - 1].a.end), (0, 90));
    }
}

#[test]
fn a_passage_needs_enough_equal_words() {
    let a: Vec<u64> = (0..LEAST_WORDS as u64).collect();
    let padded = |words: &[u64]| [&[900; 20], words, &[901; 20]].concat();
    assert_eq!(align(&text(&a), &text(&padded(&a)), LEAST_WORDS).len(), 1);
    assert_eq!(align(&text(&a), &text(&padded(&a[1..])), LEAST_WORDS), []);
    assert_eq!(align(&text(&[]), &text(&a), 1), []);
    assert_eq!(align(&text(&a[..4]), &text(&a[..4]), 1), [], "shorter than a seed");
}

#[test]
fn what_repeats_is_one_passage_and_costs_no_square() {
    let sentence: Vec<u64> = (0..30).collect();
    let page = [fresh(&mut 500, 40), sentence.clone(), fresh(&mut 600, 40)].concat();
    let repeated = sentence.repeat(10_000);
    let many = align(&text(&page), &text(&repeated), LEAST_WORDS);
    assert_eq!(many, [Passage { a: 40..70, b: 0..30, equal: 30 }]);
    assert_eq!(align(&text(&repeated), &text(&page), LEAST_WORDS).len(), 1);
    let whole = align(&text(&repeated), &text(&repeated), LEAST_WORDS);
    assert_eq!(whole, [Passage { a: 0..300_000, b: 0..300_000, equal: 300_000 }]);
    let one_word = align(&text(&vec![7; 300_000]), &text(&vec![7; 200_000]), LEAST_WORDS);
    assert_eq!(one_word.len(), 1);
}

#[test]
fn words_of_a_template_do_not_count_and_are_cut_off_the_ends() {
    let frame: Vec<u64> = (100..140).collect();
    let own: Vec<u64> = (0..30).collect();
    let mut shingles = Vec::new();
    let hashes: Vec<u64> = frame.iter().map(|&word| hash::in_round(word, 1)).collect();
    hash_shingles(&hashes, Ngram::DEFAULT, &mut shingles);
    let page =
        |middle: &[u64]| framed(&[&frame, middle, &frame].concat(), |shingle| shingles.contains(&shingle));
    let found = align(&page(&own), &page(&own), LEAST_WORDS);
    assert_eq!(found, [Passage { a: 40..70, b: 40..70, equal: 30 }]);
    assert_eq!(align(&page(&own[..20]), &page(&own[..20]), LEAST_WORDS), [], "too few words of its own");
    assert_eq!(align(&page(&[]), &page(&[]), 1), []);
    assert_eq!(page(&own).own_words(0..110), 30);
}

#[test]
fn bytes_begin_and_end_where_words_do() {
    let long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
                seventeen eighteen nineteen twenty alpha beta gamma delta epsilon zeta";
    for (before, behind) in [("Head: «", "», tail."), ("\u{200F}مرحبا، ", " ؛ وداعا"), ("", "")]
    {
        let of = |text: &str| AlignedText::new(PlacedWords::of(text), Ngram::DEFAULT, |_| false);
        let other = format!("{before}{long}{behind}");
        let (a, b) = (of(long), of(&other));
        let found = align(&a, &b, LEAST_WORDS);
        assert_eq!(found.len(), 1);
        let range = |bytes: Range<u32>| bytes.start as usize..bytes.end as usize;
        assert_eq!(&other[range(b.bytes(&found[0].b))], long);
        assert_eq!(&long[range(a.bytes(&found[0].a))], long);
    }
}
