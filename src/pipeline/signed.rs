//! The signatures of all pages, in memory or in a temporary file, and candidate pairs from the latter.
//!
//! From a file, bands are made some at a time, as many as the budget has room for keys, each time in one pass through the
//! file. Pairs that share a bucket are sorted by the blocks of pages that they join
//! ([`runs`](crate::io::runs)), so that two blocks of signatures are in memory while all their pairs are compared, and
//! the file is read in long stretches. The pairs are those of [`from_buckets`](crate::lsh::candidates::from_buckets).

use super::budget::Budget;
use super::{Observer, go_on};
use crate::error::Result;
use crate::io::runs::{Entry, RunWriter, number};
use crate::io::spool::Spool;
use crate::lsh::banding::Banding;
use crate::lsh::bands::for_each_bucket_of;
use crate::lsh::candidates::{Candidates, Population, for_each_link};
use crate::sketch::minhash::signature::{Signatures, agreement};
use rayon::prelude::*;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Signatures of one scheme, by dense page number.
#[derive(Debug)]
pub struct SignedPages {
    held: Signatures,
    spooled: Option<Spool>,
    temp_dir: PathBuf,
}

/// Bytes of the file that are read at once.
const AT_ONCE: u64 = 4 << 20;

/// Pages of a block at least.
const SMALLEST_BLOCK: u64 = 64;

impl SignedPages {
    /// None yet, of `slots` slots each; in memory until [`spill`](Self::spill).
    pub fn new(slots: u16, temp_dir: &Path) -> Self {
        Self { held: Signatures::new(slots), spooled: None, temp_dir: temp_dir.to_owned() }
    }

    /// Slots a signature.
    pub const fn slots(&self) -> usize {
        self.held.slots()
    }

    /// Appends signatures that stand one behind the other.
    pub fn extend(&mut self, values: &[u16]) -> Result<()> {
        match &mut self.spooled {
            None => self.held.extend(values),
            Some(spool) => spool.append(&bytes_of(values))?,
        }
        Ok(())
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        size_of_val(self.held.values()) as u64
    }

    /// Moves all signatures, and all that come, to the temporary file; says whether it is new.
    pub fn spill(&mut self) -> Result<bool> {
        if self.spooled.is_some() {
            return Ok(false);
        }
        let spool = self.spooled.insert(Spool::create(&self.temp_dir)?);
        for values in self.held.values().chunks(AT_ONCE as usize / 2) {
            spool.append(&bytes_of(values))?;
        }
        self.held = Signatures::new(self.held.slots() as u16);
        Ok(true)
    }

    /// The signatures, if they are in memory.
    pub const fn held(&self) -> Option<&Signatures> {
        if self.spooled.is_some() { None } else { Some(&self.held) }
    }

    /// Gives all of them up.
    pub fn clear(&mut self) {
        self.held = Signatures::new(self.held.slots() as u16);
        self.spooled = None;
    }

    /// The signature of one page.
    pub fn one(&self, page: u32) -> Result<Cow<'_, [u16]>> {
        match &self.spooled {
            None => Ok(self.held.get(page).into()),
            Some(spool) => Ok(self.read(spool, page.into(), 1)?.values().to_vec().into()),
        }
    }

    /// Calls `visit` with all signatures, some at a time, and the number of the page that the first of them is of.
    pub fn for_each_block(
        &self,
        budget: Budget,
        mut visit: impl FnMut(u32, &Signatures) -> Result<()>,
    ) -> Result<()> {
        let Some(spool) = &self.spooled else { return visit(0, &self.held) };
        let a_page = 2 * self.slots() as u64;
        let (pages, block) = (spool.len() / a_page, (budget.signatures() / a_page).max(SMALLEST_BLOCK));
        let mut first = 0;
        while first < pages {
            let count = block.min(pages - first);
            visit(first as u32, &self.read(spool, first, count)?)?;
            first += count;
        }
        Ok(())
    }

    /// The signatures of `count` pages from `first` on, from the file.
    fn read(&self, spool: &Spool, first: u64, count: u64) -> Result<Signatures> {
        let a_page = 2 * self.slots() as u64;
        let mut signatures = Signatures::new(self.slots() as u16);
        let (mut at, end) = (first * a_page, (first + count) * a_page);
        let mut bytes = Vec::new();
        while at < end {
            bytes.resize((end - at).min(AT_ONCE / a_page * a_page) as usize, 0);
            spool.read(at, &mut bytes)?;
            at += bytes.len() as u64;
            let values: Vec<u16> =
                bytes.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
            signatures.extend(&values);
        }
        Ok(signatures)
    }
}

fn bytes_of(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// What pairs of spooled signatures are asked for.
pub(super) struct Wanted<'a, P> {
    /// How signatures are cut.
    pub(super) banding: Banding,
    /// The pages that take part, ascending.
    pub(super) pages: &'a [u32],
    /// A number for each page; pages of unlike numbers share no bucket.
    pub(super) salt: &'a (dyn Fn(u32) -> u32 + Sync),
    /// Who may pair, whatever the signatures say.
    pub(super) population: &'a P,
    /// Slots in which a candidate pair agrees at least.
    pub(super) least: usize,
}

impl<P: Population> Wanted<'_, P> {
    /// Candidates from buckets of equal bands, of signatures that were moved to the temporary file.
    pub(super) fn candidates(
        &self,
        signed: &SignedPages,
        budget: Budget,
        observer: &dyn Observer,
    ) -> Result<Candidates> {
        let Some(spool) = &signed.spooled else { return Ok(Candidates::default()) };
        let pages = spool.len() / (2 * signed.slots() as u64);
        let fits = budget.signatures() / (2 * signed.slots() as u64);
        // Numbers of blocks have sixteen bits.
        let block = fits.max(SMALLEST_BLOCK).max(pages.div_ceil(1 << 16)) as u32;
        let most = budget.sort() / size_of::<Link>();
        let mut links = RunWriter::distinct(most, signed.temp_dir.clone());
        let mut candidates = Candidates::default();
        let bands: Vec<usize> = (0..usize::from(self.banding.bands)).collect();
        let at_once = (budget.signatures() / (4 * self.pages.len().max(1) as u64)).max(1) as usize;
        for some in bands.chunks(at_once) {
            for keys in self.keys(signed, spool, some, observer)? {
                go_on(observer)?;
                let mut fault = Ok(());
                for_each_bucket_of(&keys, self.pages, &mut |members| {
                    if fault.is_err() {
                        return;
                    }
                    let is_hot = for_each_link(members, self.population, &mut |a, b| {
                        if fault.is_ok() && self.population.may_pair(a, b) {
                            fault = links.push(Link::new(a, b, block));
                        }
                    });
                    candidates.hot_buckets += u64::from(is_hot);
                });
                fault?;
            }
        }
        let mut agreeing = Agreeing { signed, spool, block, pages, blocks: [None, None] };
        let mut links = links.finish();
        let (mut same, mut before) = (Vec::new(), None);
        while let Some(link) = links.next_entry()? {
            if before == Some(link) {
                continue;
            }
            if before.is_some_and(|before: Link| before.blocks != link.blocks) || same.len() == LINKS_AT_ONCE
            {
                go_on(observer)?;
                agreeing.append(&same, self.least, &mut candidates.pairs)?;
                same.clear();
            }
            same.push(link);
            before = Some(link);
        }
        agreeing.append(&same, self.least, &mut candidates.pairs)?;
        candidates.pairs.par_sort_unstable();
        Ok(candidates)
    }

    /// The keys of some bands of all pages that take part, band by band.
    fn keys(
        &self,
        signed: &SignedPages,
        spool: &Spool,
        bands: &[usize],
        observer: &dyn Observer,
    ) -> Result<Vec<Vec<u32>>> {
        let mut keys: Vec<Vec<u32>> = bands.iter().map(|_| Vec::with_capacity(self.pages.len())).collect();
        let a_page = 2 * signed.slots() as u64;
        let count = (AT_ONCE / a_page).max(1);
        let mut rest = self.pages;
        let all = spool.len() / a_page;
        while let Some(&first) = rest.first() {
            go_on(observer)?;
            let first = u64::from(first);
            let signatures = signed.read(spool, first, count.min(all - first))?;
            let here = rest.partition_point(|&page| u64::from(page) < first + count);
            keys.par_iter_mut().zip(bands).for_each(|(keys, &band)| {
                keys.extend(rest[..here].iter().map(|&page| {
                    let signature = signatures.get(page - first as u32);
                    self.banding.key(signature, band, (self.salt)(page))
                }));
            });
            rest = &rest[here..];
        }
        Ok(keys)
    }
}

/// Pairs of two blocks that are compared at once.
const LINKS_AT_ONCE: usize = 1 << 16;

/// Two pages that share a bucket, by the blocks that they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    blocks: [u16; 2],
    a: u32,
    b: u32,
}

impl Link {
    const fn new(a: u32, b: u32, block: u32) -> Self {
        Self { blocks: [(a / block) as u16, (b / block) as u16], a, b }
    }
}

impl Entry for Link {
    const BYTES: usize = 12;

    fn write(&self, out: &mut Vec<u8>) {
        self.blocks.iter().for_each(|block| out.extend_from_slice(&block.to_le_bytes()));
        out.extend_from_slice(&self.a.to_le_bytes());
        out.extend_from_slice(&self.b.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self {
            blocks: [number(&bytes[..2]) as u16, number(&bytes[2..4]) as u16],
            a: number(&bytes[4..8]) as u32,
            b: number(&bytes[8..]) as u32,
        }
    }
}

/// Compares signatures, two blocks of them in memory.
struct Agreeing<'a> {
    signed: &'a SignedPages,
    spool: &'a Spool,
    /// Pages of a block.
    block: u32,
    /// Pages in all.
    pages: u64,
    blocks: [Option<(u16, Signatures)>; 2],
}

impl Agreeing<'_> {
    /// Appends the pairs that agree enough; all of them join the same two blocks.
    fn append(&mut self, links: &[Link], least: usize, pairs: &mut Vec<(u32, u32)>) -> Result<()> {
        let Some(&Link { blocks: [of_a, of_b], .. }) = links.first() else { return Ok(()) };
        self.load(0, of_a)?;
        if of_a != of_b {
            self.load(1, of_b)?;
        }
        let [Some((_, a)), b] = &self.blocks else { unreachable!("loaded above") };
        let b = if of_a == of_b { a } else { b.as_ref().map_or(a, |(_, b)| b) };
        let agree = |link: &&Link| {
            let signatures = (a.get(link.a % self.block), b.get(link.b % self.block));
            agreement(signatures.0, signatures.1) >= least
        };
        pairs.par_extend(links.par_iter().filter(agree).map(|link| (link.a, link.b)));
        Ok(())
    }

    fn load(&mut self, place: usize, number: u16) -> Result<()> {
        if self.blocks[place].as_ref().is_some_and(|(loaded, _)| *loaded == number) {
            return Ok(());
        }
        // Given up before the next one is read.
        self.blocks[place] = None;
        let first = u64::from(number) * u64::from(self.block);
        let count = u64::from(self.block).min(self.pages - first);
        self.blocks[place] = Some((number, self.signed.read(self.spool, first, count)?));
        Ok(())
    }
}
