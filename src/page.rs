//! What Tamis knows of a page while it works: a fixed-size row, never its text.

use crate::date::Date;
use crate::hash;
use bitvec::vec::BitVec;

/// One page, by dense number. About 110 bytes; texts stay where they are and are read again for proof.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Where its record is read: in an input file, or among the stripped ones.
    pub location: Location,
    /// Dense number of the input file that it came in.
    pub file: u32,
    /// xxh3-128 of the raw text.
    pub digest: u128,
    /// Digest of the folded word sequence; equal for `exact` copies.
    pub words: u128,
    /// Digest of site, URL, date and title: chooses among deliveries of one page.
    pub delivery: u64,
    /// Dense number of the site.
    pub site: u32,
    /// Bytes of the text.
    pub text_bytes: u32,
    /// Words of the text; 0 means that the page is none for comparison.
    pub word_count: u32,
    /// What it states as its date.
    pub date: Option<Date>,
    /// The day in its address, counted from 1970.
    pub address_day: Option<i32>,
    /// Digest of its headline.
    pub headline: Option<u32>,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Dense number of the input file, or [`STRIPPED`].
    pub source: u32,
    /// Bytes of the record without its line end.
    pub length: u32,
    /// Byte offset in the decompressed file.
    pub offset: u64,
    /// 1-based number of the record's line in its input file.
    pub record: u64,
}

/// Stands for the number of an input file where a record is not as it was in any of them: it was stripped, and waits in a
/// temporary file.
pub const STRIPPED: u32 = u32::MAX;

/// All pages of a run with their ids and sites.
#[derive(Debug, Default)]
pub struct Pages {
    rows: Vec<Page>,
    ids: Strings,
    sites: Vec<String>,
}

impl Pages {
    /// Appends a page; its number is the number of pages before.
    pub fn push(&mut self, page: Page, id: &str) {
        self.rows.push(page);
        self.ids.push(id);
    }

    /// Replaces the list of sites that [`Page::site`] counts in.
    pub fn set_sites(&mut self, sites: Vec<String>) {
        self.sites = sites;
    }

    /// The number of pages.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows, by page number.
    pub fn rows(&self) -> &[Page] {
        &self.rows
    }

    /// One row.
    pub fn row(&self, page: u32) -> &Page {
        &self.rows[page as usize]
    }

    /// A page's id.
    pub fn id(&self, page: u32) -> &str {
        self.ids.get(page)
    }

    /// The name of a page's site; empty if it is not known.
    pub fn site(&self, page: u32) -> &str {
        &self.sites[self.row(page).site as usize]
    }

    /// The names of all sites, by number.
    pub fn sites(&self) -> &[String] {
        &self.sites
    }

    /// The number of sites that have a name.
    pub fn site_count(&self) -> usize {
        self.sites.iter().filter(|site| !site.is_empty()).count()
    }

    /// The page key as one number: id and text digest, hashed together.
    pub fn key(&self, page: u32) -> u128 {
        key(self.id(page), self.row(page).digest)
    }
}

/// The key of a page: its id and the digest of its text, hashed together.
pub fn key(id: &str, digest: u128) -> u128 {
    let mut bytes = Vec::with_capacity(id.len() + 16);
    bytes.extend_from_slice(&digest.to_le_bytes());
    bytes.extend_from_slice(id.as_bytes());
    hash::digest(&bytes)
}

/// A mask with one bit a page, all zero.
pub fn mask(pages: usize) -> BitVec {
    BitVec::repeat(false, pages)
}

/// Many short strings in one buffer.
#[derive(Debug, Default)]
pub struct Strings {
    bytes: String,
    ends: Vec<u64>,
}

impl Strings {
    /// Appends a string.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
    }

    /// The string of the given number.
    pub fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[number] as usize]
    }

    /// All strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|number| self.get(number))
    }
}
