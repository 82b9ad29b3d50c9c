//! Frames that earlier batches learned, and those that a batch has learned.
//!
//! A site is looked at anew only once much of its sample is new ([`super::super::freeze`]); until then its frame is what was learned
//! last, and what the new pages show by themselves. So a night costs what the night brings.

use super::folder::Index;
use crate::error::Result;
use crate::frame::Key;
use crate::index::catalogue::File;
use crate::index::container::Container;
use crate::index::frames::{self, FRAMES_MAGIC};
use crate::io::index_files;
use crate::io::spool::Spool;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

/// What earlier batches learned of some sites, the latest of each.
#[derive(Debug)]
pub struct RememberedFrames<'a> {
    index: &'a Index,
    by_site: BTreeMap<String, FramePlace<'a>>,
}

/// Where a frame lies, and which pages it was learned from.
#[derive(Debug)]
struct FramePlace<'a> {
    /// Pages before this one.
    from_before: u32,
    file: &'a File,
    keys: Range<u64>,
}

impl<'a> RememberedFrames<'a> {
    /// Of these sites, by the batches before `view`.
    pub fn of(index: &'a Index, view: u32, sites: &[String]) -> Result<Self> {
        let wanted: BTreeSet<&str> = sites.iter().map(String::as_str).collect();
        let mut by_site = BTreeMap::new();
        for batch in index.catalogue().batches.iter().filter(|batch| batch.first + batch.pages <= view) {
            let Some(file) = &batch.frames else { continue };
            for (site, keys) in frames::sites(&open(index, file)?)? {
                if wanted.contains(site.as_str()) {
                    by_site.insert(site, FramePlace { from_before: batch.first + batch.pages, file, keys });
                }
            }
        }
        Ok(Self { index, by_site })
    }

    /// The pages that a site's frame was learned from: those before this one.
    pub fn from_before(&self, site: &str) -> Option<u32> {
        self.by_site.get(site).map(|place| place.from_before)
    }

    /// The frame of a site; empty if there is none.
    pub fn keys(&self, site: &str) -> Result<Vec<Key>> {
        let Some(FramePlace { file, keys, .. }) = self.by_site.get(site) else { return Ok(Vec::new()) };
        frames::keys(&open(self.index, file)?, keys)
    }
}

/// Opens a file of frames.
pub(super) fn open(index: &Index, file: &File) -> Result<Container> {
    let path = index.place().join(&file.name);
    let bytes = index_files::open(&path, file.bytes)?;
    Container::open(Box::new(bytes), FRAMES_MAGIC, &path.display().to_string())
}

/// The frames that a batch has learned, in a temporary file until they are added.
#[derive(Debug, Default)]
pub struct LearnedFrames {
    spool: Option<Spool>,
    /// Sites, and how many bytes their keys take, one behind the other.
    sites: Vec<(String, u64)>,
}

impl LearnedFrames {
    /// Takes the frame of a site in; the file is in `temp_dir`.
    pub fn push(&mut self, site: &str, keys: &[Key], temp_dir: &Path) -> Result<()> {
        let bytes: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        self.sites.push((site.to_owned(), bytes.len() as u64));
        match &mut self.spool {
            Some(spool) => spool.append(&bytes),
            none => none.insert(Spool::create(temp_dir)?).append(&bytes),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// Calls `visit` with each site and the bytes of its keys.
    pub fn for_each(&self, mut visit: impl FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
        let Some(spool) = &self.spool else { return Ok(()) };
        let (mut at, mut bytes) = (0, Vec::new());
        for (site, length) in &self.sites {
            bytes.resize(*length as usize, 0);
            spool.read(at, &mut bytes)?;
            visit(site, &bytes)?;
            at += length;
        }
        Ok(())
    }
}
