//! How the value of a feature is said: read back into the number that a person would count, and put into a clause.
//!
//! The evidence holds what is good to compare: lower bounds, logarithms, nearness. A person wants to read "on 31 of
//! 40 other articles", "line 3 of 58", "120 characters". Each [`Phrase`] knows how its feature is read, from which
//! number on it is middling and high, and a clause for each of the three; `{}` in a clause is the number.

use super::features::{COUNT, Feature};
use super::statistics::wilson;

/// What is said of a line for a value of one feature.
#[derive(Clone, Copy, Debug)]
pub struct Phrase {
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

/// Share of the articles below which there are only a few.
const FEW: f32 = 0.1;

impl Phrase {
    /// What is said of a line of which the feature has this value, among all its evidence; `chrome` is the phrase of
    /// site chrome that it begins with, if it is known.
    pub(super) fn say(self, value: f32, evidence: &[f32; COUNT], chrome: Option<&str>) -> String {
        let of = |feature: Feature| evidence[feature as usize];
        let levelled = |value: f32, from: f32, high: f32| usize::from(value >= from) + usize::from(value >= high);
        let (level, number) = match self.reading {
            Reading::Articles => (0, articles_of(value, evidence)),
            Reading::ArticlesByLength => {
                (0, articles_of(value / of(Feature::length).max(f32::EPSILON), evidence))
            }
            Reading::Share => (levelled(value, 0.005, 0.5), percent(value)),
            Reading::AtLeast => (levelled(value, 0.05, 0.5), format!("at least {}", percent(value))),
            Reading::Flag => (levelled(value, 0.5, 0.5), String::new()),
            Reading::Chrome => {
                (levelled(value, 0.5, 0.5), chrome.map_or(String::new(), |chrome| format!(" (“{chrome}”)")))
            }
            Reading::Place => {
                let (above, below) = (lines_away(of(Feature::head)), lines_away(of(Feature::tail)));
                (levelled(value, 0.34, 0.67), format!("line {} of {}", above + 1, above + below + 1))
            }
            Reading::Distance => {
                let lines = lines_away(value);
                (levelled(value, 0.34, 0.99), (lines + 1).to_string())
            }
            Reading::Count(from, high) => {
                let count = counted(value);
                (levelled(count as f32, from, high), count.to_string())
            }
            Reading::Spread => (levelled(value, 0.5, 15.0), format!("{value:.0}")),
        };
        self.clauses[level].replace("{}", &number)
    }

    /// Whether it says that something is not so, which is worth saying only by itself.
    pub(super) fn denies(self, value: f32) -> bool {
        matches!(self.reading, Reading::Flag | Reading::Chrome) && value < 0.5
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

/// How many of the other articles a bound on their share was made from.
fn articles_of(bound: f32, evidence: &[f32; COUNT]) -> String {
    let others = counted(evidence[Feature::pages as usize]);
    // A product of a bound and a logarithm, divided again, may be off by its last bits.
    let enough = bound * (1.0 - 1e-4);
    let (mut low, mut high) = (0, others);
    while low < high {
        let middle = low + (high - low) / 2;
        if wilson(middle, others) < enough {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let plural = if others == 1 { "" } else { "s" };
    match low {
        _ if others == 0 => "no other article".to_owned(),
        0 => format!("none of {others} other article{plural}"),
        all if all == others && others > 1 => format!("all {others} other articles"),
        few if (few as f32) < FEW * others as f32 => format!("only {few} of {others} other articles"),
        some => format!("{some} of {others} other article{plural}"),
    }
}

fn percent(share: f32) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}
