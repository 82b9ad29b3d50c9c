//! What of an overlap is frame, counted exactly.

use super::Key;
use super::shingles::FrameShingles;
use crate::similarity::Overlap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The frames of all sites that have one. Never changed once it is made.
///
/// A shingle is frame to two pages if it is to any site: an agency's bulletin is a template in every paper, however seldom one of
/// them prints it (`docs/accuracy.md`, "Templates"). So of a site nothing is kept but that it has a frame, and memory grows
/// with what sites repeat, not with how many of them repeat it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    sites: BTreeSet<String>,
    shingles: FrameShingles,
}

impl Frame {
    /// The frame of these sites: what is frame to any of them.
    pub fn new(sites: BTreeSet<String>, shingles: FrameShingles) -> Self {
        Self { sites, shingles }
    }

    /// All sites that have one, by name.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = &str> {
        self.sites.iter().map(String::as_str)
    }

    /// What is frame to any site.
    pub const fn shingles(&self) -> &FrameShingles {
        &self.shingles
    }

    /// What a page of this site is judged by; none if the site is too small to have a frame.
    pub fn of_site(&self, name: &str) -> Option<&FrameShingles> {
        self.sites.contains(name).then_some(&self.shingles)
    }

    /// What a pair of pages of these sites is judged by; none if one of the sites is too small to have a frame.
    pub fn of_pair(&self, site_a: &str, site_b: &str) -> Option<&FrameShingles> {
        self.of_site(site_a).and(self.of_site(site_b))
    }
}

impl FromIterator<(String, Vec<Key>)> for Frame {
    fn from_iter<I: IntoIterator<Item = (String, Vec<Key>)>>(frames: I) -> Self {
        let (sites, keys): (BTreeSet<String>, Vec<Vec<Key>>) = frames.into_iter().unzip();
        let mut keys = keys.concat();
        keys.sort_unstable();
        keys.dedup();
        Self::new(sites, FrameShingles::from_ascending(keys))
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
