//! The same faults through `tamis run`: what `report.json` says of a site with faults and of its clean twin.

use super::crawl::{Bank, Made, site};
use super::faults::{Soil, all};
use crate::support::random::Random;
use crate::support::workdir::Workdir;
use serde_json::{Value, json};

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
        for (metric, share) in site["metrics"].as_object().unwrap() {
            let count = share["count"].as_u64().unwrap() as usize;
            let kinds = faults.iter().filter(|fault| fault.metric.name() == metric).count();
            let planted = if name.starts_with("faulty") { PLANTED * kinds } else { 0 };
            println!("{name} {metric}: {count} found, {planted} planted");
            let most = planted + PAGES / 100;
            if count * 100 < planted * 95 || count > most {
                wrong.push(format!("{name} {metric}: {count} found, {planted} planted"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
