//! Records that cannot be used: rows, shares, exit codes 0, 2 and 3.

use crate::support::workdir::{Workdir, record};

/// `bad` unusable records among `all`.
fn with_rejects(bad: usize, all: usize) -> Workdir {
    let workdir = Workdir::new();
    let good = (bad..all).map(|n| record(&format!("p{n}"), "s", &format!("text number {n}")));
    let lines: String = (0..bad).map(|_| "nothing\n".to_owned()).chain(good).collect();
    workdir.write("in.jsonl", lines);
    workdir
}

#[test]
fn rejected_records_are_counted_and_kept() {
    let workdir = with_rejects(1, 200);
    let run = workdir.done(&["dedup", "in.jsonl", "-o", "out"]);
    assert!(format!("{}{}", run.stdout, run.stderr).contains("rejected"), "{run:?}");
    let rows = workdir.rows("out/rejects.jsonl");
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0]["file"].as_str(), rows[0]["record"].as_u64()), (Some("in.jsonl"), Some(1)));
    assert_eq!((rows[0]["offset"].as_u64(), rows[0]["raw"].as_str()), (Some(0), Some("nothing")));
}

#[test]
fn too_many_rejects_end_with_3_and_the_folder_is_complete() {
    let workdir = with_rejects(3, 100);
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(workdir.rows("out/pages.jsonl").len(), 97);
    assert_eq!(workdir.rows("out/rejects.jsonl").len(), 3);
}

#[test]
fn a_share_of_rejects_at_the_limit_is_allowed() {
    for (bad, share) in
        [(1, "1%"), (7, "7%"), (29, "29%"), (29, "0.29"), (57, "57%"), (58, "58%"), (100, "100%")]
    {
        let workdir = with_rejects(bad, 100);
        let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--max-rejects", share]);
        assert_eq!(run.code, 0, "{bad} of 100 with {share}: {run:?}");
    }
    for (bad, share) in [(2, "1%"), (30, "29%"), (1, "0"), (1, "0.0099"), (100, "99.9%")] {
        let workdir = with_rejects(bad, 100);
        let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--max-rejects", share]);
        assert_eq!(run.code, 3, "{bad} of 100 with {share}: {run:?}");
    }
}

#[test]
fn on_error_fail_stops_with_place_fault_and_next_step() {
    let workdir = Workdir::new();
    workdir.write("in.jsonl", record("a", "s", "good") + "\n{\"id\":\"b\",\"Text\":\"x\"}\n");
    let run = workdir.tamis(&["dedup", "in.jsonl", "-o", "out", "--on-error", "fail"]);
    assert_eq!(run.code, 2);
    let expected = "in.jsonl:3: field \"text\" is missing (use --text-field)";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert!(!workdir.path("out").exists());
}

#[test]
fn the_record_number_counts_lines_in_every_file() {
    let workdir = Workdir::new();
    let many: String =
        (0..20_000).map(|n| record(&format!("p{n}"), "s", &format!("text number {n}"))).collect();
    workdir.write("a.jsonl", format!("{many}\n\nbad one\n"));
    workdir.write("b.jsonl", format!("{many}bad two\n"));
    workdir.done(&["dedup", "a.jsonl", "b.jsonl", "-o", "out"]);
    let rows = workdir.rows("out/rejects.jsonl");
    let places: Vec<(&str, u64)> =
        rows.iter().map(|row| (row["file"].as_str().unwrap(), row["record"].as_u64().unwrap())).collect();
    assert_eq!(places, [("a.jsonl", 20_003), ("b.jsonl", 20_001)]);
}

#[test]
fn rejects_stand_in_input_order_for_any_number_of_threads() {
    let workdir = Workdir::new();
    let lines: String =
        (0..5_000).map(|n| record(&format!("p{n}"), "s", &"word ".repeat(40)) + "bad\n").collect();
    workdir.write("in.jsonl", lines);
    for threads in ["1", "4"] {
        workdir.tamis(&["dedup", "in.jsonl", "-o", threads, "--threads", threads]);
        let rows = workdir.rows(&format!("{threads}/rejects.jsonl"));
        assert_eq!(rows.len(), 5_000);
        assert!(rows.is_sorted_by_key(|row| row["record"].as_u64()));
    }
    assert_eq!(workdir.bytes("1/rejects.jsonl"), workdir.bytes("4/rejects.jsonl"));
}
