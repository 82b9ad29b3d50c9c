//! The frames of all sites, from samples of their pages.
//!
//! Which pages are sampled follows from what is known of them after reading. Of a crawl of ordinary size their shingles
//! are still held; of a large one their texts are read again, some sites at a time, so that samples take no memory that
//! grows with the number of sites. Either way the frame of a site is the same, whatever else is in the crawl.
//!
//! With an index the pages of earlier batches are sampled too, of the sites that the run meets. A site of which an earlier
//! batch has learned the frame is looked at anew once an eighth of its sample is new; until then its frame is what was learned
//! last, together with what the new pages show by themselves. So a night costs what the night brings, and a bulletin that
//! appears three times in it is a template all the same.
//!
//! What is frame to any site is sorted on disk; only its union stays in memory.

use super::index::folder::Index;
use super::index::framing::{LearnedFrames, RememberedFrames};
use super::ingest::Ingested;
use super::prove::Texts;
use super::resume::Units;
use super::settings::Settings;
use super::{Observer, go_on};
use crate::error::Result;
use crate::frame::Key;
use crate::frame::common::Frame;
use crate::frame::sample::{FEWEST_PAGES, MOST_WORDS, cost, keys, page_hash, remembered};
use crate::frame::shingles::FrameShingles;
use crate::frame::site::{self, MOST_POSTS};
use crate::io::runs::RunWriter;
use crate::io::source::Sources;
use crate::page::Pages;
use rayon::prelude::*;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Words of sampled pages whose shingles are held at once: whole sites, so at most one sample more.
const AT_ONCE: usize = 2 * MOST_WORDS;

/// A site is looked at anew once one word in so many of its sample is on new pages.
const NEW: usize = 8;

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

/// What is looked at of a site.
#[derive(Debug, Serialize)]
struct SampledSite {
    name: String,
    pages: Vec<Sampled>,
    /// Whether these are all pages of the sample; otherwise they are the new ones, and a frame is remembered.
    is_whole: bool,
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

/// Learns the frame of every site that has pages enough; gives it, and what is to be remembered of it where there is an index.
pub fn freeze(
    sources: &Sources,
    ingested: &Ingested,
    settings: &Settings,
    earlier: Option<Earlier<'_>>,
    units: Units<'_>,
    observer: &dyn Observer,
) -> Result<(Frame, LearnedFrames)> {
    let pages = &ingested.pages;
    let remembered = earlier.map(|of| RememberedFrames::of(of.index, of.view, pages.sites())).transpose()?;
    let samples = samples(pages, earlier, remembered.as_ref())?;
    observer.phase("framing", samples.iter().map(|site| site.pages.len() as u64).sum());
    let reader = KeyReader { texts: Texts { sources, pages, settings }, ingested, earlier };
    let memory = settings.reading.memory;
    let at_once = AT_ONCE.min(memory.sampled_words()).max(1);
    let temp_dir = &settings.reading.temp_dir;
    let (mut framed, mut learned) = (BTreeSet::new(), LearnedFrames::default());
    let mut frames: RunWriter<Key> = RunWriter::distinct(memory.sort() / size_of::<Key>(), temp_dir.clone());
    let mut rest = samples.as_slice();
    while !rest.is_empty() {
        go_on(observer)?;
        let mut count = 0;
        let fits = rest.iter().take_while(|site| {
            let fits = count < at_once;
            count += site.pages.iter().map(|page| cost(page.words)).sum::<usize>();
            fits
        });
        let (now, later) = rest.split_at(fits.count());
        let made = units.unit("frame", now, || reader.frames(now))?;
        for (site, frame) in now.iter().zip(made) {
            let Some(frame) = frame else { continue };
            match &remembered {
                Some(_) if site.is_whole => learned.push(&site.name, &frame, temp_dir)?,
                Some(remembered) => {
                    remembered.keys(&site.name)?.into_iter().try_for_each(|key| frames.push(key))?;
                }
                None => {}
            }
            framed.insert(site.name.clone());
            frame.into_iter().try_for_each(|key| frames.push(key))?;
        }
        observer.advance(now.iter().map(|site| site.pages.len() as u64).sum());
        rest = later;
    }
    let mut frames = frames.finish();
    let mut shingles = Vec::new();
    while let Some(key) = frames.next_entry()? {
        if shingles.last() != Some(&key) {
            shingles.push(key);
        }
    }
    Ok((Frame::new(framed, FrameShingles::from_ascending(shingles)), learned))
}

/// Reads the shingles of sampled pages.
struct KeyReader<'a> {
    texts: Texts<'a>,
    ingested: &'a Ingested,
    earlier: Option<Earlier<'a>>,
}

impl KeyReader<'_> {
    /// What the pages of each site show to be frame.
    fn frames(&self, sites: &[SampledSite]) -> Result<Vec<Option<Vec<Key>>>> {
        let mut wanted: Vec<u32> =
            sites.iter().flat_map(|site| &site.pages).filter_map(|page| page.page.of_run()).collect();
        wanted.sort_unstable();
        let read = match &self.ingested.shingles {
            Some(_) => Vec::new(),
            None => self.texts.map_sets(&wanted, |set| keys(&set))?,
        };
        let keys_of = |page: u32| match &self.ingested.shingles {
            Some(held) => remembered(held.page(page)),
            None => Cow::Borrowed(read[wanted.partition_point(|&other| other < page)].as_slice()),
        };
        let keys_at = |sampled: &Sampled| match (sampled.page, self.earlier) {
            (Stood::Index(page), Some(Earlier { index, .. })) => {
                Ok(Cow::Owned(keys(&index.proof(page)?.unwrap_or_default())))
            }
            (Stood::Run(page) | Stood::Index(page), _) => Ok(keys_of(page)),
        };
        let frame = |site: &SampledSite| {
            let held: Vec<Cow<'_, [Key]>> = site.pages.iter().map(keys_at).collect::<Result<_>>()?;
            let pages: Vec<&[Key]> = held.iter().map(AsRef::as_ref).collect();
            Ok(if site.is_whole { site::freeze(&pages) } else { Some(site::of_pages(&pages, MOST_POSTS)) })
        };
        sites.par_iter().map(frame).collect()
    }
}

impl Stood {
    const fn of_run(self) -> Option<u32> {
        match self {
            Self::Run(page) => Some(page),
            Self::Index(_) => None,
        }
    }

    /// Whether a frame that was learned from the pages before `end` has not seen this one.
    const fn is_new(self, end: u32) -> bool {
        match self {
            Self::Run(_) => true,
            Self::Index(page) => page >= end,
        }
    }
}

/// What is looked at of each site that has pages enough, pages of equal words once.
fn samples(
    pages: &Pages,
    earlier: Option<Earlier<'_>>,
    remembered: Option<&RememberedFrames<'_>>,
) -> Result<Vec<SampledSite>> {
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
        let name = pages.sites()[site[0].0 as usize].clone();
        let of_site = SampledSite { name, pages: fits.map(|&(_, page)| page).collect(), is_whole: true };
        let seen = remembered.and_then(|remembered| remembered.from_before(&of_site.name));
        match seen {
            Some(end) => of_site.since(end),
            None => of_site,
        }
    };
    let sites = hashed.chunk_by(|a, b| a.0 == b.0).filter(|site| site.len() >= FEWEST_PAGES);
    Ok(sites.map(of_site).collect())
}

impl SampledSite {
    /// Only the new pages, if they are few: those that a frame learned from the pages before `end` has not seen.
    fn since(self, end: u32) -> Self {
        let words = |pages: &[Sampled]| pages.iter().map(|page| cost(page.words)).sum::<usize>();
        let new: Vec<Sampled> = self.pages.iter().copied().filter(|page| page.page.is_new(end)).collect();
        if words(&new) * NEW < words(&self.pages) {
            Self { pages: new, is_whole: false, ..self }
        } else {
            self
        }
    }
}
