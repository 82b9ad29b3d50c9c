//! `tamis verify`: every removal proved again from raw text.
//!
//! Nothing of the fast path is trusted: texts are read anew, words are strings, shingles are windows of
//! strings, and no hash decides anything but which text is meant. Besides each removal, the laws of the whole
//! are checked: no kept page is removed, no page is removed twice, and the pages written are exactly the
//! records that were not removed, byte for byte.

use super::copies::Copies;
use super::ingest::{Fingerprint, Ingested, ingest};
use super::manifest::{MANIFEST, Manifest};
use super::prove::{TextReader, Texts};
use super::rows::{ClusterRow, RemovedRow, hex};
use super::settings::{Scope, Settings};
use super::{Observer, go_on};
use crate::difference::string_overlap;
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::io::discover::discover;
use crate::io::source::{Format, Sources};
use crate::io::tables::{for_each_line, read_document, read_rows};
use crate::page::Pages;
use crate::text::PROFILE_VERSION;
use crate::text::reference::{Word, words};
use crate::verify::Rule;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Pages of the folder that were compared with the input, byte for byte.
    pub pages_compared: u64,
    /// What does not fit; empty if all is well.
    pub mismatches: Vec<String>,
}

/// Replays the removals of `folder` from `inputs`.
pub fn replay(
    folder: &Path,
    inputs: &[PathBuf],
    temp_dir: PathBuf,
    observer: &dyn Observer,
) -> Result<Report> {
    let manifest: Manifest = read_document(folder, MANIFEST)?;
    let rows: Vec<RemovedRow> = read_rows(folder, "removed.jsonl")?;
    let (mut sources, settings) = open(&manifest, folder, inputs, temp_dir)?;
    let ingested = read_again(&mut sources, &settings, observer)?;
    let pages = &ingested.pages;
    let by_key: BTreeMap<(&str, u128), u32> =
        (0..pages.len() as u32).map(|page| ((pages.id(page), pages.row(page).digest), page)).collect();

    let mut report = Report { removals: rows.len() as u64, ..Report::default() };
    let judge = Judge {
        texts: Texts { sources: &sources, pages, settings: &settings },
        by_key,
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
    report.proved_from_text = report.removals - report.mismatches.len() as u64;

    laws_of_the_whole(&rows, &read_rows(folder, "clusters.jsonl")?, &mut report.mismatches);
    report.pages_compared =
        pages_written(folder, &manifest, &ingested, &sources, &rows, &mut report.mismatches)?;
    report.mismatches.sort();
    Ok(report)
}

/// Inputs and settings as the folder's run had them.
pub(super) fn open(
    manifest: &Manifest,
    folder: &Path,
    inputs: &[PathBuf],
    temp_dir: PathBuf,
) -> Result<(Sources, Settings)> {
    let profile = manifest.scheme.map_or(PROFILE_VERSION, |scheme| scheme.text_profile);
    if profile != PROFILE_VERSION {
        let place = folder.join(MANIFEST).display().to_string();
        let fault = format!("was made with text profile {profile}, this Tamis has {PROFILE_VERSION}");
        return Err(Error::new(ErrorKind::Saved, place, fault).next_step("use the Tamis that wrote it"));
    }
    let mut settings = Settings::new(inputs.to_vec(), folder);
    let made_with = &manifest.settings;
    settings.ngram = made_with.ngram;
    settings.threshold = made_with.threshold;
    settings.fields = made_with.fields.clone();
    settings.site_by = made_with.site_by;
    settings.longest_record = made_with.longest_record;
    settings.scope = made_with.scope;
    settings.in_order = made_with.in_order;
    let files = discover(inputs, made_with.in_order)?.files;
    Ok((Sources::new(files, temp_dir, settings.longest_record), settings))
}

/// All pages of the inputs, without fingerprints.
pub(super) fn read_again(
    sources: &mut Sources,
    settings: &Settings,
    observer: &dyn Observer,
) -> Result<Ingested> {
    observer.phase("reading", sources.packed_bytes());
    ingest(sources, settings, Fingerprint::None, u64::MAX, observer, &mut |_| Ok(()))
}

/// Judges removals from texts.
struct Judge<'a> {
    texts: Texts<'a>,
    by_key: BTreeMap<(&'a str, u128), u32>,
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
                let missing = if self.find(&row.id, &row.digest).is_none() { &row.id } else { &row.kept };
                faults.push(format!("{}: the text of {missing} is not in the inputs", row.id));
                continue;
            };
            let kept_words = match &kept {
                Some((id, digest, words)) if (*id, *digest) == (&row.kept, &row.kept_digest) => words,
                _ => &kept.insert((&row.kept, &row.kept_digest, reader.read(kept_page, words)?)).2,
            };
            let words = reader.read(page, words)?;
            faults.extend(self.fault(row, &words, kept_words));
        }
        Ok(faults)
    }

    fn find(&self, id: &str, digest: &str) -> Option<u32> {
        let digest = u128::from_str_radix(digest, 16).ok()?;
        self.by_key.get(&(id, digest)).copied()
    }

    /// What is wrong with a removal, if anything is.
    fn fault(&self, row: &RemovedRow, words: &[Word], kept_words: &[Word]) -> Option<String> {
        let (overlap, same_words) = string_overlap(words, kept_words, self.manifest.settings.ngram);
        let counts = (overlap.shared, overlap.size_a, overlap.size_b);
        let relation = self.rule.relation(overlap, same_words);
        let ratios = [overlap.jaccard(), overlap.containment_a(), overlap.containment_b()];
        let stated = [row.jaccard, row.containment, row.containment_kept];
        let what = if counts != (row.shared, row.size, row.size_kept) {
            format!("shared, size, size_kept are {counts:?}, not {:?}", (row.shared, row.size, row.size_kept))
        } else if ratios.iter().zip(stated).any(|(ratio, stated)| (ratio - stated).abs() > 1e-12) {
            format!("the ratios are {ratios:?}, not {stated:?}")
        } else if relation != Some(row.relation) {
            let found = relation.map_or("nothing to it", |relation| relation.name());
            format!("it is {found}, not {}", row.relation.name())
        } else if !self.manifest.settings.remove.contains(&row.relation) {
            format!("{} pages were not to be removed", row.relation.name())
        } else if !self.is_in_scope(row) {
            format!("sites {:?} and {:?} are out of scope", row.site, row.kept_site)
        } else {
            return None;
        };
        Some(format!("{} (kept {}): {what}", row.id, row.kept))
    }

    fn is_in_scope(&self, row: &RemovedRow) -> bool {
        match self.manifest.settings.scope {
            Scope::All => true,
            Scope::WithinSite => row.site == row.kept_site,
            Scope::AcrossSites => row.site != row.kept_site,
        }
    }
}

fn laws_of_the_whole(rows: &[RemovedRow], clusters: &[ClusterRow], faults: &mut Vec<String>) {
    let mut removed = BTreeSet::new();
    for row in rows {
        if !removed.insert((&row.id, &row.digest)) {
            faults.push(format!("{}: removed twice", row.id));
        }
    }
    for row in rows.iter().filter(|row| removed.contains(&(&row.kept, &row.kept_digest))) {
        faults.push(format!("{}: its kept page {} is removed itself", row.id, row.kept));
    }
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    rows.iter().for_each(|row| members.entry(&row.cluster).or_default().push(&row.id));
    for cluster in clusters {
        let joined = members.remove(cluster.cluster.as_str()).unwrap_or_default();
        let mut listed: Vec<&str> = cluster.members.iter().skip(1).map(String::as_str).collect();
        listed.sort_unstable();
        let mut joined = joined;
        joined.sort_unstable();
        if listed != joined || cluster.members.first() != Some(&cluster.kept) {
            faults.push(format!(
                "cluster {}: its members are not those that were removed for it",
                cluster.cluster
            ));
        }
    }
    faults.extend(members.keys().map(|cluster| format!("cluster {cluster}: is not in clusters.jsonl")));
}

/// Compares the pages of the folder with the records of the inputs that should be there.
fn pages_written(
    folder: &Path,
    manifest: &Manifest,
    ingested: &Ingested,
    sources: &Sources,
    rows: &[RemovedRow],
    faults: &mut Vec<String>,
) -> Result<u64> {
    if manifest.settings.annotate || !folder.join("pages.jsonl").exists() {
        return Ok(0);
    }
    let pages = &ingested.pages;
    let copies = Copies::find(pages, manifest.settings.scope);
    let removed: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.id.as_str(), row.digest.as_str())).collect();
    let is_kept = |&page: &u32| {
        !copies.redelivered[page as usize]
            && !removed.contains(&(pages.id(page), hex(pages.row(page).digest).as_str()))
    };
    let mut expected: Vec<u64> =
        (0..pages.len() as u32).filter(is_kept).map(|page| expected_record(pages, sources, page)).collect();
    let mut written = Vec::new();
    for_each_line(folder, "pages.jsonl", |_, line| {
        written.push(record_checksum(line));
        Ok(())
    })?;
    let count = written.len() as u64;
    expected.sort_unstable();
    written.sort_unstable();
    if expected != written {
        let fault = format!(
            "pages.jsonl: {count} records, which are not byte for byte the {} records that were not removed",
            expected.len()
        );
        faults.push(fault);
    }
    Ok(count)
}

fn expected_record(pages: &Pages, sources: &Sources, page: u32) -> u64 {
    let row = pages.row(page);
    match sources.get(row.location.source).format {
        Format::JsonLines => row.record_digest,
        // Plain text is written as a record of its own; its text is what must be there.
        Format::PlainText => row.digest as u64,
    }
}

/// The checksum by which a written record is compared; texts that Tamis made records of count by their text.
fn record_checksum(line: &[u8]) -> u64 {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct MadeOfText {
        #[serde(rename = "id")]
        _id: String,
        #[serde(rename = "site")]
        _site: String,
        text: String,
    }
    let made: Option<MadeOfText> =
        line.starts_with(b"{\"id\":").then(|| serde_json::from_slice(line).ok()).flatten();
    made.map_or_else(|| hash::checksum(line), |made| hash::digest(made.text.as_bytes()) as u64)
}
