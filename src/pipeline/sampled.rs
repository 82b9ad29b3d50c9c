//! Candidate pairs of pages that may share a passage, by sampled shingles.
//!
//! While pages are read, each gives its sampled shingles as postings; these are sorted, so that the pages of one
//! shingle stand together; the pairs of all such pages are sorted, so that a pair that meets several times stands together.
//! Both sorts spill to the temporary folder and need a fixed memory; what is left are the candidates.

use super::copies::Copies;
use super::propose::Scoped;
use super::settings::Settings;
use super::{Observer, go_on};
use crate::error::Result;
use crate::io::runs::{Entry, RunWriter, number};
use crate::page::{Pages, mask};
use crate::passage::meetings::{
    LEAST_SHARED, MOST_PAGES, MOST_PARTNERS, Meeting, leave_most_shared, pairs_of_bucket,
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A page that holds a sampled shingle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Posting {
    shingle: u64,
    page: u32,
}

impl Entry for Posting {
    const BYTES: usize = 12;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.shingle.to_le_bytes());
        out.extend_from_slice(&self.page.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self { shingle: number(&bytes[..8]), page: number(&bytes[8..]) as u32 }
    }
}

/// Two pages that share a sampled shingle, the smaller number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Met(u32, u32);

impl Entry for Met {
    const BYTES: usize = 8;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
        out.extend_from_slice(&self.1.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self(number(&bytes[..4]) as u32, number(&bytes[4..]) as u32)
    }
}

/// The sampled shingles of all pages.
#[derive(Debug)]
pub struct Postings(RunWriter<Posting>);

impl Postings {
    /// None yet; what does not fit into `memory` bytes goes to `temp_dir`.
    pub fn new(memory: usize, temp_dir: &Path) -> Self {
        Self(RunWriter::new(memory / size_of::<Posting>(), temp_dir.to_owned()))
    }

    /// Adds the sample of a page.
    pub fn push_page(&mut self, page: u32, shingles: &[u64]) -> Result<()> {
        shingles.iter().try_for_each(|&shingle| self.0.push(Posting { shingle, page }))
    }
}

/// Candidates that may share a passage, and what was left out.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// Ascending, the smaller page number first.
    pub pairs: Vec<(u32, u32)>,
    /// Sampled shingles on too many pages to be a passage.
    pub common_shingles: u64,
    /// Pages with too many candidates to compare all.
    pub crowded_pages: u64,
}

/// The pairs of pages that share enough sampled shingles, within the scope of the run.
pub fn by_sampled_shingles(
    postings: Postings,
    pages: &Pages,
    copies: &Copies,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Sampled> {
    go_on(observer)?;
    let scoped = Scoped::new(pages, copies, settings.scope);
    let mut is_compared = mask(pages.len());
    copies.compared(pages).into_iter().for_each(|page| is_compared.set(page as usize, true));
    let mut sampled = Sampled::default();
    let mut met =
        RunWriter::new(settings.reading.memory.sort() / size_of::<Met>(), settings.reading.temp_dir.clone());
    let mut bucket = Vec::new();
    postings.0.finish().for_each_group(
        |posting| is_compared[posting.page as usize],
        |posting| posting.shingle,
        MOST_PAGES,
        |postings| {
            sampled.common_shingles += u64::from(postings.len() > MOST_PAGES);
            bucket.clear();
            bucket.extend(postings.iter().map(|posting| posting.page));
            let mut pairs = pairs_of_bucket(&bucket).filter(|&(a, b)| scoped.allows(a, b));
            pairs.try_for_each(|(a, b)| met.push(Met(a, b)))
        },
    )?;
    let mut meetings = Vec::new();
    met.finish().for_each_group(
        |_| true,
        |&met| met,
        usize::MAX - 1,
        |same| {
            let shared = same.len() as u32;
            if shared >= LEAST_SHARED {
                meetings.push(Meeting { a: same[0].0, b: same[0].1, shared });
            }
            Ok(())
        },
    )?;
    sampled.crowded_pages = leave_most_shared(&mut meetings, MOST_PARTNERS, |page| pages.row(page).digest);
    sampled.pairs = meetings.into_iter().map(|meeting| (meeting.a, meeting.b)).collect();
    Ok(sampled)
}
