//! What is remembered of the pages of a batch, or of several in a row.
//!
//! Two files. The first holds rows of [`ROW`] bytes, ids and addresses, the names of sites, signatures of one byte a slot,
//! and for each site the list of pages that its frame may be learned from. The second, if there is one, holds the proofs
//! ([`super::proof`]).

use super::bytes::{Bytes, stretch, u64_at};
use super::container::{Container, ContainerWriter};
use super::proof;
use crate::date::{Date, Precision};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::shingle::ShingleSet;
use std::io::{self, Write};

/// What the first file begins with.
pub const PAGES_MAGIC: [u8; 8] = *b"TAMISIP1";
/// What the second file begins with.
pub const PROOFS_MAGIC: [u8; 8] = *b"TAMISIQ1";

/// Bytes of a row.
pub const ROW: usize = 96;

const HEAD: u16 = 0;
const ROWS: u16 = 1;
const STRINGS: u16 = 2;
const SITES: u16 = 3;
const SITE_LISTS: u16 = 4;
const SAMPLES: u16 = 5;
const SKETCHES: u16 = 6;
const PROOFS: u16 = 1;
const PROOF_ENDS: u16 = 2;

/// What is remembered of a page; nothing of one that is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RememberedPage {
    /// Its id.
    pub id: String,
    /// Its address, if that is not its id; empty if it has none.
    pub url: String,
    /// Number of its site among those of the segment.
    pub site: u32,
    /// xxh3-128 of the raw text.
    pub digest: u128,
    /// Digest of the folded word sequence.
    pub words: u128,
    /// What it states as its date.
    pub date: Option<Date>,
    /// The day in its address.
    pub address_day: Option<i32>,
    /// Digest of its headline.
    pub headline: Option<u32>,
    /// Bytes of the text that was compared.
    pub text_bytes: u32,
    /// Words of that text.
    pub word_count: u32,
    /// Number of the page that it was removed for, through all batches; its own if it was kept.
    pub kept: u32,
}

/// A page that the frame of a site may be learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SamplePage {
    /// By which it is sampled.
    pub hash: u64,
    /// Number in its segment.
    pub page: u32,
    /// Words that it counts.
    pub words: u32,
}

/// Writes what is remembered of pages: rows first, then [`sites`](Self::sites), [`sketches`](Self::sketch).
pub struct PagesWriter<W> {
    out: ContainerWriter<W>,
    strings: Vec<u8>,
    sketches_begun: bool,
}

impl<W: Write> PagesWriter<W> {
    /// Begins the file of `count` pages whose signatures have `slots` slots.
    pub fn new(out: W, count: u32, slots: u16) -> io::Result<Self> {
        let mut out = ContainerWriter::new(out, PAGES_MAGIC)?;
        let mut head = count.to_le_bytes().to_vec();
        head.extend_from_slice(&slots.to_le_bytes());
        out.section(HEAD, &head)?;
        out.begin(ROWS);
        Ok(Self { out, strings: Vec::new(), sketches_begun: false })
    }

    /// Appends a page.
    pub fn page(&mut self, page: &RememberedPage) -> io::Result<()> {
        self.strings.extend_from_slice(page.id.as_bytes());
        self.strings.extend_from_slice(page.url.as_bytes());
        self.out.write(&encode_row(page, self.strings.len() as u64))
    }

    /// Writes the names of the sites and, for each, its sample.
    pub fn sites(&mut self, sites: &[(&str, Vec<SamplePage>)]) -> io::Result<()> {
        let strings = std::mem::take(&mut self.strings);
        self.out.section(STRINGS, &strings)?;
        let (mut names, mut bytes) = ((sites.len() as u64).to_le_bytes().to_vec(), Vec::new());
        for (name, _) in sites {
            bytes.extend_from_slice(name.as_bytes());
            names.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        }
        names.extend(bytes);
        self.out.section(SITES, &names)?;
        let mut lists: Vec<(u64, u32)> = sites
            .iter()
            .zip(0..)
            .map(|((name, _), number)| (hash::checksum(name.as_bytes()), number))
            .collect();
        lists.sort_unstable();
        let (mut directory, mut samples) = (Vec::new(), Vec::new());
        for (name, number) in lists {
            let sample = &sites[number as usize].1;
            directory.extend_from_slice(&name.to_le_bytes());
            directory.extend_from_slice(&number.to_le_bytes());
            directory.extend_from_slice(&(sample.len() as u32).to_le_bytes());
            directory.extend_from_slice(&(samples.len() as u64).to_le_bytes());
            for page in sample {
                samples.extend_from_slice(&page.hash.to_le_bytes());
                samples.extend_from_slice(&page.page.to_le_bytes());
                samples.extend_from_slice(&page.words.to_le_bytes());
            }
        }
        self.out.section(SITE_LISTS, &directory)?;
        self.out.section(SAMPLES, &samples)
    }

    /// Appends the signature of the next page, of which the lower byte of each slot is kept.
    pub fn signature(&mut self, signature: &[u16]) -> io::Result<()> {
        let bytes: Vec<u8> = signature.iter().map(|&slot| slot as u8).collect();
        self.sketch(&bytes)
    }

    /// Appends the lower bytes of the slots of the next page's signature.
    pub fn sketch(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !std::mem::replace(&mut self.sketches_begun, true) {
            self.out.begin(SKETCHES);
        }
        self.out.write(bytes)
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.sketches_begun {
            self.out.begin(SKETCHES);
        }
        self.out.finish()
    }
}

/// Writes the proofs of a segment.
pub struct ProofsWriter<W> {
    out: ContainerWriter<W>,
    ends: Vec<u8>,
    written: u64,
}

impl<W: Write> ProofsWriter<W> {
    /// Begins the file.
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = ContainerWriter::new(out, PROOFS_MAGIC)?;
        out.begin(PROOFS);
        Ok(Self { out, ends: Vec::new(), written: 0 })
    }

    /// Appends the encoded proof of the next page; none for a page that nothing is proved by.
    pub fn proof(&mut self, encoded: &[u8]) -> io::Result<()> {
        self.out.write(encoded)?;
        self.written += encoded.len() as u64;
        self.ends.extend_from_slice(&self.written.to_le_bytes());
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.section(PROOF_ENDS, &self.ends)?;
        self.out.finish()
    }
}

/// A segment, opened.
#[derive(Debug)]
pub struct Segment {
    pages: Container,
    proofs: Option<Container>,
    count: u32,
    slots: u16,
    sites: Vec<String>,
}

impl Segment {
    /// Opens the two files.
    pub fn open(pages: Container, proofs: Option<Container>) -> Result<Self> {
        let head = pages.whole(HEAD)?;
        let [a, b, c, d, e, f] = head[..] else { return Err(damaged(&pages)) };
        let (count, slots) = (u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]));
        let is_sound = pages.section(ROWS)?.len() == u64::from(count) * ROW as u64
            && pages.section(SKETCHES)?.len() == u64::from(count) * u64::from(slots);
        if !is_sound {
            return Err(damaged(&pages));
        }
        if let Some(proofs) = &proofs
            && proofs.section(PROOF_ENDS)?.len() != u64::from(count) * 8
        {
            return Err(damaged(proofs));
        }
        let sites = site_names(&pages.whole(SITES)?).ok_or_else(|| damaged(&pages))?;
        Ok(Self { pages, proofs, count, slots, sites })
    }

    /// How many pages it has.
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Slots of a signature.
    pub const fn slots(&self) -> u16 {
        self.slots
    }

    /// Names of its sites by number.
    pub fn sites(&self) -> &[String] {
        &self.sites
    }

    /// Whether pages can be proved.
    pub const fn has_proofs(&self) -> bool {
        self.proofs.is_some()
    }

    /// A page of the segment, by its number there.
    pub fn page(&self, page: u32) -> Result<RememberedPage> {
        let rows = self.pages.section(ROWS)?;
        // The row before says where the strings of this one begin.
        let [before, row] = with_the_one_before::<ROW>(&rows, page)?;
        let ((_, _, start), (mut page, id_length, end)) = (decode_row(&before), decode_row(&row));
        let strings = stretch(&self.pages.section(STRINGS)?, start, end.saturating_sub(start))?;
        let (id, url) = strings.split_at_checked(id_length as usize).ok_or_else(|| damaged(&self.pages))?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| damaged(&self.pages));
        (page.id, page.url) = (text(id)?, text(url)?);
        if page.site as usize >= self.sites.len() {
            return Err(damaged(&self.pages));
        }
        Ok(page)
    }

    /// The lower bytes of the slots of a page's signature.
    pub fn sketch(&self, page: u32, out: &mut Vec<u8>) -> Result<()> {
        out.resize(usize::from(self.slots), 0);
        self.pages.section(SKETCHES)?.read(u64::from(page) * u64::from(self.slots), out)
    }

    /// The shingles of a page, as they are remembered; none if nothing was kept to prove it by.
    pub fn proof(&self, page: u32) -> Result<Option<ShingleSet>> {
        let encoded = self.stored_proof(page)?;
        if encoded.is_empty() { Ok(None) } else { proof::decode(&encoded).map(Some) }
    }

    /// The proof of a page as it is stored; empty if there is none.
    pub fn stored_proof(&self, page: u32) -> Result<Vec<u8>> {
        let Some(proofs) = &self.proofs else { return Ok(Vec::new()) };
        let ends = proofs.section(PROOF_ENDS)?;
        let [start, end] = with_the_one_before(&ends, page)?.map(u64::from_le_bytes);
        stretch(&proofs.section(PROOFS)?, start, end.saturating_sub(start))
    }

    /// The pages that the frame of a site may be learned from, by hash.
    pub fn sample(&self, site: &str) -> Result<Vec<SamplePage>> {
        let lists = self.pages.section(SITE_LISTS)?;
        let name = hash::checksum(site.as_bytes());
        let (mut from, mut to) = (0, lists.len() / 24);
        while from < to {
            let middle = u64::midpoint(from, to);
            if u64_at(&lists, middle * 24)? < name { from = middle + 1 } else { to = middle }
        }
        let mut sample = Vec::new();
        // Two names of one hash stand side by side.
        while from < lists.len() / 24 && u64_at(&lists, from * 24)? == name {
            let entry = stretch(&lists, from * 24 + 8, 16)?;
            let [number, count] = [0, 4].map(|at| u32_of(&entry, at));
            if self.sites.get(number as usize).is_some_and(|named| named == site) {
                let start = u64_at(&lists, from * 24 + 16)?;
                let raw = stretch(&self.pages.section(SAMPLES)?, start, 16 * u64::from(count))?;
                sample.extend(raw.chunks_exact(16).map(|raw| SamplePage {
                    hash: u64_of(raw, 0),
                    page: u32_of(raw, 8),
                    words: u32_of(raw, 12),
                }));
            }
            from += 1;
        }
        Ok(sample)
    }

    /// Reads everything; fails at the first damage.
    pub fn check(&self) -> Result<()> {
        self.pages.check()?;
        self.proofs.as_ref().map_or(Ok(()), Container::check)?;
        for page in 0..self.count {
            self.page(page)?;
            self.proof(page)?;
        }
        Ok(())
    }

    /// Bytes of all signatures, of all proofs, and of everything else.
    pub fn sizes(&self) -> Result<[u64; 3]> {
        let sketches = self.pages.section(SKETCHES)?.len();
        let proofs = self.proofs.as_ref().map_or(0, Container::len);
        Ok([sketches, proofs, self.pages.len() - sketches])
    }
}

fn damaged(of: &Container) -> Error {
    Error::new(ErrorKind::Saved, of.place(), "is damaged")
        .next_step("take the index from a copy, or make it anew")
}

fn site_names(bytes: &[u8]) -> Option<Vec<String>> {
    let (count, rest) = bytes.split_first_chunk::<8>()?;
    let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
    let (ends, names) = rest.split_at_checked(count.checked_mul(8)?)?;
    let mut start = 0;
    let name = |end: &[u8]| {
        let end = usize::try_from(u64_of(end, 0)).ok()?;
        let name = names.get(start..end)?;
        start = end;
        String::from_utf8(name.to_vec()).ok()
    };
    ends.chunks_exact(8).map(name).collect()
}

fn u32_of(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([0, 1, 2, 3].map(|byte| bytes[at + byte]))
}

fn u64_of(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_of(bytes, at)) | u64::from(u32_of(bytes, at + 4)) << 32
}

fn u128_of(bytes: &[u8], at: usize) -> u128 {
    u128::from(u64_of(bytes, at)) | u128::from(u64_of(bytes, at + 8)) << 64
}

const STRING_END: usize = 80;
const HAS_ADDRESS_DAY: u32 = 1 << 2;
const HAS_HEADLINE: u32 = 1 << 3;

fn encode_row(page: &RememberedPage, string_end: u64) -> [u8; ROW] {
    let precision = match page.date.map(|date| date.precision) {
        None => 0,
        Some(Precision::Second) => 1,
        Some(Precision::Minute) => 2,
        Some(Precision::Day) => 3,
    };
    let flags = precision
        | if page.address_day.is_some() { HAS_ADDRESS_DAY } else { 0 }
        | if page.headline.is_some() { HAS_HEADLINE } else { 0 };
    let mut row = [0; ROW];
    let mut put = |at: usize, bytes: &[u8]| row[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &page.digest.to_le_bytes());
    put(16, &page.words.to_le_bytes());
    put(32, &page.date.map_or(0, |date| date.micros).to_le_bytes());
    put(40, &page.address_day.unwrap_or_default().to_le_bytes());
    put(44, &page.headline.unwrap_or_default().to_le_bytes());
    put(48, &page.site.to_le_bytes());
    put(52, &page.text_bytes.to_le_bytes());
    put(56, &page.word_count.to_le_bytes());
    put(60, &page.kept.to_le_bytes());
    put(64, &flags.to_le_bytes());
    put(68, &(page.id.len() as u32).to_le_bytes());
    put(STRING_END, &string_end.to_le_bytes());
    row
}

/// A value of a table of equally long ones, behind the one before it; behind zeros if it is the first.
fn with_the_one_before<const N: usize>(of: &dyn Bytes, number: u32) -> Result<[[u8; N]; 2]> {
    let mut both = [[0; N]; 2];
    match number.checked_sub(1) {
        Some(before) => of.read(u64::from(before) * N as u64, both.as_flattened_mut())?,
        None => of.read(0, &mut both[1])?,
    }
    Ok(both)
}

/// The page without its strings, the length of its id, and where its strings end.
fn decode_row(row: &[u8; ROW]) -> (RememberedPage, u32, u64) {
    let flags = u32_of(row, 64);
    let precision = [None, Some(Precision::Second), Some(Precision::Minute), Some(Precision::Day)];
    let micros = u64_of(row, 32).cast_signed();
    let page = RememberedPage {
        id: String::new(),
        url: String::new(),
        site: u32_of(row, 48),
        digest: u128_of(row, 0),
        words: u128_of(row, 16),
        date: precision[(flags & 3) as usize].map(|precision| Date { micros, precision }),
        address_day: (flags & HAS_ADDRESS_DAY != 0).then_some(u32_of(row, 40).cast_signed()),
        headline: (flags & HAS_HEADLINE != 0).then_some(u32_of(row, 44)),
        text_bytes: u32_of(row, 52),
        word_count: u32_of(row, 56),
        kept: u32_of(row, 60),
    };
    (page, u32_of(row, 68), u64_of(row, STRING_END))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: u32) -> RememberedPage {
        RememberedPage {
            id: format!("page {number}"),
            url: if number.is_multiple_of(2) {
                format!("https://example.org/{number}")
            } else {
                String::new()
            },
            site: number % 3,
            digest: u128::from(number) << 77 | 5,
            words: u128::from(number) << 70 | 9,
            date: (!number.is_multiple_of(4))
                .then_some(Date { micros: -i64::from(number), precision: Precision::Minute }),
            address_day: number.is_multiple_of(5).then_some(-7),
            headline: number.is_multiple_of(7).then_some(number),
            text_bytes: 100 + number,
            word_count: number,
            kept: number / 2,
        }
    }

    fn files() -> (Vec<u8>, Vec<u8>) {
        let mut pages = PagesWriter::new(Vec::new(), 20, 4).unwrap();
        (0..20).for_each(|number| pages.page(&page(number)).unwrap());
        let sample =
            vec![SamplePage { hash: 3, page: 7, words: 11 }, SamplePage { hash: 9, page: 1, words: 2 }];
        pages.sites(&[("a.org", Vec::new()), ("", Vec::new()), ("b.org", sample)]).unwrap();
        (0..20u16).for_each(|number| pages.signature(&[number, 256 + number, 3, 4]).unwrap());
        let mut proofs = ProofsWriter::new(Vec::new()).unwrap();
        for number in 0..20u64 {
            let mut encoded = Vec::new();
            if number != 4 {
                proof::encode(&ShingleSet::new(vec![number << 40, 1 << 60]), &mut encoded);
            }
            proofs.proof(&encoded).unwrap();
        }
        (pages.finish().unwrap(), proofs.finish().unwrap())
    }

    fn open(pages: Vec<u8>, proofs: Vec<u8>) -> Result<Segment> {
        let pages = Container::open(Box::new(pages), PAGES_MAGIC, "pages")?;
        let proofs = Container::open(Box::new(proofs), PROOFS_MAGIC, "proofs")?;
        Segment::open(pages, Some(proofs))
    }

    #[test]
    fn what_was_remembered_comes_back() {
        let (pages, proofs) = files();
        let batch = open(pages, proofs).unwrap();
        let mut sketch = Vec::new();
        for number in 0..20 {
            assert_eq!(batch.page(number).unwrap(), page(number));
            batch.sketch(number, &mut sketch).unwrap();
            assert_eq!(sketch, [number as u8, number as u8, 3, 4]);
            let proof = batch.proof(number).unwrap().map(|set| set.as_slice().to_vec());
            let expected = (number != 4).then(|| vec![u64::from(number) << 40, 1 << 60]);
            assert_eq!(proof, expected, "page {number}");
        }
        assert_eq!(batch.sample("b.org").unwrap().len(), 2);
        assert_eq!(batch.sample("a.org").unwrap(), []);
        assert_eq!(batch.sample("c.org").unwrap(), []);
        batch.check().unwrap();
    }

    #[test]
    fn damage_is_found_and_never_read_behind_an_end() {
        let (pages, proofs) = files();
        for at in 0..pages.len() {
            let mut damaged = pages.clone();
            damaged[at] ^= 0x55;
            let found = open(damaged, proofs.clone()).and_then(|batch| batch.check());
            assert!(found.is_err(), "byte {at} changed");
            assert!(open(pages[..at].to_vec(), proofs.clone()).is_err(), "cut off at {at}");
        }
        for at in 0..proofs.len() {
            let mut damaged = proofs.clone();
            damaged[at] ^= 0x55;
            let found = open(pages.clone(), damaged).and_then(|batch| batch.check());
            assert!(found.is_err(), "byte {at} of the proofs changed");
        }
    }
}
