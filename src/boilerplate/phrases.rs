//! How the value of a feature is said: read back into the number that a person would count, and put into a clause.
//!
//! The evidence holds what is good to compare: lower bounds, logarithms, nearness. A person wants to read "on 31 of
//! 40 other articles", "line 3 of 58", "120 characters". Each [`Phrase`] knows how its feature is read, from which
//! number on it is middling and high, and a clause for each of the three; `{}` in a clause is the number.

use super::bounds::wilson;
use super::features::{COUNT, Feature};

/// What is said of a line for a value of one feature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    reading: Reading,
    /// Clauses for low, middling and high values.
    clauses: [&'static str; 3],
}

/// What a value stands for.
#[derive(Clone, Copy, Debug)]
enum Reading {
    /// A lower bound on a share of the other articles.
    Articles,
    /// The same, times the logarithm of the line's length.
    ArticlesByLength,
    /// A share.
    Share,
    /// A lower bound on a share of some of the articles.
    AtLeast,
    /// Yes or no.
    Flag,
    /// The same, with the phrase of site chrome.
    Chrome,
    /// A place between head and tail.
    Place,
    /// How near: 1 for the next line.
    Distance,
    /// The logarithm of a count, with the counts that are middling and high.
    Count(f32, f32),
    /// A number of lines.
    Spread,
}

type Clause = &'static str;

/// One clause does: its number says whether it is many.
pub(super) const fn articles(clause: Clause) -> Phrase {
    Phrase { reading: Reading::Articles, clauses: [clause; 3] }
}

pub(super) const fn articles_by_length(clause: Clause) -> Phrase {
    Phrase { reading: Reading::ArticlesByLength, clauses: [clause; 3] }
}

pub(super) const fn share(low: Clause, middling: Clause, high: Clause) -> Phrase {
    Phrase { reading: Reading::Share, clauses: [low, middling, high] }
}

pub(super) const fn at_least(low: Clause, middling: Clause, high: Clause) -> Phrase {
    Phrase { reading: Reading::AtLeast, clauses: [low, middling, high] }
}

pub(super) const fn flag(no: Clause, yes: Clause) -> Phrase {
    Phrase { reading: Reading::Flag, clauses: [no, yes, yes] }
}

pub(super) const fn chrome(no: Clause, yes: Clause) -> Phrase {
    Phrase { reading: Reading::Chrome, clauses: [no, yes, yes] }
}

pub(super) const fn place(low: Clause, middling: Clause, high: Clause) -> Phrase {
    Phrase { reading: Reading::Place, clauses: [low, middling, high] }
}

pub(super) const fn distance(far: Clause, middling: Clause, next: Clause) -> Phrase {
    Phrase { reading: Reading::Distance, clauses: [far, middling, next] }
}

pub(super) const fn spread(low: Clause, middling: Clause, high: Clause) -> Phrase {
    Phrase { reading: Reading::Spread, clauses: [low, middling, high] }
}

/// Of a count that is middling and high from these numbers on.
pub(super) const fn count(from: f32, high_from: f32, low: Clause, middling: Clause, high: Clause) -> Phrase {
    Phrase { reading: Reading::Count(from, high_from), clauses: [low, middling, high] }
}

/// How a value compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Low,
    Middling,
    High,
}

/// Shares of the articles from which they are more than a few, and most.
const FEW: f32 = 0.1;
const MOST: f32 = 0.7;

/// A share that is next to nothing.
const HARDLY: f32 = 0.02;
const HALF: f32 = 0.5;

impl Phrase {
    /// What is said of a line of which the feature has this value, among all its evidence; `chrome` is the phrase of
    /// site chrome that it begins with, if it is known.
    pub(super) fn say(self, value: f32, evidence: &[f32; COUNT], chrome: Option<&str>) -> String {
        let number = match self.reading {
            Reading::Articles | Reading::ArticlesByLength => {
                let others = counted(evidence[Feature::pages as usize]);
                in_words(self.articles(value, evidence), others)
            }
            Reading::Share => percent(value),
            Reading::AtLeast => match percent(value) {
                all if all == ALL => all,
                percent => format!("at least {percent}"),
            },
            Reading::Flag => String::new(),
            Reading::Chrome => chrome.map_or(String::new(), |chrome| format!(" (“{chrome}”)")),
            Reading::Place => {
                let [above, below] =
                    [Feature::head, Feature::tail].map(|end| lines_away(evidence[end as usize]));
                format!("line {} of {}", above + 1, above + below + 1)
            }
            Reading::Distance => (lines_away(value) + 1).to_string(),
            Reading::Count(..) => counted(value).to_string(),
            Reading::Spread => format!("{value:.0}"),
        };
        let clause = self.clauses[self.level(value, evidence) as usize];
        let one = if number == "1" { "{} line" } else { "{} lines" };
        clause.replace("{} lines", one).replace("{}", &number)
    }

    /// Whether a value is low, middling or high.
    pub(super) fn level(self, value: f32, evidence: &[f32; COUNT]) -> Level {
        let (value, middling, high) = match self.reading {
            Reading::Articles | Reading::ArticlesByLength => {
                let others = counted(evidence[Feature::pages as usize]);
                (self.articles(value, evidence) as f32 / others.max(1) as f32, FEW, MOST)
            }
            Reading::Share | Reading::AtLeast => (value, HARDLY, HALF),
            Reading::Flag | Reading::Chrome => (value, HALF, HALF),
            Reading::Place => (value, 0.34, 0.67),
            Reading::Distance => (value, 0.34, 0.99),
            Reading::Count(middling, high) => (counted(value) as f32, middling, high),
            Reading::Spread => (value, 0.5, 15.0),
        };
        match value {
            value if value >= high => Level::High,
            value if value >= middling => Level::Middling,
            _ => Level::Low,
        }
    }

    /// Whether it says that something is not so, which is worth saying only by itself.
    pub(super) fn denies(self, value: f32) -> bool {
        matches!(self.reading, Reading::Flag | Reading::Chrome) && value < HALF
    }

    /// How many of the other articles the bound on their share was made from.
    fn articles(self, value: f32, evidence: &[f32; COUNT]) -> u32 {
        let bound = match self.reading {
            Reading::ArticlesByLength => value / evidence[Feature::length as usize].max(f32::EPSILON),
            _ => value,
        };
        // A product of a bound and a logarithm, divided again, may be off by its last bits.
        let enough = bound * (1.0 - 1e-4);
        let others = counted(evidence[Feature::pages as usize]);
        let (mut low, mut high) = (0, others);
        while low < high {
            let middle = low + (high - low) / 2;
            if wilson(middle, others) < enough {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The count that a logarithm was taken of.
pub(super) fn counted(value: f32) -> u32 {
    value.exp_m1().round().max(0.0) as u32
}

/// The distance that was turned into nearness.
fn lines_away(near: f32) -> u32 {
    (5.0 / near.max(1e-4) - 5.0).round().max(0.0) as u32
}

/// So many of the other articles.
fn in_words(articles: u32, others: u32) -> String {
    let plural = if others == 1 { "" } else { "s" };
    match articles {
        _ if others == 0 => "no other article".to_owned(),
        0 => format!("none of {others} other article{plural}"),
        all if all == others && others > 1 => format!("all {others} other articles"),
        few if (few as f32) < FEW * others as f32 => format!("only {few} of {others} other articles"),
        some => format!("{some} of {others} other article{plural}"),
    }
}

/// What is said of a whole.
const ALL: &str = "all";

fn percent(share: f32) -> String {
    match 100.0 * share {
        all if all >= 99.5 => ALL.to_owned(),
        few if few > 0.0 && few < 10.0 => format!("{few:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::features::{FEATURES, PHRASES};
    use std::fmt::Write as _;

    /// A line of 120 characters, the third of 58, of a site of which 40 other articles are known.
    fn evidence() -> [f32; COUNT] {
        let mut evidence = [0.0; COUNT];
        for (feature, value) in [
            (Feature::pages, 40.0f32.ln_1p()),
            (Feature::length, 120.0f32.ln_1p()),
            (Feature::head, 5.0 / 7.0),
            (Feature::tail, 5.0 / 60.0),
        ] {
            evidence[feature as usize] = value;
        }
        evidence
    }

    /// Values from low to high, as a person counts them, and as the evidence holds them.
    fn values(phrase: Phrase) -> Vec<(f32, f32)> {
        let alike = |values: &[f32]| values.iter().map(|&value| (value, value)).collect::<Vec<_>>();
        let of = |count: f32| wilson(count as u32, 40);
        let logarithm = |count: f32| (count, count.ln_1p());
        match phrase.reading {
            Reading::Articles => [0.0, 3.0, 31.0, 40.0].map(|count| (count, of(count))).to_vec(),
            Reading::ArticlesByLength => {
                [0.0, 3.0, 31.0, 40.0].map(|count| (count, of(count) * 120.0f32.ln_1p())).to_vec()
            }
            Reading::Share | Reading::AtLeast => alike(&[0.0, 0.035, 0.4, 0.75, 1.0]),
            Reading::Flag | Reading::Chrome => alike(&[0.0, 1.0]),
            Reading::Place => alike(&[0.1, 0.5, 0.9]),
            Reading::Distance => [30.0, 3.0, 0.0].map(|lines| (lines, 5.0 / (5.0 + lines))).to_vec(),
            Reading::Count(middling, high) => [0.0, middling, high].map(logarithm).to_vec(),
            Reading::Spread => alike(&[0.0, 3.0, 30.0]),
        }
    }

    #[test]
    fn every_feature_is_said_as_the_golden_table_has_it() {
        let mut found = String::new();
        for ((name, ..), (_, phrase)) in FEATURES.iter().zip(PHRASES) {
            for (counted, value) in values(*phrase) {
                let said = phrase.say(value, &evidence(), Some("read also"));
                let _ = writeln!(found, "{name}\t{counted}\t{said}");
            }
        }
        let golden = include_str!("../../tests/rules/phrases.tsv");
        assert!(found == golden, "the phrases are not those of tests/rules/phrases.tsv:\n{found}");
    }

    #[test]
    fn counts_are_read_back_from_bounds_of_any_number_of_articles() {
        for others in [1, 2, 5, 40, 511] {
            let mut evidence = evidence();
            evidence[Feature::pages as usize] = (others as f32).ln_1p();
            for count in 0..=others {
                let phrase = articles("{}");
                assert_eq!(phrase.articles(wilson(count, others), &evidence), count, "of {others}");
                let by_length = wilson(count, others) * evidence[Feature::length as usize];
                assert_eq!(articles_by_length("{}").articles(by_length, &evidence), count, "of {others}");
            }
        }
    }
}
