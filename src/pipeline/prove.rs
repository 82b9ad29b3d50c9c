//! Candidate pairs to verified ones, from the texts read again.
//!
//! Texts are read component by component of the candidate graph, so that a page is read once wherever its
//! component fits the budget; shingle sets live no longer than their component. Memory is bounded by the
//! budget, not by the text.

use super::index::folder::Index;
use super::passages::least_shared;
use super::resume::Units;
use super::settings::Settings;
use super::{Observer, go_on};
use crate::cluster::components::DisjointSets;
use crate::error::{Error, ErrorKind, Result};
use crate::frame::common::Frame;
use crate::hash;
use crate::index::proof;
use crate::io::plain::PlainReader;
use crate::io::record::{Parser, Record};
use crate::io::source::{Format, Sources};
use crate::page::{Pages, STRIPPED};
use crate::shingle::ShingleSet;
use crate::similarity::Overlap;
use crate::text::words::hash_words;
use crate::verify::{Evidence, Relation, Rule};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// What the texts showed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Proof {
    /// Pairs that are something to each other, ascending.
    pub findings: Vec<Finding>,
    /// Pairs that are nothing to each other but share enough for a passage, ascending; if passages are looked for.
    pub sharing: Vec<(u32, u32)>,
    /// Shingles of the pages asked for.
    pub sizes: BTreeMap<u32, u32>,
    /// Fingerprints of the frames of pages that are of a template.
    pub forms: BTreeMap<u32, u64>,
}

/// What the texts of a pair showed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The smaller page number.
    pub a: u32,
    /// The larger page number.
    pub b: u32,
    /// What they are to each other; not `exact`, since pages of equal words are one page here.
    pub relation: Relation,
    /// Exact counts, those of `a` first.
    pub evidence: Evidence,
}

/// What came of a pair.
enum Compared {
    Found(Finding),
    Sharing(u32, u32),
}

impl Proof {
    /// What was found of two pages, the counts of `page` first.
    pub fn of(&self, page: u32, other: u32) -> Option<Finding> {
        let pair = (page.min(other), page.max(other));
        let at = self.findings.binary_search_by_key(&pair, |finding| (finding.a, finding.b)).ok()?;
        let found = self.findings[at];
        Some(if found.a == page { found } else { Finding { evidence: found.evidence.swapped(), ..found } })
    }

    /// Takes in what other texts showed.
    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.sharing.extend(other.sharing);
        self.sizes.extend(other.sizes);
        self.forms.extend(other.forms);
    }

    /// How many pairs have this relation.
    pub fn count(&self, relation: Relation) -> u64 {
        self.findings.iter().filter(|finding| finding.relation == relation).count() as u64
    }
}

/// Verifies `pairs` by `frame` and measures the pages of `sized`. Pages of earlier batches are proved by what the index
/// remembers of them.
pub(super) fn prove(
    texts: &Texts<'_>,
    frame: &Frame,
    pairs: &[(u32, u32)],
    sized: &[u32],
    index: Option<&Index>,
    units: Units<'_>,
    observer: &dyn Observer,
) -> Result<Proof> {
    let mut proof = Proof::default();
    let mut pairs = by_component(pairs, texts.pages.len_with_remembered());
    // A page to be measured is a pair with itself.
    pairs.extend(sized.iter().map(|&page| (page, page)));
    observer.phase("proving", pairs.len() as u64);
    // Unless a single pair has more.
    let budget = texts.settings.reading.memory.compared_texts();
    let mut rest = pairs.as_slice();
    while !rest.is_empty() {
        go_on(observer)?;
        let (now, later) = rest.split_at(texts.pairs_within_budget(rest, budget));
        proof.add(units.unit("prove", now, || prove_together(texts, frame, index, now))?);
        observer.advance(now.len() as u64);
        rest = later;
    }
    proof.findings.par_sort_unstable_by_key(|finding| (finding.a, finding.b));
    proof.sharing.par_sort_unstable();
    Ok(proof)
}

/// What the texts of some pairs show, all of them in memory at once; sizes of pages that are paired with themselves.
fn prove_together(
    texts: &Texts<'_>,
    frame: &Frame,
    index: Option<&Index>,
    now: &[(u32, u32)],
) -> Result<Proof> {
    let Texts { pages, settings, .. } = *texts;
    let least_shared = if settings.passages { least_shared(settings.ngram) } else { u32::MAX };
    let mut proof = Proof::default();
    let mut members: Vec<u32> = now.iter().flat_map(|&(a, b)| [a, b]).collect();
    members.sort_unstable();
    members.dedup();
    let (own, old) = members.split_at(members.partition_point(|&page| (page as usize) < pages.len()));
    let mut sets = texts.map_sets(own, |set| set)?;
    sets.extend(remembered(pages, index, old)?);
    let set = |page: u32| &sets[members.partition_point(|&member| member < page)];
    let rule = settings.rule();
    let compared = |&(a, b): &(u32, u32)| {
        let is_old = pages.remembered(b).is_some();
        let of_a = if is_old { &proof::reduced(set(a)) } else { set(a) };
        // Equal words of one batch were collapsed before.
        let same_words = is_old && pages.row(a).words == pages.row(b).words;
        let (overlap, found) =
            compare(rule, frame, (pages.site(a), pages.site(b)), (of_a, set(b)), same_words);
        // A passage is shown in two texts, and of an old page there is none.
        let may_share = || {
            !is_old && overlap.shared >= least_shared && {
                let judged_by = [a, b].into_iter().find_map(|page| frame.of_site(pages.site(page)));
                judged_by.is_none_or(|frame| frame.own_of_both(of_a, set(b)) >= least_shared)
            }
        };
        let found = found.map(|(relation, evidence)| Compared::Found(Finding { a, b, relation, evidence }));
        found.or_else(|| may_share().then_some(Compared::Sharing(a, b)))
    };
    let compared: Vec<Compared> = now.par_iter().filter(|(a, b)| a != b).filter_map(compared).collect();
    for compared in compared {
        match compared {
            Compared::Found(found) => proof.findings.push(found),
            Compared::Sharing(a, b) => proof.sharing.push((a, b)),
        }
    }
    for found in proof.findings.iter().filter(|finding| finding.relation == Relation::Template) {
        let form = |page: u32| {
            let is_own = pages.remembered(page).is_none();
            is_own.then(|| Some((page, frame.of_site(pages.site(page))?.form(set(page))?))).flatten()
        };
        proof.forms.extend([found.a, found.b].into_iter().filter_map(form));
    }
    proof.sizes.extend(now.iter().filter(|(a, b)| a == b).map(|&(page, _)| (page, set(page).len() as u32)));
    Ok(proof)
}

/// How two pages overlap and what they are to each other, of these sites and with these shingles, in both the first page's
/// first.
pub(super) fn compare(
    rule: Rule,
    frame: &Frame,
    sites: (&str, &str),
    (a, b): (&ShingleSet, &ShingleSet),
    same_words: bool,
) -> (Overlap, Option<(Relation, Evidence)>) {
    let overlap = Overlap::of(a, b);
    if !rule.may_relate(overlap) {
        return (overlap, None);
    }
    let common = frame.of_pair(sites.0, sites.1).map(|pair| pair.common(a, b));
    let evidence = Evidence { overlap, same_words, same_site: sites.0 == sites.1, common };
    (overlap, rule.relation(&evidence).map(|relation| (relation, evidence)))
}

/// What the index remembers of the shingles of pages of earlier batches.
fn remembered(pages: &Pages, index: Option<&Index>, old: &[u32]) -> Result<Vec<ShingleSet>> {
    let set = |&page: &u32| match (index, pages.remembered(page)) {
        (Some(index), Some(of)) => Ok(index.proof(of.number)?.unwrap_or_default()),
        _ => Ok(ShingleSet::default()),
    };
    old.par_iter().map(set).collect()
}

/// Pairs with those of one component side by side.
pub(super) fn by_component(pairs: &[(u32, u32)], pages: usize) -> Vec<(u32, u32)> {
    let mut sets = DisjointSets::new(pages);
    pairs.iter().for_each(|&(a, b)| sets.union(a, b));
    let mut keyed: Vec<(u32, u32, u32)> = pairs.iter().map(|&(a, b)| (sets.root(a), b, a)).collect();
    keyed.par_sort_unstable();
    keyed.into_iter().map(|(_, b, a)| (a, b)).collect()
}

/// Reads texts again.
pub(super) struct Texts<'a> {
    pub(super) sources: &'a Sources,
    pub(super) pages: &'a Pages,
    pub(super) settings: &'a Settings,
}

impl Texts<'_> {
    /// How many of the first pairs have texts within a budget of bytes; at least one.
    pub(super) fn pairs_within_budget(&self, pairs: &[(u32, u32)], budget: u64) -> usize {
        let mut met = HashSet::new();
        let mut total = 0;
        let fits = pairs.iter().take_while(|&&(a, b)| {
            let new = [a, b].into_iter().filter(|&page| met.insert(page));
            total += new.map(|page| u64::from(self.pages.row(page).text_bytes) + 64).sum::<u64>();
            total <= budget
        });
        fits.count().max(1)
    }

    /// `make` of the shingle set of each page, in the order of `pages`, which must ascend.
    pub(super) fn map_sets<T: Send>(
        &self,
        pages: &[u32],
        make: impl Fn(ShingleSet) -> T + Sync,
    ) -> Result<Vec<T>> {
        self.map_texts(pages, |_, text, words| {
            words.clear();
            hash_words(text, words);
            make(ShingleSet::of_words(words, self.settings.ngram))
        })
    }

    /// `make` of the text of each page, and of a space for words that is used again, in the order of `pages`, which
    /// must ascend.
    pub(super) fn map_texts<T: Send>(
        &self,
        pages: &[u32],
        make: impl Fn(u32, &str, &mut Vec<u64>) -> T + Sync,
    ) -> Result<Vec<T>> {
        let nested: Vec<Vec<T>> = pages
            .par_chunks(32)
            .with_max_len(1)
            .map(|some| {
                let mut worker = TextReader::new(self);
                let mut words = Vec::new();
                some.iter()
                    .map(|&page| worker.read(page, |text| make(page, text, &mut words)))
                    .collect::<Result<Vec<T>>>()
            })
            .collect::<Result<_>>()?;
        Ok(nested.into_iter().flatten().collect())
    }
}

/// Reads the texts of pages one after another.
pub(super) struct TextReader<'a> {
    texts: &'a Texts<'a>,
    plain: PlainReader<'a>,
    raw: Vec<u8>,
    parser: Parser,
}

impl<'a> TextReader<'a> {
    pub(super) fn new(texts: &'a Texts<'a>) -> Self {
        Self { texts, plain: texts.sources.plain(), raw: Vec::new(), parser: Parser::default() }
    }

    /// Hands the text of a page to `use_text`; fails if it is not the text that was read before.
    pub(super) fn read<T>(&mut self, page: u32, use_text: impl FnOnce(&str) -> T) -> Result<T> {
        self.record(page, |record| use_text(&record.text))
    }

    /// Hands the record of a page to `use_record`; fails if its text is not the text that was read before. Of a text file
    /// there is nothing but its text.
    pub(super) fn record<T>(&mut self, page: u32, use_record: impl FnOnce(&Record<'_>) -> T) -> Result<T> {
        let row = self.texts.pages.row(page);
        self.plain.record(row.location, &mut self.raw)?;
        let changed = || {
            let file = &self.texts.sources.get(row.file).name;
            let place = format!("{file}:{}", row.location.record);
            Error::new(ErrorKind::Input, place, "changed while Tamis was reading it").next_step("run again")
        };
        let record = match self.texts.sources.format(row.location) {
            Format::PlainText => {
                let text = std::str::from_utf8(&self.raw).map_err(|_| changed())?;
                Record { text: text.into(), ..Record::default() }
            }
            _ => self.parser.parse(&self.raw, &self.texts.settings.reading.fields).map_err(|_| changed())?,
        };
        // Nobody but this process can change a stripped page.
        let is_unchanged =
            row.location.source == STRIPPED || hash::digest(record.text.as_bytes()) == row.digest;
        if is_unchanged { Ok(use_record(&record)) } else { Err(changed()) }
    }
}
