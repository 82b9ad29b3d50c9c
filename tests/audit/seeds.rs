//! Five real pages, each from a site of its own, with almost every fault of their kind.

use super::crawl::{Made, audit};
use std::collections::{BTreeMap, BTreeSet};
use tamis::audit::metric::Metric;

#[test]
fn the_faults_of_the_seeds_are_named() {
    let file = crate::support::path("../shared/data/seeds/pages.jsonl");
    if !file.is_file() {
        assert!(std::env::var_os("TAMIS_REQUIRE_DATA").is_none(), "{} is not there", file.display());
        return eprintln!("LEFT OUT: {} is not there", file.display());
    }
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let field = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let pages: Vec<Made> = rows
        .map(|row| Made {
            site: field(&row, "site"),
            id: field(&row, "id"),
            text: field(&row, "text"),
            ..Made::default()
        })
        .collect();
    let summary = audit(&pages, &[]);
    let found: BTreeMap<&str, BTreeSet<Metric>> = pages
        .iter()
        .zip(&summary.flags)
        .map(|(page, flags)| (page.id.as_str(), flags.iter().collect()))
        .collect();
    println!("{found:#?}");
    for finding in &summary.report.findings {
        println!("{:?}: {}", finding.site, finding.text);
    }
    let has = |id: &str, metric: Metric| found[id].contains(&metric);
    let site = |id: &str| pages.iter().find(|page| page.id == id).map(|page| page.site.clone());
    let names = |id: &str, kind: &str| {
        let mut findings = summary.report.findings.iter().filter(|finding| finding.site == site(id));
        findings.any(|finding| finding.metric == Metric::Leftover && finding.text.contains(kind))
    };
    assert!(names("002", "licence"), "the licence warning");
    assert!(names("002", "comment") && names("004", "comment"), "the comment forms");
    assert!(has("001", Metric::SecondArticle), "the second article and its related list");
    assert!(has("003", Metric::RepeatedLines), "the entries of the menu");
    assert!(has("000", Metric::ForeignTitle), "the headline of another story");
    assert!(has("002", Metric::CutTitle), "the headline that breaks off");
}
