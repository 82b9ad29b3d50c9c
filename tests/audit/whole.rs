//! The same faults through `tamis run`: what `report.json` says of a site with faults and of its clean twin.

use super::crawl::{Bank, Made, site};
use super::faults::{Fault, Soil, all};
use crate::support::random::Random;
use crate::support::workdir::Workdir;
use serde_json::{Value, json};
use tamis::audit::metric::Metric;

const PAGES: usize = 400;
const PLANTED: usize = 20;

/// Faults that leave pages what they are for each other: no copies, nothing that many pages have.
const FAULTS: [&str; 9] = [
    "cut at a word",
    "stubs",
    "empty",
    "U+FFFD",
    "wrong language",
    "title with an ellipsis",
    "second article behind a related list",
    "no author",
    "date of 1970",
];

/// What faults bring along besides: copies of what was glued on, pages with the same few lines, titles of pages in another language,
/// related lists. Judged on clean sites only.
const CONSEQUENCES: [Metric; 7] = [
    Metric::Exact,
    Metric::Near,
    Metric::Contained,
    Metric::Stale,
    Metric::Wall,
    Metric::ForeignTitle,
    Metric::Leftover,
];

/// Pages of a site that may be missed: of twenty that are found with a chance of 96 % each, more than three are missed once in a hundred
/// times.
const MISSED: usize = 3;

/// What a fault is called where pages have the lines of a site: a page with nothing else is not empty.
fn seen_as(fault: &Fault) -> Metric {
    if fault.metric == Metric::Empty { Metric::NoArticle } else { fault.metric }
}

/// Lines that stand on every page, above and below the article.
const MENU: &str = "Home\nNews\nSport\nHarbour and coast\n\n";
const FOOT: &str = "\n\nAbout this paper\nWrite to the desk\nAll rights reserved by the paper";

fn record(page: &Made) -> String {
    let mut row = json!({ "id": page.id, "site": page.site, "text": format!("{MENU}{}{FOOT}", page.text) });
    for (name, field) in
        [("url", &page.url), ("title", &page.title), ("date", &page.date), ("author", &page.author)]
    {
        if let Some(value) = field {
            row[name] = value.as_str().into();
        }
    }
    row.to_string()
}

#[test]
fn a_run_reports_what_was_planted_and_nothing_else() {
    let faults: Vec<_> = all().into_iter().filter(|fault| FAULTS.contains(&fault.name)).collect();
    assert_eq!(faults.len(), FAULTS.len());
    let mut random = Random::new(77);
    let mut records = Vec::new();
    for (language, other) in [("en", "fr"), ("ar", "en")] {
        let (own, other) = (Bank::read(language), Bank::read(other));
        let clean = site(&format!("clean-{language}.example"), &own, PAGES, &mut random);
        let mut pages = site(&format!("faulty-{language}.example"), &own, PAGES, &mut random);
        let neighbours = pages.clone();
        for (number, page) in pages.iter_mut().enumerate().take(PLANTED * faults.len()) {
            let neighbour = &neighbours[PAGES - 1 - number];
            let soil = Soil { own: &own, other: &other, language, neighbour };
            (faults[number % faults.len()].plant)(page, &soil, &mut random);
        }
        records.extend(pages.iter().chain(&clean).map(record));
    }
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", records.join("\n"));
    workdir.done(&["run", "crawl.jsonl", "-o", "out", "--as-of", "2025-04-30"]);
    let report: Value = serde_json::from_slice(&workdir.bytes("out/report.json")).unwrap();
    let mut wrong = Vec::new();
    for site in report["sites"].as_array().unwrap() {
        let name = site["site"].as_str().unwrap();
        assert!(site["stripped"].as_u64().unwrap() > 0, "{name} lost no line of its template");
        let is_faulty = name.starts_with("faulty");
        for metric in Metric::ALL.iter().filter(|metric| !is_faulty || !CONSEQUENCES.contains(metric)) {
            let count = site["metrics"][metric.name()]["count"].as_u64().unwrap_or_default() as usize;
            let kinds = faults.iter().filter(|fault| is_faulty && seen_as(fault) == *metric).count();
            let planted = PLANTED * kinds;
            if count + MISSED * kinds < planted || count > planted + PAGES / 100 {
                wrong.push(format!("{name} {}: {count} found, {planted} planted", metric.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
