//! Fewer and smaller files: segments and tables become one each, as far as pages can be numbered in it, and what is
//! forgotten leaves the disk.

use super::adding::IndexWriter;
use super::folder::Index;
use crate::error::{Error, Result};
use crate::index::catalogue::{Catalogue, SegmentFiles};
use crate::index::segment::{PagesWriter, ProofsWriter, RememberedPage, SamplePage};
use crate::index::table::MOST_PAGES;
use crate::page::SiteNumbers;
use crate::pipeline::{Observer, go_on};
use std::collections::BTreeMap;

/// Pages between two looks at whether the user wants the work to stop.
const AT_ONCE: u32 = 1 << 14;

impl IndexWriter {
    /// Compacts the index.
    pub fn compact(&mut self, observer: &dyn Observer) -> Result<()> {
        let mut catalogue = self.index().catalogue().clone();
        let mut from = 0;
        let segments = std::mem::take(&mut catalogue.segments);
        observer.phase("compacting", u64::from(catalogue.pages()));
        while from < segments.len() {
            let mut pages = 0;
            let fits = segments[from..].iter().take_while(|segment| {
                pages += u64::from(segment.pages);
                pages <= MOST_PAGES
            });
            let count = fits.count().max(1);
            let merged = self.merged(&mut catalogue, &segments[from..from + count], from, observer)?;
            catalogue.segments.push(merged);
            from += count;
        }
        if !catalogue.tables.is_empty() {
            self.tables(&mut catalogue, None, true, observer)?;
        }
        self.replace(&catalogue)
    }

    /// Merges all segments from a place on.
    pub(super) fn merge_segments(
        &self,
        catalogue: &mut Catalogue,
        from: usize,
        observer: &dyn Observer,
    ) -> Result<()> {
        let last = catalogue.segments.split_off(from);
        let merged = self.merged(catalogue, &last, from, observer)?;
        catalogue.segments.push(merged);
        Ok(())
    }

    /// One segment of several, the first of which has the number `from`.
    fn merged(
        &self,
        catalogue: &mut Catalogue,
        files: &[SegmentFiles],
        from: usize,
        observer: &dyn Observer,
    ) -> Result<SegmentFiles> {
        let index = self.index();
        let (first, end) = (files[0].first, files[files.len() - 1].first + files[files.len() - 1].pages);
        let slots = catalogue.stamp.scheme.sketch.size();
        let place = index.place().display().to_string();
        let failed = |cause| Error::disk(&place, &cause);
        let rows = self.file(catalogue, "rows", |out| {
            let mut out = PagesWriter::new(out, end - first, slots).map_err(failed)?;
            let mut sites = SiteNumbers::default();
            for page in first..end {
                if (page - first).is_multiple_of(AT_ONCE) {
                    go_on(observer)?;
                    observer.advance(AT_ONCE.into());
                }
                out.page(&row(index, page, &mut sites)?).map_err(failed)?;
            }
            out.sites(&samples(&sites, index, first, end, from, files.len())?).map_err(failed)?;
            let mut sketch = Vec::new();
            for page in first..end {
                index.sketch(page, &mut sketch)?;
                if index.is_forgotten(page) {
                    sketch.fill(0);
                }
                out.sketch(&sketch).map_err(failed)?;
            }
            out.finish().map_err(failed)
        })?;
        go_on(observer)?;
        let proofs = if catalogue.stamp.proofs {
            Some(self.file(catalogue, "proofs", |out| {
                let mut out = ProofsWriter::new(out).map_err(failed)?;
                for page in first..end {
                    let stored =
                        if index.is_forgotten(page) { Vec::new() } else { index.stored_proof(page)? };
                    out.proof(&stored).map_err(failed)?;
                }
                out.finish().map_err(failed)
            })?)
        } else {
            None
        };
        Ok(SegmentFiles { first, pages: end - first, rows, proofs })
    }
}

/// The pages that the frames of these sites may be learned from. All that any segment lists: whoever asks for what
/// was known at an earlier time needs more of them than who asks now.
fn samples<'a>(
    sites: &'a SiteNumbers,
    index: &Index,
    first: u32,
    end: u32,
    from: usize,
    segments: usize,
) -> Result<Vec<(&'a str, Vec<SamplePage>)>> {
    let mut of_sites: BTreeMap<&str, Vec<SamplePage>> = BTreeMap::new();
    for (start, segment) in index.segments().skip(from).take(segments) {
        for site in segment.sites() {
            let Some(name) = sites.met(site) else { continue };
            let sample = segment.sample(site)?.into_iter().map(|page| (start + page.page, page));
            let sample =
                sample.filter(|&(page, _)| (first..end).contains(&page) && !index.is_forgotten(page));
            of_sites
                .entry(name)
                .or_default()
                .extend(sample.map(|(page, of)| SamplePage { page: page - first, ..of }));
        }
    }
    let sample = |name: &String| {
        let mut sample = of_sites.remove(name.as_str()).unwrap_or_default();
        sample.sort_unstable();
        sample
    };
    let samples: Vec<Vec<SamplePage>> = sites.names.iter().map(sample).collect();
    Ok(sites.names.iter().map(String::as_str).zip(samples).collect())
}

/// The row of a page; of a forgotten one its number is left.
fn row(index: &Index, page: u32, sites: &mut SiteNumbers) -> Result<RememberedPage> {
    if index.is_forgotten(page) {
        return Ok(RememberedPage { kept: page, site: sites.number(""), ..RememberedPage::default() });
    }
    let (mut row, site) = index.page(page)?;
    row.site = sites.number(site);
    Ok(row)
}
