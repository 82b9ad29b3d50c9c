//! The output folder: complete or absent, never somebody else's; piped, packed and printed results.

use super::{crawl, deduplicated};
use crate::support::workdir::{Workdir, unpacked};
use serde_json::Value;

#[test]
fn an_existing_folder_is_refused_before_any_work() {
    let workdir = deduplicated(&[]);
    let before = workdir.bytes("out/manifest.json");
    let run = workdir.tamis(&["dedup", "crawl.jsonl", "-o", "out"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("out") && run.stderr.contains("--overwrite"), "{}", run.stderr);
    assert_eq!(workdir.bytes("out/manifest.json"), before);
}

#[test]
fn overwrite_replaces_what_tamis_wrote() {
    let workdir = deduplicated(&["--pairs"]);
    workdir.done(&["dedup", "crawl.jsonl", "-o", "out", "--overwrite"]);
    assert!(!workdir.path("out/pairs.jsonl").exists(), "nothing of the earlier run is left");
    assert_eq!(workdir.names("."), ["crawl.jsonl", "out"]);
}

#[test]
fn overwrite_may_take_an_empty_folder() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    std::fs::create_dir(workdir.path("out")).unwrap();
    workdir.done(&["dedup", "crawl.jsonl", "-o", "out", "--overwrite"]);
    assert!(workdir.path("out/pages.jsonl").exists());
}

#[test]
fn overwrite_never_deletes_what_tamis_did_not_write() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    workdir.write("photos/holiday.jpg", "irreplaceable");
    workdir.write("file", "irreplaceable");
    for place in ["photos", "file"] {
        let run = workdir.tamis(&["dedup", "crawl.jsonl", "-o", place, "--overwrite"]);
        assert_eq!(run.code, 2, "{place}: {run:?}");
    }
    assert_eq!(workdir.bytes("photos/holiday.jpg"), b"irreplaceable");
    assert_eq!(workdir.names("."), ["crawl.jsonl", "file", "photos"]);
}

#[test]
fn a_manifest_of_another_program_does_not_make_a_folder_ours() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    workdir.write("extension/manifest.json", r#"{"manifest_version": 3, "name": "a browser extension"}"#);
    workdir.write("extension/main.js", "irreplaceable");
    let run = workdir.tamis(&["dedup", "crawl.jsonl", "-o", "extension", "--overwrite"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(workdir.bytes("extension/main.js"), b"irreplaceable");
}

#[test]
fn a_failed_run_leaves_nothing_behind() {
    let workdir = Workdir::new();
    workdir.write("bad.jsonl", "nothing\n");
    assert_eq!(workdir.tamis(&["dedup", "bad.jsonl", "-o", "out", "--on-error", "fail"]).code, 2);
    assert_eq!(workdir.names("."), ["bad.jsonl"]);
}

#[test]
fn a_failed_run_leaves_the_folder_that_it_was_to_replace() {
    let workdir = deduplicated(&[]);
    let before = workdir.bytes("out/pages.jsonl");
    workdir.write("bad.jsonl", "nothing\n");
    let arguments = ["dedup", "bad.jsonl", "-o", "out", "--overwrite", "--on-error", "fail"];
    assert_eq!(workdir.tamis(&arguments).code, 2);
    assert_eq!(workdir.bytes("out/pages.jsonl"), before);
}

#[test]
fn folders_above_the_output_are_made() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    workdir.done(&["dedup", "crawl.jsonl", "-o", "results/of/today"]);
    assert!(workdir.path("results/of/today/manifest.json").exists());
}

#[test]
fn pages_go_to_standard_output_alone_and_the_evidence_to_its_folder() {
    let workdir = deduplicated(&[]);
    let run = workdir.done(&["dedup", "crawl.jsonl", "-o", "-", "--evidence", "proof"]);
    assert_eq!(run.stdout.as_bytes(), workdir.bytes("out/pages.jsonl"));
    assert!(run.stderr.contains("removed"), "the summary: {}", run.stderr);
    for table in ["removed", "clusters", "rejects"] {
        let name = format!("{table}.jsonl");
        assert_eq!(workdir.bytes(&format!("proof/{name}")), workdir.bytes(&format!("out/{name}")));
    }
    assert!(!workdir.path("proof/pages.jsonl").exists());
    workdir.done(&["verify", "proof", "crawl.jsonl"]);
}

#[test]
fn standard_output_needs_a_folder_for_the_evidence_and_the_evidence_needs_it() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    let alone = workdir.tamis(&["dedup", "crawl.jsonl", "-o", "-"]);
    assert_eq!(alone.code, 2);
    assert!(alone.stderr.contains("--evidence") && alone.stdout.is_empty(), "{alone:?}");
    assert_eq!(workdir.tamis(&["dedup", "crawl.jsonl", "-o", "out", "--evidence", "proof"]).code, 2);
}

#[test]
fn packed_tables_hold_what_plain_ones_do() {
    let plain = deduplicated(&["--pairs"]);
    for (how, suffix) in [("zst", ".zst"), ("gz", ".gz")] {
        let packed = deduplicated(&["--pairs", "--compress", how]);
        for table in ["removed", "clusters", "pairs", "rejects"] {
            let name = format!("out/{table}.jsonl");
            assert!(!packed.path(&name).exists(), "{name} beside {name}{suffix}");
            assert_eq!(unpacked(&packed.bytes(&format!("{name}{suffix}"))), plain.bytes(&name), "{name}");
        }
        assert_eq!(packed.bytes("out/pages.jsonl"), plain.bytes("out/pages.jsonl"));
        packed.done(&["verify", "out", "crawl.jsonl"]);
        packed.done(&["explain", "out", "--id", "a2"]);
    }
}

#[test]
fn the_summary_names_the_table_of_rejects_as_it_is_called() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl() + "nothing\n");
    let run =
        workdir.done(&["dedup", "crawl.jsonl", "-o", "out", "--max-rejects", "50%", "--compress", "zst"]);
    assert!(run.stdout.contains("out/rejects.jsonl.zst"), "{}", run.stdout);
}

#[test]
fn the_summary_as_json_is_the_manifest() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    let run = workdir.done(&["dedup", "crawl.jsonl", "-o", "out", "--format", "json"]);
    let printed: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(printed["counts"], workdir.manifest("out")["counts"]);
    assert_eq!(run.stderr, "");
}

#[test]
fn quiet_prints_nothing() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    let run = workdir.done(&["dedup", "crawl.jsonl", "-o", "out", "--quiet"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn the_manifest_says_what_the_run_was() {
    let manifest = deduplicated(&["--threshold", "0.8"]).manifest("out");
    assert_eq!(manifest["settings"]["threshold"], 0.8);
    assert_eq!(manifest["command"], "dedup");
    for field in
        ["tamis", "output_version", "batch", "scheme", "settings", "inputs", "counts", "timing", "memory"]
    {
        assert!(!manifest[field].is_null(), "{field}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let workdir = Workdir::new();
    workdir.write("crawl.jsonl", crawl());
    for (flag, value) in [
        ("--threshold", "0"),
        ("--threshold", "1.1"),
        ("--threshold", "half"),
        ("--recall", "1"),
        ("--recall", "0"),
        ("--distance", "8"),
        ("--ngram", "0"),
        ("--ngram", "33"),
        ("--remove", "contained,sideways"),
        ("--remove", ","),
        ("--scope", "everywhere"),
        ("--max-rejects", "some"),
        ("--max-rejects", "101%"),
        ("--max-rejects", "nan"),
        ("--longest-record", "1 KiB"),
        ("--longest-record", "5 cats"),
        ("--threads", "0"),
        ("--compress", "rar"),
    ] {
        let run = workdir.tamis(&["dedup", "crawl.jsonl", "-o", "out", flag, value]);
        assert_eq!(run.code, 2, "{flag} {value}: {run:?}");
        assert!(run.stderr.contains(flag), "{flag} {value}: {}", run.stderr);
        assert!(!workdir.path("out").exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_takes_nothing_is_a_fault_or_no_matter_and_never_a_crash() {
    use std::fs::File;
    use std::process::{Command, Stdio};
    let workdir = Workdir::new();
    workdir.write("in.jsonl", "{\"id\":\"a\",\"text\":\"some words\"}\n");
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let run = |arguments: &[&str], stdout: Stdio, stderr: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
        command
            .args(arguments)
            .current_dir(workdir.path("."))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr);
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    // What was printed and did not come through is a fault; the work is done all the same.
    let (code, told) = run(&["dedup", "in.jsonl", "-o", "out"], full(), Stdio::piped());
    assert!(code == Some(2) && told.contains("standard output: No space left"), "{code:?} {told}");
    assert!(workdir.path("out/manifest.json").exists());
    let (code, told) = run(&["completions", "bash"], full(), Stdio::piped());
    assert!(code == Some(2) && told.contains("standard output: No space left"), "{code:?} {told}");
    // Notes and faults that nobody hears change nothing.
    assert_eq!(run(&["dedup", "in.jsonl", "-o", "more"], Stdio::null(), full()).0, Some(0));
    assert_eq!(run(&["dedup", "nowhere.jsonl", "-o", "none"], Stdio::null(), full()).0, Some(2));
}
