//! The pages of a batch as an index numbers them, and what its tables hold.

use super::adding::NewBatch;
use super::lookup::{By, of_digest, of_text};
use super::recall::salt;
use crate::error::{Error, ErrorKind, Result};
use crate::frame::sample::{MOST_WORDS, cost, page_hash};
use crate::index::segment::{RememberedPage, SamplePage};
use crate::index::table::{Entry, MOST_PAGES, entry};
use crate::lsh::banding::Banding;
use crate::page::Pages;
use crate::pipeline::ingest::Ingested;
use bitvec::vec::BitVec;
use std::collections::BTreeMap;

/// The pages of a batch in the order of their numbers, which is that of their keys: it does not depend on files.
pub(super) struct Numbered {
    /// Number of the first one.
    pub(super) first: u32,
    /// Pages of the run.
    pub(super) order: Vec<u32>,
    /// By page of the run: its number.
    number: Vec<u32>,
    /// By page of the run: the number of the page it was removed for, or its own.
    kept: Vec<u32>,
    /// One bit a page that others are compared with: one of each group of equal words.
    pub(super) entered: BitVec,
}

impl Numbered {
    pub(super) fn new(batch: &NewBatch<'_>, first: u32) -> Result<Self> {
        let (pages, copies) = (&batch.ingested.pages, batch.copies);
        let mut order: Vec<u32> =
            (0..pages.len() as u32).filter(|&page| !copies.redelivered[page as usize]).collect();
        order.sort_by_cached_key(|&page| pages.key(page));
        if order.len() as u64 > MOST_PAGES || u64::from(first) + order.len() as u64 > u64::from(u32::MAX) {
            let fault = format!("{} pages in one batch are more than an index takes at once", order.len());
            return Err(Error::new(ErrorKind::Usage, "--index", fault).next_step("split the input in two"));
        }
        let mut number = vec![u32::MAX; pages.len()];
        order.iter().zip(first..).for_each(|(&page, of)| number[page as usize] = of);
        let mut kept = number.clone();
        for removal in batch.removals {
            let of =
                pages.remembered(removal.kept).map_or_else(|| number[removal.kept as usize], |of| of.number);
            kept[removal.page as usize] = of;
        }
        let mut entered = crate::page::mask(pages.len());
        for page in copies.compared(pages) {
            let group = copies.group(page).unwrap_or(std::slice::from_ref(&page));
            let stays = group.iter().copied().find(|&page| kept[page as usize] == number[page as usize]);
            let is_known = batch.known_words.binary_search(&page).is_ok();
            if let Some(enters) = stays.or((!is_known).then_some(page)) {
                entered.set(enters as usize, true);
            }
        }
        Ok(Self { first, order, number, kept, entered })
    }

    pub(super) fn row(&self, pages: &Pages, page: u32, url: &str) -> RememberedPage {
        let row = pages.row(page);
        let id = pages.id(page);
        RememberedPage {
            id: id.to_owned(),
            url: if url == id { String::new() } else { url.to_owned() },
            site: row.site,
            digest: row.digest,
            words: row.words,
            date: row.date,
            address_day: row.address_day,
            headline: row.headline,
            text_bytes: row.text_bytes,
            word_count: row.word_count,
            kept: self.kept[page as usize],
        }
    }
}

/// What the tables of a batch hold, one table after the other; keys of bands for as many bands at once as there is room
/// for, since each time all signatures are gone through.
pub(super) struct BatchEntries<'a> {
    batch: &'a NewBatch<'a>,
    numbered: &'a Numbered,
    banding: Banding,
    /// The page that entries count from.
    first: u32,
    /// Entries of bands that come next, the next one last.
    bands: Vec<Vec<Entry>>,
}

impl<'a> BatchEntries<'a> {
    pub(super) const fn new(
        batch: &'a NewBatch<'a>,
        numbered: &'a Numbered,
        banding: Banding,
        first: u32,
    ) -> Self {
        Self { batch, numbered, banding, first, bands: Vec::new() }
    }

    fn entry(&self, key: u32, page: u32) -> Entry {
        entry(key, self.numbered.number[page as usize] - self.first)
    }

    /// The entries of a table; tables of bands must be asked for in their order.
    pub(super) fn next(&mut self, by: By) -> Result<Vec<Entry>> {
        let Ingested { pages, urls, .. } = self.batch.ingested;
        let key = |page: u32| match by {
            By::Band(_) => None,
            By::Words => self.numbered.entered[page as usize].then(|| of_digest(pages.row(page).words)),
            By::Key => Some(of_digest(pages.key(page))),
            By::Id => Some(of_text(pages.id(page))),
            By::Address => {
                let url = urls.as_ref().map_or("", |urls| urls.get(page));
                (!url.is_empty()).then(|| of_text(url))
            }
        };
        if let By::Band(band) = by {
            if self.bands.is_empty() {
                self.bands = self.of_bands(band)?;
            }
            return Ok(self.bands.pop().unwrap_or_default());
        }
        let entries = self.numbered.order.iter().filter_map(|&page| Some(self.entry(key(page)?, page)));
        Ok(entries.collect())
    }

    /// The entries of some bands from `first` on, the last one first.
    fn of_bands(&self, first: usize) -> Result<Vec<Vec<Entry>>> {
        let NewBatch { ingested: Ingested { pages, signatures, .. }, scope, memory, .. } = *self.batch;
        let a_band = size_of::<Entry>() * self.numbered.order.len().max(1);
        let count = (memory.signatures() as usize / a_band).clamp(1, usize::from(self.banding.bands) - first);
        let mut bands = vec![Vec::new(); count];
        signatures.for_each_block(memory, |start, some| {
            for (page, signature) in (start..).zip(0..some.len() as u32) {
                if self.numbered.entered[page as usize] {
                    let salt = salt(pages.site(page), scope);
                    for (band, entries) in (first..).zip(&mut bands) {
                        let key = self.banding.key(some.get(signature), band, salt);
                        entries.push(self.entry(key, page));
                    }
                }
            }
            Ok(())
        })?;
        bands.reverse();
        Ok(bands)
    }
}

/// For each site of a batch, in the order of their numbers, the pages that its frame may be learned from.
pub(super) fn samples<'a>(pages: &'a Pages, numbered: &Numbered) -> Vec<(&'a str, Vec<SamplePage>)> {
    let mut by_site: BTreeMap<u32, Vec<SamplePage>> = BTreeMap::new();
    for (&page, at) in numbered.order.iter().zip(0..) {
        let row = pages.row(page);
        if numbered.entered[page as usize] {
            let hash = page_hash(pages.site(page), row.words);
            by_site.entry(row.site).or_default().push(SamplePage { hash, page: at, words: row.word_count });
        }
    }
    let sites = pages.sites().iter().zip(0..).map(|(name, number)| {
        let mut sample = by_site.remove(&number).unwrap_or_default();
        sample.sort_unstable();
        let mut spent = 0;
        // No merged sample goes farther than this one.
        let fits = sample.iter().take_while(|page| {
            spent += cost(page.words);
            spent <= MOST_WORDS
        });
        let fits = fits.count();
        sample.truncate(fits);
        (name.as_str(), sample)
    });
    sites.collect()
}
