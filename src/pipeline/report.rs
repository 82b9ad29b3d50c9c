//! What a run reports: the audit of its pages, with samples, written as `report.json`, `report.html` and `gates.xml`.

use super::dedup::Done;
use super::prove::{TextReader, Texts};
use super::shown::{Showcase, rejects};
use super::strip::Conclusion;
use super::stripped::{StrippedPages, Stripper};
use crate::audit::baseline::compare;
use crate::audit::examine::Examiner;
use crate::audit::gates::Gates;
use crate::audit::report::{Flow, JunkLine, REPORT_VERSION, Report};
use crate::audit::summary::{Batch, Held, Removed, Summary, summarise};
use crate::error::{Error, ErrorKind, Result};
use crate::io::lists::text_file;
use crate::io::tables::{write_compact, write_text};
use crate::report::{html, junit};
use crate::syndication::exchange::{self, Way};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The document.
pub const REPORT: &str = "report.json";

/// What is reported, besides what is found.
#[derive(Clone, Debug)]
pub struct ReportSettings {
    /// An earlier report to compare with.
    pub baseline: Option<PathBuf>,
    /// Gates to check.
    pub gates: Option<PathBuf>,
    /// Sites with sample pages.
    pub samples: usize,
    /// The "today" of date checks; found among the dates if it is not given.
    pub as_of: Option<i32>,
}

/// What the report is held against, read before the work begins.
pub(super) struct Against {
    baseline: Option<Report>,
    gates: Option<Gates>,
}

impl Against {
    pub(super) fn read(settings: &ReportSettings) -> Result<Self> {
        let baseline = settings.baseline.as_deref().map(earlier).transpose()?;
        let gates = settings.gates.as_deref();
        let gates = gates.map(|place| Gates::parse(&place.display().to_string(), &text_file(place)?));
        Ok(Self { baseline, gates: gates.transpose()? })
    }
}

/// An earlier report.
fn earlier(place: &Path) -> Result<Report> {
    let name = place.display().to_string();
    let text = text_file(place)?;
    let report: Report = serde_json::from_str(&text).map_err(|cause| {
        Error::new(ErrorKind::Saved, &name, format!("is no report: {cause}"))
            .next_step("name the report.json of an earlier run")
    })?;
    if report.report_version != REPORT_VERSION {
        let fault =
            format!("has report version {}, this Tamis reads {REPORT_VERSION}", report.report_version);
        return Err(Error::new(ErrorKind::Saved, name, fault).next_step("make it anew: tamis audit"));
    }
    Ok(report)
}

/// What is known of sites when all their pages are judged.
pub(super) struct Concluded {
    /// What became of them.
    pub(super) conclusion: Conclusion,
    /// The lines of their templates that most articles have, by site.
    pub(super) lines: BTreeMap<String, Vec<JunkLine>>,
}

/// Sums up what was found, and writes it.
pub(super) fn report(
    done: &Done<'_>,
    stripped: &StrippedPages,
    stripper: Stripper<'_>,
    concluded: Concluded,
    (settings, against): (&ReportSettings, &Against),
) -> Result<Report> {
    let Some(known) = stripper.known else { unreachable!("pages were examined by it") };
    let texts = || Texts { sources: done.sources, pages: done.pages, settings: done.settings };
    let spans = stripped.spans();
    let redelivered: Vec<u32> = done.copies.redelivered.iter_ones().map(|page| page as u32).collect();
    let removed =
        done.removals.iter().map(|of| Removed { page: of.page, kept: of.kept, relation: of.relation });
    let mut template: Vec<u32> = done.templates.iter().flat_map(|template| template.pages.clone()).collect();
    template.sort_unstable();
    let Concluded { conclusion: Conclusion { drifts, left_alone }, lines } = concluded;
    let drifts = drifts.into_iter().map(|(site, drift)| (site, drift.to_string()));
    let left_alone = left_alone.into_iter().map(|site| (site, LEFT_ALONE.to_owned()));
    let mut showcase =
        Showcase { texts: texts(), flags: &[], spans, judge: stripper.judge, removals: done.removals };
    let Summary { mut report, flags, examples } = summarise(Batch {
        pages: done.pages,
        facts: &done.facts,
        known,
        redelivered: &redelivered,
        removed: &removed.collect::<Vec<_>>(),
        template: &template,
        held: &held(done),
        syndication: flows(done),
        lines,
        drifts: left_alone.chain(drifts).collect::<BTreeMap<_, _>>(),
        rejects: rejects(done.folder)?,
        as_of: settings.as_of,
        digest: done.batch.to_owned(),
    });
    report.left_out.flows = (done.exchange.flows().count() as u64).saturating_sub(FLOWS as u64);
    showcase.flags = &flags;
    let (mut examiner, of_texts) = (Examiner::default(), texts());
    let mut reader = TextReader::new(&of_texts);
    for (finding, &page) in report.findings.iter_mut().zip(&examples) {
        let excerpt =
            showcase.view(page, &mut reader, |view| examiner.excerpt(known, view, finding.metric))?;
        finding.excerpt = excerpt;
    }
    (report.samples, report.left_out.samples) = showcase.samples(settings.samples)?;
    (report.clusters, report.left_out.clusters) = showcase.clusters()?;

    report.changes = against.baseline.as_ref().map(|before| compare(before, &report));
    report.gates = against.gates.as_ref().map(|gates| gates.check(&report, against.baseline.as_ref()));

    write_compact(done.folder, REPORT, &report)?;
    write_text(done.folder, "report.html", &html::render(&report)?)?;
    if let Some(gates) = &report.gates {
        write_text(done.folder, "gates.xml", &junit::render(gates)?)?;
    }
    Ok(report)
}

/// What is said of a site of which nothing is stripped.
const LEFT_ALONE: &str = "nothing is stripped: most of its pages would lose nearly everything";

/// Ways from site to site that a report shows.
const FLOWS: usize = 2_000;

/// Who reprints whom: the ways of most pages.
fn flows(done: &Done<'_>) -> Vec<Flow> {
    let ways = done.exchange.largest(FLOWS).into_iter();
    let flow = |(way, flow): (Way<'_>, exchange::Flow)| Flow {
        from: way.from.to_owned(),
        to: way.to.to_owned(),
        pages: flow.pages,
        is_directed: way.by.is_proposed(),
    };
    ways.map(flow).collect()
}

/// Pages that stand in larger ones.
fn held(done: &Done<'_>) -> Vec<Held> {
    let held = done.shared.iter().filter_map(|shared| {
        let (kind, found) = (shared.kind?, done.proof.of(shared.a, shared.b)?);
        let overlap = found.evidence.overlap;
        let is_smaller = overlap.size_a <= overlap.size_b;
        let (page, larger) = if is_smaller { (shared.a, shared.b) } else { (shared.b, shared.a) };
        Some(Held { page, larger, kind })
    });
    held.collect()
}
