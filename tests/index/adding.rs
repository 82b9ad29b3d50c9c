//! Batches are decided against all earlier ones, and get their first answer again.

use super::{SITES, add, assert_same, nights, page};
use crate::support::workdir::{Prose, Workdir, text};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn a_page_is_removed_for_the_kept_page_of_an_earlier_night_which_is_named() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(3);
    let (old, other) = (prose.words(120), prose.words(120));
    workdir.write("night-0.jsonl", page("old", SITES[0], &old) + &page("other", SITES[0], &other));
    let near = prose.edited(&old, 50, 2);
    let night = page("near", SITES[1], &near)
        + &page("copy", SITES[2], &old)
        + &page("new", SITES[2], &prose.words(120));
    workdir.write("night-1.jsonl", night);
    add(&workdir, "dedup", 0, "seen", "out-0");
    add(&workdir, "dedup", 1, "seen", "out-1");
    let first = text(&workdir.manifest("out-0"), "batch");
    let removed = workdir.rows("out-1/removed.jsonl");
    assert_eq!(removed.len(), 2);
    for row in &removed {
        assert_eq!(
            (text(row, "kept"), text(row, "batch"), text(row, "evidence")),
            ("old".into(), first.clone(), "index".into())
        );
    }
    assert_eq!(workdir.column("out-1/pages.jsonl", "id"), ["new"]);
    assert_eq!(
        workdir.rows("out-1/clusters.jsonl")[0]["members"],
        serde_json::json!(["old", "copy", "near"])
    );
    // Figures are those that one batch gives.
    workdir.done(&["dedup", "night-0.jsonl", "night-1.jsonl", "-o", "one", "--pairs", "--keep", "first"]);
    let figures = |rows: &[serde_json::Value]| -> BTreeMap<String, [u64; 3]> {
        let figure = |row: &serde_json::Value| {
            ["shared", "size", "size_kept"].map(|field| row[field].as_u64().unwrap())
        };
        rows.iter().map(|row| (text(row, "id"), figure(row))).collect()
    };
    assert_eq!(figures(&removed)["near"], figures(&workdir.rows("one/removed.jsonl"))["near"]);
}

#[test]
fn a_page_delivered_again_is_decided_once_and_listed() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(4);
    let words = prose.words(120);
    let near = page("near", SITES[0], &prose.edited(&words, 50, 2));
    workdir.write("night-0.jsonl", page("a", SITES[0], &words) + &near);
    workdir
        .write("night-1.jsonl", page("a", SITES[0], &words) + &near + &page("b", SITES[0], &prose.words(90)));
    add(&workdir, "dedup", 0, "seen", "out-0");
    add(&workdir, "dedup", 1, "seen", "out-1");
    assert_eq!(workdir.column("out-1/pages.jsonl", "id"), ["b"]);
    assert_eq!(workdir.bytes("out-1/removed.jsonl"), b"");
    let rows = workdir.rows("out-1/redelivered.jsonl");
    let told: Vec<(String, String, String)> =
        rows.iter().map(|row| (text(row, "id"), text(row, "decision"), text(row, "kept"))).collect();
    let kept = workdir.column("out-0/pages.jsonl", "id").remove(0);
    let decision = |id: &str| if id == kept { "kept" } else { "removed" }.to_owned();
    let expected = ["a", "near"].map(|id| (id.to_owned(), decision(id), kept.clone()));
    assert_eq!(told, expected);
    assert_eq!(workdir.manifest("out-1")["counts"]["redelivered"], 2);
}

#[test]
fn a_fixed_sequence_gives_the_same_bytes_and_a_batch_delivered_again_its_first_answer() {
    for command in ["dedup", "run"] {
        let workdir = Workdir::new();
        nights(&workdir, 4, 80);
        for night in 0..4 {
            add(&workdir, command, night, "seen", &format!("out-{night}"));
            add(&workdir, command, night, "seen-2", &format!("again-{night}"));
            assert_same(&workdir, &format!("out-{night}"), &format!("again-{night}"));
        }
        let removed: usize =
            (1..4).map(|night| workdir.rows(&format!("out-{night}/removed.jsonl")).len()).sum();
        assert!(removed > 30, "{removed} pages removed");
        for night in [2, 0, 3, 1] {
            add(&workdir, command, night, "seen", &format!("late-{night}"));
            assert_same(&workdir, &format!("out-{night}"), &format!("late-{night}"));
        }
        // After all that, the index has four batches, compacted or not.
        workdir.done(&["index", "compact", "seen"]);
        for night in 0..4 {
            add(&workdir, command, night, "seen", &format!("compacted-{night}"));
            assert_same(&workdir, &format!("out-{night}"), &format!("compacted-{night}"));
        }
        let stat = workdir.done(&["index", "stat", "seen", "--check", "--format", "json"]);
        let stat: serde_json::Value = serde_json::from_str(&stat.stdout).unwrap();
        assert_eq!(stat["batches"].as_array().unwrap().len(), 4);
    }
}

#[test]
fn neither_files_nor_threads_nor_memory_change_what_is_remembered() {
    let workdir = Workdir::new();
    nights(&workdir, 3, 80);
    for night in 0..3 {
        add(&workdir, "dedup", night, "seen", &format!("out-{night}"));
        let lines = String::from_utf8(workdir.bytes(&format!("night-{night}.jsonl"))).unwrap();
        for (name, parity) in [("z", 0), ("a", 1)] {
            let some: Vec<&str> = lines.lines().skip(parity).step_by(2).collect();
            let lines: String = some.into_iter().rev().map(|line| format!("{line}\n")).collect();
            workdir.write(&format!("split-{night}/{name}.jsonl"), lines);
        }
        let (input, out) = (format!("split-{night}"), format!("split-out-{night}"));
        let options = ["--threads", "1", "--memory", "128MiB", "--pairs", "--quiet"];
        workdir.done(&[&["dedup", &input, "-o", &out, "--index", "seen-split"], &options[..]].concat());
        for table in ["removed", "clusters", "pairs", "redelivered", "templates"] {
            let [a, b] =
                ["out", "split-out"].map(|out| workdir.bytes(&format!("{out}-{night}/{table}.jsonl")));
            assert!(without_places(&a) == without_places(&b), "{table} of night {night}");
        }
    }
}

/// Rows without the files that pages of several texts stand in.
fn without_places(table: &[u8]) -> Vec<serde_json::Value> {
    let without = |line: &[u8]| {
        let mut row: serde_json::Value = serde_json::from_slice(line).unwrap();
        row.as_object_mut().unwrap().retain(|field, _| {
            !matches!(field.as_str(), "file" | "record" | "places") && !field.ends_with("_place")
        });
        row
    };
    table.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).map(without).collect()
}

#[test]
fn the_pairs_of_several_batches_are_those_of_one() {
    let workdir = Workdir::new();
    nights(&workdir, 4, 120);
    for night in 0..4 {
        add(&workdir, "dedup", night, "seen", &format!("out-{night}"));
    }
    let all: Vec<String> = (0..4).map(|night| format!("night-{night}.jsonl")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    workdir.done(&[&["dedup", "-o", "one", "--pairs"], &all[..]].concat());
    let several: Vec<serde_json::Value> =
        (0..4).flat_map(|night| workdir.rows(&format!("out-{night}/pairs.jsonl"))).collect();
    assert_same_pairs(&workdir.rows("one/pairs.jsonl"), &several);
}

/// Equal words are one page; figures of all pairs of such pages must be the same.
pub(super) fn assert_same_pairs(one: &[serde_json::Value], several: &[serde_json::Value]) {
    let mut same: BTreeMap<String, String> = BTreeMap::new();
    fn root(same: &BTreeMap<String, String>, id: &str) -> String {
        let mut id = id.to_owned();
        while let Some(next) = same.get(&id) {
            id.clone_from(next);
        }
        id
    }
    for row in one.iter().chain(several).filter(|row| row["relation"] == "exact") {
        let (a, b) = (root(&same, &text(row, "a")), root(&same, &text(row, "b")));
        if a != b {
            same.insert(a.clone().max(b.clone()), a.min(b));
        }
    }
    type Pair = (String, String, u64, u64);
    let pairs = |rows: &[serde_json::Value]| -> BTreeSet<Pair> {
        let pair = |row: &serde_json::Value| {
            let ends = ["a", "b"].map(|end| root(&same, &text(row, end)));
            let [a, b] = ends;
            let number = |field: &str| row[field].as_u64().unwrap();
            (a.clone().min(b.clone()), a.max(b), number("shared"), number("size_a") + number("size_b"))
        };
        let alike = rows.iter().filter(|row| row["relation"] != "exact" && row["relation"] != "contained");
        alike.filter(|row| row["jaccard"].as_f64().unwrap() >= 0.7).map(pair).collect()
    };
    let (one, several) = (pairs(one), pairs(several));
    assert!(one.len() > 20, "{} pairs", one.len());
    let only: Vec<&Pair> = one.symmetric_difference(&several).collect();
    assert!(only.is_empty(), "{} pairs, {} of them on one side: {:?}", one.len(), only.len(), only.first());
}

#[test]
fn no_page_is_removed_for_one_that_was_removed() {
    let workdir = Workdir::new();
    nights(&workdir, 5, 100);
    let (mut kept, mut removed) = (BTreeSet::new(), BTreeSet::new());
    for night in 0..5 {
        add(&workdir, "dedup", night, "seen", &format!("out-{night}"));
        for row in workdir.rows(&format!("out-{night}/removed.jsonl")) {
            removed.insert((text(&row, "id"), text(&row, "digest")));
            kept.insert((text(&row, "kept"), text(&row, "kept_digest")));
        }
    }
    assert!(removed.len() > 60, "{}", removed.len());
    assert_eq!(kept.intersection(&removed).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
}

#[test]
fn settings_that_do_not_fit_name_both_values() {
    let workdir = Workdir::new();
    nights(&workdir, 2, 10);
    add(&workdir, "dedup", 0, "seen", "out-0");
    let with = |options: &[&str]| {
        let run =
            workdir.tamis(&[&["dedup", "night-1.jsonl", "-o", "no", "--index", "seen"], options].concat());
        assert_eq!(run.code, 2, "{options:?}: {run:?}");
        assert!(!workdir.path("no").exists());
        run.stderr
    };
    for (options, index, run) in [
        (&["--threshold", "0.8"][..], "--threshold 0.5", "0.8"),
        (&["--recall", "0.999"], "--recall 0.99", "0.999"),
        (&["--ngram", "4"], "--ngram 3", "4"),
        (&["--scope", "within-site"], "--scope all", "within-site"),
        (&["--site-by", "domain"], "--site-by host", "domain"),
        (&["--expect-pages", "1000000000"], "--expect-pages 10000000", "1000000000"),
        (&["--no-proofs"], "proofs true", "false"),
    ] {
        let told = with(options);
        assert!(told.contains(index) && told.contains(run), "{options:?}: {told}");
    }
    let run = workdir.tamis(&["run", "night-1.jsonl", "-o", "no", "--index", "seen"]);
    assert!(run.code == 2 && run.stderr.contains("command dedup") && run.stderr.contains("run"), "{run:?}");
    let run =
        workdir.tamis(&["dedup", "night-1.jsonl", "-o", "no", "--index", "seen", "--method", "simhash"]);
    assert!(run.code == 2 && run.stderr.contains("--index"), "{run:?}");
}

#[test]
fn a_folder_with_other_files_does_not_become_an_index() {
    let workdir = Workdir::new();
    nights(&workdir, 1, 5);
    workdir.write("mine/letter.txt", "dear all");
    let run = workdir.tamis(&["dedup", "night-0.jsonl", "-o", "out", "--index", "mine"]);
    assert!(run.code == 2 && run.stderr.contains("letter.txt"), "{run:?}");
    assert_eq!(workdir.names("mine"), ["letter.txt"]);
}

#[test]
fn without_proofs_old_matches_are_listed_and_not_removed() {
    let workdir = Workdir::new();
    let mut prose = Prose::new(8);
    let words = prose.words(200);
    workdir.write("night-0.jsonl", page("old", SITES[0], &words));
    workdir.write("night-1.jsonl", page("near", SITES[1], &prose.edited(&words, 20, 5)));
    for night in 0..2 {
        let (input, out) = (format!("night-{night}.jsonl"), format!("out-{night}"));
        workdir.done(&["dedup", &input, "-o", &out, "--index", "seen", "--no-proofs"]);
    }
    assert_eq!(workdir.bytes("out-1/removed.jsonl"), b"");
    assert_eq!(workdir.column("out-1/pages.jsonl", "id"), ["near"]);
    let found = &workdir.rows("out-1/matches.jsonl")[0];
    assert_eq!((text(found, "id"), text(found, "old")), ("near".into(), "old".into()));
    assert!((0.7..1.0).contains(&found["estimate"].as_f64().unwrap()), "{found}");
    assert!(workdir.names("seen").iter().all(|name| !name.ends_with(".proofs")));
}
