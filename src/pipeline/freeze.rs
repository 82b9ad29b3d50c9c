//! The frames of all sites, from samples of their pages.
//!
//! Which pages are sampled follows from what is known of them after reading. Of a crawl of ordinary size their shingles
//! are still held; of a large one their texts are read again, some sites at a time, so that samples take no memory that
//! grows with the number of sites. Either way the frame of a site is the same, whatever else is in the crawl.

use super::ingest::Ingested;
use super::prove::Texts;
use super::resume::Units;
use super::settings::Settings;
use super::{Observer, go_on};
use crate::error::Result;
use crate::frame::common::Frame;
use crate::frame::sample::{FEWEST_PAGES, MOST_WORDS, SiteSample, cost, keys, page_hash, remembered};
use crate::frame::site::SiteFrame;
use crate::io::source::Sources;
use crate::page::Pages;
use rayon::prelude::*;

/// Words of sampled pages whose shingles are held at once: whole sites, so at most one sample more.
const AT_ONCE: usize = 2 * MOST_WORDS;

/// A page of a sample: its hash and its number.
type Sampled = (u64, u32);

/// Learns the frame of every site that has pages enough.
pub fn freeze(
    sources: &Sources,
    ingested: &Ingested,
    settings: &Settings,
    units: Units<'_>,
    observer: &dyn Observer,
) -> Result<Frame> {
    let pages = &ingested.pages;
    let samples = samples(pages);
    observer.phase("framing", samples.iter().map(|sample| sample.len() as u64).sum());
    let texts = Texts { sources, pages, settings };
    let mut frames = Vec::new();
    let mut rest = samples.as_slice();
    while !rest.is_empty() {
        go_on(observer)?;
        let mut count = 0;
        let fits = rest.iter().take_while(|sample| {
            let fits = count < AT_ONCE;
            count += sample.iter().map(|&(_, page)| cost(pages.row(page).word_count)).sum::<usize>();
            fits
        });
        let (now, later) = rest.split_at(fits.count());
        let made = units.unit("frame", now, || {
            let mut wanted: Vec<u32> = now.iter().flatten().map(|&(_, page)| page).collect();
            wanted.sort_unstable();
            let read = match &ingested.shingles {
                Some(_) => Vec::new(),
                None => texts.map_sets(&wanted, |set| keys(&set))?,
            };
            let keys_of = |page: u32| match &ingested.shingles {
                Some(held) => remembered(held.page(page).to_vec()),
                None => read[wanted.partition_point(|&other| other < page)].clone(),
            };
            let frame = |sampled: &Vec<Sampled>| {
                let mut sample = SiteSample::default();
                for &(hash, page) in sampled {
                    sample.insert(hash, pages.row(page).word_count, keys_of(page));
                }
                let site = pages.site(sampled.first()?.1).to_owned();
                Some((site, SiteFrame::freeze(&sample)?))
            };
            Ok(now.par_iter().filter_map(frame).collect::<Vec<(String, SiteFrame)>>())
        })?;
        frames.extend(made);
        observer.advance(now.iter().map(|sample| sample.len() as u64).sum());
        rest = later;
    }
    Ok(frames.into_iter().collect())
}

/// The sampled pages of each site that has enough, pages of equal words once.
fn samples(pages: &Pages) -> Vec<Vec<Sampled>> {
    let with_words = (0..pages.len() as u32).into_par_iter().filter(|&page| pages.row(page).word_count > 0);
    let mut hashed: Vec<(u32, u64, u32)> = with_words
        .map(|page| {
            let row = pages.row(page);
            (row.site, page_hash(pages.site(page), row.words), page)
        })
        .collect();
    hashed.par_sort_unstable();
    hashed.dedup_by_key(|&mut (site, hash, _)| (site, hash));
    hashed
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|site| site.len() >= FEWEST_PAGES)
        .map(|site| {
            let mut spent = 0;
            let fits = site.iter().take_while(|&&(_, _, page)| {
                spent += cost(pages.row(page).word_count);
                spent <= MOST_WORDS
            });
            fits.map(|&(_, hash, page)| (hash, page)).collect()
        })
        .collect()
}
