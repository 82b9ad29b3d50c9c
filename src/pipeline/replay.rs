//! `tamis verify`: every removal proved again from raw text.
//!
//! Nothing of the fast path is trusted: texts are read anew, words are strings, shingles are windows of
//! strings, and no hash decides anything but which text is meant. Besides each removal, the laws of the whole
//! are checked: no kept page is removed, no page is removed twice, clusters and counts agree with the removals
//! (`replay/whole.rs`), stories are told as the pages' dates and titles tell them (`replay/told.rs`), and the pages written are exactly the records that were not removed, byte for byte
//! (`replay/written.rs`).
//!
//! Of a kept page of an earlier batch there is no text: such a removal is proved by the shingles that the index
//! remembers, and counted apart (`replay/recalled.rs`).

mod recalled;
mod told;
mod whole;
mod written;

use super::condemn::ProfileJudge;
use super::copies::Copies;
use super::freeze::{Earlier, freeze};
use super::ingest::{Fingerprint, Ingested, Wanted, ingest};
use super::manifest::{MANIFEST, Manifest, StripReport};
use super::prove::{TextReader, Texts};
use super::resume::Units;
use super::rows::{ClusterRow, FramedRow, RemovedRow, SyndicationRow, TEXT, TemplateRow};
use super::run::PROFILE;
use super::settings::{Scope, Settings};
use super::stripped::Stripper;
use super::{Observer, frames, go_on};
use crate::difference::{string_common, string_overlap};
use crate::error::{Error, ErrorKind, Result};
use crate::frame::common::Frame;
use crate::io::source::Sources;
use crate::io::tables::{read_document, read_rows};
use crate::similarity::Overlap;
use crate::text::PROFILE_VERSION;
use crate::text::reference::{Word, words};
use crate::verify::{Evidence, Rule};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the replay found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Removals in the folder.
    pub removals: u64,
    /// Of these, proved from text.
    pub proved_from_text: u64,
    /// Of these, proved from stored hashes.
    pub proved_from_hashes: u64,
    /// Of these, removed for pages that the index has forgotten since: nobody can prove them any more.
    pub forgotten: u64,
    /// Pages of the folder that were compared with the input, byte for byte.
    pub pages_compared: u64,
    /// What does not fit; empty if all is well.
    pub mismatches: Vec<String>,
}

/// Replays the removals of `folder` from `inputs`, and from the `index` that it was decided against, if it was.
pub fn replay(
    folder: &Path,
    inputs: &[PathBuf],
    index: Option<&Path>,
    temp_dir: PathBuf,
    observer: &dyn Observer,
) -> Result<Report> {
    let manifest: Manifest = read_document(folder, MANIFEST)?;
    let rows: Vec<RemovedRow> = read_rows(folder, "removed.jsonl")?;
    let earlier = recalled::open(&manifest, folder, index)?;
    let earlier = earlier.as_ref().map(|(index, view)| Earlier { index, view: *view });
    let mut again = Again::open(&manifest, folder, inputs, temp_dir)?;
    let frame = frames::read(folder, &manifest.frame, again.settings.ngram)?;
    let mut ingested = again.read(observer)?;
    let stripped = ingested.stripped.take();
    let Again { sources, settings, .. } = again;
    let mut copies = Copies::find(&ingested.pages, settings.scope);
    let mut report = Report { removals: rows.len() as u64, ..Report::default() };
    if let Some(earlier) = earlier {
        report.mismatches.extend(recalled::recall(
            folder,
            earlier,
            &rows,
            settings.scope,
            &mut ingested,
            &mut copies,
        )?);
        frame.sites().for_each(|site| ingested.pages.know_site(site));
    }
    let pages = &ingested.pages;
    // Of several deliveries the one that was decided.
    let is_decided = |&page: &u32| !copies.redelivered.get(page as usize).is_some_and(|is_again| *is_again);
    let by_key: BTreeMap<(&str, u128), u32> = (0..pages.len_with_remembered() as u32)
        .filter(is_decided)
        .map(|page| ((pages.id(page), pages.row(page).digest), page))
        .collect();

    // Without pages that have been forgotten since the frames would be others.
    let is_known =
        earlier.is_none_or(|Earlier { index, view }| index.forgotten().iter().all(|&page| page >= view));
    if is_known && freeze(&sources, &ingested, &settings, earlier, Units::unkept(), observer)?.0 != frame {
        report
            .mismatches
            .push(format!("{}: is not what the pages of the inputs have in common", frames::FRAME));
    }
    if let Some(stripped) = stripped {
        report.mismatches.extend(written::compare_spans(folder, stripped)?);
    }
    let before = report.mismatches.len() as u64;
    let judge = Judge {
        texts: Texts { sources: &sources, pages, settings: &settings },
        by_key,
        copies,
        earlier,
        frame,
        rule: Rule { threshold: manifest.settings.threshold },
        manifest: &manifest,
    };
    // Rows of one kept page stand together, so that its text is read once.
    let mut sorted: Vec<&RemovedRow> = rows.iter().collect();
    sorted.sort_unstable_by(|x, y| (&x.kept, &x.kept_digest, &x.id).cmp(&(&y.kept, &y.kept_digest, &y.id)));
    observer.phase("proving", rows.len() as u64);
    for some in sorted.chunks(4096) {
        go_on(observer)?;
        let faults: Vec<Vec<String>> =
            some.par_chunks(64).map(|rows| judge.removals(rows)).collect::<Result<_>>()?;
        report.mismatches.extend(faults.into_iter().flatten());
        observer.advance(some.len() as u64);
    }
    let (from_hashes, forgotten) = judge.recalled(&rows);
    let faults = report.mismatches.len() as u64 - before;
    report.forgotten = forgotten;
    report.proved_from_hashes = from_hashes.saturating_sub(faults);
    report.proved_from_text = report.removals - forgotten - faults - report.proved_from_hashes;

    let clusters: Vec<ClusterRow> = read_rows(folder, "clusters.jsonl")?;
    report.mismatches.extend(whole::removals(&rows));
    report.mismatches.extend(whole::clusters(&rows, &clusters));
    // Stories of forgotten pages cannot be told again.
    if report.forgotten == 0 {
        let exchange: Vec<SyndicationRow> = read_rows(folder, "syndication.jsonl")?;
        report.mismatches.extend(told::stories(&judge, &rows, &clusters, &exchange));
    }
    report.mismatches.extend(whole::counts(&rows, &clusters, &manifest.counts));
    let templates: Vec<TemplateRow> = read_rows(folder, "templates.jsonl")?;
    report.mismatches.extend(whole::templates(&templates, &manifest.counts));
    let written = written::compare(folder, &manifest, &judge.texts, &judge.copies, &rows)?;
    report.pages_compared = written.pages;
    report.mismatches.extend(written.mismatch);
    let faults = written::compare_formats(folder, &manifest, &judge.texts, &judge.copies, &rows, observer)?;
    report.mismatches.extend(faults);
    report.mismatches.sort();
    Ok(report)
}

/// Inputs, settings and the judge of lines as the folder's run had them.
pub(super) struct Again {
    pub(super) sources: Sources,
    pub(super) settings: Settings,
    judge: Option<ProfileJudge>,
}

impl Again {
    /// Opens them.
    pub(super) fn open(
        manifest: &Manifest,
        folder: &Path,
        inputs: &[PathBuf],
        temp_dir: PathBuf,
    ) -> Result<Self> {
        let profile = manifest.scheme.map_or(PROFILE_VERSION, |scheme| scheme.text_profile);
        if profile != PROFILE_VERSION {
            let place = folder.join(MANIFEST).display().to_string();
            let fault = format!("was made with text profile {profile}, this Tamis has {PROFILE_VERSION}");
            return Err(Error::new(ErrorKind::Saved, place, fault).next_step("use the Tamis that wrote it"));
        }
        let mut settings = Settings::new(inputs.to_vec(), folder);
        settings.reading.temp_dir = temp_dir;
        let strip = manifest.strip.as_ref();
        // What was stripped, was stripped by the profile in the folder.
        let saved = |strip: &StripReport| {
            ProfileJudge::saved(&folder.join(PROFILE), Some(&strip.of), &settings.reading)
        };
        let judge = strip.map(saved).transpose()?;
        let made_with = &manifest.settings;
        settings.ngram = made_with.ngram;
        settings.threshold = made_with.threshold;
        settings.reading.fields = made_with.fields.clone();
        settings.reading.site_by = made_with.site_by;
        settings.reading.longest_record = made_with.longest_record;
        settings.scope = made_with.scope;
        settings.reading.in_order = made_with.in_order;
        let sources = settings.reading.open(None)?.0;
        Ok(Self { sources, settings, judge })
    }

    /// All pages of the inputs, stripped as they were, without fingerprints.
    pub(super) fn read(&mut self, observer: &dyn Observer) -> Result<Ingested> {
        let Self { sources, settings, judge } = self;
        observer.phase("reading", sources.packed_bytes());
        let (ignore, units) = (&mut |_| Ok(()), &mut Units::unkept());
        let stripper = judge.as_ref().map(|judge| Stripper { judge, known: None });
        let wanted = Wanted { fingerprint: Fingerprint::None, stripper, most_pages: u64::MAX };
        ingest(sources, settings, units, wanted, observer, ignore)
    }
}

/// Judges removals from texts.
struct Judge<'a> {
    texts: Texts<'a>,
    by_key: BTreeMap<(&'a str, u128), u32>,
    copies: Copies,
    earlier: Option<Earlier<'a>>,
    frame: Frame,
    rule: Rule,
    manifest: &'a Manifest,
}

impl Judge<'_> {
    fn removals(&self, rows: &[&RemovedRow]) -> Result<Vec<String>> {
        let mut reader = TextReader::new(&self.texts);
        let mut kept: Option<(&str, &str, Vec<Word>)> = None;
        let mut faults = Vec::new();
        for row in rows {
            let (Some(page), Some(kept_page)) =
                (self.find(&row.id, &row.digest), self.find(&row.kept, &row.kept_digest))
            else {
                if self.is_forgotten(row) {
                    continue;
                }
                let missing = if self.find(&row.id, &row.digest).is_none() { &row.id } else { &row.kept };
                faults.push(format!("{}: the text of {missing} is not in the inputs", row.id));
                continue;
            };
            if self.texts.pages.remembered(kept_page).is_some() {
                faults.extend(self.recalled_fault(row, (page, kept_page), &mut reader)?);
                continue;
            }
            let kept_words = match &kept {
                Some((id, digest, words)) if (*id, *digest) == (&row.kept, &row.kept_digest) => words,
                _ => &kept.insert((&row.kept, &row.kept_digest, reader.read(kept_page, words)?)).2,
            };
            let words = reader.read(page, words)?;
            faults.extend(self.fault(row, (page, kept_page), &words, kept_words));
        }
        Ok(faults)
    }

    fn find(&self, id: &str, digest: &str) -> Option<u32> {
        let digest = u128::from_str_radix(digest, 16).ok()?;
        self.by_key.get(&(id, digest)).copied()
    }

    /// What is wrong with a removal, if anything is.
    fn fault(
        &self,
        row: &RemovedRow,
        (page, kept): (u32, u32),
        words: &[Word],
        kept_words: &[Word],
    ) -> Option<String> {
        let sites = (self.texts.pages.site(page), self.texts.pages.site(kept));
        let (overlap, same_words) = string_overlap(words, kept_words, self.manifest.settings.ngram);
        let evidence = self.evidence((page, kept), (words, kept_words), overlap, same_words);
        self.compare(row, sites, &evidence, TEXT)
    }

    /// What of a row is not as it was found, if anything is.
    fn compare(
        &self,
        row: &RemovedRow,
        sites: (&str, &str),
        evidence: &Evidence,
        source: &str,
    ) -> Option<String> {
        let overlap = evidence.overlap;
        let counts = (overlap.shared, overlap.size_a, overlap.size_b);
        let relation = self.rule.relation(evidence);
        let ratios = [overlap.jaccard(), overlap.containment_a(), overlap.containment_b()];
        let stated = [row.jaccard, row.containment, row.containment_kept];
        let what = if counts != (row.shared, row.size, row.size_kept) {
            format!("shared, size, size_kept are {counts:?}, not {:?}", (row.shared, row.size, row.size_kept))
        } else if ratios.iter().zip(stated).any(|(ratio, stated)| (ratio - stated).abs() > 1e-12) {
            format!("the ratios are {ratios:?}, not {stated:?}")
        } else if !is_framed_alike(&row.framed, &FramedRow::new(evidence)) {
            format!("the frame has {:?}, not {:?}", FramedRow::new(evidence), row.framed)
        } else if row.evidence != source {
            format!("it is proved from {source}, not from {}", row.evidence)
        } else if relation != Some(row.relation) {
            let found = relation.map_or("nothing to it", |relation| relation.name());
            format!("it is {found}, not {}", row.relation.name())
        } else if !self.manifest.settings.remove.contains(&row.relation) {
            format!("{} pages were not to be removed", row.relation.name())
        } else if sites != (row.site.as_str(), row.kept_site.as_str()) {
            format!("the sites are {sites:?}, not {:?}", (&row.site, &row.kept_site))
        } else if !self.is_in_scope(sites) {
            format!("the sites {sites:?} are out of scope")
        } else {
            return None;
        };
        Some(format!("{} (kept {}): {what}", row.id, row.kept))
    }

    /// What is known of two pages. Pages of equal words are judged as the one that stands for them, on its site.
    fn evidence(
        &self,
        (page, kept): (u32, u32),
        (words, kept_words): (&[Word], &[Word]),
        overlap: Overlap,
        same_words: bool,
    ) -> Evidence {
        let site = |page: u32| self.texts.pages.site(self.copies.representative[page as usize]);
        let (site, kept_site) = (site(page), site(kept));
        let frame = if same_words { None } else { self.frame.of_pair(site, kept_site) };
        let ngram = self.manifest.settings.ngram;
        let common = frame.map(|frame| string_common(words, kept_words, ngram, frame));
        Evidence { overlap, same_words, same_site: site == kept_site, common }
    }

    fn is_in_scope(&self, (site, kept_site): (&str, &str)) -> bool {
        match self.manifest.settings.scope {
            Scope::All => true,
            Scope::WithinSite => site == kept_site,
            Scope::AcrossSites => site != kept_site,
        }
    }
}

fn is_framed_alike(a: &FramedRow, b: &FramedRow) -> bool {
    let is_alike = match (a.residual, b.residual) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12,
        (a, b) => a == b,
    };
    is_alike && (a.guard, a.common, a.frame) == (b.guard, b.common, b.frame)
}
