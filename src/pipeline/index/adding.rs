//! The one writer of an index: a batch is added, or it is not.
//!
//! New files are written first, under names that no catalogue mentions; then the catalogue is replaced, and with it the
//! index is another one. Together with the output folder of the run that is one step that can be taken up again: the folder is
//! complete before the catalogue names it, and is put in its place afterwards, by this process or, if that was killed, by
//! the next one that opens the index to write.

use super::folder::{CATALOGUE, Index};
use super::framing::LearnedFrames;
use super::lookup::{By, MAGIC};
use super::numbered::{BatchEntries, Numbered, samples};
use crate::boilerplate::profile::Profile;
use crate::error::{Error, ErrorKind, Result};
use crate::index::catalogue::{Batch, Catalogue, File, Pending, SegmentFiles, Stamp, TablesFile};
use crate::index::container::ContainerWriter;
use crate::index::frames::FramesWriter;
use crate::index::merging::last_to_merge;
use crate::index::segment::{PagesWriter, ProofsWriter};
use crate::index::table::{self, Entry};
use crate::io::index_files::{self, Lock};
use crate::io::output::{self, Existing};
use crate::io::output_file::OutputFile;
use crate::pipeline::budget::Budget;
use crate::pipeline::copies::Copies;
use crate::pipeline::decide::Removal;
use crate::pipeline::ingest::Ingested;
use crate::pipeline::settings::Scope;
use crate::pipeline::{Observer, clock, go_on, profiles};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Segments of an index at most, two open files each, before some are merged.
const MOST_SEGMENTS: usize = 100;

/// The last ones, that are merged then: each page is written once more for every so many batches.
const MERGED_SEGMENTS: usize = 64;

/// Holds the lock of an index until it is dropped.
#[derive(Debug)]
pub struct IndexWriter {
    index: Index,
    _lock: Lock,
}

/// A batch to be added.
pub struct NewBatch<'a> {
    /// Its name.
    pub name: &'a str,
    /// What was read.
    pub ingested: &'a Ingested,
    /// What equals what; pages that were delivered before are marked as redelivered.
    pub copies: &'a Copies,
    /// Pages whose words an old page has too, ascending.
    pub known_words: &'a [u32],
    /// Pages that go.
    pub removals: &'a [Removal],
    /// Which pages were compared.
    pub scope: Scope,
    /// What may be held while it is added.
    pub memory: Budget,
    /// What was known of sites before, and what is known now; with `run`.
    pub profiles: Option<(&'a Profile, &'a Profile)>,
    /// Frames that it learned.
    pub frames: &'a LearnedFrames,
    /// Where the output is, and where it belongs.
    pub pending: Pending,
}

impl IndexWriter {
    /// Opens the index in a folder, or begins one there. `stamp` makes the stamp of the run from that of the index.
    pub fn open(
        place: &Path,
        stamp: impl FnOnce(Option<&Stamp>) -> Result<Stamp>,
        observer: &dyn Observer,
    ) -> Result<Self> {
        ensure_ours(place)?;
        index_files::create_folder(place)?;
        let lock = Lock::take(&place.join("lock"))?;
        let index = if place.join(CATALOGUE).exists() {
            let index = Index::open(place)?;
            let of_index = &index.catalogue().stamp;
            of_index.ensure_same(&stamp(Some(of_index))?, &place.display().to_string())?;
            index
        } else {
            Index::empty(place.to_owned(), Catalogue::new(stamp(None)?))
        };
        let mut writer = Self { index, _lock: lock };
        writer.settle(observer)?;
        writer.sweep()?;
        Ok(writer)
    }

    /// Opens an index that is there, whatever its settings.
    pub fn open_existing(place: &Path, observer: &dyn Observer) -> Result<Self> {
        Index::open(place)?;
        Self::open(place, |stamp| stamp.cloned().ok_or_else(|| no_index(place)), observer)
    }

    /// What is there.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// Whether the index on disk has a batch, whatever became of the attempt to add it.
    pub fn has(&self, batch: &str) -> bool {
        Index::open(self.index.place()).is_ok_and(|index| index.catalogue().batch(batch).is_some())
    }

    /// Puts an output in its place that a killed run has left complete; says so.
    pub fn settle(&mut self, observer: &dyn Observer) -> Result<()> {
        let Some(Pending { building, place }) =
            self.index.catalogue().batches.last().and_then(|of| of.pending.clone())
        else {
            return Ok(());
        };
        let batch = self.index.catalogue().batches.last().map_or("", |of| of.batch.as_str());
        // An index may come from anybody: what it names is moved or removed only where Tamis would have put it.
        if building != output::complete_place(&place, batch) || batch.contains(['/', '\\']) {
            let fault = format!("says that {} is the output of batch {batch}", building.display());
            return Err(Error::new(ErrorKind::Saved, self.index.place().display().to_string(), fault)
                .next_step("take the index from a copy, or make it anew"));
        }
        if output::is_of_batch(&place, batch) {
            // It was swapped with an older folder, which has the hidden name since.
            output::discard(&building);
        } else if building.exists() {
            output::put(&building, &place)?;
            observer.note(&format!(
                "{}: the output of an earlier run, which was stopped, is in its place now",
                place.display()
            ));
        }
        self.settled()
    }

    /// Says that the output is where it belongs.
    pub fn settled(&mut self) -> Result<()> {
        let mut catalogue = self.index.catalogue().clone();
        if let Some(batch) = catalogue.batches.last_mut() {
            batch.pending = None;
        }
        self.replace(&catalogue)
    }

    /// Adds a batch.
    pub fn add(&mut self, batch: &NewBatch<'_>, observer: &dyn Observer) -> Result<()> {
        let mut catalogue = self.index.catalogue().clone();
        let first = catalogue.pages();
        let numbered = Numbered::new(batch, first)?;
        let pages = numbered.order.len() as u32;
        if pages > 0 {
            if catalogue.segments.len() >= MOST_SEGMENTS {
                let from = catalogue.segments.len() - MERGED_SEGMENTS;
                self.merge_segments(&mut catalogue, from, observer)?;
            }
            self.segment(&mut catalogue, batch, &numbered, observer)?;
            self.tables(&mut catalogue, Some((batch, &numbered)), false, observer)?;
        }
        let profile = match batch.profiles {
            None => None,
            Some((before, after)) => {
                let of_batch: Profile = after
                    .sites()
                    .filter(|(name, site)| before.site(name) != Some(site))
                    .map(|(name, site)| (name.to_owned(), site.clone()))
                    .collect();
                catalogue.profile = Some(self.profile(&mut catalogue, after)?);
                Some(self.profile(&mut catalogue, &of_batch)?)
            }
        };
        let frames = self.frames(&mut catalogue, batch.frames)?;
        catalogue.batches.push(Batch {
            batch: batch.name.to_owned(),
            first,
            pages,
            added: clock::now(),
            profile,
            frames,
            pending: Some(batch.pending.clone()),
        });
        self.replace(&catalogue)
    }

    /// Replaces the catalogue, takes away the files that it no longer names, and opens what it names.
    pub(super) fn replace(&mut self, catalogue: &Catalogue) -> Result<()> {
        let place = self.index.place().to_owned();
        index_files::sync_folder(&place)?;
        let mut file = OutputFile::create(&place.join(CATALOGUE), Existing::Replace)?;
        file.write(&catalogue.encode()?)?;
        file.finish()?;
        index_files::sync_folder(&place)?;
        self.index = Index::open(&place)?;
        self.sweep()
    }

    /// Takes away what a killed writer has left.
    fn sweep(&self) -> Result<()> {
        let place = self.index.place();
        let named: BTreeSet<&str> = self.index.catalogue().files().map(|file| file.name.as_str()).collect();
        for name in index_files::names(place)? {
            if is_data(&name) && !named.contains(name.as_str()) {
                index_files::remove(&place.join(&name))?;
            }
        }
        Ok(())
    }

    /// Writes a file under a new name.
    pub(super) fn file(
        &self,
        catalogue: &mut Catalogue,
        kind: &str,
        write: impl FnOnce(OutputFile) -> Result<OutputFile>,
    ) -> Result<File> {
        let name = format!("{:08}.{kind}", catalogue.next_file);
        catalogue.next_file += 1;
        let place = self.index.place().join(&name);
        write(OutputFile::create(&place, Existing::Replace)?)?.finish()?;
        let bytes = index_files::size(&place)?;
        Ok(File { name, bytes })
    }

    fn profile(&self, catalogue: &mut Catalogue, profile: &Profile) -> Result<File> {
        let name = format!("{:08}.profile", catalogue.next_file);
        catalogue.next_file += 1;
        let file = profiles::create(&self.index.place().join(&name), Existing::Replace)?;
        let bytes = profiles::write(profile, file)?;
        Ok(File { name, bytes })
    }

    /// Writes the frames that a batch has learned, if there are any.
    fn frames(&self, catalogue: &mut Catalogue, learned: &LearnedFrames) -> Result<Option<File>> {
        if learned.is_empty() {
            return Ok(None);
        }
        let place = self.index.place().display().to_string();
        let failed = |cause| Error::disk(&place, &cause);
        let file = self.file(catalogue, "frames", |out| {
            let mut out = FramesWriter::new(out).map_err(failed)?;
            learned.for_each(|site, keys| out.frame(site, keys).map_err(failed))?;
            out.finish().map_err(failed)
        })?;
        Ok(Some(file))
    }

    /// Writes what is remembered of the pages of a batch.
    fn segment(
        &self,
        catalogue: &mut Catalogue,
        batch: &NewBatch<'_>,
        numbered: &Numbered,
        observer: &dyn Observer,
    ) -> Result<()> {
        let Ingested { pages, signatures, proofs, urls, .. } = batch.ingested;
        let slots = signatures.slots() as u16;
        let count = numbered.order.len() as u32;
        let rows = self.file(catalogue, "rows", |out| {
            let place = self.index.place().display().to_string();
            let failed = |cause| Error::disk(&place, &cause);
            let mut out = PagesWriter::new(out, count, slots).map_err(failed)?;
            for &page in &numbered.order {
                let url = urls.as_ref().map_or("", |urls| urls.get(page));
                out.page(&numbered.row(pages, page, url)).map_err(failed)?;
            }
            go_on(observer)?;
            out.sites(&samples(pages, numbered)).map_err(failed)?;
            for &page in &numbered.order {
                out.signature(&signatures.one(page)?).map_err(failed)?;
            }
            out.finish().map_err(failed)
        })?;
        go_on(observer)?;
        let proofs = match proofs.as_ref().filter(|_| catalogue.stamp.proofs) {
            None => None,
            Some(proofs) => Some(self.file(catalogue, "proofs", |out| {
                let place = self.index.place().display().to_string();
                let failed = |cause| Error::disk(&place, &cause);
                let mut out = ProofsWriter::new(out).map_err(failed)?;
                let mut encoded = Vec::new();
                for &page in &numbered.order {
                    encoded.clear();
                    if numbered.entered[page as usize] {
                        proofs.read(page, &mut encoded)?;
                    }
                    out.proof(&encoded).map_err(failed)?;
                }
                out.finish().map_err(failed)
            })?),
        };
        catalogue.segments.push(SegmentFiles { first: numbered.first, pages: count, rows, proofs });
        Ok(())
    }

    /// Writes the tables of a batch, if there is one, merged with as many of the last ones as it pays to merge.
    pub(super) fn tables(
        &self,
        catalogue: &mut Catalogue,
        batch: Option<(&NewBatch<'_>, &Numbered)>,
        all: bool,
        observer: &dyn Observer,
    ) -> Result<()> {
        let mut sizes: Vec<u64> = catalogue.tables.iter().map(|tables| u64::from(tables.pages)).collect();
        sizes.extend(batch.map(|(_, numbered)| numbered.order.len() as u64));
        let merged = last_to_merge(&sizes, all);
        let old = sizes.len() - merged;
        let first = catalogue.tables.get(old).map_or_else(|| catalogue.pages(), |tables| tables.first);
        let pages: u64 = sizes[old..].iter().sum();
        let bands = usize::from(catalogue.stamp.banding.bands);
        let banding = catalogue.stamp.banding;
        let mut all_by: Vec<By> = (0..bands).map(By::Band).collect();
        all_by.extend([By::Words, By::Key, By::Id, By::Address]);
        let file = self.file(catalogue, "tables", |out| {
            let place = self.index.place().display().to_string();
            let failed = |cause| Error::disk(&place, &cause);
            let mut out = ContainerWriter::new(out, MAGIC).map_err(failed)?;
            let mut of_batch =
                batch.map(|(batch, numbered)| BatchEntries::new(batch, numbered, banding, first));
            for by in all_by {
                go_on(observer)?;
                let mut entries: Vec<Entry> = of_batch.as_mut().map_or(Ok(Vec::new()), |of| of.next(by))?;
                for tables in &self.index.tables[old.min(self.index.tables.len())..] {
                    let moved = tables.first() - first;
                    let of_table =
                        tables.table(by).entries()?.into_iter().map(|entry| entry + Entry::from(moved));
                    entries.extend(of_table.filter(|&entry| !self.index.is_forgotten(first + entry as u32)));
                }
                entries.sort_unstable();
                out.section(by.number(bands), &table::encode(&entries)).map_err(failed)?;
            }
            out.finish().map_err(failed)
        })?;
        catalogue.tables.truncate(old);
        catalogue.tables.push(TablesFile { first, pages: pages as u32, file });
        Ok(())
    }
}

/// Whether this is the name of a file that only the catalogue keeps alive.
fn is_data(name: &str) -> bool {
    let kinds = ["rows", "proofs", "tables", "profile", "frames", "forgotten"];
    let is_numbered = name.split_once('.').is_some_and(|(number, kind)| {
        number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_digit()) && kinds.contains(&kind)
    });
    // What was under construction when its writer was killed.
    is_numbered || (name.starts_with('.') && name.ends_with(".partial"))
}

/// Fails if a folder holds what no index has.
fn ensure_ours(place: &Path) -> Result<()> {
    let is_foreign = |name: &String| !is_data(name) && name != "lock" && name != CATALOGUE;
    match index_files::names(place)?.into_iter().find(is_foreign) {
        None => Ok(()),
        Some(name) => {
            let fault = format!("is no index: it holds {name}");
            Err(Error::new(ErrorKind::Usage, place.display().to_string(), fault)
                .next_step("name an index, or a folder that is not there yet"))
        }
    }
}

fn no_index(place: &Path) -> Error {
    Error::new(ErrorKind::Saved, place.display().to_string(), "is no index")
}

/// A place that means the same wherever a later process is started.
pub fn absolute(place: &Path) -> Result<PathBuf> {
    std::path::absolute(place).map_err(|cause| Error::disk(place.display(), &cause))
}
