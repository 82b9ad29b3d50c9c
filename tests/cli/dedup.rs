//! `tamis dedup`: the tables and how their rows relate.

use super::{chain, crawl, deduplicated};
use crate::support::workdir::{Prose, Workdir, record, text};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn all_files_exist_even_when_empty() {
    let workdir = Workdir::new();
    workdir.write("none.jsonl", "");
    workdir.done(&["dedup", "none.jsonl", "-o", "out", "--pairs"]);
    for name in ["pages.jsonl", "removed.jsonl", "clusters.jsonl", "pairs.jsonl", "rejects.jsonl"] {
        assert_eq!(workdir.bytes(&format!("out/{name}")), b"", "{name}");
    }
    assert_eq!(workdir.manifest("out")["counts"]["pages"], 0);
}

#[test]
fn pairs_are_written_only_when_asked_for() {
    assert!(!deduplicated(&[]).path("out/pairs.jsonl").exists());
}

#[test]
fn a_row_of_removed_has_the_promised_fields() {
    let workdir = deduplicated(&[]);
    let promised = [
        "id",
        "kept",
        "cluster",
        "relation",
        "jaccard",
        "containment",
        "containment_kept",
        "shared",
        "size",
        "size_kept",
        "site",
        "kept_site",
        "evidence",
        "batch",
    ];
    let rows = workdir.rows("out/removed.jsonl");
    assert!(!rows.is_empty());
    for row in rows {
        promised.iter().for_each(|field| assert!(row.get(field).is_some(), "{field} in {row}"));
        assert_eq!(row["evidence"], "text");
        assert_eq!(row["batch"], workdir.manifest("out")["batch"]);
        assert!(row.get("file").is_none(), "only ids with several texts name their place");
    }
}

#[test]
fn a_row_of_clusters_has_the_promised_fields() {
    for row in deduplicated(&[]).rows("out/clusters.jsonl") {
        for field in [
            "cluster",
            "kept",
            "members",
            "sites",
            "relations",
            "source",
            "source_by",
            "editions",
            "component",
        ] {
            assert!(row.get(field).is_some(), "{field} in {row}");
        }
    }
}

#[test]
fn ratios_follow_exactly_from_counts() {
    let workdir = deduplicated(&["--pairs"]);
    for (table, sizes, ratios) in [
        ("removed", ["size", "size_kept"], ["jaccard", "containment", "containment_kept"]),
        ("pairs", ["size_a", "size_b"], ["jaccard", "containment_a", "containment_b"]),
    ] {
        let lines = String::from_utf8(workdir.bytes(&format!("out/{table}.jsonl"))).unwrap();
        assert!(!lines.is_empty());
        for line in lines.lines() {
            // As written: `serde_json` reads a float to the last bit but one.
            let row: BTreeMap<String, Box<RawValue>> = serde_json::from_str(line).unwrap();
            let number = |field: &str| row[field].get().parse::<f64>().unwrap();
            let (shared, a, b) = (number("shared"), number(sizes[0]), number(sizes[1]));
            let expected = [shared / (a + b - shared), shared / a, shared / b];
            assert_eq!(ratios.map(number), expected, "{line}");
        }
    }
}

#[test]
fn counts_are_those_of_the_texts() {
    let workdir = Workdir::new();
    let (c1, c2, c3) = chain(&mut Prose::new(1));
    workdir
        .write("in.jsonl", [record("c1", "s", &c1), record("c2", "s", &c2), record("c3", "s", &c3)].concat());
    workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!(rows.len(), 2);
    for row in rows {
        let figures = ["shared", "size", "size_kept"].map(|field| row[field].as_u64().unwrap());
        assert_eq!((figures, &row["relation"]), ([90, 100, 100], &Value::from("near")));
    }
}

#[test]
fn no_page_is_removed_for_a_page_that_is_removed_itself() {
    // In a chain, the ends stay if the middle goes: they are not near each other.
    let workdir = Workdir::new();
    let (c1, c2, c3) = chain(&mut Prose::new(1));
    workdir
        .write("in.jsonl", [record("c1", "s", &c1), record("c2", "s", &c2), record("c3", "s", &c3)].concat());
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--keep", "first"]);
    assert_eq!(workdir.column("out/pages.jsonl", "id"), ["c1", "c3"]);
    assert_eq!(workdir.column("out/removed.jsonl", "id"), ["c2"]);
}

#[test]
fn clusters_and_removals_say_the_same() {
    let workdir = deduplicated(&[]);
    let removed = workdir.rows("out/removed.jsonl");
    let clusters = workdir.rows("out/clusters.jsonl");
    let kept: BTreeSet<String> = workdir.column("out/pages.jsonl", "id").into_iter().collect();
    let members: usize = clusters.iter().map(|row| row["members"].as_array().unwrap().len() - 1).sum();
    assert_eq!(members, removed.len());
    for cluster in &clusters {
        let members: Vec<&str> =
            cluster["members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        assert_eq!(members[0], cluster["kept"], "the kept page comes first");
        assert!(members[1..].is_sorted());
        assert!(kept.contains(members[0]));
        let of: Vec<&Value> = removed.iter().filter(|row| row["cluster"] == cluster["cluster"]).collect();
        assert_eq!(of.iter().map(|row| text(row, "id")).collect::<Vec<_>>(), members[1..]);
        for row in of {
            assert_eq!(row["kept"], cluster["kept"]);
            assert!(!kept.contains(&text(row, "id")));
            let sites = cluster["sites"].as_array().unwrap();
            assert!(sites.contains(&row["site"]) && sites.contains(&row["kept_site"]));
        }
    }
}

#[test]
fn relations_of_a_cluster_count_its_members() {
    for cluster in deduplicated(&[]).rows("out/clusters.jsonl") {
        let counted: u64 =
            cluster["relations"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(counted as usize, cluster["members"].as_array().unwrap().len() - 1);
    }
}

#[test]
fn rows_are_sorted_by_id() {
    let workdir = deduplicated(&["--pairs"]);
    assert!(workdir.column("out/removed.jsonl", "id").is_sorted());
    assert!(workdir.column("out/clusters.jsonl", "kept").is_sorted());
    let pairs = workdir.rows("out/pairs.jsonl");
    let pairs: Vec<(String, String)> = pairs.iter().map(|row| (text(row, "a"), text(row, "b"))).collect();
    assert!(pairs.is_sorted() && pairs.iter().all(|(a, b)| a < b), "{pairs:?}");
}

#[test]
fn removed_kept_redelivered_and_rejected_make_up_the_records() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl() + "{\"id\": 1}\nnothing\n");
    workdir.done(&["dedup", "crawl.jsonl", "-o", "out", "--max-rejects", "100%"]);
    let manifest = workdir.manifest("out");
    let counts = &manifest["counts"];
    let removed: u64 = counts["removed"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    let count = |name: &str| counts[name].as_u64().unwrap();
    assert_eq!(removed + count("kept") + count("redelivered") + count("rejected"), 18);
    assert_eq!(manifest["inputs"]["records"], 18);
    assert_eq!(removed as usize, workdir.rows("out/removed.jsonl").len());
    assert_eq!(count("kept") as usize, workdir.rows("out/pages.jsonl").len());
    assert_eq!(count("rejected") as usize, workdir.rows("out/rejects.jsonl").len());
    assert_eq!((count("redelivered"), count("empty"), count("sites")), (1, 2, 3));
}

#[test]
fn removals_are_those_that_the_crawl_was_made_with() {
    let workdir = deduplicated(&[]);
    let kept: BTreeSet<String> = workdir.column("out/pages.jsonl", "id").into_iter().collect();
    assert_eq!(kept.iter().filter(|id| id.starts_with('a') && id.len() == 2).count(), 1, "{kept:?}");
    assert!(kept.contains("c2") && !kept.contains("c1") && !kept.contains("c3"));
    for id in ["empty-1", "empty-2", "again", "lone-0", "lone-4"] {
        assert!(kept.contains(id), "{id}");
    }
}

#[test]
fn kept_pages_stand_in_input_order() {
    let workdir = Workdir::new();
    workdir.write("b.jsonl", record("third", "s", "one of a kind") + &record("fourth", "s", "and another"));
    workdir.write("a.jsonl", record("first", "s", "not like it") + &record("second", "s", "nor like that"));
    workdir.done(&["dedup", "b.jsonl", "a.jsonl", "-o", "sorted"]);
    assert_eq!(workdir.column("sorted/pages.jsonl", "id"), ["first", "second", "third", "fourth"]);
    workdir.done(&["dedup", "b.jsonl", "a.jsonl", "-o", "as-given", "--in-order"]);
    assert_eq!(workdir.column("as-given/pages.jsonl", "id"), ["third", "fourth", "first", "second"]);
}

#[test]
fn remove_exact_leaves_near_pages_alone() {
    let workdir = deduplicated(&["--remove", "exact"]);
    let rows = workdir.rows("out/removed.jsonl");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["relation"], "exact");
    assert!(["a1", "a4"].contains(&text(&rows[0], "id").as_str()));
}

#[test]
fn remove_near_leaves_copies_alone() {
    let workdir = deduplicated(&["--remove", "near"]);
    assert!(workdir.rows("out/removed.jsonl").iter().all(|row| row["relation"] == "near"));
}

#[test]
fn scope_within_site_removes_no_page_for_one_of_another_site() {
    let workdir = deduplicated(&["--scope", "within-site", "--pairs"]);
    assert!(workdir.rows("out/removed.jsonl").iter().all(|row| row["site"] == row["kept_site"]));
    let pairs = workdir.rows("out/pairs.jsonl");
    let pairs: Vec<(String, String)> = pairs.iter().map(|row| (text(row, "a"), text(row, "b"))).collect();
    assert_eq!(pairs, [("a1".to_owned(), "a2".to_owned()), ("c2".to_owned(), "c3".to_owned())]);
}

#[test]
fn scope_across_sites_removes_no_page_for_one_of_its_own_site() {
    let workdir = deduplicated(&["--scope", "across-sites"]);
    let rows = workdir.rows("out/removed.jsonl");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["site"] != row["kept_site"]));
    let kept = workdir.column("out/pages.jsonl", "id");
    assert!(kept.contains(&"c2".to_owned()) || kept.contains(&"c3".to_owned()));
}

#[test]
fn across_sites_copies_on_one_site_all_stay() {
    let workdir = Workdir::new();
    let text = Prose::new(3).text(40);
    workdir.write("in.jsonl", record("x", "one.example", &text) + &record("y", "one.example", &text));
    workdir.done(&["dedup", "in.jsonl", "-o", "out", "--scope", "across-sites"]);
    assert_eq!(workdir.column("out/pages.jsonl", "id"), ["x", "y"]);
}

#[test]
fn pairs_hold_the_verified_pairs_and_a_star_inside_each_group() {
    let workdir = deduplicated(&["--pairs"]);
    let rows = workdir.rows("out/pairs.jsonl");
    for row in &rows {
        for field in ["a", "b", "relation", "kind", "jaccard", "residual", "guard"] {
            assert!(row.get(field).is_some(), "{field} in {row}");
        }
    }
    let exact: Vec<&Value> = rows.iter().filter(|row| row["relation"] == "exact").collect();
    assert_eq!(exact.len(), 1);
    assert_eq!((text(exact[0], "a"), text(exact[0], "b")), ("a1".to_owned(), "a4".to_owned()));
    // a1 and a4 stand for each other: three pairs among three texts, and the two of the chain.
    assert_eq!(rows.iter().filter(|row| row["relation"] == "near").count(), 5);
}

#[test]
fn the_exact_method_finds_the_same_removals_here() {
    let (hashed, joined) = (deduplicated(&["--pairs"]), deduplicated(&["--pairs", "--method", "exact"]));
    assert_eq!(hashed.bytes("out/pairs.jsonl"), joined.bytes("out/pairs.jsonl"));
    assert_eq!(hashed.bytes("out/pages.jsonl"), joined.bytes("out/pages.jsonl"));
}

#[test]
fn the_threshold_is_met_from_below_not_passed() {
    // 90 shared of 110: 0.81818...
    let workdir = Workdir::new();
    let (c1, c2, _) = chain(&mut Prose::new(1));
    workdir.write("in.jsonl", record("c1", "s", &c1) + &record("c2", "s", &c2));
    for (threshold, removed) in [("0.818181818", 1), ("0.818181819", 0)] {
        workdir.done(&["dedup", "in.jsonl", "-o", threshold, "--threshold", threshold, "--method", "exact"]);
        assert_eq!(workdir.rows(&format!("{threshold}/removed.jsonl")).len(), removed, "{threshold}");
    }
}
