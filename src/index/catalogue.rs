//! What an index is made of: the one file that says which others count.
//!
//! It is replaced as a whole, so that an index is what it was before a batch or what it is after it.

use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::lsh::banding::Banding;
use crate::scheme::Scheme;
use crate::similarity::Threshold;
use crate::site::SiteBy;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::path::PathBuf;

/// Version of all files of an index.
pub const INDEX_VERSION: u32 = 2;

/// What an index is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// [`INDEX_VERSION`].
    pub version: u32,
    /// What all batches share.
    pub stamp: Stamp,
    /// The batches, in the order of their coming.
    pub batches: Vec<Batch>,
    /// What is remembered of their pages; page numbers ascend.
    pub segments: Vec<SegmentFiles>,
    /// By what pages are found; page numbers ascend.
    pub tables: Vec<TablesFile>,
    /// What is remembered of all sites, after the latest batch.
    pub profile: Option<File>,
    /// Numbers of the pages that are forgotten.
    pub forgotten: Option<File>,
    /// What the next file is numbered with.
    pub next_file: u64,
}

/// What all batches of an index share: decided by the first one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// The command that adds batches: `dedup` remembers texts as they are, `run` what is left of them.
    pub command: String,
    /// What signatures are made with.
    pub scheme: Scheme,
    /// Jaccard from which two pages are near.
    pub threshold: Threshold,
    /// Promised share of the pairs at the threshold.
    pub recall: f64,
    /// How signatures are cut.
    pub banding: Banding,
    /// Pages that the bands were chosen for.
    pub expect_pages: u64,
    /// Which pages may be duplicates of each other.
    pub scope: String,
    /// What counts as one site.
    pub site_by: SiteBy,
    /// Whether old pages can be proved.
    pub proofs: bool,
}

/// A file of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name in the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// A batch that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Named by its inputs and settings.
    pub batch: String,
    /// Number of its first page.
    pub first: u32,
    /// How many pages it added.
    pub pages: u32,
    /// Seconds since 1970 at which it was added.
    pub added: u64,
    /// What it taught of sites; with `run`.
    pub profile: Option<File>,
    /// The frames of the sites that it looked at anew.
    pub frames: Option<File>,
    /// Where its output still has to be put.
    pub pending: Option<Pending>,
}

/// An output folder that is complete but not in its place yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Where it lies.
    pub building: PathBuf,
    /// Where it belongs.
    pub place: PathBuf,
}

/// The files of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentFiles {
    /// Number of its first page.
    pub first: u32,
    /// How many pages it has.
    pub pages: u32,
    /// Rows, ids, signatures.
    pub rows: File,
    /// Proofs, if they are kept.
    pub proofs: Option<File>,
}

/// A file of tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablesFile {
    /// Number of the first page.
    pub first: u32,
    /// How many pages it finds.
    pub pages: u32,
    /// The tables.
    pub file: File,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    checksum: String,
    catalogue: Box<RawValue>,
}

impl Catalogue {
    /// An empty index.
    pub const fn new(stamp: Stamp) -> Self {
        Self {
            version: INDEX_VERSION,
            stamp,
            batches: Vec::new(),
            segments: Vec::new(),
            tables: Vec::new(),
            profile: None,
            forgotten: None,
            next_file: 1,
        }
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let failed = |cause: serde_json::Error| Error::new(ErrorKind::Saved, "catalogue", cause.to_string());
        let text = serde_json::to_string(self).map_err(failed)?;
        let checksum = seal(&text);
        let sealed = Sealed { checksum, catalogue: RawValue::from_string(text).map_err(failed)? };
        let mut bytes = serde_json::to_vec(&sealed).map_err(failed)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// What [`encode`](Self::encode) wrote; `place` names the file in errors.
    pub fn decode(bytes: &[u8], place: &str) -> Result<Self> {
        let fault = |what: String| {
            Error::new(ErrorKind::Saved, place, what).next_step("take the index from a copy, or make it anew")
        };
        let sealed: Sealed = serde_json::from_slice(bytes)
            .map_err(|cause| fault(format!("is no catalogue of an index, or damaged: {cause}")))?;
        if sealed.checksum != seal(sealed.catalogue.get()) {
            return Err(fault("is damaged: its checksum does not fit".to_owned()));
        }
        let version = serde_json::from_str::<Version>(sealed.catalogue.get()).map_or(0, |of| of.version);
        if version != INDEX_VERSION {
            return Err(fault(format!("has version {version}, this Tamis reads {INDEX_VERSION}")));
        }
        let catalogue: Self = serde_json::from_str(sealed.catalogue.get())
            .map_err(|cause| fault(format!("is damaged: {cause}")))?;
        if let Some(file) = catalogue.files().find(|file| file.name.contains(['/', '\\'])) {
            return Err(fault(format!("names a file outside the index: {}", file.name)));
        }
        if catalogue.is_whole() {
            Ok(catalogue)
        } else {
            Err(fault("is damaged: pages are missing".to_owned()))
        }
    }

    /// How many pages were ever added: the number of the next one.
    pub fn pages(&self) -> u32 {
        self.batches.last().map_or(0, |batch| batch.first + batch.pages)
    }

    /// The batch of a name, if it was added.
    pub fn batch(&self, name: &str) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.batch == name)
    }

    /// The batch that a page came in.
    pub fn batch_of(&self, page: u32) -> Option<&Batch> {
        let at = self.batches.partition_point(|batch| batch.first <= page);
        self.batches[..at].iter().rev().find(|batch| page < batch.first + batch.pages)
    }

    /// All files that count.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        let segments =
            self.segments.iter().flat_map(|files| std::iter::once(&files.rows).chain(&files.proofs));
        let tables = self.tables.iter().map(|tables| &tables.file);
        let learned = self.batches.iter().flat_map(|batch| batch.profile.iter().chain(&batch.frames));
        segments.chain(tables).chain(learned).chain(&self.profile).chain(&self.forgotten)
    }

    /// Whether segments and tables follow each other without a gap, and end where the batches end.
    fn is_whole(&self) -> bool {
        let ends = [
            end_of(self.batches.iter().map(|batch| (batch.first, batch.pages))),
            end_of(self.segments.iter().map(|segment| (segment.first, segment.pages))),
            end_of(self.tables.iter().map(|tables| (tables.first, tables.pages))),
        ];
        ends[0].is_some() && ends.iter().all(|end| *end == ends[0])
    }
}

/// Where ranges end that follow each other from 0 on; none if there is a gap.
fn end_of(mut ranges: impl Iterator<Item = (u32, u32)>) -> Option<u32> {
    ranges.try_fold(0u32, |end, (first, pages)| if first == end { end.checked_add(pages) } else { None })
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

fn seal(text: &str) -> String {
    format!("{:016x}", hash::checksum(text.as_bytes()))
}

impl Stamp {
    /// Fails at the first setting in which a run differs from the index at `place`, and names both values.
    pub fn ensure_same(&self, run: &Self, place: &str) -> Result<()> {
        let settings = |stamp: &Self| {
            [
                ("command", stamp.command.clone()),
                ("--threshold", stamp.threshold.to_string()),
                ("--recall", stamp.recall.to_string()),
                ("--ngram", stamp.scheme.ngram.words().to_string()),
                ("--expect-pages", stamp.expect_pages.to_string()),
                ("bands × rows", format!("{} × {}", stamp.banding.bands, stamp.banding.rows)),
                ("--scope", stamp.scope.clone()),
                ("--site-by", format!("{:?}", stamp.site_by).to_lowercase()),
                ("proofs", stamp.proofs.to_string()),
            ]
        };
        let differing = settings(self).into_iter().zip(settings(run)).find(|(index, run)| index != run);
        match differing {
            None => run.scheme.ensure_same(&self.scheme, place).map_err(Self::advised),
            Some(((name, index), (_, run))) => {
                let fault = format!("was made with {name} {index}, this run has {run}");
                Err(Self::advised(Error::new(ErrorKind::Saved, place, fault)))
            }
        }
    }

    fn advised(error: Error) -> Error {
        error.next_step("use the settings of the index, or another index")
    }
}
