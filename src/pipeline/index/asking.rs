//! Is this text known? One text against all pages of an index.

use super::folder::Index;
use super::lookup::{By, of_digest, of_text};
use super::recall::salt;
use crate::error::Result;
use crate::hash;
use crate::index::proof;
use crate::index::segment::RememberedPage;
use crate::lsh::candidates::{LEADERS, SMALL_BUCKET};
use crate::pipeline::settings::Scope;
use crate::scheme::Sketch;
use crate::shingle::{ShingleSet, hash_shingles};
use crate::similarity::Overlap;
use crate::sketch::minhash::hasher::MinHasher;
use crate::sketch::minhash::signature::{agreement_with_bytes, estimate, least_agreement};
use crate::text::words::hash_words;
use crate::verify::{Evidence, Relation, Rule};
use serde::Serialize;
use std::ops::Deref;

/// A page of an index, and what it is to a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Known {
    /// The page.
    pub id: String,
    /// Its address, if that is not its id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Its site.
    pub site: String,
    /// The batch that it came in.
    pub batch: String,
    /// Whether it was kept, or for which page it was removed.
    pub decision: &'static str,
    /// The page it was removed for, or itself.
    pub kept: String,
    /// What the text is to it; nothing if that cannot be proved, or if it was asked for by name.
    pub relation: Option<Relation>,
    /// Jaccard similarity: exact, or as the signatures estimate it where there is no proof.
    pub jaccard: Option<f64>,
    /// Share of the text's shingles found in the page; exact.
    pub containment: Option<f64>,
    /// Share of the page's shingles found in the text; exact.
    pub containment_kept: Option<f64>,
    /// What the figures come from: `index`, or `estimate` where the index keeps no proofs.
    pub evidence: &'static str,
}

/// Asks an index, by reference or shared; keeps its working space.
pub struct Asker<I> {
    index: I,
    minhasher: MinHasher,
    words: Vec<u64>,
    shingles: Vec<u64>,
    signature: Vec<u16>,
    sketch: Vec<u8>,
}

impl<I: Deref<Target = Index>> Asker<I> {
    /// Of this index.
    pub fn new(index: I) -> Self {
        let slots = match index.catalogue().stamp.scheme.sketch {
            Sketch::MinHash { slots } => slots,
            Sketch::SimHash { .. } => 1,
        };
        Self {
            index,
            minhasher: MinHasher::new(slots),
            words: Vec::new(),
            shingles: Vec::new(),
            signature: Vec::new(),
            sketch: Vec::new(),
        }
    }

    /// The pages that a text of a site is a near-duplicate of, the most alike first. Templates are not told from copies
    /// here, so that the threshold is at least that of pages without a frame.
    pub fn text(&mut self, text: &str, site: &str) -> Result<Vec<Known>> {
        let stamp = &self.index.catalogue().stamp;
        self.words.clear();
        hash_words(text, &mut self.words);
        if self.words.is_empty() {
            return Ok(Vec::new());
        }
        self.shingles.clear();
        hash_shingles(&self.words, stamp.scheme.ngram, &mut self.shingles);
        self.signature.clear();
        self.minhasher.sketch(&self.shingles, &mut self.signature);
        let words = hash::sequence(&self.words);
        let scope = if stamp.scope == "within-site" { Scope::WithinSite } else { Scope::All };
        let key = |band| stamp.banding.key(&self.signature, band, salt(site, scope));
        let bands = (0..usize::from(stamp.banding.bands)).map(|band| (By::Band(band), key(band)));
        let keys: Vec<(By, u32)> = bands.collect();
        let mut met: Vec<u32> = Vec::new();
        self.index.find_all(&keys, SMALL_BUCKET + 1, |found| {
            let some = if found.len() > SMALL_BUCKET { LEADERS } else { found.len() };
            met.extend_from_slice(&found[..some]);
        })?;
        met.sort_unstable();
        met.dedup();
        let least = least_agreement(stamp.threshold.as_f64(), self.signature.len());
        let mut alike = Vec::new();
        for page in met {
            self.index.sketch(page, &mut self.sketch)?;
            if agreement_with_bytes(&self.signature, &self.sketch) >= least {
                alike.push(page);
            }
        }
        alike.extend(self.index.find(By::Words, of_digest(words), SMALL_BUCKET)?);
        alike.sort_unstable();
        alike.dedup();
        if alike.is_empty() {
            return Ok(Vec::new());
        }
        let set = proof::reduced(&ShingleSet::new(self.shingles.clone()));
        let mut known = Vec::new();
        for page in alike {
            known.extend(self.related(page, words, &set, site)?);
        }
        known.sort_by(|a, b| {
            b.jaccard.unwrap_or(0.0).total_cmp(&a.jaccard.unwrap_or(0.0)).then_with(|| a.id.cmp(&b.id))
        });
        Ok(known)
    }

    /// The pages with this id or address.
    pub fn named(&self, name: &str) -> Result<Vec<Known>> {
        let key = of_text(name);
        let mut pages = self.index.find(By::Id, key, usize::MAX)?;
        pages.extend(self.index.find(By::Address, key, usize::MAX)?);
        pages.sort_unstable();
        pages.dedup();
        let mut known = Vec::new();
        for page in pages {
            let (row, site) = self.index.page(page)?;
            if row.id == name || row.url == name {
                known.push(self.known(page, row, site)?);
            }
        }
        Ok(known)
    }

    /// What a text is to a page, if it is anything.
    fn related(&mut self, page: u32, words: u128, set: &ShingleSet, site: &str) -> Result<Option<Known>> {
        let (row, page_site) = self.index.page(page)?;
        let same_words = row.words == words;
        let mut known = self.known(page, row, page_site)?;
        let Some(of_page) = self.index.proof(page)? else {
            self.index.sketch(page, &mut self.sketch)?;
            let agreeing = agreement_with_bytes(&self.signature, &self.sketch);
            known.jaccard =
                Some(if same_words { 1.0 } else { estimate(agreeing, self.sketch.len()).max(0.0) });
            known.evidence = "estimate";
            return Ok(Some(known));
        };
        let overlap = Overlap::of(set, &of_page);
        let rule = Rule { threshold: self.index.catalogue().stamp.threshold };
        let evidence = Evidence { overlap, same_words, same_site: site == page_site, common: None };
        known.relation = rule.relation(&evidence);
        known.jaccard = Some(overlap.jaccard());
        known.containment = Some(overlap.containment_a());
        known.containment_kept = Some(overlap.containment_b());
        Ok(known.relation.is_some().then_some(known))
    }

    fn known(&self, page: u32, row: RememberedPage, site: &str) -> Result<Known> {
        let kept = if row.kept == page { row.id.clone() } else { self.index.page(row.kept)?.0.id };
        Ok(Known {
            id: row.id,
            url: row.url,
            site: site.to_owned(),
            batch: self.index.batch_of(page).to_owned(),
            decision: if row.kept == page { "kept" } else { "removed" },
            kept,
            relation: None,
            jaccard: None,
            containment: None,
            containment_kept: None,
            evidence: "index",
        })
    }
}
