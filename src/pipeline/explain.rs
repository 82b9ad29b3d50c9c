//! Why was a page removed or kept? How do two texts relate?

use super::Observer;
use super::manifest::{MANIFEST, Manifest};
use super::prove::{TextReader, Texts};
use super::replay::Again;
use super::rows::{ClusterRow, INDEX, InputRow, RemovedRow, TemplateRow, hex};
use crate::difference::{Difference, difference};
use crate::error::{Error, ErrorKind, Result};
use crate::io::discover::STANDARD_INPUT;
use crate::io::tables::{read_document, read_rows};
use crate::passage::align::AlignedText;
use crate::passage::kind::{Kind, kind_of};
use crate::shingle::Ngram;
use crate::text::words::PlacedWords;
use crate::verify::{Evidence, Relation, Rule};
use std::path::{Path, PathBuf};

/// What became of a page.
#[derive(Clone, Debug)]
pub enum Explanation {
    /// It was removed.
    Removed {
        /// The row.
        row: Box<RemovedRow>,
        /// Both texts, the removed one first, where they could be read.
        texts: Option<(String, String)>,
        /// Where they agree and differ.
        difference: Option<Difference>,
    },
    /// It was kept, and others were removed for it.
    KeptForOthers {
        /// Its cluster.
        cluster: ClusterRow,
        /// The removed pages.
        removed: Vec<RemovedRow>,
    },
    /// It was kept, and no page was removed for it.
    KeptAlone,
}

/// What a run decided about all pages of one id.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The run.
    pub manifest: Manifest,
    /// One for each text of the id that the run says something about.
    pub explanations: Vec<Explanation>,
    /// The groups of pages of one template that the page is in.
    pub templates: Vec<TemplateRow>,
    /// What the user should know, such as that the inputs are gone.
    pub notes: Vec<String>,
}

/// Explains the pages of `id` by the tables of `folder`. Texts come from `inputs`, or from the files that the run
/// read; if they are gone, figures have to do.
pub fn explain(
    folder: &Path,
    id: &str,
    inputs: &[PathBuf],
    temp_dir: PathBuf,
    observer: &dyn Observer,
) -> Result<Explained> {
    let manifest: Manifest = read_document(folder, MANIFEST)
        .map_err(|error| error.next_step("--id wants a folder that tamis dedup or tamis run has written"))?;
    let rows: Vec<RemovedRow> = read_rows(folder, "removed.jsonl")?;
    let clusters: Vec<ClusterRow> = read_rows(folder, "clusters.jsonl")?;
    let mut templates: Vec<TemplateRow> = read_rows(folder, "templates.jsonl")?;
    templates.retain(|template| template.members.iter().any(|member| member == id));
    let mut notes = Vec::new();
    let mut explanations = Vec::new();

    let inputs = if inputs.is_empty() { recorded_inputs(folder) } else { Ok(inputs.to_vec()) };
    let read = inputs.and_then(|inputs| {
        let mut again = Again::open(&manifest, folder, &inputs, temp_dir)?;
        let ingested = again.read(observer)?;
        Ok((again, ingested))
    });
    let read = read
        .map_err(|error| notes.push(format!("{error}; figures alone (name the inputs with --input)")))
        .ok();
    let texts = read.as_ref().map(|(again, ingested)| Texts {
        sources: &again.sources,
        pages: &ingested.pages,
        settings: &again.settings,
    });
    let text_of = |id: &str, digest: &str| -> Option<String> {
        let texts = texts.as_ref()?;
        let wanted = u128::from_str_radix(digest, 16).ok()?;
        let is_it = |&page: &u32| texts.pages.row(page).digest == wanted && texts.pages.id(page) == id;
        let page = (0..texts.pages.len() as u32).find(is_it)?;
        TextReader::new(texts).read(page, str::to_owned).ok()
    };

    for row in rows.iter().filter(|row| row.id == id) {
        let both = text_of(&row.id, &row.digest).zip(text_of(&row.kept, &row.kept_digest));
        if row.evidence == INDEX {
            notes.push(format!(
                "the kept page is of batch {}, and its text is not in an index; figures alone",
                row.batch
            ));
        } else if both.is_none() && texts.is_some() {
            notes.push("the texts are not in these inputs; figures alone".to_owned());
        }
        let difference = both.as_ref().map(|(a, b)| difference(a, b, manifest.settings.ngram));
        explanations.push(Explanation::Removed { row: Box::new(row.clone()), texts: both, difference });
    }
    for cluster in clusters.into_iter().filter(|cluster| cluster.kept == id) {
        let removed = rows.iter().filter(|row| row.cluster == cluster.cluster).cloned().collect();
        explanations.push(Explanation::KeptForOthers { cluster, removed });
    }
    match &texts {
        Some(texts) => {
            let is_spoken_of = |digest: &str| {
                rows.iter().any(|row| {
                    (row.id == id && row.digest == digest) || (row.kept == id && row.kept_digest == digest)
                })
            };
            let mut alone: Vec<u128> = (0..texts.pages.len() as u32)
                .filter(|&page| texts.pages.id(page) == id)
                .map(|page| texts.pages.row(page).digest)
                .filter(|&digest| !is_spoken_of(&hex(digest)))
                .collect();
            alone.sort_unstable();
            alone.dedup();
            explanations.extend(alone.iter().map(|_| Explanation::KeptAlone));
            if explanations.is_empty() {
                return Err(Error::new(ErrorKind::Input, id, "no page of the inputs has this id")
                    .next_step("ids are as in the input; pages without one are named file:record"));
            }
        }
        None if explanations.is_empty() => notes.push(
            "neither removed nor kept for others; whether it was there at all, the tables do not say"
                .to_owned(),
        ),
        None => {}
    }
    Ok(Explained { manifest, explanations, templates, notes })
}

/// The files that the run read, if they may still be there.
pub(super) fn recorded_inputs(folder: &Path) -> Result<Vec<PathBuf>> {
    let rows: Vec<InputRow> = read_rows(folder, "inputs.jsonl")?;
    if rows.iter().any(|row| row.file == STANDARD_INPUT) {
        let fault = "the run read standard input, which is gone";
        return Err(Error::new(ErrorKind::Input, STANDARD_INPUT, fault));
    }
    Ok(rows.into_iter().map(|row| PathBuf::from(row.file)).collect())
}

/// How two texts relate under a rule, by themselves: no site is known that they would share a template of. The kind if
/// one contains the other.
pub fn compare(
    a: &str,
    b: &str,
    ngram: Ngram,
    rule: Rule,
) -> (Difference, Evidence, Option<Relation>, Option<Kind>) {
    let difference = difference(a, b, ngram);
    let Difference { overlap, same_words, .. } = difference;
    let evidence = Evidence { overlap, same_words, same_site: false, common: None };
    let relation = rule.relation(&evidence);
    let aligned = |text: &str| AlignedText::new(PlacedWords::of(text), ngram, |_| false);
    let is_contained = relation == Some(Relation::Contained);
    let kind = is_contained.then(|| kind_of(overlap, &aligned(a), &aligned(b)));
    (difference, evidence, relation, kind)
}
