//! What of an overlap is frame, counted exactly.

use super::Key;
use super::site::SiteFrame;
use crate::shingle::ShingleSet;
use crate::similarity::Overlap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The frames of all sites that have one. Never changed once it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    sites: BTreeMap<String, SiteFrame>,
    /// What is frame to any of them.
    all: SiteFrame,
}

impl Frame {
    /// The frame of a site.
    pub fn site(&self, name: &str) -> Option<&SiteFrame> {
        self.sites.get(name)
    }

    /// All sites that have one, by name.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = (&str, &SiteFrame)> {
        self.sites.iter().map(|(name, site)| (name.as_str(), site))
    }

    /// What a pair of pages of these sites is judged by; none if one of the sites is too small to have a frame.
    pub fn of_pair(&self, site_a: &str, site_b: &str) -> Option<PairFrame<'_>> {
        self.site(site_a).and(self.site(site_b)).map(|_| PairFrame(&self.all))
    }
}

impl FromIterator<(String, SiteFrame)> for Frame {
    fn from_iter<I: IntoIterator<Item = (String, SiteFrame)>>(sites: I) -> Self {
        let sites: BTreeMap<String, SiteFrame> = sites.into_iter().collect();
        let mut all: Vec<Key> = sites.values().flat_map(|site| site.keys().iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        Self { sites, all: SiteFrame::from_keys(all) }
    }
}

/// What two pages are judged by. A shingle is frame to them if it is to any site: an agency's bulletin is a template in
/// every paper, however seldom one of them prints it (`docs/accuracy.md`, "Templates").
#[derive(Clone, Copy, Debug)]
pub struct PairFrame<'a>(&'a SiteFrame);

impl PairFrame<'_> {
    /// Whether a shingle is frame.
    pub fn has(self, shingle: u64) -> bool {
        self.0.has(shingle)
    }

    /// Counts what of two pages is frame. Cost: one look a shingle.
    pub fn common(self, a: &ShingleSet, b: &ShingleSet) -> Common {
        let in_frame = |set: &ShingleSet| -> Vec<u64> {
            set.as_slice().iter().copied().filter(|&shingle| self.has(shingle)).collect()
        };
        let (a, b) = (ShingleSet::new(in_frame(a)), ShingleSet::new(in_frame(b)));
        let Overlap { shared, size_a, size_b } = Overlap::of(&a, &b);
        Common { shared, in_a: size_a, in_b: size_b }
    }
}

/// What of the shingles of two pages is frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// Of those in both pages.
    pub shared: u32,
    /// Of those of the first page.
    pub in_a: u32,
    /// Of those of the second page.
    pub in_b: u32,
}

impl Common {
    /// How the pages overlap once the frame is taken out of both.
    pub fn residual(self, overlap: Overlap) -> Overlap {
        Overlap {
            shared: overlap.shared - self.shared,
            size_a: overlap.size_a - self.in_a,
            size_b: overlap.size_b - self.in_b,
        }
    }

    /// The same counts seen from the other side.
    #[must_use]
    pub const fn swapped(self) -> Self {
        Self { shared: self.shared, in_a: self.in_b, in_b: self.in_a }
    }
}
