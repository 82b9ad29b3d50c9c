//! Removals for pages of earlier batches, proved by what the index remembers of them.

use super::{Earlier, Judge};
use crate::error::{Error, ErrorKind, Result};
use crate::index::proof;
use crate::io::tables::read_rows;
use crate::pipeline::copies::Copies;
use crate::pipeline::index::folder::Index;
use crate::pipeline::index::lookup::{By, of_digest};
use crate::pipeline::index::recall::{mark_delivered, remembered};
use crate::pipeline::index::rows::RedeliveredRow;
use crate::pipeline::ingest::Ingested;
use crate::pipeline::manifest::{MANIFEST, Manifest};
use crate::pipeline::prove::TextReader;
use crate::pipeline::rows::{INDEX, RemovedRow, hex};
use crate::pipeline::settings::Scope;
use crate::shingle::ShingleSet;
use crate::similarity::Overlap;
use crate::text::words::hash_words;
use crate::verify::Evidence;
use std::collections::BTreeSet;
use std::path::Path;

/// The index that a folder was decided against, and how many of its pages came before.
pub(super) fn open(manifest: &Manifest, folder: &Path, index: Option<&Path>) -> Result<Option<(Index, u32)>> {
    let name = folder.join(MANIFEST).display().to_string();
    match (&manifest.index, index) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Error::usage("--index", "is for a folder that was made with --index")),
        (Some(_), None) => Err(Error::new(ErrorKind::Usage, name, "was decided against an index")
            .next_step("name it with --index DIR")),
        (Some(_), Some(place)) => {
            let index = Index::open(place)?;
            let batch = index.catalogue().batch(&manifest.batch).map(|batch| batch.first);
            let view = batch.ok_or_else(|| {
                let fault = format!("has no batch {}", manifest.batch);
                Error::new(ErrorKind::Saved, place.display().to_string(), fault)
                    .next_step("name the index that the folder was made with")
            })?;
            Ok(Some((index, view)))
        }
    }
}

/// Appends the old pages that removals name to those of the run, and marks pages that were delivered before; what does not
/// fit `redelivered.jsonl`.
pub(super) fn recall(
    folder: &Path,
    Earlier { index, view }: Earlier<'_>,
    rows: &[RemovedRow],
    scope: Scope,
    ingested: &mut Ingested,
    copies: &mut Copies,
) -> Result<Option<String>> {
    let redelivered = mark_delivered(index, view, &ingested.pages, scope, copies)?;
    let found: BTreeSet<(String, String)> = redelivered
        .iter()
        .map(|&(page, _)| (ingested.pages.id(page).to_owned(), hex(ingested.pages.row(page).digest)))
        .collect();
    let stated: Vec<RedeliveredRow> = read_rows(folder, "redelivered.jsonl")?;
    let stated: BTreeSet<(String, String)> = stated.into_iter().map(|row| (row.id, row.digest)).collect();

    let mut old = BTreeSet::new();
    for row in rows.iter().filter(|row| row.evidence == INDEX) {
        let digest = u128::from_str_radix(&row.kept_digest, 16).unwrap_or_default();
        let key = crate::page::key(&row.kept, digest);
        for page in index.find(By::Key, of_digest(key), usize::MAX)?.into_iter().filter(|&page| page < view) {
            let (of, _) = index.page(page)?;
            // Of several deliveries the one that was decided; nobody is removed for a page that was removed itself.
            if of.id == row.kept
                && of.digest == digest
                && of.kept == page
                && index.batch_of(page) == row.batch
            {
                old.insert(page);
            }
        }
    }
    let old: Vec<_> = old.into_iter().map(|page| remembered(index, page)).collect::<Result<_>>()?;
    ingested.pages.remember(old);
    let is_forgetful = index.forgotten().iter().any(|&page| page < view);
    Ok((found != stated && !is_forgetful).then(|| {
        format!(
            "redelivered.jsonl: {} pages, which are not the {} that earlier batches delivered",
            stated.len(),
            found.len()
        )
    }))
}

impl Judge<'_> {
    /// Removals that name pages of earlier batches, and of these, those whose kept page is forgotten.
    pub(super) fn recalled(&self, rows: &[RemovedRow]) -> (u64, u64) {
        let old = rows.iter().filter(|row| row.evidence == INDEX);
        let (forgotten, known): (Vec<&RemovedRow>, Vec<&RemovedRow>) =
            old.partition(|row| self.is_forgotten(row));
        (known.len() as u64, forgotten.len() as u64)
    }

    /// Whether the kept page of a removal is gone because the index was told to forget pages.
    pub(super) fn is_forgotten(&self, row: &RemovedRow) -> bool {
        let forgets = self.earlier.is_some_and(|earlier| !earlier.index.forgotten().is_empty());
        row.evidence == INDEX && forgets && self.find(&row.kept, &row.kept_digest).is_none()
    }

    /// What is wrong with a removal for a page of an earlier batch, if anything is.
    pub(super) fn recalled_fault(
        &self,
        row: &RemovedRow,
        (page, kept): (u32, u32),
        reader: &mut TextReader<'_>,
    ) -> Result<Option<String>> {
        let pages = self.texts.pages;
        let (Some(Earlier { index, .. }), Some(of)) = (self.earlier, pages.remembered(kept)) else {
            return Ok(Some(format!("{}: its kept page is in no index", row.id)));
        };
        let set = reader.read(page, |text| {
            let mut words = Vec::new();
            hash_words(text, &mut words);
            proof::reduced(&ShingleSet::of_words(&words, self.manifest.settings.ngram))
        })?;
        let of_kept = index.proof(of.number)?.unwrap_or_default();
        let same_words = pages.row(page).words == pages.row(kept).words;
        let site = pages.site(self.copies.representative[page as usize]);
        let (own_site, kept_site) = (pages.site(page), pages.site(kept));
        let frame = self.frame.of_pair(site, kept_site);
        let evidence = Evidence {
            overlap: Overlap::of(&set, &of_kept),
            same_words,
            same_site: site == kept_site,
            common: frame.map(|frame| frame.common(&set, &of_kept)),
        };
        let fault = self.compare(row, (own_site, kept_site), &evidence, INDEX);
        Ok(fault.map(|fault| format!("{} (kept {}, of an earlier batch): {fault}", row.id, row.kept)))
    }
}
