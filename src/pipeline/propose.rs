//! Candidate pairs, by signatures, by fingerprints or by the exact join.

use super::copies::Copies;
use super::ingest::Ingested;
use super::prove::Texts;
use super::settings::{Scope, Settings};
use super::signed::Wanted;
use super::{Observer, go_on};
use crate::error::Result;
use crate::hash;
use crate::io::source::Sources;
use crate::lsh::banding::Banding;
use crate::lsh::bands::MemoryBands;
use crate::lsh::candidates::{Candidates, Population, from_buckets};
use crate::lsh::hamming::join::Nearby;
use crate::lsh::prefix::{PrefixJoin, RarityTable};
use crate::page::{Pages, mask};
use crate::sketch::minhash::signature::{Signatures, agreement, least_agreement};
use crate::sketch::simhash::signature::Distance;
use bitvec::vec::BitVec;

/// Candidates from buckets of equal bands, those left out whose signatures agree far too little.
pub fn by_signatures(
    ingested: &Ingested,
    copies: &Copies,
    settings: &Settings,
    banding: Banding,
    observer: &dyn Observer,
) -> Result<Candidates> {
    let pages = &ingested.pages;
    let scoped = Scoped::new(pages, copies, settings.scope);
    let compared = copies.compared(pages);
    let by_site = |page: u32| if settings.scope == Scope::WithinSite { 1 + pages.row(page).site } else { 0 };
    observer.phase("proposing", 0);
    let least = least_agreement(settings.threshold.as_f64(), ingested.signatures.slots());
    let Some(signatures) = ingested.signatures.held() else {
        let wanted = Wanted { banding, pages: &compared, salt: &by_site, population: &scoped, least };
        return wanted.candidates(&ingested.signatures, settings.reading.memory, observer);
    };
    let bands = MemoryBands { signatures, banding, pages: &compared, salt: &by_site };
    Ok(from_buckets(&bands, &Signed { scoped, signatures, least }))
}

/// Candidates whose fingerprints are within the distance.
pub fn by_fingerprints(ingested: &Ingested, copies: &Copies, settings: &Settings) -> Candidates {
    let pages = &ingested.pages;
    let scoped = Scoped::new(pages, copies, settings.scope);
    // What is added to all fingerprints of a site keeps their distances, and takes those of two sites apart.
    let of_site = |page: u32| match settings.scope {
        Scope::WithinSite => hash::checksum(pages.site(page).as_bytes()),
        Scope::All | Scope::AcrossSites => 0,
    };
    let compared = copies.compared(pages).into_iter();
    let fingerprints = compared.map(|page| (page, ingested.fingerprints[page as usize] ^ of_site(page)));
    let nearby = Nearby::new(fingerprints, settings.distance, |page| scoped.rank(page));
    let close = Close { scoped, fingerprints: &ingested.fingerprints, distance: settings.distance };
    let mut candidates = from_buckets(&nearby, &close);
    candidates.hot_buckets += nearby.cut();
    candidates
}

/// Every pair at or above the threshold, and more, by the exact join; reads all texts again.
pub fn by_exact_join(
    sources: &Sources,
    pages: &Pages,
    rarity: &RarityTable,
    copies: &Copies,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Candidates> {
    let compared = copies.compared(pages);
    observer.phase("joining", compared.len() as u64);
    let scoped = Scoped::new(pages, copies, settings.scope);
    let texts = Texts { sources, pages, settings };
    let mut join = PrefixJoin::new(settings.threshold);
    for some in compared.chunks(4096) {
        go_on(observer)?;
        let prefixes =
            texts.map_sets(some, |set| (set.len() as u32, rarity.prefix(&set, settings.threshold)))?;
        for (&page, (size, prefix)) in some.iter().zip(&prefixes) {
            join.add(page, *size, prefix);
        }
        observer.advance(some.len() as u64);
    }
    Ok(Candidates { pairs: join.pairs(|a, b| scoped.allows(a, b)), hot_buckets: 0 })
}

/// Which pairs the scope of the run allows.
pub(super) struct Scoped<'a> {
    pages: &'a Pages,
    scope: Scope,
    /// Representatives of pages of several sites.
    on_several_sites: BitVec,
}

impl<'a> Scoped<'a> {
    pub(super) fn new(pages: &'a Pages, copies: &Copies, scope: Scope) -> Self {
        let mut on_several_sites = mask(pages.len());
        for (first, group) in &copies.groups {
            let several = group.iter().any(|&page| pages.row(page).site != pages.row(*first).site);
            on_several_sites.set(*first as usize, several);
        }
        Self { pages, scope, on_several_sites }
    }

    pub(super) fn allows(&self, a: u32, b: u32) -> bool {
        let same_site = self.pages.row(a).site == self.pages.row(b).site;
        match self.scope {
            Scope::All => true,
            Scope::WithinSite => same_site,
            Scope::AcrossSites => {
                !same_site || self.on_several_sites[a as usize] || self.on_several_sites[b as usize]
            }
        }
    }
}

impl Population for Scoped<'_> {
    fn may_pair(&self, a: u32, b: u32) -> bool {
        self.allows(a, b)
    }

    fn rank(&self, page: u32) -> u128 {
        self.pages.row(page).digest
    }

    fn site(&self, page: u32) -> u32 {
        self.pages.row(page).site
    }
}

struct Close<'a> {
    scoped: Scoped<'a>,
    fingerprints: &'a [u64],
    distance: Distance,
}

impl Population for Close<'_> {
    fn may_pair(&self, a: u32, b: u32) -> bool {
        let [of_a, of_b] = [a, b].map(|page| self.fingerprints[page as usize]);
        self.distance.reaches(of_a, of_b) && self.scoped.allows(a, b)
    }

    fn rank(&self, page: u32) -> u128 {
        self.scoped.rank(page)
    }

    fn site(&self, page: u32) -> u32 {
        self.scoped.site(page)
    }
}

struct Signed<'a> {
    scoped: Scoped<'a>,
    signatures: &'a Signatures,
    least: usize,
}

impl Population for Signed<'_> {
    fn may_pair(&self, a: u32, b: u32) -> bool {
        self.scoped.allows(a, b) && agreement(self.signatures.get(a), self.signatures.get(b)) >= self.least
    }

    fn rank(&self, page: u32) -> u128 {
        self.scoped.rank(page)
    }

    fn site(&self, page: u32) -> u32 {
        self.scoped.site(page)
    }
}
