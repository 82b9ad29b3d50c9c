//! `tamis verify --index`: removals for old pages are proved by what is remembered of them.

use super::{add, nights};
use crate::support::workdir::Workdir;

#[test]
fn every_removal_replays_and_says_what_it_was_proved_from() {
    for command in ["dedup", "run"] {
        let workdir = Workdir::new();
        nights(&workdir, 3, 90);
        for night in 0..3 {
            add(&workdir, command, night, "seen", &format!("out-{night}"));
        }
        for night in 0..3 {
            let (out, input) = (format!("out-{night}"), format!("night-{night}.jsonl"));
            let run = workdir.done(&["verify", &out, &input, "--index", "seen", "--format", "json"]);
            let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            let from_index = workdir.column(&format!("{out}/removed.jsonl"), "evidence");
            let from_index = from_index.iter().filter(|evidence| *evidence == "index").count();
            assert_eq!(report["proved_from_hashes"], from_index, "{command}, night {night}");
            assert!(night == 0 || from_index > 0);
            assert!(report["pages_compared"].as_u64().unwrap() > 0);
        }
        let run = workdir.tamis(&["verify", "out-1", "night-1.jsonl"]);
        assert!(run.code == 2 && run.stderr.contains("--index DIR"), "{run:?}");
    }
}

#[test]
fn a_changed_figure_or_kept_page_is_a_mismatch() {
    let workdir = Workdir::new();
    nights(&workdir, 2, 90);
    add(&workdir, "dedup", 0, "seen", "out-0");
    add(&workdir, "dedup", 1, "seen", "out-1");
    let sound = String::from_utf8(workdir.bytes("out-1/removed.jsonl")).unwrap();
    let row = sound.lines().find(|line| line.contains("\"evidence\":\"index\"")).unwrap();
    let value: serde_json::Value = serde_json::from_str(row).unwrap();
    for (field, other) in [
        ("shared", serde_json::json!(1)),
        ("kept", serde_json::json!("nobody")),
        ("evidence", serde_json::json!("text")),
        ("batch", serde_json::json!("0000000000000000")),
        ("kept_site", serde_json::json!("elsewhere")),
    ] {
        let mut changed = value.clone();
        changed[field] = other;
        workdir.write("out-1/removed.jsonl", sound.replace(row, &changed.to_string()));
        let run = workdir.tamis(&["verify", "out-1", "night-1.jsonl", "--index", "seen"]);
        assert_eq!(run.code, 1, "{field}: {run:?}");
    }
    workdir.write("out-1/removed.jsonl", sound);
    workdir.done(&["verify", "out-1", "night-1.jsonl", "--index", "seen"]);
}
