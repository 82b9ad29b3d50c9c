//! A profile: all that is remembered of all sites, and the one thing that is saved between runs.
//!
//! Of each site it holds a sample of pages ([`sample`](super::sample)), what people decided about its lines
//! ([`edits`](super::edits)), and a few hosts that its pages came from although they call themselves its own. What is
//! judged is computed from that when a profile is read, and never saved: a better judge needs no learning again.
//!
//! Each of the three is a function of the set of what it was given, not of order or number. So is the profile: its
//! merge is commutative, associative and idempotent, down to the bytes of the file.

use super::edits::Edits;
use super::encoding;
use super::sample::{SampledPage, SiteSample, Wanted};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Other hosts of a site that are remembered.
pub const MOST_HOSTS: usize = 8;

/// Bytes of the longest host name there is.
const LONGEST_HOST: usize = 253;

/// What is remembered of each site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    sites: BTreeMap<String, SiteProfile>,
}

/// What is remembered of one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteProfile {
    /// Its pages.
    pub sample: SiteSample,
    /// What people decided about its lines.
    pub edits: Edits,
    /// Where its pages came from, if the records say another site.
    pub other_hosts: OtherHosts,
}

/// Hosts that disagree with the name of a site: the first in the order of strings, [`MOST_HOSTS`] at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherHosts(BTreeSet<String>);

impl OtherHosts {
    /// Takes a host in, if it is among the first; what is too long for a host name is none.
    pub fn insert(&mut self, host: String) {
        if host.len() <= LONGEST_HOST {
            self.0.insert(host);
        }
        if self.0.len() > MOST_HOSTS {
            self.0.pop_last();
        }
    }

    /// The hosts in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether nothing disagrees.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl SiteProfile {
    /// Bytes that it takes, about.
    pub fn bytes(&self) -> u64 {
        let edits: usize = self.edits.iter().map(|(line, _)| line.len() + 64).sum();
        let hosts: usize = self.other_hosts.iter().map(|host| host.len() + 64).sum();
        (size_of::<Self>() + edits + hosts) as u64 + self.sample.whole.bytes() + self.sample.newest.bytes()
    }

    /// Takes in what was remembered of the same site elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.sample.merge(other.sample);
        self.edits.merge(other.edits);
        other.other_hosts.0.into_iter().for_each(|host| self.other_hosts.insert(host));
    }
}

impl Profile {
    /// Whether a page of this hash and day would be remembered; worth asking before its lines are read.
    pub fn wants(&self, site: &str, hash: u64, day: Option<i32>) -> Wanted {
        self.sites.get(site).map_or(Wanted::Examples, |site| site.sample.wants(hash, day))
    }

    /// Remembers a page, if it belongs to the sample of its site.
    pub fn insert(&mut self, site: &str, page: SampledPage) {
        self.site_mut(site).sample.insert(page);
    }

    /// Takes in what was remembered elsewhere.
    pub fn merge(&mut self, other: Self) {
        other.sites.into_iter().for_each(|(name, site)| _ = self.merge_site(name, site));
    }

    /// Takes in what was remembered of a site elsewhere; gives the bytes that it takes more, or less.
    pub fn merge_site(&mut self, name: String, site: SiteProfile) -> i64 {
        match self.sites.entry(name) {
            Entry::Vacant(entry) => {
                let bytes = entry.key().len() as u64 + site.bytes();
                entry.insert(site);
                bytes.cast_signed()
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                let before = known.bytes();
                known.merge(site);
                known.bytes().cast_signed() - before.cast_signed()
            }
        }
    }

    /// What is remembered of a site.
    pub fn site(&self, name: &str) -> Option<&SiteProfile> {
        self.sites.get(name)
    }

    /// The same, to be changed; a site that was not known is known from now on.
    pub fn site_mut(&mut self, name: &str) -> &mut SiteProfile {
        self.sites.entry(name.to_owned()).or_default()
    }

    /// All sites by name.
    pub fn sites(&self) -> impl ExactSizeIterator<Item = (&str, &SiteProfile)> {
        self.sites.iter().map(|(name, site)| (name.as_str(), site))
    }

    /// All sites by name, given away.
    pub fn into_sites(self) -> impl Iterator<Item = (String, SiteProfile)> {
        self.sites.into_iter()
    }

    /// Whether it knows no site.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// Names what it says, in 32 hexadecimal digits: profiles are equal if their digests are.
    pub fn digest(&self) -> String {
        format!("{:032x}", encoding::digest(self))
    }
}

impl FromIterator<(String, SiteProfile)> for Profile {
    fn from_iter<I: IntoIterator<Item = (String, SiteProfile)>>(sites: I) -> Self {
        let mut profile = Self::default();
        sites.into_iter().for_each(|(name, site)| _ = profile.merge_site(name, site));
        profile
    }
}
