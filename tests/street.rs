//! `tamis run`: what it strips and removes is what `learn`, `strip` and `dedup` would, one after the other; nothing is
//! lost on the way.

use crate::support::path;
use crate::support::workdir::{Workdir, gzip, text, unpacked};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// All JSON records of the example crawl, one file; and as it lies there.
fn crawl() -> (Workdir, String) {
    let workdir = Workdir::new();
    let folder = path("examples/crawl");
    let mut records = Vec::new();
    let mut files: Vec<_> = walk(&folder);
    files.sort();
    for file in files.iter().filter(|file| file.to_string_lossy().contains(".jsonl")) {
        records.extend(unpacked(&std::fs::read(file).unwrap()));
        if records.last() != Some(&b'\n') {
            records.push(b'\n');
        }
    }
    workdir.write("crawl.jsonl", &records);
    (workdir, folder.display().to_string())
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Rows by id, without the fields that say where files lie.
fn by_id(workdir: &Workdir, table: &str) -> BTreeMap<String, Value> {
    let rows = workdir.rows(table).into_iter().map(|mut row| {
        let fields = row.as_object_mut().unwrap();
        for field in ["file", "record", "page", "digest", "kept_digest", "batch", "cluster"] {
            fields.remove(field);
        }
        (text(&row, "id"), row)
    });
    rows.collect()
}

#[test]
fn a_run_is_learn_then_strip_then_dedup() {
    let (workdir, _) = crawl();
    workdir.done(&["run", "crawl.jsonl", "-o", "run", "--keep", "first"]);
    workdir.done(&["learn", "crawl.jsonl", "-o", "sites.tamis"]);
    workdir.done(&["strip", "crawl.jsonl", "--profile", "sites.tamis", "-o", "stripped"]);
    workdir.done(&["dedup", "stripped/pages.jsonl", "-o", "dedup", "--keep", "first"]);
    assert!(workdir.bytes("run/profile.tamis") == workdir.bytes("sites.tamis"));
    assert_eq!(by_id(&workdir, "run/spans.jsonl"), by_id(&workdir, "stripped/spans.jsonl"));
    assert!(workdir.bytes("run/lines.jsonl") == workdir.bytes("stripped/lines.jsonl"));
    assert!(workdir.bytes("run/pages.jsonl") == workdir.bytes("dedup/pages.jsonl"));
    // Which page stands for a group of equal words depends on page keys, so pairs of representatives may differ.
    assert_eq!(by_id(&workdir, "run/removed.jsonl"), by_id(&workdir, "dedup/removed.jsonl"));
    assert!(workdir.rows("run/removed.jsonl").len() > 50);
}

#[test]
fn every_removal_and_every_stripped_line_of_a_run_is_proved() {
    let (workdir, crawl) = crawl();
    workdir.done(&["run", &crawl, "-o", "out"]);
    let proved = workdir.done(&["verify", "out", &crawl]);
    assert!(proved.stdout.contains("byte for byte"), "{proved:?}");
    for (name, field) in [("pages.jsonl", "text"), ("spans.jsonl", "line"), ("removed.jsonl", "shared")] {
        let original = workdir.bytes(&format!("out/{name}"));
        let changed = changed(&String::from_utf8(original.clone()).unwrap(), field);
        workdir.write(&format!("out/{name}"), changed);
        let run = workdir.tamis(&["verify", "out", &crawl]);
        assert_eq!(run.code, 1, "{name} was changed: {run:?}");
        workdir.write(&format!("out/{name}"), original);
    }
    workdir.done(&["learn", "crawl.jsonl", "-o", "out/profile.tamis", "--overwrite"]);
    let run = workdir.tamis(&["verify", "out", &crawl]);
    assert_eq!(run.code, 2, "another profile: {run:?}");
    assert!(run.stderr.contains("is not the profile that the run was made with"), "{run:?}");
}

/// The table with the first value of a field changed.
fn changed(table: &str, field: &str) -> String {
    let key = format!("\"{field}\":");
    let at = table.find(&key).unwrap() + key.len();
    let (before, behind) = table.split_at(at);
    match behind.strip_prefix('"') {
        Some(rest) => format!("{before}\"x{rest}"),
        None => format!("{before}1{behind}"),
    }
}

#[test]
fn the_kept_pages_of_a_run_are_restored_byte_for_byte() {
    let (workdir, _) = crawl();
    // Spellings that no writer of JSON would choose, on pages that lose lines.
    let records = String::from_utf8(workdir.bytes("crawl.jsonl")).unwrap();
    let odd: Vec<String> = records
        .lines()
        .enumerate()
        .map(|(number, record)| match number % 3 {
            0 => record.replace("e ", "\\u0065 "),
            1 => record.replacen('{', "{ \"tamis\" : [1, 2], ", 1),
            _ => record.to_owned(),
        })
        .collect();
    workdir.write("odd.jsonl", odd.join("\n"));
    workdir.done(&["run", "odd.jsonl", "-o", "out"]);
    workdir.done(&["restore", "out", "-o", "kept.jsonl"]);
    let originals: BTreeSet<&str> = odd.iter().map(String::as_str).collect();
    let kept = String::from_utf8(workdir.bytes("kept.jsonl")).unwrap();
    assert!(kept.lines().all(|record| originals.contains(record)));
    let written = workdir.bytes("out/pages.jsonl");
    assert_eq!(kept.lines().count(), String::from_utf8(written.clone()).unwrap().lines().count());
    assert!(kept.len() > written.len() + 10_000, "lines were stripped");
}

#[test]
fn what_a_folder_was_told_and_cannot_restore_is_said() {
    let (workdir, _) = crawl();
    workdir.done(&["run", "crawl.jsonl", "-o", "out"]);
    let pages = String::from_utf8(workdir.bytes("out/pages.jsonl")).unwrap();
    let fewer: Vec<&str> = pages.lines().take(3).collect();
    workdir.write("out/pages.jsonl", fewer.join("\n"));
    let run = workdir.tamis(&["restore", "out", "-o", "kept.jsonl"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("pages.jsonl does not hold"), "{run:?}");
    assert!(!workdir.path("kept.jsonl").exists());
}

#[test]
fn threads_files_packing_and_standard_input_do_not_show() {
    let (workdir, _) = crawl();
    workdir.done(&["run", "crawl.jsonl", "-o", "one", "--threads", "1"]);
    workdir.done(&["run", "crawl.jsonl", "-o", "two", "--threads", "2"]);
    let records = String::from_utf8(workdir.bytes("crawl.jsonl")).unwrap();
    let lines: Vec<&str> = records.lines().collect();
    let (a, b) = lines.split_at(lines.len() / 3);
    workdir.write("parts/b.jsonl.gz", gzip(a.join("\n").as_bytes()));
    workdir.write("parts/a.jsonl", b.join("\n"));
    workdir.done(&["run", "parts", "-o", "parted"]);
    let fed = workdir.tamis_fed(&["run", "-", "-o", "fed"], records.as_bytes());
    assert_eq!(fed.code, 0, "{fed:?}");
    for table in ["lines.jsonl", "removed.jsonl", "clusters.jsonl", "templates.jsonl", "profile.tamis"] {
        let one = workdir.bytes(&format!("one/{table}"));
        for other in ["two", "parted", "fed"] {
            assert!(one == workdir.bytes(&format!("{other}/{table}")), "{table} of {other}");
        }
    }
    assert!(workdir.bytes("one/spans.jsonl") == workdir.bytes("two/spans.jsonl"));
    let sorted = |folder: &str| {
        let pages = String::from_utf8(workdir.bytes(&format!("{folder}/pages.jsonl"))).unwrap();
        pages.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(sorted("one"), sorted("parted"));
    // Rejected records are told by their files, and the report names its batch.
    let report = |folder: &str| {
        let mut report: Value =
            serde_json::from_slice(&workdir.bytes(&format!("{folder}/report.json"))).unwrap();
        report.as_object_mut().unwrap().remove("rejects");
        report
    };
    assert!(report("one")["findings"].as_array().unwrap().len() > 5);
    for other in ["two", "parted", "fed"] {
        assert!(report("one") == report(other), "report of {other}");
    }
    let batch = |folder: &str| workdir.manifest(folder)["batch"].clone();
    assert_eq!(batch("one"), batch("parted"));
}

#[test]
fn a_run_goes_on_from_what_was_learned_before() {
    let (workdir, _) = crawl();
    let records = String::from_utf8(workdir.bytes("crawl.jsonl")).unwrap();
    let lines: Vec<&str> = records.lines().collect();
    let (some, rest) = lines.split_at(lines.len() / 2);
    workdir.write("some.jsonl", some.join("\n"));
    workdir.write("rest.jsonl", rest.join("\n"));
    workdir.done(&["run", "some.jsonl", "-o", "first"]);
    workdir.done(&[
        "run",
        "rest.jsonl",
        "--merge",
        "first/profile.tamis",
        "-o",
        "next",
        "--approve-above",
        "100%",
    ]);
    workdir.done(&["learn", "crawl.jsonl", "-o", "sites.tamis"]);
    assert!(workdir.bytes("next/profile.tamis") == workdir.bytes("sites.tamis"));
}

#[test]
fn lines_and_pages_of_a_run_are_explained() {
    let (workdir, _) = crawl();
    workdir.done(&["run", "crawl.jsonl", "-o", "out"]);
    let removed = &workdir.rows("out/removed.jsonl")[0];
    let page = workdir.done(&["explain", "out", "--id", &text(removed, "id")]);
    assert!(page.stdout.contains(&text(removed, "kept")), "{page:?}");
    let line = workdir.rows("out/lines.jsonl").into_iter().find(|row| row["tier"] == "strip").unwrap();
    let told =
        workdir.done(&["explain", "out", "--line", &text(&line, "line"), "--site", &text(&line, "site")]);
    assert!(told.stdout.contains("strip"), "{told:?}");
}

#[test]
fn an_audit_reports_what_a_run_reports_and_writes_no_page() {
    let (workdir, _) = crawl();
    workdir.done(&["run", "crawl.jsonl", "-o", "run"]);
    workdir.done(&["audit", "crawl.jsonl", "-o", "audit"]);
    assert_eq!(workdir.names("audit"), ["manifest.json", "rejects.jsonl", "report.html", "report.json"]);
    assert!(workdir.bytes("run/report.json") == workdir.bytes("audit/report.json"));
}

#[test]
fn the_same_crawl_again_has_not_changed() {
    let (workdir, _) = crawl();
    workdir.done(&["audit", "crawl.jsonl", "-o", "first"]);
    workdir.done(&["audit", "crawl.jsonl", "-o", "next", "--baseline", "first/report.json"]);
    let report: Value = serde_json::from_slice(&workdir.bytes("next/report.json")).unwrap();
    assert!(report["changes"]["comparisons"].as_u64().unwrap() > 50);
    assert_eq!(report["changes"]["changes"].as_array().unwrap().len(), 0);
}

#[test]
fn a_crawl_whose_bodies_were_cut_has_changed_and_fails_its_gate() {
    let (workdir, _) = crawl();
    let records = String::from_utf8(workdir.bytes("crawl.jsonl")).unwrap();
    let emptied: Vec<String> = records
        .lines()
        .map(|record| match serde_json::from_str::<Value>(record) {
            Ok(mut value) if value["site"] == "valley-ledger.example" => {
                value["text"] = "".into();
                value.to_string()
            }
            _ => record.to_owned(),
        })
        .collect();
    workdir.write("cut.jsonl", emptied.join("\n"));
    workdir.write(
        "gates.toml",
        "[[gate]]\nname = \"texts\"\nfigure = \"empty\"\nsite = \"valley-*\"\nmax = 0.1\n",
    );
    workdir.done(&["audit", "crawl.jsonl", "-o", "first", "--gates", "gates.toml"]);
    let run = workdir.tamis(&[
        "audit",
        "cut.jsonl",
        "-o",
        "next",
        "--baseline",
        "first/report.json",
        "--gates",
        "gates.toml",
    ]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("failed"), "{run:?}");
    let xml = String::from_utf8(workdir.bytes("next/gates.xml")).unwrap();
    assert!(xml.contains("failures=\"1\"") && xml.contains("valley-ledger.example"), "{xml}");
    let report: Value = serde_json::from_slice(&workdir.bytes("next/report.json")).unwrap();
    let changes = report["changes"]["changes"].as_array().unwrap();
    assert!(
        changes.iter().any(|change| change["site"] == "valley-ledger.example" && change["figure"] == "empty")
    );
}

#[test]
fn what_a_report_is_held_against_is_read_before_the_work_begins() {
    let (workdir, _) = crawl();
    workdir.write("gates.toml", "[[gate]]\nname = \"a\"\nfigure = \"speed\"\nmax = 1\n");
    workdir.write("old.json", "{}");
    for (flag, file, fault) in [
        ("--gates", "gates.toml", "there is no figure \"speed\""),
        ("--baseline", "old.json", "is no report"),
        ("--baseline", "nowhere.json", "No such file"),
    ] {
        let run = workdir.tamis(&["run", "crawl.jsonl", "-o", "out", flag, file]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(file) && run.stderr.contains(fault), "{run:?}");
        assert!(!workdir.path("out").exists());
    }
}
