//! What Tamis knows of a page while it works: a fixed-size row, never its text.

use crate::date::Date;
use crate::hash;
use bitvec::vec::BitVec;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One page, by dense number. About 110 bytes; texts stay where they are and are read again for proof.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Stands for the number of an input file where a page is of an earlier batch: only what an index remembers of it is
/// left.
pub const REMEMBERED: u32 = u32::MAX - 1;

/// All pages of a run with their ids and sites. Behind them, numbered on, come pages of earlier batches that the run met;
/// whoever counts or lists pages means those of the run alone.
#[derive(Debug, Default)]
pub struct Pages {
    rows: Vec<Page>,
    ids: Strings,
    sites: Vec<String>,
    remembered: Vec<Remembered>,
    own_sites: usize,
}

/// A page of an earlier batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Its number in the index.
    pub number: u32,
    /// The batch that it came in.
    pub batch: String,
    /// Whether it was kept.
    pub is_kept: bool,
}

impl Pages {
    /// Appends a page; its number is the number of pages before.
    pub fn push(&mut self, page: Page, id: &str) {
        self.rows.push(page);
        self.ids.push(id);
    }

    /// Replaces the list of sites that [`Page::site`] counts in.
    pub fn set_sites(&mut self, sites: Vec<String>) {
        self.own_sites = sites.len();
        self.sites = sites;
    }

    /// Appends pages of earlier batches, with their ids and the names of their sites.
    pub fn remember(&mut self, pages: impl IntoIterator<Item = (Page, String, String, Remembered)>) {
        let known = self.sites.iter().cloned().zip(0..);
        let mut numbers: HashMap<String, u32> = known.collect();
        for (mut page, id, site, of) in pages {
            page.site = *numbers.entry(site).or_insert_with_key(|site| {
                self.sites.push(site.clone());
                self.sites.len() as u32 - 1
            });
            page.location.source = REMEMBERED;
            page.file = REMEMBERED;
            self.push(page, &id);
            self.remembered.push(of);
        }
    }

    /// Has a site counted that none of the pages may be of.
    pub fn know_site(&mut self, name: &str) {
        if !self.sites.iter().any(|site| site == name) {
            self.sites.push(name.to_owned());
        }
    }

    /// What is known of a page of an earlier batch; none of a page of this run.
    pub fn remembered(&self, page: u32) -> Option<&Remembered> {
        (page as usize).checked_sub(self.len()).map(|at| &self.remembered[at])
    }

    /// Bytes of all rows and ids.
    pub fn bytes(&self) -> u64 {
        size_of_val(self.rows.as_slice()) as u64 + self.ids.size()
    }

    /// The number of pages.
    pub fn len(&self) -> usize {
        self.rows.len() - self.remembered.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of pages, those of earlier batches included.
    pub fn len_with_remembered(&self) -> usize {
        self.rows.len()
    }

    /// All rows, by page number.
    pub fn rows(&self) -> &[Page] {
        &self.rows[..self.len()]
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
        self.sites[..self.own_sites].iter().filter(|site| !site.is_empty()).count()
    }

    /// The page key as one number: id and text digest, hashed together.
    pub fn key(&self, page: u32) -> u128 {
        key(self.id(page), self.row(page).digest)
    }
}

/// Sites by name, numbered as they come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SiteNumbers {
    /// The names, by number.
    pub names: Vec<String>,
    /// Not needed once all names are known.
    #[serde(skip)]
    numbers: HashMap<String, u32>,
}

impl SiteNumbers {
    /// The number of a site; the next one if it was not met before.
    pub fn number(&mut self, name: &str) -> u32 {
        // Most crawls go site by site.
        if self.names.last().is_some_and(|last| last == name) {
            return self.names.len() as u32 - 1;
        }
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The name as it is held here, if the site was met.
    pub fn met(&self, name: &str) -> Option<&str> {
        self.numbers.get_key_value(name).map(|(name, _)| name.as_str())
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
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all strings and of what tells them apart.
    pub const fn size(&self) -> u64 {
        self.bytes.len() as u64 + size_of_val(self.ends.as_slice()) as u64
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
