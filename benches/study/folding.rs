//! What does folding do to reprints, which should score high, and to look-alikes, which should not?

use crate::corpus::{Corpus, Label};
use crate::labels::area_under_curve;
use crate::markdown::{Table, heading, paragraph, percent, ratio};
use crate::population::Population;
use rayon::prelude::*;
use tamis::hash;
use tamis::shingle::{Ngram, ShingleSet};
use tamis::similarity::Overlap;
use tamis::text::words::hash_words;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// A text to the hashes of its words.
type Words = fn(&str) -> Vec<u64>;

const STEPS: [(&str, Words); 4] = [
    ("split on blanks, no folding", unfolded),
    ("NFKC, lower case, runs of letters and digits", word_characters),
    ("the same, marks dropped before", without_marks),
    ("the text profile", profile),
];

fn unfolded(text: &str) -> Vec<u64> {
    text.split_whitespace().map(hash::word).collect()
}

/// What `\w+` finds in other tools, where a combining mark ends a word.
fn word_characters(text: &str) -> Vec<u64> {
    runs(&text.nfkc().collect::<String>().to_lowercase())
}

fn without_marks(text: &str) -> Vec<u64> {
    let is_mark = |c: &char| c.general_category_group() == GeneralCategoryGroup::Mark;
    runs(&text.nfkc().filter(|c| !is_mark(c)).collect::<String>().to_lowercase())
}

fn runs(folded: &str) -> Vec<u64> {
    let is_word = |c: char| {
        c == '_'
            || matches!(
                c.general_category_group(),
                GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
            )
    };
    folded.split(|c| !is_word(c)).filter(|word| !word.is_empty()).map(hash::word).collect()
}

fn profile(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    hash_words(text, &mut words);
    words
}

/// Prints one row a step.
pub(crate) fn print(corpus: &Corpus, _: &Population) {
    heading("Folding");
    paragraph(
        "Jaccard of 3-word shingles; pairs of equal titles, and all labelled pairs, each counted once.",
    );
    let mut table = Table::new(&[
        "words",
        "equal titles: mean",
        "≥ .5",
        "≥ .8",
        "same: mean",
        "≥ .5",
        "different: mean",
        "same above different (AUC)",
    ]);
    for (name, words) in STEPS {
        let jaccard = |&(a, b): &(u32, u32)| {
            let set = |page: u32| ShingleSet::of_words(&words(&corpus.page(page).text), Ngram::DEFAULT);
            Overlap::of(&set(a), &set(b)).jaccard()
        };
        let titles: Vec<f64> = corpus.equal_titles.par_iter().map(jaccard).collect();
        let labelled: Vec<(Label, f64)> =
            corpus.labelled.par_iter().map(|labelled| (labelled.label, jaccard(&labelled.pair))).collect();
        let of = |wanted: Label| -> Vec<f64> {
            labelled.iter().filter(|(label, _)| *label == wanted).map(|(_, score)| *score).collect()
        };
        let (same, different) = (of(Label::Same), of(Label::Different));
        table.row(&[
            name.to_owned(),
            ratio(mean(&titles)),
            share_from(&titles, 0.5),
            share_from(&titles, 0.8),
            ratio(mean(&same)),
            share_from(&same, 0.5),
            ratio(mean(&different)),
            ratio(area_under_curve(&labelled)),
        ]);
    }
    table.print();
}

fn mean(scores: &[f64]) -> f64 {
    scores.iter().sum::<f64>() / scores.len() as f64
}

/// Share of the scores that are at least `least`.
pub(crate) fn share_from(scores: &[f64], least: f64) -> String {
    percent(scores.iter().filter(|&&score| score >= least).count() as f64, scores.len() as f64)
}
