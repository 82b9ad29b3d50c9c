//! Units of work that `--resume` takes from where they were kept ([`journal`](crate::io::journal)).
//!
//! A unit is a batch of records while inputs are read, a group of pairs while they are proved or aligned, some sites while
//! they are framed, and the search for candidates as a whole. What is not a unit (copies, decisions, tables) is done
//! again. Batches stand under a digest of all batches before them, so that whoever changes an input changes what
//! comes behind it, too; everything after reading stands under the digest of all that was read.

use super::Observer;
use super::settings::Reading;
use crate::error::Result;
use crate::hash;
use crate::io::batches::Batch;
use crate::io::journal::{Found, Journal};
use crate::io::source::Sources;
use crate::io::values;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::path::Path;

/// The journal beside `output`, if the run is to be resumable, for work described by `settings`.
pub(super) fn journal(
    reading: &Reading,
    sources: &Sources,
    output: &Path,
    settings: &dyn Debug,
    observer: &dyn Observer,
) -> Result<Journal> {
    if !reading.resume {
        let left = Journal::place(output);
        if left.exists() {
            observer.note(&format!(
                "{} holds what an earlier run has finished: --resume goes on from it; otherwise remove it",
                left.display()
            ));
        }
        return Ok(Journal::none());
    }
    let names: Vec<&str> = sources.list().iter().map(|source| source.name.as_str()).collect();
    let Reading { in_order, fields, site_by, longest_record, on_error, .. } = reading;
    let version = env!("CARGO_PKG_VERSION");
    let described = format!(
        "{version} {names:?} {in_order} {fields:?} {site_by:?} {longest_record} {on_error:?} {settings:?}"
    );
    let (journal, found) = Journal::open(output, hash::digest(described.as_bytes()))?;
    match found {
        Found::None => {}
        Found::Same => observer.note("goes on from what was finished before"),
        Found::Other => observer.note("what was finished before is of other settings: starts afresh"),
    }
    Ok(journal)
}

/// Where units of the work on some inputs are kept.
#[derive(Clone, Copy)]
pub struct Units<'a> {
    journal: &'a Journal,
    inputs: u128,
}

/// Of work that is done in one go.
static UNKEPT: Journal = Journal::none();

impl Units<'static> {
    /// Units that nobody keeps.
    pub(super) const fn unkept() -> Self {
        Units { journal: &UNKEPT, inputs: 0 }
    }
}

impl<'a> Units<'a> {
    /// Units that depend on what `inputs` is a digest of, and on the settings of the journal.
    pub(super) const fn new(journal: &'a Journal, inputs: u128) -> Self {
        Self { journal, inputs }
    }

    /// The same journal, for work on something more.
    pub(super) fn and(self, more: &str) -> Self {
        Self { inputs: chained(self.inputs, more.as_bytes()), ..self }
    }

    /// The result of a unit: kept before, or made. `part` tells it from the others of its `phase`.
    pub(super) fn unit<T: Serialize + DeserializeOwned, P: Serialize + ?Sized>(
        self,
        phase: &str,
        part: &P,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if !self.journal.is_kept() {
            return make();
        }
        self.journal.unit(chained(self.and(phase).inputs, &values::encode(part)?), make)
    }

    /// Results of batches that were kept, and the keys to keep those of the others under. The batches are chained: these
    /// units depend on them from now on.
    pub(super) fn recall<T: DeserializeOwned>(
        &mut self,
        batches: &[Batch],
    ) -> Result<Vec<(u128, Option<T>)>> {
        if !self.journal.is_kept() {
            return Ok(batches.iter().map(|_| (0, None)).collect());
        }
        let recall = |batch: &Batch| {
            let place = format!("{} {:?} {}", batch.source, batch.format, batch.offset);
            self.inputs = chained(self.and(&place).inputs, &batch.bytes);
            Ok((self.inputs, self.journal.recall(self.inputs)?))
        };
        batches.iter().map(recall).collect()
    }

    /// Keeps the result of a batch.
    pub(super) fn keep<T: Serialize>(&self, key: u128, result: &T) -> Result<()> {
        self.journal.keep(key, result)
    }
}

fn chained(before: u128, with: &[u8]) -> u128 {
    let mut bytes = before.to_le_bytes().to_vec();
    bytes.extend_from_slice(&hash::digest(with).to_le_bytes());
    hash::digest(&bytes)
}
