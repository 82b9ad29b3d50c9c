//! `tamis dedup` spread over many machines: the same decisions, stage by stage, for an engine that moves rows.
//!
//! A [`Stage`] takes [`Row`]s whose keys are neighbours, sorted by key and order, and gives rows of several kinds. The
//! [`plan`] says which kinds of which stages go to which. An engine (Spark in the wheel, a few lines of sorting in the
//! tests) has nothing to do but to bring rows of one key together, in order, and to write down what stages give. So it
//! needs to know nothing of pages, and whatever it loses, it can do again: what a stage gives is a function of what it
//! takes.
//!
//! | stages | what they do | held at once |
//! |---|---|---|
//! | [`read`](mod@read) | records to pages, signatures, texts; [`super::ingest`] does it | a table |
//! | [`pages`] | one delivery of each page; one page of each group of equal words; samples of sites | a page, a sample |
//! | [`pairs`] | buckets to links, links to pairs whose signatures agree; blocks of pairs | a bucket, the pairs of a page |
//! | [`texts`] | texts to where they are needed: blocks, samples; frames; pairs verified in blocks | a block, a sample |
//! | [`components`] | rounds of star contraction | a row |
//! | [`decisions`] | a component's pages and verified pairs to removals and clusters; [`super::decide`] does it | a component |
//!
//! [`learn`] does the same for `tamis learn`.
//!
//! What differs from one machine: a page is known by its key and not by a number; pages have no order, so that `--keep
//! first` means nothing; and they stand in no file, so that rows have no `place`. Everything else is the same to the byte
//! (the tests compare it), short of two things that cannot be seen from outside: 64-bit hashes of two ids or sites that are equal,
//! and, under `--scope within-site`, pairs that meet in a bucket by a chance of 2⁻³² and yet agree.
//!
//! Texts are moved once to those who need them, signatures twice, band keys once. No step is quadratic: a bucket of a
//! million is linked to its leaders ([`crate::lsh::candidates`]), a page with many pairs is cut into blocks, and a
//! million copies are one page until the decision.

pub mod components;
pub mod context;
pub mod decisions;
pub mod learn;
pub mod pages;
pub mod pairs;
pub mod plan;
pub mod read;
pub mod rows;
pub mod sums;
pub mod texts;

use crate::error::Result;
use rows::{Row, Rows};

/// A function of groups of rows.
pub trait Stage: Send + Sync {
    /// Takes a row; those of one key come one after the other, ascending.
    fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()>;

    /// The last row of a key has been taken.
    fn end(&mut self, key: &[u8], out: &mut Rows) -> Result<()> {
        let _ = (key, out);
        Ok(())
    }
}

/// Tells a stage where groups end, and gives what it counted behind the last one.
pub struct Grouped {
    stage: Box<dyn Stage>,
    key: Option<Vec<u8>>,
}

impl Grouped {
    /// Nothing was taken yet.
    pub fn new(stage: Box<dyn Stage>) -> Self {
        Self { stage, key: None }
    }

    /// Takes the next row.
    pub fn row(&mut self, row: Row<'_>, out: &mut Rows) -> Result<()> {
        if self.key.as_deref() != Some(row.key) {
            self.end(out)?;
            self.key = Some(row.key.to_vec());
        }
        self.stage.row(row, out)
    }

    /// There are no more rows.
    pub fn finish(mut self, out: &mut Rows) -> Result<()> {
        self.end(out)?;
        out.push_sums()
    }

    fn end(&mut self, out: &mut Rows) -> Result<()> {
        match self.key.take() {
            Some(key) => self.stage.end(&key, out),
            None => Ok(()),
        }
    }
}
