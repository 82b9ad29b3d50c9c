//! What are two pages to each other? From exact counts to a relation.
//!
//! The decision is made here and nowhere else; the command line, `tamis verify` and the tests all ask
//! [`Rule::relation`].

use crate::frame::common::Common;
use crate::similarity::{Overlap, Threshold};
use serde::{Deserialize, Serialize};

/// What a page is to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The same folded word sequence.
    Exact,
    /// Jaccard at or above the threshold, and not by a template.
    Near,
    /// Alike by what the pages of a site share: two items in one form.
    Template,
    /// Nearly all of the smaller page stands in the larger, which has much besides.
    Contained,
}

impl Relation {
    /// The name in files and flags.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Template => "template",
            Self::Contained => "contained",
        }
    }
}

/// Whether templates could be told from copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Guard {
    /// By the frames of both sites.
    Frame,
    /// They could not: a site is too small to have a frame.
    None,
}

/// What is known of two pages; exact counts, all from their texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Their shingles.
    pub overlap: Overlap,
    /// Whether their word sequences are equal.
    pub same_words: bool,
    /// Whether they are of one site.
    pub same_site: bool,
    /// What of the overlap is frame; none if a site is too small to have a frame.
    pub common: Option<Common>,
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
/// Share of the smaller page's shingles that the larger must hold to contain it; the smaller must have
/// [`SHORT_PAGE`] shingles.
pub const CONTAINMENT: Threshold = Threshold::tenths(8);

/// Without a frame two pages are `near` only from here on: below, templates reach it (`docs/accuracy.md`,
/// "Thresholds").
pub const UNGUARDED_THRESHOLD: Threshold = Threshold::tenths(7);

/// Jaccard from which pages are `near` unless both say something of their own; and residual containment from which they
/// are whatever the form.
pub const SURE: Threshold = Threshold::tenths(8);
/// Residual containment below which two pages share too little of what is theirs.
pub const RESIDUAL: Threshold = Threshold::tenths(3);
/// Share of the shingles in both pages that are frame, from which two pages of one site share nothing but a form.
pub const COMMON: Threshold = Threshold::hundredths(75);
/// Shingles outside the frame from which a page says something of its own: a run of eight words. A counter or a
/// date that changes makes fewer.
pub const OWN: u32 = 10;

impl Rule {
    /// The relation of two pages. An empty page is nothing to any page.
    pub fn relation(self, evidence: &Evidence) -> Option<Relation> {
        if evidence.overlap.smaller() == 0 {
            return None;
        }
        if evidence.same_words {
            return Some(Relation::Exact);
        }
        let is_alike = evidence.overlap.reaches(self.needed(evidence));
        if !is_alike && !is_contained(evidence.overlap) {
            None
        } else if evidence.is_template() {
            Some(Relation::Template)
        } else {
            Some(if is_alike { Relation::Near } else { Relation::Contained })
        }
    }

    /// Whether pages that overlap so may be something to each other: worth asking before frames are looked at.
    pub fn may_relate(self, overlap: Overlap) -> bool {
        overlap.reaches(self.threshold) || is_contained(overlap)
    }

    /// The Jaccard similarity that two pages need to be `near` or a `template`.
    pub fn needed(self, evidence: &Evidence) -> Threshold {
        let short = evidence.overlap.smaller() < SHORT_PAGE;
        let unguarded = evidence.common.is_none();
        let least = [(short, SHORT_THRESHOLD), (unguarded, UNGUARDED_THRESHOLD)];
        least
            .into_iter()
            .filter(|(applies, _)| *applies)
            .fold(self.threshold, |needed, (_, least)| needed.max(least))
    }
}

impl Evidence {
    /// Whether templates can be told from copies.
    pub const fn guard(&self) -> Guard {
        if self.common.is_some() { Guard::Frame } else { Guard::None }
    }

    /// How the pages overlap once the frame is taken out of both.
    pub fn residual(&self) -> Option<Overlap> {
        self.common.map(|common| common.residual(self.overlap))
    }

    /// Whether what the pages share is what a site's pages share.
    pub fn is_template(&self) -> bool {
        let (Some(common), Some(residual)) = (self.common, self.residual()) else { return false };
        let own = residual.smaller();
        let shares = |least: Threshold| own > 0 && least.is_met(residual.shared.into(), own.into());
        let shares_little = !shares(RESIDUAL);
        if self.overlap.reaches(SURE) {
            return own >= OWN && shares_little;
        }
        let shares_a_form = COMMON.is_met(common.shared.into(), self.overlap.shared.into());
        shares_little || (self.same_site && shares_a_form && !shares(SURE))
    }

    /// The same evidence seen from the other side.
    #[must_use]
    pub fn swapped(&self) -> Self {
        Self { overlap: self.overlap.swapped(), common: self.common.map(Common::swapped), ..*self }
    }
}

/// Whether the larger page holds enough of the smaller one.
fn is_contained(overlap: Overlap) -> bool {
    let smaller = overlap.smaller();
    smaller >= SHORT_PAGE && CONTAINMENT.is_met(overlap.shared.into(), smaller.into())
}
