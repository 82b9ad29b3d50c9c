//! What does an index hold, and is it sound?

use super::folder::Index;
use super::framing;
use crate::error::Result;
use crate::index::catalogue::{Batch, File, Stamp};
use serde::Serialize;

/// What an index holds.
#[derive(Clone, Debug, Serialize)]
pub struct Stat {
    /// What all batches share.
    pub stamp: Stamp,
    /// The batches, in the order of their coming.
    pub batches: Vec<Batch>,
    /// Pages that were ever added.
    pub pages: u64,
    /// Of these, pages that are forgotten.
    pub forgotten: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// The same, by what they are for.
    pub bytes_of: BytesOf,
    /// How many files there are.
    pub files: u64,
}

/// Bytes by what they are for.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct BytesOf {
    /// Tables of bands.
    pub bands: u64,
    /// Signatures.
    pub sketches: u64,
    /// What old pages are proved by.
    pub proofs: u64,
    /// Rows, ids, addresses, sites; tables of words, ids and addresses.
    pub rest: u64,
    /// What is remembered of sites' lines.
    pub profiles: u64,
    /// What templates are told by.
    pub frames: u64,
}

/// Measures an index.
pub fn stat(index: &Index) -> Result<Stat> {
    let catalogue = index.catalogue();
    let mut of = BytesOf::default();
    for (_, segment) in index.segments() {
        let [sketches, proofs, rest] = segment.sizes()?;
        of.sketches += sketches;
        of.proofs += proofs;
        of.rest += rest;
    }
    for tables in &index.tables {
        let [bands, rest] = tables.sizes()?;
        of.bands += bands;
        of.rest += rest;
    }
    let profiles =
        catalogue.batches.iter().filter_map(|batch| batch.profile.as_ref()).chain(&catalogue.profile);
    of.profiles = profiles.map(|file| file.bytes).sum();
    of.frames =
        catalogue.batches.iter().filter_map(|batch| batch.frames.as_ref()).map(|file| file.bytes).sum();
    let files: Vec<&File> = catalogue.files().collect();
    Ok(Stat {
        stamp: catalogue.stamp.clone(),
        batches: catalogue.batches.clone(),
        pages: catalogue.pages().into(),
        forgotten: index.forgotten().len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        bytes_of: of,
        files: files.len() as u64,
    })
}

impl Index {
    /// Reads everything; fails at the first damage.
    pub fn check(&self) -> Result<()> {
        self.segments().try_for_each(|(_, segment)| segment.check())?;
        self.tables.iter().try_for_each(super::lookup::OpenTables::check)?;
        for file in self.catalogue().batches.iter().filter_map(|batch| batch.profile.as_ref()) {
            crate::pipeline::profiles::read(&self.place().join(&file.name))?;
        }
        for file in self.catalogue().batches.iter().filter_map(|batch| batch.frames.as_ref()) {
            framing::open(self, file)?.check()?;
        }
        self.profile(u32::MAX).map(drop)
    }
}
