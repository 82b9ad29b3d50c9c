//! The frames of all sites, from samples of their pages.
//!
//! Which pages are sampled follows from what is known of them after reading. Of a crawl of ordinary size their shingles
//! are still held; of a large one their texts are read again, some sites at a time, so that samples take no memory that
//! grows with the number of sites. Either way the frame of a site is the same, whatever else is in the crawl.
//!
//! With an index the pages of earlier batches are sampled too, of the sites that the run meets.
//!
//! What is frame to any site is sorted on disk; only its union stays in memory.

use super::index::folder::Index;
use super::ingest::Ingested;
use super::prove::Texts;
use super::resume::Units;
use super::settings::Settings;
use super::{Observer, go_on};
use crate::error::Result;
use crate::frame::Key;
use crate::frame::common::Frame;
use crate::frame::sample::{FEWEST_PAGES, MOST_WORDS, SiteSample, cost, keys, page_hash, remembered};
use crate::frame::shingles::FrameShingles;
use crate::frame::site;
use crate::io::runs::RunWriter;
use crate::io::source::Sources;
use crate::page::Pages;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// Words of sampled pages whose shingles are held at once: whole sites, so at most one sample more.
const AT_ONCE: usize = 2 * MOST_WORDS;

/// A page of a sample: its hash, where it is, and the words that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Sampled {
    hash: u64,
    page: Stood,
    words: u32,
}

/// Where a page is: an old one testifies before a new one of the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum Stood {
    /// In the index, by its number there.
    Index(u32),
    /// Among the pages of the run.
    Run(u32),
}

/// The pages of earlier batches that frames may be learned from: an index, and the number of the first page that is not
/// looked at.
#[derive(Clone, Copy)]
pub struct Earlier<'a> {
    /// The index.
    pub index: &'a Index,
    /// Pages from here on came later.
    pub view: u32,
}

/// Learns the frame of every site that has pages enough.
pub fn freeze(
    sources: &Sources,
    ingested: &Ingested,
    settings: &Settings,
    earlier: Option<Earlier<'_>>,
    units: Units<'_>,
    observer: &dyn Observer,
) -> Result<Frame> {
    let pages = &ingested.pages;
    let samples = samples(pages, earlier)?;
    observer.phase("framing", samples.iter().map(|sample| sample.1.len() as u64).sum());
    let texts = Texts { sources, pages, settings };
    let memory = settings.reading.memory;
    let at_once = AT_ONCE.min(memory.sampled_words()).max(1);
    let mut framed = BTreeSet::new();
    let temp_dir = settings.reading.temp_dir.clone();
    let mut frames: RunWriter<Key> = RunWriter::distinct(memory.sort() / size_of::<Key>(), temp_dir);
    let mut rest = samples.as_slice();
    while !rest.is_empty() {
        go_on(observer)?;
        let mut count = 0;
        let fits = rest.iter().take_while(|sample| {
            let fits = count < at_once;
            count += sample.1.iter().map(|page| cost(page.words)).sum::<usize>();
            fits
        });
        let (now, later) = rest.split_at(fits.count());
        let made = units.unit("frame", now, || {
            let sampled = now.iter().flat_map(|sample| &sample.1);
            let mut wanted: Vec<u32> = sampled.filter_map(|page| page.page.of_run()).collect();
            wanted.sort_unstable();
            let read = match &ingested.shingles {
                Some(_) => Vec::new(),
                None => texts.map_sets(&wanted, |set| keys(&set))?,
            };
            let keys_of = |page: u32| match &ingested.shingles {
                Some(held) => remembered(held.page(page).to_vec()),
                None => read[wanted.partition_point(|&other| other < page)].clone(),
            };
            let frame = |(name, sampled): &(String, Vec<Sampled>)| {
                let mut sample = SiteSample::default();
                for &Sampled { hash, page, words } in sampled {
                    let keys = match (page, earlier) {
                        (Stood::Index(page), Some(Earlier { index, .. })) => {
                            keys(&index.proof(page)?.unwrap_or_default())
                        }
                        (Stood::Run(page) | Stood::Index(page), _) => keys_of(page),
                    };
                    sample.insert(hash, words, keys);
                }
                Ok(site::freeze(&sample).map(|frame| (name.clone(), frame)))
            };
            let made = now.par_iter().map(frame).collect::<Result<Vec<Option<(String, Vec<Key>)>>>>()?;
            Ok(made.into_iter().flatten().collect::<Vec<(String, Vec<Key>)>>())
        })?;
        for (site, frame) in made {
            framed.insert(site);
            frame.into_iter().try_for_each(|key| frames.push(key))?;
        }
        observer.advance(now.iter().map(|sample| sample.1.len() as u64).sum());
        rest = later;
    }
    let mut frames = frames.finish();
    let mut shingles = Vec::new();
    while let Some(key) = frames.next_entry()? {
        if shingles.last() != Some(&key) {
            shingles.push(key);
        }
    }
    Ok(Frame::new(framed, FrameShingles::from_ascending(shingles)))
}

impl Stood {
    const fn of_run(self) -> Option<u32> {
        match self {
            Self::Run(page) => Some(page),
            Self::Index(_) => None,
        }
    }
}

/// The sampled pages of each site that has enough, pages of equal words once.
fn samples(pages: &Pages, earlier: Option<Earlier<'_>>) -> Result<Vec<(String, Vec<Sampled>)>> {
    let with_words = (0..pages.len() as u32).into_par_iter().filter(|&page| pages.row(page).word_count > 0);
    let mut hashed: Vec<(u32, Sampled)> = with_words
        .map(|page| {
            let row = pages.row(page);
            let hash = page_hash(pages.site(page), row.words);
            (row.site, Sampled { hash, page: Stood::Run(page), words: row.word_count })
        })
        .collect();
    if let Some(Earlier { index, view }) = earlier {
        // The sites of the run, and those of the old pages that it meets.
        for (site, number) in pages.sites().iter().zip(0..) {
            let sample = index.sample(site, view)?.into_iter();
            hashed.extend(sample.map(|page| {
                (number, Sampled { hash: page.hash, page: Stood::Index(page.page), words: page.words })
            }));
        }
    }
    hashed.par_sort_unstable();
    hashed.dedup_by_key(|(site, page)| (*site, page.hash));
    let of_site = |site: &[(u32, Sampled)]| {
        let mut spent = 0;
        let fits = site.iter().take_while(|(_, page)| {
            spent += cost(page.words);
            spent <= MOST_WORDS
        });
        (pages.sites()[site[0].0 as usize].clone(), fits.map(|&(_, page)| page).collect())
    };
    let sites = hashed.chunk_by(|a, b| a.0 == b.0).filter(|site| site.len() >= FEWEST_PAGES);
    Ok(sites.map(of_site).collect())
}
