//! `tamis verify`: proves what is right, and finds one wrong figure.

use super::{crawl, deduplicated};
use crate::support::workdir::{Run, Workdir, record};
use serde_json::{Value, json};

/// Changes the rows of a table of `out`.
fn tamper(workdir: &Workdir, table: &str, change: impl FnOnce(&mut Vec<Value>)) {
    let name = format!("out/{table}.jsonl");
    let mut rows = workdir.rows(&name);
    change(&mut rows);
    workdir.write(&name, rows.iter().map(|row| format!("{row}\n")).collect::<String>());
}

fn verify(workdir: &Workdir) -> Run {
    workdir.tamis(&["verify", "out", "crawl.jsonl"])
}

fn assert_mismatch(workdir: &Workdir, what: &str) {
    let run = verify(workdir);
    assert_eq!(run.code, 1, "{what}: {run:?}");
    assert!(run.stdout.contains("mismatch"), "{what}: {run:?}");
}

/// The first near removal.
fn near(rows: &mut [Value]) -> &mut Value {
    rows.iter_mut().find(|row| row["relation"] == "near").unwrap()
}

#[test]
fn an_honest_folder_is_proved_from_text() {
    let workdir = deduplicated(&[]);
    let run = workdir.done(&["verify", "out", "crawl.jsonl", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let removals = workdir.rows("out/removed.jsonl").len();
    assert_eq!(report["removals"], removals);
    assert_eq!(report["proved_from_text"], removals);
    assert_eq!(report["proved_from_hashes"], 0);
    assert_eq!(report["pages_compared"], workdir.rows("out/pages.jsonl").len());
    assert_eq!(report["mismatches"], json!([]));
    assert!(verify(&workdir).stdout.contains("proved"));
}

#[test]
fn every_setting_that_decides_is_replayed() {
    for arguments in [
        &["--ngram", "5"][..],
        &["--threshold", "0.5"],
        &["--scope", "within-site"],
        &["--scope", "across-sites"],
        &["--remove", "exact"],
        &["--remove", "near"],
        &["--keep", "longest"],
        &["--method", "exact"],
        &["--method", "simhash", "--distance", "7"],
        &["--annotate"],
        &["--compress", "gz"],
    ] {
        let workdir = deduplicated(arguments);
        assert_eq!(verify(&workdir).code, 0, "{arguments:?}: {:?}", verify(&workdir));
    }
}

#[test]
fn a_changed_count_is_found() {
    for field in ["shared", "size", "size_kept"] {
        for by in [1, -1] {
            let workdir = deduplicated(&[]);
            tamper(&workdir, "removed", |rows| {
                let row = near(rows);
                row[field] = json!(row[field].as_i64().unwrap() + by);
            });
            assert_mismatch(&workdir, field);
        }
    }
}

#[test]
fn a_changed_ratio_is_found() {
    for field in ["jaccard", "containment", "containment_kept"] {
        for by in [0.000_001, -0.3] {
            let workdir = deduplicated(&[]);
            tamper(&workdir, "removed", |rows| {
                let row = near(rows);
                row[field] = json!(row[field].as_f64().unwrap() + by);
            });
            assert_mismatch(&workdir, field);
        }
    }
}

#[test]
fn a_changed_name_or_relation_is_found() {
    for (field, value) in [
        ("kept", "lone-0"),
        ("kept", "nobody"),
        ("id", "lone-0"),
        ("id", "nobody"),
        ("relation", "exact"),
        ("cluster", "0000000000000000"),
        ("digest", "00000000000000000000000000000000"),
        ("kept_digest", "00000000000000000000000000000000"),
    ] {
        let workdir = deduplicated(&[]);
        tamper(&workdir, "removed", |rows| near(rows)[field] = json!(value));
        assert_mismatch(&workdir, &format!("{field} {value}"));
    }
}

#[test]
fn a_kept_page_of_true_name_and_text_that_is_not_alike_is_found() {
    let workdir = deduplicated(&[]);
    tamper(&workdir, "removed", |rows| {
        let other = rows.iter().find(|row| row["id"] == "c1").unwrap().clone();
        let row = rows.iter_mut().find(|row| row["id"].as_str().unwrap().starts_with('a')).unwrap();
        for field in ["kept", "kept_digest", "kept_site", "cluster"] {
            row[field] = other[field].clone();
        }
    });
    assert_mismatch(&workdir, "kept");
}

#[test]
fn a_changed_site_is_found() {
    for field in ["site", "kept_site"] {
        let workdir = deduplicated(&[]);
        tamper(&workdir, "removed", |rows| near(rows)[field] = json!("elsewhere.example"));
        assert_mismatch(&workdir, field);
    }
}

#[test]
fn a_removal_more_or_less_is_found() {
    let workdir = deduplicated(&[]);
    tamper(&workdir, "removed", |rows| rows.truncate(rows.len() - 1));
    assert_mismatch(&workdir, "one less");
    let workdir = deduplicated(&[]);
    tamper(&workdir, "removed", |rows| rows.push(rows[0].clone()));
    assert_mismatch(&workdir, "one twice");
    let workdir = deduplicated(&[]);
    tamper(&workdir, "removed", |rows| {
        // The kept page of the chain, removed for one of its ends: a true pair, but a removed kept page.
        let mut row = rows.iter().find(|row| row["id"] == "c1").unwrap().clone();
        for (a, b) in [("id", "kept"), ("digest", "kept_digest"), ("site", "kept_site")] {
            let swapped = (row[b].clone(), row[a].clone());
            (row[a], row[b]) = swapped;
        }
        rows.push(row);
    });
    assert_mismatch(&workdir, "a kept page removed");
}

#[test]
fn changed_clusters_are_found() {
    let workdir = deduplicated(&[]);
    tamper(&workdir, "clusters", |rows| rows[0]["members"][1] = json!("lone-0"));
    assert_mismatch(&workdir, "member");
    let workdir = deduplicated(&[]);
    tamper(&workdir, "clusters", |rows| rows[0]["kept"] = json!("lone-0"));
    assert_mismatch(&workdir, "kept");
    let workdir = deduplicated(&[]);
    tamper(&workdir, "clusters", |rows| _ = rows.pop());
    assert_mismatch(&workdir, "missing cluster");
}

#[test]
fn changed_pages_are_found() {
    type Change = fn(&str) -> String;
    let changes: [(&str, Change); 6] = [
        ("a page less", |pages| pages.split_inclusive('\n').skip(1).collect()),
        ("a page more", |pages| pages.to_owned() + &record("new", "s", "a page that was not there")),
        ("a page twice", |pages| pages.to_owned() + pages.lines().next().unwrap() + "\n"),
        ("a blank more", |pages| pages.replacen("\"text\":", "\"text\": ", 1)),
        ("another site", |pages| pages.replacen("east.example", "west.example", 1)),
        ("another text", |pages| pages.replacen(" ... ", " .... ", 1)),
    ];
    for (what, change) in changes {
        let workdir = deduplicated(&[]);
        let pages = String::from_utf8(workdir.bytes("out/pages.jsonl")).unwrap();
        let changed = change(&pages);
        assert_ne!(changed, pages, "{what}");
        workdir.write("out/pages.jsonl", changed);
        assert_mismatch(&workdir, what);
    }
}

#[test]
fn a_changed_name_of_a_text_file_is_found() {
    let workdir = Workdir::new();
    workdir.write("crawl/a.example/one.txt", "a text of one file");
    workdir.done(&["dedup", "crawl", "-o", "out"]);
    workdir.done(&["verify", "out", "crawl"]);
    let pages = String::from_utf8(workdir.bytes("out/pages.jsonl")).unwrap();
    workdir.write("out/pages.jsonl", pages.replace("one.txt", "two.txt"));
    let run = workdir.tamis(&["verify", "out", "crawl"]);
    assert_eq!(run.code, 1, "{run:?}");
}

#[test]
fn a_changed_text_in_the_input_is_found() {
    for (what, id) in [("removed", "c1"), ("kept for others", "c2"), ("kept alone", "lone-0")] {
        let workdir = deduplicated(&[]);
        let changed: String = crawl()
            .lines()
            .map(|line| {
                let mut row: Value = serde_json::from_str(line).unwrap();
                if row["id"] == id {
                    row["text"] = json!(row["text"].as_str().unwrap().replacen(' ', "  ", 1));
                }
                format!("{row}\n")
            })
            .collect();
        assert_ne!(changed, crawl());
        workdir.write("crawl.jsonl", changed);
        assert_mismatch(&workdir, what);
    }
}

#[test]
fn missing_input_is_found() {
    let workdir = deduplicated(&[]);
    workdir.write("crawl.jsonl", crawl().lines().take(3).map(|line| format!("{line}\n")).collect::<String>());
    assert_mismatch(&workdir, "half the input");
}

#[test]
fn the_same_input_in_other_files_and_order_is_proved() {
    let workdir = deduplicated(&[]);
    let crawl = crawl();
    let lines: Vec<&str> = crawl.split_inclusive('\n').rev().collect();
    workdir.write("parts/z.jsonl", lines[..5].concat());
    workdir.write("parts/a.jsonl", lines[5..].concat());
    workdir.done(&["verify", "out", "parts"]);
}

#[test]
fn mismatches_are_named_also_when_quiet() {
    let workdir = deduplicated(&[]);
    assert_eq!(workdir.done(&["verify", "out", "crawl.jsonl", "--quiet"]).stdout, "");
    tamper(&workdir, "removed", |rows| near(rows)["shared"] = json!(1));
    let id = near(&mut workdir.rows("out/removed.jsonl"))["id"].as_str().unwrap().to_owned();
    let run = workdir.tamis(&["verify", "out", "crawl.jsonl", "--quiet"]);
    assert!(run.stdout.contains(&id), "{run:?}");
}

#[test]
fn what_cannot_be_verified_ends_with_2() {
    let workdir = deduplicated(&[]);
    workdir.write("other/readme.md", "x");
    for arguments in [
        &["verify", "other", "crawl.jsonl"][..],
        &["verify", "nowhere", "crawl.jsonl"],
        &["verify", "out", "nowhere.jsonl"],
        &["verify", "out"],
    ] {
        let run = workdir.tamis(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
    }
    workdir.write("out/removed.jsonl", "{\"id\": 1}\n");
    let run = verify(&workdir);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("removed.jsonl:1"), "{}", run.stderr);
}

#[test]
fn changed_relations_or_sites_of_a_cluster_are_found() {
    for (field, value) in [("relations", json!({ "near": 9 })), ("sites", json!(["elsewhere.example"]))] {
        let workdir = deduplicated(&[]);
        tamper(&workdir, "clusters", |rows| rows[0][field] = value);
        assert_mismatch(&workdir, field);
    }
}

#[test]
fn pages_that_are_gone_altogether_are_found() {
    let workdir = deduplicated(&[]);
    std::fs::remove_file(workdir.path("out/pages.jsonl")).unwrap();
    let run = verify(&workdir);
    assert_ne!(run.code, 0, "only -o - leaves the pages elsewhere: {run:?}");
}

#[test]
fn changed_annotated_pages_are_found() {
    let workdir = deduplicated(&["--annotate"]);
    workdir.write("out/pages.jsonl", "");
    assert_mismatch(&workdir, "no pages");
}
