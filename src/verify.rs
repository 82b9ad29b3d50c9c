//! What are two pages to each other? From exact counts to a relation.
//!
//! The decision is made here and nowhere else; the command line, `tamis verify` and the tests all ask
//! [`Rule::relation`].

use crate::similarity::{Overlap, Threshold};
use serde::{Deserialize, Serialize};

/// What a page is to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The same folded word sequence.
    Exact,
    /// Jaccard at or above the threshold.
    Near,
}

impl Relation {
    /// The name in files and flags.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
        }
    }
}

/// Where `near` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Jaccard from which two pages are `near`.
    pub threshold: Threshold,
}

/// Pages of fewer shingles are `near` only from [`SHORT_THRESHOLD`] on: two changed words in fifteen take
/// their Jaccard from 1 to 0.37, so that a middling figure says little about them.
pub const SHORT_PAGE: u32 = 30;
/// See [`SHORT_PAGE`].
pub const SHORT_THRESHOLD: Threshold = Threshold::tenths(8);

impl Rule {
    /// The relation of two pages that overlap so; `same_words` says that their word sequences are equal.
    /// An empty page is nothing to any page.
    pub fn relation(self, overlap: Overlap, same_words: bool) -> Option<Relation> {
        if overlap.smaller() == 0 {
            return None;
        }
        if same_words {
            return Some(Relation::Exact);
        }
        overlap.reaches(self.needed(overlap)).then_some(Relation::Near)
    }

    /// The Jaccard similarity that pages of these sizes need.
    pub fn needed(self, overlap: Overlap) -> Threshold {
        if overlap.smaller() < SHORT_PAGE { self.threshold.max(SHORT_THRESHOLD) } else { self.threshold }
    }
}
