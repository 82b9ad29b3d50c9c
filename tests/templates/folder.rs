//! The folder: its files, the same bytes, and what `verify` and `explain` make of it.

use super::{articles, bulletins, deduplicated};
use crate::support::workdir::{Prose, Workdir};
use serde_json::json;

const SITES: [&str; 2] = ["north.example", "south.example"];

fn records() -> Vec<String> {
    let mut prose = Prose::new(21);
    let mut records: Vec<String> =
        SITES.iter().flat_map(|site| articles(&mut prose, site, 30, 120)).collect();
    records.extend(bulletins(&mut prose, "weather", &[SITES[0]; 6], 100, 8));
    records.extend(bulletins(&mut prose, "market", &[SITES, SITES, SITES].concat(), 100, 8));
    records
}

fn verified(workdir: &Workdir) -> crate::support::workdir::Run {
    workdir.tamis(&["verify", "out", "in.jsonl"])
}

#[test]
fn templates_and_frames_do_not_depend_on_threads_files_or_order() {
    let workdir = Workdir::new();
    let mut records = records();
    workdir.write("one/in.jsonl", records.concat());
    workdir.write("again/in.jsonl", records.concat() + &records[40..].concat());
    records.reverse();
    for file in 0..5 {
        let dealt: String = records.iter().skip(file).step_by(5).map(String::as_str).collect();
        workdir.write(&format!("five/{file}.jsonl"), dealt);
    }
    let bytes = |input: &str, threads: &str| {
        let folder = format!("out-{input}-{threads}");
        workdir.done(&["dedup", input, "-o", &folder, "--pairs", "--threads", threads, "--quiet"]);
        ["frame.bin", "templates.jsonl", "pairs.jsonl"].map(|name| workdir.bytes(&format!("{folder}/{name}")))
    };
    let one = bytes("one", "1");
    assert!(!one[1].is_empty());
    for (input, threads) in [("one", "8"), ("five", "2"), ("again", "1")] {
        assert!(bytes(input, threads) == one, "{input}, {threads} threads");
    }
}

#[test]
fn the_frame_does_not_depend_on_the_threshold_or_the_method() {
    let frame = |arguments: &[&str]| deduplicated(&records(), arguments).bytes("out/frame.bin");
    let default = frame(&[]);
    for arguments in [&["--threshold", "0.8"][..], &["--method", "exact"], &["--keep", "longest"]] {
        assert!(frame(arguments) == default, "{arguments:?}");
    }
    assert!(frame(&["--ngram", "4"]) != default);
}

#[test]
fn a_folder_without_sites_has_the_files_all_the_same() {
    let workdir = deduplicated(&[], &[]);
    assert_eq!(workdir.bytes("out/templates.jsonl"), b"");
    assert_eq!(workdir.manifest("out")["frame"]["sites"], 0);
}

#[test]
fn another_frame_is_refused_and_a_changed_one_is_found() {
    let workdir = deduplicated(&records(), &["--remove", "exact,near,template"]);
    let other = deduplicated(&records()[..50], &[]);
    let (honest, another) = (workdir.bytes("out/frame.bin"), other.bytes("out/frame.bin"));
    assert!(honest != another);

    workdir.write("out/frame.bin", &another);
    let run = verified(&workdir);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("is not the frame of this run"), "{run:?}");

    // With a manifest that names it, it is still not what the inputs have in common.
    let mut manifest = workdir.manifest("out");
    manifest["frame"] = other.manifest("out")["frame"].clone();
    workdir.write("out/manifest.json", manifest.to_string());
    let run = verified(&workdir);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("frame.bin: is not what the pages of the inputs have in common"), "{run:?}");

    for damaged in [&honest[..honest.len() / 2], b"", b"TAMISFRM", &[0; 40][..]] {
        workdir.write("out/frame.bin", damaged);
        let run = verified(&workdir);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("frame.bin"), "{run:?}");
    }
}

#[test]
fn a_changed_figure_of_the_frame_is_found() {
    for (field, value) in [
        ("common", json!(3)),
        ("residual", json!(0.29)),
        ("frame", json!([100, 100])),
        ("guard", json!("none")),
        ("relation", json!("near")),
    ] {
        let workdir = deduplicated(&records(), &["--remove", "exact,near,template"]);
        let mut rows = workdir.rows("out/removed.jsonl");
        rows[0][field] = value;
        workdir.write("out/removed.jsonl", rows.iter().map(|row| format!("{row}\n")).collect::<String>());
        assert_eq!(verified(&workdir).code, 1, "{field}");
    }
    let workdir = deduplicated(&records(), &[]);
    workdir.write("out/templates.jsonl", "");
    assert_eq!(verified(&workdir).code, 1, "templates gone");
}

#[test]
fn explain_tells_the_frame_and_the_template() {
    let workdir = deduplicated(&records(), &["--remove", "exact,near,template"]);
    let id = workdir.column("out/removed.jsonl", "id").remove(0);
    let run = workdir.done(&["explain", "out", "--id", &id]);
    assert!(run.stdout.contains("was removed: template to"), "{run:?}");
    assert!(run.stdout.contains("frame of the sites:"), "{run:?}");
    assert!(run.stdout.contains("is one of"), "{run:?}");
    let run = workdir.done(&["explain", "out", "--id", &id, "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["templates"].as_array().unwrap().len(), 1);
    assert!(document["explanations"][0]["row"]["residual"].as_f64().unwrap() < 0.3);
}
