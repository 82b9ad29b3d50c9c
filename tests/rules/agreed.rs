//! `lines.jsonl` agrees with what is done: decisions, places, sites that were met, the strict operating point.

use super::{ARABIC, ENGLISH, learned, pages};
use crate::support::workdir::{Workdir, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn strip(workdir: &Workdir, input: &str, output: &str, more: &[&str]) {
    let arguments = [&["strip", input, "--profile", "sites.tamis", "-o", output, "--mask"], more].concat();
    workdir.done(&arguments);
}

fn row(workdir: &Workdir, output: &str, site: &str, line: &str) -> Value {
    let rows = workdir.rows(&format!("{output}/lines.jsonl"));
    let found = rows.iter().find(|row| row["site"] == site && row["line"] == line);
    found.unwrap_or_else(|| panic!("no row of {line:?}")).clone()
}

/// Of each line of a site, at how many places it stands, and at how many of these it went.
fn done(workdir: &Workdir, output: &str, site: &str) -> BTreeMap<String, (u64, u64)> {
    let masks = workdir.rows(&format!("{output}/mask.jsonl"));
    let mut done: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (page, mask) in workdir.rows("in.jsonl").iter().zip(masks) {
        for (line, keep) in text(page, "text").split('\n').zip(mask["keep"].as_array().unwrap()) {
            let of = done.entry(line.to_owned()).or_default();
            if page["site"] == site {
                *of = (of.0 + 1, of.1 + u64::from(keep == 0));
            }
        }
    }
    done
}

#[test]
fn what_a_person_decided_is_told_as_it_is_done() {
    let workdir = learned();
    let text =
        "## news.example\nkeep | Home\nstrip | Our correspondent reports\nstrip | Nowhere to be seen\n";
    workdir.write("rules.txt", text);
    workdir.done(&["rules", "sites.tamis", "--apply", "rules.txt"]);
    strip(&workdir, "in.jsonl", "out", &[]);
    let kept = row(&workdir, "out", ENGLISH, "Home");
    assert_eq!((&kept["tier"], &kept["reasons"][0]), (&json!("keep"), &json!("kept by hand")));
    assert_eq!((&kept["places"], &kept["stripped"]), (&json!(30), &json!(0)));
    let gone = row(&workdir, "out", ENGLISH, "Our correspondent reports");
    assert_eq!((&gone["tier"], &gone["reasons"][0]), (&json!("strip"), &json!("stripped by hand")));
    assert_eq!(gone["places"], gone["stripped"]);
    let unseen = row(&workdir, "out", ENGLISH, "Nowhere to be seen");
    assert_eq!((&unseen["tier"], &unseen["reasons"]), (&json!("strip"), &json!(["stripped by hand"])));
    for (field, expected) in [("pages", 0), ("of", 30), ("places", 0), ("stripped", 0)] {
        assert_eq!(unseen[field], expected, "{field}");
    }
}

#[test]
fn places_and_stripped_are_what_happened_where_all_pages_are_in_the_sample() {
    let workdir = learned();
    strip(&workdir, "in.jsonl", "out", &[]);
    let done = done(&workdir, "out", ENGLISH);
    let rows = workdir.rows("out/lines.jsonl");
    let mut compared = 0;
    for row in rows.iter().filter(|row| row["site"] == ENGLISH) {
        let line = text(row, "line");
        // A line that holds a number or the title of its page stands for others as well.
        let Some(found) = done.get(&line).filter(|_| !line.contains(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        if line.starts_with("Send ") {
            continue;
        }
        let told = (row["places"].as_u64().unwrap(), row["stripped"].as_u64().unwrap());
        assert_eq!(told, *found, "{row}");
        assert_eq!(row["tier"] == "strip", 2 * told.1 > told.0, "{row}");
        compared += 1;
    }
    assert!(compared >= 8, "{compared} lines are in the table");
}

#[test]
fn reasons_are_in_words_and_add_up() {
    let workdir = learned();
    strip(&workdir, "in.jsonl", "out", &[]);
    let home = row(&workdir, "out", ENGLISH, "Home");
    let reasons: Vec<&str> =
        home["reasons"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect();
    let amount =
        |reason: &str| (10.0 * reason.split(' ').next().unwrap().parse::<f64>().unwrap()).round() as i64;
    let (sum, parts) = reasons.split_last().unwrap();
    assert!(sum.contains(" in sum; stripped from "), "{reasons:?}");
    assert_eq!(parts.iter().map(|part| amount(part)).sum::<i64>(), amount(sum), "{reasons:?}");
    assert!(parts.iter().all(|part| !part.contains('_')), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("all 29 other articles")), "{reasons:?}");
}

#[test]
fn only_sites_that_were_met_are_told_and_alike_for_any_threads_and_company() {
    let workdir = learned();
    let english: String = pages(0, 30).split_inclusive('\n').filter(|line| line.contains(ENGLISH)).collect();
    workdir.write("english.jsonl", english);
    strip(&workdir, "in.jsonl", "both", &[]);
    let of_site = |output: &str, site: &str| {
        let mut rows = workdir.rows(&format!("{output}/lines.jsonl"));
        rows.retain(|row| row["site"] == site);
        rows
    };
    for threads in ["1", "3"] {
        strip(&workdir, "english.jsonl", threads, &["--threads", threads]);
        assert!(of_site(threads, ARABIC).is_empty() && !of_site("both", ARABIC).is_empty());
        assert_eq!(of_site(threads, ENGLISH), of_site("both", ENGLISH));
    }
}

#[test]
fn strict_strips_a_part_of_what_is_stripped_and_says_so() {
    let workdir = learned();
    strip(&workdir, "in.jsonl", "usual", &[]);
    strip(&workdir, "in.jsonl", "strict", &["--strict"]);
    for (output, strict) in [("usual", false), ("strict", true)] {
        assert_eq!(workdir.manifest(output)["settings"]["strict"], strict);
    }
    assert_ne!(workdir.manifest("usual")["batch"], workdir.manifest("strict")["batch"]);
    let spans = |output: &str| -> BTreeSet<(String, String)> {
        let rows = workdir.rows(&format!("{output}/spans.jsonl"));
        let of = |row: &Value| -> Vec<(String, String)> {
            row["spans"]
                .as_array()
                .unwrap()
                .iter()
                .map(|span| (text(row, "id"), span["start"].to_string()))
                .collect()
        };
        rows.iter().flat_map(of).collect()
    };
    let (usual, strict) = (spans("usual"), spans("strict"));
    assert!(!strict.is_empty() && strict.is_subset(&usual));
    let rows = workdir.rows("strict/lines.jsonl");
    let learned = rows.iter().filter(|row| row["tier"] == "strip");
    for row in learned {
        assert!(row["reasons"].to_string().contains("strict threshold"), "{row}");
    }
    workdir.done(&["restore", "strict", "-o", "back.jsonl"]);
    assert!(workdir.bytes("back.jsonl") == workdir.bytes("in.jsonl"));
}
