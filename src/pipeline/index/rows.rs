//! Rows of the tables that only a batch with an index has. `docs/output.md` describes them to users.

use serde::{Deserialize, Serialize};

/// A page that an earlier batch has delivered: it was decided then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeliveredRow {
    /// The page.
    pub id: String,
    /// The batch that it came with first.
    pub batch: String,
    /// What was decided then: `kept` or `removed`.
    pub decision: String,
    /// The page it was removed for, or itself.
    pub kept: String,
    /// Digest of its raw text.
    pub digest: String,
}

/// An old page that a page may be a copy of, where the index keeps no proofs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchRow {
    /// The page.
    pub id: String,
    /// The old page.
    pub old: String,
    /// The batch that it came with.
    pub batch: String,
    /// Jaccard as the signatures estimate it, give or take a tenth.
    pub estimate: f64,
    /// Whether their words are the same, by a digest of 128 bits.
    pub same_words: bool,
    /// Digest of the page's raw text.
    pub digest: String,
}
