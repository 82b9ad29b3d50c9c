//! The order in which pages claim to be kept.

use std::cmp::{Ordering, Reverse};

/// Which page of a cluster stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeepPolicy {
    /// The page with the most verified pairs; then the longest, the earliest.
    MostLinked,
    /// The earliest dated page; pages without a date come last.
    Earliest,
    /// The page with the longest text.
    Longest,
    /// The page that comes first in the input.
    First,
    /// Pages of the sites that come first in this list; within a site, and for other sites, the most linked.
    Sites(Vec<String>),
}

impl KeepPolicy {
    /// The name in settings and files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MostLinked => "most-linked",
            Self::Earliest => "earliest",
            Self::Longest => "longest",
            Self::First => "first",
            Self::Sites(_) => "sites",
        }
    }

    /// The place of a site in the list of preferred ones; sites that are not in it share the last place.
    pub fn site_rank(&self, site: &str) -> u32 {
        match self {
            Self::Sites(sites) => {
                sites.iter().position(|listed| listed == site).unwrap_or(sites.len()) as u32
            }
            _ => 0,
        }
    }

    /// Who claims first: `Less` if `a` does. Ties end at the page key, never at a file name or position,
    /// but for [`First`](Self::First), which is about positions.
    pub fn compare(&self, a: &Claim, b: &Claim) -> Ordering {
        let links = Reverse(a.links).cmp(&Reverse(b.links));
        let length = Reverse(a.length).cmp(&Reverse(b.length));
        let date = (a.date.is_none(), a.date).cmp(&(b.date.is_none(), b.date));
        let by_policy = match self {
            Self::MostLinked => links,
            Self::Earliest => date,
            Self::Longest => length,
            Self::First => a.position.cmp(&b.position),
            Self::Sites(_) => a.site_rank.cmp(&b.site_rank),
        };
        by_policy.then(links).then(length).then(date).then(a.key.cmp(&b.key))
    }
}

/// What a page brings forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Pages it is verified against, exact copies included.
    pub links: u64,
    /// Bytes of its text.
    pub length: u64,
    /// Its date in microseconds since 1970.
    pub date: Option<i64>,
    /// Its place in the input.
    pub position: u32,
    /// Its site's place among the preferred ones.
    pub site_rank: u32,
    /// Derived from id and text; unlike for unlike pages.
    pub key: u128,
    /// Whether it was kept before, and so stays whatever others bring forward.
    pub is_settled: bool,
}
