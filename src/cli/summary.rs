//! What a command that compares pages says at the end, piece by piece.

use super::terminal::safe;
use super::{FAINT, STRONG, grouped, sized};
use crate::audit::report::Report;
use crate::pipeline::dedup::Outcome;
use crate::pipeline::rows::SyndicationRow;
use crate::pipeline::settings::{Method, Settings};
use crate::syndication::source::SourceBy;
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

/// Findings that are told.
const FINDINGS: usize = 3;

/// What calls for a look.
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// A text that grows.
pub(super) struct Summary<'a> {
    outcome: &'a Outcome,
    settings: &'a Settings,
    out: String,
}

impl<'a> Summary<'a> {
    pub(super) const fn new(outcome: &'a Outcome, settings: &'a Settings) -> Self {
        Self { outcome, settings, out: String::new() }
    }

    pub(super) fn text(self) -> String {
        self.out
    }

    fn line(&mut self, name: &str, number: u64, rest: &str) {
        let _ = writeln!(self.out, "  {name:<12}{STRONG}{:>11}{STRONG:#}  {rest}", grouped(number));
    }

    fn heading(&mut self, name: &str) {
        let _ = writeln!(self.out, "\n  {STRONG}{name}{STRONG:#}");
    }

    /// What was read, stripped, removed and kept.
    pub(super) fn counts(&mut self) {
        let (outcome, settings) = (self.outcome, self.settings);
        let manifest = &outcome.manifest;
        let counts = &manifest.counts;
        let speed = manifest.inputs.text_bytes as f64 / manifest.timing.seconds.max(1e-9);
        let files = format!(
            "in {} files, {} sites, {} of text, {:.2} s ({}/s)",
            grouped(outcome.files as u64),
            grouped(counts.sites),
            sized(manifest.inputs.text_bytes),
            manifest.timing.seconds,
            sized(speed as u64)
        );
        self.line("pages", counts.pages, &files);
        if counts.redelivered > 0 {
            self.line("redelivered", counts.redelivered, "the same id and text again; written once");
        }
        if counts.empty > 0 {
            self.line("empty", counts.empty, "without a word; kept, compared with nothing");
        }
        self.stripped();
        let removed = counts.removed_in_all();
        let by_relation: Vec<String> = manifest
            .counts
            .removed
            .iter()
            .map(|(relation, count)| format!("{} {}", grouped(*count), relation.name()))
            .collect();
        let share = 100.0 * removed as f64 / (counts.pages.max(1)) as f64;
        let (verb, rest) = match settings.writes_tables() {
            false => ("copies", "distinct"),
            true if settings.annotate => ("marked", "kept"),
            true => ("removed", "kept"),
        };
        self.line(verb, removed, &format!("{share:.1} %: {}", by_relation.join(", ")));
        if let Some(index) = &manifest.index {
            let (pages, batches) = (grouped(index.pages), grouped(index.batches));
            self.line(
                "for old ones",
                index.removed,
                &format!("of these: for pages of earlier batches, {pages} in {batches}"),
            );
        }
        self.line(
            rest,
            counts.kept,
            &format!(
                "{} of them stand for a cluster, {} over several sites",
                grouped(counts.clusters),
                grouped(counts.syndicated)
            ),
        );
        if counts.syndicated > 0 {
            let of = |by: SourceBy| counts.sources.get(&by).copied().unwrap_or(0);
            let clear = of(SourceBy::Earliest);
            let proposed = clear + of(SourceBy::EarliestDated) + of(SourceBy::EarliestDay);
            let clear = grouped(clear);
            let (ties, undated) = (grouped(of(SourceBy::Tie)), grouped(of(SourceBy::Undated)));
            let rest = format!(
                "of these have a proposed source, {clear} by clear dates; {ties} are ties, {undated} are not dated enough"
            );
            self.line("sources", proposed, &rest);
        }
        if counts.templates > 0 {
            let pages = grouped(counts.template_pages);
            self.line(
                "templates",
                counts.templates,
                &format!("in {pages} pages that are alike by their form: see templates.jsonl"),
            );
        }
        if counts.versions > 0 {
            self.line(
                "versions",
                counts.versions,
                "pages whose id another text has too; rows name file and record",
            );
        }
        if counts.rejected > 0 {
            let place = settings.tables.place(settings.folder(), "rejects.jsonl");
            self.line("rejected", counts.rejected, &format!("records: see {}", place.display()));
        }
        if counts.hot_buckets > 0 {
            self.line(
                "hot buckets",
                counts.hot_buckets,
                "too large to list all pairs; pages linked to a few leaders",
            );
        }
        self.promise();
    }

    /// What the pages lost before they were compared.
    fn stripped(&mut self) {
        let Some(strip) = &self.outcome.manifest.strip else { return };
        let counts = &strip.counts;
        let share = 100.0 * counts.stripped_characters as f64 / counts.characters.max(1) as f64;
        let pages = grouped(counts.stripped_pages);
        let rest =
            format!("lines from {pages} pages: {share:.1} % of the characters are the sites' and no page's");
        self.line("stripped", counts.stripped_lines, &rest);
        if counts.without_article > 0 {
            self.line(
                "no article",
                counts.without_article,
                "pages have only lines of their site; they lost nothing",
            );
        }
    }

    /// What is found, and with what certainty.
    fn promise(&mut self) {
        let (settings, manifest) = (self.settings, &self.outcome.manifest);
        let found = match (manifest.banding, settings.method) {
            (Some(report), _) => format!(
                "a pair at the threshold is found with {:.2} % ({} bands x {} rows)",
                100.0 * report.recall_at_threshold,
                report.banding.bands,
                report.banding.rows
            ),
            (None, Method::SimHash) => format!(
                "a pair is found if its fingerprints differ in {} of 64 bits at most (simhash)",
                settings.distance.bits()
            ),
            (None, _) => "every pair is found (exact join)".to_owned(),
        };
        let (threshold, words) = (settings.threshold, settings.ngram.words());
        let _ =
            writeln!(self.out, "  {FAINT}Jaccard >= {threshold} on {words}-word shingles; {found}{FAINT:#}");
    }

    /// The largest clusters.
    pub(super) fn clusters(&mut self) {
        if !self.outcome.largest.is_empty() {
            self.heading("largest clusters");
        }
        for (pages, sites, kept) in &self.outcome.largest {
            let _ = writeln!(
                self.out,
                "  {pages:>6} pages on {sites} site{}  kept {}",
                if *sites == 1 { " " } else { "s" },
                safe(kept)
            );
        }
    }

    /// Who reprints whom.
    pub(super) fn exchange(&mut self) {
        if !self.outcome.exchange.is_empty() {
            self.heading("who reprints whom");
        }
        for SyndicationRow { from, to, source_by, pages, .. } in &self.outcome.exchange {
            let (from, to) = (safe(from), safe(to));
            let between = if source_by.is_proposed() {
                format!("{to} from {from}")
            } else {
                format!("{from} and {to}, source not known")
            };
            let plural = if *pages == 1 { " " } else { "s" };
            let _ = writeln!(self.out, "  {:>6} page{plural}  {between}", grouped(*pages));
        }
    }

    /// What matters most.
    pub(super) fn findings(&mut self, report: &Report) {
        let folder = self.settings.folder().display();
        if report.findings.is_empty() {
            let _ = writeln!(
                self.out,
                "\n  nothing strange was found   {FAINT}see {folder}/report.html{FAINT:#}"
            );
            return;
        }
        self.heading("what to look at first");
        for finding in report.findings.iter().take(FINDINGS) {
            let site = finding.site.as_ref().map_or_else(String::new, |site| format!("{}: ", safe(site)));
            let example = finding
                .share
                .example
                .as_ref()
                .map_or_else(String::new, |id| format!("   {FAINT}for example {}{FAINT:#}", safe(id)));
            let _ = writeln!(self.out, "  {WARNING}!{WARNING:#} {site}{}{example}", safe(&finding.text));
        }
        let more = report.findings.len().saturating_sub(FINDINGS) as u64 + report.left_out.findings;
        let rest = if more == 0 { "all of it".to_owned() } else { format!("and {} more", grouped(more)) };
        let _ = writeln!(self.out, "  {FAINT}{rest}: {folder}/report.html{FAINT:#}");
    }

    /// What changed since an earlier report, and what the gates said.
    pub(super) fn verdicts(&mut self, report: &Report) {
        if let Some(changes) = &report.changes {
            let (changed, compared) = (changes.changes.len() as u64, changes.comparisons);
            let worse = changes.changes.iter().filter(|change| change.is_worse == Some(true)).count() as u64;
            let rest = format!(
                "of {} figures changed beyond noise since the baseline, {} for the worse",
                grouped(compared),
                grouped(worse)
            );
            self.out.push('\n');
            self.line("changed", changed, &rest);
        }
        let Some(gates) = &report.gates else { return };
        let failed = || gates.iter().filter(|gate| gate.passed == Some(false));
        let unasked = gates.iter().filter(|gate| gate.passed.is_none()).count() as u64;
        let rest = match (failed().count(), unasked) {
            (0, 0) => "all passed".to_owned(),
            (failed, 0) => format!("{} failed", grouped(failed as u64)),
            (failed, unasked) => {
                format!("{} failed, {} could not be asked", grouped(failed as u64), grouped(unasked))
            }
        };
        self.out.push('\n');
        self.line("gates", gates.len() as u64, &rest);
        for gate in failed() {
            let site = gate.site.as_ref().map_or_else(String::new, |site| format!(", {}", safe(site)));
            let (name, message) = (safe(&gate.gate), safe(&gate.message));
            let _ = writeln!(self.out, "  {WARNING}failed{WARNING:#} {name}{site}: {message}");
        }
    }

    /// Where the results are, and what to do with them.
    pub(super) fn written(&mut self, next: &str) {
        let folder = self.settings.folder().display();
        let inputs = self.settings.reading.inputs.iter().map(|input| input.display().to_string());
        let inputs = inputs.collect::<Vec<_>>().join(" ");
        let index = self.settings.index.as_ref();
        let index = index.map_or(String::new(), |index| format!(" --index {}", index.display()));
        let _ =
            writeln!(self.out, "\n  written to {folder}   {FAINT}{next} {folder} {inputs}{index}{FAINT:#}");
    }
}
