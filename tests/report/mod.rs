//! `report.html` and its parts: what can be said of the page without looking at it. `tests/browser` looks at the pages
//! that are written here.

mod made;

use crate::support::random::Random;
use made::{ATTACKS, REPORTS};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tamis::audit::metric::Metric;
use tamis::audit::report::{
    Change, Changes, Cluster, Figures, Finding, Flow, Gate, JunkLine, LeftOut, Reject, Report, Run, Sample,
    SampleLine, Share, Side, Site,
};
use tamis::report::html::render;

const LARGEST_BYTES: usize = 10_000_000;

fn made(name: &str) -> Report {
    REPORTS.iter().find(|(known, _)| *known == name).unwrap().1()
}

#[test]
fn pages_are_written_for_the_browser_and_stay_small() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports");
    fs::create_dir_all(&folder).unwrap();
    for (name, make) in REPORTS {
        let page = render(&make()).unwrap();
        assert!(page.len() <= LARGEST_BYTES, "{name} has {} bytes", page.len());
        fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
}

#[test]
fn the_same_report_is_the_same_page() {
    assert!(render(&made("hostile")).unwrap() == render(&made("hostile")).unwrap());
}

#[test]
fn no_text_of_a_crawl_is_markup() {
    let page = render(&made("hostile")).unwrap();
    for attack in ATTACKS.iter().filter(|attack| attack.contains('<')) {
        assert!(!page.contains(attack), "{attack:?} stands in the page as it is");
    }
    for hidden in ['\u{202e}', '\u{2066}', '\u{2028}', '\0', '\u{1b}'] {
        assert!(!page.contains(hidden), "{hidden:?} is hidden in the page");
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = render(&made("small")).unwrap();
    let head = &page[..page.find("<style>").unwrap()];
    assert!(head.contains("default-src &#39;none&#39;") || head.contains("default-src 'none'"), "{head}");
    assert!(!head.contains("unsafe"), "{head}");
    for loading in [
        " src=",
        "<link rel=\"stylesheet",
        "@import",
        "url(http",
        "<iframe",
        "<object",
        " style=",
        " onclick=",
    ] {
        let body = page.split("<script").next().unwrap();
        assert!(!body.contains(loading), "{loading}");
    }
}

#[test]
fn details_are_left_out_for_the_least_noteworthy_sites_and_the_page_says_so() {
    let report = made("large");
    let page = render(&report).unwrap();
    let data = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let sites = data["sites"].as_array().unwrap();
    assert_eq!(sites.len(), report.sites.len());
    let without = sites.iter().filter(|site| site["details"].is_null()).count();
    assert!(without > 0, "the report is too small to test this");
    let noteworthy = report.samples.len();
    assert!(sites[..noteworthy].iter().all(|site| !site["details"].is_null()));
    let grouped = format!("{},{:03} sites whose lines and examples", without / 1000, without % 1000);
    assert!(page.contains(&grouped), "{grouped}");
}
