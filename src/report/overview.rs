//! What is written into the page when it is made, and is there without a script: the answer, findings, gates, figures,
//! changes, rejected records, and what is left out.

use super::shown::{Shown, count, counted, of_share, percent, ratio};
use crate::audit::metric::{Kind, Metric};
use crate::audit::report::{Change, Figures, Finding, Gate, Reject, Report, Share};
use std::collections::HashSet;

/// Findings that are seen at once; the others open on demand.
pub const FIRST_FINDINGS: usize = 10;

/// Is this crawl any good? Two or three sentences, then whatever else has to be said.
pub fn answer(report: &Report) -> Vec<String> {
    let total = &report.total;
    if total.pages == 0 {
        return [Some("There is no page in this crawl.".into()), rejected(report), gates(report)]
            .into_iter()
            .flatten()
            .collect();
    }
    let removed = total.pages - total.kept.min(total.pages);
    let copies = format!(
        "{} of {}: {} {} kept, {} ({}) {} of them.",
        counted(total.pages, "page", "pages"),
        counted(report.sites.len() as u64, "site", "sites"),
        count(total.kept),
        if total.kept == 1 { "is" } else { "are" },
        count(removed),
        percent(ratio(removed, total.pages)),
        if removed == 1 { "is a copy" } else { "are copies" },
    );
    let junk = format!(
        "{} of the text is junk: lines of a site's template, not of an article.",
        percent(ratio(total.stripped, total.characters))
    );
    [Some(copies), Some(junk), Some(attention(report)), rejected(report), gates(report), changes(report)]
        .into_iter()
        .flatten()
        .collect()
}

fn attention(report: &Report) -> String {
    let named: HashSet<&str> = report.findings.iter().filter_map(|finding| finding.site.as_deref()).collect();
    let (some, all) = (named.len(), report.sites.len());
    match some {
        0 if report.findings.is_empty() => "Nothing stands out beyond that.".into(),
        0 => "What stands out is said of all sites together.".into(),
        1 if all == 1 => "It wants a look.".into(),
        _ if some == all => "Every site wants a look.".into(),
        _ => format!(
            "{}{} of {} {} a look.",
            if report.left_out.findings > 0 { "At least " } else { "" },
            count(some as u64),
            counted(all as u64, "site", "sites"),
            if some == 1 { "wants" } else { "want" }
        ),
    }
}

fn rejected(report: &Report) -> Option<String> {
    let Share { count: records, of, .. } = report.rejected;
    let text = format!("{} of {} could not be used.", count(records), counted(of, "record", "records"));
    (records > 0).then_some(text)
}

fn gates(report: &Report) -> Option<String> {
    let gates = report.gates.as_ref()?;
    let failed = gates.iter().filter(|gate| gate.passed == Some(false)).count() as u64;
    let all = counted(gates.len() as u64, "gate", "gates");
    Some(if failed == 0 {
        format!("No gate failed, of {all}.")
    } else {
        format!("{} of {all} failed.", count(failed))
    })
}

fn changes(report: &Report) -> Option<String> {
    let changes = &report.changes.as_ref()?.changes;
    let worse = changes.iter().filter(|change| change.is_worse == Some(true)).count() as u64;
    Some(match changes.len() as u64 {
        0 => "Nothing changed beyond noise since the baseline.".into(),
        some => format!(
            "{} changed beyond noise since the baseline, {} for the worse.",
            counted(some, "figure", "figures"),
            count(worse)
        ),
    })
}

/// A finding as it is shown.
pub struct FindingView {
    /// The site, if it is said of one.
    pub site: Option<Shown>,
    /// Name of the kind of fault.
    pub kind: &'static str,
    /// The finding as a sentence.
    pub text: Shown,
    /// What it is about.
    pub excerpt: Shown,
    /// Id of a page that has it.
    pub example: Option<Shown>,
}

/// The findings, in their order.
pub fn findings(report: &Report) -> Vec<FindingView> {
    let view = |finding: &Finding| FindingView {
        site: Shown::of(finding.site.as_ref()),
        kind: kind_title(finding.metric.kind()),
        text: Shown::new(&finding.text),
        excerpt: Shown::new(&finding.excerpt),
        example: Shown::of(finding.share.example.as_ref()),
    };
    report.findings.iter().map(view).collect()
}

/// A gate as it is shown.
pub struct GateView {
    /// `failed`, `not asked` or `passed`.
    pub state: &'static str,
    /// Its name.
    pub gate: Shown,
    /// The site, if it is of one.
    pub site: Option<Shown>,
    /// What was measured and wanted.
    pub message: Shown,
}

/// The gates, failed ones first.
pub fn gate_views(gates: &[Gate]) -> Vec<GateView> {
    let mut gates: Vec<&Gate> = gates.iter().collect();
    gates.sort_by_key(|gate| match gate.passed {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    let state = |passed| match passed {
        Some(false) => "failed",
        None => "not asked",
        Some(true) => "passed",
    };
    let view = |gate: &Gate| GateView {
        state: state(gate.passed),
        gate: Shown::new(&gate.gate),
        site: Shown::of(gate.site.as_ref()),
        message: Shown::new(&gate.message),
    };
    gates.into_iter().map(view).collect()
}

/// The metrics of one kind.
pub struct Group {
    /// The kind, for people.
    pub title: &'static str,
    /// Those of which something was found, in the order of [`Metric::ALL`].
    pub rows: Vec<MetricRow>,
    /// Names of those of which nothing was found.
    pub absent: Vec<&'static str>,
}

/// One metric of all pages. Ends of the interval and the share itself are percentages of the axis.
pub struct MetricRow {
    /// Its name for people.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Pages, and of how many.
    pub counts: String,
    /// Their share.
    pub share: String,
    /// The share on an axis of square roots, so that 1 % can be seen beside 60 %.
    pub at: String,
    /// Lower end of the interval, likewise.
    pub low: String,
    /// Upper end.
    pub high: String,
    /// Id of a page that has it.
    pub example: Option<Shown>,
}

/// The metrics of all pages by kind.
pub fn groups(total: &Figures) -> Vec<Group> {
    let kinds = [Kind::Copies, Kind::Body, Kind::Foreign, Kind::Text, Kind::Fields];
    let group = |kind| {
        let of_kind = total.metrics.iter().filter(|(metric, _)| metric.kind() == kind);
        let (found, absent): (Vec<_>, Vec<_>) = of_kind.partition(|(_, share)| share.count > 0);
        Group {
            title: kind_title(kind),
            rows: found.into_iter().map(|(metric, share)| metric_row(*metric, share)).collect(),
            absent: absent.into_iter().map(|(metric, _)| metric.title()).collect(),
        }
    };
    let groups = kinds.into_iter().map(group);
    groups.filter(|group| !group.rows.is_empty() || !group.absent.is_empty()).collect()
}

fn metric_row(metric: Metric, share: &Share) -> MetricRow {
    MetricRow {
        title: metric.title(),
        meaning: metric.meaning(),
        counts: format!("{} of {}", count(share.count), count(share.of)),
        share: percent(of_share(share)),
        at: on_axis(of_share(share)),
        low: on_axis(share.low),
        high: on_axis(share.high),
        example: Shown::of(share.example.as_ref()),
    }
}

fn on_axis(share: f64) -> String {
    format!("{:.2}%", 100.0 * share.clamp(0.0, 1.0).sqrt())
}

/// The name of a kind of fault, for people.
pub const fn kind_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Copies => "Copies",
        Kind::Body => "Article body",
        Kind::Foreign => "Foreign text",
        Kind::Text => "Encoding and language",
        Kind::Fields => "Fields",
    }
}

/// What changed since the baseline.
pub struct ChangesView {
    /// The earlier batch.
    pub batch: Shown,
    /// How much of the list is expected to be noise, and of how many comparisons.
    pub noise: String,
    /// The figures.
    pub rows: Vec<ChangeView>,
    /// New sites.
    pub new_sites: Vec<Shown>,
    /// Sites that are gone.
    pub gone_sites: Vec<Shown>,
}

/// A figure that changed, as it is shown.
pub struct ChangeView {
    /// The site, if it is of one.
    pub site: Option<Shown>,
    /// Name of the figure.
    pub figure: Shown,
    /// Before and now, in the unit of the figure.
    pub before: String,
    /// See `before`.
    pub now: String,
    /// Both as places on the axis of shares; none if it is no share.
    pub places: Option<[String; 2]>,
    /// `worse`, `better` or `other`.
    pub way: &'static str,
    /// Probability by chance alone.
    pub p: String,
}

/// The changes of a report, if it was compared.
pub fn changes_view(report: &Report) -> Option<ChangesView> {
    let changes = report.changes.as_ref()?;
    let all = |sites: &[String]| sites.iter().map(|site| Shown::new(site)).collect();
    Some(ChangesView {
        batch: Shown::new(&changes.batch),
        noise: format!(
            "{} of those listed are expected to be noise, after {}.",
            percent(changes.false_discovery_rate),
            counted(changes.comparisons, "comparison", "comparisons")
        ),
        rows: changes.changes.iter().map(change_view).collect(),
        new_sites: all(&changes.new_sites),
        gone_sites: all(&changes.gone_sites),
    })
}

fn change_view(change: &Change) -> ChangeView {
    let metric = Metric::ALL.iter().find(|metric| metric.name() == change.figure);
    let is_share = metric.is_some() || change.figure == "junk";
    let amount = |figure: f64| if is_share { percent(figure) } else { count(figure.max(0.0).round() as u64) };
    ChangeView {
        site: Shown::of(change.site.as_ref()),
        figure: Shown::new(metric.map_or(change.figure.as_str(), |metric| metric.title())),
        before: amount(change.before),
        now: amount(change.now),
        places: is_share.then(|| [change.before, change.now].map(on_axis)),
        way: match change.is_worse {
            Some(true) => "worse",
            Some(false) => "better",
            None => "other",
        },
        p: if change.p < 1e-4 { "< 0.0001".into() } else { format!("{:.4}", change.p) },
    }
}

/// Rejected records of one reason, as they are shown.
pub struct RejectView {
    /// The reason.
    pub reason: Shown,
    /// How many.
    pub records: String,
    /// Where the first stands.
    pub place: Shown,
}

/// The rejected records by reason.
pub fn rejects(report: &Report) -> Vec<RejectView> {
    let view = |reject: &Reject| RejectView {
        reason: Shown::new(&reject.reason),
        records: count(reject.records),
        place: Shown::new(&format!("{}, record {}", reject.file, reject.record)),
    };
    report.rejects.iter().map(view).collect()
}

/// What the page leaves out, as sentences.
pub fn left_out(report: &Report, sites_without_details: u64) -> Vec<String> {
    let left = &report.left_out;
    let parts = [
        (left.findings, "finding", "findings", "that weigh less"),
        (left.samples, "site", "sites", "without a sample page"),
        (sites_without_details, "site", "sites", "whose lines and examples are in report.json alone"),
        (left.clusters, "cluster", "clusters", "without a difference"),
        (left.flows, "pair of sites", "pairs of sites", "that share fewer pages"),
    ];
    let some = parts.into_iter().filter(|(number, ..)| *number > 0);
    some.map(|(number, one, many, what)| format!("{} {what}", counted(number, one, many))).collect()
}
