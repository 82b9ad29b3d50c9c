//! Which pages are forgotten?
//!
//! A forgotten page is met by nobody from now on, and leaves the disk when the index is compacted. What was decided stays
//! decided: pages that were removed for it stay removed, and the next page alike is kept anew, since nobody is removed for a
//! page that is not there.

use super::adding::IndexWriter;
use super::folder::FORGOTTEN_MAGIC;
use super::lookup::{By, of_text};
use crate::error::{Error, ErrorKind, Result};
use crate::index::container::ContainerWriter;

impl IndexWriter {
    /// Numbers of the pages with this id or address; fails if there is none.
    pub fn named(&self, name: &str) -> Result<Vec<u32>> {
        let key = of_text(name);
        let mut found = self.index().find(By::Id, key, usize::MAX)?;
        found.extend(self.index().find(By::Address, key, usize::MAX)?);
        let mut pages = Vec::new();
        for page in found {
            let (row, _) = self.index().page(page)?;
            if row.id == name || row.url == name {
                pages.push(page);
            }
        }
        if pages.is_empty() {
            return Err(Error::new(
                ErrorKind::Input,
                name,
                "is neither the id nor the address of a page in the index",
            )
            .next_step("ids are as in the input; look with tamis index query"));
        }
        Ok(pages)
    }

    /// Numbers of the pages of a site; fails if there is none. Cost: a look at every page.
    pub fn of_site(&self, site: &str) -> Result<Vec<u32>> {
        let mut pages = Vec::new();
        for (first, segment) in self.index().segments() {
            let Some(number) = segment.sites().iter().position(|name| name == site) else { continue };
            for page in 0..segment.len() {
                if segment.page(page)?.site as usize == number && !self.index().is_forgotten(first + page) {
                    pages.push(first + page);
                }
            }
        }
        if pages.is_empty() {
            return Err(Error::new(ErrorKind::Input, site, "is no site of the index")
                .next_step("sites are named as in the tables of a run"));
        }
        Ok(pages)
    }

    /// Numbers of the pages of all batches that were added before a moment, in seconds since 1970.
    pub fn added_before(&self, moment: i64) -> Vec<u32> {
        let is_before = |added: u64| i64::try_from(added).is_ok_and(|added| added < moment);
        let batches = self.index().catalogue().batches.iter().filter(|batch| is_before(batch.added));
        batches.flat_map(|batch| batch.first..batch.first + batch.pages).collect()
    }

    /// Forgets pages; how many that were not forgotten before.
    pub fn forget(&mut self, pages: &[u32]) -> Result<u64> {
        let before = self.index().forgotten().len();
        let mut forgotten = self.index().forgotten().to_vec();
        forgotten.extend_from_slice(pages);
        forgotten.sort_unstable();
        forgotten.dedup();
        let more = (forgotten.len() - before) as u64;
        if more == 0 {
            return Ok(0);
        }
        let mut catalogue = self.index().catalogue().clone();
        let bytes: Vec<u8> = forgotten.iter().flat_map(|page| page.to_le_bytes()).collect();
        let place = self.index().place().display().to_string();
        let file = self.file(&mut catalogue, "forgotten", |out| {
            let written = ContainerWriter::new(out, FORGOTTEN_MAGIC).and_then(|mut out| {
                out.section(0, &bytes)?;
                out.finish()
            });
            written.map_err(|cause| Error::disk(&place, &cause))
        })?;
        catalogue.forgotten = Some(file);
        self.replace(&catalogue)?;
        Ok(more)
    }
}
