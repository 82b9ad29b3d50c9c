//! An index, opened to be read. Its files never change, so that whoever has opened it may go on reading while a writer
//! adds a batch.

use crate::boilerplate::profile::Profile;
use crate::error::{Error, ErrorKind, Result};
use crate::index::bytes::{Bytes, stretch};
use crate::index::catalogue::{Catalogue, File};
use crate::index::container::Container;
use crate::index::segment::{PAGES_MAGIC, PROOFS_MAGIC, RememberedPage, SamplePage, Segment};
use crate::io::index_files;
use crate::pipeline::profiles;
use crate::shingle::ShingleSet;
use std::path::{Path, PathBuf};

use super::lookup::OpenTables;

/// The file that says which others count.
pub const CATALOGUE: &str = "catalogue.json";

/// What a file of forgotten pages begins with.
pub(super) const FORGOTTEN_MAGIC: [u8; 8] = *b"TAMISIF1";

/// An index, opened.
#[derive(Debug)]
pub struct Index {
    place: PathBuf,
    catalogue: Catalogue,
    segments: Vec<Segment>,
    pub(super) tables: Vec<OpenTables>,
    /// Ascending.
    forgotten: Vec<u32>,
}

impl Index {
    /// Opens the index in a folder.
    pub fn open(place: &Path) -> Result<Self> {
        Self::open_at(place, false)
    }

    /// The same, with its tables in memory: for who asks often.
    pub fn open_in_memory(place: &Path) -> Result<Self> {
        Self::open_at(place, true)
    }

    fn open_at(place: &Path, in_memory: bool) -> Result<Self> {
        // A writer may replace the catalogue and take old files away between two looks; then there is a new catalogue.
        let mut before = None;
        loop {
            let text = index_files::read(&place.join(CATALOGUE))?;
            match Self::open_by(place, &text, in_memory) {
                Err(_) if before.as_ref() != Some(&text) => before = Some(text),
                opened => return opened,
            }
        }
    }

    fn open_by(place: &Path, text: &[u8], in_memory: bool) -> Result<Self> {
        let catalogue = Catalogue::decode(text, &place.join(CATALOGUE).display().to_string())?;
        let container = |file: &File, magic, in_memory: bool| {
            let path = place.join(&file.name);
            let bytes = index_files::open(&path, file.bytes)?;
            let bytes: Box<dyn Bytes> =
                if in_memory { Box::new(stretch(&bytes, 0, bytes.len())?) } else { Box::new(bytes) };
            Container::open(bytes, magic, &path.display().to_string())
        };
        let mut segments = Vec::new();
        for files in &catalogue.segments {
            let proofs =
                files.proofs.as_ref().map(|file| container(file, PROOFS_MAGIC, false)).transpose()?;
            segments.push(Segment::open(container(&files.rows, PAGES_MAGIC, false)?, proofs)?);
        }
        let mut tables = Vec::new();
        for file in &catalogue.tables {
            let of = container(&file.file, super::lookup::MAGIC, in_memory)?;
            tables.push(OpenTables::open(of, file.first, usize::from(catalogue.stamp.banding.bands))?);
        }
        let forgotten = match &catalogue.forgotten {
            None => Vec::new(),
            Some(file) => {
                let bytes = container(file, FORGOTTEN_MAGIC, true)?.whole(0)?;
                bytes.as_chunks::<4>().0.iter().map(|page| u32::from_le_bytes(*page)).collect()
            }
        };
        Ok(Self { place: place.to_owned(), catalogue, segments, tables, forgotten })
    }

    /// An index without a batch, before there are files.
    pub(super) const fn empty(place: PathBuf, catalogue: Catalogue) -> Self {
        Self { place, catalogue, segments: Vec::new(), tables: Vec::new(), forgotten: Vec::new() }
    }

    /// What it is made of.
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The folder.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Its segments with the numbers of their first pages.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = (u32, &Segment)> {
        self.catalogue.segments.iter().map(|files| files.first).zip(&self.segments)
    }

    /// Pages that are forgotten, ascending.
    pub fn forgotten(&self) -> &[u32] {
        &self.forgotten
    }

    /// Whether a page is forgotten.
    pub fn is_forgotten(&self, page: u32) -> bool {
        self.forgotten.binary_search(&page).is_ok()
    }

    /// A page, with the name of its site.
    pub fn page(&self, page: u32) -> Result<(RememberedPage, &str)> {
        let (segment, at) = self.segment(page)?;
        let row = segment.page(at)?;
        let site = &segment.sites()[row.site as usize];
        Ok((row, site))
    }

    /// The lower bytes of a page's signature.
    pub fn sketch(&self, page: u32, out: &mut Vec<u8>) -> Result<()> {
        let (segment, at) = self.segment(page)?;
        segment.sketch(at, out)
    }

    /// The shingles of a page, as they are remembered; none if nothing was kept to prove it by.
    pub fn proof(&self, page: u32) -> Result<Option<ShingleSet>> {
        let (segment, at) = self.segment(page)?;
        segment.proof(at)
    }

    /// The proof of a page as it is stored; empty if there is none.
    pub fn stored_proof(&self, page: u32) -> Result<Vec<u8>> {
        let (segment, at) = self.segment(page)?;
        segment.stored_proof(at)
    }

    /// The pages before `view` that the frame of a site may be learned from, by their numbers in the index.
    pub fn sample(&self, site: &str, view: u32) -> Result<Vec<SamplePage>> {
        let mut all = Vec::new();
        for (first, segment) in self.segments() {
            if first >= view || !segment.has_proofs() {
                continue;
            }
            let of_segment = segment.sample(site)?;
            all.extend(of_segment.into_iter().map(|page| SamplePage { page: first + page.page, ..page }));
        }
        all.retain(|page| page.page < view && !self.is_forgotten(page.page));
        all.sort_unstable();
        Ok(all)
    }

    /// What all batches before `view` taught of sites.
    pub fn profile(&self, view: u32) -> Result<Profile> {
        let read = |file: &File| profiles::read(&self.place.join(&file.name));
        if view >= self.catalogue.pages() {
            return self.catalogue.profile.as_ref().map_or(Ok(Profile::default()), read);
        }
        let mut profile = Profile::default();
        for batch in self.catalogue.batches.iter().filter(|batch| batch.first < view) {
            if let Some(file) = &batch.profile {
                profile.merge(read(file)?);
            }
        }
        Ok(profile)
    }

    /// The name of the batch that a page came in.
    pub fn batch_of(&self, page: u32) -> &str {
        self.catalogue.batch_of(page).map_or("", |batch| batch.batch.as_str())
    }

    fn segment(&self, page: u32) -> Result<(&Segment, u32)> {
        let at = self.catalogue.segments.partition_point(|files| files.first <= page);
        let found =
            at.checked_sub(1).map(|at| (&self.segments[at], page - self.catalogue.segments[at].first));
        found.filter(|(segment, at)| *at < segment.len()).ok_or_else(|| {
            let fault = format!("names page {page}, and has {}", self.catalogue.pages());
            Error::new(ErrorKind::Saved, self.place.display().to_string(), fault)
                .next_step("check it with tamis index stat --check")
        })
    }
}
