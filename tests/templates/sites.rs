//! Invented sites, and what becomes of their pages.

use super::{articles, bulletins, deduplicated, relations, removed};
use crate::support::workdir::{Prose, record};

const SITE: &str = "north.example";

#[test]
fn bulletins_of_one_form_are_a_template_and_stay() {
    let mut prose = Prose::new(1);
    let mut records = articles(&mut prose, SITE, 30, 120);
    records.extend(bulletins(&mut prose, "weather", &[SITE; 8], 100, 8));
    let workdir = deduplicated(&records, &[]);
    assert_eq!(removed(&workdir), [""; 0]);
    let pairs = relations(&workdir, "weather");
    assert!(pairs.len() == 28 && pairs.iter().all(|relation| relation == "template"), "{pairs:?}");
    let templates = workdir.rows("out/templates.jsonl");
    assert_eq!(templates.len(), 1);
    assert_eq!(templates[0]["members"].as_array().unwrap().len(), 8);
    assert_eq!(templates[0]["sites"], serde_json::json!([SITE]));
}

#[test]
fn an_agency_bulletin_is_a_template_across_sites_too() {
    let mut prose = Prose::new(2);
    let sites = ["north.example", "south.example", "east.example"];
    let mut records: Vec<String> =
        sites.iter().flat_map(|site| articles(&mut prose, site, 30, 120)).collect();
    let places: Vec<&str> = sites.iter().cycle().take(12).copied().collect();
    records.extend(bulletins(&mut prose, "telegram", &places, 100, 8));
    let workdir = deduplicated(&records, &[]);
    assert_eq!(removed(&workdir), [""; 0]);
    let templates = workdir.rows("out/templates.jsonl");
    assert_eq!(templates.len(), 1, "{templates:?}");
    assert_eq!(templates[0]["sites"].as_array().unwrap().len(), 3);
    assert_eq!(templates[0]["members"].as_array().unwrap().len(), 12);
}

#[test]
fn a_site_that_posts_everything_again_and_again_loses_the_copies() {
    // Counted by pages, its own news would be its frame.
    let mut prose = Prose::new(3);
    let mut records = Vec::new();
    for number in 0..30 {
        let words = prose.words(120);
        records.push(record(&format!("{number:02}-a"), SITE, &words.join(" ")));
        for (post, at) in [("b", 20), ("c", 70)] {
            let again = prose.edited(&words, at, 12);
            records.push(record(&format!("{number:02}-{post}"), SITE, &again.join(" ")));
        }
    }
    let workdir = deduplicated(&records, &[]);
    assert_eq!(removed(&workdir).len(), 60);
    assert!(workdir.rows("out/pairs.jsonl").iter().any(|row| row["jaccard"].as_f64().unwrap() < 0.7));
    assert_eq!(workdir.manifest("out")["counts"]["templates"], 0);
}

#[test]
fn a_story_in_five_versions_is_one_story() {
    let mut prose = Prose::new(4);
    let mut records = articles(&mut prose, SITE, 40, 120);
    let words = prose.words(150);
    for version in 0..5 {
        let edited = prose.edited(&words, 25 * version, 9);
        records.push(record(&format!("story-{version}"), SITE, &edited.join(" ")));
    }
    let workdir = deduplicated(&records, &[]);
    assert_eq!(removed(&workdir).len(), 4);
    assert!(relations(&workdir, "story").iter().all(|relation| relation == "near"));
}

#[test]
fn articles_under_one_gallery_of_a_thousand_words_are_not_merged() {
    let mut prose = Prose::new(5);
    let mut records = articles(&mut prose, SITE, 30, 120);
    let gallery = prose.text(1_500);
    // Three tenths of a page are its own, or a sixth where more pages have the gallery.
    for (pages, own, other) in [(4, 600, "few"), (12, 300, "many")] {
        let gallery = if other == "few" { gallery.clone() } else { prose.text(1_500) };
        for number in 0..pages {
            let text = format!("{} {gallery}", prose.text(own));
            records.push(record(&format!("{other}-{number}"), SITE, &text));
        }
    }
    let workdir = deduplicated(&records, &[]);
    assert_eq!(removed(&workdir), [""; 0]);
    for (prefix, count) in [("few", 6), ("many", 66)] {
        let pairs = relations(&workdir, prefix);
        assert!(pairs.len() == count && pairs.iter().all(|relation| relation == "template"), "{pairs:?}");
    }
}

/// A site whose pages are nine tenths menu, with a line feed between lines; every fifth article comes twice.
fn nearly_all_menu(prose: &mut Prose) -> Vec<String> {
    let line = |prose: &mut Prose| prose.text(12);
    let head: Vec<String> = (0..15).map(|_| line(prose)).collect();
    let tail: Vec<String> = (0..15).map(|_| line(prose)).collect();
    let mut records = Vec::new();
    for number in 0..40 {
        let article = format!("{}\n{}", prose.text(20), prose.text(20));
        let text = format!("{}\n{article}\n{}", head.join("\n"), tail.join("\n"));
        records.push(record(&format!("page-{number:02}"), SITE, &text));
        if number % 5 == 0 {
            let again = text.replacen(&article, &format!("{article}\nread {number} times"), 1);
            records.push(record(&format!("page-{number:02}-again"), SITE, &again));
        }
    }
    records
}

#[test]
fn articles_of_a_site_that_is_nine_tenths_menu_are_not_merged() {
    let records = nearly_all_menu(&mut Prose::new(6));
    let workdir = deduplicated(&records, &[]);
    assert_eq!(removed(&workdir).len(), 8, "each article that came twice, once");
    for row in workdir.rows("out/removed.jsonl") {
        let name = |field: &str| row[field].as_str().unwrap()[..7].to_owned();
        assert_eq!(name("id"), name("kept"), "{row}");
    }
    let pairs = workdir.rows("out/pairs.jsonl");
    assert!(pairs.iter().any(|row| row["relation"] == "template" && row["jaccard"].as_f64().unwrap() > 0.8));
}

#[test]
fn nor_are_they_once_the_menu_is_stripped() {
    let workdir = crate::support::workdir::Workdir::new();
    workdir.write("in.jsonl", nearly_all_menu(&mut Prose::new(6)).concat());
    workdir.done(&["learn", "in.jsonl", "-o", "sites.tamis", "--quiet"]);
    workdir.done(&["strip", "in.jsonl", "--profile", "sites.tamis", "-o", "stripped", "--quiet"]);
    workdir.done(&["dedup", "stripped/pages.jsonl", "-o", "out", "--quiet"]);
    workdir.done(&["verify", "out", "stripped/pages.jsonl", "--quiet"]);
    assert_eq!(removed(&workdir).len(), 8);
}

#[test]
fn of_a_site_under_twenty_pages_nothing_is_known_and_more_is_asked() {
    let mut prose = Prose::new(7);
    let words = prose.words(122);
    // Of 120 shingles each 90 or 100 are shared: Jaccard 0.6 or 0.714.
    let alike = |prose: &mut Prose, id: &str, edits: usize| {
        record(id, SITE, &prose.edited(&words, 20, edits - 2).join(" "))
    };
    let mut records = vec![
        record("base", SITE, &words.join(" ")),
        alike(&mut prose, "low", 30),
        alike(&mut prose, "high", 20),
    ];
    let small = deduplicated(&records, &[]);
    assert_eq!(removed(&small).len(), 1);
    let pairs = small.rows("out/pairs.jsonl");
    assert!(pairs.iter().all(|row| row["guard"] == "none" && row["residual"].is_null()), "{pairs:?}");
    records.extend(articles(&mut prose, SITE, 17, 120));
    let large = deduplicated(&records, &[]);
    assert_eq!(removed(&large).len(), 2);
    assert!(large.rows("out/pairs.jsonl").iter().all(|row| row["guard"] == "frame"));
}

#[test]
fn pages_that_differ_in_a_counter_only_are_copies_however_many_there_are() {
    let mut prose = Prose::new(8);
    let words = prose.words(90);
    let records: Vec<String> = (0..60)
        .map(|number| {
            let text = format!("{} {number} {}", words[..45].join(" "), words[45..].join(" "));
            record(&format!("p{number:02}"), SITE, &text)
        })
        .collect();
    assert_eq!(removed(&deduplicated(&records, &[])).len(), 59);
}

#[test]
fn templates_are_removed_when_asked() {
    let mut prose = Prose::new(9);
    let mut records = articles(&mut prose, SITE, 30, 120);
    records.extend(bulletins(&mut prose, "weather", &[SITE; 8], 100, 8));
    let workdir = deduplicated(&records, &["--remove", "exact,near,template"]);
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!(rows.len(), 7);
    for row in rows {
        assert_eq!((&row["relation"], &row["guard"]), (&"template".into(), &"frame".into()), "{row}");
        assert!(row["residual"].as_f64().unwrap() < 0.3 && row["common"].as_u64().unwrap() > 50, "{row}");
    }
    let counts = &workdir.manifest("out")["counts"];
    assert_eq!((&counts["removed"]["template"], &counts["kept"]), (&7.into(), &31.into()));
}
