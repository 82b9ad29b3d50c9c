//! Where verified pairs share passages, and what kind of containment that is.
//!
//! Texts are read again, those of one component of pairs together and within a budget, as for the proof.

use super::prove::{Finding, Proof, Texts, by_component};
use super::resume::Units;
use super::settings::Settings;
use super::{Observer, go_on};
use crate::error::Result;
use crate::frame::common::Frame;
use crate::io::source::Sources;
use crate::page::Pages;
use crate::passage::align::{AlignedText, LEAST_WORDS, Passage, align};
use crate::passage::kind::{Kind, kind_of};
use crate::shingle::Ngram;
use crate::text::words::PlacedWords;
use crate::verify::Relation;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Shingles in no template that a pair with a passage shares at least: those of the shortest passage in the shortest runs.
/// A word in no template is a word that no shingle of a template covers, so that each shingle over it counts. Shingles
/// count once: a passage that repeats itself may share fewer.
pub fn least_shared(ngram: Ngram) -> u32 {
    let run = Ngram::SAMPLED.words();
    let of_run = (run + 1).saturating_sub(ngram.words());
    (LEAST_WORDS / run * of_run) as u32
}

/// What two pages share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The page of the smaller id.
    pub a: u32,
    /// The page of the larger id.
    pub b: u32,
    /// What they are to each other.
    pub relation: Option<Relation>,
    /// Of a contained pair.
    pub kind: Option<Kind>,
    /// Ascending by place in `a`.
    pub passages: Vec<SharedPassage>,
}

impl Shared {
    /// The pair, the smaller page number first.
    pub fn pair(&self) -> (u32, u32) {
        (self.a.min(self.b), self.a.max(self.b))
    }
}

/// A passage, in bytes of the original texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedPassage {
    /// Bytes of the first text.
    pub a: Range<u32>,
    /// Bytes of the second text.
    pub b: Range<u32>,
    /// Equal words.
    pub words: u32,
}

/// What the settings ask for: the kinds of contained pairs; the passages of all pairs that may
/// have one. Ascending by page numbers.
pub fn shared_passages(
    sources: &Sources,
    pages: &Pages,
    settings: &Settings,
    frame: &Frame,
    proof: &Proof,
    units: Units<'_>,
    observer: &dyn Observer,
) -> Result<Vec<Shared>> {
    let texts = Texts { sources, pages, settings };
    // Of pages of earlier batches there is no text.
    let mut wanted = wanted(settings, proof);
    wanted.retain(|&(_, b)| pages.remembered(b).is_none());
    let pairs = by_component(&wanted, pages.len());
    observer.phase("aligning", pairs.len() as u64);
    let mut found: Vec<Shared> = Vec::with_capacity(pairs.len());
    // With their words and seeds; unless a single pair has more.
    let budget = settings.reading.memory.aligned_texts();
    let mut rest = pairs.as_slice();
    while !rest.is_empty() {
        go_on(observer)?;
        let (now, later) = rest.split_at(texts.pairs_within_budget(rest, budget));
        found.extend(units.unit("align", now, || {
            let mut members: Vec<u32> = now.iter().flat_map(|&(a, b)| [a, b]).collect();
            members.sort_unstable();
            members.dedup();
            let aligned = texts.map_texts(&members, |page, text, _| {
                let frame = frame.of_site(pages.site(page));
                let is_template = |shingle| frame.is_some_and(|frame| frame.has(shingle));
                AlignedText::new(PlacedWords::of(text), settings.ngram, is_template)
            })?;
            let text = |page: u32| &aligned[members.partition_point(|&member| member < page)];
            let aligned = now.par_iter().map(|&(a, b)| {
                let (a, b) = in_order_of_ids(pages, a, b);
                shared((a, text(a)), (b, text(b)), proof.of(a, b))
            });
            Ok(aligned.collect::<Vec<Shared>>())
        })?);
        observer.advance(now.len() as u64);
        rest = later;
    }
    found.par_sort_unstable_by_key(Shared::pair);
    Ok(found)
}

fn wanted(settings: &Settings, proof: &Proof) -> Vec<(u32, u32)> {
    let is_wanted =
        |relation: Relation| settings.passages || (settings.seeks_kinds() && relation == Relation::Contained);
    let found = proof.findings.iter().filter(|found| is_wanted(found.relation));
    found.map(|found| (found.a, found.b)).chain(proof.sharing.iter().copied()).collect()
}

/// The pair as it is told, and aligned: page numbers follow from file names, ids and texts do not.
pub(super) fn in_order_of_ids(pages: &Pages, a: u32, b: u32) -> (u32, u32) {
    let order = |page: u32| (pages.id(page), pages.row(page).digest);
    if order(a) <= order(b) { (a, b) } else { (b, a) }
}

fn shared(
    (a, text_a): (u32, &AlignedText),
    (b, text_b): (u32, &AlignedText),
    found: Option<Finding>,
) -> Shared {
    let contained = found.filter(|found| found.relation == Relation::Contained);
    let kind = contained.map(|found| kind_of(found.evidence.overlap, text_a, text_b));
    let in_bytes = |passage: Passage| SharedPassage {
        a: text_a.bytes(&passage.a),
        b: text_b.bytes(&passage.b),
        words: passage.equal,
    };
    let mut passages: Vec<SharedPassage> =
        align(text_a, text_b, LEAST_WORDS).into_iter().map(in_bytes).collect();
    passages.sort_unstable_by_key(|passage| (passage.a.start, passage.b.start));
    Shared { a, b, relation: found.map(|found| found.relation), kind, passages }
}
