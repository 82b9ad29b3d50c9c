//! Which old pages does a batch meet?
//!
//! Old pages are found by the bands of their signatures, as pages of one batch find each other, and by their words. Of a
//! crowd of more than [`SMALL_BUCKET`] old pages that share a band the [`LEADERS`] eldest are met: new pages that come
//! night after night meet the same ones. A page whose id and text are known is the same page delivered again, and meets
//! nobody.

use super::folder::Index;
use super::lookup::{By, of_digest, of_text};
use crate::error::Result;
use crate::hash;
use crate::lsh::candidates::{LEADERS, SMALL_BUCKET};
use crate::page::{Location, Page, Pages, REMEMBERED, Remembered};
use crate::pipeline::copies::Copies;
use crate::pipeline::ingest::Ingested;
use crate::pipeline::settings::{Scope, Settings};
use crate::sketch::minhash::signature::{Signatures, agreement_with_bytes, least_agreement};
use rayon::prelude::*;

/// Old pages of one id, or of one page key, that are looked at.
const MOST_OF_AN_ID: usize = 64;

/// What a batch meets.
#[derive(Debug, Default)]
pub struct Recalled {
    /// Pairs of a new page and an old one, by their numbers among the pages of the run; ascending.
    pub pairs: Vec<(u32, u32)>,
    /// Times that a page met a crowd.
    pub hot_buckets: u64,
}

/// Marks the pages of a batch that are known before `view` as redelivered, and those whose ids are known with another text
/// as versions. Gives the former, ascending, with the numbers of the old pages in the index.
pub fn mark_delivered(
    index: &Index,
    view: u32,
    pages: &Pages,
    scope: Scope,
    copies: &mut Copies,
) -> Result<Vec<(u32, u32)>> {
    let all = || (0..pages.len() as u32).filter(|&page| !copies.redelivered[page as usize]);
    let (mut redelivered, mut versions) = (Vec::new(), Vec::new());
    let by_id = all().map(|page| (of_text(pages.id(page)), page)).collect();
    // An id of very many texts: by id and text together.
    let by_key = all().map(|page| (of_digest(pages.key(page)), page)).collect();
    for (by, keyed) in [(By::Id, by_id), (By::Key, by_key)] {
        for (page, old) in find_pages(index, by, keyed, view, MOST_OF_AN_ID)? {
            let (row, _) = index.page(old)?;
            match (row.id == pages.id(page), row.digest == pages.row(page).digest) {
                (true, true) => redelivered.push((page, old)),
                (true, false) => versions.push(page),
                (false, _) => {}
            }
        }
    }
    redelivered.sort_unstable();
    redelivered.dedup_by_key(|of| of.0);
    if !redelivered.is_empty() {
        let known: Vec<u32> = redelivered.iter().map(|of| of.0).collect();
        *copies = Copies::find_besides(pages, scope, &known);
    }
    versions.iter().for_each(|&page| copies.versions.set(page as usize, true));
    Ok(redelivered)
}

/// The old pages before `view` that pages share a key with, at most `most` for each; those of one page stand together.
fn find_pages(
    index: &Index,
    by: By,
    mut keyed: Vec<(u32, u32)>,
    view: u32,
    most: usize,
) -> Result<Vec<(u32, u32)>> {
    keyed.par_sort_unstable();
    let keys: Vec<u32> = keyed.iter().map(|entry| entry.0).collect();
    let found = index.find_each(by, &keys, view, most)?;
    Ok(found.into_iter().map(|(at, old)| (keyed[at as usize].1, old)).collect())
}

/// Finds the old pages, before `view`, that pages of a batch may be copies of, and appends them to its pages.
pub fn recall(
    index: &Index,
    view: u32,
    ingested: &mut Ingested,
    copies: &Copies,
    settings: &Settings,
) -> Result<Recalled> {
    let compared = copies.compared(&ingested.pages);
    let (mut met, mut hot_buckets) = (Vec::new(), 0);
    ingested.signatures.for_each_block(settings.reading.memory, |first, signatures| {
        let [from, to] =
            [first, first + signatures.len() as u32].map(|end| compared.partition_point(|&page| page < end));
        let signed =
            Signed { pages: &ingested.pages, compared: &compared[from..to], first, signatures, settings };
        let (some, hot) = by_bands(index, view, &signed)?;
        met.extend(agreeing(index, &signed, some)?);
        hot_buckets += hot;
        Ok(())
    })?;
    met.extend(by_words(index, view, &ingested.pages, &compared)?);
    met.par_sort_unstable();
    met.dedup();
    let mut old: Vec<u32> = met.iter().map(|pair| pair.1).collect();
    old.par_sort_unstable();
    old.dedup();
    let rows: Vec<(Page, String, String, Remembered)> =
        old.par_iter().map(|&number| remembered(index, number)).collect::<Result<_>>()?;
    let first = ingested.pages.len() as u32;
    ingested.pages.remember(rows);
    let number = |page: u32| first + old.partition_point(|&other| other < page) as u32;
    let pairs = met.into_iter().map(|(new, old)| (new, number(old)));
    let pages = &ingested.pages;
    let in_scope = |&(new, old): &(u32, u32)| {
        let same_site = pages.row(new).site == pages.row(old).site;
        match settings.scope {
            Scope::All => true,
            Scope::WithinSite => same_site,
            Scope::AcrossSites => {
                !same_site
                    || copies.group(new).is_some_and(|group| {
                        group.iter().any(|&page| pages.row(page).site != pages.row(old).site)
                    })
            }
        }
    };
    let pairs = pairs.filter(in_scope).collect();
    Ok(Recalled { pairs, hot_buckets })
}

/// What sets the band keys of unlike sites apart where only pages of one site are compared; alike in all batches.
pub fn salt(site: &str, scope: Scope) -> u32 {
    match scope {
        Scope::WithinSite => hash::checksum(site.as_bytes()) as u32 | 1,
        Scope::All | Scope::AcrossSites => 0,
    }
}

/// Some pages with their signatures.
struct Signed<'a> {
    pages: &'a Pages,
    compared: &'a [u32],
    /// The page that the first signature is of.
    first: u32,
    signatures: &'a Signatures,
    settings: &'a Settings,
}

impl Signed<'_> {
    fn signature(&self, page: u32) -> &[u16] {
        self.signatures.get(page - self.first)
    }
}

/// Old pages by bands, and how often a crowd was met.
fn by_bands(index: &Index, view: u32, signed: &Signed<'_>) -> Result<(Vec<(u32, u32)>, u64)> {
    let banding = index.catalogue().stamp.banding;
    let &Signed { pages, compared, settings, .. } = signed;
    let of_band = |band: usize| {
        let key =
            |page: u32| banding.key(signed.signature(page), band, salt(pages.site(page), settings.scope));
        let keyed = compared.iter().map(|&page| (key(page), page)).collect();
        let found = find_pages(index, By::Band(band), keyed, view, SMALL_BUCKET + 1)?;
        let (mut met, mut hot) = (Vec::new(), 0u64);
        for of_page in found.chunk_by(|a, b| a.0 == b.0) {
            let is_hot = of_page.len() > SMALL_BUCKET;
            hot += u64::from(is_hot);
            met.extend_from_slice(if is_hot { &of_page[..LEADERS] } else { of_page });
        }
        Ok((met, hot))
    };
    let (mut all, mut hot) = (Vec::new(), 0);
    let bands: Vec<usize> = (0..usize::from(banding.bands)).collect();
    for wave in bands.chunks(rayon::current_num_threads().max(4)) {
        let found: Vec<(Vec<(u32, u32)>, u64)> =
            wave.par_iter().map(|&band| of_band(band)).collect::<Result<_>>()?;
        for (met, crowds) in found {
            all.extend(met);
            hot += crowds;
        }
        all.par_sort_unstable();
        all.dedup();
    }
    Ok((all, hot))
}

/// The pairs whose signatures agree enough.
fn agreeing(index: &Index, signed: &Signed<'_>, mut met: Vec<(u32, u32)>) -> Result<Vec<(u32, u32)>> {
    let least = least_agreement(signed.settings.threshold.as_f64(), signed.signatures.slots());
    // One read an old page, and reads in the order of the file.
    met.par_sort_unstable_by_key(|&(new, old)| (old, new));
    let chunks: Vec<Vec<(u32, u32)>> = met
        .par_chunks(1 << 12)
        .map(|some| {
            let (mut sketch, mut of) = (Vec::new(), None);
            let mut agreeing = Vec::new();
            for &(new, old) in some {
                if of != Some(old) {
                    index.sketch(old, &mut sketch)?;
                    of = Some(old);
                }
                if agreement_with_bytes(signed.signature(new), &sketch) >= least {
                    agreeing.push((new, old));
                }
            }
            Ok(agreeing)
        })
        .collect::<Result<_>>()?;
    Ok(chunks.into_iter().flatten().collect())
}

/// Old pages of equal words.
fn by_words(index: &Index, view: u32, pages: &Pages, compared: &[u32]) -> Result<Vec<(u32, u32)>> {
    let keyed = compared.iter().map(|&page| (of_digest(pages.row(page).words), page)).collect();
    let mut met = Vec::new();
    for (new, old) in find_pages(index, By::Words, keyed, view, SMALL_BUCKET)? {
        if index.page(old)?.0.words == pages.row(new).words {
            met.push((new, old));
        }
    }
    Ok(met)
}

/// An old page as one of the run's.
pub fn remembered(index: &Index, number: u32) -> Result<(Page, String, String, Remembered)> {
    let (row, site) = index.page(number)?;
    let page = Page {
        location: Location { source: REMEMBERED, length: 0, offset: 0, record: 0 },
        file: REMEMBERED,
        digest: row.digest,
        words: row.words,
        delivery: 0,
        site: 0,
        text_bytes: row.text_bytes,
        word_count: row.word_count,
        date: row.date,
        address_day: row.address_day,
        headline: row.headline,
    };
    let of = Remembered { number, batch: index.batch_of(number).to_owned(), is_kept: row.kept == number };
    Ok((page, row.id, site.to_owned(), of))
}
