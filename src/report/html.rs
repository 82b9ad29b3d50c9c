//! `report.html`: one file that asks nothing of anybody.
//!
//! The content security policy allows the scripts and the style of this file, by their hashes, and nothing else: no
//! request, no inline handler, no evaluation. Foreign text is escaped by the template, or lies in a data block whose
//! `<` are escaped, and becomes text nodes.

use super::data::Data;
use super::overview::{self, ChangesView, FIRST_FINDINGS, FindingView, GateView, Group, RejectView};
use super::shown::{Shown, count, percent, ratio};
use crate::audit::report::Report;
use crate::error::{Error, ErrorKind, Result};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("assets/style.css");

/// In the order in which they run.
const SCRIPTS: &[&str] = &[
    include_str!("vendor/d3.min.js"),
    include_str!("assets/dom.js"),
    include_str!("assets/charts.js"),
    include_str!("assets/matrix.js"),
    include_str!("assets/sites.js"),
    include_str!("assets/site.js"),
    include_str!("assets/clusters.js"),
    include_str!("assets/main.js"),
];

#[derive(Template)]
#[template(path = "report.html", config = "src/report/askama.toml")]
struct Page {
    policy: String,
    style: &'static str,
    scripts: &'static [&'static str],
    data: String,
    tamis: Shown,
    batch: Shown,
    as_of: Option<Shown>,
    answer: Vec<String>,
    key_figures: Vec<(&'static str, String)>,
    findings: Vec<FindingView>,
    more_findings: Vec<FindingView>,
    gates: Option<Vec<GateView>>,
    groups: Vec<Group>,
    changes: Option<ChangesView>,
    rejects: Vec<RejectView>,
    left_out: Vec<String>,
    sites: usize,
    clusters: usize,
    flows: usize,
}

/// The page of a report, complete. Cost: linear in the report, twice its size in memory.
///
/// # Errors
/// Never in practice: what is written lies in memory.
pub fn render(report: &Report) -> Result<String> {
    let fault = |cause: &dyn std::fmt::Display| Error::new(ErrorKind::Disk, "report.html", cause.to_string());
    let data = Data::of(report).map_err(|cause| fault(&cause))?;
    let mut findings = overview::findings(report);
    let page = Page {
        policy: policy(),
        style: STYLE,
        scripts: SCRIPTS,
        data: within_script(&serde_json::to_string(&data).map_err(|cause| fault(&cause))?),
        tamis: Shown::new(&report.tamis),
        batch: Shown::new(&report.batch),
        as_of: Shown::of(report.as_of.as_ref()),
        answer: overview::answer(report),
        key_figures: key_figures(report),
        more_findings: findings.split_off(findings.len().min(FIRST_FINDINGS)),
        findings,
        gates: report.gates.as_deref().map(overview::gate_views),
        groups: overview::groups(&report.total),
        changes: overview::changes_view(report),
        rejects: overview::rejects(report),
        left_out: overview::left_out(report, data.sites_without_details),
        sites: report.sites.len(),
        clusters: report.clusters.len(),
        flows: report.syndication.len(),
    };
    page.render().map_err(|cause| fault(&cause))
}

fn key_figures(report: &Report) -> Vec<(&'static str, String)> {
    let total = &report.total;
    let removed = total.pages - total.kept.min(total.pages);
    vec![
        ("pages", count(total.pages)),
        ("sites", count(report.sites.len() as u64)),
        ("copies", percent(ratio(removed, total.pages))),
        ("junk", percent(ratio(total.stripped, total.characters))),
        ("median length", format!("{} characters", count(total.lengths[2]))),
    ]
}

fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let scripts: Vec<String> = SCRIPTS.iter().map(|script| hash(script)).collect();
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        scripts.join(" "),
        hash(STYLE)
    )
}

/// JSON that can stand within a script element: no `<` can end it or begin a comment in it.
fn within_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
