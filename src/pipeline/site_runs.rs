//! What is remembered of sites, when it is more than may be held: sorted runs in temporary files, merged site by site.
//!
//! What is remembered of a site is a function of the set of its pages, and merging is commutative, associative and idempotent. So
//! whatever was gathered so far may be written down at any moment, in the order of names, and gathering begin afresh: merged,
//! the runs are what would have been gathered in one go, to the byte. A merge holds a block of each run; there are never more
//! than [`MOST_RUNS`] of a size, since as many are merged to one (Knuth, "The Art of Computer Programming", volume 3, section 5.4).

use crate::error::{Error, ErrorKind, Result};
use crate::io::named::{Named, NamedReader, NamedWriter};
use crate::io::values;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs of a size, at most.
const MOST_RUNS: usize = 32;

/// Bytes of a run that a merge reads at once.
const BLOCK: usize = 64 << 10;

/// What is remembered of a site.
pub(super) trait Remembered: Sized {
    /// Takes in what was remembered of the same site elsewhere.
    fn merge(&mut self, other: Self);

    /// It as bytes.
    fn to_bytes(&self) -> Result<Vec<u8>>;

    /// What [`to_bytes`](Self::to_bytes) wrote; none if it is anything else.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// What is remembered of a site and has no bytes of its own: those of [`values`] will do.
pub(super) trait Gathered: Serialize + DeserializeOwned {
    /// Takes in what was gathered of the same site elsewhere.
    fn merge(&mut self, other: Self);
}

impl<G: Gathered> Remembered for G {
    fn merge(&mut self, other: Self) {
        Gathered::merge(self, other);
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        values::encode(self)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        values::decode(bytes)
    }
}

/// What bytes of a temporary file say.
pub(super) fn read_back<R: Remembered>(bytes: &[u8]) -> Result<R> {
    let fault = || Error::new(ErrorKind::Saved, "temporary file", "does not hold what was written to it");
    R::from_bytes(bytes).ok_or_else(fault)
}

/// Runs of what is remembered.
#[derive(Debug)]
pub(super) struct SiteRuns<R> {
    temp_dir: PathBuf,
    /// By how often they were merged.
    tiers: Vec<Vec<Arc<Named>>>,
    of: PhantomData<fn() -> R>,
}

impl<R: Remembered> SiteRuns<R> {
    /// None yet; they go to `temp_dir`.
    pub(super) fn new(temp_dir: &Path) -> Self {
        Self { temp_dir: temp_dir.to_owned(), tiers: Vec::new(), of: PhantomData }
    }

    /// Writes sites in the order of their names.
    pub(super) fn push(&mut self, sites: impl Iterator<Item = (String, R)>) -> Result<()> {
        let run = self.written(sites, 0)?;
        if run.is_empty() { Ok(()) } else { self.add(Arc::new(run)) }
    }

    /// Takes a run as it is.
    pub(super) fn add(&mut self, run: Arc<Named>) -> Result<()> {
        let mut run = run;
        for tier in 0.. {
            if self.tiers.len() == tier {
                self.tiers.push(Vec::new());
            }
            self.tiers[tier].push(run);
            if self.tiers[tier].len() < MOST_RUNS {
                break;
            }
            let full = std::mem::take(&mut self.tiers[tier]);
            run = Arc::new(self.merged(&full, 0)?);
        }
        Ok(())
    }

    fn written(&self, sites: impl Iterator<Item = (String, R)>, most_held: usize) -> Result<Named> {
        let mut writer = NamedWriter::new(&self.temp_dir, most_held);
        for (name, site) in sites {
            writer.push(&name, &site.to_bytes()?)?;
        }
        writer.finish()
    }

    /// All that was written, and the rest of the sites; in memory if it is no more than `most_held` bytes.
    pub(super) fn finish(
        mut self,
        rest: impl Iterator<Item = (String, R)>,
        most_held: usize,
    ) -> Result<Arc<Named>> {
        let rest = self.written(rest, most_held)?;
        let mut runs: Vec<Arc<Named>> = std::mem::take(&mut self.tiers).into_iter().flatten().collect();
        if !rest.is_empty() || runs.is_empty() {
            runs.push(Arc::new(rest));
        }
        match runs.len() {
            1 => Ok(runs.swap_remove(0)),
            _ => Ok(Arc::new(self.merged(&runs, most_held)?)),
        }
    }

    fn merged(&self, runs: &[Arc<Named>], most_held: usize) -> Result<Named> {
        let mut writer = NamedWriter::new(&self.temp_dir, most_held);
        let mut merge = Merge::new(runs)?;
        let mut same = Vec::new();
        while let Some(name) = merge.next_site(&mut same)? {
            let mut records = same.drain(..);
            let Some(first) = records.next() else { continue };
            if records.len() == 0 {
                writer.push(&name, &first)?;
                continue;
            }
            let mut site: R = read_back(&first)?;
            for other in records {
                site.merge(read_back(&other)?);
            }
            writer.push(&name, &site.to_bytes()?)?;
        }
        writer.finish()
    }
}

/// Gives the records of all runs by name.
struct Merge<'a> {
    runs: Vec<NamedReader<'a>>,
    /// The next record of each run.
    heads: Vec<Vec<u8>>,
    names: BinaryHeap<Reverse<(String, usize)>>,
}

impl<'a> Merge<'a> {
    fn new(runs: &'a [Arc<Named>]) -> Result<Self> {
        let runs: Vec<NamedReader<'a>> = runs.iter().map(|run| run.reader(BLOCK)).collect();
        let heads = runs.iter().map(|_| Vec::new()).collect();
        let mut merge = Self { runs, heads, names: BinaryHeap::new() };
        (0..merge.runs.len()).try_for_each(|run| merge.advance(run))?;
        Ok(merge)
    }

    fn advance(&mut self, run: usize) -> Result<()> {
        if let Some((name, record)) = self.runs[run].next_record()? {
            self.heads[run] = record.to_vec();
            self.names.push(Reverse((name.to_owned(), run)));
        }
        Ok(())
    }

    /// The next name, and all its records.
    fn next_site(&mut self, records: &mut Vec<Vec<u8>>) -> Result<Option<String>> {
        let Some(Reverse((name, run))) = self.names.pop() else { return Ok(None) };
        records.push(std::mem::take(&mut self.heads[run]));
        self.advance(run)?;
        while let Some(Reverse((other, run))) = self.names.peek()
            && *other == name
        {
            let run = *run;
            self.names.pop();
            records.push(std::mem::take(&mut self.heads[run]));
            self.advance(run)?;
        }
        Ok(Some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    impl Gathered for BTreeSet<u32> {
        fn merge(&mut self, other: Self) {
            self.extend(other);
        }
    }

    #[test]
    fn any_number_of_runs_is_what_was_gathered_in_one_go() {
        for count in [0, 1, 2, 31, 32, 33, 1_100] {
            let mut runs: SiteRuns<BTreeSet<u32>> = SiteRuns::new(&std::env::temp_dir());
            let mut all: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            let mut rest = BTreeMap::new();
            for run in 0..=count {
                let sites = (0..5)
                    .map(|site| (format!("s{}", (run * 31 + site * 7) % 97), BTreeSet::from([run % 50])));
                let sites: BTreeMap<String, BTreeSet<u32>> = sites.collect();
                sites.iter().for_each(|(name, site)| all.entry(name.clone()).or_default().extend(site));
                if run < count {
                    runs.push(sites.into_iter()).unwrap();
                    assert!(runs.tiers.iter().all(|tier| tier.len() < MOST_RUNS));
                } else {
                    rest = sites;
                }
            }
            let merged = runs.finish(rest.into_iter(), 1 << 20).unwrap();
            let mut reader = merged.reader(100);
            for (name, site) in &all {
                let (found, bytes) = reader.next_record().unwrap().unwrap();
                assert_eq!((found, &read_back::<BTreeSet<u32>>(bytes).unwrap()), (name.as_str(), site));
            }
            assert_eq!(reader.next_record().unwrap(), None, "{count}");
        }
    }
}
