//! Reading for a job: which bands, what is made of each page, and again with bands for more pages if need be.

use super::dedup::Stripping;
use super::ingest::{Fingerprint, Ingested, Wanted, ingest};
use super::resume::Units;
use super::settings::{Method, Settings};
use super::{Observer, needs};
use crate::error::Result;
use crate::io::source::Sources;
use crate::io::tables::TableWriter;
use crate::lsh::banding::{Banding, size_class};
use std::path::Path;

/// Reads all inputs, with the bands of the index, or with bands chosen for as many pages as there are.
pub(super) fn read(
    sources: &mut Sources,
    settings: &Settings,
    stripping: &Stripping<'_>,
    of_index: Option<(Banding, u64)>,
    units: &mut Units<'_>,
    folder: &Path,
    observer: &dyn Observer,
) -> Result<(Ingested, Option<(Banding, u64)>)> {
    let known = of_index.map(|(_, expected)| expected).or(settings.expect_pages);
    let mut expected = size_class(known.unwrap_or(stripping.pages));
    loop {
        observer.phase("reading", sources.packed_bytes());
        let banding = match settings.method {
            Method::MinHash => Some(match of_index {
                Some((banding, _)) => banding,
                None => Banding::for_promise(settings.threshold, settings.recall, expected)?,
            }),
            Method::SimHash | Method::Exact => None,
        };
        let fingerprint = match (banding, settings.method) {
            (Some(banding), _) => Fingerprint::MinHash { slots: banding.slots() },
            (None, Method::SimHash) => Fingerprint::SimHash,
            (None, _) => Fingerprint::Rarity,
        };
        // Whoever says how many pages to expect gets bands for so many, whatever comes; without bands, any number
        // will do.
        let any = known.is_some() || banding.is_none();
        let most_pages = if any { u64::MAX } else { expected };
        let stripper = stripping.by.map(|(stripper, _)| stripper);
        let slots = banding.map_or(0, |banding| banding.slots().into());
        needs::tell(sources, settings, (slots, stripper.is_some()), observer)?;
        *units = units.and(&format!("{fingerprint:?} {:?}", stripping.by.map(|(_, of)| of)));
        let mut rejects = TableWriter::create(folder, "rejects.jsonl", settings.tables)?;
        let ingested = ingest(
            sources,
            settings,
            units,
            Wanted { fingerprint, stripper, most_pages },
            observer,
            &mut |row| rejects.row(&row),
        )?;
        if ingested.pages.len() as u64 <= most_pages {
            rejects.finish()?;
            return Ok((ingested, banding.map(|banding| (banding, expected))));
        }
        observer.note(&format!(
            "more than {most_pages} pages: reading again with bands for more (--expect-pages avoids this)"
        ));
        rejects.remove()?;
        sources.rewind()?;
        expected = size_class(expected + 1);
    }
}
