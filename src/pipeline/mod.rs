//! The local conductor: drives the pure stages over files with threads, bounded memory and progress.
//!
//! * [`settings`]: what a run is asked to do, validated once.
//! * [`budget`]: how much memory each part may hold.
//! * [`dedup`]: **start here**: reading, candidates, proof, decision and output in order.
//! * [`waves`]: the reading loop: batches in parallel, outcomes in order.
//! * [`records`]: the records of all inputs, one by one, counted.
//! * `read`: which bands, and reading with them. [`held`]: what is held of each page besides its row.
//! * [`ingest`]: records to pages, signatures and fingerprints.
//! * [`copies`]: pages delivered twice, pages of equal words.
//! * [`signed`]: signatures, in memory or on disk.
//! * [`propose`]: candidate pairs, by signatures, by fingerprints or by the exact join.
//! * [`sampled`]: more candidate pairs, of pages that may share a passage.
//! * [`freeze`]: what the pages of each site have in common; [`frames`]: its file.
//! * [`prove`]: candidate pairs to verified ones, from the texts read again.
//! * `needs`: what will be needed on disks.
//! * [`passages`]: where verified pairs share passages, and what kind of containment that is.
//! * [`decide`]: removals and clusters. [`templates`]: pages of one template.
//! * [`stories`]: clusters over several sites: their editions, sources, and who reprints whom.
//! * [`rows`], [`write`](mod@write): the tables; kept records byte for byte; [`formats`]: in the formats that they came in.
//! * [`manifest`]: what a run was and counted; `counting`: the counts.
//! * [`replay`]: `tamis verify`: every removal proved again from raw text, with strings instead of hashes.
//! * [`learn`]: what is remembered of each site; [`profiles`]: its file.
//! * [`changes`]: what is new on a site since a profile was learned.
//! * [`stored`]: a profile of any number of sites; `gathering`, `site_runs`: how it is gathered. [`condemn`]: a profile as the judge of [`strip`];
//!   `recent`: the sites it holds; `watches`: their newest pages.
//! * [`rules`]: what profiles say, compared, and changed by a person.
//! * [`strip`]: lines cut out of every page, as a judge says; tables that remember them.
//! * [`run`](mod@run): `tamis run`: strip, then dedup what is left; `stripped`: the pages between the two.
//! * [`report`](mod@report): what is found of the pages, written for people and programs; `shown`: the pages it shows.
//!   `known_sites`: what pages are examined by.
//! * `resume`: units of work that are not done twice.
//! * [`restore`]: the inputs of `tamis strip`, byte for byte.
//! * [`spread`]: dedup, stage by stage, for engines that hold the pages on many machines.
//! * [`explain`]: why a page was removed or kept; how two texts relate. [`explain_line`], [`explain_places`]: why a line was judged so.

pub mod budget;
pub mod changes;
pub mod clock;
pub mod condemn;
pub mod copies;
mod counting;
pub mod decide;
pub mod dedup;
pub mod explain;
pub mod explain_line;
pub mod explain_places;
pub mod formats;
pub mod frames;
pub mod freeze;
mod gathering;
pub mod held;
pub mod index;
mod indexed;
pub mod ingest;
mod known_sites;
pub mod learn;
pub mod manifest;
mod needs;
pub mod passages;
pub mod profiles;
pub mod propose;
pub mod prove;
mod read;
mod recent;
pub mod records;
pub mod replay;
pub mod report;
pub mod restore;
mod resume;
pub mod rows;
pub mod rules;
pub mod run;
pub mod sampled;
pub mod settings;
pub mod shown;
pub mod signed;
mod site_runs;
pub mod spread;
pub mod stored;
pub mod stories;
pub mod strip;
mod stripped;
pub mod templates;
mod watches;
pub mod waves;
pub mod write;

use crate::error::{Error, Result};

/// What a run tells while it works, and whether it should stop. Nothing it does changes a result.
pub trait Observer: Sync {
    /// A phase of the work begins; `total` is in the unit of [`advance`](Self::advance), 0 if not known.
    fn phase(&self, _name: &'static str, _total: u64) {}

    /// This much more of the phase is done: bytes when reading and writing, pairs when proving.
    fn advance(&self, _by: u64) {}

    /// Something that the user should know although the work goes on.
    fn note(&self, _message: &str) {}

    /// Whether the user wants the work to stop.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// An observer that looks away.
#[derive(Debug)]
pub struct Silent;

impl Observer for Silent {}

/// Fails if the user wants the work to stop.
fn go_on(observer: &dyn Observer) -> Result<()> {
    if observer.is_cancelled() { Err(Error::interrupted()) } else { Ok(()) }
}
